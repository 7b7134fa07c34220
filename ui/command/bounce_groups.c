/* The answer to "which listing costs me mail?": how many rejections each list and receiver caused. */
#include "base/clock.h"
#include "base/text.h"
#include "bounce/rejection_words.h"
#include "command/bounce_rows.h"
#include "command/output.h"
#include "command/parts_json.h"
#include "command/records.h"
#include "pages/table_page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Further receivers of a list go into one group. */
enum { GROUPS_MOST = 50 * 1000 };

static void
add_address(struct bounce_group *g, const struct addr *address)
{
    if (address->family == ADDR_NONE)
        return;
    for (size_t i = 0; i < g->address_count; i++)
        if (addr_equal(&g->addresses[i], address))
            return;
    if (g->address_count < BOUNCE_ROWS_ADDRESSES)
        g->addresses[g->address_count++] = *address;
    else
        g->more = true;
}

static struct bounce_group *
find_group(struct bounce_groups *groups, const struct rejection *r)
{
    struct buf key = {0}, receiver = {0};
    if (r->inbound)
        buf_text(&receiver, "this server");
    else if (*r->list.name && groups->all.count >= GROUPS_MOST)
        buf_text(&receiver, "others");
    else if (*r->list.name && *r->receiver.host)
        buf_text(&receiver, r->receiver.host);
    else if (*r->list.name && r->receiver.address.family != ADDR_NONE)
        rejection_words_receiver(r, &receiver);
    buf_format(&key, "%s|%s|%s|%d", r->list.name, r->list.zone, buf_string(&receiver), (int)r->party);
    struct hashtable_entry *entry = hashtable_find(&groups->table, key.at, key.count);
    struct bounce_group *group = entry ? mem_container(entry, struct bounce_group, entry) : NULL;
    if (!group) {
        group = mem_zero(sizeof *group);
        group->entry = (struct hashtable_entry){.key = key.at, .key_count = key.count};
        group->key = buf_take(&key);
        group->list = mem_copy(r->list.name);
        group->zone = mem_copy(r->list.zone);
        group->receiver = mem_copy(buf_string(&receiver));
        group->party = r->party;
        group->inbound = r->inbound;
        hashtable_add(&groups->table, &group->entry);
        vec_push(&groups->all, group);
    }
    buf_free(&key);
    buf_free(&receiver);
    return group;
}

bool
bounce_groups_add(struct bounce_groups *groups, const struct rejection *r)
{
    if (r->is_repeat && !*r->list.name)
        return false;
    struct bounce_group *group = find_group(groups, r);
    bool counts = !r->is_repeat || group->count == 0;
    group->count += counts;
    if (!r->inbound)
        add_address(group, &r->own.address);
    if (r->time > 0 && (group->first == 0 || r->time < group->first))
        group->first = r->time;
    if (r->time > group->last)
        group->last = r->time;
    return counts;
}

void
bounce_groups_fini(struct bounce_groups *groups)
{
    for (size_t i = 0; i < groups->all.count; i++) {
        struct bounce_group *g = groups->all.at[i];
        free(g->key);
        free(g->list);
        free(g->zone);
        free(g->receiver);
        free(g);
    }
    vec_free(&groups->all);
    hashtable_free(&groups->table);
}

static int
by_cost(const void *a, const void *b)
{
    const struct bounce_group *x = *(struct bounce_group *const *)a, *y = *(struct bounce_group *const *)b;
    if (x->inbound != y->inbound)
        return x->inbound ? 1 : -1;
    if ((*x->list == '\0') != (*y->list == '\0'))
        return *x->list ? -1 : 1;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return strcmp(x->key, y->key);
}

void
bounce_groups_sort(struct bounce_groups *groups)
{
    if (groups->all.count > 0)
        qsort(groups->all.at, groups->all.count, sizeof *groups->all.at, by_cost);
}

/* ---- the table ---- */

enum { COUNT, REASON, RECEIVER, ADDRESSES, FIRST, LAST, LIST, ZONE, FIRST_AT, LAST_AT, PARTY, DIRECTION };

static const struct table_column columns[] = {
    [COUNT] = {{"attempts", 9, 5, 0, true}, NULL, NULL, false, "rejections", TABLE_INTEGER},
    [REASON] = {{"refused because of", 30, 12, 0, false}, NULL, NULL, false, NULL, 0},
    [RECEIVER] = {{"by", 40, 18, 0, false}, NULL, NULL, false, "receiver", TABLE_TEXT},
    [ADDRESSES] = {{"your addresses", 40, 12, 2, false}, NULL, NULL, false, "addresses", TABLE_TEXT},
    [FIRST] = {{"first", 10, 10, 11, false}, NULL, NULL, false, NULL, 0},
    [LAST] = {{"last", 10, 10, 3, false}, NULL, NULL, false, NULL, 0},
    [LIST] = {{"", 0, 0, 9, false}, NULL, NULL, false, "list", TABLE_TEXT},
    [ZONE] = {{"", 0, 0, 9, false}, NULL, NULL, false, "zone", TABLE_TEXT},
    [FIRST_AT] = {{"", 0, 0, 9, false}, NULL, NULL, false, "first", TABLE_TEXT},
    [LAST_AT] = {{"", 0, 0, 9, false}, NULL, NULL, false, "last", TABLE_TEXT},
    [PARTY] = {{"", 0, 0, 9, false}, NULL, NULL, false, "party", TABLE_TEXT},
    [DIRECTION] = {{"", 0, 0, 9, false}, NULL, NULL, false, "direction", TABLE_TEXT},
};

static double
figure(void *self, size_t item, size_t column)
{
    const struct bounce_groups *groups = self;
    return column == COUNT ? (double)groups->all.at[item]->count : NAN;
}

static void
put_addresses(struct buf *out, const struct bounce_group *g)
{
    char text[ADDR_TEXT];
    for (size_t i = 0; i < g->address_count; i++)
        buf_format(out, "%s%s", i > 0 ? " " : "", addr_text(&g->addresses[i], text));
    if (g->more)
        buf_text(out, " and others");
}

static void
put_reason(struct buf *out, const struct bounce_group *g)
{
    static const char *const reasons[] = {
        [PARTY_UNKNOWN] = "no list named",        [PARTY_SENDER] = "your server (no list)",
        [PARTY_NEIGHBOURS] = "neighbours",        [PARTY_PROVIDER] = "your provider (no list)",
        [PARTY_RECEIVER] = "the receiver itself", [PARTY_RECIPIENT] = "the recipient",
    };
    buf_text(out, *g->list ? g->list : reasons[g->party]);
}

static enum role
cell(void *self, size_t item, size_t column, struct buf *out)
{
    const struct bounce_groups *groups = self;
    const struct bounce_group *g = groups->all.at[item];
    char when[CLOCK_TEXT];
    int64_t at = column == FIRST || column == FIRST_AT ? g->first : g->last;
    switch (column) {
    case COUNT:
        text_number(out, (int64_t)g->count);
        break;
    case REASON:
        put_reason(out, g);
        break;
    case LIST:
        buf_text(out, g->list);
        break;
    case RECEIVER:
        buf_text(out, g->receiver);
        break;
    case ADDRESSES:
        put_addresses(out, g);
        break;
    case FIRST:
    case LAST:
        buf_text(out, at > 0 ? clock_text(at * 1000, "%Y-%m-%d", when, sizeof when) : "");
        break;
    case FIRST_AT:
    case LAST_AT:
        buf_text(out, at > 0 ? clock_rfc3339(at * 1000, when) : "");
        break;
    case ZONE:
        buf_text(out, g->zone);
        break;
    case PARTY:
        buf_text(out, rejection_party_name(g->party));
        break;
    case DIRECTION:
        buf_text(out, g->inbound ? "inbound" : "outbound");
        break;
    }
    return g->inbound || !*g->list ? ROLE_DIM : ROLE_PLAIN;
}

static const size_t records[] = {COUNT, LIST, ZONE, RECEIVER, ADDRESSES, FIRST_AT, LAST_AT, PARTY, DIRECTION};

static const struct table_model model = {
    .thing = "group",
    .things = "groups",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .records = records,
    .record_count = sizeof records / sizeof records[0],
    .eye = {.figure = figure},
    .cell = cell,
};

void
bounce_groups_page(struct page *p, void *arg)
{
    struct bounce_groups *groups = arg;
    if (groups->all.count > 0)
        table_page(p, &model, groups, NULL, groups->all.count);
}

void
bounce_groups_json(struct buf *out, void *arg, bool pretty)
{
    struct bounce_groups *groups = arg;
    for (size_t i = 0; i < groups->all.count; i++) {
        const struct bounce_group *g = groups->all.at[i];
        struct json_t *o = parts_json_object(), *addresses = parts_json_array();
        char text[ADDR_TEXT];
        for (size_t a = 0; a < g->address_count; a++)
            parts_json_push(addresses, parts_json_string(addr_text(&g->addresses[a], text)));
        parts_json_set(o, "rejections", parts_json_number((int64_t)g->count, true));
        parts_json_set(o, "list", parts_json_text(g->list));
        parts_json_set(o, "zone", parts_json_text(g->zone));
        parts_json_set(o, "receiver", parts_json_text(g->receiver));
        parts_json_set(o, "addresses", addresses);
        parts_json_set(o, "more_addresses", parts_json_bool(g->more));
        parts_json_set(o, "first", parts_json_time(g->first * 1000));
        parts_json_set(o, "last", parts_json_time(g->last * 1000));
        parts_json_set(o, "party", parts_json_string(rejection_party_name(g->party)));
        parts_json_set(o, "direction", parts_json_string(g->inbound ? "inbound" : "outbound"));
        parts_json_print(out, o, pretty && groups->all.count == 1);
    }
}

void
bounce_groups_csv(struct buf *out, void *arg, bool pretty)
{
    struct bounce_groups *groups = arg;
    VEC(size_t) items = {0};
    (void)pretty;
    for (size_t i = 0; i < groups->all.count; i++)
        vec_push(&items, i);
    records_csv(out, &model, groups, items.at, items.count);
    vec_free(&items);
}
