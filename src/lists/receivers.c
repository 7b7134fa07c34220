#include "lists/receivers.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/textfile.h"
#include "lists/list_key.h"
#include "lists/rspamd.h"

#include <stdlib.h>
#include <string.h>

/* data/receivers.conf, without comments. */
static const struct inifile_entry builtin_receivers[] = {
#include "lists/receivers.inc"
};

/* A receiver of a file, while it is read. */
struct draft {
    struct receiver receiver;
    bool bad; /* a part of it has a fault, so that it is left out */
};

struct reading {
    VEC(struct draft) drafts;
    size_t place; /* of the draft whose block is read */
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

/* Sets *fits if one of the filters, with | between, takes the answer. Returns false if they are no filters. */
static bool
read_filter(const char *filter, const struct addr *answer, bool *fits)
{
    *fits = false;
    do {
        bool all = true, octet;
        for (size_t i = 0; i < OCTETS; i++) {
            if ((i > 0 && *filter++ != '.') || !read_octet(&filter, answer->bytes[i], &octet))
                return false;
            all = all && octet;
        }
        *fits = *fits || all;
    } while (*filter == '|' && filter++);
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
        free(r->sites.at[i].symbol);
    }
    for (size_t i = 0; i < r->scores.count; i++)
        free(r->scores.at[i].symbol);
    vec_free(&r->sites);
    vec_free(&r->scores);
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

/* Returns the place of the draft of a section; of a new one where it is mentioned first. */
static size_t
draft_of(struct reading *reading, const char *section)
{
    char *name = text_clean_copy(section, strlen(section));
    size_t i = 0;
    while (i < reading->drafts.count && strcmp(reading->drafts.at[i].receiver.name, name) != 0)
        i++;
    if (i == reading->drafts.count)
        vec_push(&reading->drafts, ((struct draft){.receiver = {.name = name, .dated = mem_copy("")}}));
    else
        free(name);
    return i;
}

/* Sets the threshold, from which mail is rejected or, for want of that, marked; else keeps the score of a symbol. */
static void
take_score(void *arg, const char *symbol, double points)
{
    struct receiver *r = arg;
    bool rejects = strcmp(symbol, "reject") == 0, marks = strcmp(symbol, "add_header") == 0;
    if (rejects || (marks && (r->threshold == 0 || r->marks))) {
        r->threshold = points;
        r->marks = marks;
    } else if (!marks) {
        vec_push(&r->scores, ((struct receiver_score){mem_copy(symbol), points}));
    }
}

static bool
take_rule(void *arg, const char *zone, const char *filter, const char *symbol, struct fault *fault)
{
    static const struct addr none = {ADDR_V4, {0}};
    struct receiver *r = arg;
    bool fits;
    if (*filter && !read_filter(filter, &none, &fits))
        return fault_set(fault, "%s: '%s' is no answer of a list, such as 127.0.0.2 or 127.0.%%d+.2", symbol, filter);
    vec_push(&r->sites, ((struct receiver_site){mem_copy(zone), mem_copy(filter), mem_copy(symbol), 0}));
    return true;
}

/* Gives rules the points of their symbols, and drops those without any. */
static void
score_rules(struct receiver *r)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->sites.count; i++) {
        struct receiver_site *site = &r->sites.at[i];
        for (size_t k = 0; site->symbol && k < r->scores.count; k++)
            if (strcmp(site->symbol, r->scores.at[k].symbol) == 0)
                site->points = r->scores.at[k].points;
        if (site->points != 0) {
            r->sites.at[kept++] = *site;
            continue;
        }
        free(site->zone);
        free(site->filter);
        free(site->symbol);
    }
    r->sites.count = kept;
}

static bool
begin_block(void *arg, const struct inifile_entry *entry, struct fault *fault)
{
    struct reading *reading = arg;
    reading->place = draft_of(reading, entry->section);
    return *entry->section || fault_set(fault, "%s: a receiver begins with its name, [NAME]", entry->key);
}

static bool
end_block(void *arg, bool good, struct fault *fault)
{
    struct reading *reading = arg;
    (void)fault;
    reading->drafts.at[reading->place].bad |= !good;
    return true;
}

static bool
take_entry(void *arg, const struct inifile_entry *entry, struct fault *fault)
{
    static const char symbol_bytes[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    struct reading *reading = arg;
    struct receiver *r = &reading->drafts.at[reading->place].receiver;
    bool symbol = !entry->key[strspn(entry->key, symbol_bytes)], threshold = is_key(entry->key, "threshold");
    char *value = mem_copy_bytes(entry->value, strcspn(entry->value, ";")); /* as in rspamd's files */
    double points;
    bool good = true;
    if (strcmp(entry->key, "dated") == 0) {
        free(r->dated);
        r->dated = text_clean_copy(entry->value, strlen(entry->value));
    } else if (is_key(entry->key, "sites")) {
        good = add_sites(r, entry->value, fault);
    } else if (!threshold && !symbol && strcmp(entry->key, "reject") != 0 && strcmp(entry->key, "add_header") != 0) {
        good = fault_set(fault, "%s: a receiver has dated, threshold and sites, or reject, rules and scores of rspamd",
                         entry->key);
    } else if (!read_points(value, &points) || (!symbol && points <= 0)) {
        good =
            fault_set(fault, "%s = %s: not a number of points%s", entry->key, entry->value, symbol ? "" : " above 0");
    } else {
        take_score(r, threshold ? "reject" : entry->key, points);
    }
    free(value);
    return good;
}

/* Returns the next line that begins a section. */
static char *
next_section(char *text)
{
    while (*text) {
        text += strcspn(text, "\n");
        text += *text == '\n';
        if (*text == '[' && memchr(text, ']', strcspn(text, "\n")))
            break;
    }
    return text;
}

/* Reads a block of rspamd, which ends before the next section in any case. Returns its end. */
static const char *
take_rules(struct reading *reading, struct inifile_blocks *blocks, const char *section, char *text, unsigned number)
{
    size_t place = draft_of(reading, section); /* which may move the drafts */
    struct draft *draft = &reading->drafts.at[place];
    struct rspamd_sink sink = {&draft->receiver, take_rule, take_score};
    struct fault fault;
    const char *end = text;
    char *most = next_section(text), kept = *most;
    *most = '\0';
    bool good = rspamd_read(&end, &sink, &fault);
    for (const char *at = text; at < end && !good; at++)
        number += *at == '\n';
    *most = kept;
    if (good)
        return end;
    draft->bad = true;
    inifile_complain(blocks, number, &fault);
    return most;
}

/* Takes the blocks of rspamd out of a text, and leaves blanks. */
static void
take_blocks(struct reading *reading, struct inifile_blocks *blocks, char *text)
{
    char *section = NULL;
    unsigned number = 1;
    for (char *line = text; *line; number++) {
        char *begin = line + strspn(line, " \t");
        const char *end = line;
        if (*begin == '[') {
            free(section);
            section = mem_copy_bytes(begin + 1, strcspn(begin + 1, "]\n"));
        } else if (section && !receivers_mark(section) && rspamd_begins(line)) {
            end = take_rules(reading, blocks, section, line, number);
        }
        for (char *at = line; at < end; at++)
            *at = *at == '\n' ? '\n' : ' ';
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    free(section);
}

static void
drop(struct receivers *receivers, size_t place)
{
    receiver_fini(&receivers->list.at[place]);
    for (; place + 1 < receivers->list.count; place++)
        receivers->list.at[place] = receivers->list.at[place + 1];
    receivers->list.count--;
}

/* Moves the drafts without a fault to the receivers, in place of those with the same name. */
static void
keep_drafts(struct receivers *receivers, struct reading *reading)
{
    for (size_t i = 0; i < reading->drafts.count; i++) {
        struct receiver *r = &reading->drafts.at[i].receiver;
        for (size_t k = 0; k < receivers->list.count && !reading->drafts.at[i].bad; k++)
            if (strcmp(receivers->list.at[k].name, r->name) == 0)
                drop(receivers, k--);
        if (reading->drafts.at[i].bad)
            receiver_fini(r);
        else
            vec_push(&receivers->list, *r);
    }
    vec_free(&reading->drafts);
}

const char *
receivers_mark(const char *section)
{
    static const char mark[] = "mark ";
    return strncmp(section, mark, sizeof mark - 1) == 0 ? section + sizeof mark - 1 : NULL;
}

static bool
is_mark(const char *section)
{
    return receivers_mark(section) != NULL;
}

void
receivers_hand_over(struct inifile_blocks *blocks)
{
    inifile_hand_over(blocks, builtin_receivers, sizeof builtin_receivers / sizeof builtin_receivers[0]);
}

struct receivers *
receivers_new(void)
{
    struct receivers *receivers = mem_zero(sizeof *receivers);
    struct reading reading = {0};
    receivers_hand_over(
        &(struct inifile_blocks){"receivers.conf", begin_block, take_entry, end_block, is_mark, .arg = &reading});
    keep_drafts(receivers, &reading);
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
receivers_load(struct receivers *receivers, const char *path, inifile_report *report, void *arg, struct fault *fault)
{
    struct reading reading = {0};
    struct inifile_blocks blocks = {.path = path,
                                    .begin = begin_block,
                                    .take = take_entry,
                                    .end = end_block,
                                    .is_foreign = is_mark,
                                    .hide = list_key_hide_any,
                                    .arg = &reading,
                                    .report = report,
                                    .report_arg = arg};
    struct buf text = {0};
    bool was_read = textfile_read(path, INIFILE_MOST, &text, fault);
    if (was_read && text.count > 0) {
        take_blocks(&reading, &blocks, text.at);
        inifile_parse_blocks(&blocks, text.at, text.count);
    }
    for (size_t i = 0; i < reading.drafts.count; i++) {
        struct draft *draft = &reading.drafts.at[i];
        score_rules(&draft->receiver);
        if (!draft->bad && draft->receiver.threshold <= 0 && report) {
            fault_set(fault, "%s: [%s] has no threshold, so it is left out", path, draft->receiver.name);
            report(arg, fault->text);
        }
        draft->bad |= draft->receiver.threshold <= 0;
    }
    keep_drafts(receivers, &reading);
    buf_free(&text);
    return was_read;
}
