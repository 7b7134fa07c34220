#include "draw/role.h"

#include <assert.h>

enum { OWN = -1, RED = 1, GREEN, YELLOW, BLUE, MAGENTA, CYAN };
enum { NONE = 0, BOLD = LOOK_BOLD, DIM = LOOK_DIM, LINE = LOOK_UNDERLINE };

/* For any background. Terminal palettes differ in their 16 colours, so these keep to the six that are legible on both
 * backgrounds; the figures over 15 are from the fixed 6x6x6 cube, of middle brightness for the same reason. */
static const struct {
    const char *name;
    char letter;
    struct {
        short colour;
        unsigned attributes;
    } looks[DEPTH_COUNT];
} roles[ROLE_COUNT] = {
    [ROLE_PLAIN] = {"plain", '.', {{OWN, NONE}, {OWN, NONE}, {OWN, NONE}}},
    [ROLE_TITLE] = {"title", 'T', {{OWN, BOLD}, {OWN, BOLD}, {OWN, BOLD}}},
    [ROLE_DIM] = {"dim", 'd', {{OWN, DIM}, {OWN, DIM}, {245, NONE}}},
    [ROLE_STRONG] = {"strong", 'S', {{OWN, BOLD}, {OWN, BOLD}, {OWN, BOLD}}},
    [ROLE_LISTED] = {"listed", 'L', {{OWN, BOLD}, {RED, BOLD}, {160, BOLD}}},
    [ROLE_CLEAR] = {"clear", 'c', {{OWN, NONE}, {GREEN, NONE}, {34, NONE}}},
    [ROLE_WARN] = {"warn", 'W', {{OWN, BOLD}, {MAGENTA, BOLD}, {170, NONE}}},
    [ROLE_ASKING] = {"asking", 'a', {{OWN, DIM}, {CYAN, NONE}, {37, NONE}}},
    [ROLE_UNKNOWN] = {"unknown", 'u', {{OWN, DIM}, {MAGENTA, NONE}, {133, NONE}}},
    [ROLE_EXEMPT] = {"exempt", 'x', {{OWN, NONE}, {BLUE, BOLD}, {68, NONE}}},
    [ROLE_ESTIMATE] = {"estimate", 'e', {{OWN, LINE}, {CYAN, LINE}, {37, NONE}}},
    [ROLE_HEADLINE_BAD] = {"headline-bad", 'B', {{OWN, BOLD}, {RED, BOLD}, {160, BOLD}}},
    [ROLE_HEADLINE_COLLATERAL] = {"headline-collateral", 'C', {{OWN, BOLD}, {YELLOW, BOLD}, {172, BOLD}}},
    [ROLE_HEADLINE_GOOD] = {"headline-good", 'G', {{OWN, BOLD}, {GREEN, BOLD}, {34, BOLD}}},
    [ROLE_HEADLINE_UNKNOWN] = {"headline-unknown", 'U', {{OWN, BOLD}, {MAGENTA, BOLD}, {170, BOLD}}},
    [ROLE_KEY] = {"key", 'K', {{OWN, BOLD}, {CYAN, BOLD}, {37, BOLD}}},
    [ROLE_LINE] = {"line", '-', {{OWN, DIM}, {OWN, DIM}, {245, NONE}}},
    [ROLE_HINT] = {"hint", 'h', {{OWN, NONE}, {OWN, NONE}, {245, NONE}}},
    [ROLE_MESSAGE] = {"message", 'm', {{OWN, BOLD}, {CYAN, NONE}, {37, BOLD}}},
    [ROLE_ERROR] = {"error", 'E', {{OWN, BOLD}, {RED, BOLD}, {160, BOLD}}},
    [ROLE_INPUT] = {"input", 'i', {{OWN, LINE}, {OWN, LINE}, {OWN, NONE}}},
    [ROLE_HEAT_0] = {"heat-0", '0', {{OWN, DIM}, {OWN, DIM}, {245, NONE}}},
    [ROLE_HEAT_1] = {"heat-1", '1', {{OWN, NONE}, {YELLOW, NONE}, {143, NONE}}},
    [ROLE_HEAT_2] = {"heat-2", '2', {{OWN, NONE}, {YELLOW, NONE}, {178, NONE}}},
    [ROLE_HEAT_3] = {"heat-3", '3', {{OWN, BOLD}, {YELLOW, BOLD}, {172, NONE}}},
    [ROLE_HEAT_4] = {"heat-4", '4', {{OWN, BOLD}, {YELLOW, BOLD}, {166, BOLD}}},
};

static const struct theme *used; /* NULL = the table above */

struct look
role_look(enum role role, enum depth depth)
{
    assert(role < ROLE_COUNT && depth < DEPTH_COUNT);
    if (used && depth != DEPTH_MONO)
        return (struct look){used->looks[role][depth].colour, used->looks[role][depth].attributes, roles[role].letter};
    return (struct look){.colour = roles[role].looks[depth].colour,
                         .attributes = roles[role].looks[depth].attributes,
                         .letter = roles[role].letter};
}

const char *
role_name(enum role role)
{
    assert(role < ROLE_COUNT);
    return roles[role].name;
}

void
role_use(const struct theme *theme)
{
    used = theme;
}
