/* Actions and the keys that are bound to them. Dispatch, help and hint bar all read these two tables. */
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
    PRESS_BACKSPACE,
    PRESS_DELETE,
    PRESS_ESCAPE,
    PRESS_OTHER, /* a key that we have no name for */
};

/* "^L" */
#define PRESS_CTRL(letter) ((letter) - '@')

/* Where a binding holds: an ordinary view, a line being typed, a question with yes or no, a note being written. */
enum scope { SCOPE_VIEW = 1, SCOPE_PROMPT = 2, SCOPE_CONFIRM = 4, SCOPE_NOTE = 8 };

enum action {
    ACTION_NONE,
    /* moving */
    ACTION_UP,
    ACTION_DOWN,
    ACTION_LEFT,
    ACTION_RIGHT,
    ACTION_PAGE_UP,
    ACTION_PAGE_DOWN,
    ACTION_FIRST,
    ACTION_LAST,
    ACTION_PANE,
    /* looking */
    ACTION_OPEN,
    ACTION_DETAILS,
    ACTION_BACK,
    ACTION_AGAIN,
    ACTION_TARGET,
    ACTION_WIDER,
    ACTION_WORLD,
    ACTION_JOURNAL,
    ACTION_HISTORY,
    ACTION_FILTER,
    ACTION_SORT,
    ACTION_SEARCH,
    ACTION_NEXT,
    ACTION_PREVIOUS,
    ACTION_PAUSE,
    ACTION_STOP,
    /* keeping */
    ACTION_NOTE,
    ACTION_STATE,
    /* taking away */
    ACTION_COPY,
    ACTION_WRITE,
    /* the program */
    ACTION_HELP,
    ACTION_COMMAND,
    ACTION_REDRAW,
    ACTION_SUSPEND,
    ACTION_CLOSE,
    ACTION_QUIT,
    /* typing */
    ACTION_ACCEPT,
    ACTION_CANCEL,
    ACTION_ERASE,
    ACTION_DELETE,
    ACTION_ERASE_WORD,
    ACTION_ERASE_LINE,
    ACTION_ERASE_REST,
    /* writing a note */
    ACTION_NEW_LINE,
    ACTION_SAVE,
    ACTION_EDITOR,
    /* deciding */
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
    GROUP_DECIDE,
    GROUP_COUNT
};

struct action_info {
    enum action action;
    enum action_group group;
    const char *name; /* one or two words, for the hint bar */
    const char *help; /* a sentence */
    int hint;         /* place in the hint bar, 1 first; 0 = not shown there */
};

enum { KEYMAP_HINTS = 21 }; /* the highest place in the hint bar */

struct binding {
    int press;
    unsigned scopes;
    enum action action;
};

const struct action_info *keymap_action(enum action);
const char *keymap_group_name(enum action_group);
/* Where the keys of a group are told for: those of moving, in an ordinary view. */
enum scope keymap_group_scope(enum action_group);

/* The move that an action is; MOVE_NONE for the others. */
enum move keymap_move(enum action);
/* Whether it moves a cursor from row to row. */
bool keymap_is_row_move(enum action);

/* The action of an ordinary view that has this name, or the only one whose name begins so; ACTION_NONE = there is none.
 * Those that only move the cursor are not meant. */
enum action keymap_named(const char *name);

/* All bindings, in the order in which help shows them. */
const struct binding *keymap_bindings(size_t *count);

/* The action of a key in one scope; ACTION_NONE when it is bound to nothing there. */
enum action keymap_find(int press, enum scope);

/* "^L", "PgDn", "Enter", "q" */
void keymap_press_name(struct buf *out, int press);

/* The character that a key types; nothing for the others. */
void keymap_press_text(struct buf *out, int press);

/* The keys of an action in a scope, "Down j"; only the first when `all` is false; nothing when it has none there. */
void keymap_keys(struct buf *out, enum action, enum scope, bool all);

#endif
