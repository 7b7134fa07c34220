#include "base/inifile.h"

#include "base/buf.h"
#include "base/textfile.h"

#include <ini.h>
#include <stdio.h>
#include <string.h>

/* inih splits the lines. This file hands them to it one by one, because inih reports neither the number nor the text of
 * a line, and takes a line that is too long for two. */

struct reading {
    const char *begin, *at, *end; /* of the text; `at` is behind the line */
    const char *line;
    size_t count;    /* bytes of `line`, with its newline */
    unsigned number; /* of `line`, from 1 */
    inifile_take *take;
    void *arg;
    struct fault *fault;
    bool failed; /* fault is set */
};

/* Takes the next line. Returns false at the end. */
static bool
next_line(struct reading *r)
{
    if (r->at == r->end)
        return false;
    const char *newline = memchr(r->at, '\n', (size_t)(r->end - r->at));
    r->line = r->at;
    r->at = newline ? newline + 1 : r->end;
    r->count = (size_t)(r->at - r->line);
    r->number++;
    return true;
}

/* Quotes the line, without its end, in a fault. */
static void
refuse_line(struct reading *r, const char *why)
{
    size_t count = r->count;
    while (count > 0 && strchr("\r\n", r->line[count - 1]))
        count--;
    r->failed = !fault_set(r->fault, "%s: '%.*s'", why, (int)count, r->line);
}

/* An ini_reader. Drops the blanks in front, because inih takes an indented line for more of the value before it, and a
 * comment behind a blank. */
static char *
give_line(char *to, int room, void *arg)
{
    struct reading *r = arg;
    if (r->failed || !next_line(r))
        return NULL;
    if (r->count >= (size_t)room) {
        char why[64];
        snprintf(why, sizeof why, "longer than %d bytes", room - 1);
        refuse_line(r, why);
        return NULL;
    }
    size_t front = 0;
    while (front < r->count && (r->line[front] == ' ' || r->line[front] == '\t'))
        front++;
    size_t count = r->count - front;
    memcpy(to, r->line + front, count);
    to[count] = '\0';
    for (char *hash = strchr(to, '#'); hash; hash = strchr(hash + 1, '#'))
        if (hash > to && (hash[-1] == ' ' || hash[-1] == '\t'))
            *hash = '\0';
    return to;
}

/* An ini_handler. */
static int
take_entry(void *arg, const char *section, const char *key, const char *value)
{
    struct reading *r = arg;
    struct inifile_entry entry = {section, key, value, r->number};
    if (!r->failed)
        r->failed = !r->take(r->arg, &entry, r->fault);
    return !r->failed;
}

bool
inifile_parse(const char *name, const char *text, size_t count, inifile_take *take, void *arg, struct fault *fault)
{
    struct reading r = {.begin = text, .at = text, .end = text + count, .take = take, .arg = arg, .fault = fault};
    int bad_line = ini_parse_stream(give_line, &r, take_entry, &r);
    if (bad_line > 0 && !r.failed) { /* inih returns only the number of a line that it does not understand */
        r.at = r.begin;
        r.number = 0;
        while (r.number < (unsigned)bad_line && next_line(&r))
            ;
        refuse_line(&r, "neither a [section] nor a key = value");
    }
    return !r.failed || inifile_place(name, r.number, fault);
}

bool
inifile_read(const char *path, inifile_take *take, void *arg, struct fault *fault)
{
    struct buf text = {0};
    bool ok = textfile_read(path, INIFILE_MOST, &text, fault) &&
              inifile_parse(path, buf_string(&text), text.count, take, arg, fault);
    buf_free(&text);
    return ok;
}
