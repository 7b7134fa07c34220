#include "pages/fleet_groups.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- counting ---- */

/* Counts a row for the group of this name, which has this filter. */
static void
count_for(struct fleet_groups *groups, const struct fleet_row *row, const char *name, const char *filter)
{
    size_t length = strlen(name);
    struct hashtable_entry *entry = hashtable_find(&groups->by_name, name, length);
    struct fleet_group *group;
    if (entry) {
        group = mem_container(entry, struct fleet_group, entry);
    } else {
        group = mem_zero(sizeof *group);
        group->name = mem_copy(name);
        group->filter = filter ? mem_copy(filter) : NULL;
        group->entry.key = group->name;
        group->entry.key_count = length;
        hashtable_add(&groups->by_name, &group->entry);
        vec_push(&groups->list, group);
    }
    group->targets++;
    group->awaited += row->awaited;
    group->counts[row->state] += !row->awaited;
}

static void
count_tags(struct fleet_groups *groups, const struct fleet_row *row)
{
    char *tags = mem_copy(row->target->tags), *rest = tags;
    bool tagged = false;
    for (char *tag; (tag = strtok_r(rest, " ", &rest)) != NULL; tagged = true) {
        struct buf filter = {0};
        buf_format(&filter, "tag:%s", tag);
        count_for(groups, row, tag, buf_string(&filter));
        buf_free(&filter);
    }
    if (!tagged)
        count_for(groups, row, "no tag", NULL);
    free(tags);
}

void
fleet_groups_add(struct fleet_groups *groups, const struct fleet_row *row, enum fleet_grouping by)
{
    enum { NET = 24, NET6 = 64 };
    const struct addr *address = &row->target->address;
    bool is_domain = address->family == ADDR_NONE;
    char name[TARGET_ROOM], filter[TARGET_ROOM], net[PREFIX_TEXT];
    const char *dot = row->name ? strchr(row->name, '.') : NULL;
    if (by == FLEET_BY_TAG) {
        count_tags(groups, row);
    } else if (by == FLEET_BY_PROVIDER && row->asn > 0) {
        snprintf(name, sizeof name, "AS%u %.200s", row->asn, row->org);
        snprintf(filter, sizeof filter, "as:%u", row->asn);
        count_for(groups, row, name, filter);
    } else if (by == FLEET_BY_NET && !is_domain) {
        struct prefix prefix = prefix_around(address, address->family == ADDR_V4 ? NET : NET6);
        snprintf(filter, sizeof filter, "in:%s", prefix_text(&prefix, net));
        count_for(groups, row, net, filter);
    } else if (by == FLEET_BY_DOMAIN && (is_domain || (dot && dot[1]))) {
        const char *domain = is_domain ? row->target->text : dot + 1;
        count_for(groups, row, domain, domain);
    } else {
        static const char *const none[] = {[FLEET_BY_PROVIDER] = "provider not known",
                                           [FLEET_BY_NET] = "domains",
                                           [FLEET_BY_DOMAIN] = "no confirmed PTR name"};
        count_for(groups, row, none[by], NULL);
    }
}

void
fleet_groups_fini(struct fleet_groups *groups)
{
    for (size_t i = 0; i < groups->list.count; i++) {
        free(groups->list.at[i]->name);
        free(groups->list.at[i]->filter);
        free(groups->list.at[i]);
    }
    vec_free(&groups->list);
    hashtable_free(&groups->by_name);
    *groups = (struct fleet_groups){0};
}

/* ---- the table ---- */

enum { ORDER = FLEET_TABLE_ORDER, SIGN, NAME, TARGETS, DIRECT, UNKNOWN, COLLATERAL, CLEAR, LISTED, BAR };

#define COUNT(title, width)                                                                                            \
    {                                                                                                                  \
        {title, width, width, 2, true}, title, title ", most first", true, NULL, 0                                     \
    }

static const struct table_column columns[] = {
    [ORDER] = {{"", 0, 0, 9, false}, NULL, "worst first", false, NULL, 0},
    [SIGN] = {{"", 1, 1, 0, false}, NULL, NULL, false, NULL, 0},
    [NAME] = {{"group", 40, 20, 0, false}, NULL, NULL, false, NULL, 0},
    [TARGETS] = COUNT("targets", 7),
    [DIRECT] = COUNT("direct", 6),
    [UNKNOWN] = COUNT("unknown", 7),
    [COLLATERAL] = COUNT("collateral", 10),
    [CLEAR] = COUNT("clear", 5),
    [LISTED] = {{"", 0, 0, 9, false}, "listed", NULL, true, NULL, 0},
    [BAR] = {{"listed", 24, 8, 3, false}, NULL, NULL, false, NULL, 0},
};

static const struct fleet_group *
group_at(void *self, size_t item)
{
    const struct fleet_groups *groups = self;
    return groups->list.at[item];
}

static enum verdict_state
worst_of(const struct fleet_group *group)
{
    return group->counts[VERDICT_DIRECT] > 0       ? VERDICT_DIRECT
           : group->counts[VERDICT_UNKNOWN] > 0    ? VERDICT_UNKNOWN
           : group->counts[VERDICT_COLLATERAL] > 0 ? VERDICT_COLLATERAL
                                                   : VERDICT_CLEAR;
}

static double
figure(void *self, size_t item, size_t column)
{
    enum { AWAITED = 4 };
    static const int places[] = {
        [VERDICT_DIRECT] = 0, [VERDICT_UNKNOWN] = 1, [VERDICT_COLLATERAL] = 2, [VERDICT_CLEAR] = 3};
    const struct fleet_group *group = group_at(self, item);
    const size_t *counts = group->counts;
    int place = group->awaited == group->targets ? AWAITED : places[worst_of(group)];
    switch (column) {
    case ORDER:
        return (double)place * FLEET_MOST - (double)counts[worst_of(group)];
    case TARGETS:
        return (double)group->targets;
    case DIRECT:
        return (double)counts[VERDICT_DIRECT];
    case UNKNOWN:
        return (double)counts[VERDICT_UNKNOWN];
    case COLLATERAL:
        return (double)counts[VERDICT_COLLATERAL];
    case CLEAR:
        return (double)counts[VERDICT_CLEAR];
    case LISTED:
        return (double)(counts[VERDICT_DIRECT] + counts[VERDICT_COLLATERAL]);
    default:
        return (double)item;
    }
}

static enum role
cell(void *self, size_t item, size_t column, struct buf *out)
{
    const struct fleet_group *group = group_at(self, item);
    double count = column >= TARGETS && column <= CLEAR ? figure(self, item, column) : 0;
    if (column == NAME)
        buf_text(out, group->name);
    if (count > 0)
        text_number(out, (int64_t)count);
    return ROLE_PLAIN;
}

static size_t
signs(void *self, size_t item, size_t column, struct table_sign *out)
{
    const struct fleet_group *group = group_at(self, item);
    if (column != SIGN)
        return 0;
    out[0] = group->awaited == group->targets ? (struct table_sign){GLYPH_ASKING, ROLE_ASKING}
                                              : fleet_table_sign(worst_of(group));
    return 1;
}

/* Returns a hash of the name (FNV-1a), because groups are counted anew. */
static uint64_t
key(void *self, size_t item)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (const char *at = group_at(self, item)->name; *at; at++)
        hash = (hash ^ (unsigned char)*at) * UINT64_C(1099511628211);
    return hash | 1;
}

static bool
matches(void *self, size_t item, const char *word)
{
    return strcasestr(group_at(self, item)->name, word);
}

const struct table_model fleet_groups_table = {
    .thing = "group",
    .things = "groups",
    .filter_label = "Filter: part of a name, targets>10, direct>0, unknown>0",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .unmarked = true,
    .bar = BAR,
    .bar_of = LISTED,
    .eye = {.figure = figure, .matches = matches},
    .key = key,
    .cell = cell,
    .signs = signs,
};
