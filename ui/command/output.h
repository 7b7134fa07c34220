/* Standard output of a command: what it is, and writing to it. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "base/buf.h"
#include "draw/page.h"
#include "session/options.h"

#include <stdbool.h>

struct output {
    bool terminal, colour, ascii;
    bool whole;  /* lines of a page may be longer than its columns: nobody's screen breaks them */
    int columns; /* for text: of the terminal, within reason; 80 elsewhere */
    int error;   /* errno of the first write that failed, 0 = none */
};

/* Looks at stdout, the locale, NO_COLOR and the options. */
void output_init(struct output *, const struct options *);

/* How a command prints its result in a format: as a page of text, or otherwise; `pretty` on a terminal. An array of
 * them has a row for each format that the command knows. */
struct output_format {
    void (*page)(struct page *, void *result);
    void (*print)(struct buf *out, void *result, bool pretty);
};
/* Prints the result in the format of the options and returns the exit status, as output_status does. */
int output_result(const struct options *, const struct output_format *, void *result, int status);

/* Writes the buffer out and empties it. After an error nothing more is written. */
void output_flush(struct output *, struct buf *);

/* A page as text, with colours where they are wanted. */
void output_page(const struct output *, struct buf *out, const struct page *);

/* One cell of CSV (RFC 4180); NULL is an empty one. A cell that a spreadsheet would run as a formula is defused. */
void output_csv_cell(struct buf *out, const char *text);

/* The same to memory, where it takes at most so much room; returns the end. */
#define OUTPUT_CSV_ROOM(count) (2 * (count) + sizeof "\"'\"")
char *output_csv_put(char *at, const char *text, size_t count);

/* For a monitoring system, to which what follows a bar is perfdata, in each line. */
void output_without_bars(struct buf *out, const char *text);

/* The exit status of a command that ended with `status`, given how writing went: a full disk is said on stderr and is
 * STATUS_FILE, a closed pipe is the reader's right. */
int output_status(const struct output *, int status);

#endif
