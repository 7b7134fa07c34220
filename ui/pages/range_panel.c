#include "pages/range_panel.h"

enum {
    WORDS_GAP = 2,
    WORDS_COLS = 26,   /* what the words beside the map need at least; else they are under it */
    STATUS_ROWS = 2,   /* what is under the cursor; so many always, or the map would jump */
    HEATMAP_LEAST = 3, /* rows of the map that show, whatever the place */
};

static bool
has_words_beside(int cols)
{
    return cols >= HEATMAP_COLS + WORDS_GAP + WORDS_COLS;
}

/* What is under the cursor; returns the rows. Of this and the next, canvas may be NULL to count them only. */
static int
draw_status(const struct range *range, const struct policy *policy, const struct canvas *canvas, int row, int col,
            int cols, bool focus)
{
    struct buf text = {0};
    range_cell(range, policy, range->map.at, &text);
    int rows = canvas_wrap(canvas, row, col, cols, focus ? ROLE_STRONG : ROLE_PLAIN, buf_string(&text));
    buf_free(&text);
    return rows;
}

/* What the signs mean, and what they count. */
static int
draw_legend(const struct range *range, const struct canvas *canvas, int row, int col, int cols)
{
    struct heatmap_sign signs[RANGE_SIGNS];
    size_t count = range_signs(range, signs);
    struct buf caption = {0};
    int rows = 0;
    range_caption(range, &caption);
    if (caption.count > 0)
        rows = canvas_wrap(canvas, row, col, cols, ROLE_DIM, buf_string(&caption));
    buf_free(&caption);
    return rows + heatmap_legend(canvas, row + rows, col, cols, signs, count);
}

static int
status_rows(const struct range *range, const struct policy *policy, int cols)
{
    int rows = draw_status(range, policy, NULL, 0, 0, cols, false);
    return rows > STATUS_ROWS ? rows : STATUS_ROWS;
}

int
range_panel_rows(const struct range *range, const struct policy *policy, int cols)
{
    int map = heatmap_rows(&range->map);
    if (!has_words_beside(cols))
        return map + status_rows(range, policy, cols) + draw_legend(range, NULL, 0, 0, cols);
    int beside = cols - HEATMAP_COLS - WORDS_GAP;
    int words = draw_status(range, policy, NULL, 0, 0, beside, false) + 1 + draw_legend(range, NULL, 0, 0, beside);
    return words > map ? words : map;
}

static void
draw_beside(const struct range *range, const struct policy *policy, const struct canvas *canvas, bool focus)
{
    int col = HEATMAP_COLS + WORDS_GAP, cols = canvas->cols - col;
    struct canvas part = canvas_part(canvas, 0, 0, canvas->rows, HEATMAP_COLS);
    heatmap_draw(&range->map, &part, focus);
    int row = draw_status(range, policy, canvas, 0, col, cols, focus) + 1;
    draw_legend(range, canvas, row, col, cols);
}

void
range_panel_draw(const struct range *range, const struct policy *policy, const struct canvas *canvas, bool focus)
{
    int map = heatmap_rows(&range->map), cols = canvas->cols, status = status_rows(range, policy, cols);
    if (has_words_beside(cols)) {
        draw_beside(range, policy, canvas, focus);
        return;
    }
    bool all = map + status + draw_legend(range, NULL, 0, 0, cols) <= canvas->rows;
    if (map + STATUS_ROWS > canvas->rows)
        map = canvas->rows - STATUS_ROWS > HEATMAP_LEAST ? canvas->rows - STATUS_ROWS : HEATMAP_LEAST;
    struct canvas part = canvas_part(canvas, 0, 0, map, cols);
    heatmap_draw(&range->map, &part, focus);
    draw_status(range, policy, canvas, map, 0, cols, focus);
    if (all)
        draw_legend(range, canvas, map + status, 0, cols);
}
