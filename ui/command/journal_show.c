/* The story of one address, prefix or AS number: what was done about it, what was seen and what changed. */
#include "command/journal_command.h"

#include "base/clock.h"
#include "base/text.h"
#include "journal/json_read.h"
#include "session/exit_status.h"
#include "journal/history.h"

#include <stdlib.h>
#include <string.h>

enum { COL = 1, COL_PART = 3, COL_DEEP = 5, COL_FIRST = 21, COL_LAST = 39, COL_GONE = 57, COL_FIGURES = 21 };
enum { SPAN_TEXT = 64, LEFT_NAMED = 3 };

/* All that there is of it. `looks` are newest first, those from `shown` on only to compare with. */
struct story {
    struct resource resource;
    bool has_seen, complete;
    struct seen seen;
    journal_cases cases; /* those that are not closed first, then the newest */
    journal_observations looks;
    size_t shown;
    struct prefix around;          /* of the neighbours; family 0 = none */
    journal_neighbours neighbours; /* those that left or came last first */
    size_t left;                   /* of them */
    journal_counts counts;
};

/* ---- gathering ---- */

/* How many looks are read to find, for each that is shown, the one before of the same address. */
static size_t
to_read(size_t shown)
{
    enum { MORE = 200 };
    return shown > (SIZE_MAX - MORE) / 2 ? shown : 2 * shown + MORE;
}

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

static void
order_neighbours(struct story *s)
{
    for (size_t i = 0; i < s->neighbours.count; i++)
        s->left += has_left(&s->neighbours.at[i]);
    if (s->neighbours.count > 1)
        qsort(s->neighbours.at, s->neighbours.count, sizeof *s->neighbours.at, compare_events);
}

static bool
gather_place(struct story *s, struct journal_command *c, struct fault *fault)
{
    if (s->resource.kind != RESOURCE_ASN && s->resource.prefix.addr.family == ADDR_V4) {
        s->around = s->resource.kind == RESOURCE_NET ? s->resource.prefix : prefix_around(&s->resource.prefix.addr, 24);
        if (!journal_neighbours_of(c->journal, &s->around, &s->neighbours, fault))
            return false;
        order_neighbours(s);
    }
    return s->resource.kind == RESOURCE_ADDRESS ||
           journal_counts_of(c->journal, &s->resource, INT32_MAX, &s->counts, fault);
}

/* A function of the journal that found nothing leaves the fault empty. */
static bool
gather(struct story *s, struct journal_command *c, struct fault *fault)
{
    size_t most = to_read(c->options->number);
    fault->text[0] = '\0';
    if (!journal_cases_of(c->journal, &s->resource, &s->cases, fault) ||
        !journal_history(c->journal, &s->resource, most, &s->looks, fault))
        return false;
    s->complete = s->looks.count < most;
    s->shown = s->looks.count < c->options->number ? s->looks.count : c->options->number;
    s->has_seen = s->resource.kind == RESOURCE_ADDRESS;
    return (!s->has_seen || journal_seen(c->journal, &s->resource.prefix.addr, &s->seen, fault)) &&
           gather_place(s, c, fault);
}

static void
story_fini(struct story *s)
{
    journal_cases_fini(&s->cases);
    journal_observations_fini(&s->looks);
    vec_free(&s->neighbours);
    vec_free(&s->counts);
}

/* What is known of the address among its neighbours; NULL = nothing. */
static const struct journal_neighbour *
own_row(const struct story *s)
{
    for (size_t i = 0; i < s->neighbours.count; i++)
        if (s->neighbours.at[i].address == addr_to_v4(&s->resource.prefix.addr))
            return &s->neighbours.at[i];
    return NULL;
}

static bool
is_empty(const struct story *s)
{
    return s->cases.count == 0 && s->looks.count == 0 && s->counts.count == 0 &&
           (s->has_seen ? !own_row(s) : s->neighbours.count == 0);
}

/* The look at the same address before this one; NULL = none was read. */
static const struct observation *
look_before(const struct story *s, size_t at)
{
    for (size_t i = at + 1; i < s->looks.count; i++)
        if (addr_equal(&s->looks.at[i].address, &s->looks.at[at].address))
            return &s->looks.at[i];
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

static const char *
span_text(int64_t first_ms, int64_t last_ms, char out[static SPAN_TEXT])
{
    char first[CLOCK_MINUTE], last[CLOCK_MINUTE];
    struct buf text = {0};
    buf_text(&text, clock_minute(first_ms, first));
    if (strcmp(first, clock_minute(last_ms, last)) != 0)
        buf_format(&text, " to %s", last);
    strncpy(out, buf_string(&text), SPAN_TEXT - 1);
    out[SPAN_TEXT - 1] = '\0';
    buf_free(&text);
    return out;
}

/* The first that there is of a net or ASN; 0 = nothing. */
static int64_t
first_of(const struct story *s)
{
    int64_t first_ms = INT64_MAX;
    for (size_t i = 0; i < s->cases.count; i++)
        if (s->cases.at[i].opened_ms < first_ms)
            first_ms = s->cases.at[i].opened_ms;
    for (size_t i = 0; i < s->looks.count; i++)
        if (s->looks.at[i].first_ms < first_ms)
            first_ms = s->looks.at[i].first_ms;
    for (size_t i = 0; i < s->neighbours.count; i++)
        if (s->neighbours.at[i].first_ms < first_ms)
            first_ms = s->neighbours.at[i].first_ms;
    if (s->counts.count > 0 && s->counts.at[0].at_ms < first_ms)
        first_ms = s->counts.at[0].at_ms;
    return first_ms == INT64_MAX ? 0 : first_ms;
}

static void
since_row(struct page *p, const struct story *s)
{
    char first[CLOCK_MINUTE];
    int64_t first_ms = first_of(s);
    if (first_ms == 0)
        return;
    page_row(p, 0);
    page_format(p, COL, 0, ROLE_PLAIN, "in this journal since %s UTC%s", clock_minute(first_ms, first),
                s->complete ? "" : " or before");
}

static void
seen_rows(struct page *p, const struct seen *seen)
{
    char first[CLOCK_MINUTE];
    page_row(p, 0);
    page_format(p, COL, 0, ROLE_PLAIN, "in this journal since %s UTC, observations: %u",
                clock_minute(seen->first_ms, first), seen->changes);
    for (size_t i = 0; i < EVIDENCE_LEVELS; i++) {
        struct buf words = {0};
        seen_words(&words, &seen->lists[LIST_LEVEL1 + i], seen->first_ms);
        if (words.count > 0) {
            page_row(p, 0);
            page_format(p, COL, 0, ROLE_PLAIN, "Level %zu", i + 1);
            page_wrap(p, COL + 9, ROLE_PLAIN, buf_string(&words));
        }
        buf_free(&words);
    }
}

static void
head_rows(struct page *p, const struct story *s)
{
    char text[RESOURCE_TEXT];
    page_row(p, 0);
    int col = page_text(p, COL, 0, ROLE_TITLE, resource_text(&s->resource, text)) + 2;
    if (s->looks.count > 0 && s->looks.at[0].name && s->has_seen)
        page_wrap(p, col, ROLE_PLAIN, s->looks.at[0].name);
    if (!s->has_seen)
        since_row(p, s);
    else if (s->seen.known)
        seen_rows(p, &s->seen);
}

static void
case_lines(struct page *p, const char *text)
{
    while (*text) {
        size_t count = strcspn(text, "\n");
        char *line = mem_copy_bytes(text, count);
        page_row(p, 0);
        page_wrap(p, COL_DEEP, ROLE_PLAIN, line);
        free(line);
        text += count + (text[count] == '\n');
    }
}

static void
note_rows(struct page *p, const struct case_note *note)
{
    char at[CLOCK_MINUTE];
    if (!note->current)
        return;
    page_row(p, 0);
    page_format(p, COL_PART, 0, ROLE_DIM, "%s  note", clock_minute(note->at_ms, at));
    case_lines(p, note->text);
}

static void
told_row(struct page *p, const struct case_contact *told)
{
    char at[CLOCK_MINUTE];
    struct buf text = {0};
    page_row(p, 0);
    int col = page_format(p, COL_PART, 0, ROLE_DIM, "%s  told", clock_minute(told->at_ms, at)) + 1;
    buf_format(&text, "%s%s%s", told->who, told->what ? ": " : "", told->what ? told->what : "");
    page_wrap(p, col, ROLE_PLAIN, buf_string(&text));
    buf_free(&text);
}

static void
case_heading(struct page *p, size_t number)
{
    struct buf title = {0};
    buf_text(&title, "Case");
    if (number > 0)
        buf_format(&title, " %zu", number);
    heading(p, buf_string(&title));
    buf_free(&title);
}

void
journal_command_case_rows(struct page *p, const struct journal_case *a_case, size_t number)
{
    char opened[CLOCK_MINUTE], state[CLOCK_MINUTE], due[CLOCK_MINUTE];
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
    case_heading(p, number);
    page_row(p, 0);
    page_wrap(p, COL_PART, overdue ? ROLE_WARN : ROLE_STRONG, buf_string(&text));
    for (size_t i = 0; i < a_case->notes.count; i++)
        if (!journal_case_note_is_duplicate(a_case, i))
            note_rows(p, &a_case->notes.at[i]);
    for (size_t i = 0; i < a_case->contacts.count; i++)
        told_row(p, &a_case->contacts.at[i]);
    buf_free(&text);
}

static void
difference_rows(struct page *p, const struct observation *then, const struct observation *now)
{
    observation_differences differences = {0};
    observation_compare(&differences, then, now);
    for (size_t i = 0; i < differences.count; i++) {
        struct buf text = {0};
        observation_difference_text(&text, &differences.at[i]);
        page_row(p, 0);
        page_wrap(p, COL_DEEP, ROLE_STRONG, buf_string(&text));
        buf_free(&text);
    }
    vec_free(&differences);
}

static void
look_rows(struct page *p, const struct story *s, size_t at)
{
    const struct observation *o = &s->looks.at[at], *before = look_before(s, at);
    char span[SPAN_TEXT], address[ADDR_TEXT];
    struct buf text = {0};
    buf_format(&text, "%s UTC", span_text(o->first_ms, o->last_ms, span));
    if (o->times > 1)
        buf_format(&text, ", %u times", o->times);
    if (!s->has_seen)
        buf_format(&text, "  %s", addr_text(&o->address, address));
    buf_format(&text, "  %s%s", verdict_state_name(o->verdict), o->source == SOURCE_ZONE ? " (zone file)" : "");
    page_row(p, 0);
    page_wrap(p, COL_PART, ROLE_PLAIN, buf_string(&text));
    buf_free(&text);
    page_row(p, 0);
    page_wrap(p, COL_DEEP, ROLE_DIM, o->headline);
    if (before)
        difference_rows(p, before, o);
}

static void
looks_section(struct page *p, const struct story *s)
{
    if (s->shown == 0)
        return;
    heading(p, s->complete && s->shown == s->looks.count ? "What was seen, newest first"
                                                         : "What was seen, newest first (-n N shows more)");
    for (size_t i = 0; i < s->shown; i++)
        look_rows(p, s, i);
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

static void
columns_row(struct page *p)
{
    page_row(p, 0);
    page_text(p, COL_PART, 0, ROLE_DIM, "address");
    page_text(p, COL_FIRST, 0, ROLE_DIM, "first seen");
    page_text(p, COL_LAST, 0, ROLE_DIM, "last seen");
    page_text(p, COL_GONE, 0, ROLE_DIM, "gone on");
}

/* "252 listed when they were last seen, 1 left: 203.0.113.9" */
static void
neighbour_counts(struct page *p, const struct story *s)
{
    struct buf text = {0};
    size_t named = 0;
    text_number(&text, (int64_t)(s->neighbours.count - s->left));
    buf_text(&text, " listed when last seen, ");
    text_number(&text, (int64_t)s->left);
    buf_text(&text, " left");
    for (size_t i = 0; i < s->neighbours.count && named < LEFT_NAMED && s->has_seen; i++) {
        char address[ADDR_TEXT];
        struct addr addr = addr_from_v4(s->neighbours.at[i].address);
        if (has_left(&s->neighbours.at[i]))
            buf_format(&text, "%s%s",
                       named++                ? ", "
                       : s->left > LEFT_NAMED ? ", at last "
                                              : ": ",
                       addr_text(&addr, address));
    }
    page_row(p, 0);
    page_wrap(p, COL_PART, ROLE_PLAIN, buf_string(&text));
    buf_free(&text);
}

/* Of an address its own, of a net all. */
static void
neighbour_rows(struct page *p, const struct story *s, size_t most)
{
    const struct journal_neighbour *own = s->has_seen ? own_row(s) : NULL;
    if (s->has_seen && !own)
        return;
    columns_row(p);
    if (own)
        neighbour_row(p, own);
    for (size_t i = 0; i < s->neighbours.count && i < most && !own; i++)
        neighbour_row(p, &s->neighbours.at[i]);
}

static void
neighbours_section(struct page *p, const struct story *s, size_t most)
{
    char prefix[PREFIX_TEXT];
    struct buf title = {0};
    if (s->neighbours.count == 0)
        return;
    buf_format(&title, "Seen on level 1 in %s, UTC", prefix_text(&s->around, prefix));
    if (s->neighbours.count > most && !s->has_seen)
        buf_format(&title, " (%zu of %zu; -n N shows more)", most, s->neighbours.count);
    heading(p, buf_string(&title));
    buf_free(&title);
    neighbour_counts(p, s);
    neighbour_rows(p, s, most);
}

static void
snapshots_section(struct page *p, const struct story *s, size_t most)
{
    if (s->counts.count > 0)
        heading(p, "How its counts went, by the zone files, UTC");
    for (size_t i = s->counts.count > most ? s->counts.count - most : 0; i < s->counts.count; i++) {
        const struct journal_count *shot = &s->counts.at[i];
        char at[CLOCK_MINUTE];
        struct buf text = {0};
        text_number(&text, shot->listed);
        buf_text(&text, " listed");
        if (shot->impacts >= 0) {
            buf_text(&text, ", ");
            text_number(&text, shot->impacts);
            buf_text(&text, s->resource.kind == RESOURCE_ASN ? " impacts (estimate)" : " impacts");
        }
        if (shot->limit > 0 && s->resource.kind == RESOURCE_ASN)
            buf_format(&text, ", needed %.1f", shot->limit);
        else if (shot->limit > 0)
            buf_format(&text, ", limit %.0f", shot->limit);
        page_row(p, 0);
        page_text(p, COL_PART, 0, ROLE_PLAIN, clock_minute(shot->at_ms, at));
        page_text(p, COL_FIGURES, 0, ROLE_PLAIN, buf_string(&text));
        buf_free(&text);
    }
}

static void
put_text(struct journal_command *c, const struct story *s)
{
    struct page page = {0};
    page_begin(&page, c->output.columns);
    head_rows(&page, s);
    for (size_t i = 0; i < s->cases.count; i++)
        journal_command_case_rows(&page, &s->cases.at[i], s->cases.count > 1 ? journal_case_number(&s->cases, i) : 0);
    looks_section(&page, s);
    neighbours_section(&page, s, c->options->number);
    snapshots_section(&page, s, c->options->number);
    output_page(&c->output, &c->out, &page);
    page_fini(&page);
}

/* ---- the other formats ---- */

/* The records, as export writes them. */
static void
put_json(struct buf *out, const struct story *s)
{
    for (size_t i = 0; i < s->cases.count; i++)
        journal_json_put_case(out, &s->cases.at[i]);
    for (size_t i = 0; i < s->shown; i++)
        journal_json_put_observation(out, &s->looks.at[i]);
    for (size_t i = 0; i < s->neighbours.count; i++)
        journal_json_put_neighbour(out, &s->neighbours.at[i]);
    for (size_t i = 0; i < s->counts.count; i++)
        journal_json_put_count(out, &s->counts.at[i]);
}

/* The first case stands beside what was seen of an address; the others have rows of their own. */
static void
put_csv(struct buf *out, const struct story *s)
{
    bool beside = s->cases.count > 0 && s->has_seen && s->shown > 0;
    journal_command_csv_head(out);
    for (size_t i = beside; i < s->cases.count; i++)
        journal_command_csv_case(out, &s->cases.at[i]);
    for (size_t i = 0; i < s->shown; i++)
        journal_command_csv_row(out, &s->looks.at[i], beside ? &s->cases.at[0] : NULL);
}

int
journal_command_show(struct journal_command *c)
{
    struct story story = {0};
    struct fault fault;
    char text[RESOURCE_TEXT];
    int status = 0;
    if (!journal_command_read_resource(c->options->targets[0], &story.resource, &fault))
        return exit_status_report(fault.text, STATUS_USAGE);
    if (!gather(&story, c, &fault)) {
        status = exit_status_report(fault.text, STATUS_FILE);
    } else if (is_empty(&story)) {
        fault_set(&fault, "nothing of %s is in the journal", resource_text(&story.resource, text));
        exit_status_report(fault.text, 0);
    } else if (c->options->format == FORMAT_JSON) {
        put_json(&c->out, &story);
    } else if (c->options->format == FORMAT_CSV) {
        put_csv(&c->out, &story);
    } else {
        put_text(c, &story);
    }
    story_fini(&story);
    return status;
}
