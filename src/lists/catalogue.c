#include "lists/catalogue.h"

#include <assert.h>

/* The operator's five lists in the order in which a case tells them. The policy pages are those that the operator's
 * own zone files and answers name. */
static const struct dnsbl lists[LIST_COUNT] = {
    [LIST_LEVEL1] = {.zone = "dnsbl-1.uceprotect.net",
                     .title = "Level 1",
                     .operator= "UCEPROTECT",
                     .covers = "this address",
                     .policy = "http://www.uceprotect.net/en/index.php?m=3&s=3",
                     .level = 1},
    [LIST_LEVEL2] = {.zone = "dnsbl-2.uceprotect.net",
                     .title = "Level 2",
                     .operator= "UCEPROTECT",
                     .covers = "a prefix",
                     .policy = "http://www.uceprotect.net/en/index.php?m=3&s=4",
                     .level = 2},
    [LIST_LEVEL3] = {.zone = "dnsbl-3.uceprotect.net",
                     .title = "Level 3",
                     .operator= "UCEPROTECT",
                     .covers = "every address an ASN announces",
                     .policy = "http://www.uceprotect.net/en/index.php?m=3&s=5",
                     .level = 3},
    [LIST_EXEMPTION] = {.zone = "ips.whitelisted.org",
                        .title = "Whitelisted",
                        .operator= "UCEPROTECT",
                        .covers = "this address: levels 2 and 3 do not apply to it",
                        .policy = "http://www.whitelisted.org"},
    [LIST_BACKSCATTERER] = {.zone = "ips.backscatterer.org",
                            .title = "Backscatterer",
                            .operator= "UCEPROTECT",
                            .covers = "this address, for mail with an empty sender only",
                            .policy = "http://www.backscatterer.org"},
};

const struct dnsbl *
catalogue_at(enum list_id id)
{
    assert(id < LIST_COUNT);
    return &lists[id];
}
