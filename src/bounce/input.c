#include "bounce/input.h"

#include "bounce/log_line.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { HEAD_LINES = 200 /* that decide what an input is */ };

bool
input_is_separator(const char *line, size_t count, char newline)
{
    const char *end = memchr(line, newline, count);
    count = end ? (size_t)(end - line) : count;
    if (count < 5 || memcmp(line, "From ", 5) != 0)
        return false;
    for (size_t i = 7; i + 2 < count; i++)
        if (line[i] == ':' && isdigit((unsigned char)line[i - 1]) && isdigit((unsigned char)line[i + 1]))
            return true;
    return false;
}

/* Returns whether a text begins with the header of a mail: only fields, with one among them that mails have. */
static bool
is_mail(const char *at, const char *end, char newline)
{
    static const char *const fields[] = {"received",    "from",       "to",           "subject",      "date",
                                         "return-path", "message-id", "mime-version", "content-type", "delivered-to"};
    bool known = false;
    for (unsigned line = 0; at < end && line < HEAD_LINES; line++) {
        const char *stop = memchr(at, newline, (size_t)(end - at));
        size_t count = (size_t)((stop ? stop : end) - at), name = 0;
        while (name < count && (isalnum((unsigned char)at[name]) || at[name] == '-' || at[name] == '_'))
            name++;
        name = name > 0 && name < count && at[name] == ':' && isalpha((unsigned char)*at) ? name : 0;
        bool blank = count == 0 || (count == 1 && strchr("\r\n", *at));
        if (blank)
            return known;
        if (name == 0 && (line == 0 || !isspace((unsigned char)*at)))
            return false;
        for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
            known = known || (name == strlen(fields[i]) && strncasecmp(at, fields[i], name) == 0);
        if (!stop)
            break;
        at = stop + 1;
    }
    return known;
}

/* Returns whether a text is a log: its first line has a date, or most have, behind "==> mail.log <==" of tail or
 * "-- Boot ..." of journalctl. */
static bool
is_log(const char *at, const char *end, char newline)
{
    unsigned lines = 0, dated = 0;
    while (at < end && lines < HEAD_LINES && (lines != 1 || dated == 0)) {
        const char *stop = memchr(at, newline, (size_t)(end - at));
        size_t count = (size_t)((stop ? stop : end) - at);
        lines += count > 1;
        dated += count > 1 && log_line_is_dated(at, count);
        at = stop ? stop + 1 : end;
    }
    return dated > 0 && 2 * dated >= lines;
}

/* Returns whether a text begins as mailq of Postfix or Sendmail does. */
static bool
is_queue(const char *at, size_t count)
{
    static const char *const heads[] = {"-Queue ID-", "Mail queue is ", "-----Q-ID-----"};
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        if (memmem(at, count < 256 ? count : 256, heads[i], strlen(heads[i])))
            return true;
    return false;
}

enum input
input_of(const char *at, size_t held, char newline, bool whole)
{
    const char *end = at + held;
    while (at < end && isspace((unsigned char)*at))
        at++;
    size_t count = (size_t)(end - at);
    const char *second = at + 1;
    while (second < end && isspace((unsigned char)*second))
        second++;
    if (second < end && ((*at == '{' && strchr("\"}", *second)) || (*at == '[' && strchr("{[]", *second))))
        return INPUT_JSON;
    if (input_is_separator(at, count, newline))
        return INPUT_MBOX;
    if (is_mail(at, end, newline))
        return INPUT_MAIL;
    if (is_queue(at, count))
        return INPUT_QUEUE;
    return !whole || count == 0 || *at == '#' || is_log(at, end, newline) ? INPUT_LOG : INPUT_TEXT;
}
