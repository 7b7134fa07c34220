

#include "journal/words.h"

#include "journal/filter_row.h"

#include <string.h>

const char *
journal_source_name(enum source source)
{
    static const char *const names[] = {[SOURCE_NONE] = "none", [SOURCE_DNS] = "dns", [SOURCE_ZONE] = "zone"};
    return names[source];
}

/* Compares the word with the names of an enum from `last` down to 0. */
#define FIND(word, name, last)                                                                                         \
    int at = (int)(last);                                                                                              \
    while (at >= 0 && strcmp(name(at), word) != 0)                                                                     \
        at--;                                                                                                          \
    if (at < 0)                                                                                                        \
        return false;                                                                                                  \
    *out = at;                                                                                                         \
    return true

bool
journal_source_parse(const char *word, enum source *out)
{
    FIND(word, journal_source_name, SOURCE_ZONE);
}

bool
journal_state_parse(const char *word, enum list_state *out)
{
    FIND(word, list_state_name, STATE_COUNT - 1);
}

bool
journal_verdict_parse(const char *word, enum verdict_state *out)
{
    FIND(word, verdict_state_name, VERDICT_UNKNOWN);
}

bool
journal_net_kind_parse(const char *word, enum net_kind *out)
{
    FIND(word, net_kind_name, NET_SLASH24);
}

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
