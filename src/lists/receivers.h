/* Receivers and the points that they give to listings, read from blocks of data/receivers.conf, where the format is
 * described. */
#ifndef RECEIVERS_H
#define RECEIVERS_H

#include "base/addr.h"
#include "base/fault.h"
#include "base/inifile.h"
#include "base/vec.h"

#include <stdbool.h>

/* One term of a receiver's sum. */
struct receiver_site {
    char *zone;   /* clean; as written, so it may contain a key */
    char *filter; /* "127.0.0.[2..11]", or several with | between; "" = every answer */
    char *symbol; /* of rspamd, whose score are the points; NULL = of postscreen */
    double points;
};

/* The score of a symbol of rspamd. */
struct receiver_score {
    char *symbol;
    double points;
};

/* Texts are clean. */
struct receiver {
    char *name;
    char *dated; /* "" = not said */
    double threshold;
    bool marks; /* it only marks mail as spam from there on */
    VEC(struct receiver_site) sites;
    VEC(struct receiver_score) scores; /* all that its file has, also of symbols that are no lists */
};

struct receivers {
    VEC(struct receiver) list;
};

/* Returns the built-in receivers. */
struct receivers *receivers_new(void);
void receivers_free(struct receivers *); /* NULL is fine */

/* Adds the receivers of a file; those with a known name are replaced. Reports a receiver with a fault, which is left
 * out. Returns false with a fault if the file cannot be read. */
bool receivers_load(struct receivers *, const char *path, inifile_report *, void *arg, struct fault *);

/* Returns NAME of a section "mark NAME", which is not about a receiver's points but about its replies; else NULL. */
const char *receivers_mark(const char *section);

/* Hands over the built-in file. */
void receivers_hand_over(struct inifile_blocks *);

/* Returns whether an answer of the site's list gives its points. */
bool receiver_site_takes(const struct receiver_site *, const struct addr *answer);

#endif
