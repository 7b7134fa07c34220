#include "draw/gauge.h"

#include "base/text.h"

enum { COLS = 60 };

static const double REST = 1.25; /* of the larger one */

/* Words with a sign before or after them, which marks a place above: "▲ 50.0 needed", "50.0 needed ▲". */
struct tick {
    int at, col, cols;
    bool before; /* the words stand before the sign */
    const char *words;
};

/* Puts the words on the free side: the left one of the two tries the left first, the other one the right. */
static struct tick
tick_of(const char *words, int at, bool is_left, int cols)
{
    struct tick tick = {.at = at, .cols = 2 + text_width(words), .words = words};
    int left = at + 1 - tick.cols, right = at + tick.cols;
    tick.before = is_left ? left >= 2 : right > cols; /* the zero has the first two columns */
    tick.col = tick.before ? left : at;
    return tick;
}

static void
draw_tick(const struct canvas *canvas, int row, const struct tick *tick)
{
    canvas_glyph(canvas, row, tick->at, ROLE_DIM, GLYPH_UP);
    canvas_text(canvas, row, tick->before ? tick->col : tick->at + 2, CANVAS_REST, ROLE_PLAIN, tick->words);
}

void
gauge_draw(const struct gauge *g, const struct canvas *canvas, int row)
{
    double whole = REST * (g->value > g->needed ? g->value : g->needed);
    int cols = canvas->cols < COLS ? canvas->cols : COLS;
    if (whole <= 0 || cols <= 0)
        return;
    canvas_bar(canvas, row, 0, cols, g->role, g->value / whole, g->needed / whole);
    int end = (int)(g->value / whole * cols), mark = (int)(g->needed / whole * cols);
    end -= end > 0 && end != mark;
    bool over = end > mark;
    struct tick needed = tick_of(g->needed_words, mark, over, canvas->cols);
    struct tick value = tick_of(g->value_words, end, !over, canvas->cols);
    const struct tick *first = over ? &needed : &value, *second = over ? &value : &needed;
    if (first->col >= 2)
        canvas_text(canvas, row + 1, 0, CANVAS_REST, ROLE_DIM, "0");
    draw_tick(canvas, row + 1, &needed);
    if (second->col > first->col + first->cols && end != mark)
        draw_tick(canvas, row + 1, &value);
}
