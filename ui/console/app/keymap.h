/* Tables of the actions and of the keys bound to them, for dispatch, help, hints and manual. */
#ifndef KEYMAP_H
#define KEYMAP_H

#include "base/buf.h"
#include "draw/cursor.h"

#include <stdbool.h>
#include <stddef.h>

/* A key press is a number: a Unicode code point (control keys are 1 to 31), or one of these. */
enum press {
    PRESS_UP = 0x110000,
    PRESS_DOWN,
    PRESS_LEFT,
    PRESS_RIGHT,
    PRESS_PAGE_UP,
    PRESS_PAGE_DOWN,
    PRESS_HOME,
    PRESS_END,
    PRESS_ENTER,
    PRESS_TAB,
    PRESS_SHIFT_TAB,
    PRESS_BACKSPACE,
    PRESS_DELETE,
    PRESS_ESCAPE,
    PRESS_OTHER, /* a key without a name here */
};

/* "^L" */
#define PRESS_CTRL(letter) ((letter) - '@')

/* Where a binding holds: in an ordinary view, while a line is typed, at a yes-no question, while a note is written,
 * beside a letter. */
enum scope { SCOPE_VIEW = 1, SCOPE_PROMPT = 2, SCOPE_CONFIRM = 4, SCOPE_NOTE = 8, SCOPE_LETTER = 16 };

enum action {
    ACTION_NONE,
    /* move */
    ACTION_UP,
    ACTION_DOWN,
    ACTION_LEFT,
    ACTION_RIGHT,
    ACTION_PAGE_UP,
    ACTION_PAGE_DOWN,
    ACTION_FIRST,
    ACTION_LAST,
    ACTION_PANE,
    /* view */
    ACTION_OPEN,
    ACTION_DETAILS,
    ACTION_BACK,
    ACTION_AGAIN,
    ACTION_TARGET,
    ACTION_WIDER,
    ACTION_PROVIDER,
    ACTION_WORLD,
    ACTION_FLEET,
    ACTION_JOURNAL,
    ACTION_LISTS,
    ACTION_HISTORY,
    ACTION_MAP,
    ACTION_MAP_NARROWER,
    ACTION_MAP_WIDER,
    ACTION_CHANGES,
    ACTION_CLEAN,
    ACTION_OWN,
    ACTION_MARK,
    ACTION_UNMARK,
    ACTION_COMPARE,
    ACTION_FILTER,
    ACTION_SORT,
    ACTION_GROUP,
    ACTION_SEARCH,
    ACTION_NEXT,
    ACTION_PREVIOUS,
    ACTION_HOLD,
    ACTION_STOP,
    /* journal */
    ACTION_NOTE,
    ACTION_STATE,
    ACTION_COMPLAIN,
    /* copy and export */
    ACTION_COPY,
    ACTION_WRITE,
    /* the program */
    ACTION_HELP,
    ACTION_MOUSE,
    ACTION_REDRAW,
    ACTION_SUSPEND,
    ACTION_CLOSE,
    ACTION_QUIT,
    /* edit a line */
    ACTION_OLDER,
    ACTION_NEWER,
    ACTION_COMPLETE,
    ACTION_ACCEPT,
    ACTION_CANCEL,
    ACTION_ERASE,
    ACTION_DELETE,
    ACTION_ERASE_WORD,
    ACTION_ERASE_LINE,
    ACTION_ERASE_REST,
    /* edit a note */
    ACTION_FIELD,
    ACTION_FIELD_BEFORE,
    ACTION_NEW_LINE,
    ACTION_SAVE,
    ACTION_EDITOR,
    /* letter */
    ACTION_SENT,
    ACTION_VARIANT,
    ACTION_NEXT_MARKED,
    ACTION_PREVIOUS_MARKED,
    ACTION_LANGUAGE,
    ACTION_DRAFT,
    /* confirm */
    ACTION_YES,
    ACTION_NO,
    ACTION_COUNT
};

/* In the order in which help shows them. */
enum action_group {
    GROUP_LOOK,
    GROUP_KEEP,
    GROUP_TAKE,
    GROUP_PROGRAM,
    GROUP_MOVE,
    GROUP_TYPE,
    GROUP_NOTE,
    GROUP_LETTER,
    GROUP_DECIDE,
    GROUP_COUNT
};

struct action_group_info {
    const char *name;
    enum scope scope; /* whose keys help shows */
};

struct action_info {
    enum action action;
    enum action_group group;
    const char *name; /* one or two words, for the hints */
    const char *help; /* an imperative sentence of at most 50 characters */
    int hint;         /* place among the hints, 1 first; 0 = not shown there, or at the fixed places of bars.c */
};

enum { KEYMAP_HINTS = 20 }; /* the highest place among the hints */

struct binding {
    int press;
    unsigned scopes;
    enum action action;
};

const struct action_info *keymap_action(enum action);
extern const struct action_group_info keymap_groups[GROUP_COUNT];

/* Returns the move of an action; MOVE_NONE for actions that do not move. */
enum move keymap_move(enum action);
/* Whether it moves a cursor from row to row. */
static inline bool
keymap_is_row_move(enum action action)
{
    enum move move = keymap_move(action);
    return move >= MOVE_UP && move <= MOVE_LAST;
}

/* Returns the action of an ordinary view with this name, or the only one whose name begins so; ACTION_NONE = none or
 * several. Moves are left out. */
enum action keymap_named(const char *name);

/* All bindings, in the order in which help shows them. */
extern const struct binding keymap_bindings[];
extern const size_t keymap_binding_count;

/* Returns the action of a key in one scope; ACTION_NONE when it is not bound there. */
enum action keymap_find(int press, enum scope);

/* Returns the first key of an action in a scope; 0 when it has none there. */
int keymap_press(enum action, enum scope);

/* Appends "^L", "PgDn", "Enter", "q". */
void keymap_press_name(struct buf *out, int press);
/* Returns the key whose name these bytes are, among those of ASCII and those that are no characters; 0 = none. */
int keymap_press_named(const char *name, size_t count);
/* Appends the character that a key types; nothing for other keys. */
void keymap_press_text(struct buf *out, int press);
/* Appends the keys of an action in a scope, "Down j", or only the first unless `all`; nothing when it has none there.
 */
void keymap_keys(struct buf *out, enum action, enum scope, bool all);

#endif
