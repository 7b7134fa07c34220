/* The estimate of level 3, from the real zones of levels 1 and 2, against the real level 3. It is published as prefixes
 * without names, so an ASN counts as listed when half of its addresses are covered and a whole prefix lies in it. */
#include "asn/asn_table.h"
#include "builtin_lists.h"
#include "check/investigation.h"
#include "density/density.h"
#include "density/provider.h"
#include "density/ranking.h"
#include "pages/range.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "real_data.h"
#include "temp_dir.h"

#define ZONES "uceprotect-2026-07-06"

struct span {
    uint32_t first, last;
};
typedef VEC(struct span) spans;

struct truth {
    struct asndb *db;
    struct asn_table *map;
    struct zone_set *zones;
    struct ranking *ranking;
    struct policy policy;
    spans prefixes;
    bool *listed; /* each ASN of the map */
};

static int
by_first(const void *a, const void *b)
{
    const struct span *x = a, *y = b;
    return x->first != y->first ? (x->first > y->first) - (x->first < y->first)
                                : (x->last < y->last) - (x->last > y->last);
}

static void
read_prefixes(spans *out, const char *path)
{
    char line[64];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        struct prefix prefix;
        line[strcspn(line, "\r\n")] = '\0';
        assert_true(prefix_parse(line, &prefix, NULL));
        uint32_t first = addr_to_v4(&prefix.addr);
        vec_push(out, ((struct span){first, first + (uint32_t)(prefix_size(&prefix) - 1)}));
    }
    fclose(file);
    assert_true(out->count > 1000);
    qsort(out->at, out->count, sizeof out->at[0], by_first);
}

/* The prefixes as spans that do not overlap. */
static void
unite(const spans *prefixes, spans *out)
{
    for (size_t i = 0; i < prefixes->count; i++) {
        struct span one = prefixes->at[i];
        struct span *last = out->count ? &out->at[out->count - 1] : NULL;
        if (!last || one.first > last->last)
            vec_push(out, one);
        else if (one.last > last->last)
            last->last = one.last;
    }
}

/* The addresses of a range that the united spans cover. */
static uint64_t
covered(const spans *united, const struct prefix *range)
{
    uint32_t first = addr_to_v4(&range->addr), last = first + (uint32_t)(prefix_size(range) - 1);
    uint64_t sum = 0;
    size_t low = 0, high = united->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (united->at[middle].last < first)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < united->count && united->at[low].first <= last; low++) {
        uint32_t from = united->at[low].first > first ? united->at[low].first : first;
        uint32_t to = united->at[low].last < last ? united->at[low].last : last;
        sum += (uint64_t)to - from + 1;
    }
    return sum;
}

/* The ASN that announces all of it, perhaps in several records. */
static bool
find_holder(const struct asn_table *map, const struct span *span, size_t *holder)
{
    struct prefix range;
    if (!asn_table_locate(map, span->first, holder, &range))
        return false;
    for (uint64_t at = span->first; at <= span->last; at = addr_to_v4(&range.addr) + prefix_size(&range)) {
        size_t asn;
        if (!asn_table_locate(map, (uint32_t)at, &asn, &range) || asn != *holder)
            return false;
    }
    return true;
}

static void
find_listed(struct truth *t)
{
    size_t count = asn_table_count(t->map), holder;
    bool *holds = mem_zero(count);
    spans united = {0};
    unite(&t->prefixes, &united);
    for (size_t i = 0; i < t->prefixes.count; i++)
        if (find_holder(t->map, &t->prefixes.at[i], &holder))
            holds[holder] = true;
    t->listed = mem_zero(count * sizeof *t->listed);
    for (size_t i = 0; i < count; i++) {
        struct asn asn = asn_table_at(t->map, i);
        uint64_t sum = 0;
        for (size_t r = 0; holds[i] && r < asn.range_count; r++) {
            struct prefix range = asn_table_range(t->map, i, r);
            sum += covered(&united, &range);
        }
        t->listed[i] = sum > 0 && sum * 2 >= asn.addresses;
    }
    vec_free(&united);
    free(holds);
}

static int
open_truth(void **state)
{
    const char *names[] = {ZONES "/level3-prefixes.txt", ZONES "/dnsbl-1.uceprotect.net", "asn-2026-06.mmdb"};
    struct truth *t = mem_zero(sizeof *t);
    struct fault fault;
    *state = t;
    for (size_t i = 0; i < 3; i++)
        if (!real_data_find(names[i]))
            return 0; /* the tests are skipped */
    read_prefixes(&t->prefixes, real_data_find(names[0]));
    char *directory = mem_copy(real_data_find(names[1]));
    *strrchr(directory, '/') = '\0';
    t->zones = zone_set_open(directory, catalogue_builtin(), &fault);
    free(directory);
    t->db = asndb_open(real_data_find(names[2]), &fault);
    assert_non_null(t->zones);
    assert_non_null(t->db);
    t->map = asn_table_new(t->db, NULL);
    assert_int_equal(asn_table_step(t->map, INT64_MAX, &fault), ASN_TABLE_READY);
    policy_default(&t->policy);
    t->ranking = ranking_of(t->zones, t->map, &t->policy);
    find_listed(t);
    return 0;
}

static int
close_truth(void **state)
{
    struct truth *t = *state;
    ranking_free(t->ranking);
    asn_table_free(t->map);
    asndb_close(t->db);
    zone_set_close(t->zones);
    vec_free(&t->prefixes);
    free(t->listed);
    free(t);
    return 0;
}

struct score {
    double precision, recall, f1;
};

static struct score
score_of(const struct truth *t, double ratio_from)
{
    double right = 0, called = 0, listed = 0;
    for (size_t i = 0; i < asn_table_count(t->map); i++) {
        bool over = ranking_at(t->ranking, i).ratio >= ratio_from;
        called += over;
        listed += t->listed[i];
        right += over && t->listed[i];
    }
    struct score s = {.precision = right / called, .recall = right / listed};
    s.f1 = 2 * s.precision * s.recall / (s.precision + s.recall);
    print_message("ratio >= %.2f: %.0f called, %.0f listed, %.0f of both: precision %.3f, recall %.3f, F1 %.3f\n",
                  ratio_from, called, listed, right, s.precision, s.recall, s.f1);
    return s;
}

static void
real_over_calls_are_listed(void **state)
{
    const struct truth *t = *state;
    if (!t->ranking)
        skip();
    size_t over = 0, right = 0;
    for (size_t i = 0; i < asn_table_count(t->map); i++)
        if (ranking_at(t->ranking, i).call == CALL_OVER) {
            over++;
            right += t->listed[i];
        }
    print_message("called over: %zu, of which listed: %zu\n", over, right);
    assert_true(over > 300);
    assert_true((double)right / (double)over >= .97);
}

static void
real_limit_matches_estimate(void **state)
{
    const struct truth *t = *state;
    if (!t->ranking)
        skip();
    assert_true(score_of(t, 1).f1 >= .90);
}

static void
real_under_calls_are_rarely_listed(void **state)
{
    const struct truth *t = *state;
    if (!t->ranking)
        skip();
    size_t listed = 0, missed = 0;
    for (size_t i = 0; i < asn_table_count(t->map); i++) {
        listed += t->listed[i];
        missed += t->listed[i] && ranking_at(t->ranking, i).call == CALL_UNDER;
    }
    print_message("listed: %zu, of which called under: %zu\n", listed, missed);
    assert_true((double)missed / (double)listed <= .06);
}

/* Reads what a zone file lists, without the parser: lines that begin with a digit, of which the first word counts. */
static void
read_zone(spans *out, const char *path)
{
    char line[4096];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        unsigned a, b, c, d, length = 32;
        if (sscanf(line, "%u.%u.%u.%u/%u", &a, &b, &c, &d, &length) < 4 || a == 127)
            continue;
        uint32_t first = a << 24 | b << 16 | c << 8 | d;
        vec_push(out, ((struct span){first, first + (uint32_t)((UINT64_C(1) << (32 - length)) - 1)}));
    }
    fclose(file);
    qsort(out->at, out->count, sizeof out->at[0], by_first);
}

static void
link_file(const char *zone, const char *content)
{
    struct buf path = {0};
    buf_format(&path, "%s/%s", temp_dir_folder(), zone);
    assert_int_equal(symlink(content, buf_string(&path)), 0);
    buf_free(&path);
}

static enum cover
recount(const spans *united, const struct prefix *range)
{
    uint64_t sum = covered(united, range);
    return sum == 0 ? COVER_NONE : sum < prefix_size(range) ? COVER_PARTS : COVER_WHOLE;
}

/* Each range of these ASes, and the number of clean ones, against a count of the lines of the files. */
static void
real_ranges_match_recount(void **state)
{
    static const uint32_t asns[] = {16276, 14061, 9009, 24940, 9318, 38623, 4134, 45899, 22612, 55293};
    const struct truth *t = *state;
    const char *names[] = {ZONES "/dnsbl-1.uceprotect.net", ZONES "/dnsbl-2.uceprotect.net"};
    spans all[2] = {{0}, {0}}, united[2] = {{0}, {0}}, level3 = {0};
    struct buf rows = {0};
    struct fault fault;
    char prefix[PREFIX_TEXT];
    if (!t->ranking)
        skip();
    assert_int_equal(temp_dir_make(NULL), 0);
    for (size_t i = 0; i < 2; i++) {
        read_zone(&all[i], real_data_find(names[i]));
        unite(&all[i], &united[i]);
        link_file(strrchr(names[i], '/') + 1, real_data_find(names[i]));
    }
    buf_text(&rows, "$SOA 3600 a.example b.example 2026070718 3600 3600 86400 120\n127.0.0.2\n");
    for (size_t i = 0; i < t->prefixes.count; i++) {
        struct addr first = addr_from_v4(t->prefixes.at[i].first);
        unsigned length = 32 - (unsigned)__builtin_popcount(t->prefixes.at[i].first ^ t->prefixes.at[i].last);
        struct prefix row = prefix_around(&first, length);
        buf_format(&rows, "%s\n", prefix_text(&row, prefix));
    }
    temp_dir_put("dnsbl-3.uceprotect.net", buf_string(&rows));
    unite(&t->prefixes, &level3);
    struct zone_set *zones = zone_set_open(temp_dir_folder(), catalogue_builtin(), &fault);
    assert_non_null(zones);
    struct ranking *ranking = ranking_of(zones, t->map, &t->policy);
    for (size_t i = 0; i < sizeof asns / sizeof asns[0]; i++) {
        struct provider provider = {0};
        size_t clean = 0, parts = 0;
        provider_gather(&provider, asns[i], t->map, ranking, zones, &t->policy);
        for (size_t r = 0; r < provider.ranges.count; r++) {
            const struct provider_range *range = &provider.ranges.at[r];
            struct prefix block = prefix_around(&range->prefix.addr, 24);
            const struct prefix *near = range->prefix.length > 24 ? &block : &range->prefix;
            assert_int_equal(range->level2, recount(&united[1], &range->prefix));
            assert_int_equal(range->level3, recount(&level3, &range->prefix));
            assert_int_equal(range->listed, covered(&united[0], &range->prefix));
            clean +=
                covered(&united[0], near) + covered(&united[1], &range->prefix) + covered(&level3, &range->prefix) == 0;
            parts += recount(&level3, &range->prefix) == COVER_PARTS;
        }
        print_message("AS%u: %zu ranges, level 3: %zu whole, %zu parts; %zu clean\n", asns[i], provider.ranges.count,
                      provider.level3[COVER_WHOLE], provider.level3[COVER_PARTS], provider.clean);
        assert_true(provider.ranges.count > 0);
        assert_int_equal(provider.clean, clean);
        assert_int_equal(provider.level3[COVER_PARTS], parts);
        provider_fini(&provider);
    }
    size_t own = 0, disputed = 0;
    for (size_t i = 0; i < asn_table_count(t->map); i++) { /* the world */
        struct asn_density d = ranking_at(ranking, i);
        uint64_t sum = 0;
        for (size_t r = 0; r < asn_table_range_count(t->map, i); r++) {
            struct prefix range = asn_table_range(t->map, i, r);
            sum += covered(&level3, &range);
        }
        assert_int_equal(d.level3_addresses, sum);
        own += d.level3 == LEVEL3_OWN;
        disputed += d.level3 == LEVEL3_OWN && 2 * sum < d.addresses;
        assert_true(d.asn != 9009 || d.level3 == LEVEL3_ABSENT); /* one prefix of 2,529 ranges */
    }
    print_message("on level 3: %zu ASNs\n", own);
    assert_int_equal(disputed, 0);
    ranking_free(ranking);
    zone_set_close(zones);
    for (size_t i = 0; i < 2; i++) {
        vec_free(&all[i]);
        vec_free(&united[i]);
    }
    vec_free(&level3);
    buf_free(&rows);
    assert_int_equal(temp_dir_remove(NULL), 0);
}

static void
ignore(void *arg)
{
    (void)arg;
}

/* Asks the pages of an address, of its /24 and of its AS whether another address helps; they must agree if they say
 * it. Returns how many say it. */
static size_t
ask_three_pages(struct engine *engine, const struct addr *address)
{
    struct range_summary *range = mem_zero(sizeof *range);
    struct prefix block = prefix_around(address, 24);
    struct investigation *inv = investigation_new(engine, "target", NULL, address, ignore, NULL);
    const struct evidence *e = investigation_evidence(inv);
    struct buf texts[3] = {{0}, {0}, {0}};
    size_t said = 0;
    investigation_answer_another(inv, &engine->dataset, &engine->dns_facts);
    if (e->another)
        buf_format(&texts[0], "%s.", e->another);
    range_summary_gather(range, engine, &block, address, NULL);
    range_another(range, &engine->dataset, &engine->dns_facts, &texts[1]);
    provider_another(dataset_provider(&engine->dataset, e->network.asn), LEVEL3_UNKNOWN, &texts[2]);
    buf_text(&texts[2], ".");
    for (size_t i = 0; i < 2; i++)
        if (texts[i].count > 0) {
            assert_string_equal(buf_string(&texts[i]), buf_string(&texts[2]));
            said++;
        }
    for (size_t i = 0; i < 3; i++)
        buf_free(&texts[i]);
    investigation_free(inv);
    range_summary_fini(range);
    free(range);
    return said;
}

/* Addresses in listed nets, on level 1 or not. */
static void
real_pages_agree_on_another_address(void **state)
{
    enum { NETS = 300, STEP = 25 };
    const struct truth *t = *state;
    if (!t->ranking)
        skip();
    struct engine engine = {.loop = loop_new()};
    struct dataset *dataset = &engine.dataset;
    const struct zone_file *level2 = zone_set_level(t->zones, 2);
    size_t said = 0, asked = 0;
    dataset_init(dataset, engine.loop, catalogue_builtin());
    dataset_set_zones(dataset, t->zones);
    dataset->asndb = t->db;
    assert_true(dataset_count_ranking(dataset));
    for (size_t i = 0; i < zone_file_row_count(level2) && asked < NETS; i += STEP) {
        struct zone_file_row row = zone_file_row_at(level2, i);
        struct addr address = addr_from_v4(addr_to_v4(&row.prefix.addr) + 77 % (uint32_t)prefix_size(&row.prefix));
        size_t place;
        if (row.excluded || !asn_table_locate(dataset->asn_table, addr_to_v4(&address), &place, NULL))
            continue;
        said += ask_three_pages(&engine, &address);
        asked++;
    }
    print_message("%zu addresses: %zu answers\n", asked, said);
    assert_true(asked > 200 && said > asked);
    dataset->asndb = NULL;
    dataset_fini(dataset);
    loop_free(engine.loop);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_over_calls_are_listed),          cmocka_unit_test(real_limit_matches_estimate),
        cmocka_unit_test(real_under_calls_are_rarely_listed),  cmocka_unit_test(real_ranges_match_recount),
        cmocka_unit_test(real_pages_agree_on_another_address),
    };
    return cmocka_run_group_tests(tests, open_truth, close_truth);
}
