/* A resolver and its servers on loopback, for cmocka tests: real processes, ended with each test. */
#ifndef LAB_H
#define LAB_H

#include "base/buf.h"
#include "base/loop.h"
#include "dns/resolver.h"

enum { LAB_SERVERS = 3, LAB_TRY_MS = 700 };

struct lab {
    struct loop *loop;
    struct resolver *resolver;
    struct resolver_options options; /* for lab_start; timeout LAB_TRY_MS */
    unsigned answers;                /* that came, to all askers */
};

extern struct lab lab;

/* For cmocka: before and after each test. */
int lab_open(void **state);
int lab_close(void **state);

/* Starts server `index`, which answers as the scenario (rule.h) says. `option` and `value` are for its command line, or
 * NULL. */
void lab_serve(size_t index, const char *scenario, const char *option, const char *value);
/* The same with rbldnsd: `content` is the file of an ip4set. False where it is not installed. */
bool lab_serve_zone(size_t index, const char *zone, const char *content);
/* A server that is not there. */
void lab_serve_nothing(size_t index);

/* Ends a scenario server and tells how many questions it had, and how many at most it held back at a time. */
void lab_account(size_t index, unsigned *asked, unsigned *held);
unsigned lab_asked(size_t index);

/* The resolver for so many of the servers, in their order. */
void lab_start(size_t server_count);

/* One who asks, and what was heard last. */
struct asker {
    unsigned times;
    struct answer answer;     /* without its records */
    struct buf texts;         /* each record's text, with a '|' behind */
    struct addr addresses[8]; /* of the records */
};

void lab_ask(const char *name, enum record_type, unsigned flags, struct asker *);
/* Until so many answers have come since the beginning. */
void lab_wait(unsigned answers);
/* Until nothing is left to wait for. */
void lab_drain(void);
/* Asks and waits. */
struct answer lab_answer(const char *name, enum record_type, unsigned flags);
/* ... many at once: 0.test, 1.test ... */
void lab_ask_many(struct asker *, size_t count, enum record_type, unsigned flags);
void lab_free(struct asker *, size_t count);

struct resolver_counts lab_counts(void);

#endif
