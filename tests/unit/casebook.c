#include "casebook.h"

#include "base/clock.h"

#include <inttypes.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "scratch.h"

struct fault casebook_fault;

const char *const casebook_matters[CASEBOOK_MATTERS] = {CASEBOOK_ADDRESS, "203.0.112.0/22", "AS64500", "2001:db8::7"};

struct journal *
casebook_open(const char *name)
{
    struct fault notice;
    struct journal *j =
        journal_open(scratch_path(name), false, JOURNAL_WRITES, JOURNAL_WAIT_MS, &notice, &casebook_fault);
    if (!j)
        fail_msg("%s", casebook_fault.text);
    return j;
}

struct journal *
casebook_new(const char *name)
{
    unlink(scratch_path(name));
    return casebook_open(name);
}

struct matter
casebook_matter(const char *text)
{
    struct matter matter;
    assert_true(matter_parse(text, &matter));
    return matter;
}

void
casebook_at(int64_t ms)
{
    clock_fake(1, CASEBOOK_T0 + ms);
}

void
casebook_assert_done(enum journal_result result, const char *change)
{
    if (result != JOURNAL_DONE)
        fail_msg("%s: %s", change, casebook_fault.text);
}

void
casebook_note(struct journal *j, const char *text)
{
    struct matter matter = casebook_matter(CASEBOOK_ADDRESS);
    DONE(journal_case_set_note(j, &matter, text, &casebook_fault));
}

void
casebook_state(struct journal *j, enum case_state state)
{
    struct matter matter = casebook_matter(CASEBOOK_ADDRESS);
    DONE(journal_case_set_state(j, &matter, state, &casebook_fault));
}

void
casebook_ticket(struct journal *j, const char *text)
{
    struct matter matter = casebook_matter(CASEBOOK_ADDRESS);
    DONE(journal_case_set_ticket(j, &matter, text, &casebook_fault));
}

void
casebook_tags(struct journal *j, const char *text)
{
    struct matter matter = casebook_matter(CASEBOOK_ADDRESS);
    DONE(journal_case_set_tags(j, &matter, text, &casebook_fault));
}

void
casebook_due(struct journal *j, int64_t ms)
{
    struct matter matter = casebook_matter(CASEBOOK_ADDRESS);
    DONE(journal_case_set_due(j, &matter, ms, &casebook_fault));
}

void
casebook_tell(struct journal *j, const char *who, const char *what)
{
    struct matter matter = casebook_matter(CASEBOOK_ADDRESS);
    DONE(journal_case_add_told(j, &matter, who, what, clock_wall_ms(), &casebook_fault));
}

void
casebook_find(struct journal *j, struct journal_case *out)
{
    struct matter matter = casebook_matter(CASEBOOK_ADDRESS);
    if (!journal_case_find(j, &matter, out, &casebook_fault))
        fail_msg("no case: %s", casebook_fault.text);
}

bool
casebook_has(struct journal *j)
{
    struct matter matter = casebook_matter(CASEBOOK_ADDRESS);
    struct journal_case c = {0};
    bool has = journal_case_find(j, &matter, &c, &casebook_fault);
    if (!has)
        assert_string_equal(casebook_fault.text, "");
    journal_case_fini(&c);
    return has;
}

void
casebook_assert_note(struct journal *j, const char *expected)
{
    struct journal_case c;
    struct buf text = {0};
    casebook_find(j, &c);
    journal_case_note_text(&c, &text);
    assert_string_equal(buf_string(&text), expected);
    buf_free(&text);
    journal_case_fini(&c);
}

int
casebook_hits(struct journal *j, const char *words)
{
    enum journal_result result;
    sqlite3_stmt *count =
        journal_statement(j, "SELECT count(*) FROM case_text WHERE case_text MATCH ?1", &casebook_fault);
    assert_non_null(count);
    sqlite3_bind_text(count, 1, words, -1, SQLITE_TRANSIENT);
    assert_true(journal_step(j, count, &result, &casebook_fault));
    int found = sqlite3_column_int(count, 0);
    sqlite3_reset(count);
    return found;
}

/* ---- all that there is, as text ---- */

static void
put_case(struct buf *out, const struct journal_case *c)
{
    char uid[UID_TEXT], matter[MATTER_TEXT];
    buf_format(out,
               "%s %s opened %" PRId64 " %s %" PRId64 " ticket %s %" PRId64 " tags %s %" PRId64 " due %" PRId64
               " %" PRId64 "\n",
               uid_text(&c->uid, uid), matter_text(&c->matter, matter), c->opened_ms, case_state_name(c->state),
               c->state_ms, c->ticket ? c->ticket : "-", c->ticket_ms, c->tags ? c->tags : "-", c->tags_ms, c->due_ms,
               c->due_set_ms);
    for (size_t i = 0; i < c->notes.count; i++)
        buf_format(out, "  note %s %" PRId64 " %d %s\n", uid_text(&c->notes.at[i].uid, uid), c->notes.at[i].at_ms,
                   c->notes.at[i].current, c->notes.at[i].text);
    for (size_t i = 0; i < c->told.count; i++)
        buf_format(out, "  told %s %" PRId64 " %s %s\n", uid_text(&c->told.at[i].uid, uid), c->told.at[i].at_ms,
                   c->told.at[i].who, c->told.at[i].what ? c->told.at[i].what : "-");
}

/* The words that search looks at; they must be those of the cases. */
static void
put_index(struct buf *out, struct journal *j)
{
    enum journal_result result;
    sqlite3_stmt *rows = journal_statement(
        j,
        "SELECT hex(uid), notes, t.ticket, t.tags, told FROM case_text t LEFT JOIN cases c ON c.id = t.rowid"
        " ORDER BY uid",
        &casebook_fault);
    while (journal_step(j, rows, &result, &casebook_fault)) {
        for (int i = 0; i < 5; i++)
            buf_format(out, "%s|", sqlite3_column_text(rows, i) ? (const char *)sqlite3_column_text(rows, i) : "-");
        buf_byte(out, '\n');
    }
    assert_int_equal(result, JOURNAL_DONE);
}

char *
casebook_everything(struct journal *j)
{
    struct buf out = {0};
    for (size_t i = 0; i < CASEBOOK_MATTERS; i++) {
        struct matter matter = casebook_matter(casebook_matters[i]);
        journal_cases cases;
        if (!journal_cases_of(j, &matter, &cases, &casebook_fault))
            fail_msg("%s", casebook_fault.text);
        for (size_t c = 0; c < cases.count; c++)
            put_case(&out, &cases.at[c]);
        journal_cases_fini(&cases);
    }
    put_index(&out, j);
    return buf_take(&out);
}

struct journal_count
casebook_unite(struct journal *into, struct journal *from, struct journal_count *changed)
{
    struct journal_count added = {0};
    *changed = (struct journal_count){0};
    DONE(journal_begin(into, &casebook_fault));
    for (size_t i = 0; i < CASEBOOK_MATTERS; i++) {
        struct matter matter = casebook_matter(casebook_matters[i]);
        journal_cases cases;
        assert_true(journal_cases_of(from, &matter, &cases, &casebook_fault));
        for (size_t c = 0; c < cases.count; c++)
            DONE(journal_unite_case(into, &cases.at[c], &added, changed, &casebook_fault));
        journal_cases_fini(&cases);
    }
    DONE(journal_commit(into, &casebook_fault));
    return added;
}

void
casebook_take(struct journal *into, struct journal *from)
{
    struct journal_count changed;
    casebook_unite(into, from, &changed);
}

void
casebook_assert_alike(struct journal *a, struct journal *b)
{
    char *of_a = casebook_everything(a), *of_b = casebook_everything(b);
    assert_string_equal(of_a, of_b);
    free(of_a);
    free(of_b);
}

void
casebook_copy(const char *from, const char *to)
{
    char command[256];
    snprintf(command, sizeof command, "cp '%s' '%s'", scratch_path(from), scratch_path(to));
    assert_int_equal(system(command), 0);
}
