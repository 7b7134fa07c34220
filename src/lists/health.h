/* Asks lists, and has them prove themselves: an answer about a target counts only once its list has passed its
 * self-test.
 *
 * In each run every list is asked about its first test point of each kind (data/lists.conf; usually 127.0.0.2, which
 * must be listed, and 127.0.0.1, which must not be, RFC 5782 section 5) and about a random label, which only a wildcard
 * or a lying resolver answers. The label is another one in each self-test, because no cache may know it. A cache may
 * know the test point: behind one, a list that was emptied passes until the TTL of its test point ends.
 *
 * A list that knows both families has a self-test in each, with test points of its own (::FFFF:7F00:2 and :1): a server
 * may know one family and deny the other. The answer at a listed test point must be documented by the list and mean its
 * weightiest documented listing, because a list with other codes is not the one that is described. */
#ifndef HEALTH_H
#define HEALTH_H

#include "dns/resolver.h"
#include "lists/catalogue.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    HEALTH_SUBJECT = 96, /* bytes of "the test point 127.0.0.2" */
    HEALTH_DETAIL = 272,
    HEALTH_RAW = 96,
    HEALTH_VALID_MS = 60 * 1000, /* at least, and at most: */
    HEALTH_VALID_MOST_MS = 30 * 60 * 1000,
    HEALTH_FAILED_MS = 60 * 1000,
    HEALTH_REST_MS = 30 * 60 * 1000,
    HEALTH_QUESTION = LIST_ZONE + 72
};

/* The answer of one test point. */
struct health_point {
    char name[TEST_POINT_NAME + 16];             /* "test point 127.0.0.2", "a random label" */
    char question[HEALTH_QUESTION];              /* the name that was asked for */
    const struct test_point *point;              /* NULL: the random label */
    enum list_state wanted;                      /* LISTED or CLEAR */
    enum list_state state;                       /* UNASKED until the answer arrives */
    char raw[HEALTH_RAW];                        /* its answer as it came: "127.0.0.2, 127.0.0.4", "no such name" */
    enum outcome outcome;                        /* of that answer */
    struct addr answer;                          /* its first record; family ADDR_NONE = none */
    bool unserved;                               /* whether its server has no such zone ... */
    bool has_serial;                             /* ... or it is negative and shows the zone */
    char detail[HEALTH_DETAIL - HEALTH_SUBJECT]; /* why it is neither listed nor clear */
};

/* The self-test of one list in this run. */
struct list_health {
    bool pending;          /* the test points are being asked */
    bool done;             /* the test was finished at least once */
    enum list_state state; /* CLEAR: passed; UNHEALTHY: failed; REFUSED, ERROR, TIMEOUT, INVALID: no usable answer */
    char detail[HEALTH_DETAIL];      /* half a sentence: "the test point 127.0.0.2 is not listed"; "" = passed */
    bool filtered;                   /* the list answers, but its answers in 127/8 are held back on the way */
    bool unserved;                   /* the server answers for zones of its own alone, and this is none of them */
    uint32_t serial;                 /* of the zone's SOA, YYYYMMDDHH German time, the newest; 0 = not seen */
    struct addr foreign;             /* an answer that no DNSBL gives, if any */
    VEC(struct health_point) points; /* the random label is the last */
    int64_t at_ms;                   /* monotonic time of the last answer */
};

struct health;

/* Called after each self-test. */
typedef void health_changed(void *arg, const struct list *);

/* All three must outlive it. */
struct health *health_new(struct loop *, struct resolver *, const struct catalogue *);
void health_free(struct health *);

/* Returns the self-tests that answers about addresses of this family need, a part of `health`, for the functions below;
 * NULL if that is NULL. Those of IPv4 are `health` itself. A list that knows one family has one self-test in both. */
struct health *health_of_family(struct health *, unsigned family);

/* Starts a list's self-test unless one is under way, the last one is as young as the TTL of its test points
 * (HEALTH_VALID_MS to HEALTH_VALID_MOST_MS; a failed one: HEALTH_FAILED_MS), or the list rests; `again` starts it in
 * any case. */
void health_ask(struct health *, const struct list *, bool again);

/* Returns whether a list rests: it failed its self-test less than HEALTH_REST_MS ago, and another passed one at that
 * time, so that the resolver is not to blame; by errors (SERVFAIL ...) only when its other questions fail, too. Targets
 * take its state from the self-test, and it is not asked. */
bool health_rests(const struct health *, const struct list *);

/* Returns whether the self-test failed by errors that are too few to tell from those of a moment. */
bool health_may_pass(const struct health *, const struct list *);
/* Repeats such a self-test, twice at most. Returns whether one is under way. */
bool health_repeat(struct health *, const struct list *);

/* The questions that are not answered yet. */
struct health_backlog {
    size_t questions;
    double per_second; /* that the resolver or the slowest operator takes; 0 = no limit was met */
    int64_t left_ms;   /* until the last of them; 0 = not known, or soon */
};
void health_backlog(const struct health *, struct health_backlog *out);

/* Asks a list about a target, with the flags of resolver_ask. An answer older than the list is asked for again, and
 * is stale if it stays old. An answer with HEALTH_CONFIRMED comes after a self-test that began later, which has ended
 * just before; for many targets, because list and resolver may turn bad on the way. A failed self-test is repeated
 * before answers are judged by it. Never called back from inside. */
enum { HEALTH_CONFIRMED = 1 << 8 };
void health_put(struct health *, const struct list *, const char *name, enum record_type, unsigned flags,
                resolver_done *, void *arg);
/* Drops every question of this `arg` to the list. */
void health_forget(struct health *, const struct list *, const void *arg);

/* Returns the self-test of a list; of one that is not asked in this run, one that never began. */
const struct list_health *health_at(const struct health *, const struct list *);

/* Listeners are called in the order of joining. */
void health_listen(struct health *, health_changed *, void *arg);
void health_unlisten(struct health *, void *arg);

/* Returns the state that an answer to a list's A question means, whether or not the list passed its self-test. Explains
 * a state other than LISTED and CLEAR in `detail` by half a sentence, and puts an answer that no DNSBL gives into
 * *foreign. */
enum list_state health_read(const struct list *, const struct answer *, struct buf *detail, struct addr *foreign);

#endif
