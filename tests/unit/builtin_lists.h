/* The built-in lists by their parts, for tests. */
#ifndef TEST_BUILTIN_LISTS_H
#define TEST_BUILTIN_LISTS_H

#include "lists/catalogue.h"

#define LEVEL1 catalogue_level(catalogue_builtin(), 1)
#define LEVEL2 catalogue_level(catalogue_builtin(), 2)
#define LEVEL3 catalogue_level(catalogue_builtin(), 3)
#define EXEMPTION catalogue_exemption(catalogue_builtin())
#define BACKSCATTERER catalogue_backscatterer(catalogue_builtin())

enum { BUILTIN_LISTS = 5 };

#endif
