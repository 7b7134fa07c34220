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

/* A target, and the investigation of its address, or of one that stands for its net or AS. */
struct letter_target {
    struct watch *watch;
    struct investigation *investigation;
};

struct letter_view {
    struct page_pane page;
    struct nav *nav;
    VEC(struct complaint_ground) grounds; /* of the targets ... */
    VEC(struct letter_target) targets;    /* ... in the same order */
    VEC(size_t) letters;                  /* the targets that have letters which are not filed; others join them */
    size_t at;                            /* place in the letters */
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
take_contact(struct letter_view *v)
{
    const struct contacts *contacts = contacts_of(v->lookup);
    v->complaint.to = contacts->found.count > 0 ? contacts->found.at[0].address : NULL;
}

static void
on_contact(void *arg)
{
    take_contact(arg);
    write_again(arg);
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
        take_contact(v);
    }
}

/* Gathers the complaint of the present letter. */
static void
gather(struct letter_view *v)
{
    size_t at = v->letters.count > 0 ? v->letters.at[v->at] : 0;
    ptr_names_free(v->names);
    v->names = NULL;
    v->result = complaint_gather(&v->complaint, &v->grounds.at[at], v->grounds.count - at, v->wanted, &v->fault);
    if (v->result == COMPLAINT_READY)
        ask(v);
    write_again(v);
}

/* Finds out which targets have a letter: each that no letter before covers. */
static void
gather_all(struct letter_view *v)
{
    bool covered[COMPLAINT_TARGETS] = {false};
    struct complaint complaint = {0};
    struct fault ignored;
    v->gathered = true;
    for (size_t i = 0; i < v->grounds.count; i++)
        v->grounds.at[i].journal = navigator_journal(v->nav);
    for (size_t i = 0; i < v->grounds.count && v->grounds.count > 1; i++) {
        if (covered[i] || complaint_gather(&complaint, &v->grounds.at[i], v->grounds.count - i, LETTER_KINDS,
                                           &ignored) != COMPLAINT_READY)
            continue;
        vec_push(&v->letters, i);
        for (size_t k = i; k < v->grounds.count; k++)
            covered[k] = covered[k] || complaint_covers(&complaint, &v->grounds.at[k].target);
    }
    complaint_fini(&complaint);
    gather(v);
}

/* Asks about an address that stands for the net or the AS. */
static void
investigate(struct letter_view *v)
{
    struct engine *engine = v->nav->engine;
    struct addr address;
    if (!complaint_address(&v->grounds.at[0].target, &engine->dataset, &address, &v->fault))
        return;
    v->fault.text[0] = '\0';
    v->targets.at[0].investigation = investigation_new(engine, NULL, NULL, &address, on_change, v);
    v->grounds.at[0].evidence = investigation_evidence(v->targets.at[0].investigation);
}

/* Goes on as far as what is known allows. */
static void
update(struct letter_view *v)
{
    const struct complaint *c = &v->complaint;
    const struct complaint_ground *g = &v->grounds.at[0];
    bool by_other = g->target.kind == RESOURCE_NET || g->target.kind == RESOURCE_ASN, ready = true;
    if (by_other && !v->targets.at[0].investigation)
        investigate(v);
    for (size_t i = 0; i < v->grounds.count; i++)
        ready = ready && (g[i].rejection || (g[i].evidence && g[i].evidence->finished_ms != 0));
    bool counted = v->gathered && c->subject.kind == RESOURCE_ASN && !c->has_estimate && !v->recounted && !v->edited &&
                   dataset_provider(&v->nav->engine->dataset, c->holder.asn);
    v->recounted = v->recounted || counted;
    if (ready && !v->gathered)
        gather_all(v);
    else if (ready && counted)
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

static void
on_quit(void *arg, bool yes)
{
    struct letter_view *v = arg;
    if (yes)
        app_quit(v->nav->app);
}

/* Goes to another letter of the marked targets. */
static void
go_to(struct letter_view *v, size_t place)
{
    v->at = place % v->letters.count;
    v->wanted = LETTER_KINDS;
    v->edited = v->recounted = false;
    gather(v);
}

/* Goes on with the next letter after the present one was filed. */
static void
leave_filed(struct letter_view *v)
{
    if (v->letters.count <= 1) {
        app_close(v->nav->app, v);
        return;
    }
    v->letters.count--;
    memmove(&v->letters.at[v->at], &v->letters.at[v->at + 1], (v->letters.count - v->at) * sizeof *v->letters.at);
    go_to(v, v->at);
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
        leave_filed(v);
    return ok;
}

static void
edit(struct letter_view *v, struct app *app)
{
    struct buf text = {0};
    letter_put(&text, &v->letter, v->complaint.to);
    struct editor_work work = {.initial = buf_string(&text), .most = LETTER_MOST};
    app_screen(app)->lend(app_screen(app), editor_work, &work);
    if (!work.ok) {
        app_message(app, "%s", work.fault.text);
    } else if (strcmp(buf_string(&work.result), buf_string(&text)) != 0) {
        letter_read(&v->letter, buf_string(&work.result));
        v->edited = true;
    }
    v->page.page.cols = 0;
    buf_free(&work.result);
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

/* Takes the next letter for which there are facts, the other language, or the letter of another marked target. */
static void
vary(struct letter_view *v, struct app *app, enum action action)
{
    enum letter_kind next = v->complaint.kind;
    size_t others = v->letters.count;
    if (v->edited) {
        app_message(app, "the letter was edited; Esc drops it, and c begins again");
    } else if (action == ACTION_LANGUAGE) {
        v->language = (v->language + 1) % LETTER_LANGUAGES;
        write_again(v);
    } else if (action == ACTION_VARIANT) {
        do
            next = (next + 1) % LETTER_KINDS;
        while (!(v->complaint.kinds & 1U << next));
        v->wanted = next;
        gather(v);
    } else {
        go_to(v, v->at + (action == ACTION_NEXT_MARKED ? 1 : others - 1));
    }
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
    case ACTION_NEXT_MARKED:
    case ACTION_PREVIOUS_MARKED:
        vary(v, app, action);
        break;
    case ACTION_QUIT:
        confirm_open(app, "The edited letter is not sent. Quit anyway?", on_quit, v);
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
    case ACTION_QUIT:
        return v->edited;
    case ACTION_NEXT_MARKED:
    case ACTION_PREVIOUS_MARKED:
        return has_letter && v->letters.count > 1;
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
    if (v->letters.count > 1)
        buf_format(out->title, ", %zu of %zu", v->at + 1, v->letters.count);
}

static void
close_letter(void *self)
{
    struct letter_view *v = self;
    ptr_names_free(v->names);
    contacts_end(v->lookup);
    for (size_t i = 0; i < v->targets.count; i++) {
        if (v->targets.at[i].watch)
            watch_close(v->targets.at[i].watch, v);
        investigation_free(v->targets.at[i].investigation);
    }
    vec_free(&v->targets);
    vec_free(&v->grounds);
    vec_free(&v->letters);
    complaint_fini(&v->complaint);
    letter_fini(&v->letter);
    export_free(&v->export);
    page_fini(&v->page.page);
    free(v);
}

static const enum action hints[] = {ACTION_SENT,  ACTION_NEXT_MARKED, ACTION_EDITOR,   ACTION_COPY,   ACTION_WRITE,
                                    ACTION_DRAFT, ACTION_VARIANT,     ACTION_LANGUAGE, ACTION_CANCEL, ACTION_NONE};

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

static void
add_target(struct letter_view *v, const struct resource *resource)
{
    const struct rejection *rejection = &v->nav->rejection;
    bool is_address = resource->kind == RESOURCE_ADDRESS;
    bool about_rejection = rejection->kind != REJECTION_NONE && rejection->party == PARTY_RECEIVER &&
                           !rejection->inbound &&
                           (resource->kind == RESOURCE_NONE ||
                            (is_address && addr_equal(&rejection->own.address, &resource->prefix.addr)));
    struct letter_target target = {0};
    struct complaint_ground ground = {.target = *resource, .dataset = &v->nav->engine->dataset};
    if (about_rejection) {
        ground.rejection = rejection;
    } else if (is_address) {
        target.watch = watch_open(v->nav, &resource->prefix.addr, v);
        ground.evidence = target.watch->evidence;
    }
    vec_push(&v->grounds, ground);
    vec_push(&v->targets, target);
}

void
view_letter_open(struct nav *nav, const struct place *place)
{
    struct letter_view *v = mem_zero(sizeof *v);
    v->page.pane.type = &page_pane_type;
    v->nav = nav;
    v->wanted = LETTER_KINDS;
    v->language = nav->sender.language;
    for (size_t i = 0; i < place->compared_count; i++)
        add_target(v, &place->compared[i]);
    if (place->compared_count == 0)
        add_target(v, &place->resource);
    app_push(nav->app, &letter_view, v);
}
