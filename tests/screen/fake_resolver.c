/* Rules are kept in the order of the scripts and searched from the end. A question keeps no answer: the rules are asked
 * when it is delivered, so a script may change its mind in between. */
#include "fake_resolver.h"
#include "../unit/builtin_lists.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/vec.h"
#include "lists/catalogue.h"

#include <fnmatch.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

struct rule {
    char *name, *type; /* patterns */
    enum outcome outcome;
    int rcode;
    uint32_t ttl, serial, labels;
    int64_t rtt_us;
    struct endpoint server;
    bool remembered, stale, bare;
    VEC(char *) records;
    VEC(size_t) counts; /* bytes of each: a record may hold a NUL */
};

struct question {
    struct resolver *resolver;
    uint64_t number;
    char *name;
    enum record_type type;
    resolver_done *done;
    void *arg;
    struct timer timer;
};

struct resolver {
    struct loop *loop;
    const struct resolver *like; /* whose rules it uses; NULL = its own */
    VEC(struct rule *) rules;
    VEC(struct question *) questions; /* without an answer, oldest first */
    struct buf asked, told;
    bool held;
    uint64_t put, answered; /* questions so far */
};

static const struct endpoint server = {.addr = {ADDR_V4, {127, 0, 0, 1}}, .port = 53};

/* ---- scripts ---- */

static const struct {
    const char *word;
    enum outcome outcome;
    int rcode;
} outcomes[] = {
    {"data", OUTCOME_DATA, 0},
    {"nodata", OUTCOME_NODATA, 0},
    {"nxdomain", OUTCOME_NXDOMAIN, 3},
    {"servfail", OUTCOME_SERVFAIL, 2},
    {"refused", OUTCOME_REFUSED, 5},
    {"formerr", OUTCOME_FORMERR, 1},
    {"notimp", OUTCOME_RCODE, 4},
    {"timeout", OUTCOME_TIMEOUT, -1},
    {"unreachable", OUTCOME_UNREACHABLE, -1},
    {"malformed", OUTCOME_MALFORMED, -1},
    {"cancelled", OUTCOME_CANCELLED, -1},
};

enum { OUTCOMES = sizeof outcomes / sizeof outcomes[0] };

static void
set_outcome(struct rule *rule, const char *word)
{
    size_t i = 0;
    while (i < OUTCOMES && strcmp(outcomes[i].word, word) != 0)
        i++;
    if (i == OUTCOMES)
        fail_msg("fake resolver: no outcome is called %s", word);
    rule->outcome = outcomes[i].outcome;
    rule->rcode = outcomes[i].rcode;
    bool negative = rule->outcome == OUTCOME_NODATA || rule->outcome == OUTCOME_NXDOMAIN;
    bool silence = rule->outcome == OUTCOME_TIMEOUT || rule->outcome == OUTCOME_UNREACHABLE;
    rule->ttl = rule->outcome == OUTCOME_DATA ? FAKE_RESOLVER_TTL : negative ? FAKE_RESOLVER_NEGATIVE_TTL : 0;
    rule->serial = negative ? FAKE_RESOLVER_SERIAL : 0;
    rule->labels = negative ? FAKE_RESOLVER_LABELS : 0;
    rule->rtt_us = silence ? -1 : FAKE_RESOLVER_RTT_MS * 1000;
    rule->server = silence ? (struct endpoint){0} : server;
}

static char
read_hex(const char *digits)
{
    char two[3] = {digits[0], digits[0] ? digits[1] : '\0', '\0'}, *end;
    long value = strtol(two, &end, 16);
    if (end != two + 2)
        fail_msg("fake resolver: \\x%s is no byte", two);
    return (char)value;
}

/* Takes a word off the front of the line, or what stands in quotes; false at its end. */
static bool
next_word(const char **line, struct buf *word)
{
    const char *at = *line + strspn(*line, " ");
    bool quoted = *at == '"';
    buf_clear(word);
    if (*at == '\0')
        return false;
    for (at += quoted; *at && (quoted ? *at != '"' : *at != ' '); at++) {
        if (quoted && at[0] == '\\' && at[1] == 'x') {
            buf_byte(word, read_hex(at + 2));
            at += 3;
        } else {
            at += quoted && *at == '\\';
            buf_byte(word, *at);
        }
    }
    *line = at + (quoted && *at == '"');
    return true;
}

static double
next_number(const char **line, struct buf *word)
{
    char *end = NULL;
    double number = next_word(line, word) ? strtod(buf_string(word), &end) : 0;
    if (!end || *end)
        fail_msg("fake resolver: a number is missing before %s", *line);
    return number;
}

static void
take_setting(struct rule *rule, const char **line, struct buf *word)
{
    const char *name = buf_string(word);
    if (strcmp(name, "ttl") == 0) {
        rule->ttl = (uint32_t)next_number(line, word);
    } else if (strcmp(name, "rtt") == 0) {
        rule->rtt_us = (int64_t)(next_number(line, word) * 1000);
    } else if (strcmp(name, "serial") == 0) {
        rule->serial = (uint32_t)next_number(line, word);
    } else if (strcmp(name, "labels") == 0) {
        rule->labels = (uint32_t)next_number(line, word);
    } else if (strcmp(name, "remembered") == 0) {
        rule->remembered = true;
    } else if (strcmp(name, "stale") == 0) {
        rule->stale = true;
    } else if (strcmp(name, "bare") == 0) {
        rule->bare = true;
    } else if (strcmp(name, "server") == 0) {
        if (!next_word(line, word) || !endpoint_parse(buf_string(word), &rule->server))
            fail_msg("fake resolver: %s is no server", buf_string(word));
    } else {
        vec_push(&rule->counts, word->count);
        vec_push(&rule->records, mem_copy_bytes(buf_string(word), word->count));
    }
}

static void
add_rule(struct resolver *r, const char *line)
{
    struct rule *rule = mem_zero(sizeof *rule);
    struct buf word = {0};
    if (next_word(&line, &word))
        rule->name = mem_copy(buf_string(&word));
    if (next_word(&line, &word))
        rule->type = mem_copy(buf_string(&word));
    if (!next_word(&line, &word))
        fail_msg("fake resolver: a line needs NAME TYPE OUTCOME");
    set_outcome(rule, buf_string(&word));
    while (next_word(&line, &word))
        take_setting(rule, &line, &word);
    vec_push(&r->rules, rule);
    buf_free(&word);
}

void
fake_resolver_say(struct resolver *r, const char *script)
{
    while (*script) {
        size_t count = strcspn(script, "\n");
        char *line = mem_copy_bytes(script, count);
        if (line[strspn(line, " ")] != '\0' && *line != '#')
            add_rule(r, line);
        free(line);
        script += count + (script[count] == '\n');
    }
}

static void
say_healthy(struct resolver *r, size_t id)
{
    struct buf script = {0};
    buf_format(&script, "2.0.0.127.%s A data 127.0.0.2\n", LIST_AT(id)->zone);
    fake_resolver_say(r, buf_string(&script));
    buf_free(&script);
}

static void
rule_free(struct rule *rule)
{
    for (size_t i = 0; i < rule->records.count; i++)
        free(rule->records.at[i]);
    vec_free(&rule->records);
    vec_free(&rule->counts);
    free(rule->name);
    free(rule->type);
    free(rule);
}

/* ---- answers ---- */

static bool
fits(const char *name_pattern, const char *type_pattern, const struct question *q)
{
    return (!name_pattern || fnmatch(name_pattern, q->name, FNM_CASEFOLD) == 0) &&
           (!type_pattern || fnmatch(type_pattern, record_type_name(q->type), 0) == 0);
}

static const struct rule *
rule_for(const struct question *q)
{
    const struct resolver *r = q->resolver->like ? q->resolver->like : q->resolver;
    for (size_t i = r->rules.count; i-- > 0;)
        if (fits(r->rules.at[i]->name, r->rules.at[i]->type, q))
            return r->rules.at[i];
    fail_msg("fake resolver: no answer to %s", q->name);
    return NULL;
}

static void
fill_record(struct record *record, const struct rule *rule, size_t i, enum record_type type)
{
    const char *text = rule->records.at[i];
    *record = (struct record){.type = type, .ttl = rule->ttl};
    if (type == RECORD_TXT || type == RECORD_PTR || type == RECORD_MX) {
        record->text = text;
        record->text_count = rule->counts.at[i];
    } else if (!addr_parse(text, &record->addr)) {
        fail_msg("fake resolver: %s is no address", text);
    }
}

static void
drop(struct question *q)
{
    struct resolver *r = q->resolver;
    size_t at = 0;
    while (r->questions.at[at] != q)
        at++;
    r->questions.count--;
    for (; at < r->questions.count; at++)
        r->questions.at[at] = r->questions.at[at + 1];
    loop_timer_clear(r->loop, &q->timer);
    free(q->name);
    free(q);
}

static void
tell(struct question *q, const struct answer *answer)
{
    resolver_done *done = q->done;
    void *arg = q->arg;
    q->resolver->answered++;
    drop(q);
    done(arg, answer);
}

static void
deliver(struct question *q)
{
    const struct rule *rule = rule_for(q);
    struct record records[ANSWER_RECORDS];
    struct answer answer = {
        .outcome = rule->outcome,
        .rcode = rule->rcode,
        .ttl = rule->ttl,
        .serial = rule->serial,
        .zone_labels = rule->labels,
        .rtt_us = rule->rtt_us,
        .at_ms = clock_wall_ms(),
        .tries = 1,
        .edns_bytes = 1232,
        .remembered = rule->remembered,
        .stale = rule->stale,
        .bare = rule->bare,
        .server = rule->server,
        .count = rule->records.count,
        .records = records,
    };
    for (size_t i = 0; i < answer.count; i++)
        fill_record(&records[i], rule, i, q->type & ~RECORD_CHAOS);
    tell(q, &answer);
}

static void
on_timer(void *arg)
{
    deliver(arg);
}

void
fake_resolver_hold(struct resolver *r)
{
    r->held = true;
    for (size_t i = 0; i < r->questions.count; i++)
        loop_timer_clear(r->loop, &r->questions.at[i]->timer);
}

static struct question *
oldest(const struct resolver *r, const char *name, const char *type, uint64_t before)
{
    for (size_t i = 0; i < r->questions.count && r->questions.at[i]->number < before; i++)
        if (fits(name, type, r->questions.at[i]))
            return r->questions.at[i];
    return NULL;
}

size_t
fake_resolver_deliver(struct resolver *r, const char *name, const char *type, size_t most)
{
    uint64_t before = r->put;
    size_t delivered = 0;
    for (struct question *q; delivered < most && (q = oldest(r, name, type, before)); delivered++)
        deliver(q);
    return delivered;
}

void
fake_resolver_deliver_all(struct resolver *r)
{
    while (r->questions.count > 0)
        deliver(r->questions.at[0]);
}

size_t
fake_resolver_waiting(const struct resolver *r)
{
    return r->questions.count;
}

const char *
fake_resolver_asked(struct resolver *r)
{
    buf_clear(&r->told);
    buf_text(&r->told, buf_string(&r->asked));
    buf_clear(&r->asked);
    return buf_string(&r->told);
}

/* ---- resolver.h ---- */

struct resolver *
fake_resolver_new(struct loop *loop)
{
    struct resolver *r = mem_zero(sizeof *r);
    r->loop = loop;
    fake_resolver_say(r, "* * nxdomain");
    for (size_t i = 0; i < BUILTIN_LISTS; i++)
        say_healthy(r, i);
    return r;
}

struct resolver *
resolver_new(struct loop *loop, const struct resolver_options *options, struct fault *fault)
{
    (void)options, (void)fault;
    return fake_resolver_new(loop);
}

struct resolver *
resolver_alone(const struct resolver *of, size_t place, bool tcp)
{
    struct resolver *r = mem_zero(sizeof *r);
    (void)place, (void)tcp;
    r->loop = of->loop;
    r->like = of;
    return r;
}

void
resolver_free(struct resolver *r)
{
    if (!r)
        return;
    while (r->questions.count > 0)
        tell(r->questions.at[0], &(struct answer){.outcome = OUTCOME_CANCELLED, .rcode = -1, .rtt_us = -1});
    for (size_t i = 0; i < r->rules.count; i++)
        rule_free(r->rules.at[i]);
    vec_free(&r->rules);
    vec_free(&r->questions);
    buf_free(&r->asked);
    buf_free(&r->told);
    free(r);
}

void
resolver_ask(struct resolver *r, const char *name, enum record_type type, unsigned flags, resolver_done *done,
             void *arg)
{
    struct question *q = mem_zero(sizeof *q);
    *q = (struct question){r, r->put++, mem_copy(name), type, done, arg, {.fire = on_timer, .arg = q}};
    vec_push(&r->questions, q);
    buf_format(&r->asked, "%s %s%s\n", name, record_type_name(type), flags & RESOLVER_FRESH ? " fresh" : "");
    int64_t rtt_us = rule_for(q)->rtt_us;
    if (!r->held)
        loop_timer_set(r->loop, &q->timer, clock_now_ms() + (rtt_us < 0 ? FAKE_RESOLVER_SILENCE_MS : rtt_us / 1000));
}

void
resolver_forget(struct resolver *r, const void *arg)
{
    for (size_t i = r->questions.count; i-- > 0;)
        if (r->questions.at[i]->arg == arg)
            drop(r->questions.at[i]);
}

void
resolver_on_report(struct resolver *r, void (*report)(void *arg, const char *sentence), void *arg)
{
    (void)r, (void)report, (void)arg;
}

void
resolver_counts(const struct resolver *r, struct resolver_counts *out)
{
    *out = (struct resolver_counts){
        .asked = r->put, .sent = r->put, .answered = r->answered, .in_flight = r->questions.count};
}

const struct endpoint *
resolver_servers(const struct resolver *r, size_t *count)
{
    (void)r;
    *count = 1;
    return &server;
}
