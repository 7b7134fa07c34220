#include "command/lines.h"

#include "base/buf.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct pipe_of {
    struct loop *loop;
    struct lines *lines;
    int in, out; /* in: where we write; -1 = closed */
};

static void
open_pipe(struct pipe_of *p)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    *p = (struct pipe_of){.loop = loop_new(), .in = ends[1], .out = ends[0]};
    p->lines = lines_new(p->loop, p->out);
}

static void
end_input(struct pipe_of *p)
{
    close(p->in);
    p->in = -1;
}

static void
close_pipe(struct pipe_of *p)
{
    lines_free(p->lines);
    assert_false(loop_turn(p->loop, INT64_MIN)); /* nothing is watched any more */
    loop_free(p->loop);
    if (p->in >= 0)
        close(p->in);
    close(p->out);
}

static void
put(struct pipe_of *p, const char *bytes, size_t count)
{
    assert_int_equal(write(p->in, bytes, count), count);
}

/* The lines that are there, each in brackets, until there is none now. */
static void
take(struct pipe_of *p, struct buf *out)
{
    const char *line;
    size_t count;
    for (int idle = 0; idle < 3; idle++)
        for (loop_turn(p->loop, INT64_MIN); lines_next(p->lines, &line, &count); idle = 0) {
            buf_byte(out, '[');
            buf_bytes(out, line, count);
            buf_byte(out, ']');
        }
}

static void
assert_lines(const char *bytes, size_t count, const char *expected)
{
    struct pipe_of p;
    struct buf out = {0};
    open_pipe(&p);
    put(&p, bytes, count);
    end_input(&p);
    take(&p, &out);
    assert_string_equal(buf_string(&out), expected);
    assert_true(lines_over(p.lines));
    assert_int_equal(p.lines->error, 0);
    buf_free(&out);
    close_pipe(&p);
}

static void
lines_lose_their_newline(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *lines;
    } cases[] = {
        {"", ""},
        {"\n", "[]"},
        {"a\n", "[a]"},
        {"a", "[a]"},
        {"a\nb", "[a][b]"},
        {"a\n\nb\n", "[a][][b]"},
        {"a\r\nb\r\n", "[a\r][b\r]"},
        {"\n\n\n", "[][][]"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_lines(cases[i].bytes, strlen(cases[i].bytes), cases[i].lines);
}

static void
line_with_nul_is_kept(void **state)
{
    (void)state;
    struct pipe_of p;
    const char *line;
    size_t count;
    open_pipe(&p);
    put(&p, "a\0b\nc", 5);
    end_input(&p);
    lines_next(p.lines, &line, &count);
    loop_turn(p.loop, INT64_MIN);
    assert_true(lines_next(p.lines, &line, &count));
    assert_int_equal(count, 3);
    assert_memory_equal(line, "a\0b", 3);
    close_pipe(&p);
}

/* A line that comes in pieces is given once it is whole. */
static void
line_in_pieces_is_joined(void **state)
{
    (void)state;
    struct pipe_of p;
    struct buf out = {0};
    open_pipe(&p);
    put(&p, "203.0.", 6);
    take(&p, &out);
    assert_string_equal(buf_string(&out), "");
    assert_false(lines_over(p.lines));
    put(&p, "113.7\n192.0", 11);
    take(&p, &out);
    assert_string_equal(buf_string(&out), "[203.0.113.7]");
    put(&p, ".2.1", 4);
    take(&p, &out);
    assert_string_equal(buf_string(&out), "[203.0.113.7]");
    end_input(&p);
    take(&p, &out);
    assert_string_equal(buf_string(&out), "[203.0.113.7][192.0.2.1]");
    assert_true(lines_over(p.lines));
    buf_free(&out);
    close_pipe(&p);
}

/* Each line has the number that an editor shows for it. */
static void
lines_are_numbered(void **state)
{
    (void)state;
    struct pipe_of p;
    struct buf text = {0};
    const char *line;
    size_t count, seen = 0;
    open_pipe(&p);
    buf_text(&text, "first\n\n");
    for (int i = 0; i < 3 * LINES_LONGEST; i++)
        buf_byte(&text, 'x');
    buf_text(&text, "\nfourth\n");
    put(&p, text.at, text.count);
    end_input(&p);
    static const size_t lengths[] = {5, 0, LINES_LONGEST, 6};
    for (int turns = 0; turns < 20; turns++)
        for (loop_turn(p.loop, INT64_MIN); lines_next(p.lines, &line, &count); seen++) {
            assert_true(seen < COUNT(lengths));
            assert_int_equal(count, lengths[seen]);
            assert_int_equal(p.lines->number, seen + 1);
        }
    assert_int_equal(seen, COUNT(lengths));
    buf_free(&text);
    close_pipe(&p);
}

static void
line_around_limit_is_whole_or_marked(void **state)
{
    (void)state;
    for (size_t length = LINES_LONGEST - 2; length <= LINES_LONGEST + 2; length++)
        for (int newline = 0; newline < 2; newline++) {
            struct buf text = {0}, expected = {0};
            buf_byte(&expected, '[');
            for (size_t i = 0; i < length; i++) {
                buf_byte(&text, 'x');
                if (i < LINES_LONGEST)
                    buf_byte(&expected, 'x');
            }
            buf_text(&expected, newline ? "][y]" : "]");
            buf_text(&text, newline ? "\ny" : "");
            assert_lines(text.at, text.count, buf_string(&expected));
            buf_free(&text);
            buf_free(&expected);
        }
}

/* Its rest comes later, and is neither a line nor counted as one. */
static void
long_line_in_pieces_is_marked(void **state)
{
    (void)state;
    struct pipe_of p;
    struct buf out = {0}, piece = {0};
    open_pipe(&p);
    for (int i = 0; i < LINES_LONGEST + 10; i++)
        buf_byte(&piece, 'x');
    for (int i = 0; i < 3; i++) {
        put(&p, piece.at, piece.count);
        take(&p, &out);
        assert_int_equal(out.count, LINES_LONGEST + 2);
    }
    put(&p, "rest\nnext\n", 10);
    take(&p, &out);
    assert_string_equal(out.at + LINES_LONGEST + 2, "[next]");
    assert_int_equal(p.lines->number, 2);
    buf_free(&out);
    buf_free(&piece);
    close_pipe(&p);
}

/* Whatever the pieces, the same lines. */
static void
any_split_gives_same_lines(void **state)
{
    (void)state;
    static const char text[] = "203.0.113.7 mail\r\n\n# all\n198.51.100.1\nlast";
    for (size_t piece = 1; piece < sizeof text; piece++) {
        struct pipe_of p;
        struct buf out = {0};
        open_pipe(&p);
        for (size_t at = 0; at < sizeof text - 1; at += piece) {
            size_t left = sizeof text - 1 - at;
            put(&p, text + at, left < piece ? left : piece);
            take(&p, &out);
        }
        end_input(&p);
        take(&p, &out);
        assert_string_equal(buf_string(&out), "[203.0.113.7 mail\r][][# all][198.51.100.1][last]");
        buf_free(&out);
        close_pipe(&p);
    }
}

/* More than its room: nothing is lost, nothing twice. */
static void
long_input(void **state)
{
    (void)state;
    char path[] = "/tmp/whylisted-lines-XXXXXX";
    enum { LINES = 20000 };
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    struct buf text = {0};
    for (int i = 0; i < LINES; i++)
        buf_format(&text, "line %d of many\n", i);
    assert_int_equal(write(fd, text.at, text.count), text.count);
    lseek(fd, 0, SEEK_SET);

    struct loop *loop = loop_new();
    struct lines *lines = lines_new(loop, fd);
    const char *line;
    size_t count, seen = 0, at = 0;
    while (!lines_over(lines)) {
        while (lines_next(lines, &line, &count)) {
            assert_memory_equal(line, text.at + at, count);
            at += count + 1;
            seen++;
        }
        loop_turn(loop, INT64_MIN);
    }
    assert_int_equal(seen, LINES);
    assert_int_equal(at, text.count);
    lines_free(lines);
    loop_free(loop);
    close(fd);
    buf_free(&text);
}

/* Who does not want a line now is not woken by its coming. */
static void
reader_paused_reads_nothing(void **state)
{
    (void)state;
    struct pipe_of p;
    const char *line;
    size_t count;
    open_pipe(&p);
    put(&p, "a\nb\n", 4);
    assert_false(loop_turn(p.loop, INT64_MIN)); /* it watches nothing */
    assert_false(lines_next(p.lines, &line, &count));
    assert_true(loop_turn(p.loop, INT64_MIN));
    assert_false(loop_turn(p.loop, INT64_MIN)); /* once readable, it waits to be asked */
    assert_true(lines_next(p.lines, &line, &count));
    assert_true(lines_next(p.lines, &line, &count));
    assert_int_equal(*line, 'b');
    close_pipe(&p);
}

static void
lines_peeked_at_are_returned_once(void **state)
{
    (void)state;
    struct pipe_of p;
    struct buf out = {0};
    size_t count;
    open_pipe(&p);
    put(&p, "one\ntwo", 7);
    const char *bytes = lines_peek(p.lines, LINES_ROOM, INT64_MAX, &count);
    assert_int_equal(count, 7);
    assert_memory_equal(bytes, "one\ntwo", 7);
    assert_false(p.lines->eof);
    put(&p, "!\n", 2);
    end_input(&p);
    take(&p, &out);
    assert_string_equal(buf_string(&out), "[one][two!]");
    close_pipe(&p);
    buf_free(&out);
}

static void
peek_reads_more_than_room_up_to_its_limit(void **state)
{
    (void)state;
    struct pipe_of p;
    size_t count, before;
    char *line = mem_alloc(LINES_ROOM);
    memset(line, '\n', LINES_ROOM);
    open_pipe(&p);
    put(&p, line, LINES_ROOM);
    lines_peek(p.lines, LINES_ROOM, INT64_MAX, &before);
    put(&p, line, LINES_ROOM);
    lines_peek(p.lines, LINES_ROOM, INT64_MAX, &count);
    assert_int_equal(count, before); /* it has enough */
    lines_peek(p.lines, 4 * LINES_ROOM, INT64_MAX, &count);
    assert_int_equal(count, 2 * LINES_ROOM);
    free(line);
    close_pipe(&p);
}

static void
unreadable_descriptor_is_fault(void **state)
{
    (void)state;
    struct pipe_of p;
    const char *line;
    size_t count;
    open_pipe(&p);
    int fd = open("/", O_RDONLY | O_DIRECTORY);
    assert_true(fd >= 0);
    struct lines *lines = lines_new(p.loop, fd);
    assert_false(lines_next(lines, &line, &count));
    loop_turn(p.loop, INT64_MIN);
    assert_false(lines_next(lines, &line, &count));
    assert_true(lines_over(lines));
    assert_int_equal(lines->error, EISDIR);
    lines_free(lines);
    lines_free(NULL);
    close(fd);
    close_pipe(&p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_lose_their_newline),
        cmocka_unit_test(line_with_nul_is_kept),
        cmocka_unit_test(line_in_pieces_is_joined),
        cmocka_unit_test(lines_are_numbered),
        cmocka_unit_test(line_around_limit_is_whole_or_marked),
        cmocka_unit_test(long_line_in_pieces_is_marked),
        cmocka_unit_test(any_split_gives_same_lines),
        cmocka_unit_test(long_input),
        cmocka_unit_test(reader_paused_reads_nothing),
        cmocka_unit_test(lines_peeked_at_are_returned_once),
        cmocka_unit_test(peek_reads_more_than_room_up_to_its_limit),
        cmocka_unit_test(unreadable_descriptor_is_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
