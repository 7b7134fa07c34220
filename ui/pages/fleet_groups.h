/* The targets of a fleet by tag, provider, net or domain: a row a group, the worst first. */
#ifndef FLEET_GROUPS_H
#define FLEET_GROUPS_H

#include "pages/fleet_table.h"

enum fleet_grouping {
    FLEET_UNGROUPED,
    FLEET_BY_TAG,
    FLEET_BY_PROVIDER,
    FLEET_BY_NET,
    FLEET_BY_DOMAIN,
    FLEET_GROUPINGS
};

struct fleet_group {
    struct hashtable_entry entry; /* its key is the name */
    char *name;
    char *filter; /* that leaves its targets in fleet_table */
    size_t targets, awaited;
    size_t counts[FLEET_STATES]; /* without those awaited */
};

/* Starts zeroed. */
struct fleet_groups {
    VEC(struct fleet_group *) list;
    struct hashtable by_name;
};

/* Counts a row. A target with several tags is in several groups. The net of an address is its /24 or /64, the domain
 * what follows the first dot of its PTR name. */
void fleet_groups_add(struct fleet_groups *, const struct fleet_row *, enum fleet_grouping);
void fleet_groups_fini(struct fleet_groups *);

/* Sets the model, of which the groups are the `self`, and its columns: those of states that only some fleets have show
 * if a target has one. Sort it by FLEET_TABLE_ORDER. */
void fleet_groups_fit(const struct fleet_groups *, struct table_column columns[TABLE_COLUMNS], struct table_model *);

#endif
