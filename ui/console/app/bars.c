#include "console/app/bars.h"

#include "base/text.h"

enum {
    GAP = 2,         /* between hints, and between the parts of the first row */
    OWN_GAP = 4,     /* before the view's own hints */
    ROOMY = 60,      /* columns from which hints stand apart */
    DETAIL_LEAST = 8 /* columns of a detail that are worth showing */
};

/* ---- the head ---- */

/* Appends the cursor's place unless all rows show. */
static void
put_place(struct buf *status, const struct layer *page)
{
    if (!page->panes.body || page->rows <= page->page || page->panes.in_side)
        return;
    buf_text(status, status->count > 0 ? "  " : "");
    text_number(status, (int64_t)layer_row(page) + 1);
    buf_byte(status, '/');
    text_number(status, (int64_t)page->rows);
}

/* Draws a text at the right end of the columns that are left, if the title has room before it; returns the columns that
 * are left then. */
static int
put_right(const struct canvas *screen, int title, int left, enum role role, const char *text)
{
    int cols = text_width(text);
    if (cols == 0 || title + GAP + cols > left)
        return left;
    canvas_text(screen, 0, left - cols, cols, role, text);
    return left - cols - GAP;
}

void
bars_head(const struct canvas *screen, const struct layer *page, const char *progress)
{
    struct buf title = {0}, detail = {0}, status = {0};
    page->view->subject(page->self, VIEW_ANY_ROW,
                        &(struct view_subject){.title = &title, .detail = &detail, .status = &status});
    put_place(&status, page);
    int left = screen->cols, cols = text_width(buf_string(&title));
    bool both = cols + GAP + text_width(buf_string(&status)) + GAP + text_width(progress) <= left;
    if (!*progress || both)
        left = put_right(screen, cols, left, ROLE_DIM, buf_string(&status));
    left = put_right(screen, cols, left, ROLE_ASKING, progress);
    canvas_text(screen, 0, 0, left, ROLE_TITLE, buf_string(&title));
    if (detail.count > 0 && left - cols - GAP >= DETAIL_LEAST)
        canvas_text(screen, 0, cols + GAP, left - cols - GAP, ROLE_PLAIN, buf_string(&detail));
    if (layout_has_rule(screen->rows))
        canvas_repeat(screen, 1, 0, CANVAS_REST, ROLE_LINE, GLYPH_LINE_H);
    buf_free(&title);
    buf_free(&detail);
    buf_free(&status);
}

/* ---- the foot ---- */

struct hint {
    enum action action;
    const char *name;
};

/* What the hints are about, and where the next one goes. */
struct foot {
    const struct canvas *screen;
    int row, col, gap;
    const struct view *view;
    size_t cursor_row;
    bars_can *can;
    void *arg;
};

/* Returns the columns of the key and the name; 0 when no key is bound to the action here. */
static int
hint_cols(const struct foot *foot, const struct hint *hint)
{
    struct buf keys = {0};
    keymap_keys(&keys, hint->action, foot->view->scope, false);
    int cols = keys.count > 0 ? text_width(buf_string(&keys)) + 1 + text_width(hint->name) : 0;
    buf_free(&keys);
    return cols;
}

static void
draw_hint(struct foot *foot, const struct hint *hint)
{
    struct buf keys = {0};
    bool now = foot->can(foot->arg, hint->action, foot->cursor_row);
    keymap_keys(&keys, hint->action, foot->view->scope, false);
    int col =
        canvas_text(foot->screen, foot->row, foot->col, CANVAS_REST, now ? ROLE_KEY : ROLE_DIM, buf_string(&keys));
    canvas_text(foot->screen, foot->row, col + 1, CANVAS_REST, now ? ROLE_HINT : ROLE_DIM, hint->name);
    canvas_click(foot->screen, foot->row, foot->col, hint_cols(foot, hint),
                 keymap_press(hint->action, foot->view->scope));
    foot->col += hint_cols(foot, hint) + foot->gap;
    buf_free(&keys);
}

/* Draws those of the five that have room; the least important go first. */
static void
draw_fixed(struct foot *foot, bool taken[ACTION_COUNT])
{
    enum { ASK, OPEN, BACK, JOURNAL, KEYS, FIXED };
    static const int least[FIXED] = {JOURNAL, ASK, OPEN, BACK, KEYS};
    const struct hint fixed[FIXED] = {
        {ACTION_TARGET, "ask"},
        {ACTION_OPEN, "open"},
        {ACTION_CLOSE, foot->can(foot->arg, ACTION_BACK, foot->cursor_row) ? "back" : "quit"},
        {ACTION_JOURNAL, "journal"},
        {ACTION_HELP, "keys"},
    };
    bool shown[FIXED];
    int cols = foot->col - foot->gap;
    for (size_t i = 0; i < FIXED; i++) {
        shown[i] = taken[fixed[i].action] = true;
        cols += hint_cols(foot, &fixed[i]) + foot->gap;
    }
    for (size_t i = 0; i < FIXED && cols > foot->screen->cols; i++) {
        shown[least[i]] = false;
        cols -= hint_cols(foot, &fixed[least[i]]) + foot->gap;
    }
    for (size_t i = 0; i < FIXED; i++) {
        bool works = i != OPEN || foot->can(foot->arg, ACTION_OPEN, VIEW_ANY_ROW);
        if (shown[i] && works)
            draw_hint(foot, &fixed[i]);
        else if (shown[i]) /* the others keep their places */
            foot->col += hint_cols(foot, &fixed[i]) + foot->gap;
    }
}

/* Draws those others that work on some row and have room, the view's most useful ones first. */
static void
draw_others(struct foot *foot, bool taken[ACTION_COUNT])
{
    const struct view *view = foot->view;
    enum action others[ACTION_COUNT];
    size_t count = 0;
    for (const enum action *first = view->hints; first && *first != ACTION_NONE; taken[*first++] = true)
        if (!taken[*first])
            others[count++] = *first;
    for (int place = 1; place <= KEYMAP_HINTS; place++)
        for (enum action action = ACTION_NONE + 1; action < ACTION_COUNT; action++)
            if (keymap_action(action)->hint == place && !taken[action])
                others[count++] = action;
    for (size_t i = 0; i < count; i++) {
        bool again = others[i] == ACTION_AGAIN && view->again;
        struct hint hint = {others[i], again ? view->again : keymap_action(others[i])->name};
        int cols = hint_cols(foot, &hint);
        if (cols > 0 && foot->col + cols <= foot->screen->cols && foot->can(foot->arg, hint.action, VIEW_ANY_ROW))
            draw_hint(foot, &hint);
    }
}

void
bars_foot(const struct canvas *screen, int row, const struct view *view, size_t cursor_row, bars_can *can, void *arg)
{
    bool roomy = screen->cols >= ROOMY, in_view = view->scope == SCOPE_VIEW, taken[ACTION_COUNT] = {0};
    struct foot foot = {screen, row, roomy, roomy || !in_view ? GAP : 1, view, cursor_row, can, arg};
    if (in_view) {
        draw_fixed(&foot, taken);
        foot.col += OWN_GAP - foot.gap;
    }
    draw_others(&foot, taken);
}

/* ---- messages ---- */

void
bars_message(const struct canvas *screen, int last_row, const char *text)
{
    int rows = canvas_wrap(NULL, 0, 0, screen->cols, ROLE_MESSAGE, text);
    rows = layout_smaller(rows, layout_smaller(screen->rows / 2, last_row));
    if (rows <= 1) { /* with a sign where it goes on */
        struct canvas line = canvas_part(screen, last_row, 0, 1, screen->cols);
        canvas_blank(&line);
        canvas_text(&line, 0, 0, CANVAS_REST, ROLE_MESSAGE, text);
        return;
    }
    struct canvas place = canvas_part(screen, last_row + 1 - rows, 0, rows, screen->cols);
    canvas_blank(&place);
    canvas_wrap(&place, 0, 0, CANVAS_REST, ROLE_MESSAGE, text);
}
