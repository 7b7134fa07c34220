/* Leads from view to view: from an address to its range, to wider ones, to the AS, to the world, and back; and from
 * each of them to its history, note and case. */
#ifndef NAVIGATOR_H
#define NAVIGATOR_H

#include "base/resource.h"
#include "bounce/rejection.h"
#include "check/engine.h"
#include "console/app/app.h"
#include "console/widgets/table.h"
#include "contacts/contacts.h"
#include "letter/complaint.h"
#include "lists/receivers.h"
#include "targets/fleet.h"

enum place_kind {
    PLACE_START,
    PLACE_ADDRESS,
    PLACE_RANGE,
    PLACE_PROVIDER,
    PLACE_WORLD,
    PLACE_COMPARE,
    PLACE_JOURNAL,
    PLACE_LISTS,
    PLACE_HISTORY,
    PLACE_THEN_NOW,
    PLACE_NOTE,
    PLACE_CASE,
    PLACE_DOCTOR,
    PLACE_DOMAIN,
    PLACE_FLEET,
    PLACE_REJECTION, /* the one that was pasted last */
    PLACE_LETTER,    /* of a complaint; RESOURCE_NONE = to the receiver of that one */
    PLACE_KINDS
};

/* Many targets, as they were read. Starts zeroed. */
struct fleet_place {
    struct fleet fleet;
    char *name;           /* of the file without folder and ending, or of the text */
    char *path;           /* of the file; NULL = a text */
    struct fault problem; /* the first line that could not be taken as it is written; "" = none */
    size_t problems;      /* such lines */
};

/* What a view shows. */
struct place {
    enum place_kind kind;
    struct resource resource;              /* none for the world, the journal and the doctor */
    struct resource came_from;             /* marks its row; RESOURCE_NONE = no row */
    const struct observation *observation; /* of PLACE_THEN_NOW; NULL = the newest of the address */
    const struct resource *compared;       /* of PLACE_COMPARE, or the marked targets of PLACE_LETTER; borrowed ... */
    size_t compared_count;                 /* ... COMPARISON_LEAST to COMPARISON_MOST, or 0 to COMPLAINT_TARGETS */
    const char *domain;                    /* of PLACE_DOMAIN, borrowed */
    const char *filter;                    /* of the rows of PLACE_WORLD, borrowed; NULL = none */
    struct fleet_place *fleet;             /* of PLACE_FLEET, whose view takes the content over */
};

/* The sender of letters; NULL = not set. All are borrowed. */
struct letter_sender {
    const char *name, *mail, *folder; /* folder: of the user's templates */
    enum letter_language language;
};

/* Shared by the views; outlives the app. */
struct nav {
    struct app *app;
    struct engine *engine;
    void (*const *routes)(struct nav *, const struct place *); /* PLACE_KINDS of them: each opens its kind */
    const char *no_journal;                /* why there is no journal, as a sentence; NULL: no view mentions one */
    const struct receivers *receivers;     /* NULL: no view mentions them */
    const char *fleet_file;                /* that `F` opens; NULL = none */
    const struct fleet_place *fleet;       /* that is open; NULL = none */
    const struct contacts_setup *contacts; /* NULL: no contact is looked up */
    struct letter_sender sender;
    struct buf *summary; /* remains on the normal screen after the console has ended */
    uint32_t came_asn;   /* the AS to which the user came last from a prefix, ... */
    struct prefix came_from;
    struct rejection rejection;  /* that was pasted last; kind REJECTION_NONE = none */
    VEC(struct watch *) watches; /* of the addresses that views show (watch.h) */
};

/* Names the view of the place that was opened last. */
void navigator_name(struct nav *, const struct place *);

/* Opens a view of the place. */
static inline void
navigate(struct nav *nav, const struct place *place)
{
    const struct layer *before = app_page(nav->app);
    nav->routes[place->kind](nav, place);
    if (app_page(nav->app) != before)
        navigator_name(nav, place);
}

/* Opens it in place of the view of the same place that is open already, which is shown again unless it marks a row. */
void navigator_show(struct nav *, const struct place *);

/* Registers `u`, `a`, `W`, `F`, `J`, `H`, `e` and `t` with the app, and draws what the engine changes. */
void navigator_start(struct nav *);

/* Reads the targets of a file; with a text, those of its lines, which `name` stands for. Returns false with a fault if
 * the file cannot be read, or no target is found. */
bool navigator_read_fleet(struct fleet_place *, const char *name, const char *text, const struct catalogue *,
                          struct fault *);
void fleet_place_fini(struct fleet_place *); /* zeroes it */
/* Opens the targets, which the view takes over, in place of a fleet that is open. */
void navigator_open_fleet(struct nav *, struct fleet_place *);
/* Returns the label of a target in the fleet that is open; "" = none. */
const char *navigator_label(const struct nav *, const char *target);
/* Reads the files of the fleet that is open again if they have changed, opens what they say now in place of it, and
 * says so. Returns false if nothing changed. If they cannot be read, it says that, and the fleet stays. */
bool navigator_reread_fleet(struct nav *);

/* Opens the view of an address, a net or an AS. */
void navigator_open(struct nav *, const struct resource *);

/* Opens the AS that announces a prefix. Returns false with a reason if it is not known. */
bool navigator_open_provider(struct nav *, const struct prefix *, struct fault *);

/* Opens the comparison of up to COMPARISON_MOST resources, or says why they cannot be compared. */
void navigator_compare(struct nav *, const struct resource *, size_t count);
/* Compares rows of a table of nets, or of ASes, which have their number + 1 as key: table_compared says which. */
void navigator_compare_rows(struct nav *, const struct table *, enum resource_kind);

/* Sets *out to the place of the view that shows, without its fleet, and appends the view's title. */
void navigator_here(const struct nav *, struct place *out, struct buf *title);

/* Opens the next wider place around an IPv4 prefix: each net that level 2 publishes, then the AS; without an AS the /24
 * of an address. `here` is the address from which the user comes; NULL = none. */
void navigator_up(struct nav *, const struct prefix *, const struct addr *here);

/* Returns the journal for reading; NULL when there is none, or it broke. */
static inline struct journal *
navigator_journal(const struct nav *nav)
{
    return nav->engine->recorder ? recorder_journal(nav->engine->recorder) : NULL;
}

/* Returns the journal for the user's changes; NULL when it cannot be changed, which the app shows. */
struct journal *navigator_writable_journal(const struct nav *);
/* Returns "" or, when what is saved does not outlive the program, words to add to a message about it. */
static inline const char *
navigator_passing(const struct nav *nav)
{
    const struct journal *journal = navigator_journal(nav);
    bool passes = journal && journal_is_in_memory(journal) && nav->no_journal && *nav->no_journal;
    return passes ? ", but only until you quit, because there is no journal" : "";
}
/* Returns the journal's version (recorder.h); 0 without one. */
static inline unsigned
navigator_journal_version(const struct nav *nav)
{
    return nav->engine->recorder ? recorder_version(nav->engine->recorder) : 0;
}

#endif
