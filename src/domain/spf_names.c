#include "domain/spf_names.h"

#include "domain/spf_macro.h"
#include "domain/spf_report.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static void
on_addresses(void *arg, const struct answer *answer)
{
    struct spf_name *name = arg;
    struct spf_names *names = name->names;
    for (size_t i = 0; i < answer->count; i++)
        name->valid |= addr_equal(&answer->records[i].addr, &names->ip);
    if (--names->pending == 0)
        names->done(names->arg);
}

/* Takes the first names, and asks whether they lead back to the client. */
static void
on_names(void *arg, const struct answer *answer)
{
    struct spf_names *names = arg;
    names->none = answer->outcome == OUTCOME_NODATA || answer->outcome == OUTCOME_NXDOMAIN;
    for (size_t i = 0; i < answer->count && i < SPF_NAMES; i++) {
        struct spf_name name = {.names = names};
        snprintf(name.text, sizeof name.text, "%.*s", (int)answer->records[i].text_count, answer->records[i].text);
        vec_push(&names->list, name);
    }
    names->pending = names->list.count;
    for (size_t i = 0; i < names->list.count; i++) /* which stay in place from here on */
        resolver_ask(names->resolver, names->list.at[i].text, names->ip.family == ADDR_V4 ? RECORD_A : RECORD_AAAA, 0,
                     on_addresses, &names->list.at[i]);
    if (names->pending == 0)
        names->done(names->arg);
}

void
spf_names_ask(struct spf_names *names, struct resolver *resolver, const struct addr *ip, void (*done)(void *arg),
              void *arg)
{
    char reversed[ADDR_REVERSED_TEXT], name[SPF_NAME];
    *names = (struct spf_names){.asked = true, .resolver = resolver, .ip = *ip, .done = done, .arg = arg};
    snprintf(name, sizeof name, "%s.%s", addr_reversed(ip, reversed),
             ip->family == ADDR_V4 ? "in-addr.arpa" : "ip6.arpa");
    resolver_ask(resolver, name, RECORD_PTR, 0, on_names, names);
}

void
spf_names_fini(struct spf_names *names)
{
    if (names->asked)
        resolver_forget(names->resolver, names);
    for (size_t i = 0; i < names->list.count; i++)
        resolver_forget(names->resolver, &names->list.at[i]);
    vec_free(&names->list);
}

const char *
spf_names_best(const struct spf_names *names, const char *domain)
{
    const char *best = NULL;
    int best_rank = 0;
    for (size_t i = 0; i < names->list.count; i++) {
        const char *name = names->list.at[i].text;
        size_t count = strlen(name), suffix = strlen(domain);
        bool ends = count >= suffix && strcasecmp(name + count - suffix, domain) == 0;
        int rank = ends && count == suffix ? 3 : ends && name[count - suffix - 1] == '.' ? 2 : 1;
        if (names->list.at[i].valid && rank > best_rank) {
            best = name;
            best_rank = rank;
        }
    }
    return best;
}

bool
spf_names_has_in(const struct spf_names *names, const char *domain)
{
    const char *name = spf_names_best(names, domain);
    size_t count = name ? strlen(name) : 0, suffix = strlen(domain);
    return count >= suffix && strcasecmp(name + count - suffix, domain) == 0 &&
           (count == suffix || name[count - suffix - 1] == '.');
}
