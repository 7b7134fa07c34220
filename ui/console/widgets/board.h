/* A view of one table below some lines of text, made of what the atlas knows: the first member of such a view's state.
 */
#ifndef BOARD_H
#define BOARD_H

#include "console/views/drill.h"
#include "console/widgets/sheet.h"
#include "draw/top.h"

struct board {
    struct drill *drill;
    struct top top;
    struct sheet sheet;
    bool gathered;
    unsigned version; /* of the atlas, as it was gathered from */
};

void board_init(struct board *, struct drill *, const struct sheet_model *, void *sheet_self, size_t sort);
void board_fini(struct board *);

/* Whether all must be gathered anew; says so once after each change. */
bool board_is_outdated(struct board *);

/* How a place of so many rows is divided: as much of the text as leaves room for the table, and `more` rows between the
 * two; with `always` at least its first paragraph. */
struct view_parts board_parts(struct board *, int rows, int more, bool always);
/* Draws the text, and the titles of the table below it and `more` rows. */
void board_head(struct board *, const struct canvas *, int more);

/* Open, and what the sheet can. */
bool board_can(const struct board *, enum action, size_t row);

void board_status(void *self, struct buf *out);
size_t board_rows(void *self, int cols);
uint64_t board_key(void *self, size_t row);
size_t board_home(void *self);
void board_draw(void *self, const struct canvas *);

/* What such views have in common. */
#define BOARD_VIEW                                                                                                     \
    .scope = SCOPE_VIEW, .layout = LAYOUT_PAGE, .status = board_status, .rows = board_rows, .key = board_key,          \
    .home = board_home, .draw = board_draw

#endif
