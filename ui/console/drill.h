/* The ways between the views: from an address to its range, to wider ones, to the ASN, to the world, and back in. */
#ifndef DRILL_H
#define DRILL_H

#include "app.h"
#include "atlas.h"
#include "sweeper.h"

/* What the views of ranges, ASNs and the world have in common; outlives the app. */
struct drill {
    struct app *app;
    struct atlas *atlas;
    const struct sweeper *sweeper; /* NULL: nothing is asked over DNS */
    /* Opens the case of an address. */
    void (*open_address)(void *arg, const struct addr *);
    void *arg;
};

/* From now on `u` and `W` work in all views of the app, and what changes in the atlas is drawn. */
void drill_start(struct drill *);

/* Whether a text that the user typed names a prefix or an ASN ("203.0.113.0/24", "AS64500"), and is for drill_to_text
 * rather than a target to ask about. */
bool drill_is_place(const char *text);
/* Opens it; false with a reason. */
bool drill_to_text(struct drill *, const char *text, struct fault *);

/* `here` is an address of which the user comes, NULL = none. */
void drill_to_range(struct drill *, const struct prefix *, const struct addr *here);
void drill_to_asn(struct drill *, uint32_t asn);
void drill_to_world(struct drill *);

/* What is around an IPv4 prefix or address: an address's /24; then the next wider net of level 2 or record of the ASN
 * database; in the end the ASN. */
void drill_up(struct drill *, const struct prefix *, const struct addr *here);

#endif
