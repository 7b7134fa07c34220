#include "pages/related_cases.h"

#include "base/clock.h"
#include "base/text.h"
#include "journal/search.h"
#include "pages/address_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHORTEST = 8 /* the length of the widest net that is looked up */, OTHERS_MOST = 4, PATIENCE_MS = 10 };
enum { AROUND_MOST = 8, NOTE_LINES = 3, LINE_MOST = 200, DAY = 10 /* bytes of a date */ };
enum { ROW_CASE, ROW_DUE, ROW_CONTACT, ROW_NOTE, ROW_BEFORE = 99 };
enum { DAY_MS = 24 * 60 * 60 * 1000 };

/* ---- reading ---- */

void
related_cases_fini(struct related_cases *c)
{
    journal_cases_fini(&c->own);
    journal_cases_fini(&c->around);
    vec_free(&c->listed);
}

static void
add(struct related_cases *c, struct journal *journal, const struct resource *resource)
{
    struct journal_case a_case;
    struct fault ignored;
    if (journal_case_find(journal, resource, &a_case, &ignored))
        vec_push(&c->around, a_case);
}

void
related_cases_read(struct related_cases *c, struct journal *journal, const struct addr *address,
                   const uint32_t asns[static RELATED_CASES_ASNS])
{
    struct fault ignored;
    struct resource own = resource_of_address(address);
    journal_cases_fini(&c->own);
    journal_cases_fini(&c->around);
    if (!journal)
        return;
    journal_cases_of(journal, &own, &c->own, &ignored);
    for (unsigned length = own.prefix.length; length >= SHORTEST; length--) {
        struct prefix net = prefix_around(address, length);
        add(c, journal, &(struct resource){.kind = RESOURCE_NET, .prefix = net});
    }
    for (size_t i = 0; i < RELATED_CASES_ASNS; i++)
        if (asns[i] != 0 && (i == 0 || asns[i] != asns[i - 1]))
            add(c, journal, &(struct resource){.kind = RESOURCE_ASN, .asn = asns[i]});
}

/* ---- words ---- */

void
related_case_words(struct buf *out, const struct journal_case *a_case)
{
    char since[CLOCK_MINUTE];
    buf_format(out, "%s since %.*s", case_state_name(a_case->state), DAY, clock_minute(a_case->state_ms, since));
    if (a_case->ticket)
        buf_format(out, ", ticket %s", a_case->ticket);
    if (a_case->tags)
        buf_format(out, ", tags %s", a_case->tags);
}

/* Adds the first line of the note to the words. */
static void
put_line(struct buf *out, const struct journal_case *a_case)
{
    struct buf note = {0};
    related_case_words(out, a_case);
    journal_case_note_text(a_case, &note);
    if (note.count > 0) {
        buf_text(out, ": ");
        text_clean(out, buf_string(&note), strcspn(buf_string(&note), "\n"), LINE_MOST);
    }
    buf_free(&note);
}

/* Counts days of the calendar, because a follow-up is a date: "7d" stays 7 days whenever it is read on that day. */
void
related_case_due(struct buf *out, int64_t due_ms)
{
    char due[CLOCK_MINUTE];
    int64_t now_ms = clock_wall_ms(), days = due_ms / DAY_MS - now_ms / DAY_MS;
    buf_format(out, "%s %.*s, ", due_ms > now_ms ? "due" : "was due", DAY, clock_minute(due_ms, due));
    if (days == 0)
        buf_text(out, "today");
    else
        buf_format(out, "%s%lld d%s", days > 0 ? "in " : "", (long long)(days > 0 ? days : -days),
                   days > 0 ? "" : " ago");
}

/* ---- rows ---- */

/* Shows at most NOTE_LINES lines of the note, and says when there are more. */
static void
own_rows(struct page *p, const struct journal_case *a_case)
{
    bool is_closed = a_case->state == CASE_CLOSED, is_due = a_case->due_ms <= clock_wall_ms();
    enum role role = is_closed ? ROLE_DIM : ROLE_PLAIN;
    struct buf text = {0}, note = {0};
    page_gap(p);
    buf_text(&text, "Case ");
    related_case_words(&text, a_case);
    address_line(p, address_key(ADDRESS_KEY_CASE, ROW_CASE), is_closed ? ROLE_DIM : ROLE_STRONG, buf_string(&text));
    if (a_case->due_ms && !is_closed) {
        buf_clear(&text);
        buf_text(&text, "Follow-up ");
        related_case_due(&text, a_case->due_ms);
        address_item(p, address_key(ADDRESS_KEY_CASE, ROW_DUE), is_due ? ROLE_WARN : ROLE_DIM,
                     is_due ? GLYPH_WARN : GLYPH_BULLET, is_due ? ROLE_WARN : ROLE_PLAIN, buf_string(&text));
    }
    if (a_case->contacts.count > 0) {
        const struct case_contact *contact = &a_case->contacts.at[a_case->contacts.count - 1];
        char at[CLOCK_MINUTE];
        buf_clear(&text);
        buf_format(&text, "Told %.*s: %s%s%s", DAY, clock_minute(contact->at_ms, at), contact->who,
                   contact->what ? ": " : "", contact->what ? contact->what : "");
        address_item(p, address_key(ADDRESS_KEY_CASE, ROW_CONTACT), ROLE_DIM, GLYPH_BULLET, role, buf_string(&text));
    }
    journal_case_note_text(a_case, &note);
    const char *line = buf_string(&note);
    for (size_t i = 0; *line != '\0' && i <= NOTE_LINES; i++) {
        size_t count = strcspn(line, "\n");
        buf_clear(&text);
        if (i < NOTE_LINES)
            text_clean(&text, line, count, LINE_MOST);
        else
            buf_text(&text, "... (e shows all of the note)");
        page_row(p, address_key(ADDRESS_KEY_CASE, ROW_NOTE + (uint32_t)i));
        if (i == 0)
            page_glyph(p, ADDRESS_MARK, ROLE_DIM, GLYPH_BULLET);
        page_wrap(p, ADDRESS_TEXT, i < NOTE_LINES ? role : ROLE_DIM, buf_string(&text));
        line += count + (line[count] == '\n');
    }
    buf_free(&note);
    buf_free(&text);
}

/* One row, which is cut at the right edge. */
static void
line_row(struct page *p, uint64_t row_key, const char *before, const struct journal_case *a_case, enum role role)
{
    struct buf text = {0};
    buf_text(&text, before);
    put_line(&text, a_case);
    page_row(p, row_key);
    page_glyph(p, ADDRESS_MARK, ROLE_DIM, GLYPH_BULLET);
    page_text(p, ADDRESS_TEXT, 0, role, buf_string(&text));
    buf_free(&text);
}

void
related_cases_rows(struct page *p, const struct related_cases *c)
{
    if (!c)
        return;
    if (c->own.count > 0)
        own_rows(p, &c->own.at[0]);
    if (c->own.count > 1)
        line_row(p, address_key(ADDRESS_KEY_CASE, ROW_BEFORE), "The case before: ", &c->own.at[1], ROLE_DIM);
    if (c->around.count > 0 && c->own.count == 0)
        page_gap(p);
    for (size_t i = 0; i < c->around.count && i < AROUND_MOST; i++) {
        const struct journal_case *a_case = &c->around.at[i];
        char resource[RESOURCE_TEXT], before[RESOURCE_TEXT + 8];
        snprintf(before, sizeof before, "%s: ", resource_text(&a_case->resource, resource));
        line_row(p, address_key(ADDRESS_KEY_AROUND, (uint32_t)i), before, a_case,
                 a_case->state == CASE_CLOSED ? ROLE_DIM : ROLE_PLAIN);
    }
    if (c->around.count > AROUND_MOST) {
        page_row(p, 0);
        page_format(p, ADDRESS_TEXT, 0, ROLE_DIM, "... and %zu more around it (J, f)", c->around.count - AROUND_MOST);
    }
}

/* ---- the headline ---- */

/* Appends the resources with a case in that state until the line names OTHERS_MOST; returns false when there are more.
 */
static bool
add_others(struct buf *line, size_t *named, struct journal *journal, const struct resource *resource, const char *where,
           enum case_state state)
{
    struct buf text = {0};
    struct filter filter = {0};
    struct fault ignored;
    journal_entries found = {0};
    bool more = false, late = false;
    char name[RESOURCE_TEXT];
    buf_format(&text, "%s state:%s", where, case_state_name(state));
    if (filter_parse(&filter, buf_string(&text), journal_filter(), &ignored))
        journal_find(journal, &filter, clock_wall_ms(), OTHERS_MOST + 2, PATIENCE_MS, &found, &more, &late, &ignored);
    for (size_t i = 0; i < found.count; i++) {
        if (resource_equal(&found.at[i].resource, resource))
            continue;
        if (*named == OTHERS_MOST) {
            more = true;
            break;
        }
        buf_format(line, "%s%s %s", *named > 0 ? ", " : "", resource_text(&found.at[i].resource, name),
                   case_state_name(state));
        (*named)++;
    }
    journal_entries_fini(&found);
    filter_fini(&filter);
    buf_free(&text);
    return !more;
}

void
related_headline_fini(struct related_headline *h)
{
    free(h->text);
    free(h->others);
    *h = (struct related_headline){0};
}

void
related_headline_read(struct related_headline *h, struct recorder *recorder, const struct resource *resource)
{
    struct journal_case a_case;
    struct fault ignored;
    struct buf line = {0}, others = {0};
    char name[RESOURCE_TEXT], where[RESOURCE_TEXT + 8];
    size_t named = 0;
    bool all = true;
    struct journal *journal = recorder ? recorder_journal(recorder) : NULL;
    unsigned version = recorder ? recorder_version(recorder) : 0;
    if (h->read && h->version == version)
        return;
    related_headline_fini(h);
    h->read = true;
    h->version = version;
    if (!journal)
        return;
    snprintf(where, sizeof where, "%s%s",
             resource->kind == RESOURCE_ASN ? "as:" : "in:", resource_text(resource, name));
    for (enum case_state state = CASE_OPEN; state <= CASE_CLOSED; state++)
        all &= add_others(&line, &named, journal, resource, where, state);
    if (named > 0) {
        buf_format(&others, "Other cases here: %s%s (J, f %s)", buf_string(&line), all ? "" : " and more", where);
        h->others = buf_take(&others);
    }
    buf_free(&line);
    if (!journal_case_find(journal, resource, &a_case, &ignored))
        return;
    buf_text(&line, "Case ");
    put_line(&line, &a_case);
    h->text = buf_take(&line);
    h->is_closed = a_case.state == CASE_CLOSED;
    journal_case_fini(&a_case);
}

void
related_headline_put(const struct related_headline *h, struct header *top)
{
    struct buf line = {0};
    buf_text(&line, h->text ? h->text : "");
    header_add(top, h->is_closed ? ROLE_DIM : ROLE_STRONG, &line);
    buf_text(&line, h->others ? h->others : "");
    header_add(top, ROLE_PLAIN, &line);
    buf_free(&line);
}
