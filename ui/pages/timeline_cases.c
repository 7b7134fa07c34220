/* What people did, from all cases of the matter. A case knows of each of its fields when it was set last, so what it
 * was before is not told. */
#include "pages/timeline.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>

enum { DAY = 10 /* bytes of a date */, NOTE_LINES = 10 };

/* A case among those of its matter, which are numbered where there are several. */
struct place {
    const struct journal_case *c;
    size_t number; /* from 1 on, the oldest first; 0 = it is the only one */
};

static void
add(struct timeline *h, int64_t at_ms, enum timeline_kind kind, const char *before, const char *text)
{
    struct buf words = {0};
    buf_format(&words, "%s%s", before, text);
    timeline_add(h, (struct timeline_item){.at_ms = at_ms, .kind = kind, .look = TIMELINE_NONE}, &words, NULL);
}

/* "case opened", "case 2 opened". */
static void
add_state(struct timeline *h, const struct place *place, int64_t at_ms, const char *state)
{
    char before[48] = "case ";
    if (place->number > 0)
        snprintf(before, sizeof before, "case %zu ", place->number);
    add(h, at_ms, TIMELINE_CASE, before, state);
}

/* "ticket NET-4711", "case 2: ticket NET-4711"; `value` NULL: it was taken away. */
static void
add_field(struct timeline *h, const struct place *place, int64_t at_ms, const char *name, const char *value)
{
    struct buf before = {0};
    if (at_ms == 0)
        return;
    if (place->number > 0)
        buf_format(&before, "case %zu: ", place->number);
    buf_format(&before, "%s ", name);
    add(h, at_ms, TIMELINE_CASE, buf_string(&before), value ? value : "removed");
    buf_free(&before);
}

static void
add_states(struct timeline *h, const struct place *place)
{
    const struct journal_case *c = place->c;
    add_state(h, place, c->opened_ms, "opened");
    if (c->state != CASE_OPEN)
        add_state(h, place, c->state_ms, case_state_name(c->state));
    else if (c->state_ms > c->opened_ms)
        add_state(h, place, c->state_ms, "open again");
}

static void
add_due(struct timeline *h, const struct place *place)
{
    char text[CLOCK_MINUTE], day[DAY + 1];
    const struct journal_case *c = place->c;
    snprintf(day, sizeof day, "%.*s", DAY, clock_minute(c->due_ms, text));
    add_field(h, place, c->due_set_ms, c->due_ms ? "follow-up on" : "follow-up", c->due_ms ? day : NULL);
    if (c->due_ms > c->due_set_ms && c->due_ms <= clock_wall_ms() && c->state != CASE_CLOSED)
        add_field(h, place, c->due_ms, "follow-up", "due");
}

static void
add_told(struct timeline *h, const struct case_contact *told)
{
    struct buf words = {0};
    buf_format(&words, "%s%s%s", told->who, told->what ? ": " : "", told->what ? told->what : "");
    add(h, told->at_ms, TIMELINE_CONTACT, "told ", buf_string(&words));
    buf_free(&words);
}

/* The lines behind those that show. */
static size_t
lines_behind(const char *at)
{
    size_t count = 0;
    while (*at != '\0') {
        at += strcspn(at, "\n");
        at += *at == '\n';
        count++;
    }
    return count;
}

/* Of a note that another one has replaced the first line, of one that is in force ten. */
static void
add_note(struct timeline *h, const struct case_note *note)
{
    struct buf shown = {0};
    const char *at = note->text;
    size_t most = note->current ? NOTE_LINES : 1;
    for (size_t lines = 0; *at != '\0' && lines < most; lines++) {
        size_t count = strcspn(at, "\n");
        buf_text(&shown, lines > 0 ? "\n" : "");
        buf_bytes(&shown, at, count);
        at += count + (at[count] == '\n');
    }
    size_t behind = lines_behind(at);
    if (behind > 0 && note->current)
        buf_format(&shown, "\n... and %zu more line%s; e shows all", behind, behind == 1 ? "" : "s");
    else if (behind > 0)
        buf_format(&shown, " ... (%zu more line%s, written anew since)", behind, behind == 1 ? "" : "s");
    add(h, note->at_ms, note->current ? TIMELINE_NOTE : TIMELINE_REPLACED, "", buf_string(&shown));
    buf_free(&shown);
}

static void
add_case(struct timeline *h, const struct place *place)
{
    const struct journal_case *c = place->c;
    add_states(h, place);
    add_field(h, place, c->ticket_ms, "ticket", c->ticket);
    add_field(h, place, c->tags_ms, "tags", c->tags);
    add_due(h, place);
    for (size_t i = 0; i < c->notes.count; i++)
        if (*c->notes.at[i].text)
            add_note(h, &c->notes.at[i]);
    for (size_t i = 0; i < c->contacts.count; i++)
        add_told(h, &c->contacts.at[i]);
}

bool
timeline_add_cases(struct timeline *h, struct journal *journal, struct fault *fault)
{
    journal_cases cases = {0};
    bool ok = journal_cases_of(journal, &h->resource, &cases, fault);
    for (size_t i = 0; ok && i < cases.count; i++)
        add_case(h, &(struct place){&cases.at[i], cases.count > 1 ? journal_case_number(&cases, i) : 0});
    journal_cases_fini(&cases);
    return ok;
}
