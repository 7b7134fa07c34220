/* Text that is being typed, of one line or of several: what stands in it, and where the cursor is in it.
 *
 * It is valid UTF-8 without controls other than newlines at all times, and the cursor is at the start of one of its
 * characters or at its end; combining marks belong to the character before them. */
#ifndef EDIT_H
#define EDIT_H

#include "base/buf.h"
#include "console/app/keymap.h"
#include "console/app/screen.h"

#include <stdbool.h>
#include <stddef.h>

struct edit {
    struct buf text;
    size_t at;   /* the cursor, in bytes */
    size_t most; /* bytes it may have */
};

/* `initial` (NULL = nothing) is clean; the cursor is put at its end. */
void edit_init(struct edit *, const char *initial, size_t most);
void edit_fini(struct edit *);

/* The places of the characters around one; the same place at either end. */
size_t edit_after(const struct edit *, size_t at);
size_t edit_before(const struct edit *, size_t at);
/* Where the line begins that a place is in, and where it ends. */
size_t edit_line_start(const struct edit *, size_t at);
size_t edit_line_end(const struct edit *, size_t at);

/* Takes clean bytes in at the cursor; false when there is no room for all of them. */
bool edit_insert(struct edit *, const char *bytes, size_t count);

/* What a key that is bound to nothing types, or a paste (in lines when `lines`, else all in one line), cleaned. */
enum edit_result { EDIT_NOT_WANTED, EDIT_NOTHING, EDIT_MOVED, EDIT_CHANGED, EDIT_FULL };
enum edit_result edit_input(struct edit *, const struct event *, bool lines);

/* The actions of moving in a line, and of erasing. */
enum edit_result edit_act(struct edit *, enum action);

#endif
