#include "command/sync_command.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "command/output.h"
#include "command/parts_json.h"
#include "command/records.h"
#include "pages/table_page.h"
#include "session/exit_status.h"
#include "session/interrupt.h"
#include "session/paths.h"
#include "session/session.h"
#include "sync/sync.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { STALL_TIMES = 10 }; /* patience with a slow server, by that with a silent one */

/* ---- the table of --status ---- */

enum { NAME, AGE, ROWS, SERIAL, NEXT, LAST_ERROR, SOURCE, AGE_S, NEXT_AT };

static const struct table_column columns[] = {
    [NAME] = {{"file", 26, 26, 0, false}, NULL, NULL, false, "name", TABLE_TEXT},
    [AGE] = {{"age", 12, 12, 1, true}, NULL, NULL, false, NULL, 0},
    [ROWS] = {{"rows", 10, 10, 3, true}, NULL, NULL, false, "rows", TABLE_INTEGER},
    [SERIAL] = {{"serial", 10, 10, 4, true}, NULL, NULL, false, "serial", TABLE_INTEGER},
    [NEXT] = {{"next", 12, 12, 2, true}, NULL, NULL, false, NULL, 0},
    [LAST_ERROR] = {{"last error", 60, 20, 0, false}, NULL, NULL, false, "last_error", TABLE_TEXT},
    [SOURCE] = {{"source", 60, 20, 5, false}, NULL, NULL, false, "source", TABLE_TEXT},
    [AGE_S] = {{"", 0, 0, 9, false}, NULL, NULL, false, "age_s", TABLE_INTEGER},
    [NEXT_AT] = {{"", 0, 0, 9, false}, NULL, NULL, false, "next", TABLE_TEXT},
};

static double
figure(void *self, size_t item, size_t column)
{
    const struct sync_file *file = &((const sync_files *)self)->at[item];
    if (column == AGE_S)
        return file->age_ms < 0 ? NAN : floor((double)file->age_ms / 1000);
    int64_t number = column == ROWS ? file->rows : file->serial;
    return number > 0 ? (double)number : NAN;
}

static enum role
cell(void *self, size_t item, size_t column, struct buf *out)
{
    const struct sync_file *file = &((const sync_files *)self)->at[item];
    char text[CLOCK_TEXT];
    if (column == NAME || column == SOURCE)
        buf_text(out, column == NAME ? file->name : file->source);
    else if (column == LAST_ERROR)
        buf_text(out, file->error ? file->error : "");
    else if (column == ROWS)
        return table_model_number(out, figure(self, item, ROWS), ROLE_PLAIN);
    else if (column == SERIAL && file->serial > 0)
        buf_format(out, "%lld", (long long)file->serial);
    else if (column == AGE && file->age_ms >= 0)
        text_duration(out, file->age_ms);
    else if (column == AGE)
        buf_text(out, file->exists ? "not known" : "missing");
    else if (column == NEXT && file->next_ms > 0)
        text_duration(out, file->next_ms - clock_wall_ms());
    else if (column == NEXT)
        buf_text(out, "now");
    else if (column == NEXT_AT && file->next_ms > 0)
        buf_text(out, clock_rfc3339(file->next_ms, text));
    return column == LAST_ERROR ? ROLE_WARN : column == SOURCE ? ROLE_DIM : ROLE_PLAIN;
}

static const size_t shown_records[] = {NAME, SOURCE, AGE_S, ROWS, SERIAL, LAST_ERROR, NEXT_AT};
static const struct table_model table = {
    .thing = "file",
    .things = "files",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .records = shown_records,
    .record_count = sizeof shown_records / sizeof shown_records[0],
    .eye = {.figure = figure},
    .cell = cell,
};

static void
print_text(struct page *p, void *files)
{
    table_page(p, &table, files, NULL, ((const sync_files *)files)->count);
}

static void
print_csv(struct buf *out, void *files, bool pretty)
{
    (void)pretty;
    records_csv(out, &table, files, NULL, ((const sync_files *)files)->count);
}

static void
print_json(struct buf *out, void *files, bool pretty)
{
    struct json_t *o = parts_json_object(), *array = parts_json_array();
    for (size_t i = 0; i < ((const sync_files *)files)->count; i++)
        parts_json_push(array, records_json(&table, files, i));
    parts_json_set(o, "schema", parts_json_number(1, true));
    parts_json_set(o, "files", array);
    parts_json_print(out, o, pretty);
}

static const struct output_format formats[] = {
    [FORMAT_TEXT] = {.page = print_text}, [FORMAT_JSON] = {.print = print_json}, [FORMAT_CSV] = {.print = print_csv}};

/* ---- a run ---- */

static void
on_progress(void *arg, const char *name, int64_t bytes)
{
    (void)arg;
    fprintf(stderr, "\r\033[K%s: %.1f MB", name, (double)bytes / 1e6);
}

static void
put_change(struct buf *out, const struct verify_content *content)
{
    if (content->rows > 0) {
        text_number(out, content->rows);
        buf_text(out, " rows");
    }
    if (content->compared) {
        buf_text(out, ", ");
        text_number(out, content->in);
        buf_text(out, " in, ");
        text_number(out, content->out);
        buf_text(out, " out");
    }
    if (content->serial > 0 && content->serial_before > 0)
        buf_format(out, ", serial %u -> %u", (unsigned)content->serial_before, (unsigned)content->serial);
    else if (content->serial > 0)
        buf_format(out, ", serial %u", (unsigned)content->serial);
    else
        buf_text(out, "fetched");
}

/* Reports what failed or was skipped, and the rest on a terminal alone, so that a timer sends no mail. */
static void
on_ended(void *arg, const struct sync_result *r)
{
    struct buf line = {0};
    char next[CLOCK_MINUTE];
    bool terminal = *(const bool *)arg;
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
    buf_format(&line, "%s: ", r->name);
    if (r->outcome == SYNC_FAILED)
        buf_format(&line, "%s%s", r->fault.text, r->has_old ? "; the old file stays" : "; there is no file yet");
    else if (r->outcome == SYNC_REPLACED)
        put_change(&line, &r->content);
    else
        buf_format(&line, "%s before %s UTC", r->outcome == SYNC_SAME ? "unchanged, not asked for" : "not due",
                   clock_minute(r->next_ms, next));
    if (r->outcome == SYNC_FAILED)
        exit_status_report(buf_string(&line), 0);
    else if (terminal)
        puts(buf_string(&line));
    if (r->outcome == SYNC_REPLACED && r->content.skipped > 0) {
        buf_clear(&line);
        buf_format(&line, "%s: ", r->name);
        verify_put_skipped(&line, &r->content);
        exit_status_report(buf_string(&line), 0);
    }
    buf_free(&line);
}

/* Fetches what is due. Returns the exit status. */
static int
run(const struct options *o, const struct feed_setup *feeds)
{
    static const int statuses[] = {[SYNC_CURRENT] = STATUS_CLEAR,
                                   [SYNC_MISSED] = STATUS_COLLATERAL,
                                   [SYNC_STOPPED] = STATUS_INTERRUPTED,
                                   [SYNC_UNWRITABLE] = STATUS_FILE};
    struct fault fault;
    bool terminal = isatty(STDOUT_FILENO) && o->format == FORMAT_TEXT;
    char *fetch = paths_program(o->program, "whylisted-fetch");
    struct sync_setup setup = {.loop = loop_new(),
                               .fetch = fetch,
                               .feeds = *feeds,
                               .stall_ms = STALL_TIMES * o->timeout_ms,
                               .now = o->now,
                               .attended = isatty(STDIN_FILENO),
                               .stopped = interrupt_came,
                               .progress = isatty(STDERR_FILENO) ? on_progress : NULL,
                               .ended = on_ended,
                               .arg = &terminal};
    interrupt_watch(setup.loop);
    enum sync_end end = sync_run(&setup, &fault);
    if (*fault.text)
        exit_status_report(fault.text, 0);
    loop_free(setup.loop);
    free(fetch);
    return statuses[end];
}

/* Sets the folders and the token, which the caller frees. Returns false with a fault. */
static bool
set_up(struct feed_setup *feeds, char *texts[static 2], const struct options *o, struct fault *fault)
{
    texts[0] = paths_usual("XDG_DATA_HOME", ".local/share", ".");
    texts[1] = o->zones ? mem_copy(o->zones) : paths_usual("XDG_DATA_HOME", ".local/share", "zones");
    const char *token = o->ipinfo_token ? o->ipinfo_token : getenv("IPINFO_TOKEN");
    if (!texts[0])
        return fault_set(fault, "no place for the files, because HOME is not set");
    if (o->asn_source == ASN_SOURCE_IPINFO && (!token || !*token) && !o->status)
        return fault_set(fault, "asn-source = ipinfo needs a token (https://ipinfo.io/lite); set ipinfo-token in the "
                                "configuration, or IPINFO_TOKEN");
    texts[0][strlen(texts[0]) - 2] = '\0'; /* "/." */
    if (token)
        setrlimit(RLIMIT_CORE, &(struct rlimit){0}); /* which would have the secret */
    feeds->data = texts[0];
    feeds->zones = texts[1];
    feeds->mirror = o->mirror;
    feeds->asn = (enum feed_asn)o->asn_source;
    feeds->asn_mirror = o->asn_mirror;
    feeds->token = token;
    return true;
}

int
sync_command_run(const struct options *o)
{
    struct feed_setup feeds = {0};
    char *texts[2] = {NULL, NULL};
    sync_files files = {0};
    struct fault fault;
    int status = STATUS_USAGE;
    if (o->target_count > 0)
        return exit_status_report("sync takes no target; the configuration names what it fetches", status);
    if (o->offline && !o->status)
        return exit_status_report("sync fetches files, which --offline forbids; --status sends no request", status);
    struct catalogue *catalogue = session_load_lists(o, &fault, &status);
    bool ok = catalogue && set_up(&feeds, texts, o, &fault);
    if (ok) {
        feeds.catalogue = catalogue;
        status = o->status ? STATUS_CLEAR : run(o, &feeds);
        ok = (!o->status && o->format == FORMAT_TEXT) || sync_files_read(&files, &feeds, &fault);
        if (!ok)
            status = STATUS_FILE;
    }
    if (!ok)
        exit_status_report(fault.text, status);
    else if (o->status || o->format != FORMAT_TEXT)
        status = output_result(o, formats, &files, status);
    sync_files_free(&files);
    catalogue_free(catalogue);
    free(texts[0]);
    free(texts[1]);
    return status;
}
