/* A view of one table below some lines of text: the first member of such a view's state. */
#ifndef TABLE_VIEW_H
#define TABLE_VIEW_H

#include "console/widgets/table.h"
#include "draw/header.h"

struct table_view {
    struct header top;
    struct table table;
    bool gathered;
    unsigned revision; /* of the dataset from which it was gathered */
};

void table_view_init(struct table_view *, struct app *, const struct table_model *, void *table_self, size_t sort);
void table_view_fini(struct table_view *);

/* Whether all must be gathered anew from this revision of the dataset; true once for each. */
bool table_view_is_outdated(struct table_view *, unsigned revision);

/* How a place of so many rows is divided: as much of the text as leaves room for the table, and `more` rows between the
 * two; with `always` at least its first paragraph. */
struct view_parts table_view_parts(struct table_view *, int rows, int more, bool always);
/* Draws the text, and the titles of the table below it and `more` rows. */
void table_view_head(struct table_view *, const struct canvas *, int more);

/* Open, and what the sheet can. */
bool table_view_can(const struct table_view *, enum action, size_t row);

void table_view_status(void *self, struct buf *out);
size_t table_view_rows(void *self, int cols);
uint64_t table_view_key(void *self, size_t row);
size_t table_view_home(void *self);
void table_view_draw(void *self, const struct canvas *);

/* What such views have in common. */
#define TABLE_VIEW_VIEW                                                                                                \
    .scope = SCOPE_VIEW, .layout = LAYOUT_PAGE, .status = table_view_status, .rows = table_view_rows,                  \
    .key = table_view_key, .home = table_view_home, .draw = table_view_draw

#endif
