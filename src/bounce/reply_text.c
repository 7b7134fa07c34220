#include "bounce/reply_text.h"

#include "lists/list_key.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { CODE = 3, URL_MOST = 512, CONTEXT = 160 };

static const char DIGITS[] = "0123456789";
static const char BETWEEN[] = " -:#(\n'"; /* a code and its status */

/* ---- lines ---- */

/* Returns whether the line begins the headers of a mail, which name the addresses of relays. */
static bool
begins_headers(const char *line, size_t count)
{
    static const char *const names[] = {"Received:", "Return-Path:", "DKIM-Signature:", "X-Received:", "ARC-Seal:"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (count >= strlen(names[i]) && strncasecmp(line, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

/* Drops blanks and the marks of quotations at the start. Returns false for a line that is none of the reply. *said:
 * the line is what the server said in a transcript. */
static bool
trim_line(const char **line, size_t *count, bool *said)
{
    *said = false;
    while (*count > 0 && strchr(" \t>|", **line)) {
        size_t at = 3;
        while (at < *count && (*line)[at] == ' ')
            at++;
        bool is_command =
            *count > at + 1 && ((isupper((unsigned char)(*line)[at]) && isupper((unsigned char)(*line)[at + 1])) ||
                                (*line)[at] == '.' || strncasecmp(*line + at, "mail ", 5) == 0);
        if (is_command && strncmp(*line, ">>>", 3) == 0) /* ours in a transcript, no triple quotation */
            return false;
        (*line)++;
        (*count)--;
    }
    while (*count > 0 && strchr(" \t", (*line)[*count - 1]))
        (*count)--;
    static const char *const commands[] = {"QUIT", "RSET", "DATA", "-> ", "~> "}; /* of telnet and swaks */
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strncmp(*line, commands[i], strlen(commands[i])) == 0 && (commands[i][2] == ' ' || *count == 4))
            return false;
    bool is_said =
        *count > 3 && (strncmp(*line, "<<<", 3) == 0 || strncmp(*line, "<**", 3) == 0 ||
                       strncmp(*line, "<~*", 3) == 0 || strncmp(*line, "<- ", 3) == 0 || strncmp(*line, "<~ ", 3) == 0);
    if (is_said) {
        *said = true;
        for (*line += 3, *count -= 3; *count > 0 && **line == ' '; (*count)--)
            (*line)++;
    }
    return *count > 0;
}

/* Returns whether what follows "550-" does not make it a number: text, a status or an address. */
static bool
is_no_number(const char *at)
{
    size_t digits = strspn(at, DIGITS);
    return digits == 0 || (digits <= CODE && at[digits] == '.' && isdigit((unsigned char)at[digits + 1]));
}

/* Returns the length of "550-" or "550 " and of the status behind it, if the text begins with that code. */
static size_t
repeated_code(const char *at, const char *end, const char *code)
{
    if (end - at <= CODE || strncmp(at, code, CODE) != 0 || !strchr("- ", at[CODE]))
        return 0;
    size_t count = CODE + 1;
    size_t status = strspn(at + count, "0123456789.");
    bool is_status = at + count + status < end && status >= 5 && at[count] == code[0] && at[count + 1] == '.' &&
                     strchr(" -", at[count + status]);
    return count + (is_status ? status + 1 : 0);
}

/* ---- joining lines ---- */

/* Returns whether the text ends with what looks like the key of a list, perhaps with its dot. */
static bool
ends_with_key(const struct buf *flat)
{
    size_t end = flat->count - (flat->at[flat->count - 1] == '.'), begin = end;
    while (begin > 0 && isalnum((unsigned char)flat->at[begin - 1]))
        begin--;
    return list_key_looks(flat->at + begin, end - begin);
}

/* Returns whether a URL or question at the end of the text goes on at the start of the next line. */
static bool
goes_on(const struct buf *flat, const char *line, size_t count)
{
    if (flat->count == 0 || count == 0)
        return false;
    size_t first = flat->count, least = first > URL_MOST ? first - URL_MOST : 0;
    while (first > least && !strchr(" \n\f<(\"'", flat->at[first - 1]))
        first--;
    const char *word = flat->at + first, *end = flat->at + flat->count;
    const char *value = strrchr(word, '=');
    if ((end[-1] == '.' ? isalpha((unsigned char)*line) : *line == '.') && ends_with_key(flat))
        return true;
    if (!strstr(word, "://") && strncasecmp(word, "www.", 4) != 0)
        return false;
    if (strchr("?&=/_%", end[-1]) && end - word > 8)
        return true;
    if (strchr("?&=", *line) || (*line == '/' && count > 1 && isalnum((unsigned char)line[1])))
        return true;
    if (end[-1] == '.' || *line == '.')
        return isdigit((unsigned char)(end[-1] == '.' ? *line : count > 1 ? line[1] : ' '));
    if (!value || !isdigit((unsigned char)(*line)) || strspn(value + 1, "0123456789.") != (size_t)(end - value - 1))
        return false;
    char joined[64];
    struct addr whole, part;
    size_t more = strspn(line, "0123456789.");
    snprintf(joined, sizeof joined, "%.20s%.*s", value + 1, more < 20 ? (int)more : 20, line);
    for (size_t last = strlen(joined); last > 0 && joined[last - 1] == '.'; last--)
        joined[last - 1] = '\0';
    return addr_parse(joined, &whole) && (!addr_parse(value + 1, &part) || more <= 2);
}

/* Returns the byte of a URL inside another one: "https%3A%2F%2F...%3Fip%3D"; 0 = no such. */
static char
encoded_byte(const char *at, size_t count)
{
    static const char codes[] = "2E2F3A3D3F262D", bytes[] = "./:=?&-";
    for (size_t i = 0; bytes[i] && count >= 3; i++)
        if (strncasecmp(at + 1, codes + 2 * i, 2) == 0)
            return bytes[i];
    return '\0';
}

/* Adds a line behind `separator`. */
static void
add_line(struct buf *flat, char separator, const char *line, size_t count)
{
    if (flat->count > 0 && (separator == '\f' || !goes_on(flat, line, count)))
        buf_byte(flat, separator);
    char *to = buf_room(flat, count), *begin = to;
    for (size_t i = 0; i < count; i++) {
        char c = line[i] == '\0' || line[i] == '\t' || line[i] == '\f' ? ' ' : line[i];
        bool is_defanged = i + 3 <= count && memcmp(line + i, "[.]", 3) == 0;
        char encoded = c == '%' ? encoded_byte(line + i, count - i) : '\0';
        if (c != ' ' || to == begin || to[-1] != ' ')
            *to++ = is_defanged ? '.' : encoded ? encoded : c;
        i += is_defanged || encoded ? 2 : 0;
    }
    buf_wrote(flat, to);
}

/* A reply of several lines, while one is read. */
struct several {
    char code[CODE + 1];
    char separator; /* in front of the next line */
};

/* Adds a line, which may hold several of a reply that somebody joined: "550-5.7.1 one 550-5.7.1 two 550 5.7.1 three".
 */
static void
add_reply_line(struct reply_text *text, const char *line, size_t count, struct several *several)
{
    const char *end = line + count, *begin = line;
    size_t repeated = *several->code ? repeated_code(line, end, several->code) : 0;
    if (repeated == 0)
        *several->code = '\0';
    begin += repeated;
    for (const char *at = begin; at < end; at++) {
        if (at > line && at[-1] != ' ' && at[-1] != ';' && at[-1] != '\'' && at[-1] != '"')
            continue;
        size_t more = *several->code && at > begin ? repeated_code(at, end, several->code) : 0;
        if (more > 0) {
            bool last = at[CODE] == ' ';
            add_line(&text->flat, several->separator, begin, (size_t)(at - begin - 1));
            several->separator = '\n';
            begin = at + more;
            at = begin - 1;
            if (last)
                *several->code = '\0';
        } else if (!*several->code && end - at > CODE + 1 && strspn(at, DIGITS) == CODE && at[CODE] == '-' &&
                   strchr("245", *at) && is_no_number(at + CODE + 1)) {
            memcpy(several->code, at, CODE);
        }
    }
    if (repeated > 0 && line[CODE] == ' ')
        *several->code = '\0';
    add_line(&text->flat, several->separator, begin, (size_t)(end - begin));
    several->separator = '\n';
}

static void
add_lines(struct reply_text *text, const char *at, const char *end)
{
    struct several several = {"", '\n'};
    char refused = '0'; /* the first digit of the refusal that counts: a permanent one before a later "421 bye" */
    while (at < end) {
        const char *line = at;
        while (at < end && *at != '\n' && *at != '\r')
            at++;
        size_t count = (size_t)(at - line);
        bool said;
        at += *at == '\r' && at + 1 < end && at[1] == '\n' ? 2 : 1;
        if (!trim_line(&line, &count, &said)) {
            several.separator = count == 0 ? '\f' : several.separator;
            continue;
        }
        if (begins_headers(line, count) || (count == 2 && memcmp(line, "--", 2) == 0))
            break;
        if (said && count > CODE && strspn(line, DIGITS) == CODE && (*line == '5' || *line == '4') && *line > refused) {
            refused = *line;
            text->said = text->flat.count + (text->flat.count > 0);
        }
        add_reply_line(text, line, count, &several);
    }
}

/* ---- code and status ---- */

/* Parses "5.7.1" with nothing of a longer number, name or address around it. Returns its length, or 0. */
static size_t
status_length(const char *begin, const char *at)
{
    const size_t subject = 4;
    if ((*at != '2' && *at != '4' && *at != '5') || at[1] != '.' || !isdigit((unsigned char)(at[2])) || at[3] != '.')
        return 0;
    size_t count = strspn(at + subject, DIGITS);
    char before = at > begin ? at[-1] : ' ', after = at[subject + count];
    if (count == 0 || count > 3 || isalnum((unsigned char)before) || strchr("._@/", before) ||
        isalnum((unsigned char)after) || after == '_' || after == '@')
        return 0;
    return after == '.' && isdigit((unsigned char)(at[subject + count + 1])) ? 0 : subject + count;
}

bool
reply_text_follows(const struct reply_text *text, size_t at, const char *words)
{
    size_t count = strlen(words);
    return at >= count && memcmp(text->low.at + at - count, words, count) == 0;
}

bool
reply_text_follows_one(const struct reply_text *text, size_t at, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (reply_text_follows(text, at, words[i]))
            return true;
    return false;
}

/* Returns whether a number is followed by a unit. */
static bool
is_measure(const char *low)
{
    static const char *const units[] = {"ms",    "s",     "sec",     "second", "byte",  "kb",
                                        "mb",    "min",   "hour",    "day",    "times", "messages",
                                        "mails", "files", "percent", "users",  "%"};
    size_t count = strcspn(low, " \n,.;)");
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t length = strlen(units[i]);
        if (strncmp(low, units[i], length) == 0 && (count == length || (count == length + 1 && low[length] == 's')))
            return true;
    }
    return false;
}

/* Returns whether the words around three digits in a sentence make them a reply code: "said 550", "550 ... rejected".
 * Sentences in other languages than these are taken for replies. */
static bool
is_in_reply(const struct reply_text *text, size_t at)
{
    static const char *const before[] = {"error", "code", "said", "says", "repl", "respon", "return", "smtp", "bounce"};
    static const char *const after[] = {"reject",  "block",   "black",    "listed",  "den",   "refus",
                                        "unknown", "unavail", "invalid",  "no such", "not ",  "n't ",
                                        "spam",    "relay",   "prohibit", "disab",   "quota", "box",
                                        "fail",    "error",   "found",    "bann",    "limit", "polic"};
    enum { BEFORE = 40 };
    char words[BEFORE + 1], rest[CONTEXT + 1];
    size_t from = at > BEFORE ? at - BEFORE : 0;
    snprintf(words, sizeof words, "%.*s", (int)(at - from), text->low.at + from);
    snprintf(rest, sizeof rest, "%s", text->low.at + at + CODE);
    char *end = strstr(rest, ". ");
    rest[end ? (size_t)(end - rest) : strlen(rest)] = '\0';
    for (const char *c = rest; *c; c++)
        if ((unsigned char)*c >= 0x80)
            return true;
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++)
        if (strstr(words, before[i]))
            return true;
    for (size_t i = 0; i < sizeof after / sizeof after[0]; i++)
        if (strstr(rest, after[i]))
            return true;
    return false;
}

/* Strengths: how sure it is that three digits are a reply code. */
enum { CODE_NONE, CODE_LOOSE = 3, CODE_QUOTED = 5, CODE_LABELLED = 7, CODE_FIRST, CODE_STATUS = 10, CODE_SAID };

static int
code_strength(const struct reply_text *text, size_t at)
{
    static const char *const labels[] = {
        "said: ", "said:\n", "reply: ",  "smtp;",   "smtp; ",     "error: ",    "was: ", "was:\n",
        "#",      "#<",      "reason: ", ": ",      ":\n",        "code :",     "code:", "code: ",
        "code=",  "stat=",   "reply=",   "status=", "returned '", "error code "};
    static const char *const counts[] = {"port ",  "line ",  "size ", "delay ", "id ",   "than ",
                                         "limit ", "of ",    "on ",   "to ",    "page ", "queue ",
                                         "after ", "least ", "past ", "box ",   "rfc "};
    const char *low = text->low.at + at, *after = low + CODE;
    char before = at > 0 ? low[-1] : '\n';
    if (isalnum((unsigned char)before) || strchr("._-@/+%$", before) || (*after && !strchr(" \n-:)\"',;#.(", *after)) ||
        (strchr(".-,:", *after) && *after && isdigit((unsigned char)(after[1])) &&
         !(*after == '-' && is_no_number(after + 1))))
        return CODE_NONE;
    const char *next = after + strspn(after, BETWEEN);
    if (*low == *next && status_length(text->low.at, next) > 0)
        return CODE_STATUS;
    if (is_measure(next) ||
        (before == '=' && !reply_text_follows_one(text, at, labels, sizeof labels / sizeof labels[0])))
        return CODE_NONE;
    if (reply_text_follows_one(text, at, labels, sizeof labels / sizeof labels[0]))
        return CODE_LABELLED;
    if (before == '\n')
        return CODE_FIRST;
    if (strchr("('\"<", before))
        return CODE_QUOTED;
    bool is_count = reply_text_follows_one(text, at, counts, sizeof counts / sizeof counts[0]) || strchr(".,)", *after);
    return (is_count && *after) || !is_in_reply(text, at) ? CODE_NONE : CODE_LOOSE;
}

/* Finds the reply code: of those that are equally sure the first one, a refusal before a success, and what a server
 * said in a transcript before everything. */
static void
find_code(struct reply_text *text)
{
    int best = CODE_NONE;
    for (size_t at = 0; at + CODE <= text->low.count; at++) {
        const char *low = text->low.at + at;
        if (!strchr("245", *low) || strspn(low, DIGITS) != CODE || (low[1] > '5' && low[1] != '7')) {
            continue;
        }
        int strength = code_strength(text, at);
        if (*low == '2') /* "250 2.1.5 OK" in a receipt; else too often a size or an id */
            strength = strength == CODE_STATUS || (strength && at == 0) ? CODE_LOOSE : CODE_NONE;
        if (strength >= CODE_QUOTED && text->first == SIZE_MAX)
            text->first = at;
        if (strength <= best && (at != text->said || strength == CODE_NONE))
            continue;
        best = at == text->said ? CODE_SAID : strength;
        text->begin = at;
        text->code = (unsigned)((low[0] - '0') * 100 + (low[1] - '0') * 10 + low[2] - '0');
    }
    if (text->first == SIZE_MAX)
        text->first = text->begin;
}

/* Returns how sure it is that a status is one, and no version. */
static int
status_strength(const struct reply_text *text, size_t at, size_t length)
{
    static const char *const versions[] = {"version ", " v",       "exim ", "postfix ", "sendmail ",
                                           "server ",  "release ", "id ",   "(",        "/"};
    char before = at > 0 ? text->low.at[at - 1] : '\n', after = text->low.at[at + length];
    if (before == '#')
        return 8;
    if (before == '(' || before == '[')
        return after == ')' || after == ']' ? 7 : 3;
    if (before == '\n' || before == ':' || before == ';' || before == '=' || before == '<' || before == '-')
        return 6;
    if (before == ' ' && at > 1 && strchr(":;", text->low.at[at - 2]))
        return 6;
    return reply_text_follows_one(text, at, versions, sizeof versions / sizeof versions[0]) ? 0 : 4;
}

/* Finds the status: right behind the code, or else the surest of its class. */
static void
find_status(struct reply_text *text)
{
    const char *low = text->low.at;
    int best = 0;
    size_t behind = text->begin + (text->code ? CODE : 0);
    behind += text->code ? strspn(low + behind, BETWEEN) : 0;
    for (size_t at = 0; at + 5 <= text->low.count; at++) {
        size_t length = status_length(low, low + at);
        if (length == 0)
            continue;
        int strength = at == behind && text->code ? 10 : status_strength(text, at, length);
        if (text->code && (unsigned)(low[at] - '0') != text->code / 100 && strength < 7)
            continue;
        if (strength > best) {
            best = strength;
            memcpy(text->status, low + at, length);
            text->status[length] = '\0';
        }
    }
}

/* Puts "KEY" in the place of keys; none reaches over the line where `said` begins. */
static void
hide_keys(struct reply_text *text, const struct catalogue *catalogue)
{
    size_t before = text->said < text->flat.count ? text->said : 0, left = text->flat.count - before;
    size_t kept = list_key_mask_reply(catalogue, text->flat.at, before);
    if (left > 0) {
        memmove(text->flat.at + kept, text->flat.at + before, left);
        text->flat.count = kept + list_key_mask_reply(catalogue, text->flat.at + kept, left);
    }
    text->said = before > 0 ? kept : text->said;
}

void
reply_text_init(struct reply_text *text, const struct catalogue *catalogue, const char *bytes, size_t count,
                unsigned code, const char *status)
{
    struct buf copy = {0}; /* ends with a NUL, at which every scan stops */
    *text = (struct reply_text){.said = SIZE_MAX, .first = SIZE_MAX};
    buf_bytes(&copy, bytes, count < REPLY_TEXT_MOST ? count : REPLY_TEXT_MOST);
    add_lines(text, copy.at, copy.at + copy.count);
    buf_free(&copy);
    hide_keys(text, catalogue);
    buf_bytes(&text->flat, "", 0);
    buf_room(&text->low, text->flat.count);
    for (size_t i = 0; i < text->flat.count; i++)
        text->low.at[i] = text->flat.at[i] == '\f'                             ? '\n'
                          : text->flat.at[i] >= 'A' && text->flat.at[i] <= 'Z' ? (char)(text->flat.at[i] | 0x20)
                                                                               : text->flat.at[i];
    buf_wrote(&text->low, text->low.at + text->flat.count);
    find_code(text);
    find_status(text);
    if (code) {
        text->code = code;
    }
    if (*status)
        snprintf(text->status, sizeof text->status, "%s", status);
}
