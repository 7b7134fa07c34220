#include "journal/words.h"

#include "journal/filter_row.h"

#include <string.h>

const char *
journal_source_name(enum source source)
{
    static const char *const names[] = {[SOURCE_NONE] = "none", [SOURCE_DNS] = "dns", [SOURCE_ZONE] = "zone"};
    return names[source];
}

/* Defines a function that compares a word with the names of an enum from `last` down to 0. */
#define PARSE(function, type, name, last)                                                                              \
    bool function(const char *word, type *out)                                                                         \
    {                                                                                                                  \
        for (int at = (int)(last); at >= 0; at--)                                                                      \
            if (strcmp(name(at), word) == 0) {                                                                         \
                *out = at;                                                                                             \
                return true;                                                                                           \
            }                                                                                                          \
        return false;                                                                                                  \
    }
PARSE(journal_source_parse, enum source, journal_source_name, SOURCE_ZONE)
PARSE(journal_state_parse, enum list_state, list_state_name, STATE_COUNT - 1)
PARSE(journal_verdict_parse, enum verdict_state, verdict_state_name, VERDICT_UNKNOWN)
PARSE(journal_net_kind_parse, enum net_kind, net_kind_name, NET_SLASH24)

const char *
journal_zone_of_schema_1(const char *word)
{
    static const char *const zones[][2] = {
        {"level1", "dnsbl-1.uceprotect.net"},       {"level2", "dnsbl-2.uceprotect.net"},
        {"level3", "dnsbl-3.uceprotect.net"},       {"exemption", "ips.whitelisted.org"},
        {"backscatterer", "ips.backscatterer.org"},
    };
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        if (strcmp(word, zones[i][0]) == 0)
            return zones[i][1];
    return NULL;
}
