/* The console: a stack of views, and when to draw it.
 *
 * Frames that a key causes are drawn at once, frames that data cause at most every 100 ms. With nothing to show, the
 * process sleeps and writes nothing. */
#ifndef APP_H
#define APP_H

#include "base/fault.h"
#include "base/loop.h"
#include "console/app/layer.h"
#include "console/app/screen.h"
#include "console/app/view.h"

enum { APP_FRAME_MS = 100 };

struct app;

/* Loop and screen outlive it. */
struct app *app_new(struct loop *, struct screen *);
/* Closes all views, the uppermost last, so that the view that the user saw writes the last summary. NULL is fine. */
void app_free(struct app *);

/* ---- the stack ---- */

/* Puts a new view on top; `self` belongs to the app from now on. */
void app_push(struct app *, const struct view *, void *self);
/* Removes a view from the stack, wherever it is. Removing the last one ends the app. */
void app_close(struct app *, const void *self);
/* Names the uppermost page after what it shows, unless it has a name. */
void app_name(struct app *, const char *name);
/* Returns the page of this name, or NULL. */
void *app_named(const struct app *, const char *name);
/* Moves a page to the top, as the user left it, with the overlays over it. */
void app_raise(struct app *, const void *self);
/* Moves the uppermost page below all others. It comes up again only by app_raise; the one with which the user began,
 * also when the others are closed. */
void app_lower(struct app *, const void *self);
/* Returns whether other pages lie below. */
bool app_covers(const struct app *, const void *self);

/* Puts the cursor of a view that was measured on a row, and draws it. */
void app_select(struct app *, const void *self, size_t row);
/* Returns the uppermost page, or NULL. */
struct layer *app_page(const struct app *);

/* Whether no other page covers the view. */
static inline bool
app_shows(const struct app *app, const void *self)
{
    const struct layer *layer = app_page(app);
    return layer && layer->self == self;
}

/* Measures a layer for the present size of the screen. */
void app_measure(struct app *, struct layer *);

/* ---- actions ---- */

/* A row of a page: the address or prefix that the page is about, and the resource that the row is about; NULL = none.
 */
struct app_place {
    struct layer *layer;
    size_t row; /* or VIEW_ANY_ROW */
    const struct prefix *about;
    const struct resource *resource;
};

/* Actions that pages share. A page's own come first, then these in the order in which they were registered. */
struct app_actions {
    bool (*can)(void *arg, enum action, const struct app_place *);
    void (*act)(void *arg, enum action, const struct app_place *);
    /* Takes text that no view wants; returns false when not wanted either. May be NULL, like the following. */
    bool (*paste)(void *arg, const char *text, const char *lines); /* as in struct event */
    void (*describe)(void *arg, struct buf *out);                  /* appends a sentence for the help */
    /* Appends why an action is missing that works at other times; nothing for any other action. */
    void (*explain_missing)(void *arg, enum action, const struct app_place *, struct buf *out);
    void *arg;
};
void app_on_actions(struct app *, const struct app_actions *);

/* Whether an action works now, on the selected row of the uppermost page. */
bool app_can(struct app *, enum action);
/* Performs it there; returns false when it does not work. */
bool app_perform(struct app *, enum action);
/* Appends the sentences that the actions have for the help. */
void app_describe(struct app *, struct buf *out);

/* Calls on_key before each key is taken, for checks that are cheap and must not wake the process, and when a signal
 * asks for them. */
void app_on_key(struct app *, void (*on_key)(void *arg), void *arg);

/* Whether the uppermost view is a page, in which nothing is typed. */
bool app_is_page(const struct app *);

/* Ends the app after the present event. */
void app_end(struct app *);

/* ---- the screen ---- */

/* Tells all views of the app what has changed (view.h), after a hold if the user reads, and draws the visible one soon.
 * For engine.changed. */
void app_changed(void *app, unsigned what);
/* Something on the screen may have changed. */
void app_touch(struct app *);
/* Whether the user holds the screen: live answers wait. */
bool app_is_held(const struct app *);
/* Shows a message above the keys, in as many rows as it needs, until the next key or for some seconds. Clean text. */
void app_message(struct app *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Shows the progress of slow work beside the view's status; "" clears it. Clean text, cut at APP_PROGRESS. */
enum { APP_PROGRESS = 48 };
void app_progress(struct app *, const char *text);

/* Returns the screen for its glyphs, its clipboard, and for lending it while an action is performed. */
struct screen *app_screen(const struct app *);

/* ---- the loop ---- */

/* Ends app_run. */
void app_quit(struct app *);

/* Turns the loop until the user quits, the terminal is gone or the last view is closed. */
void app_run(struct app *);
/* Turns it once without waiting; returns false when app_run would have returned. For tests. */
bool app_turn(struct app *);

#endif
