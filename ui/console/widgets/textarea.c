/* Breaks the text into lines again when it or the width has changed. Each line stores the bytes that it shows, so that
 * the cursor has one place in the text and one on the screen. */
#include "console/widgets/textarea.h"

#include "base/sort.h"
#include "base/text.h"

enum { COLS = 80 }; /* until it is drawn */

void
textarea_set(struct textarea *area, const char *text, size_t at, size_t most)
{
    edit_fini(&area->edit);
    edit_init(&area->edit, text, most);
    area->edit.at = at < area->edit.text.count ? at : area->edit.text.count;
    area->cols = area->cols > 0 ? area->cols : COLS;
    area->outdated = true;
    area->wish = -1;
}

void
textarea_fini(struct textarea *area)
{
    edit_fini(&area->edit);
    vec_free(&area->lines);
}

/* ---- lines ---- */

static void
break_lines(struct textarea *area, int cols)
{
    size_t start = 0, count = area->edit.text.count;
    if (area->cols == cols && !area->outdated)
        return;
    area->cols = cols;
    area->outdated = false;
    vec_clear(&area->lines);
    for (;;) {
        size_t end = edit_line_end(&area->edit, start);
        char *paragraph = mem_copy_bytes(buf_string(&area->edit.text) + start, end - start);
        const char *at = paragraph, *next;
        do {
            size_t shown = text_break(at, cols, &next);
            vec_push(&area->lines, ((struct textarea_line){start + (size_t)(at - paragraph), shown}));
            at = next;
        } while (*at != '\0');
        free(paragraph);
        if (end == count)
            break;
        start = end + 1;
    }
}

/* Returns the line with the cursor, the last one that begins before it; *column is the last one in blanks that are not
 * visible. */
static size_t
find_cursor(const struct textarea *area, int *column)
{
    size_t next, at = area->edit.at;
    sort_search(next, 1, area->lines.count, area->lines.at[next].start <= at);
    size_t start = area->lines.at[next - 1].start;
    char *head = mem_copy_bytes(buf_string(&area->edit.text) + start, at - start);
    *column = text_width(head);
    if (*column >= area->cols)
        *column = area->cols - 1;
    free(head);
    return next - 1;
}

static enum edit_result
move_by(struct textarea *area, long by)
{
    break_lines(area, area->cols);
    int column;
    long count = (long)area->lines.count, from = (long)find_cursor(area, &column), to = from + by;
    area->wish = area->wish < 0 ? column : area->wish;
    to = to < 0 ? 0 : to >= count ? count - 1 : to;
    const struct textarea_line *line = &area->lines.at[to];
    char *text = mem_copy_bytes(buf_string(&area->edit.text) + line->start, line->count);
    if (to != from)
        area->edit.at = line->start + text_fit(text, area->wish);
    free(text);
    return to == from ? EDIT_NOTHING : EDIT_MOVED;
}

/* ---- keys ---- */

static enum edit_result
take(struct textarea *area, enum edit_result result)
{
    area->wish = -1;
    area->outdated = area->outdated || result == EDIT_CHANGED;
    return result;
}

enum edit_result
textarea_act(struct textarea *area, enum action action)
{
    long page = area->page > 1 ? (long)area->page - 1 : 1;
    switch (action) {
    case ACTION_UP:
    case ACTION_DOWN:
        return move_by(area, action == ACTION_UP ? -1 : 1);
    case ACTION_PAGE_UP:
    case ACTION_PAGE_DOWN:
        return move_by(area, action == ACTION_PAGE_UP ? -page : page);
    case ACTION_NEW_LINE:
        return take(area, edit_insert(&area->edit, "\n", 1) ? EDIT_CHANGED : EDIT_FULL);
    default:
        return take(area, edit_act(&area->edit, action));
    }
}

enum edit_result
textarea_input(struct textarea *area, const struct event *event)
{
    return take(area, edit_input(&area->edit, event, true));
}

/* ---- drawing ---- */

void
textarea_draw(struct textarea *area, const struct canvas *canvas, bool focus)
{
    break_lines(area, canvas->cols > 0 ? canvas->cols : 1);
    int column;
    size_t line = find_cursor(area, &column);
    area->page = canvas->rows > 0 ? (size_t)canvas->rows : 1;
    if (line < area->top)
        area->top = line;
    else if (line >= area->top + area->page)
        area->top = line + 1 - area->page;
    if (area->top + area->page > area->lines.count) /* there is more room than before */
        area->top = area->lines.count > area->page ? area->lines.count - area->page : 0;
    for (size_t i = area->top; i < area->lines.count && i < area->top + area->page; i++) {
        char *shown = mem_copy_bytes(buf_string(&area->edit.text) + area->lines.at[i].start, area->lines.at[i].count);
        enum role role = strcmp(shown, "----") == 0 ? ROLE_LINE : ROLE_PLAIN;
        canvas_text(canvas, (int)(i - area->top), 0, CANVAS_REST, role, shown);
        free(shown);
    }
    if (focus)
        canvas_cursor(canvas, (int)(line - area->top), column);
}
