#include "asn/dump.h"

#include "base/mem.h"
#include "base/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    ROOM = 256 * 1024,
    LONGEST = 4096,              /* bytes of a line */
    LARGEST = 512 * 1024 * 1024, /* bytes unpacked; the largest dumps of 2026 have 30 million */
    SHOWN = 60,                  /* bytes of a bad line */
    SHORT = 1000,                /* lines, of which half may be bad, and of more a hundredth */
};

struct dump {
    const char *path;
    char separator;
    dump_take *take;
    void *arg;
    size_t line, good, bad;
    struct fault first; /* bad line */
};

bool
dump_number(const struct dump_field *field, uint64_t most, uint64_t *out)
{
    uint64_t number = 0;
    size_t i = 0;
    for (; i < field->count && field->at[i] >= '0' && field->at[i] <= '9' && number <= most; i++)
        number = number * 10 + (uint64_t)(field->at[i] - '0');
    *out = number;
    return i > 0 && i == field->count && number <= most;
}

static void
take_line(struct dump *dump, const char *at, size_t count)
{
    struct dump_line line = {.count = 0};
    dump->line++;
    if (count > 0 && at[count - 1] == '\r')
        count--;
    if (count == 0 || *at == '%' || *at == '#')
        return;
    const char *why = count > LONGEST ? "it is too long" : NULL, *end = at + count, *from = at;
    for (bool more = !why; more; line.count++) {
        const char *to = memchr(from, dump->separator, (size_t)(end - from));
        more = to && line.count + 1 < DUMP_FIELDS;
        to = more ? to : end;
        line.fields[line.count] = (struct dump_field){from, (size_t)(to - from)};
        from = to + 1;
    }
    if (!why)
        why = dump->take(dump->arg, &line);
    dump->good += !why;
    if (!why)
        return;
    if (dump->bad++ == 0)
        fault_set(&dump->first, "%s:%zu: '%.*s': %s", dump->path, dump->line, (int)(count < SHOWN ? count : SHOWN), at,
                  why);
}

/* Reads piece by piece; what is left of a piece is the beginning of a line. Returns why the file cannot be used. */
static const char *
read_lines(struct dump *dump, struct unpack *unpack)
{
    char *room = mem_alloc(ROOM);
    size_t kept = 0, all = 0;
    const char *why = NULL;
    bool skipping = false; /* the rest of a line that is too long */
    for (ssize_t got; !why && (got = unpack_read(unpack, room + kept, ROOM - kept)) > 0;) {
        const char *at = room, *end = room + kept + got, *newline;
        all += (size_t)got;
        for (; (newline = memchr(at, '\n', (size_t)(end - at))); at = newline + 1, skipping = false)
            if (!skipping)
                take_line(dump, at, (size_t)(newline - at));
        kept = (size_t)(end - at);
        if (kept > LONGEST && !skipping)
            take_line(dump, at, kept);
        skipping |= kept > LONGEST;
        kept = skipping ? 0 : kept;
        memmove(room, at, kept);
        why = all > LARGEST ? "it unpacks to more than such a file has" : NULL;
    }
    if (!why)
        why = unpack_problem(unpack);
    if (!why && kept > 0)
        take_line(dump, room, kept);
    free(room);
    return why;
}

bool
dump_read(const char *path, char separator, dump_take *take, void *arg, struct dump_bad *bad, int64_t *changed_ms,
          struct fault *fault)
{
    struct dump dump = {.path = path, .separator = separator, .take = take, .arg = arg};
    struct stat status = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool ok = fd >= 0 && fstat(fd, &status) == 0;
    struct unpack *unpack = ok && S_ISREG(status.st_mode) ? unpack_new(fd) : NULL;
    const char *why = unpack                           ? read_lines(&dump, unpack)
                      : ok && !S_ISREG(status.st_mode) ? "not a regular file"
                                                       : strerror(errno);
    unpack_free(unpack);
    if (fd >= 0)
        close(fd);
    *changed_ms = (int64_t)status.st_mtim.tv_sec * 1000;
    if (bad->count == 0)
        bad->first = dump.first;
    bad->count += dump.bad;
    if (why)
        return fault_set(fault, "cannot use %s: %s", path, why);
    size_t lines = dump.bad + dump.good;
    if (dump.bad > lines / (lines < SHORT ? 2 : 100))
        return fault_set(fault, "%s (and so on: %zu of its %zu lines)", dump.first.text, dump.bad, lines);
    return dump.good > 0 || fault_set(fault, "cannot use %s: it has no rows", path);
}
