#include "console/views/view_asn.h"

#include "console/widgets/board.h"
#include "draw/gauge.h"
#include "pages/asn_sheet.h"
#include "pages/case_around.h"
#include "pages/figure.h"

enum { ROOMY = 16 /* rows of the place under which the gauge is left out */ };

struct asn_view {
    struct board board;
    uint32_t asn;
    struct provider provider;
    bool has_gauge;
    struct case_headline a_case;
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
    static const enum role roles[] = {[CALL_UNDER] = ROLE_CLEAR,
                                      [CALL_BORDERLINE] = ROLE_ESTIMATE,
                                      [CALL_OVER] = ROLE_LISTED,
                                      [CALL_UNKNOWN] = ROLE_ESTIMATE};
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
    case_headline_put(&v->a_case, &v->board.top);
    write_lacks(v, &line);
    if (!provider->knows_level3)
        heard_isp_sentence(&v->board.drill->heard, v->asn, &line);
    const struct heard_isp *told = line.count > 0 ? heard_isp(&v->board.drill->heard, v->asn) : NULL;
    top_add(&v->board.top, told && told->listed ? ROLE_LISTED : ROLE_PLAIN, &line);
    asn_sheet_sentence(provider, &line);
    top_add(&v->board.top, standing_role(provider), &line);
    provider_advice(provider, &line);
    if (provider->clean > 0 && provider->clean < provider->ranges.count && !asn_sheet_is_by_cleanest(&v->board.sheet))
        buf_text(&line, " Sorted by cleanest, they come first.");
    top_add(&v->board.top, ROLE_STRONG, &line);
    if (provider->announces)
        asn_sheet_figures(provider, atlas_policy(atlas), &line);
    top_add(&v->board.top, ROLE_PLAIN, &line);
    bool fresh = figure_sources(&line, atlas_zones(atlas), atlas_asndb(atlas));
    top_add(&v->board.top, fresh ? ROLE_DIM : ROLE_WARN, &line);
    buf_free(&line);
}

static int
gauge_rows(const struct asn_view *v)
{
    return v->has_gauge ? GAUGE_ROWS : 0;
}

static struct view_parts
parts(void *self, int rows, int cols)
{
    struct asn_view *v = self;
    struct matter matter = matter_of_asn(v->asn);
    refresh(v);
    case_headline_read(&v->a_case, v->board.drill->keeper, &matter);
    write_top(v, cols);
    v->has_gauge = v->provider.counted && rows >= ROOMY;
    return board_parts(&v->board, rows, gauge_rows(v), true);
}

static void
draw_gauge(const struct asn_view *v, const struct canvas *canvas, int row)
{
    const struct asn_density *d = &v->provider.density;
    struct buf impacts = {0}, needed = {0};
    buf_text(&impacts, d->at_least ? "at least " : "~");
    figure_count(&impacts, d->impacts, "impact", "impacts");
    figure_decimal(&needed, d->needed);
    buf_text(&needed, " needed");
    struct gauge gauge = {.value = (double)d->impacts,
                          .needed = d->needed,
                          .value_words = buf_string(&impacts),
                          .needed_words = buf_string(&needed),
                          .role = d->call == CALL_UNDER     ? ROLE_CLEAR
                                  : d->call == CALL_UNKNOWN ? ROLE_ESTIMATE
                                                            : ROLE_LISTED};
    gauge_draw(&gauge, canvas, row);
    buf_free(&impacts);
    buf_free(&needed);
}

static void
head(void *self, const struct canvas *canvas)
{
    struct asn_view *v = self;
    board_head(&v->board, canvas, gauge_rows(v));
    if (v->has_gauge)
        draw_gauge(v, canvas, v->board.top.rows);
}

/* ---- the view ---- */

static void
close_asn(void *self)
{
    struct asn_view *v = self;
    board_fini(&v->board);
    provider_fini(&v->provider);
    case_headline_fini(&v->a_case);
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

static const enum action hints[] = {ACTION_WIDER,   ACTION_FILTER,  ACTION_SORT, ACTION_WORLD,
                                    ACTION_HISTORY, ACTION_JOURNAL, ACTION_NONE};

static const struct view asn_view = {
    BOARD_VIEW,   .hints = hints, .parts = parts, .close = close_asn, .title = title,
    .head = head, .can = can,     .act = act,     .subject = subject, .matter = matter,
};

void
view_asn_open(struct drill *drill, uint32_t asn, const struct prefix *from)
{
    struct asn_view *v = mem_zero(sizeof *v);
    v->asn = asn;
    board_init(&v->board, drill, asn_sheet(), &v->provider, 0);
    if (from) {
        drill->came_asn = asn;
        drill->came_from = *from;
    }
    if (drill->came_asn == asn && drill->came_from.addr.family != ADDR_NONE)
        sheet_come_from(&v->board.sheet, &drill->came_from);
    app_push(drill->app, &asn_view, v);
}
