/* The matter is kept by the drill while the menu, or the line that it leads to, is open. The first lines of the menu
 * are the states, in their order. It comes back after each change, on the line that follows, until the user leaves it:
 * a case is filled in at one go. */
#include "console/views/routes.h"

#include "base/clock.h"
#include "base/date.h"
#include "console/overlays/menu.h"
#include "console/overlays/prompt.h"
#include "pages/related_cases.h"

#include <stdio.h>
#include <string.h>

enum { STATES = CASE_CLOSED + 1, DAY = 10 /* bytes of a date */ };

/* ---- what comes of a change ---- */

/* True when it was kept; else with a reason. */
static bool
is_kept(struct nav *nav, enum journal_result result, struct fault *fault)
{
    if (result == JOURNAL_DONE)
        recorder_touched(nav->engine->recorder);
    else if (result == JOURNAL_BUSY)
        fault_set(fault, "another program is writing to the journal; try again");
    return result == JOURNAL_DONE;
}

static void
tell(struct nav *nav, const char *what)
{
    char text[RESOURCE_TEXT];
    app_message(nav->app, "%s: %s", resource_text(&nav->asked, text), what);
}

static void open_again(struct nav *, size_t line);

static void
dropped(void *arg)
{
    struct nav *nav = arg;
    open_again(nav, nav->asked_line);
}

static void
changed(struct nav *nav, const char *what)
{
    bool anew = nav->asked_anew && nav->asked_line >= STATES;
    struct buf words = {0};
    open_again(nav, nav->asked_line + 1);
    buf_format(&words, "%s%s", anew && !nav->asked_anew ? "another case is begun: " : "", what);
    tell(nav, buf_string(&words));
    buf_free(&words);
}

static void
ask(struct nav *nav, const char *label, const char *initial, prompt_submit *submit)
{
    prompt_open_heard(nav->app, label, initial, NULL, submit, dropped, nav);
}

/* ---- ticket and tags ---- */

static bool
set_ticket(void *arg, const char *text, struct fault *fault)
{
    struct nav *nav = arg;
    struct journal *journal = navigator_writable_journal(nav);
    if (journal && !is_kept(nav, journal_case_set_ticket(journal, &nav->asked, text, fault), fault))
        return false;
    if (journal)
        changed(nav, *text ? "its ticket is kept" : "it has no ticket");
    return true;
}

static void
ask_ticket(struct nav *nav, const struct journal_case *a_case)
{
    ask(nav, "Ticket, as your system names it", a_case->ticket, set_ticket);
}

static bool
set_tags(void *arg, const char *text, struct fault *fault)
{
    struct nav *nav = arg;
    struct journal *journal = navigator_writable_journal(nav);
    if (journal && !is_kept(nav, journal_case_set_tags(journal, &nav->asked, text, fault), fault))
        return false;
    if (journal)
        changed(nav, *text ? "its tags are kept" : "it has no tags");
    return true;
}

static void
ask_tags(struct nav *nav, const struct journal_case *a_case)
{
    ask(nav, "Tags, parted by blanks", a_case->tags, set_tags);
}

/* ---- whom one told ---- */

/* "WHO", or "WHO: WHAT". */
static bool
add_told(void *arg, const char *text, struct fault *fault)
{
    struct nav *nav = arg;
    struct journal *journal = navigator_writable_journal(nav);
    const char *colon = strstr(text, ": ");
    char *who = colon ? mem_copy_bytes(text, (size_t)(colon - text)) : mem_copy(text);
    const char *what = colon ? colon + 2 : NULL;
    bool ok = *who != '\0' || fault_set(fault, "it needs somebody who was told");
    if (ok && journal)
        ok = is_kept(nav, journal_case_add_contact(journal, &nav->asked, who, what, clock_wall_ms(), fault), fault);
    if (ok && journal)
        changed(nav, "whom you told is kept");
    free(who);
    return ok;
}

static void
ask_told(struct nav *nav, const struct journal_case *a_case)
{
    (void)a_case;
    ask(nav, "Whom you told, and what: abuse@provider.example: please look at it", NULL, add_told);
}

/* ---- when to look again ---- */

static bool
set_due(void *arg, const char *text, struct fault *fault)
{
    struct nav *nav = arg;
    struct journal *journal = navigator_writable_journal(nav);
    int64_t due_ms = 0;
    char day[CLOCK_MINUTE], words[64] = "it has no follow-up";
    struct fault reason;
    if (*text && !date_parse_follow_up(text, &due_ms, &reason))
        return fault_set(fault, "%s; an empty line is none", reason.text);
    if (journal && !is_kept(nav, journal_case_set_due(journal, &nav->asked, due_ms, fault), fault))
        return false;
    if (due_ms)
        snprintf(words, sizeof words, "follow-up on %.*s%s", DAY, clock_minute(due_ms, day),
                 date_has_passed(due_ms) ? ", which has passed: due at once" : "");
    if (journal)
        changed(nav, words);
    return true;
}

static void
ask_due(struct nav *nav, const struct journal_case *a_case)
{
    char day[CLOCK_MINUTE] = "";
    if (a_case->due_ms) {
        clock_minute(a_case->due_ms, day);
        day[DAY] = '\0';
    }
    ask(nav, "When to look again: 2026-11-30, 7d, 2w", day, set_due);
}

/* ---- the menu ---- */

static void
ask_note(struct nav *nav, const struct journal_case *a_case)
{
    (void)a_case;
    navigate(nav, &(struct place){PLACE_NOTE, .resource = nav->asked});
}

static void
put_ticket(struct buf *out, const struct journal_case *a_case)
{
    buf_text(out, a_case->ticket ? a_case->ticket : "-");
}

static void
put_tags(struct buf *out, const struct journal_case *a_case)
{
    buf_text(out, a_case->tags ? a_case->tags : "-");
}

static void
put_told(struct buf *out, const struct journal_case *a_case)
{
    buf_text(out, a_case->contacts.count > 0 ? a_case->contacts.at[a_case->contacts.count - 1].who : "-");
}

static void
put_due(struct buf *out, const struct journal_case *a_case)
{
    if (a_case->due_ms)
        related_case_due(out, a_case->due_ms);
    else
        buf_byte(out, '-');
}

static void
put_note(struct buf *out, const struct journal_case *a_case)
{
    struct buf note = {0};
    journal_case_note_text(a_case, &note);
    const char *text = buf_string(&note);
    if (*text != '\0')
        buf_bytes(out, text, strcspn(text, "\n"));
    else
        buf_byte(out, '-');
    buf_free(&note);
}

static const struct {
    const char *name;
    void (*put)(struct buf *, const struct journal_case *);
    void (*ask)(struct nav *, const struct journal_case *);
} fields[] = {
    {"ticket", put_ticket, ask_ticket}, {"tags", put_tags, ask_tags}, {"told", put_told, ask_told},
    {"follow-up", put_due, ask_due},    {"note", put_note, ask_note},
};

enum { FIELDS = sizeof fields / sizeof fields[0], NAME_COLS = 11 };

/* Zeroed where there is none, or only one that is closed and will not be written to. */
static bool
find_case(struct journal *journal, const struct resource *resource, struct journal_case *out, struct fault *fault)
{
    *fault = (struct fault){""};
    *out = (struct journal_case){0};
    return journal_case_find(journal, resource, out, fault) || *fault->text == '\0';
}

static void
set_state(struct nav *nav, enum case_state state)
{
    struct fault fault;
    struct journal *journal = navigator_writable_journal(nav);
    if (!journal)
        return;
    if (is_kept(nav, journal_case_set_state(journal, &nav->asked, state, &fault), &fault)) {
        nav->asked_line = STATES - 1;
        changed(nav, case_state_name(state));
    } else {
        app_message(nav->app, "%s", fault.text);
    }
}

static void
on_chosen(void *arg, size_t line)
{
    struct nav *nav = arg;
    struct journal_case a_case;
    struct fault fault;
    struct journal *journal = navigator_writable_journal(nav);
    nav->asked_line = line;
    if (line < STATES) {
        set_state(nav, (enum case_state)line);
    } else if (journal && find_case(journal, &nav->asked, &a_case, &fault)) {
        fields[line - STATES].ask(nav, &a_case);
        journal_case_fini(&a_case);
    } else if (journal) {
        app_message(nav->app, "%s", fault.text);
    }
}

static void
open_menu(struct nav *nav, const struct journal_case *a_case, size_t line)
{
    const char *lines[STATES + FIELDS];
    struct buf texts[FIELDS] = {0};
    bool exists = a_case->opened_ms != 0;
    char resource[RESOURCE_TEXT], title[RESOURCE_TEXT + 80];
    for (size_t i = 0; i < STATES; i++)
        lines[i] = case_state_name((enum case_state)i);
    for (size_t i = 0; i < FIELDS; i++) {
        buf_format(&texts[i], "%-*s", NAME_COLS, fields[i].name);
        fields[i].put(&texts[i], a_case);
        lines[STATES + i] = buf_string(&texts[i]);
    }
    nav->asked_anew = exists && a_case->state == CASE_CLOSED;
    snprintf(title, sizeof title, "Case of %s%s", resource_text(&nav->asked, resource),
             nav->asked_anew ? ", closed: open goes on, the rest begins another" : "");
    menu_open_on(nav->app, ACTION_STATE, title, lines, STATES + FIELDS, exists ? (size_t)a_case->state : MENU_NONE,
                 line, on_chosen, nav);
    for (size_t i = 0; i < FIELDS; i++)
        buf_free(&texts[i]);
}

/* LINE_PRESENT: on the state that it has. */
enum { LINE_PRESENT = STATES + FIELDS };

static void
open_again(struct nav *nav, size_t line)
{
    struct journal_case a_case;
    struct fault fault;
    struct journal *journal = navigator_writable_journal(nav);
    if (!journal)
        return;
    if (!find_case(journal, &nav->asked, &a_case, &fault)) {
        app_message(nav->app, "%s", fault.text);
        return;
    }
    open_menu(nav, &a_case, line < LINE_PRESENT ? line : (size_t)a_case.state);
    journal_case_fini(&a_case);
}

void
case_menu_open(struct nav *nav, const struct place *place)
{
    nav->asked = place->resource;
    open_again(nav, LINE_PRESENT);
}
