/* The words of which the lines of an rbldnsd ip4set zone are made. */
#ifndef ZONELINE_H
#define ZONELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is left of a line; the functions take from its front. */
struct zoneline {
    const char *at, *end;
};

/* Blanks are the space and the tab, and nothing else. */
static inline bool
zoneline_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static inline void
zoneline_skip_blanks(struct zoneline *line)
{
    while (line->at < line->end && zoneline_is_blank(*line->at))
        line->at++;
}

/* Whether nothing but a comment is left. */
static inline bool
zoneline_is_over(const struct zoneline *line)
{
    return line->at == line->end || *line->at == '#' || *line->at == ';';
}

/* Takes this character, if it is the next. */
static inline bool
zoneline_take(struct zoneline *line, char c)
{
    if (line->at == line->end || *line->at != c)
        return false;
    line->at++;
    return true;
}

/* Takes digits, as a number up to `most`; leading zeros are fine. Takes nothing when there is none or it is larger. */
bool zoneline_number(struct zoneline *, uint32_t most, uint32_t *out);

/* Takes what comes before the next blank, and the blanks after it. False at the end of the line. */
bool zoneline_word(struct zoneline *, struct zoneline *out);

/* Takes a range: a.b.c.d, a.b.c, a.b, any of these or a alone with /n, a.b.c.d-w.x.y.z with as many octets on both
 * sides, a.b.c.d-e. Returns NULL, or in half a sentence why it is none. */
const char *zoneline_range(struct zoneline *, uint32_t *first, uint32_t *last);

/* Takes what comes before the text of a value, the blanks and ":A:". With *own what is left is the text, perhaps an
 * empty one; without, the default text counts. Returns NULL, or why it is no value. */
const char *zoneline_value(struct zoneline *, bool *own);

/* ---- the quick way through a whole address, with which nearly all lines begin ---- */

static inline const char *
zoneline_octet(const char *s, uint32_t *address)
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

enum { ZONELINE_QUAD = 16 }; /* bytes at which zoneline_quad looks, or fewer: up to the first that is no part of it */

/* What follows a.b.c.d, or NULL when there is no such thing. Of an octet with more than three digits the rest follows.
 */
static inline const char *
zoneline_quad(const char *s, uint32_t *address)
{
    *address = 0;
    if (!(s = zoneline_octet(s, address)) || *s++ != '.' || !(s = zoneline_octet(s, address)) || *s++ != '.' ||
        !(s = zoneline_octet(s, address)) || *s++ != '.')
        return NULL;
    return zoneline_octet(s, address);
}

#endif
