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
        group->filter = mem_copy(filter);
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
        count_for(groups, row, "no tag", "-tag:*");
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
        static const char *const none[][2] = {[FLEET_BY_PROVIDER] = {"provider not known", "-asn>0"},
                                              [FLEET_BY_NET] = {"domains", "-in:0.0.0.0/0 -in:::/0"},
                                              [FLEET_BY_DOMAIN] = {"no confirmed PTR name", "names=0"}};
        count_for(groups, row, none[by][0], none[by][1]);
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

enum {
    ORDER = FLEET_TABLE_ORDER,
    SIGN,
    NAME,
    TARGETS,
    DIRECT,
    UNKNOWN,
    COLLATERAL,
    CLEAR,
    UNLISTABLE,
    AWAITED,
    LISTED,
    BAR
};

#define COUNT(title, width, priority)                                                                                  \
    {                                                                                                                  \
        {title, width, width, priority, true}, title, title ", most first", true, NULL, 0                              \
    }

static const struct table_column columns[] = {
    [ORDER] = {{"", 0, 0, 9, false}, NULL, "worst first", false, NULL, 0},
    [SIGN] = {{"", 1, 1, 0, false}, NULL, NULL, false, NULL, 0},
    [NAME] = {{"group", 40, 20, 0, false}, NULL, NULL, false, NULL, 0},
    [TARGETS] = COUNT("targets", 7, 2),
    [DIRECT] = COUNT("direct", 6, 2),
    [UNKNOWN] = COUNT("unknown", 7, 2),
    [COLLATERAL] = COUNT("collateral", 10, 2),
    [CLEAR] = COUNT("clear", 5, 2),
    [UNLISTABLE] = COUNT("unlistable", 10, 4),
    [AWAITED] = COUNT("awaited", 7, 2),
    [LISTED] = {{"", 0, 0, 9, false}, "listed", NULL, true, NULL, 0},
    [BAR] = {{"listed", 24, 8, 3, false}, NULL, NULL, false, NULL, 0},
};

static const struct fleet_group *
group_at(void *self, size_t item)
{
    const struct fleet_groups *groups = self;
    return groups->list.at[item];
}

/* Returns the state that comes first; FLEET_STATES = nothing is wrong so far, and targets are awaited. */
static unsigned
worst_of(const struct fleet_group *group)
{
    unsigned worst = FLEET_STATES;
    for (unsigned state = 0; state < FLEET_STATES; state++)
        if (group->counts[state] > 0 && fleet_table_place(state) < fleet_table_place(worst))
            worst = state;
    bool is_fine = worst == VERDICT_CLEAR || worst == FLEET_UNLISTABLE;
    return is_fine && group->awaited > 0 ? FLEET_STATES : worst;
}

static double
figure(void *self, size_t item, size_t column)
{
    const struct fleet_group *group = group_at(self, item);
    const size_t *counts = group->counts;
    unsigned worst = worst_of(group);
    switch (column) {
    case ORDER:
        return (double)fleet_table_place(worst) * FLEET_MOST -
               (double)(worst == FLEET_STATES ? group->awaited : counts[worst]);
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
    case UNLISTABLE:
        return (double)counts[FLEET_UNLISTABLE];
    case AWAITED:
        return (double)group->awaited;
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
    double count = column >= TARGETS && column <= AWAITED ? figure(self, item, column) : 0;
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
    unsigned worst = worst_of(group);
    out[0] = worst == FLEET_STATES ? (struct table_sign){GLYPH_ASKING, ROLE_ASKING} : fleet_table_sign(worst);
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

static const struct table_model groups_table = {
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

void
fleet_groups_fit(const struct fleet_groups *groups, struct table_column out[TABLE_COLUMNS], struct table_model *model)
{
    size_t awaited = 0, unlistable = 0;
    for (size_t i = 0; i < groups->list.count; i++) {
        awaited += groups->list.at[i]->awaited;
        unlistable += groups->list.at[i]->counts[FLEET_UNLISTABLE];
    }
    memcpy(out, columns, sizeof columns);
    *model = groups_table;
    model->columns = out;
    if (awaited == 0)
        out[AWAITED].look.width = out[AWAITED].look.least = 0;
    if (unlistable == 0)
        out[UNLISTABLE].look.width = out[UNLISTABLE].look.least = 0;
}
