/* The story of one address: what to ask, in which order, and what came of it.
 *
 * All questions that need no other answer leave at once: the five lists, the lists' test points (once a run), the name,
 * and, without an ASN database, the origin. A list's text is asked only where its A answer said listed; the forward
 * confirmation only where there is a name. A list is believed once it has proved itself (health.h). */
#ifndef INVESTIGATION_H
#define INVESTIGATION_H

#include "check/engine.h"
#include "verdict/evidence.h"

#include <stdbool.h>

/* The block that keeps an address from being asked about ("private network, RFC 1918"); NULL = it may be asked. */
const char *investigation_barred(const struct engine *, const struct addr *);

struct investigation;

/* Called after every change of the evidence, never from inside investigation_new. The investigation may be freed in it.
 */
typedef void investigation_changed(void *arg);

/* Starts asking at once. `target` and `label` are clean text; label may be NULL. */
struct investigation *investigation_new(const struct engine *, const char *target, const char *label,
                                        const struct addr *, investigation_changed *, void *arg);
void investigation_free(struct investigation *); /* NULL is fine */

const struct evidence *investigation_evidence(const struct investigation *);

/* Ask everything again now, the lists' test points too. Until the answers are there the old ones stay. */
void investigation_again(struct investigation *);

/* The engine's zone files have come or changed, or do not come: look everything up in them again. Asks nothing. */
void investigation_zones_changed(struct investigation *);

/* Estimates from the dataset whether level 3 lists the AS that announces the address, where level 3 is not
 * known and it matters (evidence_lacks_level3). That needs the whole of the files and of the ASN database: the first
 * call starts their reading, and until it is done there is no estimate. */
void investigation_estimate(struct investigation *, struct dataset *);

/* Reads what the journal knows of the address again. That is done when an investigation begins and whenever it has
 * found something out, which it hands to the engine's keeper. */
void investigation_remember(struct investigation *);

/* From now on ask each list again when the TTL of its answer is up. */
void investigation_follow(struct investigation *);

#endif
