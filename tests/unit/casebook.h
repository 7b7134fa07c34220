/* Journals in the scratch folder, and what people do to cases in them, for tests. */
#ifndef TEST_CASEBOOK_H
#define TEST_CASEBOOK_H

#include "journal/journal_db.h"
#include "scratch.h"

#include <stdbool.h>
#include <stdint.h>

/* Most tests are about one address; wall time is CASEBOOK_T0 and so many ms. */
#define CASEBOOK_ADDRESS "203.0.113.77"
enum { CASEBOOK_T0 = 1000000, CASEBOOK_MATTERS = 4 };
extern const char *const casebook_matters[CASEBOOK_MATTERS];
void casebook_at(int64_t ms);

/* A journal of that name in the scratch folder: as it is there, or a new one. */
struct journal *casebook_open(const char *name);
struct journal *casebook_new(const char *name);
void casebook_copy(const char *from, const char *to);

struct matter casebook_matter(const char *text);

/* Calls that must succeed and take &casebook_fault. */
extern struct fault casebook_fault;
#define DONE(change) casebook_assert_done(change, #change)
void casebook_assert_done(enum journal_result, const char *change);

/* Changes to the case of the address. */
void casebook_note(struct journal *, const char *text);
void casebook_state(struct journal *, enum case_state);
void casebook_ticket(struct journal *, const char *text);
void casebook_tags(struct journal *, const char *text);
void casebook_due(struct journal *, int64_t ms);
void casebook_tell(struct journal *, const char *who, const char *what);

/* Its case, which must be there, and whether it is. */
void casebook_find(struct journal *, struct journal_case *out);
bool casebook_has(struct journal *);
void casebook_assert_note(struct journal *, const char *expected);

/* How many cases the index of words finds. */
int casebook_hits(struct journal *, const char *words);

/* All cases of all matters and their words in the index, as text; the caller frees. */
char *casebook_everything(struct journal *);
void casebook_assert_alike(struct journal *, struct journal *);

/* Takes all cases of another journal in. */
struct journal_count casebook_unite(struct journal *into, struct journal *from, struct journal_count *changed);
void casebook_take(struct journal *into, struct journal *from);

#endif
