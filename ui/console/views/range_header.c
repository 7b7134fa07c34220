#include "console/views/range_header.h"

#include "base/clock.h"
#include "base/text.h"
#include "check/investigation.h"
#include "pages/figure.h"

enum { MINUTE_MS = 60 * 1000 };

const char *
range_header_barred(const struct engine *engine, const struct range_summary *range)
{
    if (!investigation_barred(engine, &range->prefix.addr))
        return NULL;
    if (range->by_address)
        return addr_reserved(&range->prefix.addr);
    return range->listed == 0 && range->nets.count == 0 ? prefix_reserved(&range->prefix) : NULL;
}

static void
put_progress(struct buf *out, const struct sweep *sweep)
{
    static const char *const phases[] = {[SWEEP_PAUSED] = ", paused", [SWEEP_STOPPED] = ", stopped", [SWEEP_DONE] = ""};
    struct sweep_counts c;
    sweep_counts(sweep, &c);
    int64_t age_ms = clock_now_ms() - c.changed_ms;
    buf_format(out, "Sweep of level 1 over DNS: %zu of %zu answered", c.answered, c.total);
    if (c.phase != SWEEP_ASKING) {
        buf_text(out, phases[c.phase]);
    } else {
        if (c.per_second > 0)
            buf_format(out, ", %.0f a second%s", c.per_second, c.limit > 0 ? " because the resolver limits us" : "");
        buf_text(out, ", ");
        text_duration(out, c.left_ms);
        buf_text(out, " left");
    }
    if (age_ms >= MINUTE_MS && !sweep_is_open(sweep)) {
        buf_text(out, ", ");
        text_duration(out, age_ms);
        buf_text(out, " ago");
    }
    if (sweep_problem(sweep))
        buf_format(out, "%s%s", c.answered > 0 ? "; level 1 is not trusted: " : ": ", sweep_problem(sweep));
}

/* Offers a sweep, because no zone file counts the range. */
static void
put_offer(struct buf *out, const struct range_summary *range)
{
    if (range->by_address) {
        buf_text(out, "Press r to query level 1 over DNS for each address instead: ");
        figure_count(out, (int64_t)prefix_size(&range->prefix), "question", "questions");
        buf_format(out, ", %d a second.", SWEEP_PER_SECOND);
    } else {
        buf_text(out, "DNS sweeps cover one /24 at a time; press i to choose it.");
    }
}

/* Adds how far the sweep is, or what the count lacks. */
static void
add_origin(struct header *header, struct dataset *dataset, const struct range_summary *range, const struct sweep *sweep,
           bool whole)
{
    struct buf line = {0};
    if (sweep)
        put_progress(&line, sweep);
    else
        buf_text(&line, dataset_lacks_zones(dataset));
    header_add(header, sweep ? ROLE_ASKING : ROLE_WARN, &line);
    if (sweep && !whole)
        range_swept(range, &line);
    header_add(header, ROLE_PLAIN, &line);
    buf_free(&line);
}

void
range_header_write(struct header *header, int cols, struct engine *engine, const struct range_summary *range,
                   const struct sweep *sweep, const struct related_headline *a_case, const struct last_count *last,
                   bool whole)
{
    struct dataset *dataset = &engine->dataset;
    const char *barred = range_header_barred(engine, range);
    struct buf line = {0};
    bool found = range->listed > 0 || range->nets.count > 0;
    char prefix[PREFIX_TEXT];
    header_begin(header, cols);
    if (barred && !found)
        buf_format(&line, "%s is not routable (%s): no DNSBL can list its addresses",
                   prefix_text(&range->prefix, prefix), barred);
    else if (whole)
        range_sentence(range, &line);
    header_add(header, ROLE_STRONG, &line);
    related_headline_put(a_case, header);
    if (range->source == RANGE_ZONES && !whole)
        last_count_changes(last, range->filed, (int64_t)range->listed,
                           range->own ? range->own->impacts : LISTING_UNKNOWN, &line);
    header_add(header, ROLE_STRONG, &line);
    if (barred && found)
        buf_format(&line, "These addresses are not routable (%s), so they are not asked about.", barred);
    header_add(header, ROLE_PLAIN, &line);
    if (!barred)
        add_origin(header, dataset, range, sweep, whole);
    range_difference(range, &line);
    header_add(header, ROLE_WARN, &line);
    range_contradicted(range, &line);
    header_add(header, ROLE_PLAIN, &line);
    if (!barred && !sweep && range->source == RANGE_UNKNOWN && engine->resolver)
        put_offer(&line, range);
    header_add(header, ROLE_PLAIN, &line);
    range_nets_source(range, &line);
    header_add(header, ROLE_PLAIN, &line);
    range_another(range, dataset, &engine->dns_facts, &line);
    header_add(header, ROLE_STRONG, &line);
    range_spared(range, dataset, &line);
    header_add(header, ROLE_PLAIN, &line);
    struct buf sources = {0};
    if (!figure_sources(&sources, dataset->zones, NULL))
        header_add(header, ROLE_WARN, &sources);
    header_need(header);
    if (whole)
        range_holder(range, &line);
    else
        range_counts(range, &line);
    header_add(header, ROLE_PLAIN, &line);
    if (whole)
        header_add(header, ROLE_DIM, &sources);
    buf_free(&sources);
    buf_free(&line);
}

/* ---- levels ---- */

/* Returns the columns of a level's sign, name and words. */
static int
level_cols(const struct range_level *level)
{
    return 2 + (int)sizeof "level 2  " - 1 + text_width(buf_string(&level->words));
}

int
range_header_level_rows(const struct range_level *level2, const struct range_level *level3, int cols)
{
    return 1 + (level_cols(level2) + COLUMNS_GAP + level_cols(level3) > cols);
}

static void
draw_level(const struct range_level *level, char digit, const struct canvas *canvas, int row, int col)
{
    canvas_glyph(canvas, row, col, level->sign.role, level->sign.glyph);
    canvas_format(canvas, row, col + 2, CANVAS_REST, ROLE_STRONG, "level %c  %s", digit, buf_string(&level->words));
}

void
range_header_draw_levels(const struct range_level *level2, const struct range_level *level3,
                         const struct canvas *canvas)
{
    enum { BAR_LEAST = 6, BAR_MOST = 60 }; /* columns */
    bool one_row = range_header_level_rows(level2, level3, canvas->cols) == 1;
    int col = level_cols(level2) + COLUMNS_GAP, right = canvas->cols - level_cols(level3);
    if (one_row && right > col + BAR_MOST + 2 * COLUMNS_GAP)
        right = col + BAR_MOST + 2 * COLUMNS_GAP;
    int room = (one_row ? right : canvas->cols) - COLUMNS_GAP - col;
    double times = level2->times, scale = times > 1 ? times : 1;
    draw_level(level2, '2', canvas, 0, 0);
    draw_level(level3, '3', canvas, one_row ? 0 : 1, one_row ? right : 0);
    if (room >= BAR_LEAST && times > 0)
        canvas_bar(canvas, 0, col, room < BAR_MOST ? room : BAR_MOST, ROLE_HEAT_2, times / scale, 1 / scale);
}
