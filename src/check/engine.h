/* Shared by all investigations of a run. */
#ifndef ENGINE_H
#define ENGINE_H

#include "base/loop.h"
#include "check/dns_facts.h"
#include "density/dataset.h"
#include "dns/resolver.h"
#include "journal/recorder.h"
#include "lists/health.h"

/* Kinds of changes, for views. */
enum change {
    CHANGED_ANSWERS = 1, /* DNS facts */
    CHANGED_SWEEPS = 2,
    CHANGED_ZONES = 4,    /* of the dataset */
    CHANGED_WORLD = 8,    /* its ASN table, or the ranking */
    CHANGED_JOURNAL = 16, /* it was opened, or cannot be */
    CHANGED_DATA = CHANGED_ZONES | CHANGED_WORLD,
};

/* Few targets are asked about together with the self-tests of the lists. For more, a list is asked after its first
 * self-test, because the questions to a silent one would be in the way of all others; of very many, each answer waits
 * for a self-test that begins later, because lists and resolvers turn bad on the way. */
enum { ENGINE_FEW = 8, ENGINE_SOME = 64 };

/* Pointers are borrowed. */
struct engine {
    struct loop *loop;
    struct resolver *resolver;             /* NULL when offline */
    VEC(struct resolver *) list_resolvers; /* of servers that are asked about some lists alone */
    struct health *health;                 /* NULL when offline */
    struct recorder *recorder;             /* NULL = no journal */
    bool journal_awaited;                  /* it is opened later: an investigation that ends before is recorded then */
    struct dataset dataset; /* while it awaits its zones, the recorder gets no result: an investigation that ends
                               before is recorded once they are read, or when it is freed */
    size_t targets;         /* of the run, as far as it is known; see ENGINE_FEW */
    bool for_anyone;        /* sentences fit any reader; those that the journal keeps do not */
    bool distinct;          /* no address comes twice among them, so that no list's answer is remembered */
    int64_t max_age_ms;     /* of the lists' data that count, where their age is known; 0 = any */
    bool draws_first;       /* what is known is drawn before anything is asked: by the next turn of the loop */
    bool ask_examples; /* every server is on a loopback address that the user named: tests and demo may ask about the
                          prefixes for documentation. Mail servers often have their resolver on loopback, so no other
                          address that is not public may be asked */
    struct dns_facts dns_facts;
    VEC(struct sweep *) sweeps;                  /* sweep_store.h */
    void (*changed)(void *arg, unsigned change); /* called after each change; NULL = not */
    void *changed_arg;
    void (*reread)(void *arg); /* looks at once if zone files and ASN database have changed; NULL = cannot */
    void *reread_arg;
};

static inline void
engine_report_change(const struct engine *engine, enum change change)
{
    if (engine->changed)
        engine->changed(engine->changed_arg, change);
}

#endif
