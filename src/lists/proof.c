/* Three questions a list, asked once a run and shared by all its targets. The three answers are kept apart until the
 * last has come; then they are judged together, the most telling defect first. */
#include "lists/proof.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum point { POINT_POSITIVE, POINT_NEGATIVE, POINT_RANDOM };

static const struct {
    const char *name, *label; /* no label: the random one of the run */
    enum state wanted;
} points[PROOF_POINTS] = {
    [POINT_POSITIVE] = {"test point 127.0.0.2", "2.0.0.127", STATE_LISTED},
    [POINT_NEGATIVE] = {"test point 127.0.0.1", "1.0.0.127", STATE_CLEAR},
    [POINT_RANDOM] = {"a random label", NULL, STATE_CLEAR},
};

/* Who waits for the answer of one test point. */
struct waiter {
    struct trial *trial;
    enum point point;
};

/* One list on trial. */
struct trial {
    struct proofs *proofs;
    enum list_id id;
    struct proof proof;
    struct waiter waiters[PROOF_POINTS];
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

static void
trial_init(struct trial *trial, struct proofs *proofs, enum list_id id)
{
    trial->proofs = proofs;
    trial->id = id;
    for (size_t p = 0; p < PROOF_POINTS; p++) {
        struct proof_point *point = &trial->proof.points[p];
        point->name = points[p].name;
        point->wanted = points[p].wanted;
        snprintf(point->question, sizeof point->question, "%s.%s", points[p].label ? points[p].label : proofs->label,
                 catalogue_at(id)->zone);
        trial->waiters[p] = (struct waiter){trial, (enum point)p};
    }
}

struct proofs *
proofs_new(struct resolver *resolver)
{
    struct proofs *proofs = mem_zero(sizeof *proofs);
    uint64_t dice = 0;
    if (getrandom(&dice, sizeof dice, 0) != (ssize_t)sizeof dice)
        dice = (uint64_t)clock_now_us();
    proofs->resolver = resolver;
    snprintf(proofs->label, sizeof proofs->label, "probe-%012llx", (unsigned long long)(dice & 0xFFFFFFFFFFFF));
    for (size_t i = 0; i < LIST_COUNT; i++)
        trial_init(&proofs->trials[i], proofs, (enum list_id)i);
    return proofs;
}

void
proofs_free(struct proofs *proofs)
{
    if (!proofs)
        return;
    for (size_t i = 0; i < LIST_COUNT; i++)
        for (size_t p = 0; p < PROOF_POINTS; p++)
            resolver_forget(proofs->resolver, &proofs->trials[i].waiters[p]);
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
    snprintf(proof->detail, sizeof proof->detail, "%s%s%s", subject, *detail ? ": " : "", detail);
}

/* The most telling defect first: who answers to everything proves nothing by his other answers, and foreign addresses
 * speak of the resolver rather than of the list. */
static void
judge(struct proof *proof)
{
    const struct proof_point *positive = &proof->points[POINT_POSITIVE], *negative = &proof->points[POINT_NEGATIVE];
    const struct proof_point *random = &proof->points[POINT_RANDOM];
    for (size_t p = 0; p < PROOF_POINTS; p++)
        if (proof->points[p].state == STATE_REFUSED || proof->points[p].state == STATE_INVALID) {
            conclude(proof, proof->points[p].state, proof->points[p].name, proof->points[p].detail);
            return;
        }
    if (random->state == STATE_LISTED)
        conclude(proof, STATE_UNHEALTHY, "everything is listed, even a random label", "");
    else if (negative->state == STATE_LISTED)
        conclude(proof, STATE_UNHEALTHY, "the negative test point 127.0.0.1 is listed", "");
    else if (positive->state == STATE_CLEAR)
        conclude(proof, STATE_UNHEALTHY, "the test point 127.0.0.2 is not listed", "");
    else
        conclude(proof, STATE_CLEAR, "", "");
    for (size_t p = 0; p < PROOF_POINTS && proof->state == STATE_CLEAR; p++)
        if (!state_is_known(proof->points[p].state))
            conclude(proof, proof->points[p].state, proof->points[p].name, proof->points[p].detail);
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
    judge(&trial->proof);
    trial->proof.pending = false;
    trial->proof.done = true;
    trial->proof.at_ms = clock_now_ms();
    tell(proofs, trial->id);
}

static void
answered(void *arg, const struct answer *answer)
{
    const struct waiter *waiter = arg;
    struct trial *trial = waiter->trial;
    struct proof_point *point = &trial->proof.points[waiter->point];
    struct buf detail = {0};

    point->state = proof_read(answer, &detail, &trial->proof.foreign);
    snprintf(point->detail, sizeof point->detail, "%s", buf_string(&detail));
    buf_free(&detail);
    if (answer->serial)
        trial->proof.serial = answer->serial;
    if (--trial->left == 0)
        finish(trial);
}

static bool
is_fresh(const struct proof *proof)
{
    int64_t valid_ms = proof->state == STATE_CLEAR ? PROOF_VALID_MS : PROOF_FAILED_MS;
    return proof->done && clock_now_ms() - proof->at_ms < valid_ms;
}

void
proofs_ask(struct proofs *proofs, enum list_id id, bool again)
{
    struct trial *trial = &proofs->trials[id];
    if (trial->proof.pending || (is_fresh(&trial->proof) && !again))
        return;
    trial->proof.pending = true;
    trial->proof.foreign = (struct addr){0};
    trial->left = PROOF_POINTS;
    for (size_t p = 0; p < PROOF_POINTS; p++)
        resolver_ask(proofs->resolver, trial->proof.points[p].question, RECORD_A, RESOLVER_FRESH, answered,
                     &trial->waiters[p]);
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
        [OUTCOME_NODATA] = STATE_CLEAR,      [OUTCOME_NXDOMAIN] = STATE_CLEAR,    [OUTCOME_SERVFAIL] = STATE_ERROR,
        [OUTCOME_REFUSED] = STATE_ERROR,     [OUTCOME_FORMERR] = STATE_ERROR,     [OUTCOME_RCODE] = STATE_ERROR,
        [OUTCOME_TIMEOUT] = STATE_TIMEOUT,   [OUTCOME_UNREACHABLE] = STATE_ERROR, [OUTCOME_MALFORMED] = STATE_INVALID,
        [OUTCOME_CANCELLED] = STATE_UNASKED,
    };
    if (answer->outcome != OUTCOME_DATA) {
        enum state state = states[answer->outcome];
        if (state != STATE_CLEAR) {
            char server[ENDPOINT_TEXT];
            buf_text(detail, outcome_name(answer->outcome));
            if (answer->server.addr.family)
                buf_format(detail, " by %s", endpoint_text(&answer->server, server));
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
