/* Private to check: raw answers as the proof of what the doctor says. */
#ifndef DOCTOR_PROOF_H
#define DOCTOR_PROOF_H

#include "base/buf.h"
#include "lists/health.h"

/* Append an answer, and a question with it. */
void doctor_proof_answer(struct buf *, const struct answer *);
void doctor_proof_question(struct buf *, const char *name, enum record_type, const struct answer *);

/* Returns the answer that decided about a list whose self-test is done. */
const struct health_point *doctor_proof_point(const struct list_health *);

/* Appends it with its question. */
void doctor_proof_list(struct buf *, const struct list_health *);

#endif
