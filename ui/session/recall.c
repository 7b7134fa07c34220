#include "session/recall.h"

#include "base/text.h"
#include "base/textfile.h"
#include "base/vec.h"
#include "lists/list_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINES_MOST = 200, LINE_MOST = 400, FILE_MOST = 1 << 20 };

static const char SUFFIX[] = ".prompts", SEPARATOR = '\t';

static struct {
    char *path;                        /* NULL = no file */
    const struct catalogue *catalogue; /* whose keys are left out; NULL = none */
    bool read, unreadable;
    VEC(char *) lines; /* "label\tline", the newest last */
} recall;

/* ---- the lines ---- */

static void
drop(size_t at)
{
    free(recall.lines.at[at]);
    recall.lines.count--;
    for (; at < recall.lines.count; at++)
        recall.lines.at[at] = recall.lines.at[at + 1];
}

/* Takes a line of the file, or a new one, in place of the same line before. */
static void
take(const char *label, const char *line)
{
    struct buf entry = {0};
    buf_format(&entry, "%s%c%s", label, SEPARATOR, line);
    for (size_t i = recall.lines.count; i-- > 0;)
        if (strcmp(recall.lines.at[i], buf_string(&entry)) == 0)
            drop(i);
    vec_push(&recall.lines, buf_take(&entry));
    if (recall.lines.count > LINES_MOST)
        drop(0);
}

/* ---- the file ---- */

static void
clear(void)
{
    while (recall.lines.count > 0)
        drop(recall.lines.count - 1);
}

/* Another process may have added lines: the file is always newer than the memory. */
static void
read_file(void)
{
    struct buf text = {0};
    struct fault fault;
    recall.read = true;
    recall.unreadable = false;
    if (!recall.path || textfile_is_missing(recall.path))
        return;
    recall.unreadable = !textfile_read(recall.path, FILE_MOST, &text, &fault);
    if (!recall.unreadable)
        clear();
    for (char *line = text.at, *end; !recall.unreadable && line && (end = strchr(line, '\n')); line = end + 1) {
        char *tab = memchr(line, SEPARATOR, (size_t)(end - line)), label[LINE_MOST], typed[LINE_MOST];
        if (!tab)
            continue;
        text_clean_into(label, sizeof label, line, (size_t)(tab - line));
        text_clean_into(typed, sizeof typed, tab + 1, (size_t)(end - tab - 1));
        if (*typed)
            take(label, typed);
    }
    buf_free(&text);
}

/* Replaces the file as a whole, so that no reader sees half of it. */
static void
write_file(void)
{
    struct buf temporary = {0};
    if (!recall.path || recall.unreadable)
        return;
    buf_format(&temporary, "%s.XXXXXX", recall.path);
    int fd = mkstemp(temporary.at); /* for the owner alone */
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    bool ok = file;
    for (size_t i = 0; ok && i < recall.lines.count; i++)
        ok = fprintf(file, "%s\n", recall.lines.at[i]) > 0;
    if (file)
        ok = fclose(file) == 0 && ok;
    else if (fd >= 0)
        close(fd);
    if (fd >= 0 && (!ok || rename(temporary.at, recall.path) < 0))
        unlink(temporary.at);
    buf_free(&temporary);
}

/* ---- for the prompts ---- */

void
recall_start(const char *journal, const struct catalogue *catalogue)
{
    struct buf path = {0};
    recall_stop();
    recall.catalogue = catalogue;
    if (journal) {
        buf_format(&path, "%s%s", journal, SUFFIX);
        recall.path = buf_take(&path);
    }
}

void
recall_stop(void)
{
    clear();
    vec_free(&recall.lines);
    free(recall.path);
    recall.path = NULL;
    recall.catalogue = NULL;
    recall.read = false;
}

void
recall_add(const char *label, const char *line)
{
    if (*line == '\0' || strlen(line) >= LINE_MOST || strlen(label) >= LINE_MOST)
        return;
    char *shown = mem_copy(line);
    if (recall.catalogue)
        list_key_mask_all(recall.catalogue, shown);
    read_file();
    take(label, shown);
    write_file();
    free(shown);
}

const char *
recall_line(const char *label, size_t back)
{
    size_t count = strlen(label);
    if (!recall.read)
        read_file();
    for (size_t i = recall.lines.count; i-- > 0;) {
        const char *entry = recall.lines.at[i];
        if (strncmp(entry, label, count) == 0 && entry[count] == SEPARATOR && back-- == 0)
            return entry + count + 1;
    }
    return NULL;
}

void
recall_forget(const char *journal, const char *text)
{
    recall_start(journal, NULL);
    read_file();
    size_t before = recall.lines.count;
    for (size_t i = before; i-- > 0;)
        if (strcasestr(recall.lines.at[i], text))
            drop(i);
    if (recall.lines.count < before)
        write_file();
    recall_stop();
}
