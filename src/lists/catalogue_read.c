/* A block is parsed into a draft, which replaces the list, or becomes a new one, only if the whole block is valid. */
#include "lists/catalogue.h"

#include "base/inifile.h"
#include "base/spelling.h"
#include "base/text.h"
#include "lists/list_block.h"
#include "lists/list_key.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static const char *const part_names[LIST_PARTS] = {"level1", "level2", "level3", "exemption", "backscatterer"};

/* data/lists.conf */
static const struct inifile_entry builtin_entries[] = {
#include "lists/builtin.inc"
};

enum { PACE_MOST = 100000, DAILY_MOST = 1000000000 };

const char *
list_scope_name(enum list_scope scope)
{
    return list_block_scopes[scope];
}

const char *
list_status_name(enum list_status status)
{
    return list_block_statuses[status];
}

const char *
list_access_name(enum list_access access)
{
    return list_block_accesses[access];
}

struct reading {
    struct catalogue *catalogue;
    bool is_first; /* the built-in file, where no zone comes twice */
    bool has_key;
    struct list draft;
    struct list *known;            /* NULL = the draft is a new list */
    bool own_codes, own_points[2]; /* this block has some, which replace the list's old ones: negative, positive */
};

/* Returns the index of a word among the names; `count` = it is none of them. */
static size_t
find_name(const char *word, const char *const *names, size_t count)
{
    size_t i = 0;
    while (i < count && strcmp(word, names[i]) != 0)
        i++;
    return i;
}

/* Gives the draft a part, which only one list can have. */
static bool
set_part(struct reading *r, const char *value, struct fault *fault)
{
    size_t part = find_name(value, part_names, LIST_PARTS);
    const struct list *owner = part < LIST_PARTS ? r->catalogue->parts[part] : NULL;
    if (part == LIST_PARTS)
        return fault_set(fault, "part must be level1, level2, level3, exemption or backscatterer, not '%s'", value);
    if (owner && owner != r->known)
        return fault_set(fault, "%s has the part %s already", owner->zone, value);
    if (r->known && r->known->part && r->known != owner)
        return fault_set(fault, "%s must stay %s", r->known->zone, r->known->part);
    r->draft.part = part_names[part];
    r->draft.level = part < LIST_LEVELS ? (unsigned)part + 1 : 0;
    r->draft.is_exemption = part == LIST_PART_EXEMPTION;
    r->draft.is_backscatterer = part == LIST_PART_BACKSCATTERER;
    return true;
}

#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyz0123456789.-_"

static bool
add_point(struct reading *r, const char *value, bool listed, struct fault *fault)
{
    struct test_point point = {.listed = listed};
    size_t count = strcspn(value, " \t");
    const char *answer = value + count + strspn(value + count, " \t");
    bool address = addr_parse_bytes(value, count, &point.address);
    bool name = !address && count < sizeof point.name && strspn(value, NAME_LETTERS) >= count;
    if (!address && (!name || r->draft.scope != SCOPE_DOMAIN))
        return fault_set(fault, "'%.*s' is not an address", (int)count, value);
    if (name)
        memcpy(point.name, value, count);
    if (*answer && (!listed || !addr_parse(answer, &point.answer) || !addr_is_loopback(&point.answer)))
        return fault_set(fault, "'%s' is not an answer in 127.0.0.0/8 of a test point that is listed", answer);
    size_t kept = 0;
    for (size_t i = 0; i < r->draft.points.count; i++)
        if (r->draft.points.at[i].listed != listed || r->own_points[listed])
            r->draft.points.at[kept++] = r->draft.points.at[i];
    r->draft.points.count = kept;
    r->own_points[listed] = true;
    vec_push(&r->draft.points, point);
    return true;
}

enum key {
    KEY_TEXT,
    KEY_SCOPE,
    KEY_FAMILIES,
    KEY_WEIGHT,
    KEY_STATUS,
    KEY_ACCESS,
    KEY_SECRET,
    KEY_DISABLE,
    KEY_PACE,
    KEY_GRANULARITY,
    KEY_RESOLVER,
    KEY_PART,
    KEY_CODE,
    KEY_BITS,
    KEY_TEST_LISTED,
    KEY_TEST_CLEAR
};

static const struct {
    const char *name;
    enum key key;
    size_t offset; /* of a text */
} keys[] = {
    {"operator", KEY_TEXT, offsetof(struct list, run_by)},
    {"title", KEY_TEXT, offsetof(struct list, title)},
    {"short", KEY_TEXT, offsetof(struct list, shorter)},
    {"covers", KEY_TEXT, offsetof(struct list, covers)},
    {"delist", KEY_TEXT, offsetof(struct list, delist)},
    {"policy", KEY_TEXT, offsetof(struct list, policy)},
    {"ends", KEY_TEXT, offsetof(struct list, ends)},
    {"facts", KEY_TEXT, offsetof(struct list, facts)},
    {"since", KEY_TEXT, offsetof(struct list, since)},
    {"remark", KEY_TEXT, offsetof(struct list, remark)},
    {"access-page", KEY_TEXT, offsetof(struct list, access_page)},
    {"data", KEY_TEXT, offsetof(struct list, data)},
    {"key-variable", KEY_TEXT, offsetof(struct list, key_variable)},
    {"status", KEY_STATUS, 0},
    {"access", KEY_ACCESS, 0},
    {"key", KEY_SECRET, 0},
    {"disable", KEY_DISABLE, 0},
    {"pace", KEY_PACE, 0},
    {"granularity", KEY_GRANULARITY, 0},
    {"resolver", KEY_RESOLVER, 0},
    {"scope", KEY_SCOPE, 0},
    {"families", KEY_FAMILIES, 0},
    {"weight", KEY_WEIGHT, 0},
    {"part", KEY_PART, 0},
    {"code", KEY_CODE, 0},
    {"bits", KEY_BITS, 0},
    {"test-listed", KEY_TEST_LISTED, 0},
    {"test-clear", KEY_TEST_CLEAR, 0},
};
enum { KEYS = sizeof keys / sizeof keys[0] };

/* Sets the index of a word among the names. */
static bool
set_name(unsigned *out, const char *key, const char *value, const char *const *names, size_t count, struct fault *fault)
{
    struct buf words = {0};
    *out = (unsigned)find_name(value, names, count);
    if (*out < count)
        return true;
    for (size_t i = 0; i < count; i++)
        buf_format(&words, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ", names[i]);
    fault_set(fault, "%s must be %s, not '%s'", key, buf_string(&words), value);
    buf_free(&words);
    return false;
}

/* Sets what decides whether, where and how fast the list is asked. */
static bool
set_access(struct list *list, enum key key, const char *value, struct fault *fault)
{
    unsigned index;
    size_t used;
    int64_t number;
    switch (key) {
    case KEY_STATUS:
        if (!set_name(&index, "status", value, list_block_statuses, LIST_BLOCK_STATUSES, fault))
            return false;
        list->status = (enum list_status)index;
        return true;
    case KEY_ACCESS:
        if (!set_name(&index, "access", value, list_block_accesses, LIST_BLOCK_ACCESSES, fault))
            return false;
        list->access = (enum list_access)index;
        return true;
    case KEY_SECRET:
        return list_block_set_key(list, value) ||
               fault_set(fault, "the key is no label of a name: letters, digits and hyphens, at most 63");
    case KEY_DISABLE:
        list->disabled = strcmp(value, "yes") == 0;
        return list->disabled || strcmp(value, "no") == 0 || fault_set(fault, "disable must be yes or no");
    case KEY_PACE:
        used = text_read_integer(value, DAILY_MOST, &number);
        if (used > 0 && strcmp(value + used, "/day") == 0)
            list->daily = (unsigned)number;
        else if (used > 0 && !value[used] && number <= PACE_MOST)
            list->pace = (unsigned)number;
        else
            return fault_set(fault, "pace must be a number of questions a second, at most %d, or a day (100000/day)",
                             PACE_MOST);
        return true;
    case KEY_GRANULARITY:
        if (strcmp(value, "64") != 0 && strcmp(value, "128") != 0)
            return fault_set(fault, "granularity must be 64 or 128, not '%s'", value);
        list->granularity = *value == '6' ? 64 : 128;
        return true;
    default:
        if (!endpoint_parse(value, &list->resolver))
            return fault_set(fault, "resolver: '%s' is not an address", value);
        return true;
    }
}

static bool
set_value(struct reading *r, enum key key, size_t offset, const char *value, struct fault *fault)
{
    struct list *list = &r->draft;
    bool both = strcmp(value, "4 6") == 0;
    struct return_code code;
    unsigned scope;
    switch (key) {
    case KEY_TEXT:
        list_block_free_text(*list_block_text(list, offset));
        *list_block_text(list, offset) = text_clean_copy(value, strlen(value));
        return true;
    case KEY_SCOPE:
        if (!set_name(&scope, "scope", value, list_block_scopes, LIST_BLOCK_SCOPES, fault))
            return false;
        list->scope = (enum list_scope)scope;
        return true;
    case KEY_FAMILIES:
        if (!both && strcmp(value, "4") != 0 && strcmp(value, "6") != 0)
            return fault_set(fault, "families must be 4, 6 or 4 6, not '%s'", value);
        list->families[0] = both || *value == '4';
        list->families[1] = both || *value == '6';
        return true;
    case KEY_WEIGHT:
        if (*value < '0' || *value > '5' || value[1])
            return fault_set(fault, "weight must be a whole number from 0 to 5, not '%s'", value);
        list->weight = (unsigned)(*value - '0');
        return true;
    case KEY_STATUS:
    case KEY_ACCESS:
    case KEY_SECRET:
    case KEY_DISABLE:
    case KEY_PACE:
    case KEY_GRANULARITY:
    case KEY_RESOLVER:
        return set_access(list, key, value, fault);
    case KEY_PART:
        return set_part(r, value, fault);
    case KEY_CODE:
    case KEY_BITS:
        if (!return_code_parse(&code, value, key == KEY_BITS, fault))
            return false;
        if (!r->own_codes)
            list_block_fini_codes(&list->codes);
        r->own_codes = true;
        vec_push(&list->codes, code);
        return true;
    case KEY_TEST_LISTED:
    case KEY_TEST_CLEAR:
        return add_point(r, value, key == KEY_TEST_LISTED, fault);
    }
    return false;
}

/* Returns the zone of a section: lower case, without a final dot, and without a key, which goes into *key. The caller
 * frees both. */
static char *
zone_of(const struct reading *r, const char *section, char **key)
{
    size_t secret = r->is_first ? 0 : list_key_before(r->catalogue, section);
    char *zone = mem_copy(section + secret);
    size_t count = strlen(zone);
    *key = secret > 0 ? mem_copy_bytes(section, secret - 1) : NULL;
    if (count > 1 && zone[count - 1] == '.')
        zone[count - 1] = '\0';
    for (char *at = zone; *at; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at | 0x20);
    return zone;
}

/* Makes the draft a copy of the known list, or a new one, which it takes. */
static void
make_draft(struct reading *r, char *zone)
{
    const struct list *known = r->is_first ? NULL : catalogue_find(r->catalogue, zone);
    r->known = known && strcmp(known->zone, zone) == 0 ? r->catalogue->lists.at[known->index] : NULL;
    r->draft = (struct list){.families = {true}, .weight = 1, .granularity = 128};
    if (r->known)
        list_block_copy(&r->draft, r->known);
    else
        r->draft.zone = mem_copy(zone);
    free(zone);
}

static bool
begin_block(void *arg, const struct inifile_entry *entry, struct fault *fault)
{
    struct reading *r = arg;
    char *key, *zone = zone_of(r, entry->section, &key);
    const char *name = zone + (strncmp(zone, "*.", 2) == 0 ? 2 : 0);
    size_t count = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.");
    bool is_zone = count > 0 && name[count] == '\0' && count < LIST_ZONE && strchr(zone, '.') && name[0] != '.' &&
                   name[count - 1] != '.' && !strstr(name, "..");
    bool good = true;
    r->own_codes = r->own_points[0] = r->own_points[1] = false;
    make_draft(r, zone);
    if (!is_zone) {
        good = fault_set(
            fault, *entry->section ? "[%s] is not a zone: it must be a domain name" : "this is before the first [zone]",
            r->draft.zone);
    } else if (key && r->known && r->known->access != ACCESS_KEY) {
        good = fault_set(fault, "[%s] takes no key in front of it", r->draft.zone);
    } else if (key) {
        r->has_key |= list_block_set_key(&r->draft, key);
        r->draft.access = ACCESS_KEY;
    }
    free(key);
    return good;
}

/* Adds the test points of RFC 5782 section 5: addresses in each family that the list knows, or the names of a list of
 * domains. Without a positive one an emptied list would pass; a negative one may be missing, because some lists list
 * 127.0.0.1. */
static void
add_usual_points(struct reading *r)
{
    static const char *const points[3][2] = {
        {"127.0.0.1", "127.0.0.2"}, {"::ffff:7f00:1", "::ffff:7f00:2"}, {"invalid", "test"}};
    struct list *list = &r->draft;
    bool is_domain = list->scope == SCOPE_DOMAIN, has[3][2] = {{false}};
    if (list->status > LIST_BY_NAME)
        return;
    for (size_t i = 0; i < list->points.count; i++) {
        const struct test_point *point = &list->points.at[i];
        has[is_domain ? 2 : point->address.family == ADDR_V6][point->listed] = true;
    }
    bool clear = list->points.count == 0 || has[0][false] || has[1][false];
    for (size_t i = is_domain ? 4 : 0; i < (is_domain ? 6 : 4); i++) {
        size_t kind = i / 2;
        struct test_point point = {.listed = i % 2 == 0};
        if (has[kind][point.listed] || (!is_domain && !list->families[kind]) || (!point.listed && !clear))
            continue;
        if (is_domain)
            snprintf(point.name, sizeof point.name, "%s", points[kind][point.listed]);
        else
            addr_parse(points[kind][point.listed], &point.address);
        vec_push(&list->points, point);
    }
}

/* Returns whether the draft can be taken as a whole. */
static bool
is_sound(const struct reading *r, struct fault *fault)
{
    const struct list *list = &r->draft, *known = r->known;
    if (*list->zone == '*' && list->status <= LIST_BY_NAME)
        return fault_set(fault, "[%s] is not one zone, so it cannot be asked: its status must be dead or fraudulent",
                         list->zone);
    if (known && known->part && (list->scope != known->scope || list->status != known->status))
        return fault_set(fault,
                         "[%s] is a part of UCEPROTECT's escalation, so its %s must stay %s; `disable = yes` "
                         "leaves it out",
                         list->zone, list->scope != known->scope ? "scope" : "status",
                         list->scope != known->scope ? list_scope_name(known->scope) : list_status_name(known->status));
    return true;
}

static bool
end_block(void *arg, bool good, struct fault *fault)
{
    struct reading *r = arg;
    struct list *list = &r->draft;
    if (!good || !is_sound(r, fault)) {
        list_block_fini(list);
        return !good;
    }
    list_block_complete(list);
    add_usual_points(r);
    if (r->known) {
        list_block_fini(r->known);
    } else {
        list->index = r->catalogue->lists.count;
        r->known = mem_alloc(sizeof *r->known);
        vec_push(&r->catalogue->lists, r->known);
    }
    *r->known = *list;
    if (list->part)
        r->catalogue->parts[find_name(list->part, part_names, LIST_PARTS)] = r->known;
    return true;
}

static bool
take_entry(void *arg, const struct inifile_entry *entry, struct fault *fault)
{
    struct reading *r = arg;
    size_t i = 0;
    while (i < KEYS && (*keys[i].name != *entry->key || strcmp(keys[i].name, entry->key) != 0))
        i++;
    const char *nearest = i == KEYS ? spelling_find(entry->key, keys, sizeof keys[0], KEYS) : NULL;
    if (i == KEYS)
        return fault_set(fault, "[%s] has no key '%s'%s%s%s", r->draft.zone, entry->key,
                         nearest ? "; did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
    bool good = set_value(r, keys[i].key, keys[i].offset, entry->value, fault);
    r->has_key |= good && keys[i].key == KEY_SECRET;
    return good;
}

static void
hide_keys(void *arg, char *sentence)
{
    const struct reading *r = arg;
    list_key_hide(r->catalogue, sentence);
}

bool
catalogue_load(struct catalogue *catalogue, const char *path, inifile_report *report, void *arg, struct fault *fault)
{
    struct reading r = {.catalogue = catalogue};
    struct inifile_blocks blocks = {.path = path,
                                    .begin = begin_block,
                                    .take = take_entry,
                                    .end = end_block,
                                    .hide = hide_keys,
                                    .arg = &r,
                                    .report = report,
                                    .report_arg = arg};
    struct fault open_key;
    struct stat file;
    bool was_read = inifile_read_blocks(&blocks, fault);
    if (r.has_key && report && stat(path, &file) == 0 && (file.st_mode & S_IROTH)) {
        fault_set(&open_key, "%s: everybody on this machine can read the key in it; use chmod o-r", path);
        report(arg, open_key.text);
    }
    return was_read;
}

struct catalogue *
catalogue_new(void)
{
    struct catalogue *catalogue = mem_zero(sizeof *catalogue);
    struct reading r = {.catalogue = catalogue, .is_first = true};
    struct inifile_blocks blocks = {"lists.conf", begin_block, take_entry, end_block, .arg = &r};
    struct fault fault;
    inifile_hand_over(&blocks, builtin_entries, sizeof builtin_entries / sizeof builtin_entries[0]);
    catalogue_choose(catalogue, "uceprotect", &fault);
    return catalogue;
}

bool
catalogue_set_key(struct catalogue *catalogue, size_t index, const char *key)
{
    if (!list_block_set_key(catalogue->lists.at[index], key))
        return false;
    list_block_complete(catalogue->lists.at[index]);
    return true;
}

void
catalogue_free(struct catalogue *catalogue)
{
    if (!catalogue)
        return;
    for (size_t i = 0; i < catalogue->lists.count; i++) {
        list_block_fini(catalogue->lists.at[i]);
        free(catalogue->lists.at[i]);
    }
    vec_free(&catalogue->lists);
    free(catalogue);
}

const struct catalogue *
catalogue_builtin(void)
{
    static struct catalogue *shared;
    if (!shared)
        shared = catalogue_new();
    return shared;
}
