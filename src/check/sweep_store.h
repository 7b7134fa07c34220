/* The sweeps of this run, by prefix. They outlive the view that started them, so that only the user's wish repeats a
 * question. */
#ifndef SWEEP_STORE_H
#define SWEEP_STORE_H

#include "check/sweep.h"

/* Returns the last sweep of exactly that prefix; NULL = none. */
struct sweep *sweep_store_find(const struct engine *, const struct prefix *);
/* Starts a sweep in place of the last one of that prefix, which is freed. The engine, which has a resolver, reports
 * each change. */
void sweep_store_start(struct engine *, const struct prefix *);
void sweep_store_free_all(struct engine *);

#endif
