/* The survey of a domain, for both faces. */
#ifndef DOMAIN_PAGE_H
#define DOMAIN_PAGE_H

#include "check/survey.h"
#include "draw/page.h"

/* Adds what is listed of it, what it publishes, and the addresses by who brings them, the worst first. */
void domain_page(struct page *, const struct survey *);

/* Reads what a row of the page with this key is about; RESOURCE_NONE = nothing that can be opened. */
struct resource domain_page_resource(const struct survey *, uint64_t key);

/* Appends the groups of the SPF report that have anything, the worst first; the first one also has the addresses that
 * only MX or the domain itself names. */
typedef VEC(unsigned) domain_groups;
void domain_page_groups(domain_groups *, const struct survey *);

/* Returns the group of an address: 0 unless an include brings it. */
static inline unsigned
domain_page_group(const struct survey_address *a)
{
    return a->roles & SURVEY_SPF ? a->group : 0;
}

#endif
