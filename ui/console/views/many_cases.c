#include "console/views/many_cases.h"

#include "console/overlays/menu.h"
#include "console/overlays/prompt.h"

#include <stdlib.h>

typedef enum journal_result case_change(struct journal *, const struct resource *, const void *value, struct fault *);

static enum journal_result
add_note(struct journal *journal, const struct resource *resource, const void *value, struct fault *fault)
{
    struct journal_case a_case = {0};
    struct buf note = {0};
    *fault = (struct fault){""};
    bool exists = journal_case_find(journal, resource, &a_case, fault);
    if (exists && a_case.state != CASE_CLOSED)
        journal_case_note_text(&a_case, &note);
    buf_format(&note, "%s%s", note.count > 0 ? "\n" : "", (const char *)value);
    enum journal_result result =
        *fault->text ? JOURNAL_FAILED : journal_case_set_note(journal, resource, buf_string(&note), fault);
    if (exists)
        journal_case_fini(&a_case);
    buf_free(&note);
    return result;
}

static enum journal_result
set_state(struct journal *journal, const struct resource *resource, const void *value, struct fault *fault)
{
    return journal_case_set_state(journal, resource, *(const enum case_state *)value, fault);
}

/* Changes all in one transaction; false with a reason. */
static bool
change_all(struct many_cases *cases, case_change *change, const void *value, struct fault *fault)
{
    struct nav *nav = cases->nav;
    struct journal *journal = navigator_journal(nav);
    *fault = (struct fault){""};
    enum journal_result result = JOURNAL_FAILED;
    if (journal)
        result = journal_begin(journal, fault);
    else
        fault_set(fault, "the journal is no longer available");
    bool begun = result == JOURNAL_DONE;
    for (size_t i = 0; i < cases->resources.count && result == JOURNAL_DONE; i++)
        result = change(journal, &cases->resources.at[i], value, fault);
    if (result == JOURNAL_DONE)
        result = journal_commit(journal, fault);
    else if (begun)
        journal_undo(journal);
    if (result == JOURNAL_BUSY)
        fault_set(fault, "another program is writing to the journal; try again");
    if (result == JOURNAL_DONE)
        recorder_touched(nav->engine->recorder);
    return result == JOURNAL_DONE;
}

/* ---- asking ---- */

static bool
take_note(void *arg, const char *text, struct fault *fault)
{
    struct many_cases *cases = arg;
    if (*text == '\0')
        return true;
    if (!change_all(cases, add_note, text, fault))
        return false;
    app_message(cases->nav->app, "%zu notes saved%s", cases->resources.count, navigator_passing(cases->nav));
    return true;
}

static void
take_state(void *arg, size_t line)
{
    struct many_cases *cases = arg;
    enum case_state state = (enum case_state)line;
    struct fault fault;
    if (change_all(cases, set_state, &state, &fault))
        app_message(cases->nav->app, "%zu cases: %s%s", cases->resources.count, case_state_name(state),
                    navigator_passing(cases->nav));
    else
        app_message(cases->nav->app, "%s", fault.text);
}

/* Whether there is anything to change, and a journal; otherwise the app says why not. */
static bool
is_ready(const struct many_cases *cases)
{
    if (cases->resources.count == 0)
        app_message(cases->nav->app, "no address is marked: domains have no case");
    return cases->resources.count > 0 && navigator_writable_journal(cases->nav);
}

void
many_cases_note(struct many_cases *cases)
{
    if (is_ready(cases))
        prompt_open(cases->nav->app, "Note for all marked targets: one line, added to the note of each", NULL,
                    take_note, cases);
}

void
many_cases_state(struct many_cases *cases)
{
    const char *lines[CASE_CLOSED + 1];
    for (size_t i = 0; i <= CASE_CLOSED; i++)
        lines[i] = case_state_name((enum case_state)i);
    if (is_ready(cases))
        menu_open(cases->nav->app, ACTION_STATE, "Case of all marked targets", lines, CASE_CLOSED + 1, MENU_NONE, 0,
                  take_state, cases);
}
