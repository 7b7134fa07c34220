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

/* The words are on the free side of their signs: the left one of the two tries the left first, the other one the right.
 */
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
    struct tick needed = {.at = mark, .words = g->needed_words}, value = {.at = end, .words = g->value_words};
    struct tick *ticks[] = {over ? &needed : &value, over ? &value : &needed};
    for (int i = 0; i < 2; i++) {
        ticks[i]->cols = 2 + text_width(ticks[i]->words);
        int left = ticks[i]->at + 1 - ticks[i]->cols, right = ticks[i]->at + ticks[i]->cols;
        ticks[i]->before = i == 0 ? left >= 2 : right > canvas->cols; /* the zero has the first two columns */
        ticks[i]->col = ticks[i]->before ? left : ticks[i]->at;
    }
    if (ticks[0]->col >= 2)
        canvas_text(canvas, row + 1, 0, CANVAS_REST, ROLE_DIM, "0");
    bool both = ticks[1]->col > ticks[0]->col + ticks[0]->cols && end != mark;
    for (int i = 0; i < 2; i++) {
        const struct tick *tick = ticks[i];
        if (!both && tick == &value)
            continue;
        canvas_glyph(canvas, row + 1, tick->at, ROLE_DIM, GLYPH_UP);
        canvas_text(canvas, row + 1, tick->before ? tick->col : tick->at + 2, CANVAS_REST, ROLE_PLAIN, tick->words);
    }
}
