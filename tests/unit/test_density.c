#include "builtin_lists.h"
#include "density/cover.h"
#include "density/density.h"
#include "density/ranking.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "real_data.h"
#include "temp_dir.h"

/* A small world: the zones below, and the ASN database of tests/data. Who announces what:
 *   AS64497 203.0.113.0/24   AS64500 192.0.2.64/26   AS64501 198.51.100.0/25
 *   AS64498 198.18.200.0/22  AS4294967294 the rest of 198.18.0.0/15 */

#define FIXTURES TEST_SOURCE_ROOT "/tests/data/"
#define SOA "$SOA 3600 a.example b.example 2026070618 3600 3600 86400 120\n"
#define L2(kind, net, impacts, as)                                                                                     \
    net " " kind " " net " is UCEPROTECT-Level2 listed because " #impacts " impacts are seen from NAME, ZZ/AS" #as     \
        " there. See: http://x/?ipr=$\n"

static const char level1[] = SOA ":127.0.0.2:IP $ is UCEPROTECT-Level 1 listed. See http://x/$\n"
                                 "!127.0.0.1\n"
                                 "127.0.0.2 Test Record\n"
                                 "203.0.113.5\n203.0.113.130\n203.0.113.131\n" /* AS64497, in its net */
                                 "198.18.0.1\n198.18.3.9\n"                    /* AS4294967294, in its net */
                                 "198.18.200.7\n"                              /* AS64498, in its net */
                                 "192.0.2.65\n192.0.2.100\n"                   /* AS64500; the first in a net */
                                 "198.51.100.2\n198.51.100.120\n"              /* AS64501; the first in a net */
                                 "198.51.100.200\n"                            /* nobody's */
                                 "!198.51.100.3\n198.51.100.3\n";              /* excluded: not listed */

static const char level2[] = SOA ":127.0.0.2:IP $ is UCEPROTECT-Level 2 listed. See http://x/$\n"
                                 "127.0.0.2 Test Record\n"
                                 "!10.0.0.0/8\n"
    /* clang-format off */
    L2("Net", "203.0.113.0/24", 34, 64497)
    L2("Net", "203.0.113.128/25", 9, 64497)
    L2("Net", "198.18.0.0/15", 200, 4294967294)
    L2("Net", "198.18.200.0/22", 33, 64498)
    L2("NET", "198.18.201.0/24", 5, 64498)
    L2("Net", "198.18.202.0/24", 4, 4294967294)
    "192.0.2.64/27 Net 192.0.2.64/27 is UCEPROTECT-Level2 PERMANENT listed -> See: http://x/?ipr=$\n"
    "198.51.100.2-198.51.100.61 Net 198.51.100.0/26 is UCEPROTECT-Level2 listed because 75 impacts are seen from "
        "NAME, ZZ/AS64501 there. See: http://x/?ipr=$\n"
    L2("Net", "203.0.0.0/17", 70, 64999);
/* clang-format on */

static const char exempt[] = SOA "127.0.0.2\n203.0.113.130\n";
static const char backscatterer[] = SOA "127.0.0.2\n203.0.113.131\n203.0.113.5\n";

static const struct {
    const char *name, *content;
} files[] = {
    {"dnsbl-1.uceprotect.net", level1},
    {"dnsbl-2.uceprotect.net", level2},
    {"ips.whitelisted.org", exempt},
    {"ips.backscatterer.org", backscatterer},
};

enum { FILES = sizeof files / sizeof files[0] };

struct small {
    struct policy policy;
    struct zone_set *zones;
    struct asndb *db;
    struct asn_table *map;
};

static void
load(struct small *s, const char *zones, const char *database)
{
    struct fault fault;
    policy_default(&s->policy);
    s->zones = zone_set_open(zones, catalogue_builtin(), &fault);
    s->db = s->zones ? asndb_open(database, &fault) : NULL;
    if (s->db == NULL)
        fail_msg("%s", fault.text);
    s->map = asn_table_new(s->db, NULL);
    assert_int_equal(asn_table_step(s->map, INT64_MAX, &fault), ASN_TABLE_READY);
}

static void
unload(struct small *s)
{
    asn_table_free(s->map);
    asndb_close(s->db);
    zone_set_close(s->zones);
}

static struct prefix
prefix_of(const char *text)
{
    struct prefix prefix;
    assert_true(prefix_parse(text, &prefix, NULL));
    return prefix;
}

static uint32_t
v4(const char *text)
{
    struct addr addr;
    assert_true(addr_parse(text, &addr));
    return addr_to_v4(&addr);
}

/* ---- a prefix ---- */

static size_t
listed_in(const struct small *s, const char *text)
{
    struct prefix prefix = prefix_of(text);
    return density_listed(s->zones, &prefix);
}

static void
listed_in_prefix_is_counted(void **state)
{
    const struct small *s = *state;
    assert_int_equal(listed_in(s, "203.0.113.0/24"), 3);
    assert_int_equal(listed_in(s, "203.0.113.128/25"), 2);
    assert_int_equal(listed_in(s, "203.0.113.5/32"), 1);
    assert_int_equal(listed_in(s, "203.0.113.6/32"), 0);
    assert_int_equal(listed_in(s, "198.51.100.0/24"), 3); /* one is excluded */
    assert_int_equal(listed_in(s, "127.0.0.0/8"), 0);     /* the test record */
    assert_int_equal(listed_in(s, "127.0.0.2/32"), 0);
    assert_int_equal(listed_in(s, "0.0.0.0/0"), 11);
}

static const char *
blocks_text(const struct small *s, const char *text)
{
    static char line[500];
    struct prefix prefix = prefix_of(text);
    density_blocks blocks = {0};
    size_t used = 0;
    line[0] = '\0';
    density_blocks_of(&blocks, s->zones, &prefix);
    for (size_t i = 0; i < blocks.count; i++) {
        char block[PREFIX_TEXT];
        used += (size_t)snprintf(line + used, sizeof line - used, "%s%s %zu", i ? ", " : "",
                                 prefix_text(&blocks.at[i].prefix, block), blocks.at[i].listed);
    }
    vec_free(&blocks);
    return line;
}

static void
blocks_list_each_slash24(void **state)
{
    const struct small *s = *state;
    assert_string_equal(blocks_text(s, "198.18.0.0/16"), "198.18.0.0/24 1, 198.18.3.0/24 1, 198.18.200.0/24 1");
    assert_string_equal(blocks_text(s, "203.0.113.128/25"), "203.0.113.128/25 2");
    assert_string_equal(blocks_text(s, "127.0.0.0/8"), "");
    assert_string_equal(blocks_text(s, "8.0.0.0/8"), "");
}

static void
neighbours_carry_other_lists(void **state)
{
    const struct small *s = *state;
    struct prefix prefix = prefix_of("203.0.113.0/24");
    struct neighbour all[4], rest[1];
    assert_int_equal(density_neighbours(s->zones, &prefix, 0, all, 4), 3);
    assert_int_equal(all[0].address, v4("203.0.113.5"));
    assert_int_equal(all[1].address, v4("203.0.113.130"));
    assert_int_equal(all[2].address, v4("203.0.113.131"));
    assert_true(!all[0].exempt && all[0].backscatterer);
    assert_true(all[1].exempt && !all[1].backscatterer);
    assert_true(!all[2].exempt && all[2].backscatterer);
    assert_int_equal(density_neighbours(s->zones, &prefix, 1, rest, 1), 1);
    assert_int_equal(rest[0].address, v4("203.0.113.130"));
    assert_int_equal(density_neighbours(s->zones, &prefix, 3, rest, 1), 0);
    prefix = prefix_of("127.0.0.0/8");
    assert_int_equal(density_neighbours(s->zones, &prefix, 0, rest, 1), 0);
}

typedef void nets_of(density_nets *, const struct zone_set *, const struct policy *, const struct prefix *);

static const char *
nets_text(const struct small *s, nets_of *find, const char *text)
{
    static char line[1000];
    struct prefix prefix = prefix_of(text);
    density_nets nets = {0};
    size_t used = 0;
    line[0] = '\0';
    find(&nets, s->zones, &s->policy, &prefix);
    for (size_t i = 0; i < nets.count; i++) {
        const struct listed_net *n = &nets.at[i];
        char net[PREFIX_TEXT];
        used += (size_t)snprintf(line + used, sizeof line - used, "%s%s %s %lld/%lld", i ? ", " : "",
                                 prefix_text(&n->prefix, net), n->permanent ? "permanent" : net_kind_name(n->kind),
                                 (long long)n->impacts, (long long)n->limit);
    }
    vec_free(&nets);
    return line;
}

static void
nets_around_and_inside_are_found(void **state)
{
    const struct small *s = *state;
    assert_string_equal(nets_text(s, density_nets_around, "203.0.113.200/32"),
                        "203.0.113.128/25 announced 9/3, 203.0.113.0/24 announced 34/4, 203.0.0.0/17 announced 70/66");
    assert_string_equal(nets_text(s, density_nets_around, "203.0.113.0/24"),
                        "203.0.113.0/24 announced 34/4, 203.0.0.0/17 announced 70/66");
    assert_string_equal(nets_text(s, density_nets_inside, "203.0.113.0/24"), "203.0.113.128/25 announced 9/3");
    assert_string_equal(nets_text(s, density_nets_around, "192.0.2.70/32"), "192.0.2.64/27 permanent -1/1");
    assert_string_equal(nets_text(s, density_nets_inside, "198.18.128.0/17"),
                        "198.18.200.0/22 announced 33/9, 198.18.201.0/24 slash24 5/4, 198.18.202.0/24 announced 4/4");
    assert_string_equal(nets_text(s, density_nets_around, "10.0.0.1/32"), ""); /* excluded */
    assert_string_equal(nets_text(s, density_nets_around, "8.8.8.8/32"), "");
    assert_string_equal(nets_text(s, density_nets_inside, "8.0.0.0/8"), "");
}

/* The row is a range that is no prefix, and the text names one. */
static void
net_in_several_rows_is_one(void **state)
{
    const struct small *s = *state;
    assert_string_equal(nets_text(s, density_nets_inside, "198.51.100.0/24"), "198.51.100.0/26 announced 75/2");
    assert_string_equal(nets_text(s, density_nets_around, "198.51.100.33/32"), "198.51.100.0/26 announced 75/2");
}

static void
ladder_runs_from_address_outwards(void **state)
{
    const struct small *s = *state;
    static const struct {
        const char *prefix;
        size_t listed;
        int impacts, limit;
        bool published, announced;
    } expected[] = {
        {"203.0.113.200/32", 0, -1, 1, false, false},
        {"203.0.113.128/25", 2, 9, 3, true, false},
        {"203.0.113.0/24", 3, 34, 4, true, true},
        {"203.0.0.0/17", 3, 70, 66, true, false},
    };
    struct ladder ladder = {0};
    struct prefix record = prefix_of("203.0.113.0/24");
    density_ladder(&ladder, s->zones, &s->policy, v4("203.0.113.200"), &record);
    assert_int_equal(ladder.rungs.count, 4);
    for (size_t i = 0; i < 4; i++) {
        const struct rung *rung = &ladder.rungs.at[i];
        char text[PREFIX_TEXT];
        assert_string_equal(prefix_text(&rung->prefix, text), expected[i].prefix);
        assert_int_equal(rung->listed, expected[i].listed);
        assert_int_equal(rung->impacts, expected[i].impacts);
        assert_int_equal(rung->limit, expected[i].limit);
        assert_int_equal(rung->published, expected[i].published);
        assert_int_equal(rung->announced, expected[i].announced);
        assert_true(!rung->published || rung->net.holder.asn != 0);
    }
    density_ladder(&ladder, s->zones, &s->policy, v4("192.0.2.70"), NULL);
    assert_int_equal(ladder.rungs.count, 3); /* /32, the permanent /27, /24 */
    assert_true(ladder.rungs.at[1].permanent && ladder.rungs.at[1].impacts == LISTING_UNKNOWN);
    assert_int_equal(ladder.rungs.at[2].listed, 2);
    assert_int_equal(ladder.rungs.at[2].least, 2);
    record = prefix_of("203.0.0.0/16"); /* it holds the /17 with 70 impacts and nothing else that is listed */
    density_ladder(&ladder, s->zones, &s->policy, v4("203.0.113.200"), &record);
    assert_int_equal(ladder.rungs.at[4].listed, 3);
    assert_int_equal(ladder.rungs.at[4].impacts, LISTING_UNKNOWN);
    assert_int_equal(ladder.rungs.at[4].least, 70);
    ladder_fini(&ladder);
}

/* ---- ASNs ---- */

static void
assert_density(const struct small *s, const struct ranking *ranking, uint32_t number, size_t listed, size_t outside,
               int64_t impacts, double ratio, const char *call)
{
    size_t place;
    assert_true(asn_table_find(s->map, number, &place));
    struct asn_density d = ranking_at(ranking, place);
    assert_int_equal(d.asn, number);
    assert_int_equal(d.addresses, asn_table_at(s->map, place).addresses);
    assert_int_equal(d.listed, listed);
    assert_int_equal(d.listed_outside_nets, outside);
    assert_int_equal(d.impacts, impacts);
    if (d.ratio < ratio - 1e-9 || d.ratio > ratio + 1e-9)
        fail_msg("AS%u: ratio %f", number, d.ratio);
    assert_string_equal(call_name(d.call), call);
}

static void
asn_impacts_sum_outermost_rows(void **state)
{
    const struct small *s = *state;
    struct ranking *ranking = ranking_of(s->zones, s->map, &s->policy);
    assert_density(s, ranking, 64497, 3, 0, 34, .68, "borderline"); /* not the /25; the /17 is another's */
    assert_density(s, ranking, 4294967294, 2, 0, 200, 200 / 65.024, "over");
    assert_density(s, ranking, 64498, 1, 0, 33, .66, "under");  /* the row around it names another ASN */
    assert_density(s, ranking, 64500, 2, 1, 2, .04, "unknown"); /* a permanent row has no impacts: at least 1 */
    assert_density(s, ranking, 64501, 2, 1, 76, 1.52, "over");  /* a net in pieces counts once */
    ranking_free(ranking);
    ranking_free(NULL);
}

static void
asn_score_follows_policy(void **state)
{
    const struct small *s = *state;
    struct policy policy = s->policy;
    size_t place;
    policy.score = 25;
    policy.impacts = 20;
    asn_table_find(s->map, 4294967294, &place);
    struct ranking *ranking = ranking_of(s->zones, s->map, &policy);
    struct asn_density d = ranking_at(ranking, place);
    assert_true(d.needed > 32.51 && d.needed < 32.513); /* 130,048 / 4,000 */
    assert_true(d.score > 153.75 && d.score < 153.85);  /* 200 / 130,048 x 100,000, one decimal */
    assert_true(ranking_at(ranking, 0).needed == 20);
    ranking_free(ranking);
}

/* Level 2 alone: no addresses; level 1 alone: no impacts but one for each address. */
static void
asn_without_zone_leaves_part_unknown(void **state)
{
    (void)state;
    struct small s;
    assert_int_equal(mkdir(temp_dir_path("level1"), 0700), 0);
    temp_dir_put("level1/dnsbl-1.uceprotect.net", level1);
    load(&s, temp_dir_path("level1"), FIXTURES "geolite-asn.mmdb");
    struct ranking *ranking = ranking_of(s.zones, s.map, &s.policy);
    assert_density(&s, ranking, 64497, 3, 3, 3, .06, "under");
    assert_string_equal(nets_text(&s, density_nets_around, "203.0.113.200/32"), "");
    assert_string_equal(nets_text(&s, density_nets_inside, "203.0.113.0/24"), "");
    ranking_free(ranking);
    unload(&s);
}

/* ---- real data ---- */

#define ZONES "uceprotect-2026-07-06"

static void
load_real(struct small *s)
{
    char zones[PATH_MAX];
    snprintf(zones, sizeof zones, "%s", REAL_DATA(ZONES));
    load(s, zones, REAL_DATA("asn-2026-06.mmdb"));
}

static void
real_asns_match_recount(void **state)
{
    (void)state;
    static const struct {
        uint32_t asn;
        uint64_t addresses;
        size_t listed, outside;
        int64_t impacts;
        const char *rest; /* score, needed, ratio, call */
    } known[] = {
        {14061, 3183616, 479, 336, 2874, "90.3 1591.8 1.81 over"},
        {16276, 4627456, 1262, 196, 25512, "551.3 2313.7 11.03 over"},
        {24940, 3238144, 85, 71, 105, "3.2 1619.1 0.06 under"},
        {9009, 1544704, 422, 75, 1132, "73.3 772.4 1.47 borderline"},
    };
    struct small s;
    load_real(&s);
    struct ranking *ranking = ranking_of(s.zones, s.map, &s.policy);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        size_t place;
        char rest[100];
        assert_true(asn_table_find(s.map, known[i].asn, &place));
        struct asn_density d = ranking_at(ranking, place);
        assert_int_equal(d.addresses, known[i].addresses);
        assert_int_equal(d.listed, known[i].listed);
        assert_int_equal(d.listed_outside_nets, known[i].outside);
        assert_int_equal(d.impacts, known[i].impacts);
        snprintf(rest, sizeof rest, "%.1f %.1f %.2f %s", d.score, d.needed, d.ratio, call_name(d.call));
        assert_string_equal(rest, known[i].rest);
    }
    ranking_free(ranking);
    unload(&s);
}

static void
ranking_in_slices_equals_one_go(void **state)
{
    (void)state;
    struct small s;
    load_real(&s);
    struct ranking *whole = ranking_of(s.zones, s.map, &s.policy);
    struct ranking *sliced = ranking_new(s.zones, s.map, &s.policy);
    size_t slices = 1;
    while (!ranking_step(sliced, 0))
        slices++;
    assert_true(slices > 100);
    assert_true(ranking_step(sliced, 0));
    for (size_t i = 0; i < asn_table_count(s.map); i++) {
        struct asn_density a = ranking_at(whole, i), b = ranking_at(sliced, i);
        assert_int_equal(a.listed, b.listed);
        assert_int_equal(a.listed_outside_nets, b.listed_outside_nets);
        assert_int_equal(a.impacts, b.impacts);
    }
    ranking_free(whole);
    ranking_free(sliced);
    struct ranking *given_up = ranking_new(s.zones, s.map, &s.policy);
    ranking_step(given_up, 0);
    ranking_free(given_up);
    unload(&s);
}

static void
real_prefixes_match_recount(void **state)
{
    (void)state;
    struct small s;
    load_real(&s);
    assert_int_equal(listed_in(&s, "146.70.235.0/24"), 253);
    assert_int_equal(listed_in(&s, "36.37.203.0/24"), 2);
    assert_int_equal(listed_in(&s, "0.0.0.0/0"), 50293);

    struct prefix address = prefix_of("36.37.203.5/32"), wide = prefix_of("1.224.0.0/11"), all = prefix_of("0.0.0.0/0");
    density_nets nets = {0};
    density_nets_around(&nets, s.zones, &s.policy, &address);
    assert_int_equal(nets.count, 6);
    vec_clear(&nets);

    density_nets_around(&nets, s.zones, &s.policy, &wide);
    assert_int_equal(nets.count, 1);
    assert_int_equal(nets.at[0].impacts, 868);
    assert_int_equal(nets.at[0].limit, 651);
    vec_clear(&nets);
    density_nets_inside(&nets, s.zones, &s.policy, &wide);
    int64_t impacts = 0;
    for (size_t i = 0; i < nets.count; i++) {
        assert_true(prefix_covers(&wide, &nets.at[i].prefix) && nets.at[i].kind == NET_SLASH24);
        impacts += nets.at[i].impacts;
    }
    assert_int_equal(nets.count, 6);
    assert_int_equal(impacts, 866);
    vec_clear(&nets);

    size_t permanent = 0, announced = 0;
    density_nets_inside(&nets, s.zones, &s.policy, &all);
    for (size_t i = 0; i < nets.count; i++) {
        permanent += nets.at[i].permanent;
        announced += !nets.at[i].permanent && nets.at[i].kind == NET_ANNOUNCED;
        assert_true(nets.at[i].permanent || nets.at[i].impacts >= nets.at[i].limit);
    }
    assert_int_equal(nets.count, 7843 + 6);
    assert_int_equal(permanent, 6);
    assert_int_equal(announced, 5166);
    vec_free(&nets);
    unload(&s);
}

struct span {
    uint64_t first, last;
};
typedef VEC(struct span) span_list;

static int
by_first(const void *a, const void *b)
{
    const struct span *x = a, *y = b;
    return (x->first > y->first) - (x->first < y->first);
}

/* The prefixes of level 3, in order. */
static void
read_level3(span_list *out)
{
    FILE *file = fopen(REAL_DATA(ZONES "/level3-prefixes.txt"), "r");
    char line[100];
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        struct prefix prefix = prefix_of(line);
        uint64_t first = addr_to_v4(&prefix.addr);
        vec_push(out, ((struct span){first, first + prefix_size(&prefix) - 1}));
    }
    fclose(file);
    qsort(out->at, out->count, sizeof out->at[0], by_first);
}

/* One span for those that overlap. */
static void
merge(span_list *spans)
{
    size_t kept = 0;
    for (size_t i = 0; i < spans->count; i++)
        if (kept == 0 || spans->at[i].first > spans->at[kept - 1].last)
            spans->at[kept++] = spans->at[i];
        else if (spans->at[i].last > spans->at[kept - 1].last)
            spans->at[kept - 1].last = spans->at[i].last;
    spans->count = kept;
}

/* How many of an ASN's addresses level 3 covers. */
static uint64_t
covered(const struct asn_table *map, size_t asn, const span_list *level3)
{
    uint64_t sum = 0;
    for (size_t i = 0, count = asn_table_at(map, asn).range_count, at = 0; i < count; i++) {
        struct prefix range = asn_table_range(map, asn, i);
        uint64_t first = addr_to_v4(&range.addr), last = first + prefix_size(&range) - 1;
        for (size_t high = level3->count; at < high;) { /* the first span that ends in the range or behind it */
            size_t middle = at + (high - at) / 2;
            if (level3->at[middle].last < first)
                at = middle + 1;
            else
                high = middle;
        }
        for (size_t j = at; j < level3->count && level3->at[j].first <= last; j++) {
            uint64_t from = level3->at[j].first > first ? level3->at[j].first : first;
            uint64_t to = level3->at[j].last < last ? level3->at[j].last : last;
            sum += to - from + 1;
        }
    }
    return sum;
}

/* Marks the ASNs that announce a prefix of level 3 wholly. */
static void
mark_owners(const struct asn_table *map, const span_list *level3, bool *owns)
{
    for (size_t i = 0; i < level3->count; i++) {
        size_t first, asn;
        struct prefix range;
        uint64_t at = level3->at[i].first;
        if (!asn_table_locate(map, (uint32_t)at, &first, NULL))
            continue;
        while (at <= level3->at[i].last && asn_table_locate(map, (uint32_t)at, &asn, &range) && asn == first)
            at = addr_to_v4(&range.addr) + prefix_size(&range);
        owns[first] = owns[first] || at > level3->at[i].last;
    }
}

static double
f1(size_t right, size_t called, size_t listed)
{
    return 2 * (double)right / (double)(called + listed);
}

static void
cover_counts_whole_prefix(void **state)
{
    (void)state;
    static const char rows[] = SOA ":127.0.0.2:x\n127.0.0.2\n"
                                   "192.0.2.0/24\n!192.0.2.9\n"               /* one address is exempt */
                                   "198.18.1.0/24\n"                          /* the second half of a /23 */
                                   "198.18.2.0/24\n198.18.3.0-198.18.3.255\n" /* both halves */
                                   "198.18.3.128/25\n198.18.3.7\n"            /* inside them, not counted again */
                                   "203.0.113.8/31\n203.0.113.10\n203.0.113.11\n!203.0.113.12\n";
    static const struct {
        const char *prefix;
        enum cover cover;
    } cases[] = {
        {"192.0.2.0/24", COVER_WHOLE},   {"192.0.2.0/25", COVER_WHOLE},    {"192.0.2.9/32", COVER_NONE},
        {"192.0.2.8/32", COVER_WHOLE},   {"192.0.0.0/16", COVER_PARTS},    {"198.18.0.0/23", COVER_PARTS},
        {"198.18.0.0/24", COVER_NONE},   {"198.18.2.0/23", COVER_WHOLE},   {"198.18.0.0/22", COVER_PARTS},
        {"198.18.3.0/24", COVER_WHOLE},  {"198.18.4.0/22", COVER_NONE},    {"203.0.113.8/30", COVER_WHOLE},
        {"203.0.113.8/29", COVER_PARTS}, {"203.0.113.11/32", COVER_WHOLE}, {"203.0.113.12/32", COVER_NONE},
        {"203.0.113.12/30", COVER_NONE}, {"127.0.0.0/8", COVER_NONE},      {"127.0.0.2/32", COVER_NONE},
        {"0.0.0.0/0", COVER_PARTS},      {"255.255.255.0/24", COVER_NONE}, {"192.0.3.0/24", COVER_NONE},
    };
    struct fault fault;
    struct zone_file *file = zone_file_parse(rows, strlen(rows), &fault);
    assert_non_null(file);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct prefix prefix;
        assert_true(prefix_parse(cases[i].prefix, &prefix, NULL));
        if (cover_of(file, &prefix) != cases[i].cover)
            fail_msg("%s: %s", cases[i].prefix, cover_name(cover_of(file, &prefix)));
    }
    zone_file_free(file);
}

/* An ASN is listed when at least half of its addresses are covered by level 3 and a prefix of level 3 is all its own.
 */
static void
real_calls_match_level3(void **state)
{
    (void)state;
    struct small s;
    load_real(&s);
    struct ranking *ranking = ranking_of(s.zones, s.map, &s.policy);
    size_t count = asn_table_count(s.map), listed = 0, called = 0, right = 0, over = 0, over_right = 0;
    bool *owns = calloc(count, sizeof *owns);
    span_list level3 = {0};
    assert_non_null(owns);
    read_level3(&level3);
    mark_owners(s.map, &level3, owns);
    merge(&level3);
    for (size_t i = 0; i < count; i++) {
        struct asn_density d = ranking_at(ranking, i);
        bool is_listed = owns[i] && 2 * covered(s.map, i, &level3) >= d.addresses;
        listed += is_listed;
        called += d.ratio >= 1;
        right += d.ratio >= 1 && is_listed;
        over += d.call == CALL_OVER;
        over_right += d.call == CALL_OVER && is_listed;
    }
    print_message("%zu ASNs listed; ratio >= 1: %zu, right %zu, F1 %.3f; over: %zu, right %zu, precision %.3f\n",
                  listed, called, right, f1(right, called, listed), over, over_right,
                  (double)over_right / (double)over);
    assert_true((double)over_right >= .97 * (double)over && over > 500);
    assert_true(f1(right, called, listed) >= .90);
    vec_free(&level3);
    free(owns);
    ranking_free(ranking);
    unload(&s);
}

static struct small small;

static int
set_up(void **state)
{
    if (temp_dir_make(state) != 0)
        return -1;
    for (size_t i = 0; i < FILES; i++)
        temp_dir_put(files[i].name, files[i].content);
    load(&small, temp_dir_folder(), FIXTURES "geolite-asn.mmdb");
    *state = &small;
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    unload(&small);
    return temp_dir_remove(state);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(listed_in_prefix_is_counted),       cmocka_unit_test(cover_counts_whole_prefix),
        cmocka_unit_test(blocks_list_each_slash24),          cmocka_unit_test(neighbours_carry_other_lists),
        cmocka_unit_test(nets_around_and_inside_are_found),  cmocka_unit_test(net_in_several_rows_is_one),
        cmocka_unit_test(ladder_runs_from_address_outwards), cmocka_unit_test(asn_impacts_sum_outermost_rows),
        cmocka_unit_test(asn_score_follows_policy),          cmocka_unit_test(asn_without_zone_leaves_part_unknown),
        cmocka_unit_test(real_asns_match_recount),           cmocka_unit_test(ranking_in_slices_equals_one_go),
        cmocka_unit_test(real_prefixes_match_recount),       cmocka_unit_test(real_calls_match_level3),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
