/* Private to lists: rules and scores of rspamd, as its configuration has them. */
#ifndef RSPAMD_H
#define RSPAMD_H

#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>

/* Receives what a block says: a zone with the answers that give a symbol, as a filter of receivers
 * ("127.0.0.2|127.0.0.[4..7]"; "" = any), which it may refuse with a fault; and the score of a symbol, or of "reject"
 * and "add_header". */
struct rspamd_sink {
    void *arg;
    bool (*rule)(void *arg, const char *zone, const char *filter, const char *symbol, struct fault *);
    void (*score)(void *arg, const char *symbol, double points);
};

/* Returns whether a block, NAME { ... }, begins here. */
bool rspamd_begins(const char *text);

/* Reads a block of text that ends with a NUL, and moves *text behind it. Returns false with a fault, and *text at its
 * place. Rules that do not ask about the client's address are left out, and so are disabled ones. */
bool rspamd_read(const char **text, const struct rspamd_sink *, struct fault *);

#endif
