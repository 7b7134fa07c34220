/* List results for observations whose strings are literals, and which are never freed. */
#ifndef TEST_OBSERVED_FIXTURE_H
#define TEST_OBSERVED_FIXTURE_H

#include "journal/observation.h"

#include <stdlib.h>
#include <string.h>

enum { OBSERVED_SETS = 4096, OBSERVED_PARTS = 5, OBSERVED_TEXTS = 4 };

/* Returns the five built-in lists, with all states clear but level 1's. Valid until OBSERVED_SETS others were made. */
static inline observed_lists
observed_of(enum list_state level1)
{
    static const char *const zones[OBSERVED_PARTS] = {"dnsbl-1.uceprotect.net", "dnsbl-2.uceprotect.net",
                                                      "dnsbl-3.uceprotect.net", "ips.whitelisted.org",
                                                      "ips.backscatterer.org"};
    static struct observed_list sets[OBSERVED_SETS][OBSERVED_PARTS];
    static size_t next;
    struct observed_list *set = sets[next++ % OBSERVED_SETS];
    for (size_t i = 0; i < OBSERVED_PARTS; i++)
        set[i] = (struct observed_list){
            .zone = (char *)zones[i], .part = observation_part_at(i), .state = i == 0 ? level1 : STATE_CLEAR};
    return (observed_lists){.at = set, .count = OBSERVED_PARTS};
}

/* The same in memory that observation_fini frees. */
static inline observed_lists
observed_copy_of(enum list_state level1)
{
    observed_lists fixed = observed_of(level1), lists = {0};
    for (size_t i = 0; i < fixed.count; i++)
        observed_list_add(&lists, fixed.at[i].zone, fixed.at[i].part, fixed.at[i].state);
    return lists;
}

static inline struct observed_list *
observed_part(struct observation *o, const char *part)
{
    return (struct observed_list *)observed_list_of_part(&o->lists, part);
}

static inline void
observed_set(struct observation *o, const char *part, enum list_state state)
{
    observed_part(o, part)->state = state;
}

static inline void
observed_say(struct observation *o, const char *part, const char *text)
{
    static char *texts[OBSERVED_SETS][OBSERVED_TEXTS];
    static size_t next;
    struct observed_list *list = observed_part(o, part);
    if (list->texts.count == 0)
        list->texts.at = texts[next++ % OBSERVED_SETS];
    if (list->texts.count == OBSERVED_TEXTS)
        abort();
    list->texts.at[list->texts.count++] = (char *)text;
}

#endif
