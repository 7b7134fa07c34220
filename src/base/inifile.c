#include "base/inifile.h"

#include "base/text.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* inih splits the lines; this hands them to it one by one, because it tells its caller neither the line's number nor
 * its text, and takes a line that is too long for two. */

struct reading {
    FILE *file;
    char *line;
    size_t room;
    unsigned number; /* of `line`, from 1 */
    inifile_take *take;
    void *arg;
    struct fault *fault;
    bool failed; /* fault is set */
};

bool
inifile_place(const char *path, unsigned line, struct fault *fault)
{
    struct buf sentence = {0}, clean = {0};
    buf_format(&sentence, "%s:%u: %s", path, line, fault->text);
    text_clean(&clean, buf_string(&sentence), sentence.count, FAULT_ROOM - 1);
    fault_set(fault, "%s", buf_string(&clean));
    buf_free(&sentence);
    buf_free(&clean);
    return false;
}

/* The next line into r->line; its length, or -1 at the end. */
static ssize_t
next_line(struct reading *r)
{
    ssize_t got = getline(&r->line, &r->room, r->file);
    if (got >= 0)
        r->number++;
    return got;
}

/* The line without its end, to be quoted. */
static const char *
quotable(struct reading *r)
{
    r->line[strcspn(r->line, "\r\n")] = '\0';
    return r->line;
}

/* An ini_reader. Blanks in front go, since inih takes an indented line for more of the value before it. */
static char *
give_line(char *to, int room, void *arg)
{
    struct reading *r = arg;
    ssize_t got = r->failed ? -1 : next_line(r);
    if (got < 0)
        return NULL;
    size_t count = strlen(r->line);
    if (count != (size_t)got)
        r->failed = !fault_set(r->fault, "a NUL byte: this is not a settings file");
    else if (count >= (size_t)room)
        r->failed = !fault_set(r->fault, "longer than %d bytes: '%s'", room - 1, quotable(r));
    if (r->failed)
        return NULL;
    const char *text = r->line + strspn(r->line, " \t");
    return memcpy(to, text, strlen(text) + 1);
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

/* inih reads on after a line that it does not understand and then tells its number. */
static void
fault_line(struct reading *r, unsigned number)
{
    rewind(r->file);
    r->number = 0;
    while (r->number < number && next_line(r) >= 0)
        ;
    r->failed = !fault_set(r->fault, "neither a [section] nor a key = value: '%s'", quotable(r));
}

/* Closes the file. */
static bool
read_file(FILE *file, const char *path, inifile_take *take, void *arg, struct fault *fault)
{
    struct reading r = {.file = file, .take = take, .arg = arg, .fault = fault};
    char *name = text_clean_copy(path, strlen(path));
    bool good = false;
    if (!r.file) {
        fault_set(fault, "cannot open %s: %s", name, strerror(errno));
    } else {
        int bad_line = ini_parse_stream(give_line, &r, take_entry, &r);
        if (ferror(r.file)) {
            fault_set(fault, "cannot read %s: %s", name, strerror(errno));
        } else {
            if (bad_line > 0 && !r.failed)
                fault_line(&r, (unsigned)bad_line);
            good = !r.failed || inifile_place(path, r.number, fault);
        }
        fclose(r.file);
    }
    free(r.line);
    free(name);
    return good;
}

bool
inifile_read(const char *path, inifile_take *take, void *arg, struct fault *fault)
{
    return read_file(fopen(path, "re"), path, take, arg, fault);
}

bool
inifile_parse(const char *name, const char *text, size_t count, inifile_take *take, void *arg, struct fault *fault)
{
    return read_file(fmemopen((void *)text, count, "r"), name, take, arg, fault);
}
