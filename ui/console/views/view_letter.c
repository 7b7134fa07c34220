/* The letter that can end a listing, beside the page. It is written once the facts are in, and again when a contact, a
 * name or the count of the AS arrives, until the user edits it. */
#include "console/views/routes.h"

#include "base/clock.h"
#include "base/text.h"
#include "check/ptr_names.h"
#include "console/overlays/confirm.h"
#include "console/overlays/export.h"
#include "console/overlays/prompt.h"
#include "console/views/watch.h"
#include "letter/draft.h"
#include "pages/contact_words.h"
#include "session/editor.h"

#include <stdlib.h>
#include <string.h>

struct letter_view {
    struct page_pane page;
    struct nav *nav;
    struct complaint_ground ground;
    struct watch *watch;                 /* of an address ... */
    struct investigation *investigation; /* ... and of one that stands for its net or AS */
    struct complaint complaint;
    enum complaint_result result;
    bool gathered, recounted, edited; /* recounted: once the AS was counted */
    enum letter_kind wanted;          /* LETTER_KINDS: the one that fits */
    enum letter_language language;
    struct letter letter;
    struct contacts_lookup *lookup;
    struct ptr_names *names;
    struct export export;
    struct fault fault; /* why there is no letter; "" = there is one */
};

/* ---- the facts ---- */

static void
on_change(void *arg)
{
    app_touch(((struct letter_view *)arg)->nav->app);
}

static void
write_again(struct letter_view *v)
{
    const struct letter_sender *sender = &v->nav->sender;
    v->page.page.cols = 0;
    app_touch(v->nav->app);
    if (v->edited || v->result != COMPLAINT_READY)
        return;
    v->complaint.from_name = sender->name;
    v->complaint.from_mail = sender->mail;
    v->fault.text[0] = '\0';
    letter_write(&v->letter, &v->complaint, v->language, sender->folder, &v->fault);
}

static void
on_name(void *arg, size_t place, const char *name)
{
    struct letter_view *v = arg;
    complaint_set_name(&v->complaint, place, name);
    if (ptr_names_pending(v->names) == 0)
        write_again(v);
}

static void
on_contact(void *arg)
{
    struct letter_view *v = arg;
    const struct contacts *contacts = contacts_of(v->lookup);
    v->complaint.to = contacts->found.count > 0 ? contacts->found.at[0].address : NULL;
    write_again(v);
}

/* Asks who can act on the subject, and for the names of the sources. */
static void
ask(struct letter_view *v)
{
    VEC(uint32_t) addresses = {0};
    ptr_names_free(v->names);
    contacts_end(v->lookup);
    v->lookup = NULL;
    for (size_t i = 0; i < v->complaint.sources.count; i++)
        vec_push(&addresses, v->complaint.sources.at[i].address);
    v->names = ptr_names_new(v->nav->engine, addresses.at, addresses.count, on_name, v);
    vec_free(&addresses);
    if (complaint_wants_contact(&v->complaint) && v->nav->contacts) {
        v->lookup = contacts_find(v->nav->contacts, &v->complaint.subject, on_contact, v);
        const struct contacts *contacts = contacts_of(v->lookup);
        v->complaint.to = contacts->found.count > 0 ? contacts->found.at[0].address : NULL;
    }
}

static void
gather(struct letter_view *v)
{
    v->gathered = true;
    v->ground.journal = navigator_journal(v->nav);
    ptr_names_free(v->names);
    v->names = NULL;
    v->result = complaint_gather(&v->complaint, &v->ground, v->wanted, &v->fault);
    if (v->result == COMPLAINT_READY)
        ask(v);
    write_again(v);
}

/* Asks about an address that stands for the net or the AS. */
static void
investigate(struct letter_view *v)
{
    struct engine *engine = v->nav->engine;
    struct addr address;
    if (!complaint_address(&v->ground.target, &engine->dataset, &address, &v->fault))
        return;
    v->fault.text[0] = '\0';
    v->investigation = investigation_new(engine, NULL, NULL, &address, on_change, v);
    v->ground.evidence = investigation_evidence(v->investigation);
}

/* Goes on as far as what is known allows. */
static void
update(struct letter_view *v)
{
    const struct complaint *c = &v->complaint;
    bool by_other = v->ground.target.kind == RESOURCE_NET || v->ground.target.kind == RESOURCE_ASN;
    if (by_other && !v->investigation)
        investigate(v);
    bool ready = v->ground.rejection || (v->ground.evidence && v->ground.evidence->finished_ms != 0);
    bool counted = v->gathered && c->subject.kind == RESOURCE_ASN && !c->has_estimate && !v->recounted && !v->edited &&
                   dataset_provider(&v->nav->engine->dataset, c->holder.asn);
    v->recounted = v->recounted || counted;
    if (ready && (!v->gathered || counted))
        gather(v);
}

/* ---- what the user does with it ---- */

static void
on_dropped(void *arg, bool yes)
{
    struct letter_view *v = arg;
    if (yes)
        app_close(v->nav->app, v);
}

static bool
on_sent(void *arg, const char *who, struct fault *fault)
{
    struct letter_view *v = arg;
    struct complaint *c = &v->complaint;
    struct journal *journal = navigator_writable_journal(v->nav);
    char subject[RESOURCE_TEXT], due[CLOCK_MINUTE];
    if (!*who)
        return fault_set(fault, "type to whom it was sent");
    if (!journal)
        return fault_set(fault, "the journal cannot be changed");
    char *told = mem_copy(who);
    c->to = told;
    bool ok = complaint_file(c, journal, fault) == JOURNAL_DONE;
    if (ok) {
        recorder_touched(v->nav->engine->recorder);
        clock_minute(clock_wall_ms() + COMPLAINT_FOLLOW_UP_DAYS * INT64_C(86400000), due);
        app_message(v->nav->app, "filed in the case of %s: reference %s, %s%.10s%s",
                    resource_text(&c->subject, subject), c->reference,
                    c->kind == LETTER_THANKS ? "closed on " : "follow-up ", due, navigator_passing(v->nav));
    }
    c->to = NULL;
    free(told);
    if (ok)
        app_close(v->nav->app, v);
    return ok;
}

/* Work for the user's editor while it has the terminal. */
struct errand {
    const char *text;
    struct buf result;
    struct fault fault;
    bool ok;
};

static void
run_editor(void *arg)
{
    struct errand *errand = arg;
    errand->ok = editor_run(errand->text, LETTER_MOST, &errand->result, &errand->fault);
}

static void
edit(struct letter_view *v, struct app *app)
{
    struct buf text = {0};
    letter_put(&text, &v->letter, v->complaint.to);
    struct errand errand = {.text = buf_string(&text)};
    app_screen(app)->lend(app_screen(app), run_editor, &errand);
    if (!errand.ok) {
        app_message(app, "%s", errand.fault.text);
    } else if (strcmp(buf_string(&errand.result), buf_string(&text)) != 0) {
        letter_read(&v->letter, buf_string(&errand.result));
        v->edited = true;
    }
    v->page.page.cols = 0;
    buf_free(&errand.result);
    buf_free(&text);
}

static void
write_file(struct letter_view *v, struct app *app, bool draft)
{
    struct buf name = {0};
    buf_format(&name, "%s.%s", v->complaint.reference, draft ? "eml" : "txt");
    buf_clear(&v->export.text);
    if (draft)
        draft_put(&v->export.text, &v->letter, &v->complaint);
    else
        letter_put(&v->export.text, &v->letter, v->complaint.to);
    export_ask_text(&v->export, app, draft ? "Write the mail draft to file" : "Write the letter to file",
                    buf_string(&name));
    buf_free(&name);
}

/* Takes the next letter for which there are facts, or the other language. */
static void
vary(struct letter_view *v, struct app *app, bool language)
{
    if (v->edited) {
        app_message(app, "the letter was edited; Esc drops it, and c begins again");
        return;
    }
    enum letter_kind next = v->complaint.kind;
    if (language)
        v->language = (v->language + 1) % LETTER_LANGUAGES;
    else
        do
            next = (next + 1) % LETTER_KINDS;
        while (!(v->complaint.kinds & 1U << next));
    if (next != v->complaint.kind) {
        v->wanted = next;
        gather(v);
    }
    write_again(v);
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct letter_view *v = self;
    struct buf text = {0};
    (void)row;
    switch (action) {
    case ACTION_SENT:
        prompt_open(app, "Sent to", v->complaint.to ? v->complaint.to : "abuse desk", on_sent, v);
        break;
    case ACTION_VARIANT:
    case ACTION_LANGUAGE:
        vary(v, app, action == ACTION_LANGUAGE);
        break;
    case ACTION_EDITOR:
        edit(v, app);
        break;
    case ACTION_WRITE:
    case ACTION_DRAFT:
        write_file(v, app, action == ACTION_DRAFT);
        break;
    case ACTION_COPY:
        letter_put(&text, &v->letter, v->complaint.to);
        app_message(app, app_screen(app)->copy(app_screen(app), buf_string(&text)) ? "the letter is in the clipboard"
                                                                                   : "this terminal has no clipboard");
        buf_free(&text);
        break;
    default:
        if (v->edited)
            confirm_open(app, "The edited letter is not sent. Leave anyway?", on_dropped, v);
        else
            app_close(app, v);
        break;
    }
}

static bool
can(void *self, enum action action, size_t row)
{
    const struct letter_view *v = self;
    bool has_letter = v->result == COMPLAINT_READY && v->gathered && !*v->fault.text;
    (void)row;
    switch (action) {
    case ACTION_CANCEL:
        return true;
    case ACTION_VARIANT:
        return has_letter && (v->complaint.kinds & (v->complaint.kinds - 1)) != 0;
    case ACTION_SENT:
        return has_letter && v->nav->engine->recorder;
    default:
        return has_letter && (action == ACTION_LANGUAGE || action == ACTION_EDITOR || action == ACTION_WRITE ||
                              action == ACTION_DRAFT || action == ACTION_COPY);
    }
}

/* ---- drawing ---- */

static void
put_line(struct page *p, enum role role, const char *text)
{
    page_row(p, 0);
    if (*text)
        page_wrap(p, 0, role, text);
}

static void
lay_out_letter(struct letter_view *v, struct page *p)
{
    struct buf text = {0};
    if (v->lookup) {
        contact_words(&text, contacts_of(v->lookup));
        put_line(p, ROLE_DIM, buf_string(&text));
        buf_clear(&text);
    }
    if (v->complaint.stale)
        put_line(p, ROLE_WARN, "these facts are old: load current zone files before you send it");
    if (!v->nav->sender.mail)
        put_line(p, ROLE_DIM, "set name and mail-from in the configuration to sign it");
    page_gap(p);
    letter_put(&text, &v->letter, v->complaint.to);
    for (char *line = text.at, *end; *line; line = end) {
        end = line + strcspn(line, "\n");
        end += *end ? (*end = '\0', 1) : 0;
        put_line(p, ROLE_PLAIN, line);
    }
    buf_free(&text);
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct letter_view *v = self;
    struct page *p = &v->page.page;
    (void)rows;
    update(v);
    if (p->cols != cols) {
        page_begin(p, cols);
        if (*v->fault.text)
            put_line(p, ROLE_WARN, v->fault.text);
        else if (!v->gathered)
            put_line(p, ROLE_ASKING, "waiting for the facts");
        else
            lay_out_letter(v, p);
    }
    if (!v->gathered)
        p->cols = 0;
    out->body = &v->page.pane;
    out->rows = p->rows.count;
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    const struct letter_view *v = self;
    (void)row;
    buf_text(out->title, "letter");
    if (v->gathered && v->result == COMPLAINT_READY)
        buf_format(out->title, " %s, %s%s", letter_kind_name(v->complaint.kind),
                   v->language == LETTER_DE ? "German" : "English", v->edited ? ", edited" : "");
}

static void
close_letter(void *self)
{
    struct letter_view *v = self;
    if (v->watch)
        watch_close(v->watch, v);
    ptr_names_free(v->names);
    contacts_end(v->lookup);
    investigation_free(v->investigation);
    complaint_fini(&v->complaint);
    letter_fini(&v->letter);
    export_free(&v->export);
    page_fini(&v->page.page);
    free(v);
}

static const enum action hints[] = {ACTION_SENT,    ACTION_EDITOR,   ACTION_COPY,   ACTION_WRITE, ACTION_DRAFT,
                                    ACTION_VARIANT, ACTION_LANGUAGE, ACTION_CANCEL, ACTION_NONE};

static const struct view letter_view = {
    .scope = SCOPE_LETTER,
    .layout = LAYOUT_PAPER,
    .hints = hints,
    .close = close_letter,
    .panes = panes,
    .subject = subject,
    .can = can,
    .act = act,
};

void
view_letter_open(struct nav *nav, const struct place *place)
{
    const struct rejection *rejection = &nav->rejection;
    struct letter_view *v = mem_zero(sizeof *v);
    v->page.pane.type = &page_pane_type;
    v->nav = nav;
    v->wanted = LETTER_KINDS;
    v->language = nav->sender.language;
    v->ground = (struct complaint_ground){.target = place->resource, .dataset = &nav->engine->dataset};
    bool about_rejection =
        rejection->kind != REJECTION_NONE && rejection->party == PARTY_RECEIVER && !rejection->inbound &&
        (place->resource.kind == RESOURCE_NONE || (place->resource.kind == RESOURCE_ADDRESS &&
                                                   addr_equal(&rejection->own.address, &place->resource.prefix.addr)));
    if (about_rejection) {
        v->ground.rejection = rejection;
    } else if (place->resource.kind == RESOURCE_ADDRESS) {
        v->watch = watch_open(nav, &place->resource.prefix.addr, v);
        v->ground.evidence = v->watch->evidence;
    }
    app_push(nav->app, &letter_view, v);
}
