#include "watch/report.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMED = 3 /* targets in the first line */, NAME_COLUMNS = 20 /* of a label there */, COLUMNS = 78 };

/* ---- the first line ---- */

/* Appends the first list, and the number of the rest. */
static void
put_lists(struct buf *out, const char *lists)
{
    size_t first = strcspn(lists, " "), more = 0;
    for (const char *at = lists; (at = strchr(at, ' ')); at++)
        more++;
    buf_bytes(out, lists, first);
    if (more > 0)
        buf_format(out, " and %zu more", more);
}

/* Appends "listed because of its net: dnsbl-2.uceprotect.net"; of several targets "their". An address that others still
 * have listed is "itself no longer listed". */
static void
put_event(struct buf *out, const struct journal_alarm *a, bool several)
{
    bool is_address = strcmp(a->scope, "address") == 0, listed = strcmp(a->event, "listed") == 0;
    if (!listed && is_address && strcmp(a->state, "clear") != 0)
        buf_text(out, several ? "themselves " : "itself ");
    buf_text(out, listed ? "listed" : "no longer listed");
    if (!is_address)
        buf_format(out, " because of %s %s", several ? "their" : "its", a->scope);
    if (listed) {
        buf_text(out, ": ");
        put_lists(out, a->lists);
    }
}

/* Appends the label, but no more of it than leaves room for the event on a telephone, or else the target. */
static void
put_name(struct buf *out, const struct journal_alarm *a, int columns)
{
    static const char more[] = "...";
    const char *name = *a->label ? a->label : a->target;
    bool cut = *a->label && name[text_fit(name, columns)];
    size_t count = cut ? text_fit(name, columns - (int)strlen(more)) : strlen(name);
    buf_bytes(out, name, count);
    buf_text(out, cut ? more : "");
}

/* The label and the event come first, because telephones cut the line. */
static void
put_one(struct buf *out, const struct journal_alarm *a, int columns)
{
    if (!*a->target) {
        buf_text(out, a->headline);
        return;
    }
    put_name(out, a, columns);
    buf_byte(out, ' ');
    put_event(out, a, false);
    if (*a->label)
        buf_format(out, " (%s)", a->target);
}

/* Returns whether the change is only the end of a time without verdicts, which the first line leaves out. */
static bool
is_aside(const struct journal_alarm *a)
{
    return strcmp(a->event, "can tell") == 0;
}

/* How many targets have which changes. */
struct tally {
    size_t all, listed, direct, clear, blind;
};

static int
compare_targets(const void *a, const void *b)
{
    const struct journal_alarm *const *left = a, *const *right = b;
    return strcmp((*left)->target, (*right)->target);
}

/* Returns pointers to all changes, in this order; the caller frees them. */
static const struct journal_alarm **
sorted(const journal_alarms *alarms, int (*compare)(const void *, const void *))
{
    const struct journal_alarm **order = mem_alloc((alarms->count + 1) * sizeof(*order));
    for (size_t i = 0; i < alarms->count; i++)
        order[i] = &alarms->at[i];
    qsort(order, alarms->count, sizeof(*order), compare);
    return order;
}

static struct tally
count_targets(const journal_alarms *alarms)
{
    const struct journal_alarm **order = sorted(alarms, compare_targets);
    struct tally tally = {0};
    for (size_t i = 0; i < alarms->count;) {
        const char *target = order[i]->target;
        bool listed = false, direct = false, clear = false, blind = false;
        for (; i < alarms->count && strcmp(order[i]->target, target) == 0; i++) {
            bool hit = strcmp(order[i]->event, "listed") == 0;
            listed |= hit;
            direct |= hit && strcmp(order[i]->scope, "address") == 0;
            clear |= strcmp(order[i]->event, "clear") == 0;
            blind |= strcmp(order[i]->event, "cannot tell") == 0;
        }
        tally.all += *target != '\0';
        tally.listed += listed;
        tally.direct += direct;
        tally.clear += clear;
        tally.blind += blind;
    }
    free(order);
    return tally;
}

/* Appends the names of some targets, those that are listed themselves first. Returns how many. */
static size_t
put_names(struct buf *out, const journal_alarms *alarms)
{
    const char *named[NAMED];
    size_t count = 0;
    for (int others = 0; others <= 1; others++)
        for (size_t i = 0; i < alarms->count && count < NAMED; i++) {
            const struct journal_alarm *a = &alarms->at[i];
            bool direct = strcmp(a->scope, "address") == 0 && strcmp(a->event, "listed") == 0, repeated = false;
            for (size_t k = 0; k < count; k++)
                repeated |= strcmp(named[k], a->target) == 0;
            if (!*a->target || repeated || direct == others)
                continue;
            buf_text(out, count > 0 ? ", " : ": ");
            put_name(out, a, NAME_COLUMNS);
            named[count++] = a->target;
        }
    return count;
}

/* Appends "3 listed, 1 directly, 1 clear: mx1, mx2, mx3 and 1 more". */
static void
put_several(struct buf *out, const journal_alarms *alarms)
{
    struct tally n = count_targets(alarms);
    const struct {
        size_t count;
        const char *what;
        bool said;
    } parts[] = {{n.listed, "listed", n.listed > 0},
                 {n.direct, "directly", n.direct < n.listed},
                 {n.clear, "clear", n.clear > 0},
                 {n.blind, "cannot tell", n.blind > 0}};
    for (size_t i = 0, said = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].said)
            buf_format(out, "%s%zu %s", said++ > 0 ? ", " : "", parts[i].count, parts[i].what);
    size_t named = put_names(out, alarms);
    if (n.all > named)
        buf_format(out, " and %zu more", n.all - named);
}

void
report_subject(struct buf *out, const journal_alarms *alarms)
{
    const struct journal_alarm *only = &alarms->at[0];
    size_t count = 0;
    for (size_t i = 0; i < alarms->count; i++) {
        if (is_aside(&alarms->at[i]))
            continue;
        only = &alarms->at[i];
        count++;
    }
    if (count > 1)
        put_several(out, alarms);
    else
        put_one(out, only, NAME_COLUMNS);
}

/* ---- the text ---- */

static void
put_time(struct buf *out, const char *what, int64_t at_ms)
{
    char text[CLOCK_MINUTE];
    if (at_ms > 0)
        buf_format(out, "  %s: %s UTC.\n", what, clock_minute(at_ms, text));
}

/* Orders changes that one paragraph can tell beside each other, and those by their place. */
static int
compare_paragraphs(const void *a, const void *b)
{
    const struct journal_alarm *left = *(const struct journal_alarm *const *)a;
    const struct journal_alarm *right = *(const struct journal_alarm *const *)b;
    const char *const texts[][2] = {{left->event, right->event}, {left->scope, right->scope},
                                    {left->lists, right->lists}, {left->tags, right->tags},
                                    {left->ends, right->ends},   {left->headline, right->headline}};
    int order = 0;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && order == 0; i++)
        order = strcmp(texts[i][0], texts[i][1]);
    order = order ? order : (left->since_ms > right->since_ms) - (left->since_ms < right->since_ms);
    return order ? order : (left->before_ms > right->before_ms) - (left->before_ms < right->before_ms);
}

static int
compare_places(const void *a, const void *b)
{
    const struct journal_alarm *left = *(const struct journal_alarm *const *)a;
    const struct journal_alarm *right = *(const struct journal_alarm *const *)b;
    int order = compare_paragraphs(a, b);
    return order ? order : (left > right) - (left < right);
}

/* Sets for each change the place of the next one in the same paragraph, 0 = none, and in `leads` whether it is the
 * first one. */
static void
make_paragraphs(const journal_alarms *alarms, size_t *next, bool *leads)
{
    const struct journal_alarm **order = sorted(alarms, compare_places);
    for (size_t i = 0; i < alarms->count; i++) {
        bool alike = i > 0 && *order[i]->target && compare_paragraphs(&order[i - 1], &order[i]) == 0;
        size_t at = (size_t)(order[i] - alarms->at);
        next[at] = 0;
        leads[at] = !alike;
        if (alike)
            next[order[i - 1] - alarms->at] = at;
    }
    free(order);
}

/* Appends the first line of a paragraph, and to `text` the names of the targets if there are several. */
static void
put_targets(struct buf *out, struct buf *text, const journal_alarms *alarms, size_t first, const size_t *next)
{
    size_t count = 0;
    if (next[first] == 0) {
        put_one(out, &alarms->at[first], INT_MAX);
        buf_byte(out, '\n');
        return;
    }
    for (size_t i = first; i > 0 || count == 0; i = next[i]) {
        const struct journal_alarm *a = &alarms->at[i];
        buf_text(text, count++ == 0 ? "  Targets: " : ", ");
        buf_format(text, *a->label ? "%s (%s)" : "%s%s", a->label, a->target);
    }
    buf_text(text, ".\n");
    buf_format(out, "%zu targets ", count);
    put_event(out, &alarms->at[first], true);
    buf_byte(out, '\n');
}

/* Leaves out what the paragraph before, if it is about the same target, has said. */
static void
put_change(struct buf *out, const journal_alarms *alarms, size_t first, const size_t *next,
           const struct journal_alarm *before)
{
    const struct journal_alarm *a = &alarms->at[first];
    bool listed = strcmp(a->event, "listed") == 0, clear = strcmp(a->event, "clear") == 0;
    struct buf text = {0}, targets = {0};
    put_targets(out, &targets, alarms, first, next);
    bool said = !*a->target || /* its first line is the headline */
                (before && targets.count == 0 && strcmp(before->target, a->target) == 0 &&
                 strcmp(before->headline, a->headline) == 0);
    if (!said)
        buf_format(&text, "  %s\n", a->headline);
    buf_text(&text, buf_string(&targets));
    if (!said && *a->tags)
        buf_format(&text, "  Tags: %s.\n", a->tags);
    if (listed)
        buf_format(&text, "  Lists: %s.\n", a->lists);
    if (clear && *a->lists)
        buf_format(&text, "  Was on: %s.\n", a->lists);
    if (*a->who)
        buf_format(&text, "  Who can act: %s.\n", a->who);
    put_time(&text, listed ? "First seen" : clear ? "Gone since" : "Since", a->since_ms);
    if (*a->ends)
        buf_format(&text, "  Ends: %s\n", a->ends);
    put_time(&text, listed ? "Last reported clear" : "Reported", a->before_ms);
    text_fold(out, buf_string(&text), COLUMNS);
    buf_free(&targets);
    buf_free(&text);
}

/* What only ends a time without verdicts comes last. */
void
report_text(struct buf *out, const journal_alarms *alarms)
{
    const struct journal_alarm *before = NULL;
    size_t count = 0, *next = mem_alloc((alarms->count + 1) * sizeof *next);
    bool *leads = mem_alloc((alarms->count + 1) * sizeof *leads);
    for (size_t i = 0; i < alarms->count; i++)
        count += !is_aside(&alarms->at[i]);
    if (count > 1) {
        report_subject(out, alarms);
        buf_text(out, "\n\n");
    }
    make_paragraphs(alarms, next, leads);
    for (int aside = 0; aside <= 1; aside++)
        for (size_t i = 0; i < alarms->count; i++) {
            if (is_aside(&alarms->at[i]) != aside || !leads[i])
                continue;
            buf_text(out, before ? "\n" : "");
            put_change(out, alarms, i, next, before);
            before = &alarms->at[i];
        }
    free(next);
    free(leads);
}

/* ---- the mail ---- */

static bool
is_ascii(const char *text)
{
    while (*text && (unsigned char)*text < 0x80)
        text++;
    return !*text;
}

static void
put_base64(struct buf *out, const char *bytes, size_t count)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < count; i += 3) {
        size_t left = count - i;
        uint32_t three = (uint32_t)(unsigned char)bytes[i] << 16 |
                         (left > 1 ? (uint32_t)(unsigned char)bytes[i + 1] << 8 : 0) |
                         (left > 2 ? (unsigned char)bytes[i + 2] : 0);
        buf_byte(out, digits[three >> 18]);
        buf_byte(out, digits[three >> 12 & 63]);
        buf_byte(out, left > 1 ? digits[three >> 6 & 63] : '=');
        buf_byte(out, left > 2 ? digits[three & 63] : '=');
    }
}

/* Appends the subject, folded; other text than ASCII as encoded words (RFC 2047), which end between characters. */
static void
put_subject(struct buf *out, const char *text)
{
    enum { WORD = 42 };
    struct buf folded = {0};
    buf_text(out, "Subject: ");
    if (is_ascii(text)) {
        text_fold(&folded, text, COLUMNS - (int)strlen("Subject: "));
        for (const char *at = buf_string(&folded); *at; at++)
            if (*at != '\n')
                buf_byte(out, *at);
            else
                buf_text(out, at[1] ? "\n " : "");
        buf_byte(out, '\n');
        buf_free(&folded);
        return;
    }
    for (bool first = true; *text; first = false) {
        size_t count = strlen(text) < WORD ? strlen(text) : WORD;
        while (count > 1 && ((unsigned char)text[count] & 0xC0) == 0x80)
            count--;
        buf_text(out, first ? "=?UTF-8?B?" : "\n =?UTF-8?B?");
        put_base64(out, text, count);
        buf_text(out, "?=");
        text += count;
    }
    buf_byte(out, '\n');
}

/* Appends the headers that thread the mail: it answers the messages that opened its cases. */
static void
put_references(struct buf *out, const struct journal_message *m, const journal_alarms *alarms, const char *host)
{
    enum { MOST = 10 };
    const struct uuid none = {{0}};
    const struct uuid *threads[MOST];
    size_t count = 0;
    char uuid[UUID_TEXT];
    for (size_t i = 0; i < alarms->count && count < MOST; i++) {
        const struct uuid *thread = &alarms->at[i].thread;
        bool known = uuid_compare(thread, &m->uuid) == 0 || uuid_compare(thread, &none) == 0;
        for (size_t k = 0; k < count; k++)
            known |= uuid_compare(thread, threads[k]) == 0;
        if (!known)
            threads[count++] = thread;
    }
    for (size_t i = 0; i < count; i++)
        buf_format(out, "%s<%s@%s>\n", i == 0 ? "References: " : " ", uuid_text(threads[i], uuid), host);
    if (count > 0)
        buf_format(out, "In-Reply-To: <%s@%s>\n", uuid_text(threads[0], uuid), host);
}

void
report_mail(struct buf *out, const struct journal_message *m, const journal_alarms *alarms, const char *from,
            const char *to, const char *host)
{
    char date[sizeof "Mon, 30 Nov 2026 16:18:00 +0000"], uuid[UUID_TEXT];
    struct buf subject = {0};
    report_subject(&subject, alarms);
    buf_format(out, "From: whylisted <%s>\nTo: %s\n", from, to);
    put_subject(out, buf_string(&subject));
    buf_format(out, "Date: %s\nMessage-ID: <%s@%s>\n",
               clock_text(m->at_ms, "%a, %d %b %Y %H:%M:%S +0000", date, sizeof date), uuid_text(&m->uuid, uuid), host);
    put_references(out, m, alarms, host);
    buf_text(out, "Auto-Submitted: auto-generated\n"
                  "MIME-Version: 1.0\n"
                  "Content-Type: text/plain; charset=utf-8\n"
                  "Content-Transfer-Encoding: 8bit\n\n");
    report_text(out, alarms);
    buf_free(&subject);
}
