#include "watch/report.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

#include <ctype.h>
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

/* Returns whether a list that was reported ended, while others still have the target in the scope. */
static bool
is_partial(const struct journal_alarm *a)
{
    return strcmp(a->event, "clear") == 0 && *a->ends;
}

/* Appends "listed because of its net: dnsbl-2.uceprotect.net"; of several targets "their". An address that others still
 * have listed is "itself no longer listed", and one that some of its lists still have "no longer on" the others. */
static void
put_event(struct buf *out, const struct journal_alarm *a, bool several)
{
    bool is_address = strcmp(a->scope, "address") == 0, listed = strcmp(a->event, "listed") == 0;
    if (is_partial(a)) {
        buf_text(out, "no longer on ");
        put_lists(out, a->lists);
        return;
    }
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

static bool
is_cut(const struct journal_alarm *a)
{
    return a->label[text_fit(a->label, NAME_COLUMNS)];
}

/* Appends the label, but no more of it than leaves room for the event on a telephone, or else the target. */
static void
put_name(struct buf *out, const struct journal_alarm *a)
{
    static const char more[] = "...";
    const char *name = *a->label ? a->label : a->target;
    size_t count = is_cut(a) ? text_fit(name, NAME_COLUMNS - (int)strlen(more)) : strlen(name);
    buf_bytes(out, name, count);
    buf_text(out, is_cut(a) ? more : "");
}

/* The label and the event come first, because telephones cut the line. */
static void
put_one(struct buf *out, const struct journal_alarm *a)
{
    if (!*a->target) {
        buf_text(out, a->headline);
        return;
    }
    put_name(out, a);
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

static int
compare_targets(const void *a, const void *b)
{
    const struct journal_alarm *left = *(const struct journal_alarm *const *)a;
    const struct journal_alarm *right = *(const struct journal_alarm *const *)b;
    int order = strcmp(left->target, right->target);
    return order ? order : (left > right) - (left < right);
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

/* Returns the number of changes of one target, which stand together from here on. */
static size_t
same_target(const struct journal_alarm **order, size_t count)
{
    size_t same = 1;
    while (same < count && strcmp(order[same]->target, order[0]->target) == 0)
        same++;
    return same;
}

static bool
is_event(const struct journal_alarm *a, const char *event, const char *scope)
{
    return strcmp(a->event, event) == 0 && strcmp(a->scope, scope) == 0;
}

/* Appends "; net and provider listed", "; address ended": what the verdicts that were counted do not tell. */
static void
put_scopes(struct buf *out, const struct journal_alarm **order, size_t count)
{
    static const char *const scopes[] = {"address", "net", "provider", "policy"}, *const events[] = {"listed", "clear"};
    for (size_t event = 0; event < 2; event++) {
        size_t told = 0;
        for (size_t scope = 0; scope < 4; scope++) {
            bool tells = false;
            for (size_t i = 0, same; i < count && !tells; i += same) {
                same = same_target(order + i, count - i);
                bool shown = event == 0 ? scope == 0 : strcmp(order[i + same - 1]->state, "clear") == 0;
                for (size_t k = i; k < i + same; k++)
                    tells |= !shown && is_event(order[k], events[event], scopes[scope]);
            }
            if (tells)
                buf_format(out, "%s%s", told++ == 0 ? "; " : " and ", scopes[scope]);
        }
        buf_text(out, told == 0 ? "" : event == 0 ? " listed" : " ended");
    }
}

/* Appends "mx1, pool (256 addresses)": the names of some targets, those that are listed themselves first. Returns how
 * many targets they are. */
static size_t
put_names(struct buf *out, const journal_alarms *alarms, const struct journal_alarm **order)
{
    const struct journal_alarm *named[NAMED];
    size_t count = 0, targets = 0;
    for (int others = 0; others <= 1; others++)
        for (size_t i = 0; i < alarms->count && count < NAMED; i++) {
            const struct journal_alarm *a = &alarms->at[i];
            bool repeated = false;
            size_t alike = 0;
            for (size_t k = 0; k < count; k++)
                repeated |=
                    strcmp(named[k]->label, a->label) == 0 && (*a->label || strcmp(named[k]->target, a->target) == 0);
            if (!*a->target || repeated || (strcmp(a->state, "direct") == 0) == others)
                continue;
            for (size_t k = 0; k < alarms->count; k += same_target(order + k, alarms->count - k))
                alike += *order[k]->target && *a->label && strcmp(order[k]->label, a->label) == 0;
            buf_text(out, count > 0 ? ", " : ": ");
            put_name(out, a);
            if (alike > 1)
                buf_format(out, " (%zu addresses)", alike);
            targets += alike > 1 ? alike : 1;
            named[count++] = a;
        }
    return targets;
}

/* Appends "1 direct, 2 collateral, 1 clear, 7 cannot tell: mx1, mx2, mx3 and 1 more; net listed". */
static void
put_several(struct buf *out, const journal_alarms *alarms)
{
    static const char *const states[] = {"direct", "collateral", "clear", "unknown"};
    const struct journal_alarm **order = sorted(alarms, compare_targets);
    size_t by_state[] = {0, 0, 0, 0}, all = 0, told = 0;
    for (size_t i = 0, same; i < alarms->count; i += same) {
        same = same_target(order + i, alarms->count - i);
        const struct journal_alarm *last = order[i + same - 1];
        for (size_t k = i; k < i + same && !*last->target; k++)
            by_state[3] += is_aside(order[k]) ? 0 : (size_t)order[k]->targets;
        for (size_t k = 0; k < 4 && *last->target; k++)
            by_state[k] += strcmp(last->state, states[k]) == 0;
        all += *last->target != '\0';
    }
    for (size_t k = 0; k < 4; k++)
        if (by_state[k] > 0)
            buf_format(out, "%s%zu %s", told++ > 0 ? ", " : "", by_state[k], k == 3 ? "cannot tell" : states[k]);
    size_t named = put_names(out, alarms, order);
    if (all > named)
        buf_format(out, " and %zu more", all - named);
    put_scopes(out, order, alarms->count);
    free(order);
}

static void
put_subject(struct buf *out, const journal_alarms *alarms)
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
        put_one(out, only);
}

/* Returns whether a later change of the same target is about the same lists. */
static bool
is_outdated(const struct journal_alarm *a, const struct journal_alarm *later)
{
    return *a->target && strcmp(a->scope, later->scope) == 0 && strcmp(a->lists, later->lists) == 0;
}

/* Returns the changes that no later one is about, in their order. They borrow; the caller frees the vector. */
static journal_alarms
newest(const journal_alarms *alarms)
{
    journal_alarms out = {0};
    const struct journal_alarm **order = sorted(alarms, compare_targets);
    bool *outdated = mem_zero((alarms->count + 1) * sizeof *outdated);
    for (size_t i = 0, same; i < alarms->count; i += same) {
        same = same_target(order + i, alarms->count - i);
        for (size_t k = i; k < i + same; k++)
            for (size_t later = k + 1; later < i + same && *order[k]->target; later++)
                outdated[order[k] - alarms->at] |= is_outdated(order[k], order[later]);
    }
    for (size_t i = 0; i < alarms->count; i++)
        if (!outdated[i])
            vec_push(&out, alarms->at[i]);
    free(outdated);
    free(order);
    return out;
}

void
report_subject(struct buf *out, const journal_alarms *alarms)
{
    journal_alarms now = newest(alarms);
    put_subject(out, &now);
    vec_free(&now);
}

/* ---- the text ---- */

static void
put_time(struct buf *out, const char *what, int64_t at_ms)
{
    char text[CLOCK_MINUTE];
    if (at_ms > 0)
        buf_format(out, "  %s: %s UTC.\n", what, clock_minute(at_ms, text));
}

/* Returns whether a name goes on with this text: 203.0.113.2 does with "/24" and with "5", but not with a period. */
static bool
goes_on(const char *at)
{
    bool joins = *at == '.' || *at == ':' || *at == '-' || *at == '/';
    return isalnum((unsigned char)*at) || (joins && isalnum((unsigned char)at[1]));
}

/* Returns whether the headline names its target here. */
static bool
is_target(const struct journal_alarm *a, const char *at)
{
    size_t count = strlen(a->target);
    bool begins = at == a->headline || (!strchr(".:-/", at[-1]) && !isalnum((unsigned char)at[-1]));
    return begins && count > 0 && strncmp(at, a->target, count) == 0 && !goes_on(at + count);
}

/* Compares headlines, but takes the target of each for the same. */
static int
compare_headlines(const struct journal_alarm *a, const struct journal_alarm *b)
{
    const char *left = a->headline, *right = b->headline;
    for (;;) {
        bool here = is_target(a, left), there = is_target(b, right);
        unsigned char one = here ? 1 : (unsigned char)*left, other = there ? 1 : (unsigned char)*right;
        if (one != other || !one)
            return one - other;
        left += here ? strlen(a->target) : 1;
        right += there ? strlen(b->target) : 1;
    }
}

/* Orders changes that one paragraph can tell beside each other, and those by their place. */
static int
compare_paragraphs(const void *a, const void *b)
{
    const struct journal_alarm *left = *(const struct journal_alarm *const *)a;
    const struct journal_alarm *right = *(const struct journal_alarm *const *)b;
    const char *const texts[][2] = {{left->event, right->event},
                                    {left->scope, right->scope},
                                    {left->lists, right->lists},
                                    {left->tags, right->tags},
                                    {left->ends, right->ends}};
    int order = 0;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && order == 0; i++)
        order = strcmp(texts[i][0], texts[i][1]);
    order = order ? order : compare_headlines(left, right);
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

/* A text under way. */
struct text {
    const journal_alarms *alarms;
    size_t *next; /* for each change the place of the next one in the same paragraph, 0 = none */
    bool *leads;  /* whether it is the first one */
    size_t left;  /* targets that may still be named */
    size_t untold;
    const char *fleet;
    const struct journal_alarm *before; /* of the last paragraph */
};

static void
make_paragraphs(struct text *t)
{
    const journal_alarms *alarms = t->alarms;
    const struct journal_alarm **order = sorted(alarms, compare_places);
    for (size_t i = 0; i < alarms->count; i++) {
        bool alike = i > 0 && *order[i]->target && compare_paragraphs(&order[i - 1], &order[i]) == 0;
        size_t at = (size_t)(order[i] - alarms->at);
        t->next[at] = 0;
        t->leads[at] = !alike;
        if (alike)
            t->next[order[i - 1] - alarms->at] = at;
    }
    free(order);
}

/* Appends the first line of a paragraph, and to `names` those of the targets if there are several. */
static void
put_targets(struct buf *out, struct buf *names, struct text *t, size_t first)
{
    size_t count = 0, named = 0;
    if (t->next[first] == 0) {
        put_one(out, &t->alarms->at[first]);
        buf_byte(out, '\n');
        t->left -= t->left > 0;
        return;
    }
    for (size_t i = first; i > 0 || count == 0; i = t->next[i]) {
        const struct journal_alarm *a = &t->alarms->at[i];
        if (count++ >= t->left)
            continue;
        buf_text(names, named++ == 0 ? "  Targets: " : ", ");
        buf_format(names, *a->label ? "%s (%s)" : "%s%s", a->label, a->target);
    }
    t->left -= named;
    if (count > named)
        buf_format(names, " and %zu more: whylisted fleet %s", count - named, t->fleet);
    buf_text(names, count > named ? "\n" : ".\n");
    buf_format(out, "%zu targets ", count);
    put_event(out, &t->alarms->at[first], true);
    buf_byte(out, '\n');
}

/* Appends the headline; of several targets it says "each target" for the one that it names. */
static void
put_headline(struct buf *out, const struct journal_alarm *a, bool several)
{
    buf_text(out, "  ");
    for (const char *at = a->headline; *at;) {
        bool names = several && is_target(a, at);
        size_t count = names ? strlen(a->target) : 1;
        if (names)
            buf_text(out, "each target");
        else
            buf_bytes(out, at, count);
        at += count;
    }
    buf_byte(out, '\n');
}

/* Leaves out what the paragraph before, if it is about the same target, has said. */
static void
put_change(struct buf *out, struct text *t, size_t first)
{
    const struct journal_alarm *a = &t->alarms->at[first], *before = t->before;
    bool listed = strcmp(a->event, "listed") == 0, clear = strcmp(a->event, "clear") == 0;
    struct buf text = {0}, targets = {0};
    put_targets(out, &targets, t, first);
    bool said = !*a->target || /* its first line is the headline */
                (before && targets.count == 0 && strcmp(before->target, a->target) == 0 &&
                 strcmp(before->headline, a->headline) == 0);
    if (!said)
        put_headline(&text, a, targets.count > 0);
    buf_text(&text, buf_string(&targets));
    if (!said && targets.count == 0 && is_cut(a))
        buf_format(&text, "  Label: %s.\n", a->label);
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
        buf_format(&text, is_partial(a) ? "  %s\n" : "  Ends: %s\n", a->ends);
    put_time(&text, listed ? "Last reported clear" : "Reported", a->before_ms);
    text_fold(out, buf_string(&text), COLUMNS);
    buf_free(&targets);
    buf_free(&text);
    t->before = a;
}

/* What only ends a time without verdicts comes last. */
static void
put_paragraphs(struct buf *out, struct text *t)
{
    for (int aside = 0; aside <= 1; aside++)
        for (size_t i = 0; i < t->alarms->count; i++) {
            if (is_aside(&t->alarms->at[i]) != aside || !t->leads[i])
                continue;
            if (t->left == 0 && *t->alarms->at[i].target) {
                for (size_t k = i; k > 0 || k == i; k = t->next[k])
                    t->untold++;
                continue;
            }
            buf_text(out, t->before ? "\n" : "");
            put_change(out, t, i);
        }
    if (t->untold > 0)
        buf_format(out, "\n%zu more changes: whylisted fleet %s\n", t->untold, t->fleet);
}

void
report_text(struct buf *out, const journal_alarms *alarms, const char *fleet)
{
    enum { TARGETS_MOST = 200 };
    journal_alarms now = newest(alarms);
    struct text t = {.alarms = &now, .left = TARGETS_MOST, .fleet = fleet};
    size_t count = 0;
    t.next = mem_alloc((now.count + 1) * sizeof *t.next);
    t.leads = mem_alloc((now.count + 1) * sizeof *t.leads);
    for (size_t i = 0; i < now.count; i++)
        count += !is_aside(&now.at[i]);
    if (count > 1) {
        put_subject(out, &now);
        buf_text(out, "\n\n");
    }
    make_paragraphs(&t);
    put_paragraphs(out, &t);
    free(t.next);
    free(t.leads);
    vec_free(&now);
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
put_mail_subject(struct buf *out, const char *text)
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
report_mail(struct buf *out, const struct journal_message *m, const journal_alarms *alarms, const char *fleet,
            const struct report_envelope *envelope)
{
    char date[sizeof "Mon, 30 Nov 2026 16:18:00 +0000"], uuid[UUID_TEXT];
    struct buf subject = {0};
    report_subject(&subject, alarms);
    buf_format(out, "From: whylisted <%s>\nTo: %s\n", envelope->from, envelope->to);
    put_mail_subject(out, buf_string(&subject));
    buf_format(out, "Date: %s\nMessage-ID: <%s@%s>\n",
               clock_text(m->at_ms, "%a, %d %b %Y %H:%M:%S +0000", date, sizeof date), uuid_text(&m->uuid, uuid),
               envelope->host);
    put_references(out, m, alarms, envelope->host);
    buf_text(out, "Auto-Submitted: auto-generated\n"
                  "MIME-Version: 1.0\n"
                  "Content-Type: text/plain; charset=utf-8\n"
                  "Content-Transfer-Encoding: 8bit\n\n");
    report_text(out, alarms, fleet);
    buf_free(&subject);
}
