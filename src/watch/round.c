#include "watch/round.h"

#include "base/clock.h"
#include "base/mem.h"
#include "verdict/explain.h"
#include "verdict/phrases.h"
#include "watch/alarm.h"

#include <stdlib.h>
#include <string.h>

/* Memories of all targets together, which have no target: whether each can be judged, and whether most can. The second
 * is there because one target that never can must not hide that the resolver is away. */
enum answers { ALL_ANSWERS, MOST_ANSWERS, ANSWERS };
static const char *const answers_names[] = {[ALL_ANSWERS] = "answers", [MOST_ANSWERS] = "most answers"};

enum { NAMED = 3 /* targets that cannot be judged */ };

struct memory {
    struct journal_watch watch;
    bool changed; /* since it was read */
};

struct round {
    struct journal *journal;
    struct round_rules rules;
    int64_t now_ms;
    struct uuid message;         /* of this run, if it makes one */
    VEC(struct memory) memories; /* as read, by target and scope ... */
    size_t read;                 /* ... so many; new ones follow */
    journal_alarms alarms;
    struct round_counts counts;
    struct look look;
    size_t lookable;  /* targets that were seen, and that a list can have */
    size_t doubtful;  /* of all targets, those about which the last run that saw them could not tell */
    size_t ripe;      /* targets about which no run of the last `blind_after` could tell */
    struct buf named; /* some of them */
    char *trouble;    /* why, of the first of them */
    bool judged;      /* judge_answers was called */
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
    journal_alarms_fini(&r->alarms);
    buf_free(&r->look.lists);
    buf_free(&r->named);
    free(r->trouble);
    free(r);
}

const struct round_counts *
round_counts(const struct round *r)
{
    return &r->counts;
}

/* ---- memory ---- */

/* Returns the memory of a target in a scope, a new one if there is none; valid until the next call. */
static struct memory *
memory_of(struct round *r, const char *target, const char *scope)
{
    size_t low = 0, high = r->read;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct memory *memory = &r->memories.at[middle];
        int order = strcmp(memory->watch.target, target);
        order = order ? order : strcmp(memory->watch.scope, scope);
        if (order == 0)
            return memory;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    struct journal_watch new = {.target = mem_copy(target), .scope = mem_copy(scope), .lists = mem_copy("")};
    vec_push(&r->memories, ((struct memory){.watch = new}));
    return &r->memories.at[r->memories.count - 1];
}

/* Marks the memory as changed unless the look only repeats it, so that a quiet fleet costs one row a day. */
static void
mark(struct memory *memory, const struct journal_watch *before, int64_t now_ms)
{
    enum { DAY_MS = 24 * 60 * 60 * 1000 };
    struct journal_watch *w = &memory->watch;
    bool same = w->looks == before->looks && w->look_count == before->look_count && w->blind == before->blind &&
                w->listed == before->listed && w->since_ms == before->since_ms && w->lists == before->lists;
    if (same && now_ms - before->seen_ms < DAY_MS)
        return;
    w->seen_ms = now_ms;
    memory->changed = true;
}

/* Adds the look of the round to a memory, with the lists that it found. */
static enum alarm_event
decide(struct round *r, struct memory *memory, const struct alarm_rules *rules)
{
    struct journal_watch before = memory->watch, *w = &memory->watch;
    enum alarm_event event = alarm_decide(w, &r->look, rules, r->now_ms);
    if (r->look.state == LOOK_LISTED && strcmp(w->lists, buf_string(&r->look.lists)) != 0) {
        free(w->lists);
        w->lists = mem_copy(buf_string(&r->look.lists));
        before.lists = NULL;
    }
    if (event == ALARM_LISTED)
        w->thread = r->message;
    mark(memory, &before, r->now_ms);
    return event;
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

static void
add_alarm(struct round *r, const struct fleet_target *target, enum look_scope scope, enum alarm_event event,
          const struct evidence *e, const struct verdict *v, const struct journal_watch *before,
          const struct journal_watch *now)
{
    bool listed = event == ALARM_LISTED;
    struct verdict whole = {0};
    if (e->address.family != ADDR_NONE) /* else of a domain, whose verdict has no more */
        verdict_reach(&whole, e, r->rules.policy);
    v = e->address.family != ADDR_NONE ? &whole : v;
    const char *who = listed ? actor_name(v->actor) : NULL;
    vec_push(&r->alarms, ((struct journal_alarm){
                             .at_ms = r->now_ms,
                             .event = mem_copy(listed ? "listed" : "clear"),
                             .target = mem_copy(target->text),
                             .label = mem_copy(target->label),
                             .tags = mem_copy(target->tags),
                             .scope = mem_copy(look_scope_name(scope)),
                             .state = mem_copy(verdict_state_name(v->state)),
                             .headline = mem_copy(v->headline),
                             .who = mem_copy(who ? who : ""),
                             .ends = listed ? end_of(v, scope) : mem_copy(""),
                             .lists = mem_copy(now->lists),
                             .since_ms = now->since_ms,
                             .before_ms = before->told_ms,
                             .thread = now->thread,
                         }));
    verdict_fini(&whole);
}

/* Appends "any of 300 targets", "mx7", "2 of 300 targets (mx7, mx9)". */
static void
put_blind(struct buf *out, const struct round *r)
{
    if (r->ripe == 1)
        buf_text(out, buf_string(&r->named));
    else if (r->ripe == r->lookable)
        buf_format(out, "any of %zu targets", r->ripe);
    else
        buf_format(out, "%zu of %zu targets (%s%s)", r->ripe, r->lookable, buf_string(&r->named),
                   r->ripe > NAMED ? " ..." : "");
}

static void
add_blindness(struct round *r, enum answers answers, enum alarm_event event, const struct journal_watch *before,
              const struct journal_watch *now)
{
    struct buf headline = {0};
    bool blind = event == ALARM_LISTED;
    if (blind) {
        buf_text(&headline, "no verdict about ");
        put_blind(&headline, r);
        buf_format(&headline, " for %u run%s: %s", r->rules.blind_after, r->rules.blind_after == 1 ? "" : "s",
                   r->trouble);
    } else {
        buf_format(&headline, "verdicts about %s targets again", answers == MOST_ANSWERS ? "most" : "all");
    }
    vec_push(&r->alarms,
             ((struct journal_alarm){
                 .at_ms = r->now_ms,
                 .event = mem_copy(blind ? "cannot tell" : "can tell"),
                 .target = mem_copy(""),
                 .label = mem_copy(""),
                 .tags = mem_copy(""),
                 .scope = mem_copy(answers_names[ALL_ANSWERS]),
                 .state = mem_copy(blind ? "unknown" : "clear"),
                 .headline = buf_take(&headline),
                 .who = mem_copy(blind ? "you" : ""),
                 .ends = mem_copy(blind ? "When the lists answer again. whylisted doctor says what is wrong." : ""),
                 .lists = mem_copy(""),
                 .since_ms = blind ? 0 : now->since_ms,
                 .before_ms = blind ? 0 : before->told_ms,
                 .thread = now->thread,
             }));
}

/* ---- looks ---- */

/* Keeps the name of a target that cannot be judged, and why: the resolver's trouble, or what the verdict says. */
static void
keep_trouble(struct round *r, const struct fleet_target *target, const struct evidence *e, const struct verdict *v)
{
    struct buf words = {0};
    char server[ENDPOINT_TEXT];
    if (r->ripe++ < NAMED)
        buf_format(&r->named, "%s%s", r->ripe > 1 ? ", " : "", *target->label ? target->label : target->text);
    if (r->trouble)
        return;
    if (evidence_resolver_trouble(e) != RESOLVER_TROUBLE_NONE) {
        phrases_resolver(&words, e);
    } else {
        phrases_troubles(&words, e);
        if (words.count == 0)
            buf_text(&words, v->headline);
        for (size_t i = 0; i < e->servers.count && i < 1; i++)
            buf_format(&words, " (resolver %s)", endpoint_text(&e->servers.at[i], server));
    }
    r->trouble = buf_take(&words);
}

void
round_take(struct round *r, const struct fleet_target *target, const struct evidence *e, const struct verdict *v)
{
    bool first = false;
    if (!e || e->finished_ms == 0) {
        r->counts.missed++;
        r->doubtful += memory_of(r, target->text, look_scope_name(LOOK_ADDRESS))->watch.blind > 0;
        return;
    }
    r->counts.seen++;
    if (evidence_is_unlistable(e))
        return;
    r->lookable++;
    bool silent = target->silent_until_ms > r->now_ms, unknown = v->state == VERDICT_UNKNOWN;
    r->counts.unknown += unknown;
    r->doubtful += unknown;
    for (enum look_scope scope = 0; scope < LOOK_SCOPES; scope++) {
        struct memory *memory = memory_of(r, target->text, look_scope_name(scope));
        struct journal_watch before = memory->watch;
        look_at(&r->look, scope, e, v, before.listed ? before.lists : "");
        bool wanted = scope == LOOK_ADDRESS || r->rules.collateral || r->look.named;
        struct alarm_rules rules = {r->rules.need, r->rules.of, wanted, silent};
        enum alarm_event event = decide(r, memory, &rules);
        first |= scope == LOOK_ADDRESS && (event == ALARM_FIRST || before.seen_ms == 0);
        if (event == ALARM_LISTED || event == ALARM_CLEAR)
            add_alarm(r, target, scope, event, e, v, &before, &memory->watch);
        if (scope == LOOK_ADDRESS && unknown && !silent && memory->watch.blind >= r->rules.blind_after)
            keep_trouble(r, target, e, v);
    }
    r->counts.first += first;
    if (first)
        r->counts.first_by_state[v->state]++;
}

/* ---- the end of the run ---- */

/* Decides whether the answers about all targets, or most, are worth a word. Some targets that cannot be judged, but not
 * for long enough, are no look. */
static enum alarm_event
judge(struct round *r, enum answers answers, bool blind, bool clear, struct journal_watch *before,
      struct journal_watch *now)
{
    struct memory *memory = memory_of(r, "", answers_names[answers]);
    if (memory->watch.look_count == 0)
        memory->watch.look_count = 1; /* until now it could tell */
    struct alarm_rules rules = {r->rules.need, r->rules.of, true, false};
    buf_clear(&r->look.lists);
    r->look.at_once = true;
    r->look.state = blind ? LOOK_LISTED : clear ? LOOK_CLEAR : LOOK_UNKNOWN;
    *before = memory->watch;
    enum alarm_event event = decide(r, memory, &rules);
    *now = memory->watch;
    return event;
}

static void
judge_answers(struct round *r)
{
    struct journal_watch before[ANSWERS], now[ANSWERS];
    bool any = r->lookable > 0;
    enum alarm_event all = judge(r, ALL_ANSWERS, r->ripe > 0, any && r->doubtful == 0, &before[0], &now[0]);
    enum alarm_event most =
        judge(r, MOST_ANSWERS, 2 * r->ripe > r->lookable, any && 2 * r->doubtful <= r->lookable, &before[1], &now[1]);
    enum answers answers = most == ALARM_LISTED || all == ALARM_NONE ? MOST_ANSWERS : ALL_ANSWERS;
    if (all != ALARM_NONE || most != ALARM_NONE)
        add_blindness(r, answers, answers == MOST_ANSWERS ? most : all, &before[answers], &now[answers]);
}

/* Records a report in the case of the address, which an alarm opens with a follow-up. */
static enum journal_result
record(struct round *r, const struct journal_alarm *alarm, struct fault *fault)
{
    enum { WEEK_MS = 7 * 24 * 60 * 60 * 1000 };
    struct resource resource;
    struct journal_case found;
    struct buf what = {0};
    bool listed = strcmp(alarm->event, "listed") == 0;
    if (!resource_parse(alarm->target, &resource))
        return JOURNAL_DONE;
    bool has_case = journal_case_find(r->journal, &resource, &found, fault), open = false, due = false;
    if (has_case) {
        open = found.state != CASE_CLOSED;
        due = open && found.due_ms != 0;
        journal_case_fini(&found);
    }
    if (!listed && !open)
        return JOURNAL_DONE;
    buf_format(&what, "%s (%s): %s", listed ? "listed" : "no longer listed", alarm->scope, alarm->headline);
    enum journal_result result =
        journal_case_add_contact(r->journal, &resource, "watch", buf_string(&what), r->now_ms, fault);
    buf_free(&what);
    if (result == JOURNAL_DONE && listed && !due)
        result = journal_case_set_due(r->journal, &resource, r->now_ms + WEEK_MS, fault);
    return result;
}

/* Makes a message of all changes that wait, unless a digest of today was sent. The end of a blindness waits for another
 * change: alone it wakes nobody. */
static enum journal_result
make_message(struct round *r, struct fault *fault)
{
    enum { DAY_MS = 24 * 60 * 60 * 1000 };
    journal_alarms waiting;
    size_t worth = 0;
    if (!journal_alarms_read(r->journal, NULL, &waiting, fault))
        return JOURNAL_FAILED;
    for (size_t i = 0; i < waiting.count; i++)
        worth += strcmp(waiting.at[i].event, "can tell") != 0;
    journal_alarms_fini(&waiting);
    bool is_due = !r->rules.digest || journal_message_last(r->journal, fault) / DAY_MS < r->now_ms / DAY_MS;
    if (worth == 0 || !is_due)
        return JOURNAL_DONE;
    struct journal_message message = {.uuid = r->message, .at_ms = r->now_ms, .waits = r->rules.channels};
    return journal_message_add(r->journal, &message, fault);
}

static enum journal_result
store_all(struct round *r, struct fault *fault)
{
    enum journal_result result = JOURNAL_DONE;
    for (size_t i = 0; i < r->memories.count && result == JOURNAL_DONE; i++)
        if (r->memories.at[i].changed)
            result = journal_watch_store(r->journal, &r->memories.at[i].watch, fault);
    for (size_t i = 0; i < r->alarms.count && result == JOURNAL_DONE; i++) {
        result = journal_alarm_add(r->journal, &r->alarms.at[i], fault);
        if (result == JOURNAL_DONE)
            result = record(r, &r->alarms.at[i], fault);
    }
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
