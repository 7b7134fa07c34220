#include "letter/tables.h"

#include "base/clock.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS = 20, PATTERNS = 6, NET_COLUMNS = 20, RUN_COLUMNS = 34, NAME_COLUMNS = 56, DAY = 10 /* bytes of a date */ };
enum { DAY_MS = 24 * 60 * 60 * 1000 };

/* Makes "1,234.5" from `start` on German: "1.234,5". */
static void
localise(struct buf *out, size_t start, enum letter_language language)
{
    for (size_t i = start; language == LETTER_DE && i < out->count; i++)
        out->at[i] = out->at[i] == ',' ? '.' : out->at[i] == '.' ? ',' : out->at[i];
}

void
tables_put_number(struct buf *out, int64_t number, enum letter_language language)
{
    size_t start = out->count;
    if (number == LISTING_UNKNOWN)
        return;
    text_number(out, number);
    localise(out, start, language);
}

void
tables_put_decimal(struct buf *out, double number, enum letter_language language)
{
    size_t start = out->count;
    if (number < 0)
        return;
    text_decimal(out, number);
    localise(out, start, language);
}

void
tables_put_time(struct buf *out, int64_t wall_ms, bool day)
{
    char text[CLOCK_MINUTE];
    if (wall_ms > 0)
        buf_format(out, "%.*s", day ? DAY : (int)sizeof text, clock_minute(wall_ms, text));
}

/* Writes a new row, whose first cell has so many columns. */
static void
put_row(struct buf *out, const char *cell, int columns)
{
    int width = text_width(cell);
    buf_format(out, "%s%s%*s", out->count > 0 ? "\n" : "", cell, width < columns ? columns - width : 1, "");
}

/* ---- runs of sources ---- */

struct run {
    size_t first, count; /* places in the sources */
    size_t around;       /* sources in its /24 */
};

static int
compare_runs(const void *a, const void *b)
{
    const struct run *x = a, *y = b;
    if (x->around != y->around)
        return x->around > y->around ? -1 : 1;
    return x->first < y->first ? -1 : x->first > y->first;
}

/* Writes "203.0.113.9" or "203.0.113.9 - 203.0.113.12". */
static void
put_range(struct buf *out, uint32_t first, uint32_t last)
{
    struct addr from = addr_from_v4(first), to = addr_from_v4(last);
    char text[ADDR_TEXT];
    buf_text(out, addr_text(&from, text));
    if (first != last)
        buf_format(out, " - %s", addr_text(&to, text));
}

/* Writes the days on which the journal first and last saw a run listed. */
static void
put_seen(struct buf *out, const struct complaint *c, const struct run *run)
{
    int64_t first_ms = 0, last_ms = 0;
    for (size_t i = run->first; i < run->first + run->count; i++) {
        const struct complaint_source *source = &c->sources.at[i];
        if (source->first_ms > 0 && (first_ms == 0 || source->first_ms < first_ms))
            first_ms = source->first_ms;
        last_ms = source->last_ms > last_ms ? source->last_ms : last_ms;
    }
    if (first_ms == 0)
        return;
    tables_put_time(out, first_ms, true);
    if (last_ms / DAY_MS > first_ms / DAY_MS) {
        buf_text(out, " .. ");
        tables_put_time(out, last_ms, true);
    }
}

/* Writes a row for each run of consecutive addresses, ROWS at most: then those of the worst /24s first. Returns how
 * many addresses are left. */
size_t
tables_put_sources(struct buf *out, const struct complaint *c)
{
    VEC(struct run) runs = {0};
    size_t shown = 0;
    for (size_t i = 0, end; i < c->sources.count; i = end) {
        struct run run = {.first = i};
        uint32_t block = c->sources.at[i].address >> 8;
        for (end = i + 1; end < c->sources.count && c->sources.at[end].address == c->sources.at[end - 1].address + 1;)
            end++;
        run.count = end - i;
        for (size_t k = i; k < c->sources.count && c->sources.at[k].address >> 8 == block; k++)
            run.around++;
        for (size_t k = i; k > 0 && c->sources.at[k - 1].address >> 8 == block; k--)
            run.around++;
        vec_push(&runs, run);
    }
    if (runs.count > ROWS)
        qsort(runs.at, runs.count, sizeof *runs.at, compare_runs);
    for (size_t i = 0; i < runs.count && i < ROWS; i++) {
        const struct run *run = &runs.at[i];
        struct buf range = {0};
        put_range(&range, c->sources.at[run->first].address, c->sources.at[run->first + run->count - 1].address);
        put_row(out, buf_string(&range), RUN_COLUMNS);
        put_seen(out, c, run);
        buf_free(&range);
        shown += run->count;
    }
    vec_free(&runs);
    return c->listed - shown;
}

void
tables_put_addresses(struct buf *out, const uint32_t *at, size_t count)
{
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && at[end] == at[end - 1] + 1;)
            end++;
        buf_text(out, i > 0 ? ", " : "");
        put_range(out, at[i], at[end - 1]);
    }
}

/* ---- kinds of names ---- */

/* Returns the part of a name that its neighbours share: without the first label, and those after it with digits, but
 * with two labels at least. */
static const char *
common_part(const char *name)
{
    const char *part = name, *dot;
    while ((dot = strchr(part, '.')) && strchr(dot + 1, '.') &&
           (part == name || strcspn(part, "0123456789") < (size_t)(dot - part)))
        part = dot + 1;
    return part;
}

struct pattern {
    const char *part;
    size_t count;
};

static int
compare_patterns(const void *a, const void *b)
{
    const struct pattern *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return strcmp(x->part, y->part);
}

void
tables_put_names(struct buf *out, const struct complaint *c)
{
    VEC(struct pattern) patterns = {0};
    for (size_t i = 0; i < c->sources.count; i++) {
        const char *part = c->sources.at[i].name ? common_part(c->sources.at[i].name) : NULL;
        size_t k = 0;
        while (part && k < patterns.count && strcmp(patterns.at[k].part, part) != 0)
            k++;
        if (part && k == patterns.count)
            vec_push(&patterns, ((struct pattern){.part = part}));
        if (part)
            patterns.at[k].count++;
    }
    if (patterns.count > 1)
        qsort(patterns.at, patterns.count, sizeof *patterns.at, compare_patterns);
    for (size_t i = 0; i < patterns.count && i < PATTERNS && patterns.at[i].count > 1; i++) {
        const char *part = patterns.at[i].part;
        size_t fit = text_fit(part, NAME_COLUMNS);
        buf_format(out, "%s%5zu  *.%.*s%s", i > 0 ? "\n" : "", patterns.at[i].count, (int)fit, part,
                   part[fit] ? "..." : "");
    }
    vec_free(&patterns);
}

/* ---- tables ---- */

void
tables_put_nets(struct buf *out, const struct complaint *c, enum letter_language language)
{
    char text[PREFIX_TEXT];
    for (size_t i = 0; i < c->worst_nets.count; i++) {
        const struct listed_net *net = &c->worst_nets.at[i];
        put_row(out, prefix_text(&net->prefix, text), NET_COLUMNS);
        tables_put_number(out, net->impacts, language);
        buf_text(out, " / ");
        tables_put_number(out, net->limit, language);
    }
}

void
tables_put_blocks(struct buf *out, const struct complaint *c)
{
    char text[PREFIX_TEXT];
    for (size_t i = 0; i < c->blocks.count; i++) {
        put_row(out, prefix_text(&c->blocks.at[i].prefix, text), NET_COLUMNS);
        buf_format(out, "%zu", c->blocks.at[i].listed);
    }
}

void
tables_put_rejections(struct buf *out, const struct complaint *c)
{
    for (size_t i = 0; i < c->rejections.count && i < ROWS; i++) {
        const struct seen_rejections *group = &c->rejections.at[i];
        put_row(out, *group->receiver ? group->receiver : "?", RUN_COLUMNS);
        buf_format(out, "%llu   ", (unsigned long long)group->count);
        tables_put_time(out, group->first_ms, true);
        buf_text(out, " .. ");
        tables_put_time(out, group->last_ms, true);
    }
}
