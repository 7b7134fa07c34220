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
        top->view->title(top->self, &title, status);
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

/* The first part from which on all fit; the last one is always shown. */
static size_t
first_that_fits(const parts *titles, int cols)
{
    size_t first = titles->count - 1;
    int used = text_width(titles->at[first]);
    for (; first > 0; first--) {
        used += INTO + text_width(titles->at[first - 1]);
        int before = first > 1 ? 1 + INTO : 0; /* the sign that something is left out */
        if (used + before > cols)
            break;
    }
    return first;
}

static int
into(const struct canvas *c, int col)
{
    return 1 + canvas_glyph(c, 0, col + 1, ROLE_DIM, GLYPH_INTO);
}

static void
draw_parts(const struct canvas *c, const parts *titles)
{
    size_t last = titles->count - 1, i = first_that_fits(titles, c->cols);
    int col = 0;
    if (i > 0 && text_width(titles->at[last]) + 1 + INTO <= c->cols)
        col = into(c, canvas_glyph(c, 0, 0, ROLE_DIM, GLYPH_MORE));
    for (; i < last; i++)
        col = into(c, canvas_text(c, 0, col, CANVAS_REST, ROLE_DIM, titles->at[i]));
    canvas_text(c, 0, col, CANVAS_REST, ROLE_TITLE, titles->at[last]);
}

/* Puts a text at the right end of what is left of the row, as long as the last title has room before it. Returns what
 * then is left. */
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
    draw_parts(&crumbs, &titles);

    for (size_t i = 0; i < titles.count; i++)
        free(titles.at[i]);
    vec_free(&titles);
    buf_free(&status);
}

static const char *
hint_name(enum action action, const struct view *view)
{
    return action == ACTION_AGAIN && view->again ? view->again : keymap_action(action)->name;
}

/* The columns that it takes; 0 when no key does it here. */
static int
hint_cols(enum action action, const struct view *view)
{
    struct buf keys = {0};
    keymap_keys(&keys, action, view->scope, false);
    int cols = keys.count > 0 ? text_width(buf_string(&keys)) + 1 + text_width(hint_name(action, view)) : 0;
    buf_free(&keys);
    return cols;
}

static void
draw_hint(const struct canvas *c, int row, int col, enum action action, const struct view *view)
{
    struct buf keys = {0};
    keymap_keys(&keys, action, view->scope, false);
    col = canvas_text(c, row, col, CANVAS_REST, ROLE_KEY, buf_string(&keys));
    canvas_text(c, row, col + 1, CANVAS_REST, ROLE_HINT, hint_name(action, view));
    buf_free(&keys);
}

/* The action of the next place in the bar after `place`; ACTION_NONE when there is none. */
static enum action
next_hint(enum scope scope, int *place)
{
    enum action best = ACTION_NONE;
    int best_place = 0;
    size_t count;
    const struct binding *bindings = keymap_bindings(&count);
    for (size_t i = 0; i < count; i++) {
        int at = keymap_action(bindings[i].action)->hint;
        if ((bindings[i].scopes & scope) && at > *place && (best == ACTION_NONE || at < best_place)) {
            best = bindings[i].action;
            best_place = at;
        }
    }
    *place = best_place;
    return best;
}

/* From the right end on. Help and close keep their places where they are of no use for once, as over a menu. */
static const struct {
    enum action action;
    bool always;
} anchored[] = {{ACTION_HELP, true}, {ACTION_CLOSE, true}, {ACTION_OPEN, false}};

enum { ANCHORED = sizeof anchored / sizeof anchored[0] };

static bool
is_anchored(enum action action)
{
    for (size_t i = 0; i < ANCHORED; i++)
        if (anchored[i].action == action)
            return true;
    return false;
}

/* What is left of the row, from the left end on. */
struct hints {
    const struct canvas *screen;
    int row, col, end;
    const struct view *view;
    bars_can *can, *ever;
    void *arg;
};

static void
add_hint(struct hints *hints, enum action action)
{
    int cols = hint_cols(action, hints->view);
    if (cols == 0 || is_anchored(action) || !hints->ever(hints->arg, action) || hints->col + cols > hints->end)
        return;
    if (hints->can(hints->arg, action))
        draw_hint(hints->screen, hints->row, hints->col, action, hints->view);
    hints->col += cols + GAP;
}

static bool
is_first(const struct view *view, enum action action)
{
    for (const enum action *first = view->hints; first && *first != ACTION_NONE; first++)
        if (*first == action)
            return true;
    return false;
}

void
bars_hints(const struct canvas *screen, int row, const struct view *view, bars_can *can, bars_can *ever, void *arg)
{
    struct hints hints = {screen, row, 0, screen->cols, view, can, ever, arg};
    int place = 0;
    for (size_t i = 0; i < ANCHORED; i++) {
        enum action action = anchored[i].action;
        int cols = hint_cols(action, view);
        bool now = can(arg, action), keeps = screen->cols >= ROOMY && ever(arg, action);
        if (cols == 0 || cols > hints.end || !(now || keeps || anchored[i].always))
            continue;
        hints.end -= cols;
        if (now)
            draw_hint(screen, row, hints.end, action, view);
        hints.end -= GAP;
    }
    for (const enum action *first = view->hints; first && *first != ACTION_NONE; first++)
        add_hint(&hints, *first);
    for (enum action action; (action = next_hint(view->scope, &place)) != ACTION_NONE;)
        if (!is_first(view, action))
            add_hint(&hints, action);
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
