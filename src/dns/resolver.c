#include "dns/resolver.h"

#include "base/clock.h"
#include "base/hashtable.h"
#include "base/queue.h"
#include "base/vec.h"
#include "dns/answer_cache.h"
#include "dns/channel.h"
#include "dns/congestion.h"
#include "dns/system_servers.h"

#include <arpa/nameser.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* This file decides which server to ask when, and what an answer is worth; channel.c carries the packets.
 *
 * A question is in one queue at a time: asked -> waiting at a server -> in flight there (in no queue, but it has a
 * try), perhaps back to waiting; then it is delivered and freed. resolver_ask neither sends nor calls back: it sets the
 * timer `work`, whose turn does both. The callbacks of channels send nothing either, so that the window bounds the work
 * of one reading of a socket.
 *
 * A try that is late counts as lost, and the question is asked again, but its answer is still welcome. */

enum {
    TRUNCATED = 0x02, /* in the third byte of a packet */
    RCODE = 0x0f,     /* in the fourth */
    SHUNNED_MS = 30000,
    GIVEN_UP_US = 5000000,  /* until a server that was given up is tested again */
    REST_US = 300000,       /* before a server that failed is asked the same again */
    PAUSE_US = 1000000,     /* before an unhurried question; shorter for a server that ... */
    PAUSE_SHORT_US = 90000, /* ... never answered */
    ANSWERS_MANY = 500,     /* makes a batch of a run, so that an outage is waited for */
    OUTAGE_MANY_US = 30000000,
    REFUSAL_US = 15000000, /* how long refusals may last that are called momentary */
    REFUSAL_MANY_US = 90000000,
    FAILURES_MOST = 4,
    MISSES_PLAIN = 3, /* tries lost before a question goes without EDNS, because long answers may be what is lost */
    LEVELS = 6,       /* times that a question was lost, as far as they lengthen the wait */
    GROUPS = 64,
    TIMEOUT_MOST_MS = 600000,
};

struct waiter {
    resolver_done *done; /* NULL when the asker went away */
    void *arg;
};

/* What a question met at one server. */
struct course {
    uint8_t misses; /* tries without a useful answer */
    uint8_t failures;
    bool over, plain; /* have no more tries; send without EDNS */
    int32_t waited_ms;
};

struct question {
    struct queue_link link;
    struct queue *queue;          /* in which it is, NULL = in flight or being delivered */
    struct hashtable_entry entry; /* in resolver.under_way, if `under_way` */
    bool under_way;
    VEC(struct waiter) waiters;
    struct resolver *resolver;
    struct server *server; /* at which it waits or is in flight */
    struct try *tries;     /* that may still be answered */
    int64_t rests_until_us;
    uint32_t group;
    unsigned flags; /* enum resolver_flags */
    unsigned packets;
    struct course courses[RESOLVER_SERVERS];
    bool tcp;
    bool suspect;       /* was in flight when junk came, and must be in flight alone next time */
    struct answer last; /* delivered if no better answer comes */
    size_t key_count;
    uint8_t key[]; /* the type, then the name: lower case, without the final dot, NUL-terminated */
};

/* One packet sent. */
struct
try {
    struct queue_link link;    /* in server.in_flight, until it is answered or lost */
    struct try *next;          /* of the same question */
    struct question *question; /* NULL when it needs no answer any more */
    struct server *server;
    enum channel_kind kind;
    unsigned level;
    int64_t sent_us;
    bool lost, ended; /* in our eyes; in those of the channel */
};

/* Questions of one type below one domain: a server may refuse or ignore all of them. */
struct group {
    uint32_t key;
    bool answered, refused;
};

enum edns { EDNS_UNKNOWN, EDNS_WORKS, EDNS_DOUBTED, EDNS_TESTED, EDNS_DROPPED };

struct server {
    struct resolver *resolver;
    struct channel *channels[CHANNEL_KINDS];
    struct congestion congestion;
    struct queue waiting, in_flight[LEVELS + 1]; /* by level, the last is TCP; each in order of sending */
    struct timer expiry;
    enum edns edns;
    bool spoilt;               /* EDNS must be switched on again as soon as nothing is in flight */
    bool exclusive;            /* the last packet must be in flight alone */
    bool stranded;             /* what waits must be routed anew */
    const struct try *alone;   /* sent without hurry, and nothing since */
    int64_t sent_us;           /* time of the last packet */
    int64_t answered_us;       /* time of the last answer; 0 = none yet */
    uint64_t answers;          /* that were useful */
    int64_t silent_since_us;   /* 0 = not silent */
    uint64_t silences;         /* tries in a row */
    int64_t refused_since_us;  /* 0 = the last answer was useful */
    bool limited, refuses;     /* for the moment; whatever it is asked */
    int64_t shunned_until_ms;  /* 0 = not shunned */
    int64_t given_up_until_us; /* 0 = not given up */
    VEC(struct group) groups;
};

struct resolver {
    struct loop *loop;
    struct resolver_options options;
    struct server servers[RESOLVER_SERVERS];
    struct queue asked, resting;
    struct question *delivered; /* whose waiters are being called */
    struct hashtable under_way;
    struct answer_cache *cache;
    struct timer work;
    struct resolver_counts counts;
    struct queue *moved; /* takes the questions of servers that are being closed, else NULL */
    struct system_servers system;
    bool is_stale; /* the system's servers may have changed */
    void (*report)(void *arg, const char *sentence);
    void *report_arg;
    struct answer_room room;
};

static struct question *
first_of(const struct queue *queue)
{
    struct queue_link *link = queue_first(queue);
    return link ? mem_container(link, struct question, link) : NULL;
}

static void
enter(struct question *q, struct queue *queue)
{
    q->queue = queue;
    queue_add(queue, &q->link);
}

static void
withdraw(struct question *q)
{
    if (q->queue)
        queue_remove(q->queue, &q->link);
    q->queue = NULL;
}

/* Lets `work` run at `due_ms` at the latest; 0 is at once, because the loop takes a time in the past for now. */
static void
schedule(struct resolver *r, int64_t due_ms)
{
    if (!loop_timer_is_set(&r->work) || due_ms < r->work.due_ms)
        loop_timer_set(r->loop, &r->work, due_ms);
}

static void
schedule_work(void *resolver)
{
    schedule(resolver, 0);
}

static struct course *
course_at(struct question *q, const struct server *s)
{
    return &q->courses[s - q->resolver->servers];
}

/* ---- a question and its waiters ---- */

/* Returns a hash of type and domain: at most the last three labels, two below arpa, and never the first. */
static uint32_t
group_key(const uint8_t *key, size_t count)
{
    uint32_t hash = 2166136261u ^ key[0];
    int labels = count > 5 && memcmp(key + count - 5, ".arpa", 5) == 0 ? 2 : 3;
    const uint8_t *first = memchr(key, '.', count);
    for (const uint8_t *at = key + count - 1; first && at > first && (*at != '.' || --labels > 0); at--)
        hash = (hash ^ *at) * 16777619u;
    return hash;
}

static struct question *
new_question(struct resolver *r, const char *name, enum record_type type, unsigned flags)
{
    size_t count = strlen(name);
    struct question *q = mem_alloc(sizeof *q + count + 2);
    *q = (struct question){.resolver = r, .flags = flags, .last = {.outcome = OUTCOME_TIMEOUT, .rcode = -1}};
    if (count > 1 && name[count - 1] == '.' && name[count - 2] != '\\')
        count--;
    q->key[0] = (uint8_t)type;
    for (size_t i = 0; i < count; i++)
        q->key[1 + i] = (uint8_t)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] - 'A' + 'a' : name[i]);
    q->key[1 + count] = '\0';
    q->key_count = 1 + count;
    q->group = group_key(q->key, q->key_count);
    return q;
}

static void
drop_tries(struct question *q)
{
    for (struct try *t = q->tries; t; t = t->next)
        t->question = NULL;
    q->tries = NULL;
}

/* The question must be in no queue any more. */
static void
free_question(struct question *q)
{
    if (q->under_way)
        hashtable_remove(&q->resolver->under_way, &q->entry);
    drop_tries(q);
    vec_free(&q->waiters);
    free(q);
}

static bool
is_wanted(const struct question *q)
{
    for (size_t i = 0; i < q->waiters.count; i++)
        if (q->waiters.at[i].done)
            return true;
    return false;
}

static void
leave(struct question *q, const void *arg)
{
    for (size_t i = 0; i < q->waiters.count; i++)
        if (q->waiters.at[i].arg == arg)
            q->waiters.at[i].done = NULL;
}

/* Calls the waiters and frees the question. A waiter may ask again and may make others leave. */
static void
deliver(struct question *q, const struct answer *answer)
{
    struct resolver *r = q->resolver;
    if (q->under_way)
        hashtable_remove(&r->under_way, &q->entry);
    q->under_way = false;
    r->delivered = q;
    for (size_t i = 0; i < q->waiters.count; i++)
        if (q->waiters.at[i].done)
            q->waiters.at[i].done(q->waiters.at[i].arg, answer);
    r->delivered = NULL;
    free_question(q);
}

/* Whether any server answered, be it with SERVFAIL. */
static bool
has_answer(const struct question *q)
{
    return q->last.server.addr.family != ADDR_NONE;
}

/* Remembers and delivers the answer; NULL: there is none, or that of a failing server. */
static void
conclude(struct question *q, struct answer *answer)
{
    withdraw(q);
    if (!answer && !has_answer(q)) {
        q->last.rtt_us = -1;
        q->last.at_ms = clock_wall_ms();
    }
    if (!answer)
        answer = &q->last;
    answer->tries = q->packets;
    if (!(q->flags & RESOLVER_FORGET))
        answer_cache_add(q->resolver->cache, q->key, q->key_count, answer, clock_now_ms());
    deliver(q, answer);
}

/* ---- which server next ---- */

/* Appends the question to the server's queue. A shunned server whose time is up gets one question as a test; the others
 * do not follow before its answer. The same goes for one that was given up. */
static void
await(struct question *q, struct server *s)
{
    if (s->shunned_until_ms)
        s->shunned_until_ms = clock_now_ms() + SHUNNED_MS;
    if (s->given_up_until_us)
        s->given_up_until_us = clock_now_us() + GIVEN_UP_US;
    q->server = s;
    enter(q, &s->waiting);
    schedule(q->resolver, 0);
}

/* Returns the first server with the fewest misses, shunned ones last among equals; NULL if all had their tries. A
 * server that was given up counts only for a question that must be fresh, because a person may have asked it. */
static struct server *
best_server(struct question *q)
{
    struct resolver *r = q->resolver;
    struct server *best = NULL;
    int best_rank = 0;
    for (size_t i = 0; i < r->options.server_count; i++) {
        struct server *s = &r->servers[i];
        const struct course *course = &q->courses[i];
        int rank = 2 * course->misses + (clock_now_ms() < s->shunned_until_ms);
        bool given_up = clock_now_us() < s->given_up_until_us && (course->misses > 0 || !(q->flags & RESOLVER_FRESH));
        if (!course->over && !given_up && (!best || rank < best_rank)) {
            best = s;
            best_rank = rank;
        }
    }
    return best;
}

/* Sends the question to the best server, or ends it when there is none. */
static void
route(struct question *q)
{
    struct server *best = best_server(q);
    q->tcp = q->suspect = false;
    if (!is_wanted(q))
        free_question(q);
    else if (best)
        await(q, best);
    else
        conclude(q, NULL);
}

/* Routes a question that a server failed, after a rest if only the same server is left. */
static void
rest(struct question *q, const struct server *s)
{
    if (best_server(q) != s) {
        route(q);
        return;
    }
    q->rests_until_us = clock_now_us() + REST_US;
    enter(q, &q->resolver->resting);
}

/* Shuns a server that has answered nothing since the question was sent, and routes what waits for it anew when that
 * begins. Each of these questions finds a server, if only the same one, so that no waiter is called here. */
static void
shun(struct server *s, int64_t sent_us)
{
    struct queue stranded;
    if (s->answered_us > sent_us)
        return;
    bool is_new = s->shunned_until_ms == 0;
    s->shunned_until_ms = clock_now_ms() + SHUNNED_MS;
    if (!is_new)
        return;
    queue_init(&stranded);
    queue_move(&stranded, &s->waiting);
    for (struct question *next; (next = first_of(&stranded));) {
        queue_remove(&stranded, &next->link);
        next->queue = NULL;
        route(next);
    }
}

/* ---- tries ---- */

/* Whether a try is by TCP only because of a truncated answer: it says nothing about the server. */
static bool
is_detour(const struct try *t)
{
    const struct resolver *r = t->server->resolver;
    return t->kind == CHANNEL_TCP && !r->options.servers[t->server - r->servers].tcp;
}

static struct queue *
queue_of_try(const struct try *t)
{
    return &t->server->in_flight[t->kind == CHANNEL_TCP ? LEVELS : t->level];
}

/* Takes a try out of the window; it may still be answered. */
static void
lose(struct try *t)
{
    queue_remove(queue_of_try(t), &t->link);
    t->lost = true;
}

/* The try must be in no queue any more. */
static void
free_try(struct try *t)
{
    if (t->question) {
        struct try **at = &t->question->tries;
        while (*at != t)
            at = &(*at)->next;
        *at = t->next;
    }
    if (t->server->alone == t)
        t->server->alone = NULL;
    free(t);
}

static size_t
in_flight_at(const struct server *s)
{
    size_t count = 0;
    for (size_t i = 0; i <= LEVELS; i++)
        count += s->in_flight[i].count;
    return count;
}

static int64_t
due_us(const struct try *t)
{
    int64_t most_us = t->server->resolver->options.timeout_ms * 1000;
    return t->sent_us +
           (t->kind == CHANNEL_TCP ? most_us : congestion_timeout_us(&t->server->congestion, t->level, most_us));
}

static void
report(const struct resolver *r, const char *sentence)
{
    if (r->report && *sentence)
        r->report(r->report_arg, sentence);
}

/* ---- silence ---- */

/* Moves the questions that are in flight to a queue, and counts their tries as lost. */
static void
strand(struct server *s, struct queue *queue)
{
    for (size_t i = 0; i <= LEVELS; i++)
        for (struct queue_link *link; (link = queue_first(&s->in_flight[i]));) {
            struct try *t = mem_container(link, struct try, link);
            lose(t);
            if (t->question && !t->question->queue)
                enter(t->question, queue);
            if (t->ended)
                free_try(t);
        }
}

/* Says that questions are ended unasked, if there are any. */
static void
report_silence(const struct server *s)
{
    const struct resolver *r = s->resolver;
    size_t unasked = r->asked.count;
    char name[ENDPOINT_TEXT];
    struct fault fault;
    for (struct queue_link *link = queue_first(&s->waiting); link; link = queue_next(&s->waiting, link))
        unasked += mem_container(link, struct question, link)->packets == 0;
    if (unasked == 0)
        return;
    fault_set(
        &fault,
        "the resolver %s gave no answer to %llu questions in a row; it is tested every %d s, and the others are not "
        "asked until it answers",
        endpoint_text(&r->options.servers[s - r->servers], name), (unsigned long long)s->silences,
        GIVEN_UP_US / 1000000);
    report(r, fault.text);
}

/* Gives a server up that has been silent for too long. What is in flight joins what waits, and `work` ends it all. */
static void
consider_giving_up(struct server *s, int64_t sent_us)
{
    const struct resolver_options *o = &s->resolver->options;
    int64_t now_us = clock_now_us();
    if (s->answered_us > sent_us)
        return;
    s->silences++;
    if (s->silent_since_us == 0)
        s->silent_since_us = sent_us;
    int64_t patience_us = s->answers >= ANSWERS_MANY ? OUTAGE_MANY_US : o->timeout_ms * o->tries * 1000;
    if (now_us - s->silent_since_us < patience_us)
        return;
    if (s->given_up_until_us == 0)
        report_silence(s);
    s->given_up_until_us = now_us + GIVEN_UP_US;
    s->resolver->is_stale = s->stranded = true;
    strand(s, &s->waiting);
    schedule(s->resolver, 0);
}

/* Ends what waits for a server that was given up, except a test. One at a time, because a waiter may make others leave.
 */
static void
abandon(struct server *s)
{
    s->stranded = false;
    for (size_t left = s->waiting.count; left > 0 && s->waiting.count > 0; left--) {
        struct question *q = first_of(&s->waiting);
        withdraw(q);
        course_at(q, s)->misses++;
        route(q);
    }
}

/* Handles a try whose time is up: the question is asked again, here or elsewhere, until its patience ends. */
static void
expire(struct try *t)
{
    struct server *s = t->server;
    struct question *q = t->question;
    const struct resolver_options *o = &s->resolver->options;
    int64_t now_us = clock_now_us(), sent_us = t->sent_us;
    bool detour = is_detour(t);
    lose(t);
    s->resolver->counts.timeouts++;
    if (!detour)
        congestion_lost(&s->congestion, sent_us, now_us);
    if (q) {
        struct course *course = course_at(q, s);
        if (s->edns == EDNS_TESTED && t->kind == CHANNEL_EDNS)
            s->edns = EDNS_DROPPED;
        course->plain = course->plain || (s->edns == EDNS_UNKNOWN && t->kind == CHANNEL_EDNS);
        course->misses++;
        course->waited_ms += (int32_t)((now_us - sent_us + 999) / 1000);
        course->over = course->over || course->waited_ms >= o->timeout_ms * o->tries;
        if (!has_answer(q)) {
            q->last.outcome = OUTCOME_TIMEOUT;
            q->last.tcp = t->kind == CHANNEL_TCP;
        }
        if (!detour)
            shun(s, sent_us);
        route(q);
    }
    if (t->ended)
        free_try(t);
    consider_giving_up(s, sent_us);
}

static void
on_expiry(void *arg)
{
    struct server *s = arg;
    int64_t now_us = clock_now_us();
    for (size_t i = 0; i <= LEVELS; i++)
        for (struct queue_link *link; (link = queue_first(&s->in_flight[i]));) {
            struct try *t = mem_container(link, struct try, link);
            if (due_us(t) > now_us)
                break;
            expire(t);
        }
    schedule(s->resolver, 0);
}

/* Sets the timer for the try that is due first. It may fire too early: moving it with each answer would cost more. */
static void
watch_expiry(struct server *s)
{
    int64_t first_ms = INT64_MAX;
    for (size_t i = 0; i <= LEVELS; i++)
        if (s->in_flight[i].count > 0) {
            int64_t due_ms = due_us(mem_container(queue_first(&s->in_flight[i]), struct try, link)) / 1000 + 1;
            first_ms = due_ms < first_ms ? due_ms : first_ms;
        }
    if (first_ms == INT64_MAX)
        loop_timer_clear(s->resolver->loop, &s->expiry);
    else if (!loop_timer_is_set(&s->expiry) || first_ms < s->expiry.due_ms)
        loop_timer_set(s->resolver->loop, &s->expiry, first_ms);
}

/* ---- answers ---- */

static struct group *
group_at(struct server *s, uint32_t key)
{
    for (size_t i = 0; i < s->groups.count; i++)
        if (s->groups.at[i].key == key)
            return &s->groups.at[i];
    if (s->groups.count == GROUPS) {
        s->groups.at[key % GROUPS] = (struct group){.key = key};
        return &s->groups.at[key % GROUPS];
    }
    vec_push(&s->groups, (struct group){.key = key});
    return &s->groups.at[s->groups.count - 1];
}

/* Notes a useful answer. */
static void
count_answer(struct server *s, const struct try *t, uint32_t group, int64_t now_us)
{
    s->answers++;
    s->refused_since_us = 0;
    s->refuses = false;
    group_at(s, group)->answered = true;
    if (is_detour(t))
        return;
    if (t->lost)
        congestion_answered_late(&s->congestion, t->sent_us, now_us);
    else
        congestion_answered(&s->congestion, t->sent_us, now_us);
    if (t->kind == CHANNEL_PLAIN && s->edns == EDNS_UNKNOWN)
        s->edns = EDNS_DOUBTED;
}

/* Whether a refusal is the server's word, and not that of a moment: it refuses an unhurried question, or questions of
 * this group while it answers all others. */
static bool
is_final_refusal(struct server *s, const struct try *t, struct question *q, int64_t now_us)
{
    struct group *group = group_at(s, q->group);
    int64_t patience_us = s->answers >= ANSWERS_MANY ? REFUSAL_MANY_US : REFUSAL_US;
    bool unhurried = s->alone == t;
    if (s->refused_since_us == 0)
        s->refused_since_us = now_us;
    if (group->answered)
        s->limited = true;
    else if (s->answers > 0)
        group->refused |= s->limited ? unhurried : course_at(q, s)->failures > 0;
    s->refuses |= unhurried && (s->answers == 0 || (group->answered && now_us - s->refused_since_us >= patience_us));
    return s->refuses || group->refused;
}

/* Asks again what was refused, later and slower; passes a final refusal on. */
static void
take_refusal(struct question *q, const struct try *t, const struct answer *answer, int64_t now_us)
{
    struct server *s = t->server;
    struct course *course = course_at(q, s);
    bool final = is_final_refusal(s, t, q, now_us);
    bool momentary = !final && (s->limited || s->answers == 0);
    q->last = *answer;
    course->misses++;
    course->failures += !final && !momentary;
    course->over = final;
    if (final)
        congestion_answered(&s->congestion, t->sent_us, now_us);
    else if (momentary)
        congestion_refused(&s->congestion, t->sent_us, now_us);
    if (final || momentary)
        route(q);
    else
        rest(q, s);
}

/* Asks again what failed: a server under load fails questions that it could answer a moment later. */
static void
take_failure(struct question *q, const struct try *t, const struct answer *answer, int64_t now_us)
{
    struct server *s = t->server;
    struct course *course = course_at(q, s);
    bool may_be_load = group_at(s, q->group)->answered;
    q->last = *answer;
    course->misses++;
    course->failures++;
    course->over = course->failures >= (may_be_load ? FAILURES_MOST : s->resolver->options.tries);
    if (may_be_load)
        congestion_refused(&s->congestion, t->sent_us, now_us);
    rest(q, s);
}

/* Handles FORMERR. The server may not know EDNS, which c-ares 1.18 then switches off for the whole channel. So the
 * question is sent once more without; if EDNS was not the reason, the channel must be opened anew to have it back. */
static bool
retry_without_edns(struct question *q, const struct try *t)
{
    struct course *course = course_at(q, t->server);
    if (t->kind == CHANNEL_EDNS && !course->plain) {
        course->plain = true;
        if (t->server->edns == EDNS_TESTED)
            t->server->edns = EDNS_DROPPED;
        await(q, t->server);
        return true;
    }
    t->server->spoilt = t->kind != CHANNEL_TCP;
    return false;
}

static void
receive(struct question *q, struct try *t, const uint8_t *packet, size_t count)
{
    struct resolver *r = q->resolver;
    struct server *s = t->server;
    int64_t now_us = clock_now_us();
    struct answer answer = {.rtt_us = now_us - t->sent_us, .tcp = t->kind == CHANNEL_TCP};
    answer.server = r->options.servers[s - r->servers];
    answer.at_ms = clock_wall_ms();
    answer_parse(packet, count, (enum record_type)q->key[0], &r->room, &answer);
    bool refused = answer.outcome == OUTCOME_REFUSED || answer.outcome == OUTCOME_SERVFAIL;
    if (t->kind == CHANNEL_EDNS && answer.outcome != OUTCOME_FORMERR)
        s->edns = EDNS_WORKS;
    if (refused && t->lost)
        return; /* the question is being asked again already */
    withdraw(q);
    if (!refused)
        count_answer(s, t, q->group, now_us);
    if (t->kind != CHANNEL_TCP && count > 2 && packet[2] & TRUNCATED) {
        q->tcp = true;
        await(q, s);
    } else if (answer.outcome == OUTCOME_REFUSED) {
        take_refusal(q, t, &answer, now_us);
    } else if (answer.outcome == OUTCOME_SERVFAIL) {
        take_failure(q, t, &answer, now_us);
    } else if (answer.outcome == OUTCOME_MALFORMED || answer.rcode == ns_r_notimpl) {
        q->last = answer;
        course_at(q, s)->misses++;
        course_at(q, s)->over = true;
        route(q);
    } else if (answer.outcome != OUTCOME_FORMERR || !retry_without_edns(q, t)) {
        conclude(q, &answer);
    }
}

/* Handles a try that could not be carried. An unreachable server that has answered before is waited for. */
static void
miss(struct question *q, const struct try *t, enum channel_result result)
{
    struct resolver *r = q->resolver;
    struct server *s = t->server;
    struct course *course = course_at(q, s);
    if (result == CHANNEL_UNASKABLE) {
        q->last.outcome = OUTCOME_FORMERR;
        q->packets--;
        r->counts.sent--;
        conclude(q, NULL);
        return;
    }
    if (result == CHANNEL_JUNK && !q->suspect) {
        q->suspect = true;
        await(q, s);
        return;
    }
    bool outage = result == CHANNEL_UNREACHABLE && !is_detour(t) && s->answers > 0;
    if (!has_answer(q)) {
        q->last.outcome = result == CHANNEL_JUNK ? OUTCOME_MALFORMED : OUTCOME_UNREACHABLE;
        q->last.tcp = t->kind == CHANNEL_TCP;
    }
    course->misses++;
    course->failures += !outage;
    course->over = course->failures >= r->options.tries;
    if (outage)
        congestion_refused(&s->congestion, t->sent_us, clock_now_us());
    if (!is_detour(t) && result != CHANNEL_JUNK)
        shun(s, t->sent_us);
    route(q);
    if (outage)
        consider_giving_up(s, t->sent_us);
}

static void
on_done(void *arg, enum channel_result result, const uint8_t *packet, size_t count)
{
    struct try *t = arg;
    struct server *s = t->server;
    struct resolver *r = s->resolver;
    t->ended = true;
    schedule(r, 0);
    if (r->moved && t->question && !t->question->queue)
        enter(t->question, r->moved);
    if (result == CHANNEL_SILENCE && !t->lost && !r->moved)
        return; /* on_expiry ends it, because c-ares shortens the time as it sees fit */
    if (!t->lost)
        queue_remove(queue_of_try(t), &t->link);
    if (result == CHANNEL_ANSWER) {
        r->counts.answered += !t->lost;
        s->answered_us = clock_now_us();
        s->shunned_until_ms = s->given_up_until_us = s->silent_since_us = 0;
        s->silences = 0;
    }
    struct question *q = t->question;
    if (q && !r->moved && result == CHANNEL_ANSWER)
        receive(q, t, packet, count);
    else if (q && !r->moved && !t->lost)
        miss(q, t, result);
    free_try(t);
}

/* ---- sending ---- */

/* Whether the server's next question may go now. A question that must be in flight alone, or a channel to be opened
 * anew, waits until nothing is in flight. */
static bool
may_send(struct resolver *r, struct server *s)
{
    const struct question *next = first_of(&s->waiting);
    size_t in_flight = in_flight_at(s);
    int64_t due;
    if (!next || (in_flight > 0 && (next->suspect || s->spoilt || s->exclusive)))
        return false;
    bool may = congestion_may_send(&s->congestion, in_flight, clock_now_us(), &due);
    if (!may && due > 0)
        schedule(r, due / 1000 + 1);
    return may;
}

/* Returns the channel for a question; the first after a doubt about EDNS tests it. */
static enum channel_kind
choose_channel(const struct question *q, struct server *s)
{
    const struct course *course = &q->courses[s - q->resolver->servers];
    if (q->tcp || q->resolver->options.servers[s - q->resolver->servers].tcp)
        return CHANNEL_TCP;
    if (course->plain || course->misses >= MISSES_PLAIN || (s->edns == EDNS_UNKNOWN && s->silent_since_us > 0))
        return CHANNEL_PLAIN;
    if (s->edns == EDNS_DOUBTED) {
        s->edns = EDNS_TESTED;
        return CHANNEL_EDNS;
    }
    return s->edns == EDNS_TESTED || s->edns == EDNS_DROPPED ? CHANNEL_PLAIN : CHANNEL_EDNS;
}

static void
send_question(struct question *q)
{
    struct resolver *r = q->resolver;
    struct server *s = q->server;
    struct try *t = mem_zero(sizeof *t);
    int64_t now_us = clock_now_us();
    unsigned level = course_at(q, s)->misses;
    if (s->spoilt)
        channel_close(s->channels[CHANNEL_EDNS]);
    s->spoilt = false;
    bool unhurried = in_flight_at(s) == 0 && now_us - s->sent_us >= (s->answers > 0 ? PAUSE_US : PAUSE_SHORT_US);
    withdraw(q);
    *t = (struct try){.next = q->tries, .question = q, .server = s, .sent_us = now_us};
    t->kind = choose_channel(q, s);
    level = level > s->congestion.dry ? level : s->congestion.dry;
    t->level = level < LEVELS ? level : LEVELS - 1;
    q->tries = t;
    queue_add(queue_of_try(t), &t->link);
    q->packets++;
    r->counts.sent++;
    s->sent_us = now_us;
    s->alone = unhurried ? t : NULL;
    s->exclusive = q->suspect;
    congestion_sent(&s->congestion, now_us);
    channel_send(s->channels[t->kind], (const char *)q->key + 1, (enum record_type)q->key[0], on_done, t);
}

/* Takes a question's first step: answers it from the cache, joins it to an equal one under way, or routes it. */
static void
begin(struct question *q)
{
    struct resolver *r = q->resolver;
    const struct answer *known = NULL;
    struct hashtable_entry *same = NULL;
    if (!(q->flags & RESOLVER_FORGET)) {
        same = hashtable_find(&r->under_way, q->key, q->key_count);
        if (!(q->flags & RESOLVER_FRESH))
            known = answer_cache_find(r->cache, q->key, q->key_count, clock_now_ms());
        r->counts.remembered += known || same;
    }
    if (known) {
        deliver(q, known);
    } else if (same) {
        vec_push(&mem_container(same, struct question, entry)->waiters, q->waiters.at[0]);
        free_question(q);
    } else {
        q->under_way = !(q->flags & RESOLVER_FORGET);
        q->entry = (struct hashtable_entry){.key = q->key, .key_count = q->key_count};
        if (q->under_way)
            hashtable_add(&r->under_way, &q->entry);
        route(q);
    }
}

/* ---- servers ---- */

static void
open_server(struct resolver *r, size_t index)
{
    struct server *s = &r->servers[index];
    *s = (struct server){.resolver = r, .expiry = {.fire = on_expiry, .arg = s}};
    queue_init(&s->waiting);
    for (size_t i = 0; i <= LEVELS; i++)
        queue_init(&s->in_flight[i]);
    congestion_init(&s->congestion, r->options.window);
    for (int kind = 0; kind < CHANNEL_KINDS; kind++)
        s->channels[kind] = channel_new(r->loop, &r->options.servers[index], (enum channel_kind)kind,
                                        r->options.timeout_ms * r->options.tries, schedule_work, r);
}

/* Ends every try. The questions, and those that wait, join `moved`. */
static void
close_servers(struct resolver *r, struct queue *moved)
{
    r->moved = moved;
    for (size_t i = 0; i < r->options.server_count; i++) {
        struct server *s = &r->servers[i];
        for (int kind = 0; kind < CHANNEL_KINDS; kind++)
            channel_free(s->channels[kind]);
        strand(s, moved);
        for (struct question *q; (q = first_of(&s->waiting));) {
            withdraw(q);
            enter(q, moved);
        }
        vec_free(&s->groups);
        loop_timer_clear(r->loop, &s->expiry);
    }
    for (struct question *q; (q = first_of(&r->resting));) {
        withdraw(q);
        enter(q, moved);
    }
    r->moved = NULL;
}

/* Reads the system's servers again if their file has changed; what is under way begins anew with them. */
static void
follow_system(struct resolver *r)
{
    struct system_servers now;
    struct fault fault;
    struct queue moved;
    r->is_stale = false;
    if (!r->system.path || !system_servers_have_changed(&r->system))
        return;
    if (!system_servers_read(&now, r->system.path, &fault)) {
        r->system.stamp = now.stamp;
        report(r, fault.text);
        return;
    }
    bool same = system_servers_equal(&r->system, &now);
    r->system = now;
    if (same)
        return;
    queue_init(&moved);
    close_servers(r, &moved);
    memcpy(r->options.servers, now.at, sizeof now.at);
    r->options.server_count = now.count;
    for (size_t i = 0; i < now.count; i++)
        open_server(r, i);
    for (struct question *q; (q = first_of(&moved));) {
        withdraw(q);
        memset(q->courses, 0, sizeof q->courses);
        route(q);
    }
    system_servers_describe(&now, &fault);
    report(r, fault.text);
}

/* Begins the questions asked before this turn, leaving those that callbacks add to the next one, and sends. */
static void
work(void *arg)
{
    struct resolver *r = arg;
    if (r->is_stale)
        follow_system(r);
    for (size_t left = r->asked.count; left > 0 && r->asked.count > 0; left--) {
        struct question *q = first_of(&r->asked);
        withdraw(q);
        begin(q);
    }
    for (struct question *q; (q = first_of(&r->resting));) {
        if (q->rests_until_us > clock_now_us()) {
            schedule(r, q->rests_until_us / 1000 + 1);
            break;
        }
        withdraw(q);
        route(q);
    }
    for (size_t i = 0; i < r->options.server_count; i++) {
        struct server *s = &r->servers[i];
        if (s->stranded)
            abandon(s);
        while (may_send(r, s))
            send_question(first_of(&s->waiting));
        for (int kind = 0; kind < CHANNEL_KINDS; kind++)
            channel_watch(s->channels[kind]);
        watch_expiry(s);
    }
}

void
resolver_ask(struct resolver *r, const char *name, enum record_type type, unsigned flags, resolver_done *done,
             void *arg)
{
    struct question *q = new_question(r, name, type, flags);
    vec_push(&q->waiters, ((struct waiter){done, arg}));
    enter(q, &r->asked);
    r->counts.asked++;
    r->is_stale |= (flags & RESOLVER_FRESH) || r->under_way.count == 0;
    schedule(r, 0);
}

static void
forget_in(struct queue *queue, const void *arg)
{
    for (struct queue_link *link = queue_first(queue), *next; link; link = next) {
        struct question *q = mem_container(link, struct question, link);
        next = queue_next(queue, link);
        leave(q, arg);
        if (!is_wanted(q)) {
            withdraw(q);
            free_question(q);
        }
    }
}

/* Leaves the questions of a server, those that are in flight to their answers. */
static void
forget_at(struct server *s, const void *arg)
{
    forget_in(&s->waiting, arg);
    for (size_t i = 0; i <= LEVELS; i++)
        for (struct queue_link *link = queue_first(&s->in_flight[i]); link; link = queue_next(&s->in_flight[i], link)) {
            struct try *t = mem_container(link, struct try, link);
            if (t->question)
                leave(t->question, arg);
        }
}

void
resolver_forget(struct resolver *r, const void *arg)
{
    forget_in(&r->asked, arg);
    if (r->delivered)
        leave(r->delivered, arg);
    forget_in(&r->resting, arg);
    for (size_t i = 0; i < r->options.server_count; i++)
        forget_at(&r->servers[i], arg);
}

/* ---- from beginning to end ---- */

struct resolver *
resolver_new(struct loop *loop, const struct resolver_options *options, struct fault *fault)
{
    struct resolver_options all = *options, usual;
    struct system_servers system = {.path = NULL};
    resolver_options_default(&usual);
    if (all.tries == 0 || all.tries > UINT8_MAX)
        all.tries = usual.tries;
    if (all.timeout_ms <= 0 || all.timeout_ms > TIMEOUT_MOST_MS)
        all.timeout_ms = usual.timeout_ms;
    if (all.server_count == 0) {
        if (!system_servers_read(&system, all.system_file ? all.system_file : SYSTEM_SERVERS_FILE, fault))
            return NULL;
        memcpy(all.servers, system.at, sizeof system.at);
        all.server_count = system.count;
    }
    struct resolver *r = mem_zero(sizeof *r);
    r->loop = loop;
    r->options = all;
    r->system = system;
    r->work = (struct timer){.fire = work, .arg = r};
    r->cache = answer_cache_new(all.answer_cache);
    queue_init(&r->asked);
    queue_init(&r->resting);
    for (size_t i = 0; i < all.server_count; i++)
        open_server(r, i);
    return r;
}

void
resolver_free(struct resolver *r)
{
    if (!r)
        return;
    assert(!r->delivered);
    close_servers(r, &r->asked);
    for (struct question *q; (q = first_of(&r->asked));) { /* callbacks may add questions */
        struct answer answer = {.outcome = OUTCOME_CANCELLED, .rcode = -1, .rtt_us = -1, .tries = q->packets};
        answer.at_ms = clock_wall_ms();
        withdraw(q);
        deliver(q, &answer);
    }
    loop_timer_clear(r->loop, &r->work);
    hashtable_free(&r->under_way);
    answer_cache_free(r->cache);
    free(r);
}

void
resolver_on_report(struct resolver *r, void (*report_to)(void *arg, const char *sentence), void *arg)
{
    r->report = report_to;
    r->report_arg = arg;
    if (r->system.path)
        report(r, r->system.unusable);
}

void
resolver_counts(const struct resolver *r, struct resolver_counts *out)
{
    *out = r->counts;
    out->waiting = r->asked.count + r->resting.count;
    for (size_t i = 0; i < r->options.server_count; i++) {
        const struct server *s = &r->servers[i];
        double limit = congestion_limit(&s->congestion);
        out->in_flight += in_flight_at(s);
        out->waiting += s->waiting.count;
        if (limit > 0 && (out->per_second <= 0 || limit < out->per_second))
            out->per_second = limit;
        if (s->given_up_until_us)
            out->silences = s->silences;
    }
}

const struct endpoint *
resolver_servers(const struct resolver *r, size_t *count)
{
    *count = r->options.server_count;
    return r->options.servers;
}
