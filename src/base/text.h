/* Text from outside, and text for people.
 *
 * TXT records, PTR names, AS names, zone files and bounces are written by strangers, some of them by the very spammers
 * that are looked at. text_clean is the one door through which their bytes come in; what has passed it may go to the
 * screen, to stdout and into JSON as it is: valid UTF-8 in one line, no control, escape, bidirectional or invisible
 * formatting characters. */
#ifndef TEXT_H
#define TEXT_H

#include "base/buf.h"

#include <stdint.h>

/* No TXT, name or line that we show is longer; the rest is cut and ends in "...". */
enum { TEXT_CLEAN_MAX = 1024 };

/* Appends `count` foreign bytes, cleaned. Invalid UTF-8 bytes, controls (C0, C1, DEL), bidi marks and overrides,
 * zero-width and private characters each become one '?'; runs of white space become one space. At most `limit` bytes
 * are appended (TEXT_CLEAN_MAX where the caller has no better figure). */
void text_clean(struct buf *out, const char *bytes, size_t count, size_t limit);

/* The same into an array of `room` bytes, with a NUL behind it. */
void text_clean_into(char *out, size_t room, const char *bytes, size_t count);

/* The same as a fresh string, which the caller frees. */
char *text_clean_copy(const char *bytes, size_t count);

/* Cleans text line by line: appends at most `limit` bytes, without blank lines at the end. */
void text_clean_lines(struct buf *out, const char *bytes, size_t count, size_t limit);

/* Reads the code point at *string (valid or not), moves *string behind it and gives its width in columns: 0 for
 * combining marks, 2 for wide characters. Returns 0 at the end of the string, 0xFFFD for an invalid byte. */
uint32_t text_next(const char **string, int *columns);

/* Appends the words of a string as they are compared: letters and digits, in lower case and Latin ones without accents,
 * each word with a blank in front. "Müller's Mail-Server" gives " muller s mail server". A text holds a word, or the
 * beginning of one, when its words hold the words of that one. */
void text_words(struct buf *out, const char *string);

/* Columns a clean string takes on a terminal. */
int text_width(const char *string);

/* How many bytes of the string fit into so many columns, without cutting a character. */
size_t text_fit(const char *string, int columns);

/* How many bytes of the string go on a line of so many columns when it is broken at blanks; a word that is longer than
 * the line is cut. Always at least one character. *next is where the following line begins. */
size_t text_break(const char *string, int columns, const char **next);

/* Appends lines, each ended by a newline; one that is longer is broken at blanks, and goes on as far in as it began. */
void text_fold(struct buf *out, const char *lines, int columns);

enum { TEXT_DECIMALS = 6 };

/* Reads the digits at the start of the string, as one number of at most `most` (not negative), or as a number with at
 * most TEXT_DECIMALS decimals and 2,147,483,647 before the point ("79.7"). Returns how many bytes it took; 0, with *out
 * untouched, when there is no such number. No sign, no blanks, and the same in every locale. */
size_t text_read_integer(const char *string, int64_t most, int64_t *out);
size_t text_read_decimal(const char *string, double *out);

/* Writes the digits of a number, at most TEXT_DIGITS; returns the end. For what is written very often. */
enum { TEXT_DIGITS = 20 };
char *text_digits(char *at, uint64_t number);

/* 3183616 -> "3,183,616". */
void text_number(struct buf *out, int64_t number);

/* 1591.83 -> "1,591.8". Not negative. */
void text_decimal(struct buf *out, double number);

/* A span of time in its two largest units: "45 s", "3 min 20 s", "5 h 12 min", "4 d 14 h". Negative counts as 0. */
void text_duration(struct buf *out, int64_t ms);

#endif
