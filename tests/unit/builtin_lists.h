/* The built-in lists, for tests. */
#ifndef TEST_BUILTIN_LISTS_H
#define TEST_BUILTIN_LISTS_H

#include "base/buf.h"
#include "lists/catalogue.h"

/* Their places in the catalogue. */
enum { AT_LEVEL1, AT_LEVEL2, AT_LEVEL3, AT_EXEMPTION, AT_BACKSCATTERER, BUILTIN_LISTS };

#define LIST_AT(place) catalogue_list(catalogue_builtin(), place)
#define LEVEL1_LIST LIST_AT(AT_LEVEL1)
#define LEVEL2_LIST LIST_AT(AT_LEVEL2)
#define LEVEL3_LIST LIST_AT(AT_LEVEL3)
#define EXEMPTION_LIST LIST_AT(AT_EXEMPTION)
#define BACKSCATTERER_LIST LIST_AT(AT_BACKSCATTERER)

/* Chooses the parts of UCEPROTECT and the lists of files, which have no facts; `small` = also those that nobody asks
 * by default. */
static inline bool
choose_own_lists(struct catalogue *catalogue, bool small)
{
    struct buf words = {0};
    struct fault fault;
    buf_text(&words, "uceprotect");
    for (size_t i = 0; i < catalogue_known(catalogue); i++) {
        const struct list *list = catalogue_list(catalogue, i);
        if (*list->facts == '\0' && (small || (list->status == LIST_ACTIVE && list->weight > 0)))
            buf_format(&words, ",%s", list->zone);
    }
    bool chosen = catalogue_choose(catalogue, buf_string(&words), &fault);
    buf_free(&words);
    return chosen;
}

#endif
