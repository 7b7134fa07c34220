#include "screen.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "draw/dump.h"
#include "pages/glossary.h"
#include "session/recall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#ifndef GOLDEN_DIR
#define GOLDEN_DIR "tests/screen/golden"
#endif

struct cells {
    struct screen screen; /* first: the app hands it back to us */
    int rows, cols;
    struct grid last;
    int frames;
    bool over;
    struct buf copied, shown, text;
    screen_listener *listener;
    void *listener_arg;
    int64_t now_ms;
};

static struct cells *
cells_of(const struct scene *scene)
{
    return (struct cells *)scene->screen;
}

/* ---- the screen ---- */

static void
cells_listen(struct screen *screen, struct loop *loop, screen_listener *listener, void *arg)
{
    struct cells *cells = (struct cells *)screen;
    (void)loop;
    cells->listener = listener;
    cells->listener_arg = arg;
}

static void
cells_size(struct screen *screen, int *rows, int *cols)
{
    const struct cells *cells = (struct cells *)screen;
    *rows = cells->rows;
    *cols = cells->cols;
}

static void
cells_put(struct screen *screen, const struct grid *grid)
{
    struct cells *cells = (struct cells *)screen;
    cells->frames++;
    cells->last.ascii = grid->ascii;
    grid_resize(&cells->last, grid->rows, grid->cols);
    memcpy(cells->last.cells, grid->cells, (size_t)grid->rows * (size_t)grid->cols * sizeof *grid->cells);
    cells->last.cursor_row = grid->cursor_row;
    cells->last.cursor_col = grid->cursor_col;
}

static void
cells_redraw(struct screen *screen)
{
    (void)screen;
}

static bool
cells_copy(struct screen *screen, const char *text)
{
    struct cells *cells = (struct cells *)screen;
    buf_clear(&cells->copied);
    buf_text(&cells->copied, text);
    return true;
}

static void
cells_mouse(struct screen *screen, bool on)
{
    screen->has_mouse = on;
}

static void
cells_lend(struct screen *screen, void (*use)(void *arg), void *arg)
{
    (void)screen;
    if (use)
        use(arg);
}

void
scene_open(struct scene *scene, int rows, int cols, bool ascii)
{
    struct cells *cells = mem_zero(sizeof *cells);
    cells->screen = (struct screen){
        .ascii = ascii,
        .listen = cells_listen,
        .size = cells_size,
        .put = cells_put,
        .redraw = cells_redraw,
        .restyle = cells_redraw,
        .lend = cells_lend,
        .mouse = cells_mouse,
        .copy = cells_copy,
    };
    cells->rows = rows;
    cells->cols = cols;
    cells->now_ms = SCENE_NOW_MS;
    clock_fake(SCENE_NOW_MS, SCENE_WALL_MS);
    scene->loop = loop_new();
    scene->screen = &cells->screen;
    scene->app = app_new(scene->loop, scene->screen);
    scene->actions = actions_new(scene->app, glossary_add);
}

/* ---- the script ---- */

static void
turn(struct scene *scene)
{
    cells_of(scene)->over = !app_turn(scene->app);
}

static void
tell(struct scene *scene, const struct event *event)
{
    struct cells *cells = cells_of(scene);
    cells->listener(cells->listener_arg, event);
    turn(scene);
}

void
scene_keys(struct scene *scene, const char *keys)
{
    while (*keys != '\0') {
        struct event event = {.kind = EVENT_KEY, .press = (unsigned char)*keys};
        const char *end = *keys == '<' ? strchr(keys, '>') : NULL;
        if (end) {
            event.press = keymap_press_named(keys + 1, (size_t)(end - keys - 1));
            if (event.press == 0)
                fail_msg("no key is called %s", keys);
            keys = end;
        }
        keys++;
        tell(scene, &event);
    }
}

void
scene_paste(struct scene *scene, const char *text)
{
    struct buf line = {0};
    text_clean(&line, text, strlen(text), strlen(text));
    tell(scene, &(struct event){.kind = EVENT_PASTE, .paste = buf_string(&line), .paste_lines = text});
    buf_free(&line);
}

void
scene_click(struct scene *scene, const char *text)
{
    struct grid *last = &cells_of(scene)->last;
    struct buf line = {0};
    for (int row = 0; row < last->rows; row++) {
        buf_clear(&line);
        for (int col = 0; col < last->cols; col++)
            buf_text(&line, grid_at(last, row, col)->bytes);
        const char *found = strstr(buf_string(&line), text);
        if (!found)
            continue;
        char *before = mem_copy_bytes(buf_string(&line), (size_t)(found - buf_string(&line)));
        int col = text_width(before);
        free(before);
        buf_free(&line);
        tell(scene, &(struct event){.kind = EVENT_CLICK, .row = row, .col = col});
        return;
    }
    fail_msg("\"%s\" is nowhere to click:\n%s", text, scene_text(scene));
}

void
scene_wheel(struct scene *scene, bool down)
{
    tell(scene, &(struct event){.kind = EVENT_WHEEL, .down = down});
}

void
scene_resize(struct scene *scene, int rows, int cols)
{
    cells_of(scene)->rows = rows;
    cells_of(scene)->cols = cols;
    tell(scene, &(struct event){.kind = EVENT_RESIZE});
}

void
scene_wait(struct scene *scene, int64_t ms)
{
    struct cells *cells = cells_of(scene);
    cells->now_ms += ms;
    clock_fake(cells->now_ms, SCENE_WALL_MS + cells->now_ms - SCENE_NOW_MS);
    turn(scene);
}

void
scene_settle(struct scene *scene)
{
    for (int i = 0; i < 100; i++)
        turn(scene);
}

/* ---- what was seen ---- */

int
scene_frames(const struct scene *scene)
{
    return cells_of(scene)->frames;
}

bool
scene_is_over(const struct scene *scene)
{
    return cells_of(scene)->over;
}

const char *
scene_copied(const struct scene *scene)
{
    return buf_string(&cells_of(scene)->copied);
}

const struct grid *
scene_grid(const struct scene *scene)
{
    return &cells_of(scene)->last;
}

const char *
scene_text(const struct scene *scene)
{
    struct cells *cells = cells_of(scene);
    buf_clear(&cells->text);
    dump_grid(&cells->text, &cells->last, false);
    return buf_string(&cells->text);
}

/* Line by line, because cmocka cuts long messages. */
static void
print_frame(const char *frame)
{
    const char *end = strstr(frame + 1, "\n====");
    for (const char *next; *frame != '\0' && frame != end; frame = next) {
        size_t count = strcspn(frame, "\n");
        print_error("  %.*s\n", (int)count, frame);
        next = frame + count;
        if (*next != '\0' && next != end)
            next++;
    }
}

void
scene_fail(const struct scene *scene, const char *format, ...)
{
    char why[256];
    va_list args;
    va_start(args, format);
    vsnprintf(why, sizeof why, format, args);
    va_end(args);
    print_error("the last frame:\n");
    print_frame(scene_text(scene));
    fail_msg("%s", why);
}

void
assert_shows(const struct scene *scene, const char *text)
{
    if (!strstr(scene_text(scene), text))
        scene_fail(scene, "\"%s\" is not on the screen", text);
}

void
assert_hides(const struct scene *scene, const char *text)
{
    if (strstr(scene_text(scene), text))
        scene_fail(scene, "\"%s\" is on the screen", text);
}

void
assert_place(const struct scene *scene, const char *title)
{
    const char *text = scene_text(scene);
    size_t count = strlen(title);
    if (strncmp(text, title, count) != 0 || (text[count] != ' ' && text[count] != '\n'))
        scene_fail(scene, "\"%s\" is not the title", title);
}

void
scene_show(struct scene *scene, const char *heading)
{
    struct cells *cells = cells_of(scene);
    const struct grid *grid = &cells->last;
    turn(scene);
    buf_format(&cells->shown, "==== %s (%dx%d, cursor %d,%d)\n", heading, grid->cols, grid->rows, grid->cursor_row,
               grid->cursor_col);
    dump_grid(&cells->shown, grid, false);
}

void
scene_show_roles(struct scene *scene, const char *heading)
{
    scene_show(scene, heading);
    buf_text(&cells_of(scene)->shown, "---- roles\n");
    dump_grid(&cells_of(scene)->shown, &cells_of(scene)->last, true);
}

void
scene_add(struct scene *scene, const char *heading, const char *text)
{
    buf_format(&cells_of(scene)->shown, "==== %s\n%s\n", heading, text);
}

/* ---- golden files ---- */

static bool
read_file(const char *path, struct buf *out)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    char bytes[4096];
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, file)) > 0;)
        buf_bytes(out, bytes, n);
    fclose(file);
    return true;
}

static void
write_file(const char *path, const struct buf *content)
{
    FILE *file = fopen(path, "w");
    if (!file)
        fail_msg("cannot write %s", path);
    fwrite(buf_string(content), 1, content->count, file);
    if (fclose(file) != 0)
        fail_msg("cannot write %s", path);
}

/* The first line in which they differ, and the frame that it is in. */
static void
explain(const char *path, const char *expected, const char *shown)
{
    const char *frame = shown;
    size_t line = 1;
    while (*expected != '\0' && *shown != '\0') {
        size_t a = strcspn(expected, "\n"), b = strcspn(shown, "\n");
        if (a != b || memcmp(expected, shown, a) != 0)
            break;
        if (strncmp(shown, "====", 4) == 0)
            frame = shown;
        expected += a + (expected[a] == '\n');
        shown += b + (shown[b] == '\n');
        line++;
    }
    print_error("%s:%zu differs:\n  expected: %.*s\n  shown:    %.*s\n", path, line, (int)strcspn(expected, "\n"),
                expected, (int)strcspn(shown, "\n"), shown);
    print_error("the frame as it is shown now:\n");
    print_frame(frame);
}

static bool
is_as_expected(const char *name, const struct buf *shown)
{
    struct buf path = {0}, expected = {0};
    const char *dir = getenv("GOLDEN_DIR");
    buf_format(&path, "%s/%s.txt", dir ? dir : GOLDEN_DIR, name);
    bool same = true;
    if (getenv("UPDATE_GOLDEN")) {
        write_file(path.at, shown);
    } else if (!read_file(path.at, &expected)) {
        print_error("%s is missing; UPDATE_GOLDEN=1 writes it\n", path.at);
        same = false;
    } else if (strcmp(buf_string(&expected), buf_string(shown)) != 0) {
        explain(path.at, buf_string(&expected), buf_string(shown));
        same = false;
    }
    buf_free(&path);
    buf_free(&expected);
    return same;
}

void
scene_close(struct scene *scene, const char *name)
{
    struct cells *cells = cells_of(scene);
    struct buf shown = cells->shown;
    app_free(scene->app);
    actions_free(scene->actions);
    recall_stop();
    loop_free(scene->loop);
    clock_real();
    grid_free(&cells->last);
    buf_free(&cells->copied);
    buf_free(&cells->text);
    free(cells);
    bool same = !name || is_as_expected(name, &shown);
    buf_free(&shown);
    if (!same)
        fail_msg("%s is not as expected", name);
}
