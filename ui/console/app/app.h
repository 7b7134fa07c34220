/* The console: a stack of views, and when to draw it.
 *
 * Frames that a key causes are drawn at once, frames that data cause at most every 100 ms. With nothing to show,
 * nothing is woken and nothing is written. */
#ifndef APP_H
#define APP_H

#include "base/fault.h"
#include "base/loop.h"
#include "console/app/screen.h"
#include "console/app/view.h"

enum { APP_FRAME_MS = 100 };

struct app;

/* Loop and screen outlive it. */
struct app *app_new(struct loop *, struct screen *);
/* Closes all views, the uppermost last: what it leaves behind is what the user saw. NULL is fine. */
void app_free(struct app *);

/* What `i` and pasted text go to: a target typed by the user. Returns false with a reason, which is then shown under
 * the input; otherwise it has opened something. `label` is a literal that says what may be typed. */
typedef bool app_submit(void *arg, const char *text, struct fault *);
void app_on_target(struct app *, const char *label, app_submit *, void *arg);
/* The prompt that `i` opens. */
void app_ask_target(struct app *, const char *initial);

/* Where the user is: what the view says that it is about, and of what on that row the journal speaks (view.h); NULL =
 * nothing. */
struct app_place {
    const struct prefix *about;
    const struct resource *resource;
};

/* Leads from any view to others: what `u`, `W`, `J`, `H`, `e` and `t` do in views that do not do it themselves. */
struct app_guide {
    bool (*can)(void *arg, enum action, const struct app_place *);
    void (*go)(void *arg, enum action, const struct app_place *);
    void (*tell)(void *arg, struct buf *out); /* what help says besides the keys, a sentence; NULL = nothing */
    /* Why it cannot now what it can at other times, a sentence; nothing appended = for no such reason. NULL: never. */
    void (*explain_missing)(void *arg, enum action, const struct app_place *, struct buf *out);
    void *arg;
};
void app_on_guide(struct app *, const struct app_guide *);

/* A new uppermost view; `self` is the app's from now on. */
void app_push(struct app *, const struct view *, void *self);
/* Takes a view off the stack, wherever it is in it. The last one's going ends the app. */
void app_close(struct app *, const void *self);

/* Takes off what lies above the uppermost view of that kind, if there is one; false: there is none. */
bool app_return_to(struct app *, const struct view *);

/* Puts a view's cursor on a row of it. */
void app_select(struct app *, const void *self, size_t row);
/* The row on which it is; while a view is drawn, for one. */
size_t app_row(const struct app *, const void *self);

/* Whether it is on the screen: no other page covers it. */
bool app_shows(const struct app *, const void *self);
/* Whether signs are of ASCII. */
bool app_is_ascii(const struct app *);

/* Something that is shown may have changed. */
void app_touch(struct app *);
/* A message in the place of the hint bar, and as many rows above it as it needs, until the next key. Clean text. */
void app_message(struct app *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* How far something is that takes long, beside the status of the view, until it is "" again. Clean text, cut at
 * APP_PROGRESS. */
enum { APP_PROGRESS = 48 };
void app_progress(struct app *, const char *text);

/* Gives the terminal to another program, which use(arg) runs and waits for. */
void app_lend(struct app *, void (*use)(void *arg), void *arg);

/* For timers of views. */
struct loop *app_loop(const struct app *);

/* Asks app_run to return. */
void app_quit(struct app *);

/* Appends what the guide tells for the help. */
void app_tell(struct app *, struct buf *out);

/* Whether an action does something in the uppermost ordinary view (on any row): what help lists. */
bool app_can(struct app *, enum action);

/* Turns the loop until the user quits, the terminal is gone or the last view is closed. */
void app_run(struct app *);
/* One turn, which does not wait; false when app_run would have returned. For tests. */
bool app_turn(struct app *);

#endif
