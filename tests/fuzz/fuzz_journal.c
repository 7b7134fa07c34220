/* Exported journals, as anybody may have written them. */
#include "base/mem.h"
#include "fuzz.h"
#include "journal/journal.h"
#include "journal/transfer.h"
#include "journal/json_read.h"

#include <unistd.h>

/* ---- lines ---- */

static void
write_record(struct buf *out, const struct journal_json_record *record)
{
    switch (record->kind) {
    case JOURNAL_JSON_HEAD:
        buf_format(out, "{\"journal\":%d,\"tool\":\"fuzz\"}\n", JOURNAL_JSON_VERSION);
        break;
    case JOURNAL_JSON_OBSERVATION:
        journal_json_put_observation(out, &record->observation);
        break;
    case JOURNAL_JSON_CASE:
        journal_json_put_case(out, &record->a_case);
        break;
    case JOURNAL_JSON_NEIGHBOUR:
        journal_json_put_neighbour(out, &record->neighbour);
        break;
    case JOURNAL_JSON_COUNT:
        journal_json_put_count(out, &record->count);
        break;
    case JOURNAL_JSON_REJECTION:
        journal_json_put_rejection(out, &record->rejection);
        break;
    }
}

/* What was understood can be written and understood again, and is the same then. */
static bool
check_line(const char *line, size_t count)
{
    struct journal_json_record record, again;
    struct buf first = {0}, second = {0};
    struct fault fault = {""};
    if (!journal_json_read(line, count, &record, &fault)) {
        FUZZ_CHECK(fault.text[0] != '\0');
        return false;
    }
    write_record(&first, &record);
    size_t length = strcspn(first.at, "\n");
    if (length + 1 == first.count) { /* a case may take several */
        FUZZ_CHECK(journal_json_read(first.at, length, &again, &fault));
        write_record(&second, &again);
        FUZZ_CHECK(strcmp(first.at, second.at) == 0);
        journal_json_record_fini(&again);
    }
    journal_json_record_fini(&record);
    buf_free(&first);
    buf_free(&second);
    return true;
}

static bool
check_lines(const char *bytes, size_t count)
{
    const char *end = bytes + count;
    bool any = false;
    while (bytes < end) {
        const char *stop = memchr(bytes, '\n', (size_t)(end - bytes));
        size_t length = (size_t)((stop ? stop : end) - bytes);
        any = check_line(bytes, length) || any;
        bytes += length + 1;
    }
    return any;
}

/* ---- journals ---- */

struct supply {
    const char *at;
    size_t count;
};

static long
read_supply(void *arg, char *room, size_t count)
{
    struct supply *s = arg;
    size_t take = s->count < count ? s->count : count;
    memcpy(room, s->at, take);
    s->at += take;
    s->count -= take;
    return (long)take;
}

static bool
append(void *arg, const char *bytes, size_t count)
{
    buf_bytes(arg, bytes, count);
    return true;
}

static enum journal_result
import(struct journal *j, const char *bytes, size_t count, uint64_t *changes)
{
    struct supply supply = {bytes, count};
    struct journal_totals added, changed;
    struct fault fault;
    enum journal_result result = journal_import(j, read_supply, &supply, "input", NULL, NULL, &added, &changed, &fault);
    *changes = added.observations + added.cases + added.notes + added.contacts + added.neighbours + added.counts +
               changed.observations + changed.cases + changed.notes + changed.contacts + changed.neighbours +
               changed.counts;
    FUZZ_CHECK(result == JOURNAL_DONE || result == JOURNAL_FAILED);
    FUZZ_CHECK(result == JOURNAL_DONE || (*changes == 0 && fault.text[0] != '\0'));
    return result;
}

static char *
export_of(struct journal *j)
{
    struct buf out = {0};
    struct fault fault;
    FUZZ_CHECK(journal_export(j, append, &out, &fault));
    return buf_take(&out);
}

static struct journal *
open_journal(const char *folder, const char *name)
{
    char path[64];
    struct fault notice, fault;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    struct journal *j = journal_open(path, false, JOURNAL_WRITES, 0, &notice, &fault);
    FUZZ_CHECK(j);
    return j;
}

static void
close_journal(struct journal *j)
{
    char *path = mem_copy(journal_path(j));
    journal_close(j);
    unlink(path);
    free(path);
}

static void
check_copy(const char *folder, const char *text)
{
    struct journal *copy = open_journal(folder, "copy.db");
    uint64_t changes;
    FUZZ_CHECK(import(copy, text, strlen(text), &changes) == JOURNAL_DONE);
    char *again = export_of(copy);
    FUZZ_CHECK(strcmp(text, again) == 0);
    free(again);
    close_journal(copy);
}

/* All or nothing; the second time changes nothing; what is exported comes back byte for byte. */
static void
check_import(const char *folder, const char *bytes, size_t count)
{
    struct journal *j = open_journal(folder, "first.db");
    uint64_t changes;
    enum journal_result result = import(j, bytes, count, &changes);
    char *text = export_of(j);
    FUZZ_CHECK(result == JOURNAL_DONE || strchr(text, '\n')[1] == '\0');
    if (result == JOURNAL_DONE) {
        FUZZ_CHECK(import(j, bytes, count, &changes) == JOURNAL_DONE && changes == 0);
        FUZZ_CHECK(import(j, text, strlen(text), &changes) == JOURNAL_DONE && changes == 0);
        check_copy(folder, text);
    }
    free(text);
    close_journal(j);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t count)
{
    char folder[] = "/tmp/whylisted-fuzz-XXXXXX";
    if (!check_lines((const char *)data, count))
        return 0;
    FUZZ_CHECK(mkdtemp(folder));
    check_import(folder, (const char *)data, count);
    FUZZ_CHECK(rmdir(folder) == 0);
    return 0;
}
