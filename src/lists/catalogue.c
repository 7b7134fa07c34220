/* A block is parsed into a draft, which replaces the list, or becomes a new one, only if the whole block is valid. */
#include "lists/catalogue.h"

#include "base/inifile.h"
#include "base/text.h"
#include "base/textfile.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static const char *const part_names[LIST_PARTS] = {"level1", "level2", "level3", "exemption", "backscatterer"};

/* data/lists.conf */
static const struct inifile_entry builtin_entries[] = {
#include "lists/builtin.inc"
};

static const char *const scope_names[] = {
    [SCOPE_IP] = "ip",         [SCOPE_RANGE] = "range",   [SCOPE_ASN] = "asn",
    [SCOPE_DOMAIN] = "domain", [SCOPE_POLICY] = "policy", [SCOPE_ALLOW] = "allow",
};
static const char *const status_names[] = {
    [LIST_ACTIVE] = "active", [LIST_BY_NAME] = "by-name",       [LIST_SUBSCRIBERS] = "subscribers",
    [LIST_DEAD] = "dead",     [LIST_FRAUDULENT] = "fraudulent",
};
static const char *const access_names[] = {
    [ACCESS_OPEN] = "open",
    [ACCESS_REGISTERED] = "registered",
    [ACCESS_KEY] = "key",
};
enum {
    SCOPES = sizeof scope_names / sizeof scope_names[0],
    STATUSES = sizeof status_names / sizeof status_names[0],
    ACCESSES = sizeof access_names / sizeof access_names[0],
    PACE_MOST = 100000
};

const char *
list_scope_name(enum list_scope scope)
{
    return scope_names[scope];
}

const char *
list_status_name(enum list_status status)
{
    return status_names[status];
}

const char *
list_access_name(enum list_access access)
{
    return access_names[access];
}

static void
codes_fini(return_codes *codes)
{
    for (size_t i = 0; i < codes->count; i++)
        free(codes->at[i].text);
    vec_free(codes);
}

/* The texts that a list owns. */
static const size_t texts[] = {
    offsetof(struct list, zone),   offsetof(struct list, title),        offsetof(struct list, shorter),
    offsetof(struct list, run_by), offsetof(struct list, covers),       offsetof(struct list, delist),
    offsetof(struct list, policy), offsetof(struct list, ends),         offsetof(struct list, facts),
    offsetof(struct list, since),  offsetof(struct list, remark),       offsetof(struct list, access_page),
    offsetof(struct list, data),   offsetof(struct list, key_variable),
};
enum { TEXTS = sizeof texts / sizeof texts[0] };

static char **
text_at(struct list *list, size_t offset)
{
    return (char **)((char *)list + offset);
}

static void
free_secret(char *secret)
{
    for (volatile char *at = secret; at && *at; at++)
        *at = '\0';
    free(secret);
}

/* Stands for texts that a block does not give, because most lists lack most texts. */
static char no_text[] = "";

static void
free_text(char *text)
{
    if (text != no_text)
        free(text);
}

static void
list_fini(struct list *list)
{
    for (size_t i = 0; i < TEXTS; i++)
        free_text(*text_at(list, texts[i]));
    codes_fini(&list->codes);
    vec_free(&list->points);
    free_secret(list->key);
    free_secret(list->asked);
    free(list->shown);
}

/* ---- keys ---- */

static bool
is_key(const char *text)
{
    size_t count = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
    return count > 0 && count <= 63 && text[count] == '\0';
}

/* Returns the zone in questions; NULL = its key is missing. The caller frees it. */
static char *
question_zone(const struct list *list, const char *key)
{
    struct buf zone = {0};
    if (list->access != ACCESS_KEY || !key)
        return list->access == ACCESS_KEY ? NULL : mem_copy(list->zone);
    buf_format(&zone, "%s.%s", key, list->zone);
    return buf_take(&zone);
}

bool
catalogue_set_key(struct catalogue *catalogue, size_t index, const char *key)
{
    struct list *list = catalogue->lists.at[index];
    if (!is_key(key))
        return false;
    free_secret(list->key);
    free_secret(list->asked);
    list->key = mem_copy(key);
    list->asked = question_zone(list, key);
    return true;
}

void
catalogue_set_resolver(struct catalogue *catalogue, size_t index, struct resolver *resolver)
{
    catalogue->lists.at[index]->asker = resolver;
}

const struct list *
catalogue_find(const struct catalogue *catalogue, const char *zone)
{
    const struct list *around = NULL;
    for (size_t i = 0; i < catalogue->lists.count; i++) {
        const struct list *list = catalogue->lists.at[i];
        bool wild = *list->zone == '*';
        size_t count = strlen(zone), least = wild ? strlen(list->zone + 2) : 0;
        if (strcasecmp(list->zone, zone) == 0)
            return list;
        if (wild && count >= least && strcasecmp(zone + count - least, list->zone + 2) == 0 &&
            (count == least || zone[count - least - 1] == '.'))
            around = list;
    }
    return around;
}

/* ---- reading a file ---- */

enum { FAULTS_MOST = 5 }; /* that are reported of a file; of the others the number */

struct reading {
    struct catalogue *catalogue;
    const char *path;
    catalogue_fault *report;
    void *arg;
    size_t faults;
    bool is_first; /* the built-in file, where no zone comes twice */
    bool has_key;
    bool in_block, bad;
    char *section; /* as written */
    unsigned line; /* of the last entry */
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

static bool
add_point(struct reading *r, const char *value, bool listed, struct fault *fault)
{
    struct test_point point = {.listed = listed};
    size_t count = strcspn(value, " \t");
    const char *answer = value + count + strspn(value + count, " \t");
    if (!addr_parse_bytes(value, count, &point.address))
        return fault_set(fault, "'%.*s' is not an address", (int)count, value);
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
    int64_t number;
    switch (key) {
    case KEY_STATUS:
        if (!set_name(&index, "status", value, status_names, STATUSES, fault))
            return false;
        list->status = (enum list_status)index;
        return true;
    case KEY_ACCESS:
        if (!set_name(&index, "access", value, access_names, ACCESSES, fault))
            return false;
        list->access = (enum list_access)index;
        return true;
    case KEY_SECRET:
        if (!is_key(value))
            return fault_set(fault, "the key is no label of a name: letters, digits and hyphens, at most 63");
        free_secret(list->key);
        list->key = mem_copy(value);
        return true;
    case KEY_DISABLE:
        list->disabled = strcmp(value, "yes") == 0;
        return list->disabled || strcmp(value, "no") == 0 || fault_set(fault, "disable must be yes or no");
    case KEY_PACE:
        if (value[text_read_integer(value, PACE_MOST, &number)] || !*value)
            return fault_set(fault, "pace must be a number of questions a second, at most %d", PACE_MOST);
        list->pace = (unsigned)number;
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
        free_text(*text_at(list, offset));
        *text_at(list, offset) = text_clean_copy(value, strlen(value));
        return true;
    case KEY_SCOPE:
        if (!set_name(&scope, "scope", value, scope_names, SCOPES, fault))
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
            codes_fini(&list->codes);
        r->own_codes = true;
        vec_push(&list->codes, code);
        return true;
    case KEY_TEST_LISTED:
    case KEY_TEST_CLEAR:
        return add_point(r, value, key == KEY_TEST_LISTED, fault);
    }
    return false;
}

static void
complain(struct reading *r, unsigned line, struct fault *fault)
{
    if (line)
        inifile_place(r->path, line, fault);
    r->bad = true;
    if (r->report && r->faults++ < FAULTS_MOST)
        r->report(r->arg, fault->text);
}

/* Makes the draft a copy of the known list, or a new one. */
static void
begin_block(struct reading *r, const char *section, unsigned line)
{
    struct list *draft = &r->draft;
    const struct list *known;
    struct fault fault;
    char *zone = mem_copy(section);
    for (char *at = zone; *at; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at | 0x20);
    const char *name = zone + (strncmp(zone, "*.", 2) == 0 ? 2 : 0);
    size_t count = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.");
    bool is_zone = count > 0 && name[count] == '\0' && count < LIST_ZONE && strchr(zone, '.') && name[0] != '.' &&
                   name[count - 1] != '.' && !strstr(name, "..");
    r->in_block = true;
    r->line = line;
    r->bad = r->own_codes = r->own_points[0] = r->own_points[1] = false;
    free(r->section);
    r->section = mem_copy(section);
    known = r->is_first ? NULL : catalogue_find(r->catalogue, zone);
    r->known = known && strcmp(known->zone, zone) == 0 ? r->catalogue->lists.at[known->index] : NULL;
    *draft = (struct list){.families = {true}, .weight = 1, .granularity = 128};
    if (r->known) {
        *draft = *r->known;
        for (size_t i = 0; i < TEXTS; i++)
            *text_at(draft, texts[i]) = mem_copy(*text_at(draft, texts[i]));
        draft->key = draft->key ? mem_copy(draft->key) : NULL;
        draft->asked = draft->shown = NULL;
        memset(&draft->codes, 0, sizeof draft->codes);
        memset(&draft->points, 0, sizeof draft->points);
        for (size_t i = 0; i < r->known->codes.count; i++) {
            struct return_code code = r->known->codes.at[i];
            code.text = mem_copy(code.text);
            vec_push(&draft->codes, code);
        }
        for (size_t i = 0; i < r->known->points.count; i++)
            vec_push(&draft->points, r->known->points.at[i]);
    } else {
        draft->zone = mem_copy(zone);
    }
    if (!is_zone) {
        fault_set(&fault, *zone ? "[%s] is not a zone: it must be a domain name" : "this is before the first [zone]",
                  zone);
        complain(r, line, &fault);
    }
    free(zone);
}

/* Adds the test points of RFC 5782 section 5. Without a positive one an emptied list would pass; a negative one may be
 * missing, because some lists list 127.0.0.1. */
static void
add_usual_points(struct reading *r)
{
    static const char *const points[2][2] = {{"127.0.0.2", "127.0.0.1"}, {"::ffff:7f00:2", "::ffff:7f00:1"}};
    struct list *list = &r->draft;
    struct fault fault;
    bool none = list->points.count == 0, positive = false;
    if (list->scope == SCOPE_DOMAIN || list->status > LIST_BY_NAME)
        return;
    for (size_t i = 0; i < list->points.count; i++)
        positive |= list->points.at[i].listed;
    if (!positive)
        add_point(r, points[!list->families[0]][0], true, &fault);
    if (none)
        add_point(r, points[!list->families[0]][1], false, &fault);
}

static void
end_block(struct reading *r)
{
    static const char *const covers[] = {
        [SCOPE_IP] = "this address",
        [SCOPE_RANGE] = "a prefix",
        [SCOPE_ASN] = "every address of an AS",
        [SCOPE_DOMAIN] = "a domain",
        [SCOPE_POLICY] = "a range by its use",
        [SCOPE_ALLOW] = "this address, as known good",
    };
    struct list *list = &r->draft;
    if (!r->in_block)
        return;
    r->in_block = false;
    if (!r->bad && *list->zone == '*' && list->status <= LIST_BY_NAME) {
        struct fault fault;
        fault_set(&fault, "[%s] is not one zone, so it cannot be asked: its status must be dead or fraudulent",
                  list->zone);
        complain(r, r->line, &fault);
    }
    if (r->bad) {
        list_fini(list);
        return;
    }
    for (size_t i = 0; i < TEXTS; i++) {
        char **text = text_at(list, texts[i]);
        if (!*text)
            *text = text == &list->title     ? mem_copy(list->zone)
                    : text == &list->shorter ? mem_copy(list->title)
                    : text == &list->covers  ? mem_copy(covers[list->scope])
                                             : no_text;
    }
    list->asked = question_zone(list, list->key);
    list->shown = question_zone(list, "KEY");
    add_usual_points(r);
    if (r->known) {
        list_fini(r->known);
    } else {
        list->index = r->catalogue->lists.count;
        r->known = mem_alloc(sizeof *r->known);
        vec_push(&r->catalogue->lists, r->known);
    }
    *r->known = *list;
    if (list->part)
        r->catalogue->parts[find_name(list->part, part_names, LIST_PARTS)] = r->known;
}

/* Always returns true, because the blocks behind a bad one are still valid. */
static bool
read_entry(void *arg, const struct inifile_entry *entry, struct fault *fault)
{
    struct reading *r = arg;
    size_t i = 0;
    if (!r->in_block || strcmp(entry->section, r->section) != 0) {
        end_block(r);
        begin_block(r, entry->section, entry->line);
    }
    if (r->bad)
        return true;
    while (i < KEYS && (*keys[i].name != *entry->key || strcmp(keys[i].name, entry->key) != 0))
        i++;
    if (i == KEYS)
        fault_set(fault, "[%s] has no key '%s'", entry->section, entry->key);
    else if (set_value(r, keys[i].key, keys[i].offset, entry->value, fault)) {
        r->has_key |= keys[i].key == KEY_SECRET;
        return true;
    }
    complain(r, entry->line, fault);
    return true;
}

bool
catalogue_load(struct catalogue *catalogue, const char *path, catalogue_fault *report, void *arg, struct fault *fault)
{
    struct reading r = {.catalogue = catalogue, .path = path, .report = report, .arg = arg};
    struct buf text = {0};
    struct fault bad_line;
    struct stat file;
    bool was_read = textfile_read(path, INIFILE_MOST, &text, fault);
    bool good = !was_read || inifile_parse(path, buf_string(&text), text.count, read_entry, &r, &bad_line);
    end_block(&r);
    free(r.section);
    if (!good)
        complain(&r, 0, &bad_line);
    if (r.has_key && report && stat(path, &file) == 0 && (file.st_mode & S_IROTH)) {
        fault_set(&bad_line, "%s: everybody on this machine can read the key in it; use chmod o-r", path);
        report(arg, bad_line.text);
    }
    if (r.faults > FAULTS_MOST) {
        fault_set(&bad_line, "%s: and %zu more blocks or lines are left out", path, r.faults - FAULTS_MOST);
        report(arg, bad_line.text);
    }
    buf_free(&text);
    return was_read;
}

struct catalogue *
catalogue_new(void)
{
    struct catalogue *catalogue = mem_zero(sizeof *catalogue);
    struct reading r = {.catalogue = catalogue, .path = "lists.conf", .is_first = true};
    struct fault fault;
    for (size_t i = 0; i < sizeof builtin_entries / sizeof builtin_entries[0]; i++)
        read_entry(&r, &builtin_entries[i], &fault);
    end_block(&r);
    free(r.section);
    catalogue_choose(catalogue, "uceprotect", &fault);
    return catalogue;
}

void
catalogue_free(struct catalogue *catalogue)
{
    if (!catalogue)
        return;
    for (size_t i = 0; i < catalogue->lists.count; i++) {
        list_fini(catalogue->lists.at[i]);
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
