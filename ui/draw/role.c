#include "draw/role.h"

#include <assert.h>

enum { OWN = -1, RED = 1, GREEN, YELLOW, BLUE, MAGENTA, CYAN };
enum { NONE = 0, BOLD = LOOK_BOLD, DIM = LOOK_DIM, LINE = LOOK_UNDERLINE };

/* Terminal palettes differ in their 16 colours, so these keep to the six that are legible on both backgrounds; the
 * figures over 15 are from the fixed 6x6x6 cube, of middle brightness for the same reason. */
static const struct {
    char letter;
    struct {
        short colour;
        unsigned attributes;
    } looks[DEPTH_COUNT];
} roles[ROLE_COUNT] = {
    [ROLE_PLAIN] = {'.', {{OWN, NONE}, {OWN, NONE}, {OWN, NONE}}},
    [ROLE_TITLE] = {'T', {{OWN, BOLD}, {OWN, BOLD}, {OWN, BOLD}}},
    [ROLE_DIM] = {'d', {{OWN, DIM}, {OWN, DIM}, {245, NONE}}},
    [ROLE_STRONG] = {'S', {{OWN, BOLD}, {OWN, BOLD}, {OWN, BOLD}}},
    [ROLE_LISTED] = {'L', {{OWN, BOLD}, {RED, BOLD}, {160, BOLD}}},
    [ROLE_CLEAR] = {'c', {{OWN, NONE}, {GREEN, NONE}, {34, NONE}}},
    [ROLE_WARN] = {'W', {{OWN, BOLD}, {MAGENTA, BOLD}, {170, NONE}}},
    [ROLE_ASKING] = {'a', {{OWN, DIM}, {CYAN, NONE}, {37, NONE}}},
    [ROLE_UNKNOWN] = {'u', {{OWN, DIM}, {MAGENTA, NONE}, {133, NONE}}},
    [ROLE_EXEMPT] = {'x', {{OWN, NONE}, {BLUE, BOLD}, {68, NONE}}},
    [ROLE_ESTIMATE] = {'e', {{OWN, LINE}, {CYAN, LINE}, {37, NONE}}},
    [ROLE_HEADLINE_BAD] = {'B', {{OWN, BOLD}, {RED, BOLD}, {160, BOLD}}},
    [ROLE_HEADLINE_COLLATERAL] = {'C', {{OWN, BOLD}, {YELLOW, BOLD}, {172, BOLD}}},
    [ROLE_HEADLINE_GOOD] = {'G', {{OWN, BOLD}, {GREEN, BOLD}, {34, BOLD}}},
    [ROLE_HEADLINE_UNKNOWN] = {'U', {{OWN, BOLD}, {MAGENTA, BOLD}, {170, BOLD}}},
    [ROLE_KEY] = {'K', {{OWN, BOLD}, {CYAN, BOLD}, {37, BOLD}}},
    [ROLE_LINE] = {'-', {{OWN, DIM}, {OWN, DIM}, {245, NONE}}},
    [ROLE_HINT] = {'h', {{OWN, NONE}, {OWN, NONE}, {245, NONE}}},
    [ROLE_MESSAGE] = {'m', {{OWN, BOLD}, {CYAN, NONE}, {37, BOLD}}},
    [ROLE_ERROR] = {'E', {{OWN, BOLD}, {RED, BOLD}, {160, BOLD}}},
    [ROLE_INPUT] = {'i', {{OWN, LINE}, {OWN, LINE}, {OWN, NONE}}},
    [ROLE_HEAT_0] = {'0', {{OWN, DIM}, {OWN, DIM}, {245, NONE}}},
    [ROLE_HEAT_1] = {'1', {{OWN, NONE}, {YELLOW, NONE}, {178, NONE}}},
    [ROLE_HEAT_2] = {'2', {{OWN, NONE}, {YELLOW, BOLD}, {172, NONE}}},
    [ROLE_HEAT_3] = {'3', {{OWN, BOLD}, {RED, NONE}, {166, NONE}}},
    [ROLE_HEAT_4] = {'4', {{OWN, BOLD}, {RED, BOLD}, {160, BOLD}}},
};

struct look
role_look(enum role role, enum depth depth)
{
    assert(role < ROLE_COUNT && depth < DEPTH_COUNT);
    return (struct look){.colour = roles[role].looks[depth].colour,
                         .attributes = roles[role].looks[depth].attributes,
                         .letter = roles[role].letter};
}
