#include "view_asn.h"

#include "asn_sheet.h"
#include "figure.h"
#include "top.h"

enum {
    BAR_COLS = 60,
    BAR_ROWS = 16, /* rows of the place under which the bar is left out */
};

struct asn_view {
    struct drill *drill;
    uint32_t asn;
    struct provider provider;
    bool gathered;
    unsigned version;
    struct top top;
    bool has_bar;
    struct sheet sheet;
};

static void
refresh(struct asn_view *v)
{
    unsigned version = atlas_version(v->drill->atlas);
    if (v->gathered && v->version == version)
        return;
    struct atlas *atlas = v->drill->atlas;
    provider_gather(&v->provider, v->asn, atlas_map(atlas), atlas_world(atlas), atlas_zones(atlas),
                    atlas_policy(atlas));
    sheet_fill(&v->sheet, v->provider.ranges.count);
    v->gathered = true;
    v->version = version;
}

/* ---- what stands on top ---- */

static void
write_lacks(struct asn_view *v, struct buf *line)
{
    const struct atlas *atlas = v->drill->atlas;
    if (!v->provider.announces && !*atlas_lacks_map(atlas))
        buf_format(line, "The ASN database knows no range that AS%u announces.", v->asn);
    else
        buf_text(line, atlas_lacks_map(atlas));
    top_add(&v->top, ROLE_WARN, line);
    buf_text(line, atlas_lacks_zones(atlas));
    top_add(&v->top, ROLE_WARN, line);
}

static void
write_top(struct asn_view *v, int cols)
{
    static const enum role roles[] = {
        [CALL_UNDER] = ROLE_CLEAR, [CALL_BORDERLINE] = ROLE_ESTIMATE, [CALL_OVER] = ROLE_LISTED};
    const struct atlas *atlas = v->drill->atlas;
    const struct provider *provider = &v->provider;
    struct buf line = {0};
    top_begin(&v->top, cols);
    buf_format(&line, "AS%u%s%s", v->asn, provider->org && *provider->org ? " " : "",
               provider->org ? provider->org : "");
    top_add(&v->top, ROLE_TITLE, &line);
    write_lacks(v, &line);
    asn_sheet_sentence(provider, &line);
    top_add(&v->top, roles[provider->density.call], &line);
    provider_on_level3(provider, &line);
    buf_text(&line, provider->counted ? " " : "");
    provider_on_ranges(provider, &line);
    if (provider->clean > 0 && provider->clean < provider->ranges.count)
        buf_text(&line, " Sorted by cleanest, they come first.");
    top_add(&v->top, ROLE_STRONG, &line);
    if (provider->announces)
        asn_sheet_figures(provider, atlas_policy(atlas), &line);
    top_add(&v->top, ROLE_PLAIN, &line);
    bool fresh = figure_sources(&line, atlas_zones(atlas), atlas_asndb(atlas));
    top_add(&v->top, fresh ? ROLE_DIM : ROLE_WARN, &line);
    buf_free(&line);
}

static struct view_parts
parts(void *self, int rows, int cols)
{
    struct asn_view *v = self;
    refresh(v);
    write_top(v, cols);
    v->has_bar = v->provider.counted && rows >= BAR_ROWS;
    int titles = v->sheet.items > 0 ? sheet_head_rows(&v->sheet) : 0;
    int rest = titles > 0 ? titles + top_table_rows(rows) : 0;
    top_fit(&v->top, rows - v->has_bar - rest, true);
    return (struct view_parts){.head = v->top.rows + v->has_bar + titles};
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
    int row = v->top.rows;
    top_draw(&v->top, canvas);
    if (v->has_bar)
        draw_bar(v, canvas, row++);
    if (v->sheet.items > 0)
        sheet_head(&v->sheet, canvas, row);
}

/* ---- the view ---- */

static void
close_asn(void *self)
{
    struct asn_view *v = self;
    sheet_fini(&v->sheet);
    provider_fini(&v->provider);
    top_fini(&v->top);
    free(v);
}

static void
title(void *self, struct buf *out)
{
    const struct asn_view *v = self;
    buf_format(out, "AS%u", v->asn);
}

static void
status(void *self, struct buf *out)
{
    const struct asn_view *v = self;
    if (v->sheet.items > 0)
        sheet_status(&v->sheet, out);
}

static size_t
rows(void *self, int cols)
{
    const struct asn_view *v = self;
    (void)cols;
    return v->sheet.row_count;
}

static uint64_t
key(void *self, size_t row)
{
    const struct asn_view *v = self;
    return sheet_key(&v->sheet, row);
}

static void
draw(void *self, const struct canvas *canvas)
{
    struct asn_view *v = self;
    sheet_draw(&v->sheet, canvas);
}

static const struct prefix *
prefix_at(const struct asn_view *v, size_t row)
{
    return &v->provider.ranges.at[sheet_item(&v->sheet, row)].prefix;
}

static bool
can(void *self, enum action action, size_t row)
{
    const struct asn_view *v = self;
    if (action == ACTION_OPEN)
        return v->sheet.row_count > 0 && (row == VIEW_ANY_ROW || row < v->sheet.row_count);
    return action == ACTION_WIDER || sheet_can(&v->sheet, action);
}

static void
act(void *self, struct app *app, enum action action, struct cursor *cursor)
{
    struct asn_view *v = self;
    (void)app;
    if (action == ACTION_OPEN)
        drill_to_range(v->drill, prefix_at(v, cursor->row), NULL);
    else if (action == ACTION_WIDER)
        drill_to_world(v->drill);
    else
        sheet_act(&v->sheet, action, cursor);
}

static void
subject(void *self, size_t row, struct buf *out)
{
    const struct asn_view *v = self;
    char prefix[PREFIX_TEXT];
    if (row < v->sheet.row_count)
        buf_text(out, prefix_text(prefix_at(v, row), prefix));
}

static const struct view asn_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .parts = parts,
    .close = close_asn,
    .title = title,
    .status = status,
    .rows = rows,
    .key = key,
    .head = head,
    .draw = draw,
    .can = can,
    .act = act,
    .subject = subject,
};

void
view_asn_open(struct drill *drill, uint32_t asn)
{
    struct asn_view *v = mem_zero(sizeof *v);
    v->drill = drill;
    v->asn = asn;
    sheet_init(&v->sheet, asn_sheet(), &v->provider, drill->app, v, 0);
    app_push(drill->app, &asn_view, v);
}
