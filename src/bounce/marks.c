#include "bounce/marks.h"

#include "base/inifile.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/vec.h"
#include "lists/list_key.h"
#include "lists/receivers.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Lines of words are alternatives to each other; so are those of `also`, of which one must be there besides, and those
 * of `without`, of which none may be there. */
enum group { GROUP_WORDS, GROUP_ALSO, GROUP_WITHOUT };

/* FIRSTS: places for the first two bytes of patterns. */
enum { RANGES = 8, FIRSTS = 4096, PATTERN_LEAST = 2, GAP = 40 };

/* One alternative of a line of words; all of them are looked for in one pass. */
struct pattern {
    char *text;   /* lower case */
    bool open[2]; /* a word may go on before, or behind */
    unsigned mark;
    enum group group;
    struct pattern *next; /* with the same place */
};

struct range {
    unsigned first, last;
};

struct rule {
    struct mark mark;
    unsigned groups; /* bits of the groups that must be found */
    struct range codes[RANGES], statuses[RANGES];
    size_t code_count, status_count;
    bool has_party;
};

struct marks {
    VEC(struct rule) rules;
    VEC(struct pattern) patterns;
    struct pattern *firsts[FIRSTS]; /* by place_of */
};

/* ---- matching ---- */

/* Returns the place of a pattern by its first two bytes; a second one that may fit several is 0. */
static size_t
place_of(const char *at, bool is_open)
{
    unsigned first = (unsigned char)*at, second = is_open ? 0 : (unsigned char)at[1];
    return (first << 4 ^ second << 1) % FIRSTS;
}

static bool
is_word(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* Returns the end of the pattern in the text, or NULL. A pattern has at most one * inside. */
static const char *
match(const char *pattern, const char *at)
{
    for (; *pattern; pattern++) {
        if (*pattern == ' ') {
            at += strspn(at, " \t\n_-");
        } else if (*pattern == '\\') {
            if (!isdigit((unsigned char)*at++))
                return NULL;
            if (*++pattern == 'n')
                at += strspn(at, "0123456789");
        } else if (*pattern == '*') {
            const char *end = NULL;
            for (size_t gap = 0; gap <= GAP && !end && at[gap]; gap++)
                end = match(pattern + 1, at + gap);
            return end;
        } else if (*at++ != *pattern) {
            return NULL;
        }
    }
    return at;
}

/* Returns whether the text from `at` to `end` is only a part of a mailbox, or of the name of a host that is not in the
 * pattern's own domain: "spamhaus" of "spamhaus.example", "bob" of "bob@example.org". */
static bool
is_in_name(const struct pattern *pattern, const char *low, const char *at, const char *end)
{
    static const char inside[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
    const char *begin = at, *stop = at + strspn(at, inside);
    while (begin > low && strchr(inside, begin[-1]))
        begin--;
    if (end > stop)
        return false;
    if (*stop == '@' || (begin > low && begin[-1] == '@'))
        return true;
    while (stop > end && stop[-1] == '.')
        stop--;
    const char *dot = mem_last(begin, '.', (size_t)(stop - begin));
    bool is_path = begin - low > 1 && begin[-1] == '/' && begin[-2] != '/';
    if (is_path || !dot || stop - dot < 3 || !isalpha((unsigned char)dot[1]) || !isalpha((unsigned char)stop[-1]))
        return false;
    bool is_domain = strchr(pattern->text, '.') && (at == begin || at[-1] == '.');
    return !(pattern->open[0] || is_domain) || !(pattern->open[1] || end == stop);
}

static bool
fits(const struct pattern *pattern, const char *low, const char *at)
{
    const char *end = match(pattern->text, at);
    return end && (pattern->open[0] || at == low || !is_word(at[-1]) || !is_word(*at)) &&
           (pattern->open[1] || !is_word(end[-1]) || !is_word(*end)) && !is_in_name(pattern, low, at, end);
}

/* Returns "5.7.606" as 5007606; 0 if it is none. */
static unsigned
status_number(const char *status)
{
    unsigned number = 0, parts = 0;
    for (; *status && parts < 3; parts++) {
        int64_t part;
        size_t used = text_read_integer(status, 999, &part);
        if (used == 0)
            return 0;
        number = number * 1000 + (unsigned)part;
        status += used + (status[used] == '.');
    }
    return parts == 3 ? number : 0;
}

static bool
is_in(const struct range *ranges, size_t count, unsigned number)
{
    for (size_t i = 0; i < count; i++)
        if (number >= ranges[i].first && number <= ranges[i].last)
            return true;
    return count == 0;
}

struct mark_hits
marks_find(const struct marks *marks, const char *low, unsigned code, const char *status)
{
    struct mark_hits hits = {0};
    unsigned char *found = mem_zero(marks->rules.count + 1);
    unsigned number = status_number(status);
    size_t list_count = 0;
    for (const char *at = low; *at; at++)
        for (unsigned is_open = 0; is_open < 2; is_open++)
            for (const struct pattern *p = marks->firsts[place_of(at, is_open)]; p; p = p->next)
                if (*p->text == *at && !(found[p->mark] & 1u << p->group) && fits(p, low, at))
                    found[p->mark] |= (unsigned char)(1u << p->group);
    for (size_t i = 0; i < marks->rules.count; i++) {
        const struct rule *rule = &marks->rules.at[i];
        if (found[i] != rule->groups || !is_in(rule->codes, rule->code_count, code) ||
            !is_in(rule->statuses, rule->status_count, number))
            continue;
        const struct mark **hit = rule->mark.party == PARTY_RECEIVER       ? &hits.fault
                                  : *rule->mark.list || *rule->mark.filter ? &hits.named
                                                                           : &hits.general;
        *hit = *hit ? *hit : &rule->mark;
        if (*rule->mark.list && list_count < REJECTION_LISTS)
            hits.lists[list_count++] = &rule->mark;
    }
    free(found);
    return hits;
}

/* ---- the file ---- */

static void
index_patterns(struct marks *marks)
{
    memset(marks->firsts, 0, sizeof marks->firsts);
    for (size_t i = 0; i < marks->patterns.count; i++) {
        struct pattern *p = &marks->patterns.at[i];
        struct pattern **first = &marks->firsts[place_of(p->text, strchr(" \\*", p->text[1]))];
        p->next = *first;
        *first = p;
    }
}

static bool
add_pattern(struct marks *marks, const char *text, size_t count, enum group group, struct fault *fault)
{
    struct pattern p = {.mark = (unsigned)marks->rules.count - 1, .group = group};
    p.open[0] = count > 0 && *text == '*';
    text += p.open[0];
    count -= p.open[0];
    p.open[1] = count > 0 && text[count - 1] == '*';
    count -= p.open[1];
    const char *gap = memchr(text, '*', count);
    if (gap && memchr(gap + 1, '*', count - (size_t)(gap + 1 - text)))
        return fault_set(fault, "'%.*s' has more than one * between its words", (int)count, text);
    if (count < PATTERN_LEAST || *text == '\\' || *text == ' ' || text[count - 1] == '\\')
        return fault_set(fault, "'%.*s' is no words of a mark: write two characters or more, not a digit (\\d) first",
                         (int)count, text);
    p.text = mem_copy_bytes(text, count);
    for (char *c = p.text; *c; c++)
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c | 0x20) : *c;
    vec_push(&marks->patterns, p);
    return true;
}

/* Adds the alternatives of a line, which " | " separates. */
static bool
add_words(struct marks *marks, const char *value, enum group group, struct fault *fault)
{
    if (group != GROUP_WITHOUT)
        marks->rules.at[marks->rules.count - 1].groups |= 1u << group;
    for (const char *end; *value; value = end + (*end ? 3 : 0)) {
        end = strstr(value, " | ");
        end = end ? end : value + strlen(value);
        if (!add_pattern(marks, value, (size_t)(end - value), group, fault))
            return false;
    }
    return true;
}

/* Adds "553 | 550-559" or "5.7.606-5.7.649". */
static bool
add_ranges(struct range *ranges, size_t *count, const char *value, bool is_status, struct fault *fault)
{
    for (const char *at = value; *at; at += strspn(at, " |")) {
        char word[2 * REJECTION_STATUS] = "";
        size_t used = strcspn(at, " |");
        memcpy(word, at, used < sizeof word ? used : sizeof word - 1);
        char *last = strchr(word, '-');
        if (last)
            *last++ = '\0';
        struct range range = {is_status ? status_number(word) : (unsigned)atoi(word), !last ? 0
                                                                                      : is_status
                                                                                          ? status_number(last)
                                                                                          : (unsigned)atoi(last)};
        range.last = last ? range.last : range.first;
        if (range.first == 0 || range.last < range.first || *count == RANGES)
            return fault_set(fault, "'%s' is no reply codes or statuses, such as 550-559 or 5.7.1", value);
        ranges[(*count)++] = range;
        at += used;
    }
    return true;
}

/* Reads a word of `names`. Returns its place, or -1. */
static int
find_name(const char *const *names, size_t count, const char *word, size_t length)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(names[i]) == length && memcmp(names[i], word, length) == 0)
            return (int)i;
    return -1;
}

static bool
read_party(struct mark *mark, const char *value, struct fault *fault)
{
    for (int party = PARTY_UNKNOWN; party <= PARTY_RECIPIENT; party++)
        if (strcmp(value, rejection_party_name((enum rejection_party)party)) == 0) {
            mark->party = (enum rejection_party)party;
            return true;
        }
    return fault_set(fault, "party = %s: not sender, neighbours, provider, receiver, recipient or unknown", value);
}

static bool
read_advice(struct mark *mark, const char *value, struct fault *fault)
{
    size_t count = 0;
    for (; *value && count < REJECTION_ADVICE; value += strspn(value, " ")) {
        size_t used = strcspn(value, " ");
        enum rejection_advice advice = ADVICE_RETRY;
        while (advice <= ADVICE_POSTMASTER && (strlen(rejection_advice_name(advice)) != used ||
                                               strncmp(rejection_advice_name(advice), value, used) != 0))
            advice++;
        if (advice > ADVICE_POSTMASTER)
            return fault_set(fault, "advice = %.*s: not one that whylisted knows", (int)used, value);
        mark->advice[count++] = advice;
        value += used;
    }
    return true;
}

static bool
take_key(struct marks *marks, struct rule *rule, const struct inifile_entry *entry, struct fault *fault)
{
    static const char *const texts[] = {"list", "filter", "means", "form"};
    static const char *const groups[] = {"words", "also", "without"};
    char **fields[] = {&rule->mark.list, &rule->mark.filter, &rule->mark.means, &rule->mark.form};
    int text = find_name(texts, sizeof texts / sizeof texts[0], entry->key, strlen(entry->key));
    if (text >= 0) {
        free(*fields[text]);
        *fields[text] = text_clean_copy(entry->value, strlen(entry->value));
        return true;
    }
    int group = find_name(groups, sizeof groups / sizeof groups[0], entry->key, strlen(entry->key));
    if (group >= 0)
        return add_words(marks, entry->value, (enum group)group, fault);
    if (strcmp(entry->key, "code") == 0)
        return add_ranges(rule->codes, &rule->code_count, entry->value, false, fault);
    if (strcmp(entry->key, "status") == 0)
        return add_ranges(rule->statuses, &rule->status_count, entry->value, true, fault);
    if (strcmp(entry->key, "party") == 0)
        return rule->has_party = read_party(&rule->mark, entry->value, fault);
    if (strcmp(entry->key, "advice") == 0)
        return read_advice(&rule->mark, entry->value, fault);
    return fault_set(fault,
                     "%s: a mark has words, also, without, code, status, list, filter, party, advice, means and form",
                     entry->key);
}

static void
rule_fini(struct rule *rule)
{
    free(rule->mark.name);
    free(rule->mark.list);
    free(rule->mark.filter);
    free(rule->mark.means);
    free(rule->mark.form);
}

static bool
begin_mark(void *arg, const struct inifile_entry *entry, struct fault *fault)
{
    struct marks *marks = arg;
    struct mark mark = {
        mem_copy(receivers_mark(entry->section)), mem_copy(""), mem_copy(""), mem_copy(""), mem_copy(""), 0, {0}};
    (void)fault;
    vec_push(&marks->rules, ((struct rule){.mark = mark}));
    return true;
}

static bool
take_entry(void *arg, const struct inifile_entry *entry, struct fault *fault)
{
    struct marks *marks = arg;
    return take_key(marks, &marks->rules.at[marks->rules.count - 1], entry, fault);
}

/* Drops the last mark and its patterns if it has a fault. */
static bool
end_mark(void *arg, bool good, struct fault *fault)
{
    struct marks *marks = arg;
    struct rule *rule = &marks->rules.at[marks->rules.count - 1];
    const char *lacks = rule->groups == 0 && rule->status_count == 0 ? "words and status"
                        : !rule->has_party                           ? "party"
                        : rule->mark.advice[0] == ADVICE_NONE        ? "advice"
                                                                     : NULL;
    if (good && !lacks)
        return true;
    if (good)
        fault_set(fault, "[mark %s] lacks %s", rule->mark.name, lacks);
    rule_fini(rule);
    marks->rules.count--;
    while (marks->patterns.count > 0 && marks->patterns.at[marks->patterns.count - 1].mark == marks->rules.count)
        free(marks->patterns.at[--marks->patterns.count].text);
    return !good;
}

static bool
is_no_mark(const char *section)
{
    return !receivers_mark(section);
}

struct marks *
marks_new(void)
{
    struct marks *marks = mem_zero(sizeof *marks);
    receivers_hand_over(
        &(struct inifile_blocks){"receivers.conf", begin_mark, take_entry, end_mark, is_no_mark, .arg = marks});
    index_patterns(marks);
    return marks;
}

void
marks_free(struct marks *marks)
{
    if (!marks)
        return;
    for (size_t i = 0; i < marks->rules.count; i++)
        rule_fini(&marks->rules.at[i]);
    for (size_t i = 0; i < marks->patterns.count; i++)
        free(marks->patterns.at[i].text);
    vec_free(&marks->rules);
    vec_free(&marks->patterns);
    free(marks);
}

/* Moves the rules of `from`, and their patterns, behind those of `to`, unless a rule there has the same name. */
static void
append(struct marks *to, struct marks *from)
{
    size_t known = to->rules.count;
    unsigned *places = mem_zero((from->rules.count + 1) * sizeof *places);
    for (size_t i = 0; i < from->rules.count; i++) {
        bool replaced = false;
        for (size_t k = 0; k < known; k++)
            replaced = replaced || strcmp(to->rules.at[k].mark.name, from->rules.at[i].mark.name) == 0;
        places[i] = replaced ? UINT_MAX : (unsigned)to->rules.count;
        if (replaced)
            rule_fini(&from->rules.at[i]);
        else
            vec_push(&to->rules, from->rules.at[i]);
    }
    for (size_t i = 0; i < from->patterns.count; i++) {
        struct pattern p = from->patterns.at[i];
        p.mark = places[p.mark];
        if (p.mark == UINT_MAX)
            free(p.text);
        else
            vec_push(&to->patterns, p);
    }
    vec_free(&from->rules);
    vec_free(&from->patterns);
    free(places);
}

bool
marks_load(struct marks *marks, const char *path, inifile_report *report, void *arg, struct fault *fault)
{
    struct marks read = {0};
    struct inifile_blocks blocks = {.path = path,
                                    .begin = begin_mark,
                                    .take = take_entry,
                                    .end = end_mark,
                                    .is_foreign = is_no_mark,
                                    .hide = list_key_hide_any,
                                    .arg = &read,
                                    .report = report,
                                    .report_arg = arg};
    bool was_read = inifile_read_blocks(&blocks, fault);
    append(&read, marks);
    *marks = read;
    index_patterns(marks);
    return was_read;
}
