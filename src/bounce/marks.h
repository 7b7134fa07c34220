/* Marks: words in replies by which receivers and vendors are known whose lists or filters have no zone, and what
 * replies without a list are about. Read from the [mark NAME] blocks of data/receivers.conf, where the format is
 * described. */
#ifndef MARKS_H
#define MARKS_H

#include "base/fault.h"
#include "bounce/rejection.h"

#include <stdbool.h>

struct marks;

/* What a mark says of a reply. Texts are clean; "" = none. */
struct mark {
    char *name;
    char *list;   /* zone of the catalogue, or the name of a public list */
    char *filter; /* name of a private list or filter */
    char *means;  /* half a sentence */
    char *form;   /* page or mailbox for removal requests */
    enum rejection_party party;
    enum rejection_advice advice[REJECTION_ADVICE];
};

/* The first marks in a reply, each NULL if there is none. */
struct mark_hits {
    const struct mark *fault;                  /* the receiver's configuration is at fault */
    const struct mark *named;                  /* names a list or filter */
    const struct mark *lists[REJECTION_LISTS]; /* those that name lists of the catalogue; NULL ends */
    const struct mark *general;                /* says what the reply is about */
};

/* Returns the built-in marks. */
struct marks *marks_new(void);
void marks_free(struct marks *); /* NULL is fine */

/* Adds the marks of a file in front of the others; those with a known name are replaced. Reports a mark with a fault,
 * which is left out. Returns false with a fault if the file cannot be read. */
bool marks_load(struct marks *, const char *path, inifile_report *, void *arg, struct fault *);

/* Finds the marks in a text in lower case. Takes time in proportion to its length. */
struct mark_hits marks_find(const struct marks *, const char *low, unsigned code, const char *status);

#endif
