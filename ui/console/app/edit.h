/* A text that is being typed, of one line or of several, with a cursor.
 *
 * It is always valid UTF-8 without controls other than newlines. The cursor is at the start of a character or at the
 * end of the text; combining marks belong to the character before them. */
#ifndef EDIT_H
#define EDIT_H

#include "base/buf.h"
#include "console/app/keymap.h"
#include "console/app/screen.h"
#include "draw/canvas.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct edit {
    struct buf text;
    size_t at;   /* the cursor, in bytes */
    size_t most; /* bytes at most */
};

/* Starts with a clean text (NULL = none) and the cursor at its end. */
void edit_init(struct edit *, const char *initial, size_t most);
static inline void
edit_fini(struct edit *edit)
{
    buf_free(&edit->text);
}

/* Return the start of the next and of the previous character, or `at` itself at either end. */
size_t edit_after(const struct edit *, size_t at);
size_t edit_before(const struct edit *, size_t at);
/* Return where the line of `at` begins and ends. */
size_t edit_line_start(const struct edit *, size_t at);
static inline size_t
edit_line_end(const struct edit *edit, size_t at)
{
    return at + strcspn(buf_string(&edit->text) + at, "\n");
}

/* Inserts clean bytes at the cursor; returns false when there is no room for all of them. */
bool edit_insert(struct edit *, const char *bytes, size_t count);

/* Inserts, cleaned, the character of a key that is bound to nothing, or pasted text: with its line breaks if `lines`,
 * else in one line. */
enum edit_result { EDIT_NOT_WANTED, EDIT_NOTHING, EDIT_MOVED, EDIT_CHANGED, EDIT_FULL };
enum edit_result edit_input(struct edit *, const struct event *, bool lines);

/* Draws a text of one line, as much as fits around the cursor, which shows if it has the focus. */
void edit_draw(const struct edit *, const struct canvas *line, bool focus);

/* Moves in the line, or erases. */
enum edit_result edit_act(struct edit *, enum action);

#endif
