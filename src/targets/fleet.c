#include "targets/fleet.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/textfile.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_MOST = 16 * 1024 * 1024, PREFIX_BITS_MOST = 8 };

struct reader {
    struct fleet *fleet;
    const struct catalogue *catalogue;
    fleet_report *report;
    void *arg;
    struct targets targets;
    size_t file, line; /* the one that is read */
    bool is_text;      /* which includes no file */
    bool full;         /* FLEET_MOST was reported */
};

static void
report(const struct reader *r, const struct fault *what)
{
    struct fault sentence;
    fault_set(&sentence, "%s:%zu: %s", r->fleet->files.at[r->file], r->line, what->text);
    r->report(r->arg, sentence.text);
}

static void
report_bad(const struct reader *r, const struct fault *what)
{
    r->fleet->bad++;
    report(r, what);
}

/* ---- labels and tags ---- */

/* Takes one word in brackets: a tag, or the end of a planned silence. */
static bool
take_tag(char *tag, struct buf *tags, int64_t *silent_until_ms, struct fault *fault)
{
    static const char silent[] = "silent:";
    for (char *at = tag; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    if (strncmp(tag, silent, strlen(silent)) != 0) {
        buf_format(tags, "%s%s", tags->count > 0 ? " " : "", tag);
        return true;
    }
    const char *date = tag + strlen(silent);
    bool is_day =
        strlen(date) == strlen("2026-12-24") && date[4] == '-' && date_parse(date, DATE_AHEAD, silent_until_ms);
    return is_day || fault_set(fault, "'%.60s' has no date; write silent:2026-12-24", tag);
}

bool
fleet_split_label(const char *text, struct buf *label, struct buf *tags, int64_t *silent_until_ms, struct fault *fault)
{
    const char *open;
    while ((open = strchr(text, '[')) != NULL) {
        const char *close = strchr(open, ']');
        if (!close)
            return fault_set(fault, "the tags after '[' have no ']'");
        buf_bytes(label, text, (size_t)(open - text));
        char *inside = mem_copy_bytes(open + 1, (size_t)(close - open - 1)), *rest = inside;
        bool ok = true;
        for (char *tag; ok && (tag = strtok_r(rest, " ,;", &rest)) != NULL;)
            ok = take_tag(tag, tags, silent_until_ms, fault);
        free(inside);
        if (!ok)
            return false;
        text = close + 1;
    }
    buf_text(label, text);
    return true;
}

/* ---- targets ---- */

/* Adds a target unless it was named before: then *again is that one. */
static void
add(struct reader *r, const struct fleet_target *target, const struct fleet_target **again, size_t *repeated)
{
    size_t count = strlen(target->text);
    struct hashtable_entry *entry = hashtable_find(&r->fleet->by_text, target->text, count);
    if (entry) {
        *again = *again ? *again : mem_container(entry, struct fleet_target, entry);
        ++*repeated;
        return;
    }
    if (r->fleet->targets.count >= FLEET_MOST)
        return;
    struct fleet_target *copy = mem_zero(sizeof *copy);
    *copy = *target;
    copy->text = mem_copy(target->text);
    copy->label = mem_copy(target->label);
    copy->tags = mem_copy(target->tags);
    copy->entry.key = copy->text;
    copy->entry.key_count = count;
    hashtable_add(&r->fleet->by_text, &copy->entry);
    vec_push(&r->fleet->targets, copy);
}

/* Adds each address of a target, which is an address or a narrow prefix. */
static bool
add_addresses(struct reader *r, const struct resource *resource, struct fleet_target *target,
              const struct fleet_target **again, size_t *repeated, struct fault *fault)
{
    const struct prefix *prefix = &resource->prefix;
    char text[RESOURCE_TEXT];
    unsigned bits = prefix->addr.family == ADDR_V4 ? 32 : 128, last = bits / 8 - 1;
    if (resource->kind == RESOURCE_ASN)
        return fault_set(fault, "AS%u is an AS number; a fleet has addresses, prefixes and domains", resource->asn);
    if (bits - prefix->length > PREFIX_BITS_MOST)
        return fault_set(fault, "%s is too wide; a fleet takes prefixes of at most 256 addresses (/%u)",
                         resource_text(resource, text), bits - PREFIX_BITS_MOST);
    for (unsigned i = 0; i < 1U << (bits - prefix->length); i++) {
        char address[ADDR_TEXT];
        target->address = prefix->addr;
        target->address.bytes[last] = (uint8_t)(prefix->addr.bytes[last] + i);
        target->text = (char *)addr_text(&target->address, address);
        add(r, target, again, repeated);
    }
    return true;
}

/* Says which targets of the line were named before. */
static void
report_repeated(const struct reader *r, const struct fleet_target *again, size_t repeated)
{
    struct fault note;
    if (repeated == 1)
        fault_set(&note, "%s is named before, at %s:%zu, which counts", again->text, r->fleet->files.at[again->file],
                  again->line);
    else if (repeated > 1)
        fault_set(&note, "%zu addresses are named before, the first at %s:%zu, which count", repeated,
                  r->fleet->files.at[again->file], again->line);
    if (repeated > 0)
        report(r, &note);
}

static void
take_targets(struct reader *r, const char *line, size_t count)
{
    struct fault fault;
    struct buf label = {0}, tags = {0};
    struct fleet_target target = {.file = r->file, .line = r->line};
    const struct fleet_target *again = NULL;
    size_t repeated = 0;
    enum target_line kind = targets_read(&r->targets, line, count, r->catalogue, &fault);
    bool ok = kind != TARGET_BAD;
    if (kind == TARGET_FOUND && *r->targets.note.text)
        report(r, &r->targets.note);
    if (kind == TARGET_FOUND)
        ok = fleet_split_label(buf_string(&r->targets.rest), &label, &tags, &target.silent_until_ms, &fault);
    char clean[TARGET_ROOM];
    text_clean_into(clean, sizeof clean, buf_string(&label), label.count);
    if (ok && label.count >= sizeof clean) {
        fault_set(&fault, "the label is longer than %zu bytes; its beginning is kept", sizeof clean - 1);
        report(r, &fault);
    }
    target.label = clean;
    target.tags = (char *)buf_string(&tags);
    for (size_t i = 0; ok && kind == TARGET_FOUND && i < r->targets.list.count; i++) {
        struct target *found = &r->targets.list.at[i];
        target.address.family = ADDR_NONE;
        target.text = found->text;
        if (found->is_domain)
            add(r, &target, &again, &repeated);
        else
            ok = add_addresses(r, &found->resource, &target, &again, &repeated, &fault);
    }
    if (!ok)
        report_bad(r, &fault);
    report_repeated(r, again, repeated);
    buf_free(&label);
    buf_free(&tags);
}

/* ---- files ---- */

static bool read_file(struct reader *, const char *path, struct fault *);

/* Returns the file's name behind "include", without its comment; *count 0 = the line includes nothing. */
static const char *
included(const char *line, const char *end, size_t *count)
{
    static const char word[] = "include";
    size_t length = strlen(word);
    *count = 0;
    if ((size_t)(end - line) <= length || strncmp(line, word, length) != 0 || !isblank((unsigned char)line[length]))
        return NULL;
    for (line += length; line < end && isblank((unsigned char)*line);)
        line++;
    while (line + *count < end && !(line[*count] == '#' && isblank((unsigned char)line[*count - 1])))
        ++*count;
    while (*count > 0 && isspace((unsigned char)line[*count - 1]))
        --*count;
    return line;
}

/* Returns whether the file has been read, by whatever name: then it includes itself, or is included twice. */
static bool
is_read(const struct reader *r, const char *path)
{
    struct stat new;
    if (stat(path, &new) != 0)
        return false;
    for (size_t i = 0; i < r->fleet->read.count; i++)
        if (r->fleet->read.at[i].st_dev == new.st_dev && r->fleet->read.at[i].st_ino == new.st_ino)
            return true;
    return false;
}

/* Reads a file that a line includes, and comes back to that line. */
static void
include(struct reader *r, const char *name, size_t count)
{
    const char *here = r->fleet->files.at[r->file], *slash = strrchr(here, '/');
    struct buf path = {0};
    struct fault fault;
    size_t file = r->file, line = r->line;
    if (*name != '/' && slash)
        buf_bytes(&path, here, (size_t)(slash + 1 - here));
    buf_bytes(&path, name, count);
    bool ok = is_read(r, buf_string(&path))
                  ? fault_set(&fault, "%s is included before; include each file once", buf_string(&path))
              : r->fleet->files.count >= FLEET_FILES_MOST
                  ? fault_set(&fault, "a fleet has at most %d files", FLEET_FILES_MOST)
                  : read_file(r, buf_string(&path), &fault);
    r->file = file;
    r->line = line;
    if (!ok)
        report_bad(r, &fault);
    buf_free(&path);
}

static void
take_line(struct reader *r, const char *line, const char *end)
{
    size_t count;
    while (line < end && isspace((unsigned char)*line))
        line++;
    const char *name = included(line, end, &count);
    if (name && count > 0 && !r->is_text)
        include(r, name, count);
    else
        take_targets(r, line, (size_t)(end - line));
}

/* Reads the lines of a file, or of a text with a name, whose status is zero. */
static void
read_lines(struct reader *r, const char *name, const struct stat *status, const char *text, size_t count)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* byte order mark */
    struct fault full;
    const char *at = text, *end = text + count, *newline;
    vec_push(&r->fleet->files, mem_copy(name));
    vec_push(&r->fleet->read, *status);
    r->file = r->fleet->files.count - 1;
    r->line = 0;
    at += count >= strlen(mark) && memcmp(at, mark, strlen(mark)) == 0 ? strlen(mark) : 0;
    for (; at < end && !r->full; at = newline + 1) {
        r->line++;
        newline = memchr(at, '\n', (size_t)(end - at));
        newline = newline ? newline : end;
        take_line(r, at, newline);
        if (!r->full && r->fleet->targets.count >= FLEET_MOST) {
            fault_set(&full, "a fleet has at most %d targets; the rest is left out", FLEET_MOST);
            report_bad(r, &full);
            r->full = true;
        }
    }
}

static bool
read_file(struct reader *r, const char *path, struct fault *fault)
{
    struct buf text = {0};
    struct stat status = {0};
    stat(path, &status); /* before, so that a change while it is read shows later */
    bool ok = textfile_read(path, FILE_MOST, &text, fault);
    if (ok)
        read_lines(r, path, &status, buf_string(&text), text.count);
    buf_free(&text);
    return ok;
}

bool
fleet_read(struct fleet *fleet, const char *path, const struct catalogue *catalogue, fleet_report *report_to, void *arg,
           struct fault *fault)
{
    struct reader r = {.fleet = fleet, .catalogue = catalogue, .report = report_to, .arg = arg};
    bool ok = read_file(&r, path, fault);
    targets_fini(&r.targets);
    return ok;
}

void
fleet_read_text(struct fleet *fleet, const char *name, const char *text, size_t count,
                const struct catalogue *catalogue, fleet_report *report_to, void *arg)
{
    struct reader r = {.fleet = fleet, .catalogue = catalogue, .report = report_to, .arg = arg, .is_text = true};
    read_lines(&r, name, &(struct stat){0}, text, count);
    targets_fini(&r.targets);
}

bool
fleet_is_changed(const struct fleet *fleet)
{
    struct stat is;
    for (size_t i = 0; i < fleet->files.count; i++) {
        const struct stat *was = &fleet->read.at[i];
        if (was->st_ino != 0 && (stat(fleet->files.at[i], &is) != 0 || !textfile_is_same(was, &is)))
            return true;
    }
    return false;
}

void
fleet_fini(struct fleet *fleet)
{
    for (size_t i = 0; i < fleet->targets.count; i++) {
        struct fleet_target *target = fleet->targets.at[i];
        free(target->text);
        free(target->label);
        free(target->tags);
        free(target);
    }
    for (size_t i = 0; i < fleet->files.count; i++)
        free(fleet->files.at[i]);
    vec_free(&fleet->targets);
    vec_free(&fleet->files);
    vec_free(&fleet->read);
    hashtable_free(&fleet->by_text);
}
