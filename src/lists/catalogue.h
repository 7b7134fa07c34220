/* The DNSBLs that are asked, read from blocks of data/lists.conf, where the format is described. */
#ifndef CATALOGUE_H
#define CATALOGUE_H

#include "base/addr.h"
#include "base/vec.h"
#include "lists/return_code.h"

#include <stdbool.h>
#include <stddef.h>

/* The extent of one listing. */
enum list_scope { SCOPE_IP, SCOPE_RANGE, SCOPE_ASN, SCOPE_DOMAIN, SCOPE_POLICY, SCOPE_ALLOW };

const char *list_scope_name(enum list_scope); /* "ip", "range" ... */

enum { LIST_LEVELS = 3, LIST_ZONE = 192 };

/* The parts of the escalation: the levels, then these. */
enum { LIST_PART_EXEMPTION = LIST_LEVELS, LIST_PART_BACKSCATTERER, LIST_PARTS };

/* An address with a known state, by convention. */
struct test_point {
    struct addr address;
    bool listed;
    struct addr answer; /* the expected one; family 0 = any that means a listing */
};

/* Texts are clean; "" = none. */
struct list {
    size_t index;  /* in the catalogue */
    char *zone;    /* lower case */
    char *title;   /* "Level 1 address" */
    char *shorter; /* "Level 1" */
    char *run_by;  /* "UCEPROTECT" */
    char *covers;  /* the extent of one listing, in words */
    char *delist;  /* the page for removal requests */
    char *policy;  /* the page with the listing policy */
    enum list_scope scope;
    bool families[2]; /* IPv4, IPv6 */
    unsigned weight;
    return_codes codes;
    VEC(struct test_point) points;
    const char *part; /* "level1", "exemption" ...; NULL = none */
    unsigned level;   /* 1, 2, 3; 0 = not a level */
    bool is_exemption, is_backscatterer;
};

/* Returns whether the list is asked about addresses of this family. */
static inline bool
list_is_asked(const struct list *list, unsigned family)
{
    return family != ADDR_NONE && list->scope != SCOPE_DOMAIN && list->families[family == ADDR_V6];
}

/* Read it with the functions below. */
struct catalogue {
    VEC(struct list *) lists; /* each allocated alone, because other modules point to it */
    const struct list *parts[LIST_PARTS];
};

/* Returns the built-in lists. */
struct catalogue *catalogue_new(void);
void catalogue_free(struct catalogue *); /* NULL is fine */

/* Returns the built-in lists, shared and read-only. */
const struct catalogue *catalogue_builtin(void);

/* Receives the fault of a block, with file and line. */
typedef void catalogue_fault(void *arg, const char *sentence);

/* Adds the lists of a file and changes those that it names. Reports a block with a fault, which changes nothing.
 * Returns false with a fault if the file cannot be read. Must not be called while anything refers to a list. */
bool catalogue_load(struct catalogue *, const char *path, catalogue_fault *, void *arg, struct fault *);

static inline size_t
catalogue_count(const struct catalogue *catalogue)
{
    return catalogue->lists.count;
}

static inline const struct list *
catalogue_list(const struct catalogue *catalogue, size_t index)
{
    return catalogue->lists.at[index];
}

/* Returns the list with this zone, compared without case; NULL = none. */
const struct list *catalogue_find(const struct catalogue *, const char *zone);

/* Return the parts of the escalation, which every catalogue has. */
static inline const struct list *
catalogue_level(const struct catalogue *catalogue, unsigned level)
{
    return catalogue->parts[level - 1];
}

static inline const struct list *
catalogue_exemption(const struct catalogue *catalogue)
{
    return catalogue->parts[LIST_PART_EXEMPTION];
}

static inline const struct list *
catalogue_backscatterer(const struct catalogue *catalogue)
{
    return catalogue->parts[LIST_PART_BACKSCATTERER];
}

#endif
