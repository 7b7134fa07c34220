/* The meaning of a piece of text on the screen. Views name roles, and a theme maps them to colours. Words or glyphs
 * carry the meaning too, never colour alone. */
#ifndef ROLE_H
#define ROLE_H

enum role {
    ROLE_PLAIN,
    ROLE_TITLE,  /* headings, the name of a page */
    ROLE_DIM,    /* labels, units, asides */
    ROLE_STRONG, /* the first thing to see in a line */
    ROLE_LISTED, /* listed, and its consequences */
    ROLE_CLEAR,
    ROLE_WARN,    /* refused, error, timeout, invalid, unhealthy, stale */
    ROLE_ASKING,  /* no answer yet */
    ROLE_UNKNOWN, /* not asked, dead */
    ROLE_EXEMPT,
    ROLE_ESTIMATE,     /* computed here, not answered */
    ROLE_HEADLINE_BAD, /* the verdict: the address itself is listed */
    ROLE_HEADLINE_COLLATERAL,
    ROLE_HEADLINE_GOOD,
    ROLE_HEADLINE_UNKNOWN,
    ROLE_KEY,     /* a key to press */
    ROLE_LINE,    /* frames and rules */
    ROLE_HINT,    /* the names of keys in the last line */
    ROLE_MESSAGE, /* a passing message */
    ROLE_ERROR,   /* the reason an input was refused */
    ROLE_INPUT,   /* text being typed */
    ROLE_HEAT_0,  /* shares, from none ... */
    ROLE_HEAT_1,
    ROLE_HEAT_2,
    ROLE_HEAT_3,
    ROLE_HEAT_4, /* ... to nearly all */
    ROLE_COUNT
};

enum depth { DEPTH_MONO, DEPTH_16, DEPTH_256, DEPTH_COUNT };

enum look_attribute { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_UNDERLINE = 4 };

/* The look of a role. A colour is a palette number; -1 keeps the terminal's own, so that dark and light backgrounds
 * both work. */
struct look {
    short colour;
    unsigned attributes;
    char letter; /* in dumps; each role has its own */
};

struct look role_look(enum role, enum depth);
/* Returns the role's name in themes, "headline-bad". */
const char *role_name(enum role);

/* A look for each role and depth. */
struct theme {
    struct look looks[ROLE_COUNT][DEPTH_COUNT];
};

/* Uses a theme from now on (theme.h); NULL = the one for any background. */
void role_use(const struct theme *);
#endif
