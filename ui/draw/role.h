/* What a piece of text means on the screen. Views name roles; which colour that is on this terminal is decided here, in
 * one table. Never colour alone: the words and glyphs say it too. */
#ifndef ROLE_H
#define ROLE_H

enum role {
    ROLE_PLAIN,
    ROLE_TITLE,  /* headings, breadcrumb */
    ROLE_DIM,    /* labels, units, what may be skipped */
    ROLE_STRONG, /* what the eye should find first in a line */
    ROLE_LISTED, /* the state and what follows from it */
    ROLE_CLEAR,
    ROLE_WARN,    /* refused, error, timeout, invalid, unhealthy, stale */
    ROLE_ASKING,  /* no answer yet */
    ROLE_UNKNOWN, /* not asked, dead */
    ROLE_EXEMPT,
    ROLE_ESTIMATE,     /* our reckoning, not an answer */
    ROLE_HEADLINE_BAD, /* the verdict: listed for what this address did itself */
    ROLE_HEADLINE_COLLATERAL,
    ROLE_HEADLINE_GOOD,
    ROLE_HEADLINE_UNKNOWN,
    ROLE_KEY,     /* a key to press */
    ROLE_LINE,    /* frames and rules */
    ROLE_HINT,    /* the hint bar's words */
    ROLE_MESSAGE, /* a one-off message */
    ROLE_ERROR,   /* why an input was refused */
    ROLE_INPUT,   /* what is being typed */
    ROLE_HEAT_0,  /* shares, from none ... */
    ROLE_HEAT_1,
    ROLE_HEAT_2,
    ROLE_HEAT_3,
    ROLE_HEAT_4, /* ... to nearly all */
    ROLE_COUNT
};

enum depth { DEPTH_MONO, DEPTH_16, DEPTH_256, DEPTH_COUNT };

enum look_attribute { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_UNDERLINE = 4 };

/* How a role looks. Colours are terminal palette numbers; -1 is the terminal's own, so that dark and light backgrounds
 * both work. */
struct look {
    short colour;
    unsigned attributes;
};

struct look role_look(enum role, enum depth);

/* One letter for each, for dumps. */
char role_letter(enum role);

#endif
