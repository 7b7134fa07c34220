#include "targets/target_bounce.h"

#include "bounce/bounce_reader.h"
#include "bounce/rejection_words.h"
#include "targets/target_word.h"

#include <ctype.h>
#include <string.h>

/* Fewer words are no bounce, unless they begin as replies and events do. */
enum { WORDS_LEAST = 5 };

/* A text as it is read. */
struct place {
    unsigned long line;
    struct addr address; /* family ADDR_NONE = named before */
};

struct reading {
    struct target_bounce *out;
    bool begins_reply; /* the text */
    VEC(struct place) places;
};

/* Returns whether the text begins with a code: "550 ...", "554-...". */
static bool
begins_reply(const char *text)
{
    return strchr("45", *text) && *text && isdigit((unsigned char)text[1]) && isdigit((unsigned char)text[2]) &&
           (text[3] == ' ' || text[3] == '-');
}

/* Whether this refuses mail. A number alone makes no reply, unless the text begins with it. */
static bool
is_refusal(const struct reading *reading, const struct rejection *r)
{
    bool is_reply = *r->status || *r->list.name || reading->begins_reply;
    return r->kind != REJECTION_NONE && (r->kind != REJECTION_REPLY || is_reply);
}

static void
take(void *arg, struct rejection *r)
{
    struct reading *reading = arg;
    struct target_bounce *out = reading->out;
    const struct addr *own = &r->own.address;
    bool names = own->family != ADDR_NONE;
    if (!is_refusal(reading, r))
        return;
    if (out->first.kind == REJECTION_NONE ||
        (names && (out->first.own.address.family == ADDR_NONE || (out->first.inbound && !r->inbound)))) {
        out->first = *r;
        vec_clear(&out->own);
        vec_clear(&reading->places);
    }
    if (!names || (r->inbound && !out->first.inbound)) /* clients of others beside one's own address */
        return;
    bool known = false;
    for (size_t i = 0; i < out->own.count; i++)
        known |= addr_equal(&out->own.at[i], own);
    vec_push(&reading->places, ((struct place){r->source.line, known ? (struct addr){.family = ADDR_NONE} : *own}));
    if (!known)
        vec_push(&out->own, *own);
}

static bool
is_blank(struct span line)
{
    return strspn(line.at, " \t\r") >= line.count;
}

/* Returns whether the line begins with a target as it is usually written. */
static bool
is_target(struct span line, const struct catalogue *catalogue)
{
    struct word word = {0};
    struct span first = {line.at, 0};
    while (first.count < line.count && !isspace((unsigned char)first.at[first.count]))
        first.count++;
    bool is = first.count > 0 && word_read(first, catalogue, &word) == WORD_TARGET && word.exact;
    word_fini(&word);
    return is;
}

/* Most targets are not looked at further, and no list of targets with their labels is. */
static bool
may_be_bounce(const char *text, size_t count, const struct catalogue *catalogue)
{
    static const char *const marks[] = {"said:", "block", "listed", "eject", "efused",    "550",
                                        "551",   "552",   "553",    "554",   "571",       "521",
                                        "421",   "450",   "451",    "452",   "timed out", "Timed out"};
    size_t words = 0;
    struct addr address;
    if (begins_reply(text) || *text == '{' || strncmp(text, "[{", 2) == 0)
        return true;
    if (memchr(text, '\n', count)) {
        const char *at = text;
        for (struct span line; *at; at += line.count + (at[line.count] == '\n')) {
            line = (struct span){at, strcspn(at, "\n")};
            if (!is_blank(line) && !is_target(line, catalogue))
                return true;
        }
        return false;
    }
    if (addr_parse_bytes(text, strcspn(text, " \t\r"), &address))
        return false;
    for (size_t i = 1; i < count && words < WORDS_LEAST; i++)
        words += strchr(" \t\r\n", text[i]) && !strchr(" \t\r\n", text[i - 1]);
    for (size_t i = 0; i < sizeof marks / sizeof marks[0] && words >= WORDS_LEAST; i++)
        if (memmem(text, count, marks[i], strlen(marks[i])))
            return true;
    return false;
}

/* Writes the lines: of a log, where each rejection has one, what else is a target too. */
static void
put_lines(const struct reading *reading, const char *text, const struct catalogue *catalogue)
{
    struct target_bounce *out = reading->out;
    char address[ADDR_TEXT];
    size_t next = 0;
    bool is_log = out->first.kind == REJECTION_LOG;
    for (size_t i = 0; i < out->own.count && !is_log; i++)
        buf_format(&out->lines, "%s\n", addr_text(&out->own.at[i], address));
    for (unsigned long number = 1; *text && is_log; number++) {
        struct span line = {text, strcspn(text, "\n")};
        bool has_place = next < reading->places.count && reading->places.at[next].line == number;
        bool takes = has_place || is_target(line, catalogue);
        for (; next < reading->places.count && reading->places.at[next].line == number; next++)
            if (reading->places.at[next].address.family != ADDR_NONE)
                buf_format(&out->lines, "%s\n", addr_text(&reading->places.at[next].address, address));
        if (takes && !has_place) {
            buf_bytes(&out->lines, line.at, line.count);
            buf_byte(&out->lines, '\n');
        }
        out->left += !takes && !is_blank(line);
        text += line.count + (text[line.count] == '\n');
    }
}

bool
target_bounce_read(const char *text, size_t count, const struct catalogue *catalogue, struct target_bounce *out)
{
    static struct marks *marks; /* shared and read-only */
    struct reading reading = {.out = out, .begins_reply = begins_reply(text)};
    struct buf words = {0};
    if (!may_be_bounce(text, count, catalogue))
        return false;
    marks = marks ? marks : marks_new();
    struct bounce_reader reader = {.catalogue = catalogue, .marks = marks, .take = take, .arg = &reading};
    bounce_reader_text(&reader, text, count);
    if (out->first.kind != REJECTION_NONE) {
        put_lines(&reading, text, catalogue);
        if (out->own.count > 0)
            rejection_words_taken(&out->first, &words);
        else
            rejection_words_refused(&out->first, &words);
        fault_set(&out->note, "%s", buf_string(&words));
    }
    vec_free(&reading.places);
    buf_free(&words);
    return out->first.kind != REJECTION_NONE;
}

void
target_bounce_fini(struct target_bounce *bounce)
{
    vec_free(&bounce->own);
    buf_free(&bounce->lines);
}
