#include "command/batch_size.h"

#include "base/text.h"
#include "check/investigation.h"

#include <string.h>
#include <strings.h>

/* What resolvers on common hardware take; the batch itself shows the true rate. */
enum { USUAL_RATE = 2000 };

static size_t
count_lists(const struct catalogue *catalogue, unsigned family)
{
    size_t count = 0;
    for (size_t i = 0; i < catalogue_count(catalogue); i++)
        count += list_is_asked(catalogue_list(catalogue, i), family);
    return count;
}

void
batch_size_add_address(struct batch_size *size, const struct engine *engine, const struct addr *address)
{
    if (!engine->resolver || investigation_barred(engine, address))
        return;
    size_t lists = count_lists(engine->dataset.catalogue, address->family);
    size->addresses++;
    size->questions += lists;
    size->lists = lists > size->lists ? lists : size->lists;
}

void
batch_size_add(struct batch_size *size, const struct engine *engine, const struct targets *targets)
{
    struct addr address;
    struct fault fault;
    for (size_t i = 0; i < targets->list.count; i++)
        if (target_address(&targets->list.at[i], &address, &fault))
            batch_size_add_address(size, engine, &address);
}

void
batch_size_add_lines(struct batch_size *size, const struct engine *engine, const char *bytes, size_t count)
{
    struct targets targets = {0};
    struct fault fault;
    const char *end = bytes + count, *newline;
    for (; bytes < end; bytes = newline + 1) {
        newline = memchr(bytes, '\n', (size_t)(end - bytes));
        newline = newline ? newline : end;
        targets_read(&targets, bytes, (size_t)(newline - bytes), engine->dataset.catalogue, &fault);
        batch_size_add(size, engine, &targets);
    }
    targets_fini(&targets);
}

/* Returns the seconds that the operator with the strictest pace needs for all addresses. */
static uint64_t
paced_seconds(const struct batch_size *size, const struct catalogue *catalogue)
{
    uint64_t longest = 0;
    for (size_t i = 0; i < catalogue_count(catalogue); i++) {
        const struct list *list = catalogue_list(catalogue, i);
        uint64_t lists = 0;
        for (size_t j = 0; j < catalogue_count(catalogue) && (list->pace > 0 || list->daily > 0); j++)
            lists += catalogue_list(catalogue, j)->chosen &&
                     strcasecmp(catalogue_list(catalogue, j)->run_by, list->run_by) == 0;
        uint64_t questions = size->addresses * lists, at_once = list->daily / LIST_DAY_AT_ONCE;
        uint64_t seconds = list->pace > 0 ? questions / list->pace : 0;
        uint64_t daily = list->daily > 0 && questions > at_once ? (questions - at_once) * LIST_DAY_S / list->daily : 0;
        seconds = seconds > daily ? seconds : daily;
        longest = seconds > longest ? seconds : longest;
    }
    return longest;
}

void
batch_size_put(const struct batch_size *size, const struct catalogue *catalogue, struct buf *out)
{
    uint64_t seconds = size->questions / USUAL_RATE, paced = paced_seconds(size, catalogue);
    bool exact = size->questions == (uint64_t)size->addresses * size->lists;
    buf_text(out, size->more ? "more than " : "");
    text_number(out, (int64_t)size->addresses);
    buf_format(out, exact ? " addresses x %zu lists = " : " addresses, %zu lists at most: ", size->lists);
    text_number(out, (int64_t)size->questions);
    buf_text(out, " questions, about ");
    text_duration(out, (int64_t)(paced > seconds ? paced : seconds > 0 ? seconds : 1) * 1000);
    buf_text(out, paced > seconds ? " at the pace that an operator allows" : " at 2,000 a second");
}
