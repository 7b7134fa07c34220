#include "ill.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIMITS_MAX = 4, GAPS_MAX = 8, CUT_AT = 512 };

/* So many questions in `span_ms`, or, where that is 0, so many held back at a time. */
static struct limit {
    size_t most;
    int64_t span_ms;
    enum ill ill;
    int64_t *taken_ms; /* a ring: when the last `most` questions were taken */
    size_t next;
} limits[LIMITS_MAX];

/* After the first question, in milliseconds. */
static struct gap {
    int64_t from_ms, to_ms;
} gaps[GAPS_MAX];

static size_t limit_count, gap_count;
static enum { EDNS_KEPT, EDNS_DROPPED, EDNS_STRIPPED } edns;
static int64_t first_ms;

static void
fail(const char *what, const char *text)
{
    fprintf(stderr, "scenario: %s \"%s\"\n", what, text);
    exit(64);
}

void
ill_limit(const char *text)
{
    char kind[16], act[8];
    unsigned long most;
    double seconds = 1;
    int end = 0;
    sscanf(text, "%15[a-z]=%lu%n", kind, &most, &end);
    if (end == 0 || most == 0 || limit_count == LIMITS_MAX)
        fail("no limit", text);
    text += end;
    if (sscanf(text, "/%lf%n", &seconds, &end) == 1)
        text += end;
    if (sscanf(text, ",%7s", act) != 1 || (strcmp(act, "drop") != 0 && strcmp(act, "refuse") != 0))
        fail("neither drop nor refuse", text);
    struct limit *limit = &limits[limit_count++];
    *limit = (struct limit){.most = most, .ill = strcmp(act, "drop") == 0 ? ILL_DROP : ILL_REFUSE};
    if (strcmp(kind, "rate") == 0) {
        limit->span_ms = (int64_t)(seconds * 1000);
        limit->taken_ms = mem_zero(most * sizeof *limit->taken_ms);
        for (size_t i = 0; i < most; i++)
            limit->taken_ms[i] = INT64_MIN / 2;
    } else if (strcmp(kind, "inflight") != 0) {
        fail("neither rate= nor inflight=", kind);
    }
}

void
ill_gap(const char *text)
{
    long from_ms, to_ms;
    if (sscanf(text, "%ld-%ld", &from_ms, &to_ms) != 2 || from_ms >= to_ms || gap_count == GAPS_MAX)
        fail("no gap", text);
    gaps[gap_count++] = (struct gap){from_ms, to_ms};
}

void
ill_edns(const char *text)
{
    if (strcmp(text, "drop") == 0)
        edns = EDNS_DROPPED;
    else if (strcmp(text, "strip") == 0)
        edns = EDNS_STRIPPED;
    else
        fail("neither drop nor strip", text);
}

static bool
is_beyond(const struct limit *limit, size_t held, int64_t now_ms)
{
    return limit->span_ms ? now_ms - limit->taken_ms[limit->next] < limit->span_ms : held >= limit->most;
}

enum ill
ill_of(struct question *q, size_t held)
{
    int64_t now_ms = clock_now_ms();
    if (first_ms == 0)
        first_ms = now_ms;
    for (size_t i = 0; i < gap_count; i++)
        if (now_ms - first_ms >= gaps[i].from_ms && now_ms - first_ms < gaps[i].to_ms)
            return ILL_DROP;
    if (q->edns && edns == EDNS_DROPPED)
        return ILL_DROP;
    if (q->edns && edns == EDNS_STRIPPED) {
        q->edns = false;
        q->cut = !q->tcp;
        q->room = q->tcp ? PACKET_MAX : CUT_AT;
    }
    for (size_t i = 0; i < limit_count; i++)
        if (is_beyond(&limits[i], held, now_ms))
            return limits[i].ill;
    for (size_t i = 0; i < limit_count; i++)
        if (limits[i].span_ms) {
            limits[i].taken_ms[limits[i].next] = now_ms;
            limits[i].next = (limits[i].next + 1) % limits[i].most;
        }
    return ILL_NONE;
}
