#include "lists/policy.h"

#include "base/inifile.h"
#include "base/text.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A policy is a table and four numbers; data/policy.conf shows the same with its source. Everything else here is
 * arithmetic on it, in whole impacts and whole hours. */

static const struct policy built_in = {
    .dated = "2026-07-06",
    /* T(n) = T(n+1) + T(n+3), but 15 at /21: the operator's own examples (303, 651, 954) follow from that. */
    .limits =
        {[8] = 2049, [9] = 1398, [10] = 954, [11] = 651, [12] = 444, [13] = 303, [14] = 207, [15] = 141, [16] = 96,
         [17] = 66,  [18] = 45,  [19] = 30,  [20] = 21,  [21] = 15,  [22] = 9,   [23] = 6,   [24] = 4,   [25] = 3,
         [26] = 2,   [27] = 1,   [28] = 1,   [29] = 1,   [30] = 1,   [31] = 1,   [32] = 1},
    .score = 50,
    .impacts = 50,
    .window_hours = 168,
    .rebuild_hours = 1,
};

void
policy_default(struct policy *policy)
{
    *policy = built_in;
}

/* Parses one value; returns false if it is invalid. */
typedef bool read_value(const char *value, int64_t most, void *to);

struct setting {
    const char *section, *key;
    const char *wants; /* for the fault; `most` is named after it */
    read_value *read;
    int64_t most;  /* 0 = not a number */
    size_t offset; /* in struct policy */
};

/* One impact for each IPv4 address, far more than possible. */
#define IMPACTS_MOST INT64_C(4294967296)
#define SCORE_MOST 100000

static bool
read_count(const char *value, int64_t most, void *to)
{
    int64_t number;
    size_t used = text_read_integer(value, most, &number);
    if (used == 0 || value[used] != '\0' || number == 0)
        return false;
    memcpy(to, &number, sizeof number);
    return true;
}

/* The operator prints scores with one decimal. */
static bool
read_score(const char *value, int64_t most, void *to)
{
    double number;
    size_t used = text_read_decimal(value, &number);
    const char *point = strchr(value, '.');
    if (used == 0 || value[used] != '\0' || (point && strlen(point) > 2) || number <= 0 || number > (double)most)
        return false;
    memcpy(to, &number, sizeof number);
    return true;
}

static bool
read_date(const char *value, int64_t most, void *to)
{
    (void)most;
    static const char shape[] = "dddd-dd-dd";
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (size_t i = 0; i < sizeof shape; i++)
        if (shape[i] == 'd' ? (unsigned char)(value[i] - '0') > 9 : value[i] != shape[i])
            return false;
    int year = atoi(value), month = atoi(value + 5), day = atoi(value + 8);
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (month < 1 || month > 12 || day < 1 || day > days[month - 1] + (month == 2 && leap))
        return false;
    memcpy(to, value, sizeof shape);
    return true;
}

static const char COUNT[] = "a whole number from 1 to";

static const struct setting settings[] = {
    {"policy", "dated", "a date, YYYY-MM-DD", read_date, 0, offsetof(struct policy, dated)},
    {"policy", "window-hours", COUNT, read_count, 366 * 24, offsetof(struct policy, window_hours)},
    {"policy", "rebuild-hours", COUNT, read_count, 7 * 24, offsetof(struct policy, rebuild_hours)},
    {"level3", "score", "above 0, with at most one decimal, and at most", read_score, SCORE_MOST,
     offsetof(struct policy, score)},
    {"level3", "impacts", COUNT, read_count, IMPACTS_MOST, offsetof(struct policy, impacts)},
};

enum { SETTINGS = sizeof settings / sizeof settings[0] };

/* A policy being read, and the line that set each value; 0 = none. */
struct draft {
    struct policy policy;
    unsigned lines[SETTINGS], limit_lines[POLICY_LONGEST + 1];
};

static bool
set(struct draft *draft, const struct setting *s, unsigned *line, const struct inifile_entry *entry,
    struct fault *fault)
{
    if (*line)
        return fault_set(fault, "[%s] %s is set already in line %u", s->section, s->key, *line);
    *line = entry->line;
    if (s->read(entry->value, s->most, (char *)&draft->policy + s->offset))
        return true;
    struct buf wants = {0};
    buf_text(&wants, s->wants);
    if (s->most)
        buf_format(&wants, " %" PRId64, s->most);
    fault_set(fault, "[%s] %s must be %s, not '%s'", s->section, s->key, buf_string(&wants), entry->value);
    buf_free(&wants);
    return false;
}

static bool
set_limit(struct draft *draft, const struct inifile_entry *entry, struct fault *fault)
{
    for (size_t length = POLICY_SHORTEST; length <= POLICY_LONGEST; length++) {
        char key[8];
        snprintf(key, sizeof key, "/%zu", length);
        if (strcmp(key, entry->key) != 0)
            continue;
        size_t offset = offsetof(struct policy, limits) + length * sizeof(int64_t);
        struct setting s = {"level2", key, COUNT, read_count, IMPACTS_MOST, offset};
        return set(draft, &s, &draft->limit_lines[length], entry, fault);
    }
    return fault_set(fault, "[level2] has no key '%s': prefixes from /%d to /%d have limits", entry->key,
                     POLICY_SHORTEST, POLICY_LONGEST);
}

static bool
read_entry(void *arg, const struct inifile_entry *entry, struct fault *fault)
{
    struct draft *draft = arg;
    if (strcmp(entry->section, "level2") == 0)
        return set_limit(draft, entry, fault);
    for (size_t i = 0; i < SETTINGS; i++)
        if (strcmp(settings[i].section, entry->section) == 0 && strcmp(settings[i].key, entry->key) == 0)
            return set(draft, &settings[i], &draft->lines[i], entry, fault);
    return fault_set(fault, "unknown setting: [%s] %s", entry->section, entry->key);
}

bool
policy_load(struct policy *policy, const char *path, struct fault *fault)
{
    struct draft draft = {.policy = *policy};
    const int64_t *limits = draft.policy.limits;
    if (!inifile_read(path, read_entry, &draft, fault))
        return false;
    for (size_t n = POLICY_SHORTEST; n < POLICY_LONGEST; n++) {
        if (limits[n] >= limits[n + 1]) /* a wider prefix has the impacts of the narrower ones inside it */
            continue;
        fault_set(fault, "[level2] /%zu = %" PRId64 " is under the limit of the narrower /%zu, %" PRId64, n, limits[n],
                  n + 1, limits[n + 1]);
        return inifile_place(path, draft.limit_lines[n] ? draft.limit_lines[n] : draft.limit_lines[n + 1], fault);
    }
    *policy = draft.policy;
    return true;
}

/* Halves go up. Saturates. */
static int64_t
rounded(double number)
{
    return number < (double)INT64_MAX ? (int64_t)(number + 0.5) : INT64_MAX;
}

/* addresses x score / 100,000, rounded up, by parts so that nothing overflows: the score has one decimal. */
int64_t
policy_needed(const struct policy *policy, int64_t addresses)
{
    const int64_t unit = INT64_C(10) * SCORE_MOST;
    int64_t tenths = rounded(policy->score * 10);
    int64_t by_score = addresses / unit * tenths + (addresses % unit * tenths + unit - 1) / unit;
    return by_score > policy->impacts ? by_score : policy->impacts;
}

double
policy_score(int64_t impacts, int64_t addresses)
{
    if (addresses <= 0)
        return 0;
    return (double)rounded((double)impacts * 10 * SCORE_MOST / (double)addresses) / 10;
}

int64_t
policy_hours_to_clear(const struct policy *policy, int64_t impacts, int64_t limit)
{
    int64_t lose = policy_to_lose(impacts, limit);
    if (lose == 0)
        return 0;
    double hours = (double)policy->window_hours * (double)lose / (double)impacts;
    int64_t whole = (int64_t)hours;
    return whole + ((double)whole < hours);
}
