/* Private to bounce: tells from its beginning what an input is. */
#ifndef INPUT_H
#define INPUT_H

#include <stdbool.h>
#include <stddef.h>

enum input { INPUT_LOG, INPUT_MBOX, INPUT_MAIL, INPUT_JSON, INPUT_QUEUE, INPUT_TEXT };

/* Returns whether a line is "From MAILBOX Mon Nov 30 09:14:03 2026". */
bool input_is_separator(const char *line, size_t count, char newline);

/* Returns what an input is. INPUT_QUEUE: a listing of a queue (mailq). INPUT_TEXT: a text that is there as a `whole`;
 * the beginning of one may be a log. */
enum input input_of(const char *at, size_t count, char newline, bool whole);

#endif
