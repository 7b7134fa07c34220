#include "base/inifile.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/textfile.h"

#include <ini.h>
#include <stdlib.h>
#include <string.h>

/* inih takes keys and values out of lines. This file hands it line by line, because inih reports neither the number nor
 * the text of a line, nor a section without keys, and holds no line over 199 bytes: a longer one goes to it in pieces,
 * as the indented lines by which INI files continue a value. */

enum line { LINE_END, LINE_BLANK, LINE_SECTION, LINE_ENTRY, LINE_BAD, LINE_BAD_SECTION };

struct reading {
    const char *at, *end; /* of the text that is left */
    char *line, *section, *key;
    struct buf value;
    const char *piece;          /* what inih has not read of the line */
    bool spaced;                /* the piece that inih reads comes after a blank */
    struct inifile_entry entry; /* of the line */
};

/* Returns the text without comments, and without blanks around it. */
static char *
trimmed(char *text)
{
    static const char blanks[] = " \t\r\v\f";
    for (char *at = text; *at; at++)
        if ((*at == '#' || *at == ';') && (at == text || strchr(blanks, at[-1])))
            *at = '\0';
    text += strspn(text, blanks);
    size_t count = strlen(text);
    while (count > 0 && strchr(blanks, text[count - 1]))
        count--;
    text[count] = '\0';
    return text;
}

/* Reads a line that may begin a section. One without its bracket begins one, too, because the keys that follow it do
 * not belong to the section before. */
static enum line
read_section(struct reading *r, char *text)
{
    size_t front = *text == '[', count = strcspn(text + front, "]");
    bool good = front && text[front + count] && !text[front + count + 1];
    free(r->section);
    r->section = mem_copy_bytes(text + front, count);
    r->entry.section = r->section;
    return good ? LINE_SECTION : LINE_BAD_SECTION;
}

/* An ini_reader of one line. */
static char *
give_piece(char *to, int room, void *arg)
{
    struct reading *r = arg;
    size_t front = r->key ? 1 : 0, most = (size_t)room - 1 - front, count = strlen(r->piece), whole = count;
    if (count == 0)
        return NULL;
    while (count > most || (count > 0 && count < whole && r->piece[count - 1] != ' '))
        count--;
    count = count > 0 ? count : most; /* no blank to cut at */
    r->spaced = front && r->piece[-1] == ' ';
    memset(to, ' ', front);
    memcpy(to + front, r->piece, count);
    to[front + count] = '\0';
    r->piece += count;
    return to;
}

/* An ini_handler of the pieces of one value. */
static int
take_piece(void *arg, const char *section, const char *key, const char *value)
{
    struct reading *r = arg;
    (void)section;
    if (!r->key)
        r->key = mem_copy(key);
    else if (r->spaced && r->value.count > 0)
        buf_byte(&r->value, ' ');
    buf_text(&r->value, value);
    return true;
}

/* Reads a line that is no section. Returns false if it is not KEY = VALUE. */
static bool
read_entry(struct reading *r, const char *text)
{
    free(r->key);
    r->key = NULL;
    buf_clear(&r->value);
    r->piece = text;
    if (ini_parse_stream(give_piece, r, take_piece, r) != 0 || !r->key)
        return false;
    r->entry.key = r->key;
    r->entry.value = buf_string(&r->value);
    return true;
}

static void
end_reading(struct reading *r)
{
    free(r->line);
    free(r->section);
    free(r->key);
    buf_free(&r->value);
}

/* Reads the next line into the entry; the value of a bad one is its text. */
static enum line
next_line(struct reading *r)
{
    if (r->at == r->end)
        return LINE_END;
    const char *newline = memchr(r->at, '\n', (size_t)(r->end - r->at));
    const char *begin = r->at, *end = newline ? newline : r->end;
    free(r->line);
    r->line = mem_copy_bytes(begin, (size_t)(end - begin));
    r->at = newline ? newline + 1 : r->end;
    r->entry.line++;
    char *text = trimmed(r->line);
    r->entry.key = "";
    r->entry.value = text;
    if (!*text)
        return LINE_BLANK;
    if (*text == '[' || (!strpbrk(text, "=:") && text[strlen(text) - 1] == ']'))
        return read_section(r, text);
    return read_entry(r, text) ? LINE_ENTRY : LINE_BAD;
}

static void
begin_reading(struct reading *r, const char *text, size_t count)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* of UTF-8, as some editors write it */
    size_t skipped = count >= sizeof mark - 1 && memcmp(text, mark, sizeof mark - 1) == 0 ? sizeof mark - 1 : 0;
    *r = (struct reading){.at = text + skipped, .end = text + count, .entry = {.section = ""}};
}

/* Quotes the bad line, or as many of its words as have room, because half of a key would not be known as one. */
static bool
refuse_line(const struct reading *r, struct fault *fault)
{
    enum { ROOM = 160 };
    const char *text = r->entry.value;
    size_t count = strlen(text), shown = count;
    while (shown > 0 && (shown > ROOM || (shown < count && text[shown - 1] != ' ')))
        shown--;
    return fault_set(fault, "neither a [section] nor a key = value: '%.*s%s'", (int)shown, text,
                     shown < count ? "..." : "");
}

bool
inifile_parse(const char *name, const char *text, size_t count, inifile_take *take, void *arg, struct fault *fault)
{
    struct reading r;
    bool good = true;
    begin_reading(&r, text, count);
    for (enum line line; good && (line = next_line(&r)) != LINE_END;) {
        if (line == LINE_ENTRY)
            good = take(arg, &r.entry, fault);
        else if (line != LINE_BLANK && line != LINE_SECTION)
            good = refuse_line(&r, fault);
    }
    end_reading(&r);
    return good || inifile_place(name, r.entry.line, fault);
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

/* ---- block by block ---- */

static bool
is_foreign(const struct inifile_blocks *blocks, const char *section)
{
    return blocks->is_foreign && blocks->is_foreign(section);
}

/* Reports the fault, and has the block left out. */
static void
complain(struct inifile_blocks *blocks, unsigned line)
{
    enum { FAULTS_MOST = 5 }; /* that are reported of a file; of the others the number */
    blocks->good = false;
    if (blocks->hide)
        blocks->hide(blocks->arg, blocks->fault.text);
    inifile_place(blocks->path, line, &blocks->fault);
    if (blocks->report && blocks->faults++ < FAULTS_MOST)
        blocks->report(blocks->report_arg, blocks->fault.text);
    blocks->unreported = blocks->faults > FAULTS_MOST ? blocks->faults - FAULTS_MOST : 0;
}

static void
end_block(struct inifile_blocks *blocks)
{
    if (blocks->begun && !blocks->end(blocks->arg, blocks->good, &blocks->fault))
        complain(blocks, blocks->line);
    blocks->begun = false;
}

static void
begin_block(struct inifile_blocks *blocks, const struct inifile_entry *entry)
{
    end_block(blocks);
    blocks->begun = blocks->good = true;
    blocks->line = entry->line;
    if (!blocks->begin(blocks->arg, entry, &blocks->fault))
        complain(blocks, entry->line);
}

static void
take_entry(struct inifile_blocks *blocks, const struct inifile_entry *entry)
{
    if (blocks->good && !blocks->take(blocks->arg, entry, &blocks->fault))
        complain(blocks, entry->line);
}

void
inifile_complain(struct inifile_blocks *blocks, unsigned line, const struct fault *fault)
{
    blocks->fault = *fault;
    complain(blocks, line);
}

void
inifile_parse_blocks(struct inifile_blocks *blocks, const char *text, size_t count)
{
    struct reading r;
    begin_reading(&r, text, count);
    for (enum line line; (line = next_line(&r)) != LINE_END;) {
        bool bad = line == LINE_BAD || line == LINE_BAD_SECTION;
        if (line == LINE_SECTION || line == LINE_BAD_SECTION)
            end_block(blocks);
        if (line == LINE_BLANK || is_foreign(blocks, r.entry.section))
            continue;
        if (line == LINE_BAD_SECTION)
            blocks->good = false; /* nothing begins, and the keys that follow belong to nothing */
        else if (line == LINE_SECTION || (!blocks->begun && !*r.entry.section && line == LINE_ENTRY))
            begin_block(blocks, &r.entry);
        if (bad && !refuse_line(&r, &blocks->fault))
            complain(blocks, r.entry.line);
        else if (line == LINE_ENTRY)
            take_entry(blocks, &r.entry);
    }
    end_block(blocks);
    end_reading(&r);
    if (blocks->unreported > 0 && blocks->report) {
        fault_set(&blocks->fault, "%s: and %zu more blocks or lines are left out", blocks->path, blocks->unreported);
        blocks->report(blocks->report_arg, blocks->fault.text);
    }
}

bool
inifile_read_blocks(struct inifile_blocks *blocks, struct fault *fault)
{
    struct buf text = {0};
    bool was_read = textfile_read(blocks->path, INIFILE_MOST, &text, fault);
    if (was_read)
        inifile_parse_blocks(blocks, buf_string(&text), text.count);
    buf_free(&text);
    return was_read;
}

void
inifile_hand_over(struct inifile_blocks *blocks, const struct inifile_entry *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (is_foreign(blocks, entries[i].section))
            continue;
        if (i == 0 || strcmp(entries[i - 1].section, entries[i].section) != 0)
            begin_block(blocks, &entries[i]);
        take_entry(blocks, &entries[i]);
    }
    end_block(blocks);
}
