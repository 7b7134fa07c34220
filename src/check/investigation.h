/* Investigates one address: asks lists, names and origin, and collects the evidence.
 *
 * Sends at once all questions that need no other answer: the lists, their test points (once a run), the PTR name and,
 * without an ASN database, the origin. Asks for the text of a list only after a listing, and confirms a PTR name only
 * if it exists. The answer of a list counts once the list has passed its self-test (health.h). */
#ifndef INVESTIGATION_H
#define INVESTIGATION_H

#include "check/engine.h"
#include "verdict/evidence.h"

#include <stdbool.h>

/* Returns the block for which no question is sent ("private network, RFC 1918"); NULL = the address may be asked. */
const char *investigation_barred(const struct engine *, const struct addr *);

struct investigation;

/* Called after every change of the evidence, never from inside investigation_new. May free the investigation. */
typedef void investigation_changed(void *arg);

/* Starts asking. `target` and `label` are clean text; label may be NULL. Without a target, as for an address that
 * stands for its net, the journal does not record the result. */
struct investigation *investigation_new(const struct engine *, const char *target, const char *label,
                                        const struct addr *, investigation_changed *, void *arg);
void investigation_free(struct investigation *); /* NULL is fine */

/* Gives up what is not answered yet, because of `why` ("the deadline came first"): lists that did not prove their
 * answer gave none. The evidence is not recorded, and its finished_ms stays 0. Call it last: an answer may still change
 * it. */
void investigation_stop(struct investigation *, const char *why);

const struct evidence *investigation_evidence(const struct investigation *);

/* Asks everything again, including the test points. The old answers stay until the new ones arrive. */
void investigation_again(struct investigation *);

/* Reads the zone files again, after they were loaded, changed or failed. Asks nothing. */
void investigation_zones_changed(struct investigation *);

/* Reads the history of the address, and records the result if it waited for the journal. */
void investigation_journal_opened(struct investigation *);

/* Looks the origin up again if the ASN database was read or replaced. */
void investigation_asndb_changed(struct investigation *);

/* Answers from the dataset, and the facts of the DNS, whether another address of the AS would help, where that is asked
 * (evidence_asks_another). Needs the ASN table and the ranking: the first call starts reading and counting them. */
void investigation_answer_another(struct investigation *, struct dataset *, const struct dns_facts *);

/* Reads the history of the address from the journal again; also done at the start and after each recorded result. */
void investigation_remember(struct investigation *);

/* Asks each list again when the TTL of its answer ends, if the answer is wanted then: `wanted` gets the argument of
 * `changed`. investigation_catch_up asks what was not wanted. */
void investigation_follow(struct investigation *, bool (*wanted)(void *arg));
void investigation_catch_up(struct investigation *);

#endif
