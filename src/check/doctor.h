/* Examines the servers of the resolver, each alone: how it is reached, what it does to answers of lists, and which
 * lists it can be used for. It asks each list of the run the three questions of a self-test, and two names that tell
 * the address from which the server asks. */
#ifndef DOCTOR_H
#define DOCTOR_H

#include "check/doctor_server.h"

struct doctor;

/* Begins. `changed` is called when the state of a server changes, never from inside. The engine, which has a resolver,
 * outlives it. */
struct doctor *doctor_new(const struct engine *, void (*changed)(void *arg), void *arg);
/* Drops the questions under way. NULL is fine. */
void doctor_free(struct doctor *);

size_t doctor_count(const struct doctor *);
const struct doctor_server *doctor_at(const struct doctor *, size_t place);

/* Returns whether answers are awaited. */
bool doctor_is_open(const struct doctor *);
/* Counts the self-tests of lists, of all servers. */
void doctor_progress(const struct doctor *, size_t *done, size_t *all);

#endif
