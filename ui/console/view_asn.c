#include "view_asn.h"

#include "asn_sheet.h"
#include "board.h"
#include "figure.h"

enum {
    BAR_COLS = 60,
    BAR_ROWS = 16, /* rows of the place under which the bar is left out */
};

struct asn_view {
    struct board board;
    uint32_t asn;
    struct provider provider;
    bool has_bar;
};

static void
refresh(struct asn_view *v)
{
    if (!board_is_outdated(&v->board))
        return;
    struct atlas *atlas = v->board.drill->atlas;
    provider_gather(&v->provider, v->asn, atlas_map(atlas), atlas_world(atlas), atlas_zones(atlas),
                    atlas_policy(atlas));
    sheet_fill(&v->board.sheet, v->provider.ranges.count);
    if (v->board.drill->keeper && v->provider.counted)
        keeper_saw_asn(v->board.drill->keeper, atlas_zones(atlas), &v->provider.density);
}

/* ---- what stands on top ---- */

static void
write_lacks(struct asn_view *v, struct buf *line)
{
    const struct atlas *atlas = v->board.drill->atlas;
    if (!v->provider.announces && !*atlas_lacks_map(atlas))
        buf_format(line, "The ASN database knows no range that AS%u announces.", v->asn);
    else
        buf_text(line, atlas_lacks_map(atlas));
    top_add(&v->board.top, ROLE_WARN, line);
    buf_text(line, atlas_lacks_zones(atlas));
    top_add(&v->board.top, ROLE_WARN, line);
    buf_text(line, atlas_lacks_world(atlas));
    top_add(&v->board.top, ROLE_WARN, line);
}

/* By what is known, or else by the estimate. */
static enum role
standing_role(const struct provider *provider)
{
    static const enum role roles[] = {
        [CALL_UNDER] = ROLE_CLEAR, [CALL_BORDERLINE] = ROLE_ESTIMATE, [CALL_OVER] = ROLE_LISTED};
    if (provider->knows_level3)
        return provider->level3 > 0 ? ROLE_LISTED : ROLE_CLEAR;
    return roles[provider->density.call];
}

static void
write_top(struct asn_view *v, int cols)
{
    const struct atlas *atlas = v->board.drill->atlas;
    const struct provider *provider = &v->provider;
    struct buf line = {0};
    top_begin(&v->board.top, cols);
    buf_format(&line, "AS%u%s%s", v->asn, provider->org && *provider->org ? " " : "",
               provider->org ? provider->org : "");
    top_add(&v->board.top, ROLE_TITLE, &line);
    write_lacks(v, &line);
    asn_sheet_sentence(provider, &line);
    top_add(&v->board.top, standing_role(provider), &line);
    provider_on_level3(provider, &line);
    buf_text(&line, provider->counted ? " " : "");
    provider_on_ranges(provider, &line);
    if (provider->clean > 0 && provider->clean < provider->ranges.count)
        buf_text(&line, " Sorted by cleanest, they come first.");
    top_add(&v->board.top, ROLE_STRONG, &line);
    if (provider->announces)
        asn_sheet_figures(provider, atlas_policy(atlas), &line);
    top_add(&v->board.top, ROLE_PLAIN, &line);
    bool fresh = figure_sources(&line, atlas_zones(atlas), atlas_asndb(atlas));
    top_add(&v->board.top, fresh ? ROLE_DIM : ROLE_WARN, &line);
    buf_free(&line);
}

static struct view_parts
parts(void *self, int rows, int cols)
{
    struct asn_view *v = self;
    refresh(v);
    write_top(v, cols);
    v->has_bar = v->provider.counted && rows >= BAR_ROWS;
    return board_parts(&v->board, rows, v->has_bar, true);
}

/* The whole bar is the larger of both and a bit. */
static void
draw_bar(const struct asn_view *v, const struct canvas *canvas, int row)
{
    const struct asn_density *d = &v->provider.density;
    double impacts = (double)d->impacts, whole = 1.25 * (impacts > d->needed ? impacts : d->needed);
    int cols = canvas->cols < BAR_COLS ? canvas->cols : BAR_COLS;
    canvas_bar(canvas, row, 0, cols, d->call == CALL_UNDER ? ROLE_CLEAR : ROLE_LISTED, impacts / whole,
               d->needed / whole);
    int col = canvas_glyph(canvas, row, cols + 1, ROLE_STRONG, GLYPH_BAR_LIMIT) + 1;
    canvas_text(canvas, row, col, CANVAS_REST, ROLE_DIM, "needed");
}

static void
head(void *self, const struct canvas *canvas)
{
    struct asn_view *v = self;
    board_head(&v->board, canvas, v->has_bar);
    if (v->has_bar)
        draw_bar(v, canvas, v->board.top.rows);
}

/* ---- the view ---- */

static void
close_asn(void *self)
{
    struct asn_view *v = self;
    board_fini(&v->board);
    provider_fini(&v->provider);
    free(v);
}

static void
title(void *self, struct buf *out)
{
    const struct asn_view *v = self;
    buf_format(out, "AS%u", v->asn);
}

static const struct prefix *
prefix_at(const struct asn_view *v, size_t row)
{
    return &v->provider.ranges.at[sheet_item(&v->board.sheet, row)].prefix;
}

static bool
can(void *self, enum action action, size_t row)
{
    const struct asn_view *v = self;
    return action == ACTION_WIDER || board_can(&v->board, action, row);
}

static void
act(void *self, struct app *app, enum action action, struct cursor *cursor)
{
    struct asn_view *v = self;
    (void)app;
    if (action == ACTION_OPEN)
        drill_to_range(v->board.drill, prefix_at(v, cursor->row), NULL);
    else if (action == ACTION_WIDER)
        drill_to_world(v->board.drill, v->asn);
    else
        sheet_act(&v->board.sheet, action, cursor);
}

static void
subject(void *self, size_t row, struct buf *out)
{
    const struct asn_view *v = self;
    char prefix[PREFIX_TEXT];
    if (row < v->board.sheet.row_count)
        buf_text(out, prefix_text(prefix_at(v, row), prefix));
}

static bool
matter(void *self, size_t row, struct matter *out)
{
    const struct asn_view *v = self;
    (void)row;
    *out = matter_of_asn(v->asn);
    return true;
}

static const struct view asn_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .parts = parts,
    .close = close_asn,
    .title = title,
    .status = board_status,
    .rows = board_rows,
    .key = board_key,
    .home = board_home,
    .head = head,
    .draw = board_draw,
    .can = can,
    .act = act,
    .subject = subject,
    .matter = matter,
};

void
view_asn_open(struct drill *drill, uint32_t asn, const struct prefix *from)
{
    struct asn_view *v = mem_zero(sizeof *v);
    v->asn = asn;
    board_init(&v->board, drill, asn_sheet(), &v->provider, 0);
    if (from)
        sheet_come_from(&v->board.sheet, from);
    app_push(drill->app, &asn_view, v);
}
