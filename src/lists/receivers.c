#include "lists/receivers.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* data/receivers.conf, without comments. */
static const struct inifile_entry builtin_receivers[] = {
#include "lists/receivers.inc"
};

enum { OCTETS = 4, OCTET_MOST = 255, RECEIVERS_POINTS_MOST = 1000 };

/* ---- filters ---- */

static bool
read_number(const char **at, unsigned *out)
{
    int64_t number;
    size_t used = text_read_integer(*at, OCTET_MOST, &number);
    *at += used;
    *out = (unsigned)number;
    return used > 0;
}

/* Reads one octet of a filter: a number, or "[2..11;20]". Sets *fits if the value is in it. */
static bool
read_octet(const char **at, unsigned value, bool *fits)
{
    bool several = **at == '[';
    *at += several;
    *fits = false;
    do {
        unsigned first, last;
        if (!read_number(at, &first))
            return false;
        last = first;
        if (several && strncmp(*at, "..", 2) == 0) {
            *at += 2;
            if (!read_number(at, &last) || last < first)
                return false;
        }
        *fits = *fits || (value >= first && value <= last);
    } while (several && *(*at)++ == ';');
    return !several || (*at)[-1] == ']';
}

/* Sets *fits if the filter takes the answer. Returns false if it is no filter. */
static bool
read_filter(const char *filter, const struct addr *answer, bool *fits)
{
    *fits = true;
    for (size_t i = 0; i < OCTETS; i++) {
        bool octet;
        if ((i > 0 && *filter++ != '.') || !read_octet(&filter, answer->bytes[i], &octet))
            return false;
        *fits = *fits && octet;
    }
    return *filter == '\0';
}

bool
receiver_site_takes(const struct receiver_site *site, const struct addr *answer)
{
    bool fits;
    return !*site->filter || (answer->family == ADDR_V4 && read_filter(site->filter, answer, &fits) && fits);
}

/* ---- the file ---- */

static void
receiver_fini(struct receiver *r)
{
    for (size_t i = 0; i < r->sites.count; i++) {
        free(r->sites.at[i].zone);
        free(r->sites.at[i].filter);
    }
    vec_free(&r->sites);
    free(r->name);
    free(r->dated);
}

/* Reads points with an optional sign. */
static bool
read_points(const char *text, double *out)
{
    bool negative = *text == '-';
    size_t used = text_read_decimal(text + negative, out);
    bool good = used > 0 && text[negative + used] == '\0' && *out <= RECEIVERS_POINTS_MOST;
    *out = negative ? -*out : *out;
    return good;
}

/* Adds "ZONE[=FILTER][*POINTS]". */
static bool
add_site(struct receiver *r, const char *word, size_t count, struct fault *fault)
{
    static const struct addr none = {ADDR_V4, {0}};
    char *text = text_clean_copy(word, count), *points = strchr(text, '*'), *filter = strchr(text, '=');
    struct receiver_site site = {.points = 1};
    bool good = true, fits;
    if (points) {
        *points = '\0';
        good = read_points(points + 1, &site.points);
    }
    if (filter && points && filter > points)
        good = false;
    else if (filter)
        *filter = '\0';
    good = good && *text && (!filter || read_filter(filter + 1, &none, &fits));
    if (good) {
        site.zone = mem_copy(text);
        site.filter = mem_copy(filter ? filter + 1 : "");
        vec_push(&r->sites, site);
    } else {
        fault_set(fault, "'%s' is no site of postscreen: write ZONE, ZONE*2 or ZONE=127.0.0.[2..11]*3",
                  filter   ? filter + 1
                  : points ? points + 1
                           : ""); /* without the zone, which may have a key in it */
    }
    free(text);
    return good;
}

static bool
add_sites(struct receiver *r, const char *words, struct fault *fault)
{
    static const char blanks[] = ", \t";
    for (words += strspn(words, blanks); *words; words += strspn(words, blanks)) {
        size_t count = strcspn(words, blanks);
        if (!add_site(r, words, count, fault))
            return false;
        words += count;
    }
    return true;
}

static bool
is_key(const char *key, const char *name)
{
    static const char postfix[] = "postscreen_dnsbl_";
    size_t count = sizeof postfix - 1;
    return strcmp(key, name) == 0 || (strncmp(key, postfix, count) == 0 && strcmp(key + count, name) == 0);
}

/* Returns the receiver of the section that is read; a new one when a section begins. */
static struct receiver *
receiver_of(struct receivers *receivers, const char *section)
{
    char *name = text_clean_copy(section, strlen(section));
    struct receiver *last = receivers->list.count > 0 ? &receivers->list.at[receivers->list.count - 1] : NULL;
    if (last && strcmp(last->name, name) == 0) {
        free(name);
        return last;
    }
    vec_push(&receivers->list, ((struct receiver){.name = name, .dated = mem_copy("")}));
    return &receivers->list.at[receivers->list.count - 1];
}

static bool
take_entry(void *arg, const struct inifile_entry *entry, struct fault *fault)
{
    if (receivers_mark(entry->section))
        return true;
    if (!*entry->section)
        return fault_set(fault, "%s: a receiver begins with its name, [NAME]", entry->key);
    struct receiver *r = receiver_of(arg, entry->section);
    if (strcmp(entry->key, "dated") == 0) {
        free(r->dated);
        r->dated = text_clean_copy(entry->value, strlen(entry->value));
    } else if (is_key(entry->key, "sites")) {
        return add_sites(r, entry->value, fault);
    } else if (!is_key(entry->key, "threshold")) {
        return fault_set(fault, "%s: a receiver has dated, threshold and sites", entry->key);
    } else if (!read_points(entry->value, &r->threshold) || r->threshold <= 0) {
        return fault_set(fault, "threshold = %s: not a number of points above 0", entry->value);
    }
    return true;
}

static void
drop(struct receivers *receivers, size_t place)
{
    receiver_fini(&receivers->list.at[place]);
    for (; place + 1 < receivers->list.count; place++)
        receivers->list.at[place] = receivers->list.at[place + 1];
    receivers->list.count--;
}

const char *
receivers_mark(const char *section)
{
    static const char mark[] = "mark ";
    return strncmp(section, mark, sizeof mark - 1) == 0 ? section + sizeof mark - 1 : NULL;
}

void
receivers_parse_builtin(inifile_take *take, void *arg)
{
    struct fault fault;
    for (size_t i = 0; i < sizeof builtin_receivers / sizeof builtin_receivers[0]; i++)
        take(arg, &builtin_receivers[i], &fault);
}

struct receivers *
receivers_new(void)
{
    struct receivers *receivers = mem_zero(sizeof *receivers);
    receivers_parse_builtin(take_entry, receivers);
    return receivers;
}

void
receivers_free(struct receivers *receivers)
{
    for (size_t i = 0; receivers && i < receivers->list.count; i++)
        receiver_fini(&receivers->list.at[i]);
    if (receivers)
        vec_free(&receivers->list);
    free(receivers);
}

bool
receivers_load(struct receivers *receivers, const char *path, struct fault *fault)
{
    struct receivers read = {0};
    bool good = inifile_read(path, take_entry, &read, fault);
    for (size_t i = 0; i < read.list.count && good; i++)
        if (read.list.at[i].threshold <= 0)
            good = fault_set(fault, "%s: [%s] has no threshold", path, read.list.at[i].name);
    for (size_t i = 0; i < read.list.count; i++) {
        for (size_t k = 0; k < receivers->list.count && good; k++)
            if (strcmp(receivers->list.at[k].name, read.list.at[i].name) == 0)
                drop(receivers, k--);
        if (good)
            vec_push(&receivers->list, read.list.at[i]);
        else
            receiver_fini(&read.list.at[i]);
    }
    vec_free(&read.list);
    return good;
}
