#include "console/app/edit.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>

void
edit_init(struct edit *edit, const char *initial, size_t most)
{
    *edit = (struct edit){.most = most};
    buf_text(&edit->text, initial ? initial : "");
    edit->at = edit->text.count;
}

/* ---- places ---- */

size_t
edit_after(const struct edit *edit, size_t at)
{
    const char *text = buf_string(&edit->text), *next = text + at;
    int width;
    if (*next == '\n')
        return at + 1;
    if (!text_next(&next, &width))
        return at;
    for (const char *mark = next; *mark != '\n' && text_next(&mark, &width) && width == 0;)
        next = mark;
    return (size_t)(next - text);
}

size_t
edit_before(const struct edit *edit, size_t at)
{
    const char *text = buf_string(&edit->text);
    int width = 0;
    if (at > 0 && text[at - 1] == '\n')
        return at - 1;
    while (at > 0 && width == 0 && text[at - 1] != '\n') {
        do
            at--;
        while (at > 0 && (text[at] & 0xC0) == 0x80); /* inside of a character of UTF-8 */
        const char *next = text + at;
        text_next(&next, &width);
    }
    return at;
}

size_t
edit_line_start(const struct edit *edit, size_t at)
{
    while (at > 0 && edit->text.at[at - 1] != '\n')
        at--;
    return at;
}

/* ---- changes ---- */

static enum edit_result
erase(struct edit *edit, size_t from, size_t end)
{
    if (from == end)
        return EDIT_NOTHING;
    memmove(edit->text.at + from, edit->text.at + end, edit->text.count - end + 1);
    edit->text.count -= end - from;
    edit->at = from;
    return EDIT_CHANGED;
}

bool
edit_insert(struct edit *edit, const char *bytes, size_t count)
{
    if (edit->text.count + count > edit->most)
        return false;
    buf_bytes(&edit->text, bytes, count);
    char *place = edit->text.at + edit->at;
    memmove(place + count, place, edit->text.count - count - edit->at);
    memcpy(place, bytes, count);
    edit->at += count;
    return true;
}

enum edit_result
edit_input(struct edit *edit, const struct event *event, bool lines)
{
    struct buf typed = {0}, clean = {0};
    enum edit_result result = EDIT_NOT_WANTED;
    if (event->kind == EVENT_PASTE)
        buf_text(&typed, lines && event->paste_lines ? event->paste_lines : event->paste);
    else
        keymap_press_text(&typed, event->press);
    if (strcmp(buf_string(&typed), " ") == 0) /* which would be cleaned away */
        buf_byte(&clean, ' ');
    else if (lines)
        text_clean_lines(&clean, buf_string(&typed), typed.count, edit->most + 1);
    else
        text_clean(&clean, buf_string(&typed), typed.count, edit->most + 1);
    if (clean.count > 0)
        result = edit_insert(edit, clean.at, clean.count) ? EDIT_CHANGED : EDIT_FULL;
    buf_free(&typed);
    buf_free(&clean);
    return result;
}

enum edit_result
edit_act(struct edit *edit, enum action action)
{
    size_t at = edit->at, start = edit_line_start(edit, at), end = edit_line_end(edit, at), word = at;
    switch (action) {
    case ACTION_LEFT:
        edit->at = edit_before(edit, at);
        return EDIT_MOVED;
    case ACTION_RIGHT:
        edit->at = edit_after(edit, at);
        return EDIT_MOVED;
    case ACTION_FIRST:
        edit->at = start;
        return EDIT_MOVED;
    case ACTION_LAST:
        edit->at = end;
        return EDIT_MOVED;
    case ACTION_ERASE:
        return erase(edit, edit_before(edit, at), at);
    case ACTION_DELETE:
        return erase(edit, at, edit_after(edit, at));
    case ACTION_ERASE_WORD:
        if (at == start) /* the line break before it */
            return erase(edit, edit_before(edit, at), at);
        while (word > start && edit->text.at[word - 1] == ' ')
            word--;
        while (word > start && edit->text.at[word - 1] != ' ')
            word--;
        return erase(edit, word, at);
    case ACTION_ERASE_LINE:
        return erase(edit, start, at);
    case ACTION_ERASE_REST: /* or, if it is empty, the line break */
        return erase(edit, at, end > at ? end : edit_after(edit, at));
    default:
        return EDIT_NOT_WANTED;
    }
}

/* ---- drawing ---- */

void
edit_draw(const struct edit *edit, const struct canvas *line, bool focus)
{
    const char *text = buf_string(&edit->text);
    char *head = mem_copy_bytes(text, edit->at);
    size_t first = focus ? edit->at : 0; /* the first byte that shows, so that the cursor does */
    for (size_t next; first > 0 && text_width(head + (next = edit_before(edit, first))) < line->cols;)
        first = next;
    canvas_repeat(line, 0, 0, CANVAS_REST, ROLE_INPUT, GLYPH_BLANK);
    canvas_text(line, 0, 0, CANVAS_REST, ROLE_INPUT, text + first);
    if (focus)
        canvas_cursor(line, 0, text_width(head + first));
    free(head);
}
