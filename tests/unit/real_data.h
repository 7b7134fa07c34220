/* Real zones and a real ASN database, where there are any: they are not part of the project. A test begins with
 *     const char *path = REAL_DATA("asn-2026-06.mmdb");
 * and is skipped, with the reason, when the file is not there. Include cmocka.h first. */
#ifndef REAL_DATA_H
#define REAL_DATA_H

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The path of a file below $WHYLISTED_REAL_DATA; NULL when it cannot be read. Static storage. */
static inline const char *
real_data_find(const char *name)
{
    static char path[PATH_MAX];
    const char *root = getenv("WHYLISTED_REAL_DATA");
    snprintf(path, sizeof path, "%s/%s", root ? root : TEST_SOURCE_ROOT "/../shared/data", name);
    if (access(path, R_OK) == 0)
        return path;
    print_message("skipped: no %s (set WHYLISTED_REAL_DATA to the folder with the real data)\n", path);
    return NULL;
}

/* skip() leaves the test. */
#define REAL_DATA(name) (real_data_find(name) ? real_data_find(name) : (skip(), ""))

#endif
