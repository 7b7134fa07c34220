#include "command/complain_command.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/textfile.h"
#include "check/investigation.h"
#include "check/ptr_names.h"
#include "command/complain_json.h"
#include "command/output.h"
#include "letter/draft.h"
#include "pages/contact_words.h"
#include "session/editor.h"
#include "session/exit_status.h"
#include "session/interrupt.h"
#include "session/paths.h"
#include "session/session.h"
#include "targets/target_bounce.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct complain {
    const struct options *options;
    struct engine engine;
    struct target_bounce bounce;
    enum letter_kind wanted;              /* LETTER_KINDS: the one that fits */
    VEC(struct complaint_ground) grounds; /* of the targets */
    VEC(struct investigation *) investigations;
    VEC(struct complaint) complaints;
    struct contacts_setup setup;
};

/* A letter to be printed. */
struct print {
    const struct complaint *complaint;
    struct letter letter;
    bool first;
};

/* ---- the targets ---- */

static void
add_target(struct complain *c, const struct resource *resource)
{
    const struct prefix *prefix = &resource->prefix;
    bool single = resource->kind == RESOURCE_NET && prefix->length == (prefix->addr.family == ADDR_V4 ? 32 : 128);
    struct complaint_ground ground = {.target = single ? resource_of_address(&prefix->addr) : *resource};
    vec_push(&c->grounds, ground);
}

/* Adds each word as a target, or what the words name together. */
static bool
add_words(struct complain *c, char *words, struct fault *fault)
{
    struct resource resource;
    struct target target;
    char *copy = mem_copy(words), *rest = copy;
    bool each = true;
    for (char *word; each && (word = strtok_r(rest, " \t\r\n", &rest));) {
        each = resource_parse(word, &resource);
        if (each)
            add_target(c, &resource);
    }
    free(copy);
    if (each && c->grounds.count > 0)
        return c->grounds.count <= COMPLAINT_TARGETS ||
               fault_set(fault, "%zu targets are too many at once; name at most %d", c->grounds.count,
                         COMPLAINT_TARGETS);
    vec_clear(&c->grounds);
    bool ok = session_read_target(&words, 1, c->engine.dataset.catalogue, &target, fault);
    if (ok)
        add_target(c, &target.resource);
    return ok;
}

/* Reads standard input, a file, or what the arguments say. */
static bool
read_words(const struct options *o, struct buf *out, struct fault *fault)
{
    enum { MOST = 16 * 1024 * 1024 };
    const char *only = o->target_count == 1 ? o->targets[0] : "";
    struct resource resource;
    if (strcmp(only, "-") == 0)
        return session_read_stdin(out, fault);
    if (*only && !resource_parse(only, &resource) && !textfile_is_missing(only))
        return textfile_read(only, MOST, out, fault);
    for (size_t i = 0; i < o->target_count; i++)
        buf_format(out, "%s%s", i > 0 ? " " : "", o->targets[i]);
    return true;
}

/* Reads the targets, or a bounce: one that a receiver's configuration caused is a complaint to it, any other one about
 * its address. */
static bool
read_targets(struct complain *c, struct fault *fault)
{
    const struct options *o = c->options;
    struct buf words = {0};
    bool ok = read_words(o, &words, fault);
    if (ok && target_bounce_read(buf_string(&words), words.count, c->engine.dataset.catalogue, &c->bounce)) {
        const struct rejection *r = &c->bounce.first;
        struct resource own =
            r->own.address.family != ADDR_NONE ? resource_of_address(&r->own.address) : (struct resource){0};
        add_target(c, &own);
        if (r->party == PARTY_RECEIVER && !r->inbound)
            c->grounds.at[0].rejection = r;
        ok = own.kind != RESOURCE_NONE || c->grounds.at[0].rejection ||
             fault_set(fault, "the bounce does not name the address that was rejected; give that address");
    } else if (ok) {
        buf_byte(&words, '\0');
        ok = add_words(c, words.at, fault);
    }
    buf_free(&words);
    return ok;
}

/* ---- the facts ---- */

static void
on_change(void *arg)
{
    (void)arg;
}

/* Asks about an address for each target, and waits. */
static bool
investigate(struct complain *c, struct fault *fault)
{
    struct engine *engine = &c->engine;
    struct addr address;
    char text[RESOURCE_TEXT];
    dataset_count_ranking(&engine->dataset);
    for (size_t i = 0; i < c->grounds.count; i++) {
        struct complaint_ground *g = &c->grounds.at[i];
        g->dataset = &engine->dataset;
        g->journal = engine->recorder ? recorder_journal(engine->recorder) : NULL;
        if (g->rejection)
            continue;
        if (!complaint_address(&g->target, &engine->dataset, &address, fault))
            return false;
        const char *target = g->target.kind == RESOURCE_ADDRESS ? resource_text(&g->target, text) : NULL;
        struct investigation *investigation = investigation_new(engine, target, NULL, &address, on_change, c);
        g->evidence = investigation_evidence(investigation);
        vec_push(&c->investigations, investigation);
    }
    for (size_t i = 0; i < c->investigations.count; i++)
        while (investigation_evidence(c->investigations.at[i])->finished_ms == 0 && !interrupt_came())
            loop_turn(engine->loop, INT64_MAX);
    if (engine->recorder)
        recorder_flush(engine->recorder);
    return true;
}

/* Gathers a complaint about each target that no earlier one covers. Returns the exit status of those for which there is
 * no letter, which are reported, but for the last fault; 0 = none. */
static int
gather(struct complain *c, struct fault *fault)
{
    static const int statuses[] = {[COMPLAINT_READY] = 0,
                                   [COMPLAINT_NOTHING] = STATUS_CLEAR,
                                   [COMPLAINT_UNKNOWN] = STATUS_UNKNOWN,
                                   [COMPLAINT_UNFIT] = STATUS_USAGE};
    int status = 0;
    for (size_t i = 0; i < c->grounds.count; i++) {
        struct complaint complaint = {0};
        bool covered = false;
        for (size_t k = 0; k < c->complaints.count; k++)
            covered = covered || complaint_covers(&c->complaints.at[k], &c->grounds.at[i].target);
        if (covered)
            continue;
        enum complaint_result result =
            complaint_gather(&complaint, &c->grounds.at[i], c->grounds.count - i, c->wanted, fault);
        if (result == COMPLAINT_READY) {
            complaint.from_name = c->options->name;
            complaint.from_mail = c->options->mail_from;
            vec_push(&c->complaints, complaint);
            continue;
        }
        complaint_fini(&complaint);
        exit_status_report(fault->text, 0);
        status = statuses[result] > status ? statuses[result] : status;
    }
    fault->text[0] = '\0';
    return status;
}

static void
on_name(void *arg, size_t place, const char *name)
{
    complaint_set_name(arg, place, name);
}

/* Asks for the PTR names of the sources, and waits. */
static void
ask_names(struct complain *c, struct complaint *complaint)
{
    VEC(uint32_t) addresses = {0};
    for (size_t i = 0; i < complaint->sources.count; i++)
        vec_push(&addresses, complaint->sources.at[i].address);
    struct ptr_names *names = ptr_names_new(&c->engine, addresses.at, addresses.count, on_name, complaint);
    while (names && ptr_names_pending(names) > 0 && !interrupt_came())
        loop_turn(c->engine.loop, INT64_MAX);
    ptr_names_free(names);
    vec_free(&addresses);
}

/* Asks who can act on the subject, and waits. A letter about an earlier one goes to the same mailbox. */
static void
ask_contact(struct complain *c, struct complaint *complaint)
{
    if (!complaint_wants_contact(complaint))
        return;
    session_contacts(&c->engine, c->options, &c->setup);
    struct contacts_lookup *lookup = contacts_find(&c->setup, &complaint->subject, on_change, c);
    while (contacts_of(lookup)->waits && !interrupt_came())
        loop_turn(c->engine.loop, INT64_MAX);
    const struct contacts *contacts = contacts_of(lookup);
    struct buf words = {0};
    if (contacts->found.count > 0)
        complaint->to = complaint->known_to = mem_copy(contacts->found.at[0].address);
    contact_words(&words, contacts);
    exit_status_report(buf_string(&words), 0);
    buf_free(&words);
    contacts_end(lookup);
    free(c->setup.fetch);
    c->setup.fetch = NULL;
}

/* ---- the letter ---- */

static void
print_json(struct buf *out, void *arg, bool pretty)
{
    const struct print *p = arg;
    complain_json_put(out, p->complaint, &p->letter, pretty);
}

static void
print_csv(struct buf *out, void *arg, bool pretty)
{
    const struct print *p = arg;
    (void)pretty;
    draft_put_csv(out, p->complaint, p->first);
}

static void
print_draft(struct buf *out, void *arg, bool pretty)
{
    const struct print *p = arg;
    (void)pretty;
    draft_put(out, &p->letter, p->complaint);
}

static void
print_xarf(struct buf *out, void *arg, bool pretty)
{
    (void)pretty;
    complain_json_put_xarf(out, ((const struct print *)arg)->complaint);
}

static void
print_text(struct buf *out, void *arg, bool pretty)
{
    const struct print *p = arg;
    (void)pretty;
    if (!p->first)
        buf_text(out, "\n----------\n\n");
    letter_put(out, &p->letter, p->complaint->to);
}

static const struct output_format formats[] = {[FORMAT_TEXT] = {.print = print_text},
                                               [FORMAT_JSON] = {.print = print_json},
                                               [FORMAT_CSV] = {.print = print_csv},
                                               [FORMAT_EML] = {.print = print_draft},
                                               [FORMAT_XARF] = {.print = print_xarf}};

static bool
edit(struct print *p, struct fault *fault)
{
    struct buf before = {0}, after = {0};
    letter_put(&before, &p->letter, p->complaint->to);
    bool ok = editor_run(buf_string(&before), LETTER_MOST, &after, fault);
    if (ok)
        letter_read(&p->letter, buf_string(&after));
    buf_free(&before);
    buf_free(&after);
    return ok;
}

/* Stores that the letter was sent, and says where. */
static bool
file_letter(const struct complain *c, const struct complaint *complaint, struct fault *fault)
{
    struct journal *journal = c->engine.recorder ? recorder_journal(c->engine.recorder) : NULL;
    char subject[RESOURCE_TEXT];
    struct fault sentence;
    if (!journal)
        return fault_set(fault, "--sent needs a journal that can be written");
    if (complaint_file(complaint, journal, fault) != JOURNAL_DONE)
        return false;
    fault_set(&sentence, "filed in the case of %s: reference %s%s", resource_text(&complaint->subject, subject),
              complaint->reference,
              complaint->kind == LETTER_THANKS ? "; the case is closed" : "; follow-up in 7 days");
    exit_status_report(sentence.text, 0);
    return true;
}

/* Reports what the user should know before sending, and with `choices` which other letters there are. */
static void
report_limits(const struct print *p, bool choices)
{
    const struct complaint *complaint = p->complaint;
    struct fault sentence;
    struct buf others = {0};
    if (complaint->stale)
        exit_status_report("these facts are old: fetch current zone files, or ask over DNS, before you send it", 0);
    if (!complaint->from_mail && p->first)
        exit_status_report("the letter has no sender: set name and mail-from in the configuration", 0);
    if (complaint->from_mail && !draft_is_mailbox(complaint->from_mail) && p->first)
        exit_status_report("mail-from is not a plain mailbox (me@example.net): no mail program can use it", 0);
    letter_kinds_put(&others, complaint->kinds & ~(1U << complaint->kind));
    if (choices && others.count > 0) {
        fault_set(&sentence, "this is the letter %s; --letter also writes: %s", letter_kind_name(complaint->kind),
                  buf_string(&others));
        exit_status_report(sentence.text, 0);
    }
    buf_free(&others);
}

/* Returns whether the format can show the letters. */
static bool
format_fits(const struct complain *c, struct fault *fault)
{
    const struct options *o = c->options;
    if (o->format == FORMAT_EML && c->complaints.count > 1)
        return fault_set(fault, "--eml prints one draft, and these targets need %zu letters: name them one by one",
                         c->complaints.count);
    if (o->format != FORMAT_XARF)
        return true;
    if (!o->mail_from || !draft_is_mailbox(o->mail_from))
        return fault_set(fault, "--format xarf needs your mail address: set mail-from in the configuration");
    for (size_t i = 0; i < c->complaints.count; i++) {
        const struct complaint *complaint = &c->complaints.at[i];
        if (!complaint->list || complaint->kind == LETTER_THANKS || complaint->kind == LETTER_RECEIVER)
            return fault_set(fault, "--format xarf reports abuse; the letter %s does not",
                             letter_kind_name(complaint->kind));
    }
    return true;
}

/* Writes a letter and does with it what the options say. */
static int
write_letter(struct complain *c, size_t place, struct fault *fault)
{
    const struct options *o = c->options;
    struct complaint *complaint = &c->complaints.at[place];
    struct print print = {.complaint = complaint, .first = place == 0};
    char *folder = paths_usual("XDG_CONFIG_HOME", ".config", "letters");
    ask_names(c, complaint);
    ask_contact(c, complaint);
    int status = STATUS_FILE;
    if (o->sent && !complaint_may_be_filed(complaint, fault)) {
        free(folder);
        return STATUS_USAGE;
    }
    if (letter_write(&print.letter, complaint, (enum letter_language)o->language, folder, fault) &&
        (!o->edit || edit(&print, fault))) {
        status = output_result(o, formats, &print, 0);
        report_limits(&print, isatty(STDERR_FILENO) || o->format == FORMAT_TEXT);
        if (status == 0 && o->sent && !file_letter(c, complaint, fault))
            status = STATUS_FILE;
    }
    free(folder);
    letter_fini(&print.letter);
    return status;
}

/* Opens what the facts come from. */
static bool
open_all(struct complain *c, struct fault *fault, int *status)
{
    const struct options *o = c->options;
    struct fault warning;
    struct options chosen = *o;
    static char uceprotect[] = "uceprotect";
    chosen.lists = uceprotect;
    if (!session_open(&c->engine, &chosen, fault, &warning, status))
        return false;
    *status = STATUS_USAGE;
    if (*warning.text)
        exit_status_report(warning.text, 0);
    if (read_targets(c, fault) && session_open_zones(&c->engine, o, ZONE_SET_ALL, NULL, fault, status)) {
        session_keep_journal(&c->engine, o);
        session_report_doubts(&c->engine);
        interrupt_watch(c->engine.loop);
        return true;
    }
    session_close(&c->engine);
    return false;
}

static int
run(struct complain *c, struct fault *fault)
{
    if (!investigate(c, fault))
        return STATUS_UNKNOWN;
    if (interrupt_came())
        return fault_set(fault, "interrupted"), STATUS_INTERRUPTED;
    int status = gather(c, fault);
    if (!format_fits(c, fault))
        return STATUS_USAGE;
    for (size_t i = 0; i < c->complaints.count; i++) {
        int failed = write_letter(c, i, fault);
        if (failed)
            return failed;
    }
    return status;
}

int
complain_command_run(const struct options *o)
{
    struct complain c = {.options = o, .wanted = LETTER_KINDS};
    struct fault fault = {.text = ""};
    int status = STATUS_USAGE;
    if (o->target_count == 0)
        return exit_status_report("complain needs addresses, prefixes or ASes, or a bounce", STATUS_USAGE);
    if (o->letter && !letter_kind_parse(o->letter, &c.wanted)) {
        struct buf names = {0};
        letter_kinds_put(&names, (1U << LETTER_KINDS) - 1);
        fault_set(&fault, "--letter %.40s: choose one of %s", o->letter, buf_string(&names));
        buf_free(&names);
        return exit_status_report(fault.text, STATUS_USAGE);
    }
    if (o->format == FORMAT_NAGIOS || o->format == FORMAT_PROMETHEUS)
        return exit_status_report("complain prints text, json, csv, eml or xarf", STATUS_USAGE);
    if (open_all(&c, &fault, &status)) {
        status = run(&c, &fault);
        for (size_t i = 0; i < c.complaints.count; i++)
            complaint_fini(&c.complaints.at[i]);
        for (size_t i = 0; i < c.investigations.count; i++)
            investigation_free(c.investigations.at[i]);
        vec_free(&c.complaints);
        vec_free(&c.investigations);
        session_close(&c.engine);
    }
    vec_free(&c.grounds);
    target_bounce_fini(&c.bounce);
    if (*fault.text)
        exit_status_report(fault.text, 0);
    return status;
}
