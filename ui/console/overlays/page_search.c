/* What is looked through is what the user sees, so that each row that is found shows why. */

#include "console/overlays/page_search.h"

#include <string.h>

struct seeker {
    const char *words;
    size_t here;                        /* the row of the cursor */
    size_t first, before, behind, last; /* rows with the words, as seen from there; SIZE_MAX = none */
};

static void
take(struct seeker *s, const char *line, size_t row)
{
    if (!strcasestr(line, s->words))
        return;
    if (s->first == SIZE_MAX)
        s->first = row;
    if (row < s->here)
        s->before = row;
    if (row > s->here && s->behind == SIZE_MAX)
        s->behind = row;
    s->last = row;
}

/* Cuts the text into lines. */
static void
take_lines(struct seeker *s, char *text, size_t row)
{
    for (char *end; (end = strchr(text, '\n')); text = end + 1, row++) {
        *end = '\0';
        take(s, text, row);
    }
}

bool
page_search_row(const struct layer *layer, const char *words, bool backwards, size_t *row)
{
    struct seeker s = {words, layer_row(layer), SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX};
    int cols = layer->area.inner.cols - layer->panes.side;
    for (size_t from = 0; from < layer->rows; from += GRID_ROWS_MAX) {
        struct buf text = {0};
        pane_dump(layer->panes.body, from, layer->rows, cols, false, &text);
        if (text.count > 0)
            take_lines(&s, text.at, from);
        buf_free(&text);
    }
    size_t straight = backwards ? s.before : s.behind, round = backwards ? s.last : s.first;
    *row = straight != SIZE_MAX ? straight : round;
    return *row != SIZE_MAX;
}
