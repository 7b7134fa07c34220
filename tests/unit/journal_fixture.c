#include "journal_fixture.h"

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

#include "temp_dir.h"

struct fault journal_fixture_fault;

const char *const journal_fixture_resources[JOURNAL_FIXTURE_RESOURCES] = {JOURNAL_FIXTURE_ADDRESS, "203.0.112.0/22",
                                                                          "AS64500", "2001:db8::7"};

struct journal *
journal_fixture_open(const char *name)
{
    struct fault notice;
    struct journal *j =
        journal_open(temp_dir_path(name), false, JOURNAL_WRITES, JOURNAL_WAIT_MS, &notice, &journal_fixture_fault);
    if (!j)
        fail_msg("%s", journal_fixture_fault.text);
    return j;
}

struct journal *
journal_fixture_new(const char *name)
{
    unlink(temp_dir_path(name));
    return journal_fixture_open(name);
}

struct resource
journal_fixture_resource(const char *text)
{
    struct resource resource;
    assert_true(resource_parse(text, &resource));
    return resource;
}

void
journal_fixture_at(int64_t ms)
{
    clock_fake(1, JOURNAL_FIXTURE_T0 + ms);
}

void
journal_fixture_assert_done(enum journal_result result, const char *change)
{
    if (result != JOURNAL_DONE)
        fail_msg("%s: %s", change, journal_fixture_fault.text);
}

void
journal_fixture_note(struct journal *j, const char *text)
{
    struct resource resource = journal_fixture_resource(JOURNAL_FIXTURE_ADDRESS);
    DONE(journal_case_set_note(j, &resource, text, &journal_fixture_fault));
}

void
journal_fixture_state(struct journal *j, enum case_state state)
{
    struct resource resource = journal_fixture_resource(JOURNAL_FIXTURE_ADDRESS);
    DONE(journal_case_set_state(j, &resource, state, &journal_fixture_fault));
}

void
journal_fixture_ticket(struct journal *j, const char *text)
{
    struct resource resource = journal_fixture_resource(JOURNAL_FIXTURE_ADDRESS);
    DONE(journal_case_set_ticket(j, &resource, text, &journal_fixture_fault));
}

void
journal_fixture_tags(struct journal *j, const char *text)
{
    struct resource resource = journal_fixture_resource(JOURNAL_FIXTURE_ADDRESS);
    DONE(journal_case_set_tags(j, &resource, text, &journal_fixture_fault));
}

void
journal_fixture_due(struct journal *j, int64_t ms)
{
    struct resource resource = journal_fixture_resource(JOURNAL_FIXTURE_ADDRESS);
    DONE(journal_case_set_due(j, &resource, ms, &journal_fixture_fault));
}

void
journal_fixture_tell(struct journal *j, const char *who, const char *what)
{
    struct resource resource = journal_fixture_resource(JOURNAL_FIXTURE_ADDRESS);
    DONE(journal_case_add_contact(j, &resource, who, what, clock_wall_ms(), &journal_fixture_fault));
}

void
journal_fixture_find(struct journal *j, struct journal_case *out)
{
    struct resource resource = journal_fixture_resource(JOURNAL_FIXTURE_ADDRESS);
    if (!journal_case_find(j, &resource, out, &journal_fixture_fault))
        fail_msg("no case: %s", journal_fixture_fault.text);
}

bool
journal_fixture_has(struct journal *j)
{
    struct resource resource = journal_fixture_resource(JOURNAL_FIXTURE_ADDRESS);
    struct journal_case c = {0};
    bool has = journal_case_find(j, &resource, &c, &journal_fixture_fault);
    if (!has)
        assert_string_equal(journal_fixture_fault.text, "");
    journal_case_fini(&c);
    return has;
}

void
journal_fixture_assert_note(struct journal *j, const char *expected)
{
    struct journal_case c;
    struct buf text = {0};
    journal_fixture_find(j, &c);
    journal_case_note_text(&c, &text);
    assert_string_equal(buf_string(&text), expected);
    buf_free(&text);
    journal_case_fini(&c);
}

int
journal_fixture_hits(struct journal *j, const char *words)
{
    enum journal_result result;
    sqlite3_stmt *count =
        journal_statement(j, "SELECT count(*) FROM case_text WHERE case_text MATCH ?1", &journal_fixture_fault);
    assert_non_null(count);
    sqlite3_bind_text(count, 1, words, -1, SQLITE_TRANSIENT);
    assert_true(journal_step(j, count, &result, &journal_fixture_fault));
    int found = sqlite3_column_int(count, 0);
    sqlite3_reset(count);
    return found;
}

/* ---- all that there is, as text ---- */

static void
put_case(struct buf *out, const struct journal_case *c)
{
    char uuid[UUID_TEXT], resource[RESOURCE_TEXT];
    buf_format(out,
               "%s %s opened %" PRId64 " %s %" PRId64 " ticket %s %" PRId64 " tags %s %" PRId64 " due %" PRId64
               " %" PRId64 "\n",
               uuid_text(&c->uuid, uuid), resource_text(&c->resource, resource), c->opened_ms,
               case_state_name(c->state), c->state_ms, c->ticket ? c->ticket : "-", c->ticket_ms,
               c->tags ? c->tags : "-", c->tags_ms, c->due_ms, c->due_set_ms);
    for (size_t i = 0; i < c->notes.count; i++)
        buf_format(out, "  note %s %" PRId64 " %d %s\n", uuid_text(&c->notes.at[i].uuid, uuid), c->notes.at[i].at_ms,
                   c->notes.at[i].current, c->notes.at[i].text);
    for (size_t i = 0; i < c->contacts.count; i++)
        buf_format(out, "  told %s %" PRId64 " %s %s\n", uuid_text(&c->contacts.at[i].uuid, uuid),
                   c->contacts.at[i].at_ms, c->contacts.at[i].who,
                   c->contacts.at[i].what ? c->contacts.at[i].what : "-");
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
        &journal_fixture_fault);
    while (journal_step(j, rows, &result, &journal_fixture_fault)) {
        for (int i = 0; i < 5; i++)
            buf_format(out, "%s|", sqlite3_column_text(rows, i) ? (const char *)sqlite3_column_text(rows, i) : "-");
        buf_byte(out, '\n');
    }
    assert_int_equal(result, JOURNAL_DONE);
}

char *
journal_fixture_everything(struct journal *j)
{
    struct buf out = {0};
    for (size_t i = 0; i < JOURNAL_FIXTURE_RESOURCES; i++) {
        struct resource resource = journal_fixture_resource(journal_fixture_resources[i]);
        journal_cases cases;
        if (!journal_cases_of(j, &resource, &cases, &journal_fixture_fault))
            fail_msg("%s", journal_fixture_fault.text);
        for (size_t c = 0; c < cases.count; c++)
            put_case(&out, &cases.at[c]);
        journal_cases_fini(&cases);
    }
    put_index(&out, j);
    return buf_take(&out);
}

struct journal_totals
journal_fixture_merge(struct journal *into, struct journal *from, struct journal_totals *changed)
{
    struct journal_totals added = {0};
    *changed = (struct journal_totals){0};
    DONE(journal_begin(into, &journal_fixture_fault));
    for (size_t i = 0; i < JOURNAL_FIXTURE_RESOURCES; i++) {
        struct resource resource = journal_fixture_resource(journal_fixture_resources[i]);
        journal_cases cases;
        assert_true(journal_cases_of(from, &resource, &cases, &journal_fixture_fault));
        for (size_t c = 0; c < cases.count; c++)
            DONE(journal_merge_case(into, &cases.at[c], &added, changed, &journal_fixture_fault));
        journal_cases_fini(&cases);
    }
    DONE(journal_commit(into, &journal_fixture_fault));
    return added;
}

void
journal_fixture_take(struct journal *into, struct journal *from)
{
    struct journal_totals changed;
    journal_fixture_merge(into, from, &changed);
}

void
journal_fixture_assert_alike(struct journal *a, struct journal *b)
{
    char *of_a = journal_fixture_everything(a), *of_b = journal_fixture_everything(b);
    assert_string_equal(of_a, of_b);
    free(of_a);
    free(of_b);
}

void
journal_fixture_copy(const char *from, const char *to)
{
    char command[256];
    snprintf(command, sizeof command, "cp '%s' '%s'", temp_dir_path(from), temp_dir_path(to));
    assert_int_equal(system(command), 0);
}
