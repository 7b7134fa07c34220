/* Reads rejections in batches: asks about the addresses of a batch side by side, then prints it in the order of the
 * input, so that a log of any size needs bounded memory. */
#include "command/bounce_command.h"

#include "base/clock.h"
#include "base/text.h"
#include "bounce/bounce_reader.h"
#include "bounce/rejection_words.h"
#include "command/bounce_rows.h"
#include "command/bounce_status.h"
#include "command/judged.h"
#include "command/output.h"
#include "pages/rejection_page.h"
#include "session/exit_status.h"
#include "session/interrupt.h"
#include "session/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* CHECKED_MOST: addresses that are asked about in a run; each stays in memory. PAGES_MOST: different rejections that
 * wait for equal ones before they are printed. */
enum { BATCH = 64, CHECKED_MOST = 256, PAGES_MOST = 2048, PROGRESS_MS = 200, COL = 1 };

struct checked {
    struct hashtable_entry entry;
    struct addr address;
    struct investigation *investigation;
    struct checked *next;
};

struct bounce {
    const struct options *options;
    struct engine engine;
    struct marks *marks;
    struct receivers *receivers;
    struct bounce_reader reader;
    struct output output;
    struct buf out;
    struct rejection *batch; /* of BATCH */
    size_t count;
    bool checks; /* asks about the addresses */
    struct hashtable table;
    struct checked *first; /* in the order in which they came, the newest first */
    size_t checked_count;
    struct bounce_groups groups;
    struct bounce_equals equals; /* of the text */
    bool any_page;
    uint64_t rejections, complaints, inbound, nothing, unchecked;
    uint64_t own_faults; /* of `inbound`: this server asks a list that does not answer it */
    bool any;            /* there is a status */
    bool told;           /* that the journal cannot store */
    enum exit_status worst;
    bool progress;
    int64_t progress_due_ms;
};

/* ---- checks ---- */

/* The evidence is read after each turn of the loop. */
static void
ignore_change(void *arg)
{
    (void)arg;
}

static struct checked *
find_checked(const struct bounce *b, const struct rejection *r)
{
    if (r->inbound || r->own.address.family == ADDR_NONE)
        return NULL;
    struct hashtable_entry *entry = hashtable_find(&b->table, &r->own.address, sizeof r->own.address);
    return entry ? mem_container(entry, struct checked, entry) : NULL;
}

static void
begin_check(struct bounce *b, const struct rejection *r)
{
    char text[ADDR_TEXT];
    if (r->inbound || r->own.address.family == ADDR_NONE || find_checked(b, r))
        return;
    if (b->checked_count >= CHECKED_MOST) {
        b->unchecked++;
        return;
    }
    struct checked *checked = mem_zero(sizeof *checked);
    checked->address = r->own.address;
    checked->entry = (struct hashtable_entry){.key = &checked->address, .key_count = sizeof checked->address};
    hashtable_add(&b->table, &checked->entry);
    checked->next = b->first;
    b->first = checked;
    b->checked_count++;
    checked->investigation =
        investigation_new(&b->engine, addr_text(&checked->address, text), NULL, &checked->address, ignore_change, NULL);
}

static bool
is_checking(const struct bounce *b)
{
    for (const struct checked *c = b->first; c; c = c->next)
        if (investigation_evidence(c->investigation)->finished_ms == 0)
            return true;
    return false;
}

/* ---- output ---- */

static void
clear_progress(struct bounce *b)
{
    if (b->progress && b->progress_due_ms)
        fputs("\r\033[K", stderr);
}

/* Adds a rejection to the pages, unless it says nothing that a postmaster must do: those are counted at the end. */
static void
add_page(struct bounce *b, const struct rejection *r)
{
    bool is_own_fault = r->inbound && r->party == PARTY_RECEIVER && b->own_faults <= 1;
    if (r->kind != REJECTION_NONE && (!r->inbound || is_own_fault))
        bounce_equals_add(&b->equals, r);
}

/* Prints the pages so far. */
static void
put_pages(struct bounce *b)
{
    for (size_t i = 0; i < b->equals.all.count; i++) {
        const struct bounce_equal *equal = b->equals.all.at[i];
        const struct checked *checked = find_checked(b, &equal->rejection);
        struct page page = {0};
        if (b->any_page)
            buf_byte(&b->out, '\n');
        b->any_page = true;
        page_begin(&page, b->output.columns);
        rejection_page(&page, &equal->rejection, &equal->equal,
                       checked ? investigation_evidence(checked->investigation) : NULL);
        output_page(&b->output, &b->out, &page);
        page_fini(&page);
    }
    bounce_equals_clear(&b->equals);
}

static void
put_record(struct bounce *b, const struct rejection *r, const struct result *checked)
{
    if (b->options->format == FORMAT_JSON) {
        bounce_rows_json(&b->out, r, checked, false);
        return;
    }
    if (b->rejections + b->complaints + b->inbound + b->nothing == 1)
        bounce_rows_csv_head(&b->out);
    bounce_rows_csv(&b->out, r, checked);
}

static unsigned
parts_of(const struct bounce *b)
{
    return JUDGED_WHOLE | JUDGED_CASE | (b->engine.recorder ? JUDGED_CHANGES : 0);
}

static void
finish_rejection(struct bounce *b, const struct rejection *r)
{
    struct checked *checked = find_checked(b, r);
    struct judged judged;
    enum exit_status status = bounce_status(r);
    judged_make(&judged, &b->engine, checked ? checked->investigation : NULL, b->options, b->receivers, parts_of(b));
    if (checked) {
        judged.result.target = judged.result.evidence->target;
        status = exit_status_of(judged.verdict.state);
        enum exit_status told = bounce_status(r);
        enum rejection_now now = rejection_page_now(r, judged.result.evidence);
        if ((told != STATUS_CLEAR && now == REJECTION_NOW_UNKNOWN) ||
            (told == STATUS_UNKNOWN && now == REJECTION_NOW_NONE)) /* the check cannot ask what refused the mail */
            status = exit_status_worse(status, STATUS_UNKNOWN);
    }
    b->worst = b->any ? exit_status_worse(b->worst, status) : status;
    b->any = true;
    b->inbound += r->inbound;
    b->own_faults += r->inbound && r->party == PARTY_RECEIVER;
    b->complaints += r->kind == REJECTION_COMPLAINT;
    b->nothing += r->kind == REJECTION_NONE;
    bool refused = r->kind != REJECTION_COMPLAINT && r->kind != REJECTION_NONE;
    bool counts = refused && (!b->options->summary || bounce_groups_add(&b->groups, r));
    b->rejections += counts && !r->inbound;
    if (!b->options->summary && b->options->format == FORMAT_TEXT)
        add_page(b, r);
    else if (!b->options->summary)
        put_record(b, r, checked ? &judged.result : NULL);
    judged_fini(&judged);
}

/* ---- the journal ---- */

/* Makes the name of a message, the same each time when it is read. */
static struct uuid
name_of(const struct rejection *r, const char *receiver)
{
    char text[ADDR_TEXT];
    struct buf name = {0};
    buf_format(&name, "rejection|%s|%s|%s|%s|%s|%lld|%s", addr_text(&r->own.address, text), receiver, r->list.name,
               r->recipient, r->id, (long long)r->time, *r->id ? "" : r->text);
    struct uuid uuid = uuid_of_name(name.at);
    buf_free(&name);
    return uuid;
}

static enum journal_result
remember_rejection(struct journal *journal, const struct rejection *r, struct fault *fault)
{
    int64_t now = clock_wall_ms(), at = r->time * 1000;
    struct journal_rejection row = {.address = r->own.address, .at_ms = at < now ? at : now};
    struct buf receiver = {0};
    if (*r->receiver.host || r->receiver.address.family != ADDR_NONE)
        rejection_words_receiver(r, &receiver);
    row.uuid = name_of(r, buf_string(&receiver));
    snprintf(row.receiver, sizeof row.receiver, "%.*s", (int)strcspn(buf_string(&receiver), " "),
             buf_string(&receiver));
    snprintf(row.zone, sizeof row.zone, "%s", r->list.zone);
    snprintf(row.list, sizeof row.list, "%s", r->list.name);
    row.level = r->level;
    buf_free(&receiver);
    return journal_rejection_store(journal, &row, fault);
}

/* Stores which receiver named a list, before the addresses are checked, so that the advice knows it. */
static void
remember_batch(struct bounce *b)
{
    struct fault fault = {""};
    struct journal *journal = b->engine.recorder ? recorder_journal(b->engine.recorder) : NULL;
    if (!journal || !recorder_stores(b->engine.recorder))
        return;
    enum journal_result result = journal_begin_observations(journal, &fault);
    if (result == JOURNAL_DONE) {
        for (size_t i = 0; i < b->count; i++) {
            const struct rejection *r = &b->batch[i];
            if (!r->inbound && *r->list.name && r->own.address.family != ADDR_NONE && result == JOURNAL_DONE)
                result = remember_rejection(journal, r, &fault);
        }
        if (result == JOURNAL_DONE)
            result = journal_commit(journal, &fault);
        else
            journal_undo(journal);
    }
    if (result != JOURNAL_DONE && !b->told)
        exit_status_report(fault.text, 0);
    b->told = b->told || result != JOURNAL_DONE;
}

static void
finish_batch(struct bounce *b)
{
    remember_batch(b);
    for (size_t i = 0; i < b->count && b->checks; i++)
        begin_check(b, &b->batch[i]);
    while (is_checking(b) && !interrupt_came())
        loop_turn(b->engine.loop, INT64_MAX);
    for (struct checked *c = b->first; c; c = c->next)
        if (investigation_evidence(c->investigation)->finished_ms == 0)
            investigation_stop(c->investigation, "the run was interrupted");
    if (b->engine.recorder)
        recorder_flush(b->engine.recorder);
    for (size_t i = 0; i < b->count; i++)
        finish_rejection(b, &b->batch[i]);
    b->count = 0;
    if (b->equals.all.count > PAGES_MOST)
        put_pages(b);
    if (b->out.count > 0)
        clear_progress(b);
    output_flush(&b->output, &b->out);
}

/* ---- input ---- */

static void
on_rejection(void *arg, struct rejection *r)
{
    struct bounce *b = arg;
    b->batch[b->count++] = *r;
    if (b->count == BATCH)
        finish_batch(b);
}

static bool
on_progress(void *arg, uint64_t bytes)
{
    struct bounce *b = arg;
    int64_t now = clock_now_ms();
    if (b->progress && now >= b->progress_due_ms) {
        b->progress_due_ms = now + PROGRESS_MS;
        fprintf(stderr, "\r\033[K%.1f MB read: %llu rejections", (double)bytes / 1e6,
                (unsigned long long)b->rejections + b->count);
    }
    return !interrupt_came() && !b->output.error;
}

/* Reads all inputs. Returns false with a fault for the first one that cannot be read, after the others. */
static bool
read_inputs(struct bounce *b, struct fault *fault)
{
    const struct options *o = b->options;
    struct fault other;
    bool ok = true;
    b->reader = (struct bounce_reader){.catalogue = b->engine.dataset.catalogue,
                                       .marks = b->marks,
                                       .take = on_rejection,
                                       .progress = on_progress,
                                       .arg = b};
    for (size_t i = 0; i < o->target_count || i == 0; i++) {
        bool is_stdin = o->target_count == 0 || strcmp(o->targets[i], "-") == 0;
        struct fault *place = ok ? fault : &other;
        bool read = is_stdin ? bounce_reader_descriptor(&b->reader, STDIN_FILENO, "stdin", place)
                             : bounce_reader_path(&b->reader, o->targets[i], place);
        ok = ok && read;
    }
    finish_batch(b);
    clear_progress(b);
    return ok || interrupt_came();
}

/* ---- the end ---- */

static void
put_count(struct buf *out, uint64_t count, const char *one, const char *many)
{
    text_number(out, (int64_t)count);
    buf_format(out, " %s", count == 1 ? one : many);
}

/* Says what was read, and what in it is no rejection of one's own mail. */
static void
put_closing(const struct bounce *b, struct buf *out)
{
    const struct bounce_reader_counts *read = &b->reader.counts;
    put_count(out, b->rejections, "rejection", "rejections");
    buf_text(out, " in ");
    if (read->mails > 0)
        put_count(out, read->mails, "mail", "mails");
    if (read->events > 0) {
        buf_text(out, read->mails > 0 ? ", " : "");
        put_count(out, read->events, "event", "events");
    }
    if (read->lines > 0 && read->events == 0) {
        buf_text(out, read->mails > 0 ? ", " : "");
        put_count(out, read->lines, "line", "lines");
    }
    if (read->mails + read->events + read->lines == 0)
        buf_text(out, "the text");
    if (b->complaints > 0) {
        buf_text(out, "; ");
        put_count(out, b->complaints, "complaint", "complaints");
    }
    if (b->nothing > 0) {
        buf_text(out, "; ");
        put_count(out, b->nothing, "mail has none", "mails have none");
    }
    if (b->inbound > b->own_faults) {
        buf_text(out, "; in ");
        put_count(out, b->inbound - b->own_faults, "line", "lines");
        buf_text(out, " this server itself refused the mail of others, or found it listed");
    }
    if (b->own_faults > 0) {
        buf_text(out, "; in ");
        put_count(out, b->own_faults, "line", "lines");
        buf_text(out, " this server asked a list that does not answer it, or is shut down");
    }
    if (read->cut > 0) {
        buf_text(out, "; ");
        put_count(out, read->cut, "piece was", "pieces were");
        buf_text(out, " too long or damaged, and read in part");
    }
    if (b->unchecked > 0)
        buf_format(out, "; only the first %d addresses were checked", CHECKED_MOST);
    buf_byte(out, '.');
}

/* Prints the page about the address, if there is one alone, and what was read. */
static void
finish_text(struct bounce *b)
{
    struct buf closing = {0};
    struct page page = {0};
    put_pages(b);
    put_closing(b, &closing);
    page_begin(&page, b->output.columns);
    if (b->options->summary) {
        bounce_groups_sort(&b->groups);
        bounce_groups_page(&page, &b->groups);
    }
    if (b->checked_count == 1) {
        struct judged judged;
        judged_make(&judged, &b->engine, b->first->investigation, b->options, b->receivers, parts_of(b));
        judged.result.target = judged.result.evidence->target;
        buf_byte(&b->out, '\n');
        result_text(&b->out, &judged.result, b->output.columns, b->output.colour, b->output.ascii);
        judged_fini(&judged);
    }
    if (b->rejections + b->complaints + b->own_faults > 0)
        buf_byte(&b->out, '\n');
    page_gap(&page);
    page_row(&page, 0);
    page_wrap(&page, COL, ROLE_DIM, buf_string(&closing));
    output_page(&b->output, &b->out, &page);
    page_fini(&page);
    buf_free(&closing);
}

static void
finish_output(struct bounce *b)
{
    if (b->options->format == FORMAT_TEXT) {
        finish_text(b);
    } else if (b->options->summary) {
        bounce_groups_sort(&b->groups);
        if (b->options->format == FORMAT_JSON)
            bounce_groups_json(&b->out, &b->groups, b->output.terminal);
        else
            bounce_groups_csv(&b->out, &b->groups, false);
    }
    output_flush(&b->output, &b->out);
}

/* ---- the command ---- */

static bool
open_all(struct bounce *b, struct fault *fault, int *status)
{
    const struct options *o = b->options;
    struct fault warning;
    if (o->target_count == 0 && isatty(STDIN_FILENO)) {
        *status = STATUS_USAGE;
        return fault_set(fault, "bounce needs a file or a folder of mails; or give - and paste the text");
    }
    *status = STATUS_FILE;
    b->marks = session_load_marks(fault);
    b->receivers = b->marks ? session_load_receivers(fault) : NULL;
    if (!b->receivers || !session_open(&b->engine, o, fault, &warning, status))
        return false;
    if (*warning.text)
        exit_status_report(warning.text, 0);
    if (!session_open_zones(&b->engine, o, ZONE_SET_ALL, NULL, fault, status)) {
        session_close(&b->engine);
        return false;
    }
    session_keep_journal(&b->engine, o);
    b->checks = !o->no_check && !o->summary && (!o->offline || b->engine.dataset.zones);
    interrupt_watch(b->engine.loop);
    return true;
}

static void
close_all(struct bounce *b)
{
    for (struct checked *c = b->first, *next; c; c = next) {
        next = c->next;
        investigation_free(c->investigation);
        free(c);
    }
    hashtable_free(&b->table);
    bounce_groups_fini(&b->groups);
    bounce_equals_clear(&b->equals);
    if (b->engine.loop)
        session_close(&b->engine);
    marks_free(b->marks);
    receivers_free(b->receivers);
    buf_free(&b->out);
    free(b->batch);
}

int
bounce_command_run(const struct options *o)
{
    struct bounce b = {.options = o, .progress = isatty(STDERR_FILENO)};
    struct fault fault;
    int status;
    if (!open_all(&b, &fault, &status)) {
        close_all(&b);
        return session_refuse(o, fault.text, status);
    }
    output_init(&b.output, o);
    b.batch = mem_alloc(BATCH * sizeof *b.batch);
    bool ok = read_inputs(&b, &fault);
    finish_output(&b);
    status = interrupt_came() ? STATUS_INTERRUPTED : b.any ? (int)b.worst : STATUS_CLEAR;
    if (!ok)
        status = exit_status_report(fault.text, STATUS_FILE);
    status = output_status(&b.output, status);
    close_all(&b);
    return status;
}
