/* Three questions a list, asked once a run and shared by all its targets. The three answers are kept apart until the
 * last has come; then they are judged together, the most telling defect first. */
#include "proof.h"

#include "clock.h"
#include "mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum point { POINT_POSITIVE, POINT_NEGATIVE, POINT_RANDOM, POINT_COUNT };

enum { POINT_DETAIL = PROOF_DETAIL - 32 }; /* leaves room for its name before it */

/* What one test point answered. */
struct point_result {
    struct trial *trial;
    enum point point;
    enum state state; /* LISTED, CLEAR or a reason for neither */
    char detail[POINT_DETAIL];
};

/* One list on trial. */
struct trial {
    struct proofs *proofs;
    enum list_id id;
    struct proof proof;
    struct point_result points[POINT_COUNT];
    unsigned left; /* answers still to come */
};

struct listener {
    proofs_changed *changed;
    void *arg;
};

struct proofs {
    struct resolver *resolver;
    char label[24]; /* the random one, the same for all lists of a run */
    struct trial trials[LIST_COUNT];
    VEC(struct listener) listeners;
    bool telling; /* listeners who leave meanwhile are only struck out */
};

static const char *const labels[POINT_COUNT] = {
    [POINT_POSITIVE] = "2.0.0.127",
    [POINT_NEGATIVE] = "1.0.0.127",
};

/* As people write the test points. */
static const char *const names[POINT_COUNT] = {
    [POINT_POSITIVE] = "test point 127.0.0.2",
    [POINT_NEGATIVE] = "test point 127.0.0.1",
    [POINT_RANDOM] = "a random label",
};

struct proofs *
proofs_new(struct resolver *resolver)
{
    struct proofs *proofs = mem_zero(sizeof *proofs);
    uint64_t dice = 0;
    if (getrandom(&dice, sizeof dice, 0) != (ssize_t)sizeof dice)
        dice = (uint64_t)clock_now_us();
    proofs->resolver = resolver;
    snprintf(proofs->label, sizeof proofs->label, "probe-%012llx", (unsigned long long)(dice & 0xFFFFFFFFFFFF));
    for (size_t i = 0; i < LIST_COUNT; i++) {
        proofs->trials[i].proofs = proofs;
        proofs->trials[i].id = (enum list_id)i;
        for (size_t p = 0; p < POINT_COUNT; p++)
            proofs->trials[i].points[p] = (struct point_result){.trial = &proofs->trials[i], .point = (enum point)p};
    }
    return proofs;
}

void
proofs_free(struct proofs *proofs)
{
    if (!proofs)
        return;
    for (size_t i = 0; i < LIST_COUNT; i++)
        for (size_t p = 0; p < POINT_COUNT; p++)
            resolver_forget(proofs->resolver, &proofs->trials[i].points[p]);
    vec_free(&proofs->listeners);
    free(proofs);
}

const struct proof *
proofs_at(const struct proofs *proofs, enum list_id id)
{
    return &proofs->trials[id].proof;
}

static void
conclude(struct proof *proof, enum state state, const char *subject, const char *detail)
{
    proof->state = state;
    snprintf(proof->detail, sizeof proof->detail, "%s%s%s", subject, *detail ? " " : "", detail);
}

/* The most telling defect first: who answers to everything proves nothing by his other answers, and foreign addresses
 * speak of the resolver rather than of the list. */
static void
judge(struct trial *trial)
{
    const struct point_result *positive = &trial->points[POINT_POSITIVE];
    const struct point_result *negative = &trial->points[POINT_NEGATIVE];
    const struct point_result *random = &trial->points[POINT_RANDOM];
    struct proof *proof = &trial->proof;

    for (size_t p = 0; p < POINT_COUNT; p++)
        if (trial->points[p].state == STATE_REFUSED || trial->points[p].state == STATE_INVALID) {
            conclude(proof, trial->points[p].state, names[p], trial->points[p].detail);
            return;
        }
    if (random->state == STATE_LISTED)
        conclude(proof, STATE_UNHEALTHY, "it lists everything, even a random label", "");
    else if (negative->state == STATE_LISTED)
        conclude(proof, STATE_UNHEALTHY, "it lists its negative test point 127.0.0.1", "");
    else if (positive->state == STATE_CLEAR)
        conclude(proof, STATE_UNHEALTHY, "it does not list its own test point 127.0.0.2", "");
    else if (positive->state != STATE_LISTED)
        conclude(proof, positive->state, names[POINT_POSITIVE], positive->detail);
    else if (negative->state != STATE_CLEAR)
        conclude(proof, negative->state, names[POINT_NEGATIVE], negative->detail);
    else if (random->state != STATE_CLEAR)
        conclude(proof, random->state, names[POINT_RANDOM], random->detail);
    else
        conclude(proof, STATE_CLEAR, "", "");
}

static void
drop_struck_out(struct proofs *proofs)
{
    size_t kept = 0;
    for (size_t i = 0; i < proofs->listeners.count; i++)
        if (proofs->listeners.at[i].changed)
            proofs->listeners.at[kept++] = proofs->listeners.at[i];
    proofs->listeners.count = kept;
}

/* By index, because a listener may join or leave while it is told. */
static void
tell(struct proofs *proofs, enum list_id id)
{
    proofs->telling = true;
    for (size_t i = 0; i < proofs->listeners.count; i++)
        if (proofs->listeners.at[i].changed)
            proofs->listeners.at[i].changed(proofs->listeners.at[i].arg, id);
    proofs->telling = false;
    drop_struck_out(proofs);
}

static void
finish(struct trial *trial)
{
    struct proofs *proofs = trial->proofs;
    judge(trial);
    trial->proof.pending = false;
    trial->proof.done = true;
    trial->proof.at_ms = clock_now_ms();
    tell(proofs, trial->id);
}

static void
answered(void *arg, const struct answer *answer)
{
    struct point_result *result = arg;
    struct trial *trial = result->trial;
    struct buf detail = {0};

    result->state = proof_read(answer, &detail, &trial->proof.foreign);
    snprintf(result->detail, sizeof result->detail, "%s", buf_string(&detail));
    buf_free(&detail);
    if (answer->serial)
        trial->proof.serial = answer->serial;
    if (--trial->left == 0)
        finish(trial);
}

void
proofs_ask(struct proofs *proofs, enum list_id id, bool again)
{
    struct trial *trial = &proofs->trials[id];
    bool fresh = trial->proof.done && clock_now_ms() - trial->proof.at_ms < PROOF_VALID_MS;
    if (trial->proof.pending || (fresh && !again))
        return;
    trial->proof.pending = true;
    trial->proof.foreign = (struct addr){0};
    trial->left = POINT_COUNT;
    for (size_t p = 0; p < POINT_COUNT; p++) {
        char name[128];
        snprintf(name, sizeof name, "%s.%s", p == POINT_RANDOM ? proofs->label : labels[p], catalogue_at(id)->zone);
        resolver_ask(proofs->resolver, name, RECORD_A, RESOLVER_FRESH, answered, &trial->points[p]);
    }
}

void
proofs_listen(struct proofs *proofs, proofs_changed *changed, void *arg)
{
    vec_push(&proofs->listeners, ((struct listener){changed, arg}));
}

void
proofs_unlisten(struct proofs *proofs, void *arg)
{
    for (size_t i = 0; i < proofs->listeners.count; i++)
        if (proofs->listeners.at[i].arg == arg)
            proofs->listeners.at[i].changed = NULL;
    if (!proofs->telling)
        drop_struck_out(proofs);
}

enum state
proof_read(const struct answer *answer, struct buf *detail, struct addr *foreign)
{
    static const enum state states[] = {
        [OUTCOME_NODATA] = STATE_CLEAR,      [OUTCOME_NXDOMAIN] = STATE_CLEAR,      [OUTCOME_SERVFAIL] = STATE_ERROR,
        [OUTCOME_REFUSED] = STATE_ERROR,     [OUTCOME_FORMERR] = STATE_ERROR,       [OUTCOME_RCODE] = STATE_ERROR,
        [OUTCOME_TIMEOUT] = STATE_TIMEOUT,   [OUTCOME_UNREACHABLE] = STATE_ERROR,   [OUTCOME_MALFORMED] = STATE_INVALID,
        [OUTCOME_CANCELLED] = STATE_UNASKED,
    };
    if (answer->outcome != OUTCOME_DATA) {
        enum state state = states[answer->outcome];
        if (state != STATE_CLEAR) {
            char server[ENDPOINT_TEXT];
            buf_text(detail, outcome_name(answer->outcome));
            if (answer->server.addr.family)
                buf_format(detail, " from %s", endpoint_text(&answer->server, server));
        }
        return state;
    }
    struct addr answers[ANSWER_RECORDS] = {0};
    size_t count = 0;
    for (size_t i = 0; i < answer->count; i++)
        answers[count++] = answer->records[i].addr;
    enum state state = listing_judge(answers, count);
    if (state != STATE_LISTED)
        listing_explain(detail, answers, count);
    for (size_t i = 0; i < count; i++)
        if (!addr_is_loopback(&answers[i]))
            *foreign = answers[i];
    return state;
}
