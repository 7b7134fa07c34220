/* `journal show`: everything that the journal has about one address, prefix or AS. */
#include "command/journal_command.h"

#include "base/clock.h"
#include "base/text.h"
#include "journal/json_read.h"
#include "pages/timeline.h"
#include "session/exit_status.h"
#include "session/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COL = 1, COL_PART = 3, COL_DEEP = 5, COL_FIRST = 21, COL_LAST = 39, COL_GONE = 57 };

struct story {
    struct timeline timeline;
    bool is_address;
    struct seen seen; /* of an address */
    struct prefix around;
    journal_neighbours neighbours; /* on level 1 in `around`; those that came or left last are first */
    size_t left;                   /* how many of them have left */
    journal_rejections rejections; /* of an address */
    journal_counts counts;         /* all, where the history has only the newest */
};

/* ---- reading ---- */

static bool
has_left(const struct journal_neighbour *n)
{
    return n->absent_ms > n->last_ms;
}

static int
compare_events(const void *a, const void *b)
{
    const struct journal_neighbour *x = a, *y = b;
    int64_t x_ms = has_left(x) ? x->absent_ms : x->first_ms, y_ms = has_left(y) ? y->absent_ms : y->first_ms;
    if (x_ms != y_ms)
        return x_ms > y_ms ? -1 : 1;
    if (has_left(x) != has_left(y))
        return has_left(x) ? -1 : 1;
    return x->address < y->address ? -1 : x->address > y->address;
}

static bool
story_read(struct story *s, struct journal *j, const struct resource *resource, size_t most, struct fault *fault)
{
    if (!timeline_gather(&s->timeline, j, resource, most, fault))
        return false;
    s->is_address = resource->kind == RESOURCE_ADDRESS;
    if (s->is_address && (!journal_seen(j, &resource->prefix.addr, &s->seen, fault) ||
                          !journal_rejections_of(j, &resource->prefix.addr, &s->rejections, fault)))
        return false;
    if (!s->is_address && !journal_counts_of(j, resource, INT32_MAX, &s->counts, fault))
        return false;
    if (resource->kind == RESOURCE_ASN || resource->prefix.addr.family != ADDR_V4)
        return true;
    s->around = s->is_address ? prefix_around(&resource->prefix.addr, 24) : resource->prefix;
    if (!journal_neighbours_of(j, &s->around, &s->neighbours, fault))
        return false;
    for (size_t i = 0; i < s->neighbours.count; i++)
        s->left += has_left(&s->neighbours.at[i]);
    if (s->neighbours.count > 1)
        qsort(s->neighbours.at, s->neighbours.count, sizeof *s->neighbours.at, compare_events);
    return true;
}

/* Returns the row of the address itself, NULL = none. */
static const struct journal_neighbour *
own_row(const struct story *s)
{
    for (size_t i = 0; i < s->neighbours.count; i++)
        if (s->neighbours.at[i].address == addr_to_v4(&s->timeline.history.resource.prefix.addr))
            return &s->neighbours.at[i];
    return NULL;
}

/* ---- text ---- */

static void
heading(struct page *p, const char *text)
{
    page_gap(p);
    page_row(p, 0);
    page_text(p, COL, 0, ROLE_TITLE, text);
}

/* Prints the earliest date of a prefix or an AS. */
static void
since_row(struct page *p, const struct story *s)
{
    const struct history *h = &s->timeline.history;
    char first[CLOCK_MINUTE];
    int64_t first_ms = s->counts.count > 0 ? s->counts.at[0].at_ms : INT64_MAX;
    for (size_t i = 0; i < h->cases.count; i++)
        first_ms = h->cases.at[i].opened_ms < first_ms ? h->cases.at[i].opened_ms : first_ms;
    for (size_t i = 0; i < h->observations.count; i++)
        first_ms = h->observations.at[i].first_ms < first_ms ? h->observations.at[i].first_ms : first_ms;
    for (size_t i = 0; i < s->neighbours.count; i++)
        first_ms = s->neighbours.at[i].first_ms < first_ms ? s->neighbours.at[i].first_ms : first_ms;
    if (first_ms == INT64_MAX)
        return;
    page_row(p, 0);
    page_format(p, COL, 0, ROLE_PLAIN, "in this journal since %s UTC%s", clock_minute(first_ms, first),
                h->more ? " or before" : "");
}

static void
head_rows(struct page *p, const struct story *s)
{
    const struct history *h = &s->timeline.history;
    char text[RESOURCE_TEXT], first[CLOCK_MINUTE];
    page_row(p, 0);
    int col = page_text(p, COL, 0, ROLE_TITLE, resource_text(&h->resource, text)) + 2;
    if (!s->is_address) {
        since_row(p, s);
        return;
    }
    if (h->observations.count > 0 && h->observations.at[0].name)
        page_wrap(p, col, ROLE_PLAIN, h->observations.at[0].name);
    if (!s->seen.known)
        return;
    page_row(p, 0);
    page_format(p, COL, 0, ROLE_PLAIN, "in this journal since %s UTC, observations: %u",
                clock_minute(s->seen.first_ms, first), s->seen.changes);
    for (size_t i = 0; i < LIST_LEVELS; i++) {
        struct buf words = {0};
        seen_words(&words, seen_find(&s->seen, catalogue_level(catalogue_builtin(), (unsigned)i + 1)->zone),
                   s->seen.first_ms);
        if (words.count > 0) {
            page_row(p, 0);
            page_format(p, COL, 0, ROLE_PLAIN, "Level %zu", i + 1);
            page_wrap(p, COL + 9, ROLE_PLAIN, buf_string(&words));
        }
        buf_free(&words);
    }
}

static void
note_rows(struct page *p, const struct case_note *note)
{
    char at[CLOCK_MINUTE];
    page_row(p, 0);
    page_format(p, COL_PART, 0, ROLE_DIM, "%s  note", clock_minute(note->at_ms, at));
    for (const char *text = note->text; *text;) {
        size_t count = strcspn(text, "\n");
        char *line = mem_copy_bytes(text, count);
        page_row(p, 0);
        page_wrap(p, COL_DEEP, ROLE_PLAIN, line);
        free(line);
        text += count + (text[count] == '\n');
    }
}

void
journal_command_case_rows(struct page *p, const struct journal_case *a_case, size_t number)
{
    char title[32] = "Case", opened[CLOCK_MINUTE], state[CLOCK_MINUTE], due[CLOCK_MINUTE], at[CLOCK_MINUTE];
    bool overdue = a_case->due_ms && a_case->due_ms <= clock_wall_ms() && a_case->state != CASE_CLOSED;
    struct buf text = {0};
    buf_format(&text, "%s since %s UTC", case_state_name(a_case->state), clock_minute(a_case->state_ms, state));
    if (a_case->state != CASE_OPEN)
        buf_format(&text, ", opened %s", clock_minute(a_case->opened_ms, opened));
    if (a_case->due_ms && a_case->state != CASE_CLOSED)
        buf_format(&text, ", %s %s", overdue ? "DUE since" : "due", clock_minute(a_case->due_ms, due));
    if (a_case->ticket)
        buf_format(&text, ", ticket %s", a_case->ticket);
    if (a_case->tags)
        buf_format(&text, " [%s]", a_case->tags);
    if (number > 0)
        snprintf(title, sizeof title, "Case %zu", number);
    heading(p, title);
    page_row(p, 0);
    page_wrap(p, COL_PART, overdue ? ROLE_WARN : ROLE_STRONG, buf_string(&text));
    for (size_t i = 0; i < a_case->notes.count; i++)
        if (a_case->notes.at[i].current && !journal_case_note_is_duplicate(a_case, i))
            note_rows(p, &a_case->notes.at[i]);
    for (size_t i = 0; i < a_case->contacts.count; i++) {
        const struct case_contact *contact = &a_case->contacts.at[i];
        page_row(p, 0);
        int col = page_format(p, COL_PART, 0, ROLE_DIM, "%s  told", clock_minute(contact->at_ms, at)) + 1;
        buf_clear(&text);
        buf_format(&text, "%s%s%s", contact->who, contact->what ? ": " : "", contact->what ? contact->what : "");
        page_wrap(p, col, ROLE_PLAIN, buf_string(&text));
    }
    buf_free(&text);
}

static void
neighbour_row(struct page *p, const struct journal_neighbour *n)
{
    char text[ADDR_TEXT], first[CLOCK_MINUTE], last[CLOCK_MINUTE], absent[CLOCK_MINUTE];
    struct addr addr = addr_from_v4(n->address);
    page_row(p, 0);
    page_text(p, COL_PART, 0, has_left(n) ? ROLE_DIM : ROLE_LISTED, addr_text(&addr, text));
    page_text(p, COL_FIRST, 0, ROLE_PLAIN, clock_minute(n->first_ms, first));
    page_text(p, COL_LAST, 0, ROLE_PLAIN, clock_minute(n->last_ms, last));
    if (has_left(n))
        page_text(p, COL_GONE, 0, ROLE_STRONG, clock_minute(n->absent_ms, absent));
}

/* "252 listed when last seen, 1 left: 203.0.113.9"; names neighbours of an address only, because a prefix has a row for
 * each. */
static void
neighbour_counts_row(struct page *p, const struct story *s)
{
    enum { NAMED_MOST = 3 };
    struct buf text = {0};
    size_t named = 0;
    text_number(&text, (int64_t)(s->neighbours.count - s->left));
    buf_text(&text, " listed when last seen, ");
    text_number(&text, (int64_t)s->left);
    buf_text(&text, " left");
    for (size_t i = 0; i < s->neighbours.count && named < NAMED_MOST && s->is_address; i++) {
        char address[ADDR_TEXT];
        struct addr addr = addr_from_v4(s->neighbours.at[i].address);
        const char *before = named > 0 ? ", " : s->left > NAMED_MOST ? ", most recently " : ": ";
        if (!has_left(&s->neighbours.at[i]))
            continue;
        buf_format(&text, "%s%s", before, addr_text(&addr, address));
        named++;
    }
    page_row(p, 0);
    page_wrap(p, COL_PART, ROLE_PLAIN, buf_string(&text));
    buf_free(&text);
}

/* For an address the counts and its own row, for a prefix all rows. */
static void
neighbours_section(struct page *p, const struct story *s, size_t most)
{
    const struct journal_neighbour *own = s->is_address ? own_row(s) : NULL;
    char prefix[PREFIX_TEXT], title[PREFIX_TEXT + 128], more[80] = "", first[CLOCK_MINUTE];
    if (s->neighbours.count == 0)
        return;
    if (s->neighbours.count > most && !s->is_address)
        snprintf(more, sizeof more, " (%zu of %zu; -n N shows more)", most, s->neighbours.count);
    snprintf(title, sizeof title, "Level 1 in %s, UTC%s", prefix_text(&s->around, prefix), more);
    heading(p, title);
    neighbour_counts_row(p, s);
    if (s->is_address && !own)
        return;
    page_row(p, 0);
    page_text(p, COL_PART, 0, ROLE_DIM, "address");
    page_text(p, COL_FIRST, 0, ROLE_DIM, "first seen");
    page_text(p, COL_LAST, 0, ROLE_DIM, "last seen");
    page_text(p, COL_GONE, 0, ROLE_DIM, "gone on");
    if (own)
        neighbour_row(p, own);
    for (size_t i = 0; i < s->neighbours.count && i < most && !own; i++)
        neighbour_row(p, &s->neighbours.at[i]);
    page_row(p, 0);
    page_format(p, COL_PART, 0, ROLE_DIM, "First seen on %s means: listed when first checked.",
                clock_minute(journal_first_look(&s->neighbours, &s->counts), first));
}

/* ---- formats ---- */

static void
put_text(struct journal_command *c, const struct story *s)
{
    const struct history *h = &s->timeline.history;
    struct page page = {0};
    page_begin(&page, c->output.columns);
    head_rows(&page, s);
    for (size_t i = 0; i < h->cases.count; i++)
        journal_command_case_rows(&page, &h->cases.at[i], h->cases.count > 1 ? journal_case_number(&h->cases, i) : 0);
    if (h->observations.count + h->counts.count + h->came.count + h->rejections.count + h->outside.count > 0) {
        heading(&page, h->more ? "History, newest first, UTC (-n N shows more)" : "History, newest first, UTC");
        timeline_rows(&page, &s->timeline, COL_PART, false, 0);
    }
    neighbours_section(&page, s, c->options->number);
    output_page(&c->output, &c->out, &page);
    page_fini(&page);
}

/* Prints the records as export does. */
static void
put_json(struct journal_command *c, const struct story *s)
{
    const struct history *h = &s->timeline.history;
    for (size_t i = 0; i < h->cases.count; i++)
        journal_json_put_case(&c->out, &h->cases.at[i]);
    for (size_t i = 0; i < h->shown; i++)
        journal_json_put_observation(&c->out, &h->observations.at[i]);
    for (size_t i = 0; i < s->rejections.count; i++)
        journal_json_put_rejection(&c->out, &s->rejections.at[i]);
    for (size_t i = 0; i < s->neighbours.count; i++)
        journal_json_put_neighbour(&c->out, &s->neighbours.at[i]);
    for (size_t i = 0; i < s->counts.count; i++)
        journal_json_put_count(&c->out, &s->counts.at[i]);
}

/* Prints the first case beside the observations of an address, the other cases in rows of their own. */
static void
put_csv(struct journal_command *c, const struct story *s)
{
    const struct history *h = &s->timeline.history;
    bool beside = h->cases.count > 0 && s->is_address && h->shown > 0;
    journal_command_csv_head(&c->out);
    for (size_t i = beside; i < h->cases.count; i++)
        journal_command_csv_case(&c->out, &h->cases.at[i]);
    for (size_t i = 0; i < h->shown; i++)
        journal_command_csv_row(&c->out, &h->observations.at[i], beside ? &h->cases.at[0] : NULL);
    for (size_t i = 0; i < s->rejections.count; i++)
        journal_command_csv_rejection(&c->out, &s->rejections.at[i]);
}

int
journal_command_show(struct journal_command *c)
{
    static void (*const formats[])(struct journal_command *, const struct story *) = {
        [FORMAT_TEXT] = put_text, [FORMAT_JSON] = put_json, [FORMAT_CSV] = put_csv};
    struct story story = {0};
    const struct history *h = &story.timeline.history;
    struct target target;
    struct fault fault;
    char text[RESOURCE_TEXT];
    int status = 0;
    if (!session_read_target(c->options->targets, 1, c->catalogue, &target, &fault))
        return exit_status_report(fault.text, STATUS_USAGE);
    bool ok = story_read(&story, c->journal, &target.resource, c->options->number, &fault);
    bool has_neighbours = story.is_address ? own_row(&story) != NULL : story.neighbours.count > 0;
    if (!ok) {
        status = exit_status_report(fault.text, STATUS_FILE);
    } else if (h->cases.count + h->observations.count + story.counts.count + story.rejections.count +
                       h->outside.count ==
                   0 &&
               !has_neighbours) {
        fault_set(&fault, "the journal has nothing about %s", resource_text(&target.resource, text));
        exit_status_report(fault.text, 0);
    } else {
        formats[c->options->format](c, &story);
    }
    timeline_fini(&story.timeline);
    seen_fini(&story.seen);
    vec_free(&story.neighbours);
    vec_free(&story.counts);
    vec_free(&story.rejections);
    return status;
}
