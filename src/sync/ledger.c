#include "sync/ledger.h"

#include "base/inifile.h"
#include "base/text.h"
#include "base/textfile.h"
#include "sync/place.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *key;
    bool is_text;
    size_t field;
} keys[] = {
    {"path", true, offsetof(struct ledger_entry, path)},
    {"url", true, offsetof(struct ledger_entry, url)},
    {"etag", true, offsetof(struct ledger_entry, etag)},
    {"modified", true, offsetof(struct ledger_entry, modified)},
    {"made", true, offsetof(struct ledger_entry, made)},
    {"making", true, offsetof(struct ledger_entry, making)},
    {"error", true, offsetof(struct ledger_entry, error)},
    {"skipped", true, offsetof(struct ledger_entry, skipped)},
    {"tried", false, offsetof(struct ledger_entry, tried_ms)},
    {"fetched", false, offsetof(struct ledger_entry, fetched_ms)},
    {"next", false, offsetof(struct ledger_entry, next_ms)},
    {"failures", false, offsetof(struct ledger_entry, failures)},
    {"rows", false, offsetof(struct ledger_entry, rows)},
    {"serial", false, offsetof(struct ledger_entry, serial)},
    {"dated", false, offsetof(struct ledger_entry, dated_ms)},
};

enum { KEYS = sizeof keys / sizeof keys[0] };

static void *
field_of(struct ledger_entry *entry, size_t key)
{
    return (char *)entry + keys[key].field;
}

void
ledger_set(char **field, const char *text)
{
    char *copy = text ? text_clean_copy(text, strlen(text)) : NULL;
    free(*field);
    *field = copy;
}

struct ledger_entry *
ledger_entry_of(struct ledger *ledger, const char *name)
{
    for (size_t i = 0; i < ledger->entries.count; i++)
        if (strcmp(ledger->entries.at[i]->name, name) == 0)
            return ledger->entries.at[i];
    struct ledger_entry *entry = mem_zero(sizeof *entry);
    ledger_set(&entry->name, name);
    vec_push(&ledger->entries, entry);
    return entry;
}

/* Keys of another version are passed over. */
static bool
take(void *arg, const struct inifile_entry *line, struct fault *fault)
{
    struct ledger_entry *entry = ledger_entry_of(arg, line->section);
    for (size_t key = 0; key < KEYS; key++) {
        if (strcmp(line->key, keys[key].key) != 0)
            continue;
        if (keys[key].is_text) {
            ledger_set(field_of(entry, key), line->value);
            return true;
        }
        size_t used = text_read_integer(line->value, INT64_MAX / 2, field_of(entry, key));
        return (used > 0 && !line->value[used]) || fault_set(fault, "%s is no number", line->key);
    }
    return true;
}

bool
ledger_read(struct ledger *ledger, const char *path, struct fault *fault)
{
    *ledger = (struct ledger){.path = mem_copy(path)};
    if (textfile_is_missing(path) || inifile_read(path, take, ledger, fault))
        return true;
    bool is_damaged = strncmp(fault->text, path, strlen(path)) == 0; /* by a line, else it cannot be read */
    return is_damaged &&
           fault_set(fault, "%s; remove this file, and sync takes over the sound files that it knew", fault->text);
}

bool
ledger_write(const struct ledger *ledger, struct fault *fault)
{
    struct buf text = {0};
    buf_text(&text, "# whylisted sync writes this file: which files it made, and when it may ask for them again.\n");
    for (size_t i = 0; i < ledger->entries.count; i++) {
        struct ledger_entry *entry = ledger->entries.at[i];
        buf_format(&text, "\n[%s]\n", entry->name);
        for (size_t key = 0; key < KEYS; key++) {
            const void *field = field_of(entry, key);
            if (keys[key].is_text && *(char *const *)field)
                buf_format(&text, "%s = %s\n", keys[key].key, *(char *const *)field);
            else if (!keys[key].is_text && *(const int64_t *)field > 0)
                buf_format(&text, "%s = %lld\n", keys[key].key, (long long)*(const int64_t *)field);
        }
    }
    bool ok = place_write(ledger->path, &text, fault);
    buf_free(&text);
    return ok;
}

void
ledger_fini(struct ledger *ledger)
{
    for (size_t i = 0; i < ledger->entries.count; i++) {
        for (size_t key = 0; key < KEYS; key++)
            if (keys[key].is_text)
                free(*(char **)field_of(ledger->entries.at[i], key));
        free(ledger->entries.at[i]->name);
        free(ledger->entries.at[i]);
    }
    vec_free(&ledger->entries);
    free(ledger->path);
}
