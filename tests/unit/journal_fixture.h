/* Journals in the scratch folder, and what people do to cases in them, for tests. */
#ifndef TEST_JOURNAL_FIXTURE_H
#define TEST_JOURNAL_FIXTURE_H

#include "journal/case_edit.h"
#include "journal/db.h"
#include "journal/journal.h"
#include "journal/merge.h"
#include "journal/observations.h"
#include "journal/purge.h"
#include "journal/resources.h"
#include "journal/schema.h"
#include "journal/transfer.h"
#include "temp_dir.h"

#include <stdbool.h>
#include <stdint.h>

/* Most tests are about one address; wall time is JOURNAL_FIXTURE_T0 and so many ms. */
#define JOURNAL_FIXTURE_ADDRESS "203.0.113.77"
enum { JOURNAL_FIXTURE_T0 = 1000000, JOURNAL_FIXTURE_RESOURCES = 4 };
extern const char *const journal_fixture_resources[JOURNAL_FIXTURE_RESOURCES];
void journal_fixture_at(int64_t ms);

/* A journal of that name in the scratch folder: as it is there, or a new one. */
struct journal *journal_fixture_open(const char *name);
struct journal *journal_fixture_new(const char *name);
void journal_fixture_copy(const char *from, const char *to);

struct resource journal_fixture_resource(const char *text);

/* Calls that must succeed and take &journal_fixture_fault. */
extern struct fault journal_fixture_fault;
#define DONE(change) journal_fixture_assert_done(change, #change)
void journal_fixture_assert_done(enum journal_result, const char *change);

/* Changes to the case of the address. */
void journal_fixture_note(struct journal *, const char *text);
void journal_fixture_state(struct journal *, enum case_state);
void journal_fixture_ticket(struct journal *, const char *text);
void journal_fixture_tags(struct journal *, const char *text);
void journal_fixture_due(struct journal *, int64_t ms);
void journal_fixture_tell(struct journal *, const char *who, const char *what);

/* Its case, which must be there, and whether it is. */
void journal_fixture_find(struct journal *, struct journal_case *out);
bool journal_fixture_has(struct journal *);
void journal_fixture_assert_note(struct journal *, const char *expected);

/* How many cases the index of words finds. */
int journal_fixture_hits(struct journal *, const char *words);

/* All cases of all matters and their words in the index, as text; the caller frees. */
char *journal_fixture_everything(struct journal *);
void journal_fixture_assert_alike(struct journal *, struct journal *);

/* Takes all cases of another journal in. */
struct journal_totals journal_fixture_merge(struct journal *into, struct journal *from, struct journal_totals *changed);
void journal_fixture_take(struct journal *into, struct journal *from);

#endif
