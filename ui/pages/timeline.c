/* The history comes newest first; changes are found from the oldest on. Observations of a prefix or an AS are of
 * several addresses: each is compared with the one before at the same address, and figures of the prefix or the AS
 * itself with the last observation that has them. */
#include "pages/timeline.h"

#include "base/clock.h"
#include "base/text.h"
#include "pages/changes.h"
#include "pages/figure.h"
#include "pages/timeline_course.h"
#include "verdict/phrases.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    YEAR = 5 /* bytes of a year and its hyphen */,
    DAY = 10 /* bytes of a date */,
    SECONDS = 3 /* bytes of seconds and their colon */,
    NAMED_MOST = 8,
    NOTE_LINES = 10,
    MINUTE_MS = 60 * 1000,
    WIDE = 60,     /* columns from which dates have their year */
    COL_MARK = 17, /* behind "2026-07-06 18:13 " */
    GAP = 2,       /* from the mark to the text */
};

void
timeline_fini(struct timeline *t)
{
    for (size_t i = 0; i < t->items.count; i++) {
        free(t->items.at[i].text);
        free(t->items.at[i].times);
    }
    vec_free(&t->items);
    history_fini(&t->history);
    sparkline_fini(&t->sparkline);
    *t = (struct timeline){0};
}

const struct observation *
timeline_observation(const struct timeline *t, const struct timeline_item *item)
{
    return item->item->kind == HISTORY_OBSERVATION ? &t->history.observations.at[item->item->index] : NULL;
}

bool
timeline_address(const struct timeline *t, const struct timeline_item *item, struct addr *out)
{
    const struct history *h = &t->history;
    size_t index = item->item->index;
    switch (item->item->kind) {
    case HISTORY_OBSERVATION:
        *out = h->observations.at[index].address;
        return true;
    case HISTORY_LISTED:
        *out = addr_from_v4(h->came.at[index].address);
        return true;
    case HISTORY_DELISTED:
        *out = addr_from_v4(h->left.at[index].address);
        return true;
    default:
        return false;
    }
}

/* ---- dates ---- */

/* Appends a date, without its year if that is the item's. */
static void
put_date(struct buf *out, const char *before, int64_t at_ms, int64_t item_ms)
{
    char at[CLOCK_SECOND], item[CLOCK_MINUTE];
    clock_needs_seconds(at_ms, item_ms) ? clock_second(at_ms, at) : clock_minute(at_ms, at);
    clock_minute(item_ms, item);
    buf_format(out, "%s%s", before, strncmp(at, item, YEAR) == 0 ? at + YEAR : at);
}

/* ---- observations of a prefix or an AS ---- */

/* Appends what an observation says about the prefix or the AS itself. */
static void
put_figures(struct buf *out, const struct observation *o, const struct resource *resource)
{
    bool exempt = observation_state(o, "exemption") == STATE_LISTED;
    if (resource->kind == RESOURCE_ASN) {
        bool named = resource->asn && o->score_asn == resource->asn;
        if (named && o->score >= 0)
            buf_format(out, "spamscore %.1f", o->score);
        else if (named)
            buf_text(out, "listed");
        else if (observation_state(o, "level3") == STATE_CLEAR && o->asn == resource->asn && !exempt)
            buf_text(out, "clear");
        return;
    }
    for (size_t i = 0; i < o->nets.count; i++)
        if (prefix_equal(&o->nets.at[i].prefix, &resource->prefix)) {
            phrases_net(out, &o->nets.at[i]);
            if (o->nets.at[i].impacts != LISTING_UNKNOWN && o->nets.at[i].limit > 0)
                buf_format(out, " (limit %lld)", (long long)o->nets.at[i].limit);
            return;
        }
    if (observation_state(o, "level2") == STATE_CLEAR && prefix_holds(&resource->prefix, &o->address) && !exempt)
        buf_text(out, "not published");
}

/* The figures so far, while going through the observations of a prefix or an AS. */
struct course {
    const struct observation *last; /* that had figures; NULL = none yet */
    struct buf figures;             /* of it */
};

/* Appends the change of the figures since the last observation that had any, "impacts 12 -> 31 (limit 9)", and the
 * change of level 1, which is about the address. Returns the observation of the old state. */
static const struct observation *
put_wider_observation(struct buf *out, struct course *course, const struct resource *resource,
                      const struct observation *o, const struct observation *before)
{
    const struct observation *old = before;
    enum list_state now = observation_state(o, "level1");
    enum list_state then = before ? observation_state(before, "level1") : STATE_UNASKED;
    struct buf figures = {0};
    char name[PREFIX_TEXT > ADDR_TEXT ? PREFIX_TEXT : ADDR_TEXT];
    put_figures(&figures, o, resource);
    if (figures.count > 0 && strcmp(buf_string(&figures), buf_string(&course->figures)) != 0) {
        observation_differences list = {0};
        bool is_net = resource->kind == RESOURCE_NET, compared = false;
        old = course->last;
        if (is_net && old)
            observation_compare(&list, old, o);
        buf_text(out, is_net ? "level 2: " : "level 3: ");
        for (size_t i = 0; i < list.count; i++)
            if (strcmp(list.at[i].what, prefix_text(&resource->prefix, name)) == 0) {
                buf_text(out, list.at[i].change);
                compared = *list.at[i].change;
            }
        if (!compared)
            buf_format(out, "%s%s%s", buf_string(&course->figures), course->figures.count > 0 ? " -> " : "",
                       buf_string(&figures));
        vec_free(&list);
    }
    if (figures.count > 0) {
        course->last = o;
        buf_clear(&course->figures);
        buf_text(&course->figures, buf_string(&figures));
    }
    buf_free(&figures);
    if (!list_state_is_known(now) || now == then)
        return old;
    buf_format(out, "%s%s: level 1 ", out->count > 0 ? "\n" : "", addr_text(&o->address, name));
    if (before && list_state_is_known(then))
        buf_format(out, "%s -> %s", list_state_name(then), list_state_name(now));
    else
        buf_format(out, "%s%s", list_state_name(now), before ? "" : ", when first checked");
    return old;
}

/* ---- neighbours ---- */

/* Appends "203.0.113.9, 203.0.113.66 and 3 more: first seen on level 1". */
static void
put_neighbours(const struct history *h, const struct history_item *item, struct buf *text, struct buf *times)
{
    bool came = item->kind == HISTORY_LISTED;
    const struct journal_neighbour *list = came ? &h->came.at[item->index] : &h->left.at[item->index];
    char address[ADDR_TEXT];
    for (size_t i = 0; i < item->number && i < NAMED_MOST; i++) {
        struct addr one = addr_from_v4(list[i].address);
        buf_format(text, "%s%s", i > 0 ? ", " : "", addr_text(&one, address));
    }
    if (item->number > NAMED_MOST)
        buf_format(text, " and %zu more", item->number - NAMED_MOST);
    buf_text(text, !came                                                        ? ": last seen on level 1"
                   : list->first_ms == journal_first_look(&h->came, &h->counts) ? ": listed when first checked"
                                                                                : ": first seen on level 1");
    if (!came)
        put_date(times, "not on it ", list->absent_ms, item->at_ms);
}

/* ---- cases ---- */

/* Appends ten lines of a current note, or the first line of one that was replaced. */
static void
put_note(struct buf *out, const struct case_note *note)
{
    const char *at = note->text;
    size_t most = note->current ? NOTE_LINES : 1, hidden = 0;
    for (size_t lines = 0; *at != '\0'; lines++) {
        size_t count = strcspn(at, "\n");
        if (lines < most) {
            buf_text(out, lines > 0 ? "\n" : "");
            buf_bytes(out, at, count);
        }
        hidden += lines >= most;
        at += count + (at[count] == '\n');
    }
    if (hidden > 0)
        buf_format(out,
                   note->current ? "\n... and %zu more line%s; e shows all" : " ... (%zu more line%s, replaced since)",
                   hidden, hidden == 1 ? "" : "s");
}

/* Appends an event of a case: "case 2 opened", "case 2: ticket NET-4711", "told the provider". */
static void
put_case(struct buf *out, const struct history *h, const struct history_item *item)
{
    const struct journal_case *c = &h->cases.at[item->index];
    const struct case_contact *contact;
    char name[32] = "case", field[40] = "", due[CLOCK_MINUTE];
    if (h->cases.count > 1) {
        snprintf(name, sizeof name, "case %zu", journal_case_number(&h->cases, item->index));
        snprintf(field, sizeof field, "%s: ", name);
    }
    switch (item->kind) {
    case HISTORY_CASE_OPENED:
        buf_format(out, "%s opened", name);
        break;
    case HISTORY_CASE_STATE:
        buf_format(out, "%s %s", name, c->state == CASE_OPEN ? "open again" : case_state_name(c->state));
        break;
    case HISTORY_CASE_TICKET:
        buf_format(out, "%sticket %s", field, c->ticket ? c->ticket : "removed");
        break;
    case HISTORY_CASE_TAGS:
        buf_format(out, "%stags %s", field, c->tags ? c->tags : "removed");
        break;
    case HISTORY_CASE_FOLLOW_UP:
        buf_format(out, "%sfollow-up ", field);
        if (c->due_ms)
            buf_format(out, "on %.*s", DAY, clock_minute(c->due_ms, due));
        else
            buf_text(out, "removed");
        break;
    case HISTORY_CASE_DUE:
        buf_format(out, "%sfollow-up due", field);
        break;
    case HISTORY_NOTE:
        put_note(out, &c->notes.at[item->number]);
        break;
    case HISTORY_CONTACT:
        contact = &c->contacts.at[item->number];
        buf_format(out, "told %s%s%s", contact->who, contact->what ? ": " : "", contact->what ? contact->what : "");
        break;
    default:
        break;
    }
}

/* ---- gathering ---- */

/* Appends what kept the levels from answering: "no answer", if it was always the same. */
static void
put_failure(struct buf *out, const struct observation *o, uint32_t checks)
{
    static const char *const words[STATE_COUNT] = {[STATE_REFUSED] = "refused", [STATE_TIMEOUT] = "no answer"};
    enum list_state first = observed_lists_level(&o->lists, 1);
    bool same = true;
    for (unsigned level = 2; level <= LIST_LEVELS; level++)
        same = same && observed_lists_level(&o->lists, level) == first;
    if (checks > 1)
        buf_format(out, "%u times ", checks);
    buf_text(out, same && words[first] ? words[first] : "no answer to rely on");
}

/* Appends an observation and its dates: until when it held, and when the old state was last seen, because the change is
 * between both. */
static void
put_observation(const struct history *h, const struct timeline_item *row, struct course *course, struct buf *text,
                struct buf *times)
{
    const struct history_item *item = row->item;
    const struct observation *o = &h->observations.at[item->index], *before = row->before;
    if (row->failed) {
        put_failure(text, o, row->checks);
        if (row->until_ms > row->from_ms) {
            put_date(times, "from ", row->from_ms, o->first_ms);
            put_date(times, " to ", row->until_ms, o->first_ms);
        }
        return;
    }
    if (h->resource.kind != RESOURCE_ADDRESS) {
        before = put_wider_observation(text, course, &h->resource, o, before);
    } else if (before) {
        observation_differences list = {0};
        observation_compare(&list, before, o);
        changes_join(&list);
        for (size_t i = 0; i < list.count; i++) {
            buf_text(text, i > 0 ? "\n" : "");
            observation_difference_text(text, &list.at[i]);
        }
        buf_text(text, list.count == 0 ? "seen again, unchanged" : "");
        vec_free(&list);
    } else {
        buf_format(text, "first check: %s", o->headline);
    }
    if (before)
        put_date(times, "last seen in the old state ", before == row->before ? row->before_ms : before->last_ms,
                 o->first_ms);
    if (row->until_ms > o->first_ms) {
        put_date(times, times->count > 0 ? "; unchanged until " : "unchanged until ", row->until_ms, o->first_ms);
        buf_format(times, ", %u checks", row->checks);
    }
    if (o->source == SOURCE_ZONE)
        buf_format(times, "%sfrom the zone file of that time", times->count > 0 ? "; " : "");
}

/* Writes who rejected how many mails, at the time of the last, and when the first was. */
static void
put_rejections(const struct history *h, const struct history_item *item, struct buf *text, struct buf *times)
{
    const struct seen_rejections *r = &h->rejections.at[item->index];
    buf_format(text, "%s rejected ", *r->receiver ? r->receiver : "a receiver");
    if (r->count > 1)
        figure_count(text, (int64_t)r->count, "mail", "mails");
    else
        buf_text(text, "mail");
    buf_format(text, " because of %s", r->list);
    if (r->count > 1 && r->first_ms > 0)
        put_date(times, "the first ", r->first_ms, r->last_ms);
}

/* Writes what another source saw: "UCEPROTECT Level 1 listed until 2026-06-29 08:10 (RIPEstat)". */
static void
put_outside(const struct history *h, const struct history_item *item, struct buf *text, struct buf *times)
{
    const struct outside_period *p = &h->outside.at[item->index];
    char name[RESOURCE_TEXT], imported[CLOCK_MINUTE];
    bool own = p->resource.kind == h->resource.kind && prefix_equal(&p->resource.prefix, &h->resource.prefix);
    buf_text(text, p->list);
    if (p->until_ms > p->from_ms) {
        buf_format(text, " listed %s", own ? "it" : resource_text(&p->resource, name));
        put_date(text, " until ", p->until_ms, p->from_ms);
    }
    if (p->detail)
        buf_format(text, ": %s", p->detail);
    buf_format(text, " (%s)", p->source);
    buf_format(times, "imported %.10s", clock_minute(p->imported_ms, imported));
}

static void
put_item(struct timeline *t, const struct timeline_item *row, struct course *course, struct buf *text,
         struct buf *times)
{
    const struct history *h = &t->history;
    const struct history_item *item = row->item;
    const struct journal_count *count;
    bool is_asn = h->resource.kind == RESOURCE_ASN;
    switch (item->kind) {
    case HISTORY_OBSERVATION:
        put_observation(h, row, course, text, times);
        break;
    case HISTORY_COUNT:
        count = &h->counts.at[item->index];
        if (item->index > 0 && count[-1].listed == count->listed && count[-1].impacts == count->impacts)
            break;
        buf_format(text, "zone %u: ", count->serial);
        figure_count(text, count->listed, "listed address", "listed addresses");
        if (count->impacts >= 0) {
            buf_text(text, ", ");
            figure_count(text, count->impacts, "impact", "impacts");
            buf_text(text, is_asn ? " (estimate, limit " : " (limit ");
            text_number(text, (int64_t)ceil(count->limit));
            buf_byte(text, ')');
        } else if (!is_asn) {
            buf_text(text, ", no impacts known");
        }
        break;
    case HISTORY_LISTED:
    case HISTORY_DELISTED:
        put_neighbours(h, item, text, times);
        break;
    case HISTORY_REJECTIONS:
        put_rejections(h, item, text, times);
        break;
    case HISTORY_OUTSIDE:
        put_outside(h, item, text, times);
        break;
    default:
        put_case(text, h, item);
        break;
    }
}

/* Gives all items of a minute seconds if one of them needs them. */
static void
mark_seconds(struct timeline *t)
{
    for (size_t first = 0, end; first < t->items.count; first = end) {
        struct timeline_item *items = t->items.at;
        int64_t first_ms = items[first].item->at_ms;
        bool seconds = false;
        for (end = first; end < t->items.count && items[end].item->at_ms / MINUTE_MS == first_ms / MINUTE_MS; end++) {
            const struct observation *o = timeline_observation(t, &items[end]);
            seconds = seconds || clock_needs_seconds(items[end].item->at_ms, first_ms) ||
                      (o && clock_needs_seconds(o->first_ms, o->last_ms));
        }
        for (size_t i = first; i < end; i++)
            items[i].seconds = seconds;
    }
}

/* Folds the observations of an address, from the oldest on: those in which no level answered are one row, with the date
 * of the last, until an answer is another one than before them; an answer that is the same prolongs its row. */
struct folding {
    size_t known, failed; /* the rows of the last answer and of the failures since; SIZE_MAX = none */
};

static void
fold(struct timeline *t, const struct history_item *item, struct folding *f)
{
    const journal_observations *all = &t->history.observations;
    const struct observation *o = &all->at[item->index];
    struct timeline_item row = {.item = item, .from_ms = o->first_ms, .until_ms = o->last_ms, .checks = o->times};
    row.before = item->before == HISTORY_NONE ? NULL : &all->at[item->before];
    row.before_ms = row.before ? row.before->last_ms : 0;
    if (t->history.resource.kind != RESOURCE_ADDRESS) {
        vec_push(&t->items, row);
        return;
    }
    row.failed = (observed_lists_levels(&o->lists, STATE_LISTED) | observed_lists_levels(&o->lists, STATE_CLEAR)) == 0;
    size_t *at = row.failed ? &f->failed : &f->known;
    struct timeline_item *same = *at == SIZE_MAX ? NULL : &t->items.at[*at];
    if (!row.failed && same) {
        row.before = &all->at[same->item->index];
        row.before_ms = same->until_ms;
    }
    if (same && (row.failed || observation_same(row.before, o))) {
        same->item = row.failed ? item : same->item;
        same->until_ms = row.until_ms;
        same->checks += row.checks;
        return;
    }
    *at = t->items.count;
    if (!row.failed)
        f->failed = SIZE_MAX;
    vec_push(&t->items, row);
}

static int
by_newest(const void *a, const void *b)
{
    const struct timeline_item *x = a, *y = b;
    return x->item < y->item ? -1 : x->item > y->item;
}

bool
timeline_gather(struct timeline *t, struct journal *journal, const struct resource *resource, size_t most,
                struct fault *fault)
{
    struct course course = {0};
    struct folding folding = {SIZE_MAX, SIZE_MAX};
    timeline_fini(t);
    bool done = history_read(&t->history, journal, resource, most, 1, fault);
    for (size_t i = t->history.items.count; i-- > 0;) { /* changes are found from the oldest on */
        const struct history_item *item = &t->history.items.at[i];
        if (item->kind == HISTORY_OBSERVATION)
            fold(t, item, &folding);
        else
            vec_push(&t->items, ((struct timeline_item){.item = item}));
    }
    size_t told = 0;
    for (size_t i = 0; i < t->items.count; i++) {
        struct timeline_item row = t->items.at[i];
        struct buf text = {0}, times = {0};
        put_item(t, &row, &course, &text, &times);
        if (text.count > 0) {
            row.text = buf_take(&text);
            row.times = times.count > 0 ? buf_take(&times) : NULL;
            t->items.at[told++] = row;
        }
        buf_free(&text);
        buf_free(&times);
    }
    t->items.count = told;
    buf_free(&course.figures);
    if (told > 1)
        qsort(t->items.at, told, sizeof *t->items.at, by_newest);
    mark_seconds(t);
    timeline_draw_course(&t->history, &t->sparkline, &t->words);
    return done;
}

/* ---- rows ---- */

static const struct {
    enum glyph glyph;
    enum role role;
} looks[] = {
    [HISTORY_OBSERVATION] = {GLYPH_BULLET, ROLE_STRONG},    [HISTORY_COUNT] = {GLYPH_BULLET, ROLE_PLAIN},
    [HISTORY_LISTED] = {GLYPH_LISTED, ROLE_LISTED},         [HISTORY_DELISTED] = {GLYPH_CLEAR, ROLE_CLEAR},
    [HISTORY_OUTSIDE] = {GLYPH_BULLET, ROLE_DIM},           [HISTORY_REJECTIONS] = {GLYPH_WARN, ROLE_WARN},
    [HISTORY_CASE_OPENED] = {GLYPH_INTO, ROLE_ESTIMATE},    [HISTORY_CASE_STATE] = {GLYPH_INTO, ROLE_ESTIMATE},
    [HISTORY_CASE_TICKET] = {GLYPH_INTO, ROLE_ESTIMATE},    [HISTORY_CASE_TAGS] = {GLYPH_INTO, ROLE_ESTIMATE},
    [HISTORY_CASE_FOLLOW_UP] = {GLYPH_INTO, ROLE_ESTIMATE}, [HISTORY_CASE_DUE] = {GLYPH_INTO, ROLE_ESTIMATE},
    [HISTORY_NOTE] = {GLYPH_INTO, ROLE_ESTIMATE},           [HISTORY_CONTACT] = {GLYPH_INTO, ROLE_ESTIMATE},
};

/* The text is below its date on a narrow page, else beside it. */
void
timeline_rows(struct page *p, const struct timeline *t, int col, bool cases, uint64_t first_key)
{
    bool wide = p->cols >= WIDE, seconds = false;
    for (size_t i = 0; i < t->items.count; i++)
        seconds |= t->items.at[i].seconds;
    int mark = col + COL_MARK - (wide ? 0 : YEAR) + (seconds ? SECONDS : 0), deep = wide ? mark + GAP : col + GAP;
    for (size_t i = 0; i < t->items.count; i++) {
        const struct timeline_item *item = &t->items.at[i];
        const struct history_item *of = item->item;
        bool replaced = of->kind == HISTORY_NOTE && !t->history.cases.at[of->index].notes.at[of->number].current;
        char at[CLOCK_SECOND];
        if (of->kind >= HISTORY_CASE_OPENED && !cases)
            continue;
        item->seconds ? clock_second(of->at_ms, at) : clock_minute(of->at_ms, at);
        if (of->at_ms == 0) /* a bounce without a date */
            snprintf(at, sizeof at, "%-16s", "     no date");
        page_row(p, first_key + i);
        page_text(p, col, 0, ROLE_DIM, wide ? at : at + YEAR);
        page_glyph(p, mark, replaced ? ROLE_DIM : looks[of->kind].role, looks[of->kind].glyph);
        if (!wide)
            page_row(p, first_key + i);
        for (const char *text = item->text; *text != '\0';) {
            size_t count = strcspn(text, "\n");
            char *line = mem_copy_bytes(text, count);
            if (text != item->text)
                page_row(p, first_key + i);
            page_wrap(p, deep, replaced ? ROLE_DIM : ROLE_PLAIN, line);
            free(line);
            text += count + (text[count] == '\n');
        }
        if (item->times) {
            page_row(p, first_key + i);
            page_wrap(p, deep, ROLE_DIM, item->times);
        }
    }
}
