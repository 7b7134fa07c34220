#include "command/output.h"

#include "base/text.h"
#include "draw/dump.h"
#include "draw/sgr.h"
#include "session/exit_status.h"

#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { COLUMNS_LEAST = 60, COLUMNS_MOST = 100, COLUMNS_DEFAULT = 80 };

void
output_init(struct output *o, const struct options *options)
{
    const char *no_colour = getenv("NO_COLOR"), *name = getenv("TERM");
    bool dumb = !name || !*name || strcmp(name, "dumb") == 0;
    bool wanted = isatty(STDOUT_FILENO) && !dumb && !(no_colour && *no_colour);
    struct winsize size;
    *o = (struct output){.terminal = isatty(STDOUT_FILENO), .columns = COLUMNS_DEFAULT};
    o->colour = options->colour == COLOUR_ALWAYS || (options->colour == COLOUR_AUTO && wanted);
    o->whole = !o->terminal;
    o->ascii = options->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    if (o->terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0)
        o->columns = size.ws_col < COLUMNS_LEAST  ? COLUMNS_LEAST
                     : size.ws_col > COLUMNS_MOST ? COLUMNS_MOST
                                                  : size.ws_col;
}

void
output_flush(struct output *o, struct buf *buf)
{
    size_t done = 0;
    while (done < buf->count && !o->error) {
        ssize_t wrote = write(STDOUT_FILENO, buf->at + done, buf->count - done);
        if (wrote >= 0)
            done += (size_t)wrote;
        else if (errno == EAGAIN) /* another process made the shared descriptor non-blocking */
            poll(&(struct pollfd){.fd = STDOUT_FILENO, .events = POLLOUT}, 1, -1);
        else if (errno != EINTR)
            o->error = errno;
    }
    buf_clear(buf);
}

void
output_page(const struct output *o, struct buf *out, const struct page *page)
{
    struct grid grid = {.ascii = o->ascii};
    int cols = page->cols;
    for (size_t i = 0; i < page->pieces.count && o->whole; i++) { /* so wide that no text without its own room is cut */
        const struct page_piece *piece = &page->pieces.at[i];
        bool free_end = piece->text != PAGE_NONE && piece->columns == 0;
        int end = free_end ? piece->col + text_width(page->texts.at + piece->text) : 0;
        cols = end > cols ? end : cols;
    }
    cols = cols < GRID_COLS_MAX ? cols : GRID_COLS_MAX;
    for (size_t from = 0, count; from < page->rows.count; from += count) {
        size_t left = page->rows.count - from;
        count = left < GRID_ROWS_MAX ? left : GRID_ROWS_MAX;
        while (count < left && count > 1 && page->rows.at[from + count - 1].count == 0)
            count--; /* because a dump leaves out empty rows at its end */
        grid_resize(&grid, (int)count, cols);
        struct canvas all = canvas_of(&grid);
        struct canvas canvas = canvas_part(&all, -(int)from, 0, (int)page->rows.count, cols);
        page_draw(page, &canvas);
        if (o->colour)
            sgr_grid(out, &grid);
        else
            dump_grid(out, &grid, false);
    }
    grid_free(&grid);
}

int
output_status(const struct output *o, int status)
{
    char sentence[160];
    if (o->error == 0 || o->error == EPIPE)
        return status;
    snprintf(sentence, sizeof sentence, "cannot write to stdout: %s", strerror(o->error));
    return exit_status_report(sentence, STATUS_FILE);
}

void
output_without_bars(struct buf *out, const char *text)
{
    for (; *text; text++)
        buf_byte(out, *text == '|' ? '/' : *text);
}

int
output_result(const struct options *o, const struct output_format *formats, void *result, int status)
{
    struct output output;
    struct buf out = {0};
    output_init(&output, o);
    if (formats[o->format].page) {
        struct page page = {0};
        page_begin(&page, output.columns);
        page.bounded = output.terminal;
        formats[o->format].page(&page, result);
        output_page(&output, &out, &page);
        page_fini(&page);
    } else {
        formats[o->format].print(&out, result, output.terminal);
    }
    output_flush(&output, &out);
    buf_free(&out);
    return output_status(&output, status);
}
