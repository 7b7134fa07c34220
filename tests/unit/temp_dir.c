#include "temp_dir.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

static const char pattern[] = "/tmp/whylisted-test-XXXXXX";
static char folder[sizeof pattern];
static struct path {
    struct path *next;
    char text[];
} * paths;

int
temp_dir_make(void **state)
{
    (void)state;
    memcpy(folder, pattern, sizeof pattern);
    return mkdtemp(folder) ? 0 : -1;
}

int
temp_dir_remove(void **state)
{
    (void)state;
    char command[sizeof folder + 16];
    while (paths) {
        struct path *next = paths->next;
        free(paths);
        paths = next;
    }
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

const char *
temp_dir_folder(void)
{
    return folder;
}

const char *
temp_dir_path(const char *name)
{
    size_t room = sizeof folder + strlen(name) + 1;
    struct path *path = mem_alloc(sizeof *path + room);
    snprintf(path->text, room, "%s/%s", folder, name);
    path->next = paths;
    paths = path;
    return path->text;
}

const char *
temp_dir_put(const char *name, const char *text)
{
    return temp_dir_put_bytes(name, text, strlen(text));
}

const char *
temp_dir_put_bytes(const char *name, const void *bytes, size_t count)
{
    const char *path = temp_dir_path(name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
    return path;
}

const char *
temp_dir_pack(const char *name, const char *text)
{
    const char *path = temp_dir_path(name);
    gzFile file = gzopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(gzputs(file, text), strlen(text));
    assert_int_equal(gzclose(file), Z_OK);
    return path;
}
