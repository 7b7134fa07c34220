/* Where the app draws and gets its events from: the terminal (term.h), or a script in the tests. */
#ifndef SCREEN_H
#define SCREEN_H

#include "base/loop.h"
#include "draw/grid.h"

enum event_kind {
    EVENT_KEY,
    EVENT_PASTE, /* text, never commands */
    EVENT_CLICK,
    EVENT_WHEEL,
    EVENT_RESIZE, /* the size changed, or the screen's content was lost */
    EVENT_RELOAD, /* asked to read the configuration again */
    EVENT_GONE,   /* hang-up, or asked to end by a signal */
};

struct event {
    enum event_kind kind;
    int press;               /* EVENT_KEY: keymap.h */
    int row, col;            /* EVENT_CLICK */
    bool down;               /* EVENT_WHEEL */
    const char *paste;       /* EVENT_PASTE: clean, one line; lives for the call */
    const char *paste_lines; /* the same with its line breaks as they were, each line clean; NULL = it has none */
};

typedef void screen_listener(void *arg, const struct event *);

struct screen {
    bool ascii, has_mouse;
    /* From now on events go there, out of the loop. */
    void (*listen)(struct screen *, struct loop *, screen_listener *, void *arg);
    void (*size)(struct screen *, int *rows, int *cols);
    void (*put)(struct screen *, const struct grid *);
    /* The next put repaints everything. */
    void (*redraw)(struct screen *);
    /* The next put uses the present theme (role.h). */
    void (*restyle)(struct screen *);
    /* Gives the terminal to another program, which use(arg) runs and waits for, or with NULL to the shell until the
     * user returns to us; the next put repaints everything. */
    void (*lend)(struct screen *, void (*use)(void *arg), void *arg);
    /* Takes the mouse from the terminal, whose own selection rests then, or gives it back. */
    void (*mouse)(struct screen *, bool on);
    /* To the clipboard; false when this terminal is known to have none. */
    bool (*copy)(struct screen *, const char *text);
};

#endif
