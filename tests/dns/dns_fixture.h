/* A resolver and its servers on loopback, for cmocka tests: real processes, ended with each test. */
#ifndef DNS_FIXTURE_H
#define DNS_FIXTURE_H

#include "base/buf.h"
#include "base/loop.h"
#include "dns/resolver.h"

enum { DNS_FIXTURE_SERVERS = 3, DNS_FIXTURE_TRY_MS = 700 };

struct dns_fixture {
    struct loop *loop;
    struct resolver *resolver;
    struct resolver_options options; /* for dns_fixture_start; timeout DNS_FIXTURE_TRY_MS */
    unsigned answers;                /* that came, to all askers */
};

extern struct dns_fixture dns_fixture;

/* For cmocka: before and after each test. */
int dns_fixture_open(void **state);
int dns_fixture_close(void **state);

/* Starts server `index`, which answers as the scenario (rule.h) says. `option` and `value` are for its command line, or
 * NULL; each may hold several words. */
void dns_fixture_serve(size_t index, const char *scenario, const char *option, const char *value);
/* The same with rbldnsd: `content` is the file of an ip4set. False where it is not installed. */
bool dns_fixture_serve_zone(size_t index, const char *zone, const char *content);
/* A server that is not there. */
void dns_fixture_serve_nothing(size_t index);

/* Ends a scenario server and tells how many questions it had, and how many at most it held back at a time. */
void dns_fixture_account(size_t index, unsigned *asked, unsigned *held);
unsigned dns_fixture_asked(size_t index);
uint16_t dns_fixture_port(size_t index);

/* The resolver for so many of the servers, in their order. */
void dns_fixture_start(size_t server_count);

/* One who asks, and what was heard last. */
struct asker {
    unsigned times;
    struct answer answer;     /* without its records */
    struct buf texts;         /* each record's text, with a '|' behind */
    struct addr addresses[8]; /* of the records */
};

void dns_fixture_ask(const char *name, enum record_type, unsigned flags, struct asker *);
/* Until so many answers have come since the beginning. */
void dns_fixture_wait(unsigned answers);
/* Until nothing is left to wait for. */
void dns_fixture_drain(void);
/* Asks and waits. */
struct answer dns_fixture_answer(const char *name, enum record_type, unsigned flags);
/* ... many at once: 0.test, 1.test ... */
void dns_fixture_ask_many(struct asker *, size_t count, enum record_type, unsigned flags);
void dns_fixture_free(struct asker *, size_t count);

struct resolver_counts dns_fixture_counts(void);

#endif
