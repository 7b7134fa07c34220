/* The words that stand for enums, in the file and in NDJSON. They never change: files of years ago hold them. */
#include "journal/db.h"
#include "journal/journal.h"

#include <string.h>

static const char *const sources[] = {[SOURCE_NONE] = "none", [SOURCE_DNS] = "dns", [SOURCE_ZONE] = "zone"};

static const char *const lists[LIST_COUNT] = {
    [LIST_LEVEL1] = "level1",
    [LIST_LEVEL2] = "level2",
    [LIST_LEVEL3] = "level3",
    [LIST_EXEMPTION] = "exemption",
    [LIST_BACKSCATTERER] = "backscatterer",
};

const char *
journal_source_name(enum source source)
{
    return sources[source];
}

const char *
journal_list_name(enum list_id list)
{
    return lists[list];
}

/* The enum's names one after the other, as far as `last`; -1 = none is that word. */
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
journal_list_parse(const char *word, enum list_id *out)
{
    FIND(word, journal_list_name, LIST_COUNT - 1);
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
