/* Draws the pictures of the README: the real console, on a screen whose cells go to files. This file takes the place of
 * console/app/term.c, so nothing else of the program differs.
 *
 *   pictures SCRIPT FOLDER [ARGUMENT...]     arguments of whylisted
 *
 * Each line of the script is a step: "wait 500" (milliseconds), "keys j<Enter>", "type 203.0.113.77" (as fast as
 * people do), "shot address.svg" (of the cells as they are now). Everything that happens goes to FOLDER/demo.cast, in
 * the format of asciinema 2. */
#include "base/clock.h"
#include "base/mem.h"
#include "console/app/keymap.h"
#include "console/app/term.h"
#include "console/console.h"
#include "draw/theme.h"
#include "session/command_line.h"

#include <jansson.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 24, COLS = 80, LINE_BYTES = 256, TYPING_MS = 90, CELL_WIDTH = 9, CELL_HEIGHT = 19, MARGIN = 12 };

static const char background[] = "#17181c", foreground[] = "#cfd1d4";

static struct {
    struct screen screen;
    struct loop *loop;
    screen_listener *listener;
    void *listener_arg;
    struct grid now;
    struct timer step;
    FILE *script, *cast;
    const char *folder;
    char line[LINE_BYTES];
    const char *typing; /* the rest of a text being typed, NULL = none */
    int64_t started_ms;
} pictures;

_Noreturn static void
fail(const char *what, const char *which)
{
    fprintf(stderr, "pictures: %s %s\n", what, which);
    exit(1);
}

/* ---- pictures ---- */

/* The colours of a terminal's palette: 16 of the usual ones, then a cube of 6 x 6 x 6, then greys. */
static void
put_colour(FILE *out, int colour)
{
    static const char *const first[] = {"#17181c", "#e06c6c", "#7fb97f", "#d0b060", "#6f9fd8", "#c080c0", "#60b0b0"};
    static const int steps[] = {0, 95, 135, 175, 215, 255};
    if (colour < 0 || colour == 7)
        fputs(foreground, out);
    else if (colour < 7)
        fputs(first[colour], out);
    else if (colour < 16)
        fputs("#ffffff", out);
    else if (colour < 232)
        fprintf(out, "#%02x%02x%02x", steps[(colour - 16) / 36], steps[(colour - 16) / 6 % 6],
                steps[(colour - 16) % 6]);
    else
        fprintf(out, "#%02x%02x%02x", 8 + (colour - 232) * 10, 8 + (colour - 232) * 10, 8 + (colour - 232) * 10);
}

static void
put_escaped(FILE *out, const char *bytes)
{
    for (; *bytes != '\0'; bytes++)
        if (*bytes == '&' || *bytes == '<')
            fprintf(out, "&#%d;", *bytes);
        else
            putc(*bytes, out);
}

/* Returns how much of a cell a block fills from its left, in eighths; 0 = it is no such block. */
static int
block_eighths(const char *bytes)
{
    unsigned char last = (unsigned char)bytes[2];
    return strncmp(bytes, "\u2588", 2) == 0 && last >= 0x88 && last <= 0x8f ? 0x90 - last : 0;
}

static bool
same_look(const struct cell *a, const struct cell *b)
{
    return a->selected == b->selected && (a->selected || a->role == b->role) && !block_eighths(b->bytes);
}

/* Draws cells of one look from `col` on as one text, so long as they are wide; blocks are rectangles, because fonts
 * leave gaps between them. Returns the column after them. */
static int
draw_run(FILE *out, const struct grid *grid, int row, int col)
{
    const struct cell *first = grid_at(grid, row, col);
    struct look look = role_look((enum role)first->role, DEPTH_256);
    int eighths = block_eighths(first->bytes), x = MARGIN + col * CELL_WIDTH, y = MARGIN + row * CELL_HEIGHT, end = col;
    bool blank = true;
    do
        blank = blank && grid_at(grid, row, end)->bytes[0] == ' ';
    while (++end < grid->cols && !eighths && same_look(first, grid_at(grid, row, end)));
    int width = (end - col) * CELL_WIDTH;
    if (first->selected) {
        fprintf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"", x, y, width, CELL_HEIGHT);
        put_colour(out, -1);
        fputs("\"/>", out);
    }
    if (eighths) {
        fprintf(out, "<rect x=\"%d\" y=\"%d\" width=\"%.3g\" height=\"%d\" fill=\"", x, y + 2,
                CELL_WIDTH * eighths / 8.0, CELL_HEIGHT - 4);
        put_colour(out, look.colour);
        fputs("\"/>\n", out);
    } else if (!blank) {
        fprintf(out, "<text x=\"%d\" y=\"%d\" textLength=\"%d\"%s%s fill=\"", x, y + CELL_HEIGHT - 5, width,
                look.attributes & LOOK_BOLD ? " font-weight=\"bold\"" : "",
                look.attributes & LOOK_UNDERLINE ? " text-decoration=\"underline\"" : "");
        if (first->selected)
            fputs(background, out);
        else
            put_colour(out, look.colour);
        fputs("\">", out);
        for (int i = col; i < end; i++)
            put_escaped(out, grid_at(grid, row, i)->bytes);
        fputs("</text>\n", out);
    }
    return end;
}

static void
draw(const char *name)
{
    struct buf path = {0};
    const struct grid *grid = &pictures.now;
    buf_format(&path, "%s/%s", pictures.folder, name);
    FILE *out = fopen(buf_string(&path), "w");
    if (!out)
        fail("cannot write", buf_string(&path));
    int width = 2 * MARGIN + grid->cols * CELL_WIDTH, height = 2 * MARGIN + grid->rows * CELL_HEIGHT;
    fprintf(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n"
        "<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"%s\"/>\n"
        "<g font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"15\" xml:space=\"preserve\">\n",
        width, height, width, height, width, height, background);
    for (int row = 0; row < grid->rows; row++)
        for (int col = 0; col < grid->cols;)
            col = draw_run(out, grid, row, col);
    fputs("</g>\n</svg>\n", out);
    if (fclose(out) != 0)
        fail("cannot write", buf_string(&path));
    buf_free(&path);
}

/* ---- the cast ---- */

static void
put_row(struct buf *out, const struct grid *grid, int row)
{
    int role = -1, selected = -1;
    buf_format(out, "\033[%d;1H", row + 1);
    for (int col = 0; col < grid->cols; col++) {
        const struct cell *cell = grid_at(grid, row, col);
        if (cell->role != role || cell->selected != selected) {
            struct look look = role_look((enum role)cell->role, DEPTH_256);
            buf_format(out, "\033[0%s%s%s%s", look.attributes & LOOK_BOLD ? ";1" : "",
                       look.attributes & LOOK_DIM ? ";2" : "", look.attributes & LOOK_UNDERLINE ? ";4" : "",
                       cell->selected ? ";7" : "");
            if (look.colour >= 0 && !cell->selected) /* as term.c: a bar of many colours is hard to read */
                buf_format(out, ";38;5;%d", look.colour);
            buf_byte(out, 'm');
            role = cell->role;
            selected = cell->selected;
        }
        buf_text(out, cell->bytes);
    }
}

static void
record(const struct grid *grid)
{
    struct buf text = {0};
    bool same_size = grid->rows == pictures.now.rows && grid->cols == pictures.now.cols;
    if (!same_size)
        buf_text(&text, "\033[0m\033[2J");
    for (int row = 0; row < grid->rows; row++)
        if (!same_size || memcmp(grid_at(grid, row, 0), grid_at(&pictures.now, row, 0),
                                 (size_t)grid->cols * sizeof(struct cell)) != 0)
            put_row(&text, grid, row);
    if (text.count > 0) {
        json_t *event =
            json_pack("[f, s, s]", (double)(clock_now_ms() - pictures.started_ms) / 1000, "o", buf_string(&text));
        json_dumpf(event, pictures.cast, JSON_COMPACT | JSON_REAL_PRECISION(6));
        putc('\n', pictures.cast);
        json_decref(event);
    }
    buf_free(&text);
}

/* ---- the script ---- */

static void
press(const char **keys)
{
    struct event event = {.kind = EVENT_KEY, .press = (unsigned char)**keys};
    const char *end = **keys == '<' ? strchr(*keys, '>') : NULL;
    if (end)
        event.press = keymap_press_named(*keys + 1, (size_t)(end - *keys - 1));
    if (event.press == 0)
        fail("no such key:", *keys);
    *keys = end ? end + 1 : *keys + 1;
    pictures.listener(pictures.listener_arg, &event);
}

static void
take_step(void *arg)
{
    const char *argument = pictures.line + 5;
    int64_t wait_ms = 0;
    (void)arg;
    if (pictures.typing && *pictures.typing != '\0') {
        press(&pictures.typing);
        wait_ms = TYPING_MS;
    } else {
        pictures.typing = NULL;
        do
            if (!fgets(pictures.line, LINE_BYTES, pictures.script)) {
                pictures.listener(pictures.listener_arg, &(struct event){.kind = EVENT_GONE});
                return;
            }
        while (pictures.line[0] == '#' || pictures.line[0] == '\n');
        pictures.line[strcspn(pictures.line, "\n")] = '\0';
        if (strncmp(pictures.line, "wait ", 5) == 0)
            wait_ms = atoi(argument);
        else if (strncmp(pictures.line, "type ", 5) == 0)
            pictures.typing = argument;
        else if (strncmp(pictures.line, "shot ", 5) == 0)
            draw(argument);
        else if (strncmp(pictures.line, "keys ", 5) == 0)
            while (*argument != '\0')
                press(&argument);
        else
            fail("no such step:", pictures.line);
    }
    loop_timer_set(pictures.loop, &pictures.step, clock_now_ms() + wait_ms);
}

/* ---- in place of the terminal ---- */

static void
listen_to(struct screen *screen, struct loop *loop, screen_listener *listener, void *arg)
{
    (void)screen;
    pictures.loop = loop;
    pictures.listener = listener;
    pictures.listener_arg = arg;
    pictures.step = (struct timer){.fire = take_step};
    loop_timer_set(loop, &pictures.step, clock_now_ms());
}

static void
get_size(struct screen *screen, int *rows, int *cols)
{
    (void)screen;
    *rows = ROWS;
    *cols = COLS;
}

static void
put(struct screen *screen, const struct grid *grid)
{
    (void)screen;
    record(grid);
    grid_resize(&pictures.now, grid->rows, grid->cols);
    memcpy(pictures.now.cells, grid->cells, (size_t)grid->rows * (size_t)grid->cols * sizeof *grid->cells);
}

static void
redraw(struct screen *screen)
{
    (void)screen;
}

static void
lend(struct screen *screen, void (*use)(void *arg), void *arg)
{
    (void)screen;
    if (use)
        use(arg);
}

static bool
copy(struct screen *screen, const char *text)
{
    (void)screen;
    (void)text;
    return true;
}

static void
take_mouse(struct screen *screen, bool on)
{
    screen->has_mouse = on;
}

struct screen *
term_start(const struct term_options *o, struct fault *fault)
{
    (void)fault;
    role_use(theme_builtin("dark")); /* as a terminal with this background would have it */
    pictures.screen = (struct screen){.ascii = o->ascii,
                                      .listen = listen_to,
                                      .size = get_size,
                                      .put = put,
                                      .redraw = redraw,
                                      .restyle = redraw,
                                      .lend = lend,
                                      .mouse = take_mouse,
                                      .copy = copy};
    return &pictures.screen;
}

void
term_stop(void)
{
    loop_timer_clear(pictures.loop, &pictures.step);
}

int
term_signal(void)
{
    return 0;
}

int
main(int argc, char **argv)
{
    struct options options;
    struct fault fault;
    struct buf path = {0};
    int status;
    setlocale(LC_CTYPE, "C.UTF-8");
    signal(SIGPIPE, SIG_IGN);
    if (argc < 3)
        fail("usage: pictures SCRIPT FOLDER", "[ARGUMENT...]");
    pictures.folder = argv[2];
    buf_format(&path, "%s/demo.cast", argv[2]);
    pictures.script = fopen(argv[1], "r");
    pictures.cast = fopen(buf_string(&path), "w");
    if (!pictures.script || !pictures.cast)
        fail("cannot open", pictures.script ? buf_string(&path) : argv[1]);
    fprintf(pictures.cast, "{\"version\":2,\"width\":%d,\"height\":%d,\"title\":\"whylisted\"}\n", COLS, ROWS);
    pictures.started_ms = clock_now_ms();
    if (!command_line_parse(&options, argc - 2, argv + 2, &fault, &status))
        fail("wrong argument:", fault.text);
    status = console_run(&options);
    if (fclose(pictures.cast) != 0)
        fail("cannot write", buf_string(&path));
    fclose(pictures.script);
    command_line_fini(&options);
    grid_free(&pictures.now);
    buf_free(&path);
    return status;
}
