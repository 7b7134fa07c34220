/* The words of which the lines of an rbldnsd ip4set zone are made. */
#ifndef ZONE_LINE_H
#define ZONE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is left of a line; the functions take from its front. */
struct zone_line {
    const char *at, *end;
};

/* Blanks are the space and the tab, and nothing else. */
static inline bool
zone_line_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static inline void
zone_line_skip_blanks(struct zone_line *line)
{
    while (line->at < line->end && zone_line_is_blank(*line->at))
        line->at++;
}

/* Whether nothing but a comment is left. */
static inline bool
zone_line_is_over(const struct zone_line *line)
{
    return line->at == line->end || *line->at == '#' || *line->at == ';';
}

/* Takes this character, if it is the next. */
static inline bool
zone_line_take(struct zone_line *line, char c)
{
    if (line->at == line->end || *line->at != c)
        return false;
    line->at++;
    return true;
}

/* Takes digits, as a number up to `most`; leading zeros are fine. Takes nothing when there is none or it is larger. */
bool zone_line_number(struct zone_line *, uint32_t most, uint32_t *out);

/* Takes what comes before the next blank, and the blanks after it. False at the end of the line. */
bool zone_line_word(struct zone_line *, struct zone_line *out);

/* Takes a range: a.b.c.d, a.b.c, a.b, any of these or a alone with /n, a.b.c.d-w.x.y.z with as many octets on both
 * sides, a.b.c.d-e. Returns NULL, or in half a sentence why it is none. */
const char *zone_line_range(struct zone_line *, uint32_t *first, uint32_t *last);

/* Takes what comes before the text of a value, the blanks and ":A:". With *own what is left is the text, perhaps an
 * empty one; without, the default text counts. Returns NULL, or why it is no value. */
const char *zone_line_value(struct zone_line *, bool *own);

/* ---- the quick way through a whole address, with which nearly all lines begin ---- */

static inline const char *
zone_line_octet(const char *s, uint32_t *address)
{
    unsigned octet = (unsigned char)*s++ - '0', digit;
    if (octet > 9)
        return NULL;
    if ((digit = (unsigned char)*s - '0') <= 9) {
        octet = octet * 10 + digit;
        if ((digit = (unsigned char)*++s - '0') <= 9) {
            octet = octet * 10 + digit;
            s++;
        }
    }
    *address = *address << 8 | octet;
    return octet <= 255 ? s : NULL;
}

enum { ZONE_LINE_QUAD = 16 }; /* bytes at which zone_line_quad looks, or fewer: up to the first that is no part of it */

/* What follows a.b.c.d, or NULL when there is no such thing. Of an octet with more than three digits the rest follows.
 */
static inline const char *
zone_line_quad(const char *s, uint32_t *address)
{
    *address = 0;
    if (!(s = zone_line_octet(s, address)) || *s++ != '.' || !(s = zone_line_octet(s, address)) || *s++ != '.' ||
        !(s = zone_line_octet(s, address)) || *s++ != '.')
        return NULL;
    return zone_line_octet(s, address);
}

#endif
