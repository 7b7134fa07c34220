#include "watch/round.h"

#include "base/clock.h"
#include "base/mem.h"
#include "verdict/explain.h"
#include "verdict/phrases.h"
#include "watch/look.h"

#include <stdlib.h>
#include <string.h>

enum { NAMED = 3 /* targets that cannot be judged */ };

struct memory {
    struct journal_watch watch;
    bool changed; /* since it was read */
};

/* A memory of the target that is looked at. */
struct track {
    size_t memory; /* its place */
    struct journal_watch before;
    struct look look;
    bool asked; /* the list was asked about the target */
};

/* Targets without verdicts, or with verdicts again, that are reported together. */
struct blindness {
    VEC(size_t) memories;
    struct buf named; /* the first of them */
};

struct round {
    struct journal *journal;
    struct round_rules rules;
    int64_t now_ms;
    struct uuid message;         /* of this run, if it makes one */
    VEC(struct memory) memories; /* as read, by target, scope and zone ... */
    size_t read;                 /* ... so many; new ones follow */
    VEC(struct track) tracks;    /* of the target that is looked at; the first is that of its answers */
    journal_alarms alarms;
    struct round_counts counts;
    size_t lookable;             /* targets that a list can have */
    size_t told;                 /* those that stay reported as without verdicts */
    struct blindness gone, back; /* verdicts that are missing for long enough, and those that are there again */
    char *trouble;               /* why, of the first that are missing */
    bool judged;                 /* judge_answers was called */
};

struct round *
round_new(struct journal *journal, const struct round_rules *rules, struct fault *fault)
{
    journal_watches watches;
    if (!journal_watches_read(journal, &watches, fault))
        return NULL;
    struct round *r = mem_zero(sizeof *r);
    r->journal = journal;
    r->rules = *rules;
    r->now_ms = clock_wall_ms();
    r->message = uuid_new(r->now_ms);
    for (size_t i = 0; i < watches.count; i++)
        vec_push(&r->memories, ((struct memory){.watch = watches.at[i]}));
    r->read = watches.count;
    vec_free(&watches);
    return r;
}

void
round_free(struct round *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->memories.count; i++)
        journal_watch_fini(&r->memories.at[i].watch);
    vec_free(&r->memories);
    vec_free(&r->tracks);
    journal_alarms_fini(&r->alarms);
    vec_free(&r->gone.memories);
    vec_free(&r->back.memories);
    buf_free(&r->gone.named);
    buf_free(&r->back.named);
    free(r->trouble);
    free(r);
}

const struct round_counts *
round_counts(const struct round *r)
{
    return &r->counts;
}

/* ---- memory ---- */

/* Adds a memory of the target that is looked at, with so many looks, which found nothing. */
static void
add_memory(struct round *r, const char *target, const char *scope, const char *zone, unsigned looks)
{
    struct journal_watch new = {
        .target = mem_copy(target), .scope = mem_copy(scope), .zone = mem_copy(zone), .look_count = looks};
    vec_push(&r->tracks, ((struct track){.memory = r->memories.count, .before = new}));
    vec_push(&r->memories, ((struct memory){.watch = new}));
}

/* Finds the memories of a target, that of its answers first, a new one if there is none. */
static void
recall(struct round *r, const char *target)
{
    size_t low = 0, high = r->read;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(r->memories.at[middle].watch.target, target) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    vec_clear(&r->tracks);
    for (int answers = 1; answers >= 0; answers--) {
        for (size_t i = low; i < r->read && strcmp(r->memories.at[i].watch.target, target) == 0; i++)
            if ((strcmp(r->memories.at[i].watch.scope, JOURNAL_ANSWERS) == 0) == answers)
                vec_push(&r->tracks, ((struct track){.memory = i, .before = r->memories.at[i].watch}));
        if (r->tracks.count == 0)
            add_memory(r, target, JOURNAL_ANSWERS, "", 0);
    }
}

static struct journal_watch *
memory_of(const struct round *r, const struct track *track)
{
    return &r->memories.at[track->memory].watch;
}

/* Marks the memories of the target as changed unless the look only repeats them, so that a quiet fleet costs one row a
 * day. */
static void
mark(struct round *r, bool seen)
{
    enum { DAY_MS = 24 * 60 * 60 * 1000 };
    for (size_t i = 0; i < r->tracks.count; i++) {
        const struct journal_watch *before = &r->tracks.at[i].before;
        struct journal_watch *w = memory_of(r, &r->tracks.at[i]);
        bool same = w->looks == before->looks && w->look_count == before->look_count && w->blind == before->blind &&
                    w->listed == before->listed && w->since_ms == before->since_ms && w->told_ms == before->told_ms;
        if (same && r->now_ms - before->seen_ms < DAY_MS)
            continue;
        w->seen_ms = seen ? r->now_ms : w->seen_ms;
        r->memories.at[r->tracks.at[i].memory].changed = true;
    }
}

/* ---- changes ---- */

/* Returns how the listing in a scope ends, in words; the caller frees it. */
static char *
end_of(const struct verdict *v, enum look_scope scope)
{
    static const unsigned levels[] = {[LOOK_ADDRESS] = 1, [LOOK_NET] = 2, [LOOK_PROVIDER] = 3, [LOOK_POLICY] = 0};
    const struct statement *end = NULL;
    for (size_t i = 0; i < v->ends.count; i++)
        if (v->ends.at[i].level == levels[scope] || (!end && v->ends.at[i].level == 0 && scope == LOOK_ADDRESS))
            end = end && end->level == levels[scope] ? end : &v->ends.at[i];
    return mem_copy(end ? end->text : "");
}

/* A change of the target that is looked at, in one scope: of the lists that are told together. */
struct change {
    bool listed;
    struct buf lists; /* zones */
    size_t count;
    int64_t since_ms, before_ms;
    struct uuid thread;
};

/* Adds a list to the change. A listing is as old as its first list makes it, its end as the last one. */
static void
tell(const struct round *r, struct change *c, struct journal_watch *w)
{
    bool first = c->count++ == 0, earlier = w->since_ms < c->since_ms;
    buf_format(&c->lists, "%s%s", first ? "" : " ", w->zone);
    c->since_ms = first || earlier == c->listed ? w->since_ms : c->since_ms;
    c->before_ms = w->told_ms > c->before_ms ? w->told_ms : c->before_ms;
    alarm_tell(w, c->listed, &r->message);
    c->thread = first ? w->thread : c->thread;
}

/* Appends "Still on a.example b.example.", the lists that have the target in the scope. */
static void
put_left(struct buf *out, const struct round *r, enum look_scope scope)
{
    for (size_t i = 1; i < r->tracks.count; i++) {
        const struct journal_watch *w = memory_of(r, &r->tracks.at[i]);
        if (w->looks & 1 && strcmp(w->scope, look_scope_name(scope)) == 0)
            buf_format(out, "%s %s", out->count == 0 ? "Still on" : "", w->zone);
    }
    buf_text(out, out->count > 0 ? "." : "");
}

static void
add_alarm(struct round *r, const struct fleet_target *target, enum look_scope scope, const struct evidence *e,
          const struct verdict *v, struct change *c)
{
    struct verdict whole = {0};
    struct buf left = {0};
    if (c->count == 0)
        return;
    if (e->address.family != ADDR_NONE) /* else of a domain, whose verdict has no more */
        verdict_reach(&whole, e, r->rules.policy);
    v = e->address.family != ADDR_NONE ? &whole : v;
    const char *who = c->listed ? actor_name(v->actor) : NULL;
    if (!c->listed)
        put_left(&left, r, scope);
    vec_push(&r->alarms, ((struct journal_alarm){
                             .at_ms = r->now_ms,
                             .event = mem_copy(c->listed ? "listed" : "clear"),
                             .target = mem_copy(target->text),
                             .label = mem_copy(target->label),
                             .tags = mem_copy(target->tags),
                             .scope = mem_copy(look_scope_name(scope)),
                             .state = mem_copy(verdict_state_name(v->state)),
                             .headline = mem_copy(v->headline),
                             .who = mem_copy(who ? who : ""),
                             .ends = c->listed ? end_of(v, scope) : mem_copy(buf_string(&left)),
                             .lists = mem_copy(buf_string(&c->lists)),
                             .targets = 1,
                             .since_ms = c->since_ms,
                             .before_ms = c->before_ms,
                             .thread = c->thread,
                         }));
    verdict_fini(&whole);
    buf_free(&left);
}

/* Tells what is worth it in one scope: the end of lists before the beginning of others, which those may have hidden. */
static void
judge_scope(struct round *r, const struct fleet_target *target, enum look_scope scope, const struct evidence *e,
            const struct verdict *v)
{
    const struct alarm_rules *rules = &r->rules.alarm;
    struct change over = {.listed = false}, begun = {.listed = true};
    size_t told = 0, ended = 0;
    for (int step = 0; step < 3; step++)
        for (size_t i = 1; i < r->tracks.count; i++) {
            const struct track *track = &r->tracks.at[i];
            struct journal_watch *w = memory_of(r, track);
            bool matters = track->look.at_once || track->look.named,
                 wanted = scope == LOOK_ADDRESS || r->rules.collateral || track->look.named;
            if (!track->asked || strcmp(w->scope, look_scope_name(scope)) != 0)
                continue;
            told += step == 0 && w->listed;
            ended += step == 0 && alarm_ends(w, rules);
            if (step == 1 && alarm_ends(w, rules) && (matters || told == ended))
                tell(r, &over, w);
            if (step == 2 && alarm_begins(w, rules, track->look.at_once) && wanted && (matters || told == over.count))
                tell(r, &begun, w);
        }
    add_alarm(r, target, scope, e, v, &over);
    add_alarm(r, target, scope, e, v, &begun);
    buf_free(&over.lists);
    buf_free(&begun.lists);
}

/* ---- looks ---- */

/* Returns the result of a list that was asked about the target; NULL = it was not. */
static const struct list_result *
result_of(const struct evidence *e, const char *zone)
{
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        if (strcmp(f->list->zone, zone) == 0)
            return evidence_expects(e, f) || f->state == STATE_LISTED ? f : NULL;
    }
    return NULL;
}

/* Adds a memory for each list that has the target now and has none. */
static void
add_listings(struct round *r, const struct fleet_target *target, const struct evidence *e)
{
    bool is_new = r->tracks.at[0].before.look_count == 0;
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        enum look_scope scope = look_scope_of(f);
        bool known = scope == LOOK_SCOPES;
        for (size_t k = 1; k < r->tracks.count && !known; k++) {
            const struct journal_watch *w = memory_of(r, &r->tracks.at[k]);
            known = strcmp(w->zone, f->list->zone) == 0 && strcmp(w->scope, look_scope_name(scope)) == 0;
        }
        if (!known)
            add_memory(r, target->text, look_scope_name(scope), f->list->zone, is_new ? 0 : 1);
    }
}

/* Adds the look to the memory of each list. The first look at a target is no change, but the listings that are worth an
 * alarm are remembered as if they had been reported. */
static void
look_through(struct round *r, enum look_scope scope, const struct evidence *e, const struct verdict *v)
{
    for (size_t i = 1; i < r->tracks.count; i++) {
        struct track *track = &r->tracks.at[i];
        struct journal_watch *w = memory_of(r, track);
        if (strcmp(w->scope, look_scope_name(scope)) != 0)
            continue;
        const struct list_result *f = result_of(e, w->zone);
        bool first = w->look_count == 0, listed;
        track->asked = f;
        track->look = look_at(scope, e, v, f);
        if (track->look.state == LOOK_UNKNOWN)
            continue;
        listed = track->look.state == LOOK_LISTED;
        alarm_look(w, listed, &r->rules.alarm, r->now_ms);
        if (first)
            w->listed = listed && (scope == LOOK_ADDRESS || r->rules.collateral || track->look.named);
    }
}

/* ---- answers ---- */

static bool
any_list_is_known(const struct evidence *e)
{
    for (size_t i = 0; i < e->lists.count; i++)
        if (list_state_is_known(e->lists.at[i].state))
            return true;
    return false;
}

static void
add_blind(struct blindness *b, size_t memory, const struct fleet_target *target)
{
    if (b->memories.count < NAMED)
        buf_format(&b->named, "%s%s", b->memories.count > 0 ? ", " : "", *target->label ? target->label : target->text);
    vec_push(&b->memories, memory);
}

/* Keeps why the first target cannot be judged: the resolver's trouble, or what the verdict says. */
static void
keep_trouble(struct round *r, const struct evidence *e, const struct verdict *v)
{
    struct buf words = {0};
    char server[ENDPOINT_TEXT];
    if (r->trouble)
        return;
    if (e && evidence_resolver_trouble(e) != RESOLVER_TROUBLE_NONE) {
        phrases_resolver(&words, e);
    } else if (!e || e->finished_ms == 0) {
        buf_text(&words, "the deadline (-t) came before the answers");
    } else {
        phrases_troubles(&words, e);
        if (words.count == 0)
            buf_text(&words, v->headline);
        for (size_t i = 0; i < e->servers.count && i < 1; i++)
            buf_format(&words, " (resolver %s)", endpoint_text(&e->servers.at[i], server));
    }
    r->trouble = buf_take(&words);
}

/* Adds to the memory of a target whether there is a verdict about it. */
static void
answer(struct round *r, const struct fleet_target *target, const struct evidence *e, const struct verdict *v)
{
    bool known = e && v->state != VERDICT_UNKNOWN, silent = target->silent_until_ms > r->now_ms;
    struct track *track = &r->tracks.at[0];
    struct journal_watch *w = memory_of(r, track);
    alarm_answer(w, known, e && e->finished_ms != 0 && any_list_is_known(e), r->now_ms);
    if (w->listed && alarm_ends(w, &r->rules.alarm)) {
        add_blind(&r->back, track->memory, target);
    } else if (w->listed) {
        r->told++;
    } else if (w->blind >= r->rules.blind_after && !silent) {
        add_blind(&r->gone, track->memory, target);
        keep_trouble(r, e, v);
    }
}

void
round_take(struct round *r, const struct fleet_target *target, const struct evidence *e, const struct verdict *v)
{
    bool finished = e && e->finished_ms != 0;
    if (e && evidence_is_unlistable(e)) {
        r->counts.seen++;
        r->counts.unlistable++;
        return;
    }
    r->counts.seen += finished;
    r->counts.missed += !finished;
    r->lookable++;
    recall(r, target->text);
    answer(r, target, e, v);
    if (e)
        add_listings(r, target, e);
    for (enum look_scope scope = 0; scope < LOOK_SCOPES && e; scope++) {
        look_through(r, scope, e, v);
        if (target->silent_until_ms <= r->now_ms)
            judge_scope(r, target, scope, e, v);
    }
    const struct journal_watch *answers = &r->tracks.at[0].before;
    if (finished && answers->look_count == 0 && (answers->seen_ms == 0 || any_list_is_known(e))) {
        r->counts.first++;
        r->counts.first_by_state[v->state]++;
    }
    mark(r, e);
}

/* ---- the end of the run ---- */

/* Appends "any of 300 targets", "mx7", "2 of 300 targets (mx7, mx9)", "2 of 300 targets (mx7, mx9), 5 in all". */
static void
put_blind(struct buf *out, const struct round *r, const struct blindness *b)
{
    size_t count = b->memories.count, all = count + r->told;
    bool gone = b == &r->gone;
    if (count > 1 && all == r->lookable && gone)
        buf_format(out, "any of %zu targets", all);
    else if (count > 1 && r->told == 0 && !gone)
        buf_text(out, "all targets");
    else if (count == 1)
        buf_text(out, buf_string(&b->named));
    else
        buf_format(out, "%zu of %zu targets (%s%s)", count, r->lookable, buf_string(&b->named),
                   count > NAMED ? " ..." : "");
    if (gone && r->told > 0 && all < r->lookable)
        buf_format(out, ", %zu in all,", all);
}

/* Adds a change of the whole fleet, with a headline that it takes; the rest has what else is known. */
static void
add_words(struct round *r, const char *event, struct buf *headline, const char *ends, struct journal_alarm rest)
{
    bool again = strcmp(event, "can tell") == 0;
    rest.at_ms = r->now_ms;
    rest.event = mem_copy(event);
    rest.target = mem_copy("");
    rest.label = mem_copy("");
    rest.tags = mem_copy("");
    rest.scope = mem_copy(JOURNAL_ANSWERS);
    rest.state = mem_copy(again ? "clear" : "unknown");
    rest.headline = buf_take(headline);
    rest.who = mem_copy(again ? "" : "you");
    rest.ends = mem_copy(ends);
    rest.lists = mem_copy("");
    vec_push(&r->alarms, rest);
}

/* Tells that the memory was lost, as by a damaged journal: then each look is a first one, which is no change. */
static void
add_loss(struct round *r)
{
    const size_t *n = r->counts.first_by_state;
    struct buf headline = {0};
    buf_format(&headline,
               "earlier looks are lost with the journal: first look at %zu target%s, %zu direct, %zu collateral, "
               "%zu clear, %zu unknown",
               r->counts.first, r->counts.first == 1 ? "" : "s", n[VERDICT_DIRECT], n[VERDICT_COLLATERAL],
               n[VERDICT_CLEAR], n[VERDICT_UNKNOWN]);
    add_words(r, "forgotten", &headline, "", (struct journal_alarm){.thread = r->message});
}

/* Adds one change for all targets whose verdicts are missing, or are there again. */
static void
add_blindness(struct round *r, const struct blindness *b)
{
    struct buf headline = {0};
    bool gone = b == &r->gone;
    unsigned after = r->rules.blind_after;
    struct journal_watch before = r->memories.at[b->memories.at[0]].watch;
    buf_text(&headline, gone ? "no verdict about " : "verdicts about ");
    put_blind(&headline, r, b);
    if (gone)
        buf_format(&headline, " for %u run%s; now: %s", after, after == 1 ? "" : "s", r->trouble);
    else
        buf_text(&headline, " again");
    for (size_t i = 0; i < b->memories.count; i++) {
        struct memory *memory = &r->memories.at[b->memories.at[i]];
        alarm_tell(&memory->watch, gone, &r->message);
        memory->changed = true;
    }
    add_words(r, gone ? "cannot tell" : "can tell", &headline,
              gone ? "When the lists answer again. whylisted doctor says what is wrong." : "",
              (struct journal_alarm){.targets = (int64_t)b->memories.count,
                                     .since_ms = gone ? 0 : before.since_ms,
                                     .before_ms = gone ? 0 : before.told_ms,
                                     .thread = r->memories.at[b->memories.at[0]].watch.thread});
}

/* Reports missing verdicts, but not for some few more of very many, which a limit of time may cut off by turns. */
static void
judge_answers(struct round *r)
{
    enum { FEW = 10 };
    if (r->gone.memories.count > 0 && r->gone.memories.count * FEW >= r->told)
        add_blindness(r, &r->gone);
    if (r->back.memories.count > 0)
        add_blindness(r, &r->back);
    if (r->rules.ran_before && r->read == 0 && r->counts.first > 0)
        add_loss(r);
}

/* Makes a message of all changes that wait, unless a digest of today was sent. The end of a blindness waits for another
 * change: alone it wakes nobody. */
static enum journal_result
make_message(struct round *r, struct fault *fault)
{
    enum { DAY_MS = 24 * 60 * 60 * 1000 };
    int64_t waiting;
    if (!journal_alarms_waiting(r->journal, r->rules.fleet, &waiting, fault))
        return JOURNAL_FAILED;
    /* A clock that was ahead makes a day that is to come, for which nothing must wait. */
    bool is_due =
        !r->rules.digest || journal_message_last(r->journal, r->rules.fleet, fault) / DAY_MS != r->now_ms / DAY_MS;
    if (waiting == 0 || !is_due)
        return JOURNAL_DONE;
    struct journal_message message = {.uuid = r->message, .at_ms = r->now_ms, .waits = r->rules.channels};
    return journal_message_add(r->journal, r->rules.fleet, &message, fault);
}

static enum journal_result
store_all(struct round *r, struct fault *fault)
{
    enum journal_result result = journal_messages_adopt(r->journal, r->rules.fleet, fault);
    for (size_t i = 0; i < r->memories.count && result == JOURNAL_DONE; i++)
        if (r->memories.at[i].changed)
            result = journal_watch_store(r->journal, &r->memories.at[i].watch, fault);
    for (size_t i = 0; i < r->alarms.count && result == JOURNAL_DONE; i++)
        result = journal_alarm_add(r->journal, r->rules.fleet, &r->alarms.at[i], fault);
    return result == JOURNAL_DONE ? make_message(r, fault) : result;
}

enum journal_result
round_store(struct round *r, struct fault *fault)
{
    if (!r->judged)
        judge_answers(r);
    r->judged = true;
    enum journal_result result = journal_begin(r->journal, fault);
    if (result != JOURNAL_DONE)
        return result;
    result = store_all(r, fault);
    if (result == JOURNAL_DONE)
        return journal_commit(r->journal, fault);
    journal_undo(r->journal);
    return result;
}
