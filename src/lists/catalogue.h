/* The DNSBLs that are asked, read from blocks of data/lists.conf, where the format is described. */
#ifndef CATALOGUE_H
#define CATALOGUE_H

#include "base/addr.h"
#include "base/inifile.h"
#include "base/vec.h"
#include "lists/return_code.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* The extent of one listing. */
enum list_scope { SCOPE_IP, SCOPE_RANGE, SCOPE_ASN, SCOPE_DOMAIN, SCOPE_POLICY, SCOPE_ALLOW };

const char *list_scope_name(enum list_scope); /* "ip", "range" ... */

enum { CATALOGUE_QUORUM_MOST = 99 };

/* LIST_DIRECT_WEIGHT: from here on a listing of the address itself counts as direct. LIST_QUORUM_WEIGHT: from here on
 * the verdict needs the list's answer. */
enum { LIST_LEVELS = 3, LIST_ZONE = 192, LIST_DIRECT_WEIGHT = 2, LIST_QUORUM_WEIGHT = 3 };

/* The parts of the escalation: the levels, then these. */
enum { LIST_PART_EXEMPTION = LIST_LEVELS, LIST_PART_BACKSCATTERER, LIST_PARTS };

/* A run may ask 1 / LIST_DAY_AT_ONCE of a day's questions at once, and the rest evenly. */
enum { LIST_DAY_AT_ONCE = 2, LIST_DAY_S = 24 * 60 * 60 };

struct resolver;

/* Whether anybody may ask the list. */
enum list_status {
    LIST_ACTIVE,
    LIST_BY_NAME,     /* only if the user names it */
    LIST_SUBSCRIBERS, /* strangers always get the same answer: never asked without a licence */
    LIST_DEAD,        /* shut down; never asked */
    LIST_FRAUDULENT,  /* never asked */
};

/* What a resolver needs before the list answers it. */
enum list_access {
    ACCESS_OPEN,       /* a resolver of one's own */
    ACCESS_REGISTERED, /* its address is registered with the operator, who refuses strangers */
    ACCESS_KEY,        /* a key, which is a part of the question's name */
};

/* Return "active", "by-name" ... and "open", "registered", "key". */
const char *list_status_name(enum list_status);
const char *list_access_name(enum list_access);

/* An address, or of a list of domains a name, with a known state, by convention. */
enum { TEST_POINT_NAME = 64 };
struct test_point {
    struct addr address;
    char name[TEST_POINT_NAME]; /* "" = the address */
    bool listed;
    struct addr answer; /* the expected one; family 0 = any that means a listing */
};

/* Texts are clean; "" = none. */
struct list {
    size_t index;       /* in the catalogue */
    char *zone;         /* lower case, without the key; "*.ahbl.org" = every zone in it */
    char *asked;        /* the zone in questions: with the key, which must not be shown; NULL = a key is missing */
    char *shown;        /* the same where it is shown: with "KEY" */
    char *title;        /* "Level 1 address" */
    char *shorter;      /* "Level 1" */
    char *run_by;       /* "UCEPROTECT" */
    char *covers;       /* the extent of one listing, in words */
    char *delist;       /* the page for removal requests */
    char *policy;       /* the page with the listing policy */
    char *ends;         /* how a listing ends, as a half sentence: "within 24 hours after the last report" */
    char *facts;        /* where the facts of the block come from, and of when */
    char *since;        /* when the list died: "2024-06" */
    char *remark;       /* why it is dead, fraudulent or asked by name only, as a half sentence */
    char *access_page;  /* where registration or key are to be had */
    char *data;         /* a name shared by lists with the same data, of which one is asked */
    char *key_variable; /* the environment variable with the key */
    char *key;          /* the secret */
    enum list_status status;
    enum list_access access;
    bool disabled;            /* by the user */
    bool chosen;              /* it is asked in this run */
    bool asked_for_domains;   /* the same about domains, of a list of them */
    bool named;               /* the user names its zone: it has a result even if it is not asked */
    unsigned pace;            /* most questions a second to its operator; 0 = no limit of its own */
    unsigned daily;           /* the same for a day */
    unsigned granularity;     /* prefix length of one IPv6 listing, 128 or 64 */
    struct endpoint resolver; /* that is asked about this list alone; family ADDR_NONE = those of all */
    struct resolver *asker;   /* which asks it there; borrowed, NULL = that of all */
    enum list_scope scope;
    bool families[2]; /* IPv4, IPv6 */
    unsigned weight;
    return_codes codes;
    VEC(struct test_point) points;
    const char *part; /* "level1", "exemption" ...; NULL = none */
    unsigned level;   /* 1, 2, 3; 0 = not a level */
    bool is_exemption, is_backscatterer;
};

/* Returns whether the list is asked in this run about addresses of this family. */
static inline bool
list_is_asked(const struct list *list, unsigned family)
{
    return list->chosen && family != ADDR_NONE && list->scope != SCOPE_DOMAIN && list->families[family == ADDR_V6];
}

/* Returns whether a list that is in this state serves only registered resolvers, or those with a key, and there is
 * none. What reaches us of the refusal of a registered list may be a failure or silence, because resolvers pass no
 * refusal on; `alone` = it failed its self-test where others passed theirs, so that the resolver is not to blame. */
static inline bool
list_is_barred(const struct list *list, enum list_state state, bool alone)
{
    bool failed = state == STATE_ERROR || state == STATE_TIMEOUT;
    return (state == STATE_REFUSED && list->access != ACCESS_OPEN && !list->key) ||
           (failed && list->access == ACCESS_REGISTERED && alone);
}

/* Returns whether the first list publishes all data of the second: "spamhaus-zen" contains itself and
 * "spamhaus-zen/xbl". */
static inline bool
list_contains(const struct list *whole, const struct list *list)
{
    size_t count = strlen(whole->data);
    return count > 0 && strncmp(list->data, whole->data, count) == 0 &&
           (list->data[count] == '\0' || list->data[count] == '/');
}

/* Read it with the functions below. */
struct catalogue {
    VEC(struct list *)
    lists;             /* each allocated alone, because other modules point to it; those of the run first, then
                          those that are asked about domains */
    size_t run, asked; /* the number of the first, and of both */
    unsigned quorum;   /* of the weighty lists of a run, so many must be believed; 0 = all */
    const struct list *parts[LIST_PARTS];
};

/* Returns whether a listing may make the verdict direct; of level 1 it does in any case. */
static inline bool
list_may_be_direct(const struct list *list)
{
    unsigned most = list->weight;
    for (size_t i = 0; i < list->codes.count; i++)
        if (list->codes.at[i].meaning == CODE_LISTED && list->codes.at[i].weight > most)
            most = list->codes.at[i].weight;
    return list->is_backscatterer || (!list->part && list->scope == SCOPE_IP && most >= LIST_DIRECT_WEIGHT);
}

/* Returns whether the quorum includes the list. */
static inline bool
list_is_weighty(const struct list *list)
{
    return !list->part && list->scope != SCOPE_ALLOW && list->weight >= LIST_QUORUM_WEIGHT;
}

/* Returns the scope of a listing with this meaning. */
static inline enum list_scope
code_meaning_scope(enum code_meaning meaning, enum list_scope scope)
{
    return meaning <= CODE_ALLOW ? SCOPE_ALLOW : meaning == CODE_POLICY && scope != SCOPE_ALLOW ? SCOPE_POLICY : scope;
}

/* Returns the built-in lists, with those of UCEPROTECT chosen. */
struct catalogue *catalogue_new(void);
void catalogue_free(struct catalogue *); /* NULL is fine */

/* Returns the built-in lists, shared and read-only. */
const struct catalogue *catalogue_builtin(void);

/* Adds the lists of a file and changes those that it names. Reports a block with a fault, which changes nothing.
 * Also reports a key in a file that everybody can read. Returns false with a fault if the file cannot be read. Must not
 * be called while anything refers to a list. */
bool catalogue_load(struct catalogue *, const char *path, inifile_report *, void *arg, struct fault *);

/* Sets the key of the list with this index. Returns false if it is no label of a name. */
bool catalogue_set_key(struct catalogue *, size_t index, const char *key);

/* Sets the resolver that asks the list with this index, before its first question; it must outlive the questions. */
void catalogue_set_resolver(struct catalogue *, size_t index, struct resolver *);

/* Chooses the lists to ask: NULL = the active ones of weight 1 and more, "all" = all active ones, also those by name,
 * "uceprotect" = the parts of the escalation, or zones, first labels and operators with commas between. Of lists with
 * the same data one is chosen, of lists that need a key those that have one. Returns false with a fault for a word that
 * names no list, or if none of the lists can be asked. Moves lists: must not be called while anything refers to one by
 * index. */
bool catalogue_choose(struct catalogue *, const char *words, struct fault *);

/* Says why a list is not asked about addresses of this family (ADDR_NONE: about any), as half a sentence: "shut down in
 * 2024-06", "needs a key". Returns false and says nothing if it is asked. */
bool catalogue_unasked(const struct catalogue *, const struct list *, unsigned family, struct buf *out);

/* Returns the number of lists that have results in this run: the chosen ones, those that the user names, and the parts
 * in any case. */
static inline size_t
catalogue_count(const struct catalogue *catalogue)
{
    return catalogue->run;
}

/* Returns the number of lists that may be asked in this run: those, and the lists of domains. */
static inline size_t
catalogue_asked(const struct catalogue *catalogue)
{
    return catalogue->asked;
}

/* Returns the number of all lists that are known: the others follow those of the run. */
static inline size_t
catalogue_known(const struct catalogue *catalogue)
{
    return catalogue->lists.count;
}

static inline const struct list *
catalogue_list(const struct catalogue *catalogue, size_t index)
{
    return catalogue->lists.at[index];
}

/* Returns the list with this zone, compared without case, of all that are known; NULL = none. */
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
