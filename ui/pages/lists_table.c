#include "pages/lists_table.h"

#include "base/text.h"
#include "verdict/list_words.h"
#include "verdict/phrases.h"

#include <math.h>
#include <string.h>

enum { ORDER = LISTS_TABLE_ORDER, SIGN, LIST, COVERS, SAYS, WEIGHT, OPERATOR, TTL };

static const struct table_column columns[] = {
    [ORDER] = {{"", 0, 0, 9, false}, NULL, "what counts most first", false, NULL, 0},
    [SIGN] = {{"", 1, 1, 0, false}, NULL, NULL, false, NULL, 0},
    [LIST] = {{"list", 22, 15, 0, false}, NULL, NULL, false, NULL, 0},
    [COVERS] = {{"covers", 13, 13, 2, false}, NULL, NULL, false, NULL, 0},
    [SAYS] = {{"says", 110, 16, 1, false}, NULL, NULL, false, NULL, 0},
    [WEIGHT] = {{"weight", 6, 6, 3, true}, "weight", "weight, heaviest first", true, NULL, 0},
    [OPERATOR] = {{"operator", 14, 10, 12, false}, NULL, NULL, false, NULL, 0},
    [TTL] = {{"TTL", 10, 10, 11, true}, "ttl", "TTL, shortest first", false, NULL, 0},
};

/* ---- what a list says ---- */

static unsigned
family_of(const struct lists_table *t)
{
    return t->evidence ? t->evidence->address.family : ADDR_NONE;
}

/* Writes whether a list passed its self-test in this run. */
static enum role
put_self_test(const struct lists_table *t, const struct list *list, struct buf *out)
{
    const struct list_health *health = t->health ? health_at(t->health, list) : NULL;
    bool passed = health && health->state == STATE_CLEAR;
    if (!health || !health->done) {
        buf_text(out, !health           ? "offline: not asked"
                      : health->pending ? "asking ..."
                                        : "not asked yet; r runs its self-test");
        return ROLE_DIM;
    }
    buf_text(out, passed ? "passed its self-test" : list_state_name(health->state));
    if (!passed && *health->detail)
        buf_format(out, ": %s", health->detail);
    return passed ? ROLE_PLAIN : ROLE_WARN;
}

/* Writes what a level of the escalation says, whose answers have one code; the text of the list if it has no figures.
 */
static void
put_level(const struct evidence *e, const struct list_result *f, struct buf *out)
{
    const struct listed_net *net = f->list->level == 2 ? evidence_deciding_net(e) : NULL;
    const struct listing *l3 = f->list->level == 3 ? evidence_level3(e) : NULL;
    char prefix[PREFIX_TEXT];
    if (f->list->level == 1) {
        buf_text(out, "abuse was seen from here within 7 days");
    } else if (net) {
        buf_format(out, "%s: ", prefix_text(&net->prefix, prefix));
        phrases_net(out, net);
        if (net->limit > 0)
            buf_format(out, ", limit %lld", (long long)net->limit);
    } else if (l3 && l3->form == LISTING_L3) {
        buf_format(out, "AS%u: spamscore %.1f", l3->holder.asn, l3->score);
    }
}

static enum role
put_result(const struct evidence *e, const struct list_result *f, struct buf *out)
{
    size_t start = out->count;
    if (list_result_is_awaited(f)) {
        buf_text(out, "asking ...");
        return ROLE_ASKING;
    }
    if (!list_state_is_known(f->state)) {
        list_words_why_not(out, f);
        return f->state == STATE_UNASKED || list_result_is_barred(f) ? ROLE_UNKNOWN : ROLE_WARN;
    }
    if (f->state == STATE_CLEAR) {
        buf_text(out, f->list->scope == SCOPE_ALLOW ? "not on it" : "clear");
        return ROLE_DIM;
    }
    list_words_meaning(out, f);
    if (out->count == start)
        put_level(e, f, out);
    if (out->count == start)
        buf_text(out, f->txt.count > 0 ? f->txt.at[0] : "listed");
    return list_result_is_counted(f) ? ROLE_STRONG : ROLE_PLAIN;
}

enum role
lists_table_says(const struct lists_table *t, const struct list *list, struct buf *out)
{
    const struct list_result *f = lists_table_result(t, list);
    if (catalogue_unasked(t->catalogue, list, family_of(t), out))
        return ROLE_DIM;
    return f ? put_result(t->evidence, f, out) : put_self_test(t, list, out);
}

void
lists_table_covers(const struct lists_table *t, const struct list *list, struct buf *out)
{
    static const char *const words[] = {
        [SCOPE_IP] = "address",    [SCOPE_RANGE] = "net",     [SCOPE_ASN] = "provider",
        [SCOPE_DOMAIN] = "domain", [SCOPE_POLICY] = "policy", [SCOPE_ALLOW] = "known as good",
    };
    const struct list_result *f = lists_table_result(t, list);
    bool yours = t->evidence && list->scope < SCOPE_POLICY;
    if (yours && t->evidence->address.family == ADDR_V6 && list->scope == SCOPE_IP && list->granularity < 128)
        buf_format(out, "your /%u", list->granularity);
    else if (f)
        list_words_extent(out, f, t->evidence);
    else
        buf_format(out, "%s%s", yours ? "your " : "", words[list->scope]);
}

/* Returns the sign of a row. */
static struct address_look
look_of(const struct lists_table *t, const struct lists_row *row)
{
    static const struct address_look none = {GLYPH_BULLET, ROLE_DIM}, good = {GLYPH_EXEMPT, ROLE_EXEMPT};
    const struct list_result *f = lists_table_result(t, row->list);
    if (row->part >= LISTS_UNASKED)
        return none;
    const struct list_health *health = t->health ? health_at(t->health, row->list) : NULL;
    if (!f)
        return health && health->done ? address_looks[health->state] : address_looks[STATE_UNASKED];
    if (row->part == LISTS_ALLOW && list_state_is_known(f->state))
        return f->state == STATE_LISTED && list_result_meaning(f) != CODE_INFO ? good : none;
    return list_result_is_barred(f) ? address_looks[STATE_UNASKED] : address_look(f);
}

/* ---- the rows ---- */

static enum lists_part
part_of(const struct lists_table *t, const struct list *list)
{
    const struct list_result *f = lists_table_result(t, list);
    struct buf why = {0};
    bool unasked = catalogue_unasked(t->catalogue, list, family_of(t), &why);
    buf_free(&why);
    if (unasked)
        return list->status == LIST_DEAD || list->status == LIST_FRAUDULENT ? LISTS_DEAD : LISTS_UNASKED;
    if (f && list_result_is_awaited(f))
        return LISTS_AWAITED;
    if (f && !list_state_is_known(f->state))
        return LISTS_OPEN;
    if (list->scope == SCOPE_ALLOW || (f && list_result_is_listed(f) && list_result_scope(f) == SCOPE_ALLOW))
        return LISTS_ALLOW;
    return !f ? LISTS_OPEN : f->state == STATE_LISTED ? LISTS_LISTED : LISTS_CLEAR;
}

void
lists_table_gather(struct lists_table *t)
{
    vec_clear(&t->rows);
    memset(t->counts, 0, sizeof t->counts);
    for (size_t i = 0; i < catalogue_known(t->catalogue); i++) {
        const struct list *list = catalogue_list(t->catalogue, i);
        struct lists_row row = {list, part_of(t, list)};
        const struct list_result *f = lists_table_result(t, list);
        bool unasked = f && f->state == STATE_UNASKED && !f->pending; /* as offline, without a zone file */
        t->counts[unasked ? LISTS_UNASKED : row.part]++;
        if (t->shows_clear || row.part != LISTS_CLEAR)
            vec_push(&t->rows, row);
    }
}

void
lists_table_sum(const struct lists_table *t, struct buf *out)
{
    const size_t *counts = t->counts;
    size_t known = counts[LISTS_LISTED] + counts[LISTS_OPEN] + counts[LISTS_CLEAR] + counts[LISTS_ALLOW];
    size_t asked = known + counts[LISTS_AWAITED];
    const char *hides = t->shows_clear ? "C hides them" : "C shows them";
    if (asked == 0) {
        buf_text(out, "no list is asked");
        return;
    }
    buf_format(out, "%zu %s: ", asked, t->health ? "asked" : "in zone files");
    if (counts[LISTS_AWAITED] > 0)
        buf_format(out, "%zu answered, ", known);
    if (counts[LISTS_LISTED] == 0)
        buf_text(out, "none lists it");
    else
        buf_format(out, "%zu list%s it", counts[LISTS_LISTED], counts[LISTS_LISTED] == 1 ? "s" : "");
    if (counts[LISTS_CLEAR] > 0)
        buf_format(out, ", %zu clear (%s)", counts[LISTS_CLEAR], hides);
    if (counts[LISTS_OPEN] > 0)
        buf_format(out, ", %zu no usable answer", counts[LISTS_OPEN]);
    if (counts[LISTS_ALLOW] > 0)
        buf_format(out, ", %zu allow list%s", counts[LISTS_ALLOW], counts[LISTS_ALLOW] == 1 ? "" : "s");
}

static const struct lists_row *
row_at(void *self, size_t item)
{
    const struct lists_table *t = self;
    return &t->rows.at[item];
}

static double
figure(void *self, size_t item, size_t column)
{
    enum { WEIGHTS = 10, SCOPES = 10 };
    const struct list *list = row_at(self, item)->list;
    const struct list_result *f = lists_table_result(self, list);
    bool listed = f && f->state == STATE_LISTED;
    unsigned weight = listed ? list_result_weight(f) : list->weight;
    enum list_scope scope = listed ? list_result_scope(f) : list->scope;
    switch (column) {
    case ORDER:
        return (row_at(self, item)->part * WEIGHTS + WEIGHTS - weight) * SCOPES + scope;
    case WEIGHT:
        return weight;
    case TTL:
        return f && f->ttl > 0 ? f->ttl : NAN;
    default:
        return NAN;
    }
}

static uint64_t
key(void *self, size_t item)
{
    return row_at(self, item)->list->index + 1;
}

static size_t
signs(void *self, size_t item, size_t column, struct table_sign *out)
{
    if (column != SIGN)
        return 0;
    struct address_look look = look_of(self, row_at(self, item));
    out[0] = (struct table_sign){look.glyph, look.role};
    return 1;
}

static enum role
cell(void *self, size_t item, size_t column, struct buf *out)
{
    static const enum role roles[] = {
        [LISTS_LISTED] = ROLE_STRONG, [LISTS_OPEN] = ROLE_PLAIN,  [LISTS_AWAITED] = ROLE_PLAIN,
        [LISTS_CLEAR] = ROLE_DIM,     [LISTS_ALLOW] = ROLE_PLAIN, [LISTS_UNASKED] = ROLE_DIM,
        [LISTS_DEAD] = ROLE_DIM,
    };
    const struct list *list = row_at(self, item)->list;
    enum role role = roles[row_at(self, item)->part];
    double number = figure(self, item, column);
    switch (column) {
    case LIST:
        buf_text(out, list->title);
        return role;
    case COVERS:
        lists_table_covers(self, list, out);
        return role == ROLE_STRONG ? ROLE_PLAIN : role;
    case SAYS:
        return lists_table_says(self, list, out);
    case OPERATOR:
        buf_text(out, list->run_by);
        return ROLE_DIM;
    case WEIGHT:
        return table_model_number(out, number, role);
    case TTL:
        if (isnan(number))
            return table_model_number(out, number, ROLE_DIM);
        text_duration(out, (int64_t)number * 1000);
        return ROLE_DIM;
    default:
        return ROLE_PLAIN;
    }
}

/* Finds words in names and in what the list says. */
static bool
matches(void *self, size_t item, const char *word)
{
    const struct list *list = row_at(self, item)->list;
    struct buf text = {0};
    buf_format(&text, "%s\n%s\n%s\n", list->zone, list->title, list->run_by);
    lists_table_covers(self, list, &text);
    buf_byte(&text, '\n');
    lists_table_says(self, list, &text);
    bool found = strcasestr(buf_string(&text), word);
    buf_free(&text);
    return found;
}

static const char *const states[STATE_COUNT] = {"unasked", "clear",   "listed",    "refused", "error",
                                                "timeout", "invalid", "unhealthy", "dead"};

static bool
is_state(void *self, size_t item, size_t state)
{
    const struct list *list = row_at(self, item)->list;
    const struct list_result *f = lists_table_result(self, list);
    return state == (list->status == LIST_DEAD ? STATE_DEAD : f ? f->state : STATE_UNASKED);
}

const struct table_model lists_table = {
    .thing = "list",
    .things = "lists",
    .filter_label = "Filter: part of a name or of what it says, weight>=3, state:refused, -word",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .states = states,
    .state_count = STATE_COUNT,
    .eye = {.figure = figure, .matches = matches, .is_state = is_state},
    .key = key,
    .cell = cell,
    .signs = signs,
};
