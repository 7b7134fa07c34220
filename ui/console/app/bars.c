#include "console/app/bars.h"

#include "base/text.h"
#include "base/vec.h"

enum {
    GAP = 2,    /* between hints */
    INTO = 3,   /* between parts of the breadcrumb: " > " */
    ROOMY = 60, /* columns from which a place in the bar may be left empty */
};

typedef VEC(char *) parts;

/* Collects the titles of the pages, and in *status the status of the uppermost, with its cursor's place unless all rows
 * show. */
static void
collect(parts *titles, struct buf *status, struct layer *const *layers, size_t count)
{
    const struct layer *top = NULL;
    vec_push(titles, mem_copy("whylisted"));
    for (size_t i = 0; i < count; i++) {
        if (layers[i]->view->layout != LAYOUT_PAGE)
            continue;
        struct buf title = {0};
        top = layers[i];
        buf_clear(status);
        top->view->subject(top->self, VIEW_ANY_ROW, &(struct view_subject){.title = &title, .status = status});
        vec_push(titles, mem_copy(buf_string(&title)));
        buf_free(&title);
    }
    if (!top || !top->panes.body)
        return;
    if (top->rows > top->page && !top->panes.in_side) {
        buf_text(status, status->count > 0 ? "  " : "");
        text_number(status, (int64_t)layer_row(top) + 1);
        buf_byte(status, '/');
        text_number(status, (int64_t)top->rows);
    }
}

/* Draws the last titles that fit, after a sign for those left out; the last one is always shown. */
static void
draw_titles(const struct canvas *c, const parts *titles)
{
    size_t last = titles->count - 1, first = last;
    int used = text_width(titles->at[last]), col = 0;
    for (; first > 0; first--) {
        used += INTO + text_width(titles->at[first - 1]);
        if (used + (first > 1 ? 1 + INTO : 0) > c->cols)
            break;
    }
    if (first > 0 && text_width(titles->at[last]) + 1 + INTO <= c->cols)
        col = 1 + canvas_glyph(c, 0, canvas_glyph(c, 0, 0, ROLE_DIM, GLYPH_MORE) + 1, ROLE_DIM, GLYPH_INTO);
    for (size_t i = first; i < last; i++)
        col = 1 + canvas_glyph(c, 0, canvas_text(c, 0, col, CANVAS_REST, ROLE_DIM, titles->at[i]) + 1, ROLE_DIM,
                               GLYPH_INTO);
    canvas_text(c, 0, col, CANVAS_REST, ROLE_TITLE, titles->at[last]);
}

/* Draws a text at the right end of the columns that are left, if the last title has room before it; returns the columns
 * that are left then. */
static int
put_right(const struct canvas *screen, const parts *titles, int left, enum role role, const char *text)
{
    int cols = text_width(text);
    if (cols == 0 || text_width(titles->at[titles->count - 1]) + GAP + cols > left)
        return left;
    canvas_text(screen, 0, left - cols, cols, role, text);
    return left - cols - GAP;
}

void
bars_breadcrumb(const struct canvas *screen, struct layer *const *layers, size_t count, const char *progress)
{
    parts titles = {0};
    struct buf status = {0};
    collect(&titles, &status, layers, count);

    int left = screen->cols, both = text_width(buf_string(&status)) + GAP + text_width(progress);
    if (!*progress || text_width(titles.at[titles.count - 1]) + GAP + both <= left)
        left = put_right(screen, &titles, left, ROLE_DIM, buf_string(&status));
    left = put_right(screen, &titles, left, ROLE_ASKING, progress);
    struct canvas crumbs = canvas_part(screen, 0, 0, 1, left);
    draw_titles(&crumbs, &titles);

    for (size_t i = 0; i < titles.count; i++)
        free(titles.at[i]);
    vec_free(&titles);
    buf_free(&status);
}

/* Draws the key and the name of an action, unless c is NULL; returns the columns, 0 when no key is bound to it here. */
static int
draw_hint(const struct canvas *c, int row, int col, enum action action, const struct view *view)
{
    struct buf keys = {0};
    const char *name = action == ACTION_AGAIN && view->again ? view->again : keymap_action(action)->name;
    keymap_keys(&keys, action, view->scope, false);
    int width = text_width(buf_string(&keys)), cols = keys.count > 0 ? width + 1 + text_width(name) : 0;
    if (c && cols > 0) {
        canvas_text(c, row, col, CANVAS_REST, ROLE_KEY, buf_string(&keys));
        canvas_text(c, row, col + width + 1, CANVAS_REST, ROLE_HINT, name);
    }
    buf_free(&keys);
    return cols;
}

void
bars_hints(const struct canvas *screen, int row, const struct view *view, size_t cursor_row, bars_can *can, void *arg)
{
    /* From the right end on. Help and close keep their places even where they do not work, as over a menu. */
    static const enum action anchored[] = {ACTION_HELP, ACTION_CLOSE, ACTION_OPEN};
    enum { ANCHORED = sizeof anchored / sizeof anchored[0] };
    enum action rest[ACTION_COUNT];
    bool taken[ACTION_COUNT] = {0};
    size_t count = 0;
    int col = 0, end = screen->cols;
    for (size_t i = 0; i < ANCHORED; i++) {
        int cols = draw_hint(NULL, 0, 0, anchored[i], view);
        bool now = can(arg, anchored[i], cursor_row);
        bool stays = anchored[i] != ACTION_OPEN || (screen->cols >= ROOMY && can(arg, anchored[i], VIEW_ANY_ROW));
        taken[anchored[i]] = true;
        if (cols == 0 || cols > end || !(now || stays))
            continue;
        end -= cols;
        if (now)
            draw_hint(screen, row, end, anchored[i], view);
        end -= GAP;
    }
    /* From the left end on: the view's most useful ones, then the others. */
    for (const enum action *first = view->hints; first && *first != ACTION_NONE; taken[*first++] = true)
        if (!taken[*first])
            rest[count++] = *first;
    for (int place = 1; place <= KEYMAP_HINTS; place++)
        for (enum action action = ACTION_NONE + 1; action < ACTION_COUNT; action++)
            if (keymap_action(action)->hint == place && !taken[action])
                rest[count++] = action;
    for (size_t i = 0; i < count; i++) {
        int cols = draw_hint(NULL, 0, 0, rest[i], view);
        if (cols == 0 || !can(arg, rest[i], VIEW_ANY_ROW) || col + cols > end)
            continue;
        if (can(arg, rest[i], cursor_row))
            draw_hint(screen, row, col, rest[i], view);
        col += cols + GAP;
    }
}

void
bars_message(const struct canvas *screen, int row, const char *text, bool typing)
{
    int rows = canvas_wrap(NULL, 0, 0, screen->cols, ROLE_MESSAGE, text);
    int most = typing ? 1 : screen->rows / 2;
    if (rows > most)
        rows = most > 0 ? most : 1;
    if (rows == 1) { /* with a sign where it goes on */
        canvas_text(screen, row, 0, CANVAS_REST, ROLE_MESSAGE, text);
        return;
    }
    struct canvas place = canvas_part(screen, row + 1 - rows, 0, rows, screen->cols);
    canvas_blank(&place);
    canvas_wrap(&place, 0, 0, CANVAS_REST, ROLE_MESSAGE, text);
}
