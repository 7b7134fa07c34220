#include "pages/address_density.h"

#include "base/text.h"
#include "pages/address_rows.h"
#include "pages/figure.h"

#include <stdio.h>
#include <string.h>

enum {
    COL = 1,
    COL_PREFIX = 3,
    COL_LISTED = 23,
    WIDTH_LISTED = 14,
    COL_IMPACTS = 39,
    WIDTH_IMPACTS = 17,
    COL_LIMIT = 58,
    WIDTH_LIMIT = 11,
    COL_TIMES = 70,
    WIDTH_TIMES = 6,
    WIDE = 77, /* columns from which a rung shows impacts and limit */
    SIDE = 16, /* of the map */
    COL_MAP = 9,
    NAMED_MOST = 12,
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
put_source(struct buf *out, const struct evidence *e)
{
    struct data_date date = evidence_level(e, 1)->file.date;
    bool known = data_date_age(date) <= DATA_STALE && date.by != DATED_BY_FILE;
    buf_text(out, known ? " (zone file of " : " (zone file ");
    if (known)
        text_duration(out, data_date_age_ms(date));
    else
        data_date_put(out, date);
    buf_text(out, known ? " ago)" : ")");
}

void
address_density_ladder(struct page *p, const struct evidence *e)
{
    struct buf title = {0};
    if (!e->has_density)
        return;
    buf_text(&title, "How the listing builds up");
    put_source(&title, e);
    page_heading(p, buf_string(&title));
    for (size_t i = 0; i < e->ladder.rungs.count; i++)
        rung_row(p, &e->ladder.rungs.at[i], (uint32_t)i);
    buf_free(&title);
}

/* ---- the neighbours ---- */

/* "203.0.113.9, .40, .201 and 12 more" */
void
address_density_neighbours(struct page *p, const struct evidence *e, const struct related_cases *around)
{
    struct prefix block = prefix_around(&e->address, 24);
    struct buf title = {0}, names = {0};
    char prefix[PREFIX_TEXT], text[ADDR_TEXT];
    bool swept = around && around->swept;
    size_t count = swept ? around->listed.count : e->neighbours.count, named = 0;
    if (!swept && !e->has_density)
        return;
    buf_format(&title, "Listed neighbours in %s", prefix_text(&block, prefix));
    if (swept)
        buf_text(&title, " (sweep of this run)");
    else
        put_source(&title, e);
    for (size_t i = 0; i < count; i++) {
        uint32_t address = swept ? around->listed.at[i] : e->neighbours.at[i].address;
        struct addr addr = addr_from_v4(address);
        if (address == addr_to_v4(&e->address))
            continue;
        addr_text(&addr, text);
        if (named < NAMED_MOST)
            buf_format(&names, "%s%s", named > 0 ? ", " : "", named > 0 ? strrchr(text, '.') : text);
        named++;
    }
    if (named > NAMED_MOST)
        buf_format(&names, " and %zu more", named - NAMED_MOST);
    if (named > 0) {
        page_heading(p, buf_string(&title));
        page_row(p, address_key(ADDRESS_KEY_MAP, SIDE));
        page_wrap(p, COL_PREFIX, ROLE_PLAIN, buf_string(&names));
    }
    buf_free(&title);
    buf_free(&names);
}

/* ---- the map ---- */

void
address_density_map(struct page *p, const struct evidence *e)
{
    struct prefix around = prefix_around(&e->address, 24);
    char text[8], prefix[PREFIX_TEXT];
    struct buf title = {0};
    int col;
    if (!e->has_density)
        return;
    buf_format(&title, "Map of %s: %zu of 256 on level 1", prefix_text(&around, prefix), e->neighbours.count);
    if (data_date_age(evidence_level(e, 1)->file.date) != DATA_FRESH)
        put_source(&title, e);
    page_heading(p, buf_string(&title));
    buf_free(&title);
    for (uint32_t row = 0; row < SIDE; row++) {
        page_row(p, address_key(ADDRESS_KEY_MAP, row));
        snprintf(text, sizeof text, ".%u", row * SIDE);
        page_right(p, COL_PREFIX, 4, ROLE_DIM, text);
        for (uint32_t i = 0; i < SIDE; i++) {
            uint32_t address = addr_to_v4(&around.addr) + row * SIDE + i;
            bool listed = false;
            for (size_t n = 0; n < e->neighbours.count && !listed; n++)
                listed = e->neighbours.at[n].address == address;
            col = COL_MAP + 2 * (int)i;
            page_glyph(p, col, listed ? ROLE_LISTED : ROLE_DIM, listed ? GLYPH_LISTED : GLYPH_HEAT_0);
            if (address == addr_to_v4(&e->address)) {
                page_text(p, col - 1, 1, ROLE_STRONG, "[");
                page_text(p, col + 1, 1, ROLE_STRONG, "]");
            }
        }
    }
    page_row(p, 0);
    col = page_text(p, COL_MAP, 0, ROLE_STRONG, "[ ]") + 1;
    col = page_text(p, col, 0, ROLE_DIM, "you are here") + 2;
    col = page_glyph(p, col, ROLE_LISTED, GLYPH_LISTED) + 1;
    col = page_text(p, col, 0, ROLE_DIM, "listed") + 2;
    col = page_glyph(p, col, ROLE_DIM, GLYPH_HEAT_0) + 1;
    page_text(p, col, 0, ROLE_DIM, "not listed");
}
