/* Foreign text, and text for the user.
 *
 * TXT records, PTR names, AS names, zone files and bounces are written by strangers, some of them spammers. Their bytes
 * come in through text_clean alone; its result may go to the screen, to stdout and into JSON as it is: valid UTF-8 in
 * one line, without control, escape, bidirectional or invisible formatting characters. */
#ifndef TEXT_H
#define TEXT_H

#include "base/buf.h"

#include <stdint.h>

/* The limit of a TXT record, name or line, unless there is a better one. */
enum { TEXT_CLEAN_MAX = 1024 };

/* Appends `count` foreign bytes, cleaned: each invalid byte, control (C0, C1, DEL), bidi mark or override, zero-width
 * or private character becomes '?'; runs of white space become one space. Appends at most `limit` bytes; a longer text
 * is cut and ends in "...". */
void text_clean(struct buf *out, const char *bytes, size_t count, size_t limit);

/* Cleans into an array of `room` bytes, with a NUL. */
void text_clean_into(char *out, size_t room, const char *bytes, size_t count);

/* Cleans into a fresh string, which the caller frees. */
static inline char *
text_clean_copy(const char *bytes, size_t count)
{
    struct buf out = {0};
    text_clean(&out, bytes, count, TEXT_CLEAN_MAX);
    return buf_take(&out);
}

/* Cleans text line by line: appends at most `limit` bytes, without blank lines at the end. */
void text_clean_lines(struct buf *out, const char *bytes, size_t count, size_t limit);

/* Returns the code point at *string, moves *string behind it and sets its width in columns: 0 for combining marks, 2
 * for wide characters. Returns 0 at the end of the string, 0xFFFD for an invalid byte. */
uint32_t text_next(const char **string, int *columns);

/* Appends the words of a string as they are compared: letters and digits, in lower case, Latin ones without accents, a
 * blank before each word. "Müller's Mail-Server" gives " muller s mail server". A text contains a word, or the
 * beginning of one, if its words contain those of the word. */
void text_words(struct buf *out, const char *string);

/* Returns the columns of a clean string on a terminal. */
int text_width(const char *string);

/* Returns how many bytes of the string fit into so many columns, without cutting a character. */
size_t text_fit(const char *string, int columns);

/* Returns how many bytes of the string go on a line of so many columns when it is broken at blanks, at least one
 * character; a longer word is cut. *next is where the following line begins. */
size_t text_break(const char *string, int columns, const char **next);

/* Appends lines, each ended by a newline, with long ones broken at blanks and their rest indented like their beginning.
 */
void text_fold(struct buf *out, const char *lines, int columns);

enum { TEXT_DECIMALS = 6 };

/* Read the digits at the start of the string, as a number of at most `most`, or as one with at most TEXT_DECIMALS
 * decimals and 2,147,483,647 before the point ("79.7"). Return the bytes read; 0, with *out untouched, if there is no
 * such number. No sign, no blanks, the same in every locale. */
size_t text_read_integer(const char *string, int64_t most, int64_t *out);
size_t text_read_decimal(const char *string, double *out);

/* Writes the digits of a number, at most TEXT_DIGITS, without a NUL. Returns the end. Faster than buf_format. */
enum { TEXT_DIGITS = 20 };
char *text_digits(char *at, uint64_t number);

/* Appends 3183616 as "3,183,616". */
void text_number(struct buf *out, int64_t number);

/* Appends 1591.83 as "1,591.8". Not negative. */
static inline void
text_decimal(struct buf *out, double number)
{
    int64_t tenths = (int64_t)(number * 10 + 0.5);
    text_number(out, tenths / 10);
    buf_format(out, ".%d", (int)(tenths % 10));
}

/* Appends a span of time in its two largest units: "45 s", "3 min 20 s", "5 h 12 min", "4 d 14 h". Negative is 0. */
void text_duration(struct buf *out, int64_t ms);

#endif
