/* The built-in lists, for tests. */
#ifndef TEST_BUILTIN_LISTS_H
#define TEST_BUILTIN_LISTS_H

#include "lists/catalogue.h"

/* Their places in the catalogue. */
enum { AT_LEVEL1, AT_LEVEL2, AT_LEVEL3, AT_EXEMPTION, AT_BACKSCATTERER, BUILTIN_LISTS };

#define LIST_AT(place) catalogue_list(catalogue_builtin(), place)
#define LEVEL1_LIST LIST_AT(AT_LEVEL1)
#define LEVEL2_LIST LIST_AT(AT_LEVEL2)
#define LEVEL3_LIST LIST_AT(AT_LEVEL3)
#define EXEMPTION_LIST LIST_AT(AT_EXEMPTION)
#define BACKSCATTERER_LIST LIST_AT(AT_BACKSCATTERER)

#endif
