#include "pages/address_cases.h"

#include "base/clock.h"
#include "base/text.h"
#include "pages/address_page.h"

#include <stdio.h>
#include <string.h>

enum { COL_MARK = 1, COL_TEXT = 3, NOTE_LINES = 3, LINE_MOST = 200, DAY = 10 /* bytes of a date */ };

enum { AROUND_MOST = 8, CASE_ROW_BEFORE = 99 /* keys of rows of the case */ };

enum { HOUR_MS = 60 * 60 * 1000, DAY_MS = 24 * HOUR_MS };

void
address_cases_words(struct buf *out, const struct journal_case *a_case)
{
    char since[CLOCK_MINUTE];
    buf_format(out, "%s since %.*s", case_state_name(a_case->state), DAY, clock_minute(a_case->state_ms, since));
    if (a_case->ticket)
        buf_format(out, ", ticket %s", a_case->ticket);
    if (a_case->tags)
        buf_format(out, ", tags %s", a_case->tags);
}

void
address_cases_line(struct buf *out, const struct journal_case *a_case)
{
    struct buf note = {0};
    address_cases_words(out, a_case);
    journal_case_note_text(a_case, &note);
    if (note.count > 0) {
        buf_text(out, ": ");
        text_clean(out, buf_string(&note), strcspn(buf_string(&note), "\n"), LINE_MOST);
    }
    buf_free(&note);
}

/* Coarse: hours count only within a day, so that the words hardly ever change while they are looked at; and what is due
 * in 31 days is so for the rest of that day, too. */
static void
put_distance(struct buf *out, int64_t ms)
{
    text_duration(out, ms < DAY_MS - HOUR_MS / 2 ? (ms + HOUR_MS / 2) / HOUR_MS * HOUR_MS
                                                 : (ms + DAY_MS / 2) / DAY_MS * DAY_MS);
}

void
address_cases_due(struct buf *out, int64_t due_ms)
{
    char due[CLOCK_MINUTE];
    int64_t left = due_ms - clock_wall_ms();
    buf_format(out, "%s %.*s", left > 0 ? "due" : "was due", DAY, clock_minute(due_ms, due));
    if (left >= HOUR_MS) {
        buf_text(out, ", in ");
        put_distance(out, left);
    } else if (left <= -HOUR_MS) {
        buf_text(out, ", ");
        put_distance(out, -left);
        buf_text(out, " ago");
    }
}

static void
due_row(struct page *p, int64_t due_ms)
{
    struct buf text = {0};
    bool is_due = due_ms <= clock_wall_ms();
    buf_text(&text, "Follow-up ");
    address_cases_due(&text, due_ms);
    page_row(p, address_key(ADDRESS_KEY_CASE, 1));
    page_glyph(p, COL_MARK, is_due ? ROLE_WARN : ROLE_DIM, is_due ? GLYPH_WARN : GLYPH_BULLET);
    page_wrap(p, COL_TEXT, is_due ? ROLE_WARN : ROLE_PLAIN, buf_string(&text));
    buf_free(&text);
}

static void
told_row(struct page *p, const struct case_contact *told, enum role role)
{
    struct buf text = {0};
    char at[CLOCK_MINUTE];
    buf_format(&text, "Told %.*s: %s%s%s", DAY, clock_minute(told->at_ms, at), told->who, told->what ? ": " : "",
               told->what ? told->what : "");
    page_row(p, address_key(ADDRESS_KEY_CASE, 2));
    page_glyph(p, COL_MARK, ROLE_DIM, GLYPH_BULLET);
    page_wrap(p, COL_TEXT, role, buf_string(&text));
    buf_free(&text);
}

/* As many lines as there is patience for, of which none is long; what is left out is said. */
static void
note_rows(struct page *p, const struct journal_case *a_case, enum role role)
{
    struct buf note = {0}, line = {0};
    journal_case_note_text(a_case, &note);
    const char *at = buf_string(&note);
    for (size_t i = 0; *at != '\0' && i <= NOTE_LINES; i++) {
        size_t count = strcspn(at, "\n");
        buf_clear(&line);
        if (i < NOTE_LINES)
            text_clean(&line, at, count, LINE_MOST);
        else
            buf_text(&line, "... (e shows all of the note)");
        page_row(p, address_key(ADDRESS_KEY_CASE, 3 + (uint32_t)i));
        if (i == 0)
            page_glyph(p, COL_MARK, ROLE_DIM, GLYPH_BULLET);
        page_wrap(p, COL_TEXT, i < NOTE_LINES ? role : ROLE_DIM, buf_string(&line));
        at += count + (at[count] == '\n');
    }
    buf_free(&note);
    buf_free(&line);
}

static void
own_rows(struct page *p, const struct journal_case *a_case)
{
    bool is_closed = a_case->state == CASE_CLOSED;
    struct buf text = {0};
    page_gap(p);
    page_row(p, address_key(ADDRESS_KEY_CASE, 0));
    buf_text(&text, "Case ");
    address_cases_words(&text, a_case);
    page_wrap(p, COL_MARK, is_closed ? ROLE_DIM : ROLE_STRONG, buf_string(&text));
    buf_free(&text);
    if (a_case->due_ms && !is_closed)
        due_row(p, a_case->due_ms);
    if (a_case->contacts.count > 0)
        told_row(p, &a_case->contacts.at[a_case->contacts.count - 1], is_closed ? ROLE_DIM : ROLE_PLAIN);
    note_rows(p, a_case, is_closed ? ROLE_DIM : ROLE_PLAIN);
}

/* In one row: the rest is behind it. */
static void
line_row(struct page *p, uint64_t row_key, const char *before, const struct journal_case *a_case, enum role role)
{
    struct buf text = {0};
    buf_text(&text, before);
    address_cases_line(&text, a_case);
    page_row(p, row_key);
    page_glyph(p, COL_MARK, ROLE_DIM, GLYPH_BULLET);
    page_text(p, COL_TEXT, 0, role, buf_string(&text));
    buf_free(&text);
}

static void
around_rows(struct page *p, const journal_cases *around)
{
    for (size_t i = 0; i < around->count && i < AROUND_MOST; i++) {
        const struct journal_case *a_case = &around->at[i];
        char resource[RESOURCE_TEXT], before[RESOURCE_TEXT + 8];
        snprintf(before, sizeof before, "%s: ", resource_text(&a_case->resource, resource));
        line_row(p, address_key(ADDRESS_KEY_AROUND, (uint32_t)i), before, a_case,
                 a_case->state == CASE_CLOSED ? ROLE_DIM : ROLE_PLAIN);
    }
    if (around->count > AROUND_MOST) {
        page_row(p, 0);
        page_format(p, COL_TEXT, 0, ROLE_DIM, "... and %zu more around it (J, f)", around->count - AROUND_MOST);
    }
}

void
address_cases(struct page *p, const struct related_cases *c)
{
    if (!c)
        return;
    if (c->own.count > 0)
        own_rows(p, &c->own.at[0]);
    if (c->own.count > 1)
        line_row(p, address_key(ADDRESS_KEY_CASE, CASE_ROW_BEFORE), "The case before: ", &c->own.at[1], ROLE_DIM);
    if (c->around.count > 0 && c->own.count == 0)
        page_gap(p);
    around_rows(p, &c->around);
}
