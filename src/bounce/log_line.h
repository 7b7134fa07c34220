/* Lines of the logs of mail servers and filters: whose mail was refused, and which side refused it. */
#ifndef LOG_LINE_H
#define LOG_LINE_H

#include "bounce/marks.h"
#include "bounce/rejection.h"
#include "lists/catalogue.h"

#include <stdbool.h>
#include <stddef.h>

/* Words of which every line with a refusal has one, or with what log_line_context keeps, for needles_new. */
extern const char *const log_line_words[];
extern const size_t log_line_word_count;

/* What earlier lines of a log say about later ones. */
struct log_line_context;
struct log_line_context *log_line_context_new(void);
void log_line_context_free(struct log_line_context *); /* NULL is fine */

/* Reads one line, without its end. Returns false if it reports no refusal, or has a form that is not known; else *out
 * is a rejection of kind REJECTION_LOG. Sets `inbound` where the server that wrote the log refused the mail of others.
 * `context` is NULL for a line that comes alone. */
bool log_line_read(const char *line, size_t count, struct log_line_context *context, const struct catalogue *,
                   const struct marks *, struct rejection *out);

/* Returns whether a line is of a web server's log: a browser may ask for any words. */
bool log_line_is_request(const char *line, size_t count);

/* Returns whether a line begins with a date as logs have it. */
bool log_line_is_dated(const char *line, size_t count);

#endif
