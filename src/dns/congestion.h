/* Private to dns: how many questions one server may get, and how fast. Pure functions on a struct; the caller brings
 * the time.
 *
 * The window begins small, triples in each round trip (slow start) until the server shows a limit, and then grows by
 * one a round trip. It grows beyond CONGESTION_BUFFER only towards a server that is far away and whose round trip does
 * not lengthen, because a near one gains nothing and its socket buffer drops the rest. A lost or refused question
 * halves the window; if nothing was answered since the last one, a single question is tried after a quiet pause. Limits
 * that come back again and again are those of a rate, so the questions are spaced then, a little slower than the
 * server answered. If that does not help, load is not the reason, and misses are no signals until they grow. */
#ifndef CONGESTION_H
#define CONGESTION_H

#include <stdbool.h>
#include <stdint.h>

enum {
    /* Fits into the 64 KiB socket buffer of an rbldnsd that is behind, because that buffer holds 118 small packets on
     * Linux, and the rest are dropped. */
    CONGESTION_BUFFER = 112,
    CONGESTION_MOST = 512,
    CONGESTION_RATES = 32, /* tenths of a second whose answers are counted */
};

struct congestion {
    bool fixed; /* never grow beyond `most` */
    double most;
    double window, threshold; /* questions in flight; slow start ends at the threshold */
    double creep;             /* growth by an answer behind the threshold, if 1 / window is less */
    double window_before;     /* the last signal */
    int64_t signal_us;        /* time of the last signal; what was sent before is part of it */
    unsigned dry;             /* signals in a row with no answer between them */
    unsigned poor;            /* signals after many misses, shortly before each other; the last ... */
    int64_t poor_us;          /* ... at this time */
    unsigned answers, missed; /* since the last signal */
    int64_t quiet_until_us;
    double pace, ceiling;                      /* questions a second, 0 = unlimited; pace of the last signal */
    double most_answered;                      /* in a second, since the server is paced */
    double missed_share, constant_share;       /* of the last tries; that is missed at any pace, 0 = none is */
    int64_t next_us;                           /* when a spaced question may go */
    int64_t faster_us;                         /* when the pace was last raised */
    int64_t smooth_us, variation_us, least_us; /* round trip; 0 = not measured */
    struct {
        int64_t tenth;
        unsigned count;
    } answered[CONGESTION_RATES];
};

/* Begins; `most` is the largest window, 0 = as the server takes it. */
void congestion_init(struct congestion *, unsigned most);

/* Whether a question may go while `in_flight` are under way. If only time is missing, *due_us is when; else it is 0. */
bool congestion_may_send(const struct congestion *, unsigned long in_flight, int64_t now_us, int64_t *due_us);
void congestion_sent(struct congestion *, int64_t now_us);

/* Notes an answer to a question sent at `sent_us`. */
void congestion_answered(struct congestion *, int64_t sent_us, int64_t now_us);

/* Like congestion_answered, for a question that had been counted as lost: takes that back. */
void congestion_answered_late(struct congestion *, int64_t sent_us, int64_t now_us);

/* Notes a question that was lost (no answer in time) or refused for the moment. */
void congestion_missed(struct congestion *, bool refused, int64_t sent_us, int64_t now_us);

/* Returns how long to wait for an answer: RFC 6298. `times` is how often the question was lost before it was sent, or
 * how many signals had been dry then, the larger. */
int64_t congestion_timeout_us(const struct congestion *, unsigned times, int64_t most_us);

/* Returns the questions a second that the server was found to take, 0 = no limit was met. */
double congestion_limit(const struct congestion *);

#endif
