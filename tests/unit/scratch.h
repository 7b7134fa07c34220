/* A folder for the files of a test, one at a time. */
#ifndef TEST_SCRATCH_H
#define TEST_SCRATCH_H

#include <stddef.h>

/* Each may be a test's fixture, or a group's; what is still in the folder goes with it. */
int scratch_make(void **state);
int scratch_remove(void **state);

const char *scratch_folder(void);

/* These paths live as long as the folder. */
const char *scratch_path(const char *name);

/* Writes the file in place, as wget does; asserts that it could. */
const char *scratch_put(const char *name, const char *text);
const char *scratch_put_bytes(const char *name, const void *bytes, size_t count);
const char *scratch_pack(const char *name, const char *text); /* gzip */

#endif
