#include "pages/address_density.h"

#include "base/clock.h"
#include "base/text.h"
#include "pages/address_rows.h"
#include "pages/figure.h"
#include "pages/range_tables.h"

#include <stdio.h>
#include <string.h>

enum {
    COL_PREFIX = 2,
    COL_NAME = 8,
    COL_LISTED = 22,
    WIDTH_LISTED = 14,
    COL_IMPACTS = 38,
    WIDTH_IMPACTS = 17,
    COL_LIMIT = 57,
    WIDTH_LIMIT = 11,
    COL_TIMES = 69,
    WIDTH_TIMES = 6,
    WIDE = 76, /* columns from which a rung shows impacts and limit */
    BLOCK = 24,
};

/* ---- the ladder ---- */

static void
rung_row(struct page *p, const struct rung *rung, uint32_t index)
{
    struct buf text = {0};
    char prefix[PREFIX_TEXT];
    page_row(p, address_key(ADDRESS_KEY_RUNG, index));
    page_text(p, COL_PREFIX, 0, rung->published ? ROLE_STRONG : ROLE_PLAIN, prefix_text(&rung->prefix, prefix));
    text_number(&text, (int64_t)rung->listed);
    buf_text(&text, " listed");
    page_right(p, COL_LISTED, WIDTH_LISTED, rung->listed ? ROLE_PLAIN : ROLE_DIM, buf_string(&text));
    buf_clear(&text);
    if (p->cols >= WIDE && rung->permanent) {
        page_text(p, COL_IMPACTS + 2, 0, ROLE_LISTED, "PERMANENT");
    } else if (p->cols >= WIDE) {
        if (rung->impacts != LISTING_UNKNOWN) {
            figure_count(&text, rung->impacts, "impact", "impacts");
        } else if (rung->least > 0) {
            buf_text(&text, "at least ");
            text_number(&text, rung->least);
        }
        page_right(p, COL_IMPACTS, WIDTH_IMPACTS, rung->published ? ROLE_STRONG : ROLE_DIM, buf_string(&text));
        buf_clear(&text);
        buf_text(&text, "limit ");
        text_number(&text, rung->limit);
        if (rung->limit > 0)
            page_right(p, COL_LIMIT, WIDTH_LIMIT, ROLE_DIM, buf_string(&text));
        if (rung->published && rung->limit > 0 && rung->impacts != LISTING_UNKNOWN) {
            buf_clear(&text);
            figure_times(&text, (double)rung->impacts / (double)rung->limit);
            page_right(p, COL_TIMES, WIDTH_TIMES, ROLE_LISTED, buf_string(&text));
        }
    }
    buf_free(&text);
}

static void
put_source(struct buf *out, const struct evidence *e, bool live)
{
    struct data_date date = evidence_level(e, 1)->file.date;
    bool known = data_date_age(date) <= DATA_STALE && date.by != DATED_BY_FILE;
    char at[CLOCK_MINUTE];
    buf_text(out, known ? " (zone file of " : " (zone file ");
    if (!known)
        data_date_put(out, date);
    else if (live)
        text_duration(out, data_date_age_ms(date));
    else
        buf_format(out, "%s UTC", clock_minute(date.at_ms, at));
    buf_text(out, known && live ? " ago)" : ")");
}

void
address_density_title(struct buf *out, const struct evidence *e, bool live)
{
    buf_text(out, "How the listing builds up");
    put_source(out, e, live);
}

void
address_density_ladder(struct page *p, const struct evidence *e)
{
    for (size_t i = 0; e->has_density && i < e->ladder.rungs.count; i++)
        rung_row(p, &e->ladder.rungs.at[i], (uint32_t)i);
}

/* ---- the neighbours ---- */

void
address_density_put_runs(struct buf *out, const uint32_t *addresses, size_t count, const char *between)
{
    for (size_t i = 0; i < count; i++) {
        size_t first = i;
        while (i + 1 < count && addresses[i + 1] == addresses[i] + 1)
            i++;
        buf_format(out, "%s.%u", first > 0 ? between : "", addresses[first] & 0xFF);
        if (i > first)
            buf_format(out, "-.%u", addresses[i] & 0xFF);
    }
}

static void
named_rows(struct page *p, const uint32_t *addresses, size_t count, struct ptr_cache *names)
{
    ptr_cache_show(names, addresses, count);
    for (size_t i = 0; i < count; i++) {
        struct buf name = {0};
        enum role role = range_table_name(&name, names, addresses[i]);
        page_row(p, address_key(ADDRESS_KEY_MAP, BLOCK));
        page_format(p, COL_PREFIX, 0, ROLE_PLAIN, ".%u", addresses[i] & 0xFF);
        if (name.count > 0)
            page_text(p, COL_NAME, 0, role, buf_string(&name));
        else
            page_glyph(p, COL_NAME, ROLE_DIM, GLYPH_ASKING);
        buf_free(&name);
    }
}

void
address_density_neighbours(struct page *p, const struct evidence *e, const struct related_cases *around,
                           struct ptr_cache *names)
{
    enum { MOST = 256, NAMED_MOST = 16 };
    struct prefix block = prefix_around(&e->address, BLOCK);
    struct buf title = {0}, runs = {0};
    char prefix[PREFIX_TEXT];
    bool swept = around && around->swept;
    uint32_t listed[MOST];
    size_t all = swept ? around->listed.count : e->neighbours.count, count = 0;
    if (!swept && !e->has_density)
        return;
    buf_format(&title, "Listed neighbours in %s", prefix_text(&block, prefix));
    if (swept)
        buf_text(&title, " (sweep of this run)");
    else
        put_source(&title, e, true);
    for (size_t i = 0; i < all && count < MOST; i++) {
        uint32_t address = swept ? around->listed.at[i] : e->neighbours.at[i].address;
        if (address != addr_to_v4(&e->address))
            listed[count++] = address;
    }
    if (count > 0)
        address_heading(p, buf_string(&title));
    if (names && count <= NAMED_MOST) {
        named_rows(p, listed, count, names);
    } else if (count > 0) {
        address_density_put_runs(&runs, listed, count, ", ");
        page_row(p, address_key(ADDRESS_KEY_MAP, BLOCK));
        page_wrap(p, COL_PREFIX, ROLE_PLAIN, buf_string(&runs));
    }
    buf_free(&title);
    buf_free(&runs);
}
