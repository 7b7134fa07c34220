#include "base/mem.h"
#include "base/textfile.h"
#include "temp_dir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { MOST = 10 * 1000 };

static void
text_is_read_whole(void **state)
{
    (void)state;
    struct buf out = {0};
    struct fault fault;
    char *text = mem_alloc(MOST + 1);
    memset(text, 'x', MOST);
    text[MOST] = '\0';
    buf_text(&out, "before ");
    assert_true(textfile_read(temp_dir_put("most", text), MOST, &out, &fault));
    assert_int_equal(out.count, strlen("before ") + MOST);
    assert_string_equal(out.at + strlen("before "), text);
    buf_clear(&out);
    assert_true(textfile_read(temp_dir_put("empty", ""), MOST, &out, &fault));
    assert_true(textfile_read("/dev/null", MOST, &out, &fault));
    assert_int_equal(out.count, 0);
    assert_true(textfile_read("/proc/self/stat", MOST, &out, &fault)); /* its size is 0 */
    assert_true(out.count > 0);
    buf_free(&out);
    free(text);
}

static const char *
sparse(void)
{
    const char *path = temp_dir_put("sparse", "offline = yes\n");
    assert_int_equal(truncate(path, INT64_C(1) << 40), 0);
    return path;
}

/* No root is stopped by permissions. */
static void
what_is_no_small_text_is_fault(void **state)
{
    (void)state;
    const char *fifo = temp_dir_path("fifo"), *dangling = temp_dir_path("dangling"), *loop = temp_dir_path("loop"),
               *folder = temp_dir_path("folder");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(symlink("gone", dangling), 0);
    assert_int_equal(symlink("loop", loop), 0);
    assert_int_equal(symlink("gone/too", folder), 0);
    struct buf in_folder = {0}, under_file = {0};
    buf_format(&in_folder, "%s/config", folder);
    buf_format(&under_file, "%s/config", temp_dir_put("file", ""));
    const struct {
        const char *path, *why;
        bool missing;
    } cases[] = {
        {temp_dir_path("no-such"), "No such file or directory", true},
        {"no-such/folder/config", "No such file or directory", true},
        {dangling, "a link on this path leads nowhere", false},
        {in_folder.at, "a link on this path leads nowhere", false},
        {loop, "Too many levels of symbolic links", false},
        {under_file.at, "Not a directory", false},
        {temp_dir_folder(), "it is a folder", false},
        {fifo, "not a regular file", false},
        {"/dev/zero", "not a regular file", false},
        {"/dev/tty", NULL, false},
        {sparse(), "too large for such a file", false},
        {temp_dir_put_bytes("nul", "a\nb\nc\0d\n", 8), "nul:3: a NUL byte: this is not a text file", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out = {0};
        struct fault fault;
        if (textfile_read(cases[i].path, MOST, &out, &fault) || out.count > MOST + 4096 ||
            !strstr(fault.text, cases[i].path) || (cases[i].why && !strstr(fault.text, cases[i].why)))
            fail_msg("%s: %s", cases[i].path, fault.text);
        if (textfile_is_missing(cases[i].path) != cases[i].missing)
            fail_msg("%s is %s", cases[i].path, cases[i].missing ? "there" : "missing");
        buf_free(&out);
    }
    buf_free(&in_folder);
    buf_free(&under_file);
    unlink(fifo);
    unlink(dangling);
    unlink(loop);
    unlink(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_read_whole),
        cmocka_unit_test(what_is_no_small_text_is_fault),
    };
    return cmocka_run_group_tests(tests, temp_dir_make, temp_dir_remove);
}
