/* The ways between the views: from an address to its range, to wider ones, to the ASN, to the world, and back in; and
 * from each of them to what the journal has of it. */
#ifndef NAVIGATOR_H
#define NAVIGATOR_H

#include "base/resource.h"
#include "base/vec.h"
#include "check/dns_facts.h"
#include "check/investigation.h"
#include "console/app/app.h"
#include "console/sweeper.h"
#include "journal/recorder.h"

struct sweep_store;

/* What the views of ranges, ASNs and the world have in common; outlives the app. */
struct nav {
    struct app *app;
    const struct sweeper *sweeper; /* NULL: nothing is asked over DNS */
    struct engine *engine;
    struct recorder *recorder; /* NULL: there is no journal, and ... */
    const char *no_journal;    /* ... why, as a sentence; NULL: of a journal nothing is said at all */
    /* Opens the case of an address. */
    void (*open_address)(void *arg, const struct addr *);
    void *arg;
    VEC(struct sweep_store *) swept; /* sweep_store.h */
    struct dns_facts dns_facts;
    uint32_t came_asn; /* to which the user came from a prefix last, ... */
    struct prefix came_from;
    struct resource asked; /* what the menu or the line is about that is open, and ... */
    size_t asked_line;     /* ... of the menu, which it leads back to; and ... */
    bool asked_anew;       /* ... what is written to it begins another case: the last one is closed */
};

/* From now on `u` and `W` work in all views of the app, and what changes in the atlas is drawn. */
void navigator_start(struct nav *);
/* When the views are gone. */
void navigator_end(struct nav *);

/* Whether a text that the user typed names a prefix or an ASN ("203.0.113.0/24", "AS64500", "64500"), and is for
 * navigator_to_text rather than a target to ask about. */
bool navigator_is_place(const char *text);
/* Opens it; false with a reason. */
bool navigator_to_text(struct nav *, const char *text, struct fault *);

/* `here` is an address of which the user comes, NULL = none. */
void navigator_to_range(struct nav *, const struct prefix *, const struct addr *here);
void navigator_to_asn(struct nav *, uint32_t asn);
/* `asn` is one of which the user comes, 0 = none. */
void navigator_to_world(struct nav *, uint32_t asn);
void navigator_to_history(struct nav *, const struct resource *);

/* For what is read in it; NULL: there is none, or it broke. */
struct journal *navigator_journal(const struct nav *);
/* For what the user wants to have kept; NULL: it cannot be, which the app says. */
struct journal *navigator_keeps(const struct nav *);

/* What is around an IPv4 prefix or address: an address's /24; then the next wider net of level 2 or record of the ASN
 * database; in the end the ASN. */
void navigator_up(struct nav *, const struct prefix *, const struct addr *here);

#endif
