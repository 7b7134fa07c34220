/* The real app on a screen of cells: keys from a script, a clock that stands still, frames compared with golden files.
 *
 * A test is a scenario: it opens an app, presses keys, and shows frames; what was shown is compared as a whole with
 * tests/screen/golden/NAME.txt. UPDATE_GOLDEN=1 in the environment writes the file instead. */
#ifndef TEST_SCREEN_H
#define TEST_SCREEN_H

#include "base/loop.h"
#include "console/overlays/actions.h"

#include <stdbool.h>

enum { SCENE_NOW_MS = 1000000 };
#define SCENE_WALL_MS INT64_C(1783361580000) /* 2026-07-06T18:13:00Z */

struct scene {
    struct loop *loop;
    struct app *app;
    struct actions *actions;
    struct screen *screen;
};

/* An app on a screen of this size; stops the clocks. */
void scene_open(struct scene *, int rows, int cols, bool ascii);
/* Closes the app, and compares what was shown with the golden file (name NULL: with none). */
void scene_close(struct scene *, const char *name);

/* Presses keys one by one, with a turn of the loop after each: characters as they are, others as "<Down>", "<^L>",
 * "<Esc>" ...: the names of keymap_press_name. */
void scene_keys(struct scene *, const char *keys);
void scene_paste(struct scene *, const char *text);
/* Clicks on the first place that shows the text. */
void scene_click(struct scene *, const char *text);
void scene_wheel(struct scene *, bool down);
void scene_resize(struct scene *, int rows, int cols);
/* Lets time pass, then turns the loop. */
void scene_wait(struct scene *, int64_t ms);
/* Turns the loop until nothing more happens at once: for answers of a resolver in the same process. */
void scene_settle(struct scene *);

/* Adds the last frame to what will be compared, under a heading. */
void scene_show(struct scene *, const char *heading);
/* The same, and below it the role of each cell. */
void scene_show_roles(struct scene *, const char *heading);
/* Adds a text that is no frame. */
void scene_add(struct scene *, const char *heading, const char *text);

/* Fails, and prints the last frame. */
void scene_fail(const struct scene *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Do so unless the text is (is not) in the last one. */
void assert_shows(const struct scene *, const char *text);
void assert_hides(const struct scene *, const char *text);

/* Fails unless the page that shows has this title. */
void assert_place(const struct scene *, const char *title);

/* Frames put on the screen so far. */
int scene_frames(const struct scene *);
/* Whether app_run would have returned. */
bool scene_is_over(const struct scene *);
/* The last text sent to the clipboard, "" = none. */
const char *scene_copied(const struct scene *);
/* The last frame; lives until the next one. */
const struct grid *scene_grid(const struct scene *);
/* The same as text; lives until the next call. */
const char *scene_text(const struct scene *);

#endif
