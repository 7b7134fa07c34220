#include "pages/address_map.h"

#include "base/text.h"
#include "pages/address_density.h"
#include "pages/address_rows.h"
#include "pages/figure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK = 24,
    COL_BLOCK = 7,
    COL_COUNT = 25,
    COUNT = 5,
    COL_BAR = 31,
    WORST_MOST = 32,
    BAR_MOST = 12,
    /* columns */ LISTED_MOST = 256
};

size_t
address_map_nets(const struct evidence *e, struct prefix out[static ADDRESS_MAP_NETS])
{
    bool awaited = list_result_is_awaited(evidence_level(e, 2)); /* shows those that its answer will confirm */
    const density_nets *nets = awaited ? &e->local_nets : &e->nets;
    size_t count = 0;
    for (size_t i = nets->count; i-- > 0;) {
        const struct prefix *net = &nets->at[i].prefix;
        if (net->length < BLOCK && !nets->at[i].stale && count + 1 < ADDRESS_MAP_NETS &&
            (count == 0 || net->length != out[count - 1].length))
            out[count++] = *net;
    }
    out[count++] = prefix_around(&e->address, BLOCK);
    return count;
}

/* ---- the /24 ---- */

/* Fills in the listed addresses of the /24, sorted: of the sweep, else of the zone file. Returns how many. */
static size_t
listed_of(const struct address_facts *facts, uint32_t out[static LISTED_MOST])
{
    const struct evidence *e = facts->evidence;
    size_t count = 0;
    if (facts->cases && facts->cases->swept)
        for (size_t i = 0; i < facts->cases->listed.count && count < LISTED_MOST; i++)
            out[count++] = facts->cases->listed.at[i];
    else
        for (size_t i = 0; i < e->neighbours.count && count < LISTED_MOST; i++)
            out[count++] = e->neighbours.at[i].address;
    return count;
}

static void
runs_row(struct page *p, const struct address_facts *facts, bool live)
{
    uint32_t listed[LISTED_MOST];
    size_t count = listed_of(facts, listed);
    struct buf runs = {0};
    uint64_t key = address_key(ADDRESS_KEY_MAP, BLOCK);
    if (count == 0)
        return;
    address_density_put_runs(&runs, listed, count, " ");
    page_row(p, key);
    if (live)
        page_target(p, key, 0, p->cols);
    page_text(p, 0, 0, ROLE_DIM, "Listed");
    page_wrap(p, COL_BLOCK, ROLE_PLAIN, buf_string(&runs));
    buf_free(&runs);
}

/* ---- wider nets ---- */

static int
more_listed(const void *a, const void *b)
{
    const struct block *x = a, *y = b;
    return x->listed != y->listed ? (x->listed < y->listed) - (x->listed > y->listed)
                                  : memcmp(x->prefix.addr.bytes, y->prefix.addr.bytes, sizeof x->prefix.addr.bytes);
}

static void
worst_rows(struct page *p, const struct address_facts *facts, const density_blocks *blocks, int rows)
{
    struct prefix own = prefix_around(&facts->evidence->address, BLOCK);
    for (size_t i = 0; i < blocks->count && (int)i < rows && i < WORST_MOST; i++) {
        const struct block *block = &blocks->at[i];
        bool here = prefix_equal(&block->prefix, &own);
        struct buf count = {0};
        char prefix[PREFIX_TEXT];
        uint64_t key = address_key(ADDRESS_KEY_BLOCK, addr_to_v4(&block->prefix.addr));
        page_row(p, key);
        if (i == 0)
            page_text(p, 0, 0, ROLE_DIM, "Worst");
        int col = page_text(p, COL_BLOCK, 0, ROLE_PLAIN, prefix_text(&block->prefix, prefix));
        if (here && col + 1 < COL_COUNT)
            page_glyph(p, col + 1, ROLE_STRONG, GLYPH_HERE);
        text_number(&count, (int64_t)block->listed);
        page_right(p, COL_COUNT, COUNT, ROLE_PLAIN, buf_string(&count));
        if (p->cols > COL_BAR + 1)
            page_bar(p, COL_BAR, p->cols - COL_BAR - 1 > BAR_MOST ? BAR_MOST : p->cols - COL_BAR - 1, ROLE_HEAT_2,
                     (double)block->listed / (double)blocks->at[0].listed, -1);
        if (facts->live)
            page_target(p, key, 0, p->cols);
        buf_free(&count);
    }
}

/* ---- without zone files ---- */

static void
nets_rows(struct page *p, const struct address_facts *facts)
{
    const struct evidence *e = facts->evidence;
    for (size_t i = e->nets.count; i-- > 0;) {
        const struct listed_net *net = &e->nets.at[i];
        struct buf figures = {0};
        char prefix[PREFIX_TEXT];
        page_row(p, address_key(ADDRESS_KEY_MAP, net->prefix.length));
        page_text(p, 0, 0, ROLE_PLAIN, prefix_text(&net->prefix, prefix));
        if (listed_net_times(net) > 0) {
            text_number(&figures, net->impacts);
            buf_text(&figures, " of ");
            text_number(&figures, net->limit);
            page_right(p, 19, 12, ROLE_PLAIN, buf_string(&figures));
            buf_clear(&figures);
            figure_times(&figures, listed_net_times(net));
            page_right(p, 32, 6, ROLE_PLAIN, buf_string(&figures));
        }
        if (facts->live)
            page_target(p, address_key(ADDRESS_KEY_MAP, net->prefix.length), 0, p->cols);
        buf_free(&figures);
    }
}

static void
without_map(struct page *p, const struct address_facts *facts, struct buf *title)
{
    const struct evidence *e = facts->evidence;
    struct prefix block = prefix_around(&e->address, BLOCK);
    uint64_t key = address_key(ADDRESS_KEY_MAP, BLOCK);
    struct buf text = {0};
    char prefix[PREFIX_TEXT];
    uint32_t listed[LISTED_MOST];
    bool swept = facts->cases && facts->cases->swept;
    size_t count = listed_of(facts, listed);
    buf_text(title, e->nets.count > 0 ? "Published nets (impacts, limit)" : "Neighbours");
    nets_rows(p, facts);
    page_gap(p);
    page_row(p, key);
    if (facts->live)
        page_target(p, key, 0, p->cols);
    prefix_text(&block, prefix);
    if (swept)
        buf_format(&text, "%s: %zu listed by the sweep of this run", prefix, count);
    else
        buf_format(&text, "%s: not known without the zone file of level 1 (--zones)%s", prefix,
                   facts->live && !e->offline ? " or a sweep (Enter, then r)" : "");
    page_wrap(p, 0, swept ? ROLE_PLAIN : ROLE_DIM, buf_string(&text));
    buf_free(&text);
    if (swept)
        runs_row(p, facts, false);
}

/* ---- both ---- */

/* Leaves the count of cells out where it does not fit beside the line that follows. */
static void
put_title(struct buf *out, const struct heatmap *map, const struct prefix *net, size_t listed, size_t cells)
{
    enum { ROOM = HEATMAP_COMPACT_COLS + 3 };
    struct buf rest = {0};
    char prefix[PREFIX_TEXT];
    buf_format(out, "%s: ", prefix_text(net, prefix));
    text_number(out, (int64_t)listed);
    buf_text(out, net->length >= BLOCK ? "" : " listed");
    if (net->length >= BLOCK)
        buf_format(&rest, " of %d listed", map->count);
    else
        buf_format(&rest, ", %zu of %d /%us", cells, map->count, map->cell_length);
    if (text_width(buf_string(out)) + text_width(buf_string(&rest)) > ROOM) {
        buf_clear(&rest);
        buf_format(&rest, ", %zu/%d /%us", cells, map->count, map->cell_length);
    }
    if (text_width(buf_string(out)) + text_width(buf_string(&rest)) <= ROOM)
        buf_text(out, buf_string(&rest));
    buf_free(&rest);
}

bool
address_map_fill(struct heatmap *map, const struct address_facts *facts, const struct prefix *net,
                 density_blocks *blocks, struct buf *title)
{
    const struct evidence *e = facts->evidence;
    size_t cells = 0, counts[HEATMAP_CELLS] = {0};
    if (!e->has_density || !facts->zones)
        return false;
    heatmap_init(map, net, &e->address);
    map->here_name = facts->live ? NULL : "this address"; /* others read it, too */
    if (net->length >= BLOCK)
        for (size_t i = 0; i < e->neighbours.count; i++)
            counts[e->neighbours.at[i].address - addr_to_v4(&net->addr)] = 1;
    else
        density_blocks_of(blocks, facts->zones, net);
    for (size_t i = 0; i < blocks->count; i++) {
        uint32_t at = addr_to_v4(&blocks->at[i].prefix.addr) - addr_to_v4(&net->addr);
        counts[at >> (32 - map->cell_length)] += blocks->at[i].listed;
    }
    for (int i = 0; i < map->count; i++) {
        map->cells[i] = heatmap_count_cell(map, counts[i]);
        cells += counts[i] > 0;
    }
    put_title(title, map, net, density_listed(facts->zones, net), cells);
    if (blocks->count > 1)
        qsort(blocks->at, blocks->count, sizeof *blocks->at, more_listed);
    return true;
}

bool
address_map(struct page *p, const struct address_facts *facts, const struct prefix *net, int rows, struct buf *title)
{
    struct heatmap map;
    density_blocks blocks = {0};
    if (!address_map_fill(&map, facts, net, &blocks, title)) {
        without_map(p, facts, title);
        return false;
    }
    size_t before = p->rows.count;
    heatmap_compact(&map, p, 0, 0);
    if (net->length >= BLOCK)
        runs_row(p, facts, facts->live);
    else
        worst_rows(p, facts, &blocks, rows - (int)(p->rows.count - before));
    vec_free(&blocks);
    return true;
}
