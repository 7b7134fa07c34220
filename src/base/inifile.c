#include "base/inifile.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* inih splits the lines. This file hands them to it one by one, because inih reports neither the number nor the text of
 * a line, and takes a line that is too long for two. */

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

/* Reads the next line into r->line. Returns its length, or -1 at the end. */
static ssize_t
next_line(struct reading *r)
{
    ssize_t got = getline(&r->line, &r->room, r->file);
    if (got >= 0)
        r->number++;
    return got;
}

/* Quotes the line, without its end, in a fault. */
static void
refuse_line(struct reading *r, const char *why)
{
    r->line[strcspn(r->line, "\r\n")] = '\0';
    r->failed = !fault_set(r->fault, "%s: '%s'", why, r->line);
}

/* An ini_reader. Drops the blanks in front, because inih takes an indented line for more of the value before it. */
static char *
give_line(char *to, int room, void *arg)
{
    struct reading *r = arg;
    ssize_t got = r->failed ? -1 : next_line(r);
    if (got < 0)
        return NULL;
    size_t count = strlen(r->line);
    if (count != (size_t)got) {
        r->failed = !fault_set(r->fault, "a NUL byte: this is not a settings file");
    } else if (count >= (size_t)room) {
        char why[64];
        snprintf(why, sizeof why, "longer than %d bytes", room - 1);
        refuse_line(r, why);
    }
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

/* Closes the file. */
static bool
read_file(FILE *file, const char *path, inifile_take *take, void *arg, struct fault *fault)
{
    struct reading r = {.file = file, .take = take, .arg = arg, .fault = fault};
    if (!file)
        return fault_set(fault, "cannot open %s: %s", path, strerror(errno));
    int bad_line = ini_parse_stream(give_line, &r, take_entry, &r);
    bool good = !ferror(file);
    if (!good) {
        fault_set(fault, "cannot read %s: %s", path, strerror(errno));
    } else {
        if (bad_line > 0 && !r.failed) { /* inih returns only the number of a line that it does not understand */
            rewind(file);
            r.number = 0;
            while (r.number < (unsigned)bad_line && next_line(&r) >= 0)
                ;
            refuse_line(&r, "neither a [section] nor a key = value");
        }
        good = !r.failed || inifile_place(path, r.number, fault);
    }
    fclose(file);
    free(r.line);
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
