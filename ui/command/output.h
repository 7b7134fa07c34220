/* Standard output of a command. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "base/buf.h"
#include "draw/page.h"
#include "session/options.h"

#include <stdbool.h>

struct output {
    bool terminal, colour, ascii;
    bool whole;  /* lines of a page may exceed its columns, because no screen breaks them */
    int columns; /* of the terminal, from 60 to 100; 80 elsewhere */
    int error;   /* errno of the first write that failed, 0 = none */
};

/* Inspects stdout, the locale, TERM, NO_COLOR and the options. */
void output_init(struct output *, const struct options *);

/* Prints a result in one format, as a page of text or as bytes; `pretty` on a terminal. A command has an array with a
 * row for each format that it supports. */
struct output_format {
    void (*page)(struct page *, void *result);
    void (*print)(struct buf *out, void *result, bool pretty);
};
/* Prints the result in the format of the options and returns the exit status, as output_status does. */
int output_result(const struct options *, const struct output_format *, void *result, int status);

/* Writes the buffer and empties it. Writes nothing after an error. */
void output_flush(struct output *, struct buf *);

/* Appends a page as text, with colours if wanted. */
void output_page(const struct output *, struct buf *out, const struct page *);

/* Appends a text with "/" for "|", which would begin performance data in the output of a monitoring plugin. */
void output_without_bars(struct buf *out, const char *text);

/* Returns `status`, or STATUS_FILE with a report if writing failed. A closed pipe is not a failure. */
int output_status(const struct output *, int status);

#endif
