/* bench_resolver PORT COUNT [WINDOW]   COUNT level 1 questions about random addresses
 * bench_resolver PORT sweep [WINDOW]   the 256 addresses of a /24 in three zones
 *
 * Asks the server at 127.0.0.1:PORT through our resolver and prints one line:
 * "seconds S questions N lost L listed K sent P", lost being those that got neither data nor a denial. The same random
 * addresses in every run. */

#include "base/clock.h"
#include "base/loop.h"
#include "dns/resolver.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SWEEP_ADDRESSES = 256, SWEEP_ZONES = 3 };

static const char *const zones[SWEEP_ZONES] = {"dnsbl-1.uceprotect.net", "dnsbl-2.uceprotect.net",
                                               "ips.backscatterer.org"};

struct bench {
    struct resolver *resolver;
    bool sweep;
    size_t count, asked, answered, listed, lost;
    uint32_t random;
};

static void ask_next(struct bench *);

static void
answered(void *arg, const struct answer *answer)
{
    struct bench *b = arg;
    b->answered++;
    if (answer->outcome == OUTCOME_DATA)
        b->listed++;
    else if (answer->outcome != OUTCOME_NXDOMAIN && answer->outcome != OUTCOME_NODATA)
        b->lost++;
    ask_next(b);
}

static void
ask_next(struct bench *b)
{
    if (b->asked == b->count)
        return;
    char name[128];
    b->random = b->random * 1664525 + 1013904223;
    uint32_t a = b->sweep ? 0x01020300 | (uint32_t)b->asked / SWEEP_ZONES : b->random;
    snprintf(name, sizeof name, "%u.%u.%u.%u.%s", a & 255, a >> 8 & 255, a >> 16 & 255, a >> 24,
             zones[b->sweep ? b->asked % SWEEP_ZONES : 0]);
    b->asked++;
    resolver_ask(b->resolver, name, RECORD_A, RESOLVER_FORGET, answered, b);
}

int
main(int argc, char **argv)
{
    if (argc < 3) {
        fputs("usage: bench_resolver PORT COUNT|sweep [WINDOW]\n", stderr);
        return 64;
    }
    struct resolver_options options;
    struct resolver_counts counts;
    struct fault fault;
    struct bench b = {.sweep = strcmp(argv[2], "sweep") == 0, .random = 1};
    b.count = b.sweep ? SWEEP_ADDRESSES * SWEEP_ZONES : strtoul(argv[2], NULL, 10);

    resolver_options_default(&options);
    options.server_count = 1;
    options.servers[0] = (struct endpoint){.addr = addr_from_v4(0x7f000001), .port = (uint16_t)atoi(argv[1])};
    if (argc > 3)
        options.window = (unsigned)atoi(argv[3]);
    int64_t began_us = clock_now_us();
    struct loop *loop = loop_new();
    b.resolver = resolver_new(loop, &options, &fault);
    for (unsigned i = 0; i < (b.sweep ? b.count : 2 * RESOLVER_WINDOW); i++)
        ask_next(&b);
    while (b.answered < b.count && loop_turn(loop, INT64_MAX))
        continue;
    resolver_counts(b.resolver, &counts);
    resolver_free(b.resolver);
    loop_free(loop);
    printf("seconds %.4f questions %zu lost %zu listed %zu sent %" PRIu64 "\n",
           (double)(clock_now_us() - began_us) / 1e6, b.answered, b.lost, b.listed, counts.sent);
    return 0;
}
