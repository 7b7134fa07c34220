/* Filters of the journal: a term and its opposite together find everything, each row once, and the first rows are the
 * same whether few or all are asked for. */
#include "../unit/observed_fixture.h"
#include "base/filter.h"
#include "../unit/builtin_lists.h"
#include "base/mem.h"
#include "base/text.h"
#include "fuzz.h"
#include "journal/search.h"

#include <unistd.h>

enum {
    ROWS = 150, /* more than the sample of a search */
    FEW = 3,
    TERMS_MOST = 6,
};

#define DAY_MS (24 * 3600 * INT64_C(1000))
static const int64_t now_ms = INT64_C(1795305600000); /* 2026-11-22 */

static struct journal *journal;
static char path[] = "/tmp/whylisted-fuzz-XXXXXX";

/* ---- the journal ---- */

static struct addr
address_of(unsigned row)
{
    struct addr address = addr_from_v4(0xcb007100 + row * 7);
    if (row % 5 == 4) {
        FUZZ_CHECK(addr_parse("2001:db8:ab::", &address));
        address.bytes[15] = (uint8_t)row;
    }
    return address;
}

static void
keep_look(unsigned row)
{
    static char *const names[] = {NULL, (char *)"mail.example.net", (char *)"lighthouse.m\xC3\xBCller.example"};
    static char *const orgs[] = {(char *)"HARBOR Harbor Net", (char *)"\xE6\x97\xA5\xE6\x9C\xAC Hosting", NULL};
    struct listed_net net = {.impacts = row, .abusers = LISTING_UNKNOWN, .limit = 4, .holder = {.asn = 64500}};
    struct fault fault;
    struct observation o = {
        .address = address_of(row),
        .first_ms = now_ms - row * DAY_MS / 3,
        .last_ms = now_ms - row * DAY_MS / 3,
        .times = 1,
        .source = SOURCE_DNS,
        .verdict = (enum verdict_state)(row % 4),
        .headline = (char *)"As it is.",
        .asn = 64500 + row % 3,
        .org = orgs[row % 3],
        .name = names[row % 4 % 3],
        .score = -1,
    };
    strcpy(o.country, row % 2 ? "DE" : "");
    o.lists = observed_of(STATE_CLEAR);
    for (size_t i = 0; i < OBSERVED_PARTS; i++)
        observed_set(&o, observation_part_at(i), row >> i & 1 ? STATE_LISTED : STATE_CLEAR);
    if (observation_state(&o, "level2") == STATE_LISTED && o.address.family == ADDR_V4) {
        net.prefix = prefix_around(&o.address, 24);
        o.nets.at = &net;
        o.nets.count = 1;
    }
    FUZZ_CHECK(journal_observe(journal, &o, NULL, &fault) == JOURNAL_DONE);
}

static void
keep_case(unsigned row)
{
    struct addr address = address_of(row);
    struct resource resource = row % 10 ? resource_of_address(&address) : resource_of_asn(64500 + row);
    struct fault fault;
    FUZZ_CHECK(journal_case_set_note(journal, &resource, "called the landlord\nof 203.0.113.7", &fault) ==
               JOURNAL_DONE);
    FUZZ_CHECK(journal_case_set_tags(journal, &resource, "vip mail", &fault) == JOURNAL_DONE);
    FUZZ_CHECK(journal_case_set_state(journal, &resource, (enum case_state)(row % 3), &fault) == JOURNAL_DONE);
    if (row % 2)
        FUZZ_CHECK(journal_case_set_due(journal, &resource, now_ms + (row - 60) * DAY_MS, &fault) == JOURNAL_DONE);
}

static void
close_journal(void)
{
    journal_close(journal);
    unlink(path);
}

static void
make_journal(void)
{
    struct fault notice, fault;
    int file = mkstemp(path);
    FUZZ_CHECK(file >= 0);
    close(file);
    journal = journal_open(path, false, JOURNAL_WRITES, 0, &notice, &fault);
    FUZZ_CHECK(journal);
    FUZZ_CHECK(journal_begin(journal, &fault) == JOURNAL_DONE);
    for (unsigned row = 0; row < ROWS; row++)
        keep_look(row);
    for (unsigned row = 0; row < ROWS; row += 5)
        keep_case(row);
    FUZZ_CHECK(journal_commit(journal, &fault) == JOURNAL_DONE);
    atexit(close_journal);
}

/* ---- searching ---- */

static void
look(const struct filter *filter, size_t most, journal_entries *out, bool *more)
{
    struct fault fault;
    *out = (journal_entries){0};
    FUZZ_CHECK(journal_find(journal, filter, now_ms, most, JOURNAL_PATIENT, out, more, NULL, &fault));
}

/* Returns how many rows pass, and checks that the first few are the same when only they are asked for. */
static size_t
count(const struct filter *filter)
{
    journal_entries all, few;
    bool more;
    look(filter, SIZE_MAX - 1, &all, &more);
    FUZZ_CHECK(!more);
    look(filter, FEW, &few, &more);
    FUZZ_CHECK(few.count == (all.count < FEW ? all.count : FEW) && more == (all.count > FEW));
    for (size_t i = 0; i < few.count; i++)
        FUZZ_CHECK(resource_equal(&few.at[i].resource, &all.at[i].resource));
    size_t count = all.count;
    journal_entries_fini(&few);
    journal_entries_fini(&all);
    return count;
}

/* Rows that pass with the last term, and those that pass with its opposite, are those that pass without it. */
static void
check_last_term(struct filter *filter)
{
    struct filter_term *last = &filter->terms.at[filter->terms.count - 1];
    size_t with = count(filter);
    last->negated = !last->negated;
    size_t against = count(filter);
    filter->terms.count--;
    FUZZ_CHECK(with + against == count(filter));
    filter->terms.count++;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    char *raw = fuzz_string(data, bytes), *typed = text_clean_copy(raw, strlen(raw));
    struct filter filter = {0};
    struct fault fault = {""};
    if (!journal)
        make_journal();
    if (!filter_parse(&filter, typed, journal_filter(), &fault))
        FUZZ_CHECK(fault.text[0]);
    else if (filter.terms.count > 0 && filter.terms.count <= TERMS_MOST)
        check_last_term(&filter);
    filter_fini(&filter);
    free(typed);
    free(raw);
    return 0;
}
