/* The columns of a table of many rows and, for each item, their figures, texts and signs. The console shows, filters
 * and sorts the table (widgets/table.h). */
#ifndef TABLE_MODEL_H
#define TABLE_MODEL_H

#include "base/buf.h"
#include "base/filter.h"
#include "draw/columns.h"

enum { TABLE_COLUMNS = 28, TABLE_SIGNS = 8 };

/* A glyph in place of text. */
struct table_sign {
    enum glyph glyph;
    enum role role;
};

/* The value of a column in JSON and CSV: its text, or its figure with so many decimals. */
/* TABLE_WORD is text, and not known if the figure is NAN. */
enum table_kind { TABLE_TEXT, TABLE_WORD, TABLE_INTEGER, TABLE_TENTHS, TABLE_HUNDREDTHS, TABLE_BOOL };

struct table_column {
    struct column look; /* width 0: a figure to sort and filter by, which is not shown */
    const char *name;   /* of its figure in filters; NULL = it has none */
    const char *order;  /* of the rows sorted by it: "impacts, most first"; NULL = not to sort by */
    bool falling;       /* sorted by it, the largest come first */
    const char *key;    /* in JSON and CSV; NULL = not there */
    enum table_kind kind;
};

struct table_model {
    const char *thing, *things;         /* of a row: "ASN", "ASNs" */
    const char *filter_label;           /* over the prompt for a filter */
    const struct table_column *columns; /* at most TABLE_COLUMNS */
    size_t column_count;
    size_t tie; /* rows of equal or unknown figures are in the order of this column; 0 = in that of their numbers */
    size_t bar; /* a column without text whose bars show the figures of `bar_of`, on a scale that ends at the largest;
                 * 0 = no column */
    size_t bar_of;
    bool unmarked;         /* its rows cannot be marked */
    double bar_limit;      /* of these figures, marked on the bars; 0 = none */
    bool bar_page;         /* the scale ends at the largest figure that shows, because the figures differ too much */
    const char *clean;     /* the filter that leaves the clean rows; NULL = none */
    const size_t *records; /* the columns of JSON and CSV in their order; all have keys */
    size_t record_count;
    struct filter_reader eye;
    const char *const *states; /* that filters may name after state:, when the eye sees states */
    size_t state_count;
    /* Returns a number for the item, not 0, that stays the same as long as the item exists. NULL: the key of its
     * prefix. */
    uint64_t (*key)(void *self, size_t item);
    /* Appends the clean text of a cell and returns its role. */
    enum role (*cell)(void *self, size_t item, size_t column, struct buf *out);
    /* Stores at most TABLE_SIGNS signs of a cell whose text is empty, and returns how many. NULL: no cell has any. */
    size_t (*signs)(void *self, size_t item, size_t column, struct table_sign *out);
};

/* Fills `order` with the items 0 to count - 1, sorted by a column. Unknown figures come last in either direction. */
void table_model_order(const struct table_model *, void *self, size_t count, size_t column, bool reversed,
                       uint32_t *order);

/* Returns where the scale of the bars ends: at the largest figure of these items (NULL: 0 to count - 1), or at the
 * limit.
 */
double table_model_scale(const struct table_model *, void *self, const size_t *items, size_t count);
/* Returns what canvas_bar draws for an item on such a scale. */
struct table_bar {
    double share, limit;
};
struct table_bar table_model_bar(const struct table_model *, void *self, size_t item, double scale);

/* Returns the key of an item that is an IPv4 prefix. */
static inline uint64_t
table_model_key(const struct prefix *prefix)
{
    return (uint64_t)addr_to_v4(&prefix->addr) << 8 | (prefix->length + 1u);
}

/* Returns the prefix that has this key. */
static inline struct prefix
table_model_prefix(uint64_t key)
{
    struct addr address = addr_from_v4((uint32_t)(key >> 8));
    return prefix_around(&address, (unsigned)(key & 0xFF) - 1);
}

/* Appends a whole number and returns the role; an unknown number (NAN) is a dim dash. */
enum role table_model_number(struct buf *out, double figure, enum role);

#endif
