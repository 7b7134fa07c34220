#include "watch/report.h"

#include "base/clock.h"
#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { NAMED = 3 /* targets in the first line */, COLUMNS = 78 };

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

/* The label and the event come first, because telephones cut the line. */
static void
put_one(struct buf *out, const struct journal_alarm *a)
{
    if (!*a->target) {
        buf_text(out, a->headline);
        return;
    }
    buf_format(out, "%s ", *a->label ? a->label : a->target);
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

/* Returns how many targets have a change with this event, NULL = any, and if `direct` about the address itself. */
static size_t
count_targets(const journal_alarms *alarms, const char *event, bool direct)
{
    size_t count = 0;
    for (size_t i = 0; i < alarms->count; i++) {
        bool fits = false, repeated = false;
        for (size_t k = 0; k <= i && !repeated; k++) {
            const struct journal_alarm *a = &alarms->at[k];
            fits = (event ? strcmp(a->event, event) == 0 : *a->target != '\0') &&
                   (!direct || strcmp(a->scope, "address") == 0);
            repeated = k < i && fits && strcmp(a->target, alarms->at[i].target) == 0;
        }
        count += fits && !repeated;
    }
    return count;
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
            buf_format(out, "%s%s", count > 0 ? ", " : ": ", *a->label ? a->label : a->target);
            named[count++] = a->target;
        }
    return count;
}

/* Appends "3 listed, 1 directly, 1 clear: mx1, mx2, mx3 and 1 more". */
static void
put_several(struct buf *out, const journal_alarms *alarms)
{
    static const char *const events[] = {"listed", "clear", "cannot tell"};
    size_t targets = count_targets(alarms, NULL, false);
    for (size_t i = 0, said = 0; i < sizeof events / sizeof events[0]; i++) {
        size_t count = count_targets(alarms, events[i], false);
        size_t direct = i == 0 ? count_targets(alarms, events[i], true) : count;
        if (count > 0)
            buf_format(out, "%s%zu %s", said++ > 0 ? ", " : "", count, events[i]);
        if (direct < count)
            buf_format(out, ", %zu directly", direct);
    }
    size_t named = put_names(out, alarms);
    if (targets > named)
        buf_format(out, " and %zu more", targets - named);
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
        put_one(out, only);
}

/* ---- the text ---- */

static void
put_time(struct buf *out, const char *what, int64_t at_ms)
{
    char text[CLOCK_MINUTE];
    if (at_ms > 0)
        buf_format(out, "  %s: %s UTC.\n", what, clock_minute(at_ms, text));
}

/* Returns whether one paragraph can tell both changes. */
static bool
is_alike(const struct journal_alarm *a, const struct journal_alarm *b)
{
    return strcmp(a->event, b->event) == 0 && strcmp(a->scope, b->scope) == 0 && strcmp(a->lists, b->lists) == 0 &&
           strcmp(a->tags, b->tags) == 0 && strcmp(a->headline, b->headline) == 0 && strcmp(a->ends, b->ends) == 0 &&
           a->since_ms == b->since_ms && a->before_ms == b->before_ms && *a->target && *b->target;
}

/* Appends the first line of a paragraph, and to `text` the names of the targets if there are several. */
static void
put_targets(struct buf *out, struct buf *text, const journal_alarms *alarms, size_t first)
{
    const struct journal_alarm *a = &alarms->at[first];
    size_t count = 0;
    for (size_t i = first; i < alarms->count; i++) {
        const struct journal_alarm *b = &alarms->at[i];
        if (!is_alike(a, b))
            continue;
        buf_text(text, count++ == 0 ? "  Targets: " : ", ");
        buf_format(text, *b->label ? "%s (%s)" : "%s%s", *b->label ? b->label : "", b->target);
    }
    if (count > 1) {
        buf_format(out, "%zu targets ", count);
        put_event(out, a, true);
        buf_text(text, ".\n");
    } else {
        put_one(out, a);
        buf_clear(text);
    }
    buf_byte(out, '\n');
}

/* Leaves out what the paragraph before, if it is about the same target, has said. */
static void
put_change(struct buf *out, const journal_alarms *alarms, size_t first, const struct journal_alarm *before)
{
    const struct journal_alarm *a = &alarms->at[first];
    bool listed = strcmp(a->event, "listed") == 0, clear = strcmp(a->event, "clear") == 0;
    struct buf text = {0}, targets = {0};
    put_targets(out, &targets, alarms, first);
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

static bool
is_told(const journal_alarms *alarms, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (is_alike(&alarms->at[i], &alarms->at[at]))
            return true;
    return false;
}

/* What only ends a time without verdicts comes last. */
void
report_text(struct buf *out, const journal_alarms *alarms)
{
    const struct journal_alarm *before = NULL;
    size_t count = 0;
    for (size_t i = 0; i < alarms->count; i++)
        count += !is_aside(&alarms->at[i]);
    if (count > 1) {
        report_subject(out, alarms);
        buf_text(out, "\n\n");
    }
    for (int aside = 0; aside <= 1; aside++)
        for (size_t i = 0; i < alarms->count; i++) {
            if (is_aside(&alarms->at[i]) != aside || is_told(alarms, i))
                continue;
            buf_text(out, before ? "\n" : "");
            put_change(out, alarms, i, before);
            before = &alarms->at[i];
        }
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
