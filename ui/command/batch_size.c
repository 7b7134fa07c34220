#include "command/batch_size.h"

#include "base/text.h"
#include "check/investigation.h"
#include "session/exit_status.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What resolvers on common hardware take; the batch itself shows the true rate. A self-test has three questions; about
 * so many answers are confirmed by one of two. A run that a pace makes longer than PACE_TOLD_S is announced. */
enum { USUAL_RATE = 2000, SELF_TEST = 3, CONFIRMING = 2, CONFIRMED_BY_ONE = 64, PACE_TOLD_S = 10 };

static size_t
count_lists(const struct catalogue *catalogue, unsigned family)
{
    size_t count = 0;
    for (size_t i = 0; i < catalogue_count(catalogue); i++)
        count += list_is_asked(catalogue_list(catalogue, i), family);
    return count;
}

void
batch_size_add_target(struct batch_size *size, const struct engine *engine, const struct addr *address)
{
    bool is_domain = address->family == ADDR_NONE, six = address->family == ADDR_V6;
    size_t count = is_domain ? BATCH_DOMAIN : 1;
    if (!engine->resolver || (!is_domain && investigation_barred(engine, address)))
        return;
    size_t lists = count_lists(engine->dataset.catalogue, six ? ADDR_V6 : ADDR_V4);
    size->addresses += !is_domain;
    size->domains += is_domain;
    size->of_family[six] += count;
    size->questions += count * lists;
    size->others += count * (dataset_asn_source(&engine->dataset).path ? 1 : 2); /* its name, its network */
    size->lists = lists > size->lists ? lists : size->lists;
}

size_t
batch_size_targets(const struct batch_size *size)
{
    size_t count = size->addresses + size->domains * BATCH_DOMAIN;
    return size->domains > 0 && count < ENGINE_SOME ? ENGINE_SOME : count;
}

void
batch_size_add(struct batch_size *size, const struct engine *engine, const struct targets *targets)
{
    struct addr address = {0};
    struct fault fault;
    for (size_t i = 0; i < targets->list.count; i++)
        if (targets->list.at[i].is_domain)
            batch_size_add_target(size, engine, &(struct addr){0});
        else if (target_address(&targets->list.at[i], &address, &fault))
            batch_size_add_target(size, engine, &address);
}

static int
by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct addr));
}

void
batch_size_add_lines(struct batch_size *size, const struct engine *engine, const char *bytes, size_t count)
{
    VEC(struct addr) all = {0};
    struct targets targets = {0};
    struct fault fault;
    struct addr address;
    bool domains = false;
    const char *end = bytes + count, *newline;
    for (; bytes < end; bytes = newline + 1) {
        newline = memchr(bytes, '\n', (size_t)(end - bytes));
        newline = newline ? newline : end;
        targets_read(&targets, bytes, (size_t)(newline - bytes), engine->dataset.catalogue, &fault);
        batch_size_add(size, engine, &targets);
        for (size_t i = 0; i < targets.list.count; i++) {
            domains |= targets.list.at[i].is_domain; /* whose addresses are not known yet */
            if (target_address(&targets.list.at[i], &address, &fault))
                vec_push(&all, address);
        }
    }
    if (all.count > 1)
        qsort(all.at, all.count, sizeof all.at[0], by_bytes);
    size->distinct = !domains;
    for (size_t i = 1; i < all.count; i++)
        size->distinct &= by_bytes(&all.at[i - 1], &all.at[i]) != 0;
    vec_free(&all);
    targets_fini(&targets);
}

/* Returns how many questions the self-tests of a list need. */
static uint64_t
count_self_tests(const struct batch_size *size, const struct list *list)
{
    uint64_t questions = 0;
    for (unsigned six = 0; six < 2; six++) {
        size_t addresses = size->of_family[six];
        if (addresses > 0 && list_is_asked(list, six ? ADDR_V6 : ADDR_V4))
            questions += SELF_TEST + (addresses > ENGINE_SOME ? addresses / CONFIRMED_BY_ONE * CONFIRMING : 0);
    }
    return questions;
}

/* Returns the questions besides those about the addresses to the lists. */
static uint64_t
count_others(const struct batch_size *size, const struct catalogue *catalogue)
{
    uint64_t questions = size->others;
    for (size_t i = 0; i < catalogue_count(catalogue); i++)
        questions += count_self_tests(size, catalogue_list(catalogue, i));
    return questions;
}

bool
batch_size_is_free(const struct batch_size *size, const struct catalogue *catalogue)
{
    return size->questions + count_others(size, catalogue) <= BATCH_FREELY;
}

/* Returns the seconds that the operator with the strictest pace needs for everything, and one of its lists. */
static uint64_t
paced_seconds(const struct batch_size *size, const struct catalogue *catalogue, const struct list **slowest)
{
    uint64_t longest = 0;
    for (size_t i = 0; i < catalogue_count(catalogue); i++) {
        const struct list *list = catalogue_list(catalogue, i);
        uint64_t questions = 0, at_once = list->daily / LIST_DAY_AT_ONCE;
        for (size_t j = 0; j < catalogue_count(catalogue) && (list->pace > 0 || list->daily > 0); j++) {
            const struct list *other = catalogue_list(catalogue, j);
            for (unsigned six = 0; six < 2 && strcasecmp(other->run_by, list->run_by) == 0; six++)
                questions += size->addresses + size->domains > 0 && list_is_asked(other, six ? ADDR_V6 : ADDR_V4)
                                 ? size->of_family[six]
                                 : 0;
            questions += strcasecmp(other->run_by, list->run_by) == 0 ? count_self_tests(size, other) : 0;
        }
        at_once = at_once > 0 ? at_once : 1;
        uint64_t seconds = list->pace > 0 ? questions / list->pace : 0;
        uint64_t daily = list->daily > 0 && questions > at_once ? (questions - at_once) * LIST_DAY_S / list->daily : 0;
        seconds = seconds > daily ? seconds : daily;
        *slowest = seconds > longest ? list : *slowest;
        longest = seconds > longest ? seconds : longest;
    }
    return longest;
}

bool
batch_size_put_pace(const struct batch_size *size, const struct catalogue *catalogue, int64_t deadline_ms,
                    struct buf *out)
{
    const struct list *slowest = NULL;
    uint64_t seconds = paced_seconds(size, catalogue, &slowest);
    if (seconds <= PACE_TOLD_S)
        return false;
    buf_format(out, "%s is asked at the pace of lists.conf (%u a %s), which takes about ", slowest->zone,
               slowest->daily ? slowest->daily : slowest->pace, slowest->daily ? "day" : "second");
    text_duration(out, (int64_t)seconds * 1000);
    if (deadline_ms == 0 || deadline_ms < (int64_t)seconds * 1000)
        buf_text(out, deadline_ms ? "; the deadline comes first" : "; --deadline SECONDS ends the wait");
    return true;
}

void
batch_size_report_self_tests(const struct catalogue *catalogue, int64_t deadline_ms)
{
    const struct batch_size size = {.of_family = {1, 0}};
    struct buf sentence = {0};
    if (batch_size_put_pace(&size, catalogue, deadline_ms, &sentence))
        exit_status_report(buf_string(&sentence), 0);
    buf_free(&sentence);
}

void
batch_size_put(const struct batch_size *size, const struct catalogue *catalogue, struct buf *out)
{
    const struct list *slowest = NULL;
    uint64_t others = count_others(size, catalogue), paced = paced_seconds(size, catalogue, &slowest);
    uint64_t seconds = (size->questions + others) / USUAL_RATE;
    bool exact = size->questions == (uint64_t)size->addresses * size->lists;
    buf_text(out, size->more ? "more than " : "");
    if (size->domains > 0)
        buf_format(out, "%zu domain%s of some %d addresses, ", size->domains, size->domains > 1 ? "s" : "",
                   BATCH_DOMAIN);
    text_number(out, (int64_t)size->addresses);
    buf_format(out, exact ? " addresses x %zu lists = " : " addresses, %zu lists at most: ", size->lists);
    text_number(out, (int64_t)size->questions);
    buf_text(out, " questions and about ");
    text_number(out, (int64_t)others);
    buf_text(out, " for names, networks and self-tests, about ");
    text_duration(out, (int64_t)(paced > seconds ? paced : seconds > 0 ? seconds : 1) * 1000);
    buf_text(out, paced > seconds ? " at the pace that an operator allows" : " at 2,000 a second");
}
