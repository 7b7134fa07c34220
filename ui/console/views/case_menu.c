/* The menu shows the states in their order, then the fields. It opens again after each change, on the following line,
 * until the user leaves it, so that a case is filled in at one go. The navigator stores its resource and line
 * meanwhile.
 */
#include "console/views/routes.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/mem.h"
#include "console/overlays/menu.h"
#include "console/overlays/prompt.h"
#include "pages/related_cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum field { TICKET, TAGS, CONTACT, FOLLOW_UP, NOTE, FIELDS };

enum {
    STATES = CASE_CLOSED + 1,
    LINE_PRESENT = STATES + FIELDS, /* the line of the state that the case has */
    DAY = 10,                       /* bytes of a date */
    NAME_COLS = 11,
};

static const struct {
    const char *name, *label; /* no label: the field has a view of its own */
} fields[FIELDS] = {
    [TICKET] = {"ticket", "Ticket number"},
    [TAGS] = {"tags", "Tags, separated by spaces"},
    [CONTACT] = {"contact", "Contact, and your message: abuse@provider.example: please look at it"},
    [FOLLOW_UP] = {"follow-up", "Follow up on: 2026-11-30, 7d, 2w"},
    [NOTE] = {"note", NULL},
};

/* ---- changes ---- */

static void open_again(struct nav *, size_t line);

/* Changes a field and appends the message about it; false with a reason. */
static bool
set_field(struct journal *journal, const struct resource *resource, enum field field, const char *text,
          enum journal_result *result, struct buf *words, struct fault *fault)
{
    const char *colon = strstr(text, ": ");
    char *who, day[CLOCK_MINUTE];
    int64_t due_ms = 0;
    bool passed = false;
    struct fault reason;
    switch (field) {
    case TICKET:
        buf_text(words, *text ? "ticket saved" : "ticket removed");
        *result = journal_case_set_ticket(journal, resource, text, fault);
        return true;
    case TAGS:
        buf_text(words, *text ? "tags saved" : "tags removed");
        *result = journal_case_set_tags(journal, resource, text, fault);
        return true;
    case CONTACT: /* "WHO", or "WHO: WHAT" */
        if (*text == '\0' || colon == text)
            return fault_set(fault, "name the address or person that you contacted");
        buf_text(words, "contact saved");
        who = colon ? mem_copy_bytes(text, (size_t)(colon - text)) : mem_copy(text);
        *result = journal_case_add_contact(journal, resource, who, colon ? colon + 2 : NULL, clock_wall_ms(), fault);
        free(who);
        return true;
    default:
        if (*text && !date_parse_follow_up(text, &due_ms, &passed, &reason))
            return fault_set(fault, "%s; leave it empty for none", reason.text);
        if (due_ms)
            buf_format(words, "follow-up on %.*s%s", DAY, clock_minute(due_ms, day),
                       passed ? ", which has passed: due at once" : "");
        else
            buf_text(words, "follow-up removed");
        *result = journal_case_set_due(journal, resource, due_ms, fault);
        return true;
    }
}

/* Ends a change: updates the views, opens the menu on the next line, and shows the message. */
static bool
finish(struct nav *nav, enum journal_result result, const char *words, struct fault *fault)
{
    char text[RESOURCE_TEXT];
    bool anew = nav->asked_anew && nav->asked_line >= STATES;
    if (result == JOURNAL_BUSY)
        fault_set(fault, "another program is writing to the journal; try again");
    if (result != JOURNAL_DONE)
        return false;
    recorder_touched(nav->engine->recorder);
    open_again(nav, nav->asked_line + 1);
    app_message(nav->app, "%s: %s%s", resource_text(&nav->asked, text),
                anew && !nav->asked_anew ? "new case opened, " : "", words);
    return true;
}

static bool
submit(void *arg, const char *text, struct fault *fault)
{
    struct nav *nav = arg;
    struct journal *journal = navigator_writable_journal(nav);
    enum field field = (enum field)(nav->asked_line - STATES);
    enum journal_result result = JOURNAL_FAILED;
    struct buf words = {0};
    bool ok = true;
    if (journal)
        ok = set_field(journal, &nav->asked, field, text, &result, &words, fault) &&
             finish(nav, result, buf_string(&words), fault);
    buf_free(&words);
    return ok;
}

static void
cancel(void *arg)
{
    struct nav *nav = arg;
    open_again(nav, nav->asked_line);
}

/* ---- the menu ---- */

/* Reads the case; zeroed when there is none. Shows why it cannot be changed, and returns false then. */
static bool
find_case(struct nav *nav, struct journal_case *out)
{
    struct fault fault = {""};
    struct journal *journal = navigator_writable_journal(nav);
    *out = (struct journal_case){0};
    if (!journal)
        return false;
    if (journal_case_find(journal, &nav->asked, out, &fault) || *fault.text == '\0')
        return true;
    app_message(nav->app, "%s", fault.text);
    return false;
}

static void
on_chosen(void *arg, size_t line)
{
    struct nav *nav = arg;
    struct journal_case a_case;
    struct fault fault = {""};
    struct journal *journal = navigator_writable_journal(nav);
    char day[CLOCK_MINUTE] = "";
    enum field field = (enum field)(line - STATES);
    nav->asked_line = line < STATES ? STATES - 1 : line;
    if (!journal)
        return;
    if (line < STATES) {
        if (!finish(nav, journal_case_set_state(journal, &nav->asked, (enum case_state)line, &fault),
                    case_state_name((enum case_state)line), &fault))
            app_message(nav->app, "%s", fault.text);
        return;
    }
    if (!find_case(nav, &a_case))
        return;
    if (a_case.due_ms) {
        clock_minute(a_case.due_ms, day);
        day[DAY] = '\0';
    }
    if (field == NOTE)
        navigate(nav, &(struct place){PLACE_NOTE, .resource = nav->asked});
    else
        prompt_open_heard(nav->app, fields[field].label,
                          field == TICKET      ? a_case.ticket
                          : field == TAGS      ? a_case.tags
                          : field == FOLLOW_UP ? day
                                               : NULL,
                          NULL, submit, cancel, nav);
    journal_case_fini(&a_case);
}

static void
put_field(struct buf *out, enum field field, const struct journal_case *a_case)
{
    const char *text = field == TICKET ? a_case->ticket : field == TAGS ? a_case->tags : NULL;
    size_t contacts = a_case->contacts.count;
    struct buf note = {0};
    journal_case_note_text(a_case, &note);
    if (field == CONTACT && contacts > 0)
        text = a_case->contacts.at[contacts - 1].who;
    else if (field == NOTE && note.count > 0)
        text = buf_string(&note);
    buf_format(out, "%-*s", NAME_COLS, fields[field].name);
    if (field == FOLLOW_UP && a_case->due_ms)
        related_case_due(out, a_case->due_ms);
    else if (text)
        buf_bytes(out, text, strcspn(text, "\n"));
    else
        buf_byte(out, '-');
    buf_free(&note);
}

static void
open_again(struct nav *nav, size_t line)
{
    struct journal_case a_case;
    if (!find_case(nav, &a_case))
        return;
    const char *lines[STATES + FIELDS];
    struct buf texts[FIELDS] = {0};
    bool exists = a_case.opened_ms != 0;
    char resource[RESOURCE_TEXT], title[RESOURCE_TEXT + 80];
    for (size_t i = 0; i < STATES; i++)
        lines[i] = case_state_name((enum case_state)i);
    for (size_t i = 0; i < FIELDS; i++) {
        put_field(&texts[i], (enum field)i, &a_case);
        lines[STATES + i] = buf_string(&texts[i]);
    }
    nav->asked_anew = exists && a_case.state == CASE_CLOSED;
    snprintf(title, sizeof title, "Case of %s%s", resource_text(&nav->asked, resource),
             nav->asked_anew ? ", closed: open reopens it, the rest starts another" : "");
    menu_open(nav->app, ACTION_STATE, title, lines, STATES + FIELDS, exists ? (size_t)a_case.state : MENU_NONE,
              line < LINE_PRESENT ? line : (size_t)a_case.state, on_chosen, nav);
    for (size_t i = 0; i < FIELDS; i++)
        buf_free(&texts[i]);
    journal_case_fini(&a_case);
}

void
case_menu_open(struct nav *nav, const struct place *place)
{
    nav->asked = place->resource;
    open_again(nav, LINE_PRESENT);
}
