/* Curses owns the picture: it gets all cells of each frame and writes the differences. Input, signals, paste mode and
 * the clipboard are handled here. The way back to an ordinary terminal is prepared as bytes at the start, because a
 * handler of a fatal signal may call neither curses nor malloc: it only writes them. */

#include "console/app/term.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/app/keymap.h"
#include "console/app/keys.h"
#include "console/app/signals.h"
#include "draw/theme.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

enum { ANSWER_MS = 100, INPUT_MAX = 4096, PASTE_MAX = 256 * 1024, WAY_BACK_MAX = 256, COPY_MAX = 49152 };

static const char PASTE_ON[] = "\033[?2004h", PASTE_OFF[] = "\033[?2004l", MOUSE_ON[] = "\033[?1000h\033[?1006h",
                  MOUSE_OFF[] = "\033[?1006l\033[?1000l", ASK_BACKGROUND[] = "\033]11;?\a";

static struct {
    struct screen screen; /* for the app */
    bool started, repaint;
    SCREEN *curses;
    enum depth depth;
    short pairs[ROLE_COUNT]; /* of colours; 0 = the terminal's own */
    struct loop *loop;
    screen_listener *listener;
    void *listener_arg;
    int signals;      /* the descriptor that tells of them */
    int signal;       /* that asked the program to end */
    int64_t asked_ms; /* when the background was asked for; 0 = never */
    struct keys keys;
    struct timer rest; /* of a sequence of bytes that is begun */
    struct buf pasted;
} term;

/* The way back; read by signal handlers. */
static struct termios ordinary;
static char way_back[WAY_BACK_MAX];
static size_t way_back_count;

/* ---- the way back ---- */

static void
send(const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t n = write(STDOUT_FILENO, bytes, count);
        if (n < 0 && errno != EINTR)
            return;
        bytes += n > 0 ? n : 0;
        count -= n > 0 ? (size_t)n : 0;
    }
}

static void
rescue(void)
{
    if (!term.started)
        return;
    send(way_back, way_back_count);
    tcsetattr(STDIN_FILENO, TCSANOW, &ordinary);
}

static int
remember_byte(int byte)
{
    if (way_back_count < sizeof way_back)
        way_back[way_back_count++] = (char)byte;
    return byte;
}

/* ---- drawing ---- */

static void
term_restyle(struct screen *screen)
{
    (void)screen;
    for (enum role role = 0; role < ROLE_COUNT && term.depth != DEPTH_MONO; role++) {
        short colour = role_look(role, term.depth).colour;
        term.pairs[role] = colour < 0 ? 0 : (short)(role + 1);
        if (term.pairs[role] > 0)
            init_pair(term.pairs[role], colour, -1);
    }
}

static void
prepare_colours(enum term_colour wanted)
{
    const char *no_colour = getenv("NO_COLOR");
    term.depth = DEPTH_MONO;
    if (wanted == TERM_COLOUR_NEVER || (wanted == TERM_COLOUR_AUTO && no_colour && *no_colour != '\0') ||
        !has_colors() || start_color() == ERR || use_default_colors() == ERR)
        return;
    term.depth = COLORS >= 256 ? DEPTH_256 : DEPTH_16;
    term_restyle(&term.screen);
}

/* Replaces a character whose width differs for the C library, because it would shift the rest of its row. */
static void
add_cell(const struct cell *cell)
{
    wchar_t wide[CELL_BYTES];
    int count = 0, width;
    for (const char *at = cell->bytes; *at != '\0';)
        wide[count++] = (wchar_t)text_next(&at, &width);
    if (count > 0 && wcwidth(wide[0]) == cell->width)
        addnwstr(wide, count);
    else
        addnwstr(L"??", cell->width);
}

static void
term_put(struct screen *screen, const struct grid *grid)
{
    (void)screen;
    int rows, cols;
    getmaxyx(stdscr, rows, cols);
    if (term.repaint)
        clearok(curscr, TRUE);
    term.repaint = false;
    for (int row = 0; row < rows && row < grid->rows; row++) {
        move(row, 0);
        for (int col = 0; col < cols && col < grid->cols; col++) {
            const struct cell *cell = grid_at(grid, row, col);
            unsigned attributes = role_look(cell->role, term.depth).attributes;
            /* a selected cell is reversed without its colour, because a bar of many colours is hard to read */
            attr_t attr = cell->selected ? A_REVERSE : A_NORMAL;
            attr |= attributes & LOOK_BOLD ? A_BOLD : 0;
            attr |= (attributes & LOOK_DIM) && !cell->selected ? A_DIM : 0;
            attr |= attributes & LOOK_UNDERLINE ? A_UNDERLINE : 0;
            if (col == 0 || cell->role != cell[-1].role || cell->selected != cell[-1].selected)
                attr_set(attr, cell->selected ? 0 : term.pairs[cell->role], NULL);
            if (cell->width > 0)
                add_cell(cell);
        }
    }
    if (cols == 1) { /* ncurses writes the last cell by way of the one before it, outside of its memory: blank it */
        move(rows - 1, 0);
        attr_set(A_NORMAL, 0, NULL);
        addnwstr(L" ", 1);
    }
    move(grid->cursor_row, grid->cursor_col);
    refresh();
}

static void
term_size(struct screen *screen, int *rows, int *cols)
{
    (void)screen;
    getmaxyx(stdscr, *rows, *cols);
}

static void
term_redraw(struct screen *screen)
{
    (void)screen;
    term.repaint = true;
}

/* Switches the modes that curses does not know of. */
static void
set_modes(bool on)
{
    bool mouse = on && term.screen.has_mouse;
    send(on ? PASTE_ON : PASTE_OFF, strlen(on ? PASTE_ON : PASTE_OFF));
    send(mouse ? MOUSE_ON : MOUSE_OFF, strlen(mouse ? MOUSE_ON : MOUSE_OFF));
}

static void
term_mouse(struct screen *screen, bool on)
{
    screen->has_mouse = on;
    set_modes(true);
}

/* Takes the terminal over again, in the size that the kernel reports. */
static void
resume(void)
{
    struct winsize size;
    reset_prog_mode();
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
        resizeterm(size.ws_row < GRID_ROWS_MAX ? size.ws_row : GRID_ROWS_MAX,
                   size.ws_col < GRID_COLS_MAX ? size.ws_col : GRID_COLS_MAX);
    term.repaint = true;
    set_modes(true);
}

/* ---- clipboard and suspending ---- */

/* Sends OSC 52 in base64. Terminals without it skip it; the Linux console would print it. */
static bool
term_copy(struct screen *screen, const char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *name = getenv("TERM");
    const unsigned char *bytes = (const unsigned char *)text;
    size_t count = strlen(text);
    (void)screen;
    if (count > COPY_MAX || (name && strncmp(name, "linux", 5) == 0))
        return false;
    struct buf out = {0};
    buf_text(&out, "\033]52;c;");
    for (size_t i = 0; i < count; i += 3) {
        unsigned long group = (unsigned long)bytes[i] << 16;
        group |= i + 1 < count ? (unsigned long)bytes[i + 1] << 8 : 0;
        group |= i + 2 < count ? bytes[i + 2] : 0;
        for (size_t digit = 0; digit < 4; digit++)
            buf_byte(&out, i + digit > count ? '=' : digits[group >> (18 - 6 * digit) & 63]);
    }
    buf_byte(&out, '\a');
    send(out.at, out.count);
    buf_free(&out);
    return true;
}

static void
term_lend(struct screen *screen, void (*use)(void *arg), void *arg)
{
    (void)screen;
    set_modes(false);
    endwin();
    signals_lend(true);
    if (use)
        use(arg);
    else /* stops the whole process group, as ^Z does on an ordinary terminal, and returns when it continues */
        kill(0, SIGTSTP);
    signals_lend(false);
    resume();
}

/* ---- keys ---- */

static void
report(const struct event *event)
{
    if (term.listener)
        term.listener(term.listener_arg, event);
}

static void
on_press(void *arg, int press)
{
    (void)arg;
    report(&(struct event){.kind = EVENT_KEY, .press = press});
}

static void
on_paste(void *arg, int byte)
{
    (void)arg;
    if (byte != KEYS_PASTE_END) {
        if (term.pasted.count < PASTE_MAX)
            buf_byte(&term.pasted, (char)byte);
        return;
    }
    struct buf clean = {0}, by_line = {0};
    size_t count = term.pasted.count;
    while (term.pasted.count == PASTE_MAX && count > 0 && !strchr("\r\n", term.pasted.at[count - 1]))
        count--; /* part of a line may name another address */
    count = count > 0 ? count : term.pasted.count;
    text_clean(&clean, buf_string(&term.pasted), count, PASTE_MAX);
    text_clean_lines(&by_line, buf_string(&term.pasted), count, PASTE_MAX);
    buf_clear(&term.pasted);
    report(&(struct event){.kind = EVENT_PASTE, .paste = buf_string(&clean), .paste_lines = buf_string(&by_line)});
    buf_free(&clean);
    buf_free(&by_line);
}

static void
on_mouse(void *arg, int button, int row, int col)
{
    (void)arg;
    if (button == KEYS_WHEEL_UP || button == KEYS_WHEEL_DOWN)
        report(&(struct event){.kind = EVENT_WHEEL, .down = button == KEYS_WHEEL_DOWN});
    else if (button == KEYS_CLICK)
        report(&(struct event){.kind = EVENT_CLICK, .row = row, .col = col});
}

/* Chooses the theme by the brightness of "11;rgb:RRRR/GGGG/BBBB". A late answer would change the colours under the eyes
 * of the user. */
static void
on_answer(void *arg, const char *text)
{
    static const char start[] = "11;rgb:";
    const char *colour = text + sizeof start - 1;
    unsigned red, green, blue;
    (void)arg;
    if (term.asked_ms == 0 || clock_now_ms() - term.asked_ms > ANSWER_MS ||
        strncmp(text, start, sizeof start - 1) != 0 || sscanf(colour, "%4x/%4x/%4x", &red, &green, &blue) != 3)
        return;
    unsigned most = strcspn(colour, "/") > 2 ? 0xFFFF : 0xFF; /* of each */
    role_use(theme_builtin(3 * red + 6 * green + blue > 5 * most ? "light" : "dark"));
    term.asked_ms = 0;
    term_restyle(&term.screen);
    report(&(struct event){.kind = EVENT_RESIZE});
}

static void
on_rest(void *arg)
{
    (void)arg;
    keys_give_up(&term.keys);
}

static void
report_gone(void)
{
    loop_watch(term.loop, STDIN_FILENO, 0, NULL, NULL);
    report(&(struct event){.kind = EVENT_GONE});
}

static void
on_input(void *arg, int fd, short revents)
{
    struct pollfd again = {.fd = fd, .events = POLLIN};
    char bytes[INPUT_MAX];
    int waiting = 0;
    ssize_t count = 0;
    (void)arg;
    if (ioctl(fd, FIONREAD, &waiting) == 0 && waiting > 0) /* else it would block */
        count = read(fd, bytes, sizeof bytes);
    loop_timer_clear(term.loop, &term.rest);
    keys_take(&term.keys, bytes, count > 0 ? (size_t)count : 0);
    int64_t wait = keys_wait_ms(&term.keys);
    if (wait > 0 && term.started)
        loop_timer_set(term.loop, &term.rest, clock_now_ms() + wait);
    /* Readable, empty, and readable again: the terminal is gone. Readable only once: another process read from it. */
    bool at_end = count <= 0 && (ioctl(fd, FIONREAD, &waiting) < 0 || waiting == 0) && poll(&again, 1, 0) == 1;
    if ((revents & ~POLLIN) || at_end)
        report_gone();
}

static void
on_signal(void *arg, int fd, short revents)
{
    (void)arg, (void)fd, (void)revents;
    for (int number; (number = signals_next()) != 0;) {
        switch (number) {
        case SIGTSTP:
            term_lend(&term.screen, NULL, NULL);
            break;
        case SIGCONT:
        case SIGWINCH:
            resume();
            break;
        case SIGHUP:
            if (tcgetattr(STDIN_FILENO, &(struct termios){0}) == 0) { /* the terminal has not hung up */
                report(&(struct event){.kind = EVENT_RELOAD});
                continue;
            }
            /* fall through */
        default:
            term.signal = number;
            report_gone();
            return;
        }
        report(&(struct event){.kind = EVENT_RESIZE});
    }
}

static void
term_listen(struct screen *screen, struct loop *loop, screen_listener *listener, void *arg)
{
    (void)screen;
    term.loop = loop;
    term.listener = listener;
    term.listener_arg = arg;
    loop_watch(loop, STDIN_FILENO, listener ? POLLIN : 0, on_input, NULL);
    loop_watch(loop, term.signals, listener ? POLLIN : 0, on_signal, NULL);
}

/* ---- start and stop ---- */

static bool
open_curses(struct fault *fault)
{
    const char *name = getenv("TERM");
    if (name && *name != '\0')
        term.curses = newterm(NULL, stdout, stdin);
    if (!term.curses)
        return fault_set(fault, "unknown terminal \"%.60s\" (TERM); set TERM, or use: whylisted check TARGET",
                         name ? name : "");
    if (!cursor_address || !clear_screen) {
        endwin();
        delscreen(term.curses);
        term.curses = NULL;
        return fault_set(fault, "the terminal \"%.60s\" (TERM) cannot move its cursor; use: whylisted check TARGET",
                         name);
    }
    typeahead(-1); /* a frame goes out as a whole; else curses looks for keys, and flushes, after every line */
    return true;
}

struct screen *
term_start(const struct term_options *o, struct fault *fault)
{
    const char *name = getenv("TERM");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, &ordinary) < 0) {
        fault_set(fault, "standard input and output are not a terminal; use: whylisted check TARGET");
        return NULL;
    }
    /* before curses, which otherwise installs handlers of its own */
    term.signals = signals_start(rescue, fault);
    if (term.signals < 0)
        return NULL;
    if (!open_curses(fault)) {
        signals_stop();
        return NULL;
    }
    const char *const steps[] = {MOUSE_OFF, PASTE_OFF, exit_attribute_mode, keypad_local, cursor_normal, exit_ca_mode};
    way_back_count = 0;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (steps[i])
            tputs(steps[i], 1, remember_byte);
    term.started = true;
    term.signal = 0;
    mem_on_exhausted(rescue);
    raw();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    term.keys = (struct keys){.press = on_press, .paste = on_paste, .mouse = on_mouse, .answer = on_answer};
    term.rest = (struct timer){.fire = on_rest};
    term.screen = (struct screen){
        /* the font of the Linux console lacks most of our glyphs */
        .ascii = o->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0 || (name && strcmp(name, "linux") == 0),
        .listen = term_listen,
        .size = term_size,
        .put = term_put,
        .redraw = term_redraw,
        .restyle = term_restyle,
        .lend = term_lend,
        .mouse = term_mouse,
        .copy = term_copy,
    };
    prepare_colours(o->colour);
    term_mouse(&term.screen, o->mouse);
    term.asked_ms = 0;
    if (o->asks_background && term.depth != DEPTH_MONO && strncmp(name, "linux", 5) != 0) { /* which would print it */
        send(ASK_BACKGROUND, strlen(ASK_BACKGROUND));
        term.asked_ms = clock_now_ms();
    }
    return &term.screen;
}

void
term_stop(void)
{
    if (!term.started)
        return;
    if (term.loop) {
        term_listen(&term.screen, term.loop, NULL, NULL);
        loop_timer_clear(term.loop, &term.rest);
    }
    set_modes(false);
    if (term.asked_ms && clock_now_ms() - term.asked_ms <= ANSWER_MS)
        tcflush(STDIN_FILENO, TCIFLUSH); /* the answer is not for the shell */
    endwin();
    term.started = false;
    mem_on_exhausted(NULL);
    signals_stop();
    delscreen(term.curses);
    term.curses = NULL;
    term.loop = NULL;
    buf_free(&term.pasted);
}

int
term_signal(void)
{
    return term.signal;
}
