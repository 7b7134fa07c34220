#include "targets/target_bounce.h"

#include "bounce/bounce_reader.h"
#include "bounce/rejection_words.h"

#include <string.h>

/* Fewer words are no bounce. */
enum { WORDS_LEAST = 5, CODE_LEAST = 400 };

/* The first rejection, and the first one that names an address of the sender. */
struct found {
    struct rejection named, nameless;
};

static void
take(void *arg, struct rejection *r)
{
    struct found *found = arg;
    bool is_named = r->own.address.family != ADDR_NONE, is_refusal = r->code >= CODE_LEAST || *r->list.name;
    struct rejection *place = is_named ? &found->named : &found->nameless;
    if (place->kind == REJECTION_NONE && (is_refusal || (!is_named && r->party != PARTY_UNKNOWN)))
        *place = *r;
}

/* Returns whether a text is surely a rejection, and no list of targets with a number such as 550 in a label. */
static bool
is_surely(const struct rejection *r, const char *text)
{
    text += strspn(text, " \t\r\n");
    bool begins = strspn(text, "0123456789") == 3 && strchr("45", *text) && strchr(" -\t", text[3]);
    return r->kind != REJECTION_NONE && (r->kind != REJECTION_REPLY || begins);
}

/* Most targets are not looked at further. */
static bool
may_be_bounce(const char *text, size_t count)
{
    static const char *const marks[] = {"said:", "block", "listed", "eject", "efused", "550", "551", "552",
                                        "553",   "554",   "571",    "521",   "421",    "450", "451", "452"};
    size_t words = 0;
    for (size_t i = 1; i < count && words < WORDS_LEAST; i++)
        words += strchr(" \t\r\n", text[i]) && !strchr(" \t\r\n", text[i - 1]);
    for (size_t i = 0; i < sizeof marks / sizeof marks[0] && words >= WORDS_LEAST; i++)
        if (memmem(text, count, marks[i], strlen(marks[i])))
            return true;
    return false;
}

bool
target_bounce_read(const char *text, size_t count, const struct catalogue *catalogue, struct target_bounce *out)
{
    static struct marks *marks; /* shared and read-only */
    struct found found = {.named.kind = REJECTION_NONE};
    const struct rejection *named = &found.named;
    struct buf words = {0};
    out->count = 0;
    out->note.text[0] = '\0';
    if (!may_be_bounce(text, count))
        return false;
    marks = marks ? marks : marks_new();
    struct bounce_reader reader = {.catalogue = catalogue, .marks = marks, .take = take, .arg = &found};
    bounce_reader_text(&reader, text, count);
    if (named->kind != REJECTION_NONE) {
        out->at[0] = named->own;
        memcpy(out->at + 1, named->others, named->other_count * sizeof named->others[0]);
        out->count = 1 + named->other_count;
        rejection_words_taken(named, &words);
    } else if (is_surely(&found.nameless, text)) {
        rejection_words_nameless(&found.nameless, &words);
    }
    fault_set(&out->note, "%s", buf_string(&words));
    buf_free(&words);
    return out->count > 0;
}
