/* A folder for the files of a test, one at a time. */
#ifndef TEST_TEMP_DIR_H
#define TEST_TEMP_DIR_H

#include <stddef.h>

/* Each may be a test's fixture, or a group's; what is still in the folder goes with it. */
int temp_dir_make(void **state);
int temp_dir_remove(void **state);

const char *temp_dir_folder(void);

/* These paths live as long as the folder. */
const char *temp_dir_path(const char *name);

/* Writes the file in place, as wget does; asserts that it could. */
const char *temp_dir_put(const char *name, const char *text);
const char *temp_dir_put_bytes(const char *name, const void *bytes, size_t count);
const char *temp_dir_pack(const char *name, const char *text); /* gzip */

#endif
