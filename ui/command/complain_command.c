#include "command/complain_command.h"

#include "base/clock.h"
#include "base/text.h"
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

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BOUNCE_MOST = 1 << 20 };

struct complain {
    const struct options *options;
    struct engine engine;
    struct resource target;
    struct target_bounce bounce;
    bool about_receiver;
    enum letter_kind wanted; /* LETTER_KINDS: the one that fits */
    struct investigation *investigation;
    struct complaint complaint;
    struct contacts_setup setup;
    struct contacts_lookup *lookup;
    struct letter letter;
};

/* ---- the target ---- */

/* Joins the words of the command line, or reads standard input. */
static bool
read_words(const struct options *o, struct buf *out, struct fault *fault)
{
    char bytes[4096];
    ssize_t got = 0;
    bool reads = o->target_count == 1 && strcmp(o->targets[0], "-") == 0;
    for (size_t i = 0; !reads && i < o->target_count; i++)
        buf_format(out, "%s%s", i > 0 ? " " : "", o->targets[i]);
    while (reads && out->count < BOUNCE_MOST && (got = read(STDIN_FILENO, bytes, sizeof bytes)) > 0)
        buf_bytes(out, bytes, (size_t)got);
    return got >= 0 || fault_set(fault, "cannot read stdin: %s", strerror(errno));
}

/* Reads a target, or a bounce: one that a receiver's configuration caused is a complaint to it, any other one about its
 * address. */
static bool
read_target(struct complain *c, struct fault *fault)
{
    const struct catalogue *catalogue = c->engine.dataset.catalogue;
    struct buf words = {0};
    struct target target;
    bool ok = read_words(c->options, &words, fault);
    if (ok && target_bounce_read(buf_string(&words), words.count, catalogue, &c->bounce)) {
        const struct rejection *r = &c->bounce.first;
        c->about_receiver = r->party == PARTY_RECEIVER && !r->inbound;
        ok = r->own.address.family != ADDR_NONE || c->about_receiver ||
             fault_set(fault, "the bounce does not name the address that was rejected; give that address");
        if (r->own.address.family != ADDR_NONE)
            c->target = resource_of_address(&r->own.address);
    } else if (ok) {
        char *word = words.at;
        ok = session_read_target(&word, word ? 1 : 0, catalogue, &target, fault);
        c->target = target.resource;
    }
    if (ok && c->target.kind == RESOURCE_NET &&
        c->target.prefix.length == (c->target.prefix.addr.family == ADDR_V4 ? 32 : 128))
        c->target = resource_of_address(&c->target.prefix.addr);
    buf_free(&words);
    return ok;
}

/* ---- the facts ---- */

static void
on_change(void *arg)
{
    (void)arg;
}

/* Asks about an address, and waits. */
static bool
investigate(struct complain *c, struct fault *fault)
{
    struct engine *engine = &c->engine;
    struct addr address;
    char text[RESOURCE_TEXT];
    dataset_count_ranking(&engine->dataset);
    if (!complaint_address(&c->target, &engine->dataset, &address, fault))
        return false;
    const char *target = c->target.kind == RESOURCE_ADDRESS ? resource_text(&c->target, text) : NULL;
    c->investigation = investigation_new(engine, target, NULL, &address, on_change, c);
    while (investigation_evidence(c->investigation)->finished_ms == 0 && !interrupt_came())
        loop_turn(engine->loop, INT64_MAX);
    if (engine->recorder)
        recorder_flush(engine->recorder);
    return true;
}

static void
on_name(void *arg, size_t place, const char *name)
{
    complaint_set_name(arg, place, name);
}

/* Asks for the PTR names of the sources, and waits. */
static void
ask_names(struct complain *c)
{
    struct complaint *complaint = &c->complaint;
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
ask_contact(struct complain *c)
{
    struct complaint *complaint = &c->complaint;
    if (!complaint_wants_contact(complaint))
        return;
    session_contacts(&c->engine, c->options, &c->setup);
    c->lookup = contacts_find(&c->setup, &complaint->subject, on_change, c);
    while (contacts_of(c->lookup)->waits && !interrupt_came())
        loop_turn(c->engine.loop, INT64_MAX);
    const struct contacts *contacts = contacts_of(c->lookup);
    struct buf words = {0};
    if (contacts->found.count > 0)
        complaint->to = contacts->found.at[0].address;
    contact_words(&words, contacts);
    exit_status_report(buf_string(&words), 0);
    buf_free(&words);
}

static enum complaint_result
gather(struct complain *c, struct fault *fault)
{
    struct recorder *recorder = c->engine.recorder;
    struct complaint_ground ground = {
        .target = c->target,
        .evidence = c->investigation ? investigation_evidence(c->investigation) : NULL,
        .dataset = &c->engine.dataset,
        .journal = recorder ? recorder_journal(recorder) : NULL,
        .rejection = c->about_receiver ? &c->bounce.first : NULL,
    };
    enum complaint_result result = complaint_gather(&c->complaint, &ground, c->wanted, fault);
    c->complaint.from_name = c->options->name;
    c->complaint.from_mail = c->options->mail_from;
    return result;
}

/* ---- the letter ---- */

static void
print_json(struct buf *out, void *arg, bool pretty)
{
    const struct complain *c = arg;
    complain_json_put(out, &c->complaint, &c->letter, pretty);
}

static void
print_csv(struct buf *out, void *arg, bool pretty)
{
    (void)pretty;
    draft_put_csv(out, &((const struct complain *)arg)->complaint);
}

static void
print_draft(struct buf *out, void *arg, bool pretty)
{
    const struct complain *c = arg;
    (void)pretty;
    draft_put(out, &c->letter, &c->complaint);
}

static void
print_xarf(struct buf *out, void *arg, bool pretty)
{
    (void)pretty;
    complain_json_put_xarf(out, &((const struct complain *)arg)->complaint);
}

static void
print_text(struct buf *out, void *arg, bool pretty)
{
    const struct complain *c = arg;
    (void)pretty;
    letter_put(out, &c->letter, c->complaint.to);
}

static const struct output_format formats[] = {[FORMAT_TEXT] = {.print = print_text},
                                               [FORMAT_JSON] = {.print = print_json},
                                               [FORMAT_CSV] = {.print = print_csv},
                                               [FORMAT_EML] = {.print = print_draft},
                                               [FORMAT_XARF] = {.print = print_xarf}};

static bool
edit(struct complain *c, struct fault *fault)
{
    struct buf before = {0}, after = {0};
    letter_put(&before, &c->letter, c->complaint.to);
    bool ok = editor_run(buf_string(&before), LETTER_MOST, &after, fault);
    if (ok)
        letter_read(&c->letter, buf_string(&after));
    buf_free(&before);
    buf_free(&after);
    return ok;
}

/* Stores that the letter was sent, and says where. */
static bool
file_letter(const struct complain *c, struct fault *fault)
{
    const struct complaint *complaint = &c->complaint;
    struct journal *journal = c->engine.recorder ? recorder_journal(c->engine.recorder) : NULL;
    char subject[RESOURCE_TEXT];
    struct fault sentence;
    if (!journal)
        return fault_set(fault, "--sent needs the journal; leave out --no-journal");
    if (complaint_file(complaint, journal, fault) != JOURNAL_DONE)
        return false;
    fault_set(&sentence, "filed in the case of %s: reference %s%s", resource_text(&complaint->subject, subject),
              complaint->reference,
              complaint->kind == LETTER_THANKS ? "; the case is closed" : "; follow-up in 7 days");
    exit_status_report(sentence.text, 0);
    return true;
}

/* Reports what the user should know before sending. */
static void
report_limits(const struct complain *c)
{
    const struct complaint *complaint = &c->complaint;
    struct fault sentence;
    struct buf others = {0};
    if (complaint->stale)
        exit_status_report("these facts are old: fetch current zone files, or ask over DNS, before you send it", 0);
    if (!complaint->from_mail)
        exit_status_report("the letter has no sender: set name and mail-from in the configuration", 0);
    for (enum letter_kind kind = 0; kind < LETTER_KINDS; kind++)
        if (complaint->kinds & 1U << kind && kind != complaint->kind)
            buf_format(&others, "%s%s", others.count > 0 ? ", " : "", letter_kind_name(kind));
    if (others.count > 0) {
        fault_set(&sentence, "this is the letter %s; --letter also writes: %s", letter_kind_name(complaint->kind),
                  buf_string(&others));
        exit_status_report(sentence.text, 0);
    }
    buf_free(&others);
}

/* Writes the letter and does with it what the options say. */
static int
write_letter(struct complain *c, struct fault *fault)
{
    const struct options *o = c->options;
    char *folder = paths_usual("XDG_CONFIG_HOME", ".config", "letters");
    bool ok = letter_write(&c->letter, &c->complaint, (enum letter_language)o->language, folder, fault);
    free(folder);
    if (!ok || (o->edit && !edit(c, fault)))
        return STATUS_FILE;
    if (o->format == FORMAT_XARF && (!o->mail_from || !draft_is_mailbox(o->mail_from))) {
        fault_set(fault, "--format xarf needs your mail address: set mail-from in the configuration");
        return STATUS_USAGE;
    }
    if (o->format == FORMAT_XARF && (!c->complaint.list || c->complaint.kind >= LETTER_THANKS || c->about_receiver)) {
        fault_set(fault, "--format xarf reports abuse; the letter %s does not", letter_kind_name(c->complaint.kind));
        return STATUS_USAGE;
    }
    int status = output_result(o, formats, c, 0);
    if (isatty(STDERR_FILENO) || o->format == FORMAT_TEXT)
        report_limits(c);
    if (status == 0 && o->sent && !file_letter(c, fault))
        return STATUS_FILE;
    fault->text[0] = '\0';
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
    chosen.lists = o->lists ? o->lists : uceprotect;
    if (!session_open(&c->engine, &chosen, fault, &warning, status))
        return false;
    *status = STATUS_USAGE;
    if (*warning.text)
        exit_status_report(warning.text, 0);
    if (read_target(c, fault) && session_open_zones(&c->engine, o, ZONE_SET_ALL, NULL, fault, status)) {
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
    static const int statuses[] = {[COMPLAINT_READY] = 0,
                                   [COMPLAINT_NOTHING] = STATUS_CLEAR,
                                   [COMPLAINT_UNKNOWN] = STATUS_UNKNOWN,
                                   [COMPLAINT_UNFIT] = STATUS_USAGE};
    if (!c->about_receiver && !investigate(c, fault))
        return STATUS_UNKNOWN;
    if (interrupt_came())
        return fault_set(fault, "interrupted"), STATUS_INTERRUPTED;
    enum complaint_result result = gather(c, fault);
    if (result != COMPLAINT_READY)
        return statuses[result];
    ask_names(c);
    ask_contact(c);
    return write_letter(c, fault);
}

int
complain_command_run(const struct options *o)
{
    struct complain c = {.options = o, .wanted = LETTER_KINDS};
    struct fault fault = {.text = ""};
    int status = STATUS_USAGE;
    if (o->target_count == 0)
        return exit_status_report("complain needs an address, a prefix, an AS or a bounce", STATUS_USAGE);
    if (o->letter && !letter_kind_parse(o->letter, &c.wanted)) {
        struct buf names = {0};
        for (enum letter_kind kind = 0; kind < LETTER_KINDS; kind++)
            buf_format(&names, "%s%s",
                       kind == 0                  ? ""
                       : kind + 1 == LETTER_KINDS ? " or "
                                                  : ", ",
                       letter_kind_name(kind));
        fault_set(&fault, "--letter %.40s: choose %s", o->letter, buf_string(&names));
        buf_free(&names);
        return exit_status_report(fault.text, STATUS_USAGE);
    }
    if (o->format == FORMAT_NAGIOS || o->format == FORMAT_PROMETHEUS)
        return exit_status_report("complain prints text, json, csv, eml or xarf", STATUS_USAGE);
    if (open_all(&c, &fault, &status)) {
        status = run(&c, &fault);
        complaint_fini(&c.complaint);
        letter_fini(&c.letter);
        investigation_free(c.investigation);
        contacts_end(c.lookup);
        free(c.setup.fetch);
        session_close(&c.engine);
    }
    target_bounce_fini(&c.bounce);
    if (*fault.text)
        exit_status_report(fault.text, 0);
    return status;
}
