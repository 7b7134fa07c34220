#include "targets/target_bounce.h"

#include "bounce/bounce_reader.h"
#include "bounce/rejection_words.h"

#include <string.h>

/* Fewer words are no bounce. */
enum { WORDS_LEAST = 5, CODE_LEAST = 400 };

static void
take(void *arg, struct rejection *r)
{
    struct rejection *found = arg;
    bool is_refusal = r->code >= CODE_LEAST || *r->list.name;
    if (found->kind == REJECTION_NONE && is_refusal && r->own.address.family != ADDR_NONE)
        *found = *r;
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
    struct rejection found = {.kind = REJECTION_NONE};
    struct buf words = {0};
    if (!may_be_bounce(text, count))
        return false;
    marks = marks ? marks : marks_new();
    struct bounce_reader reader = {.catalogue = catalogue, .marks = marks, .take = take, .arg = &found};
    bounce_reader_text(&reader, text, count);
    if (found.kind == REJECTION_NONE)
        return false;
    out->at[0] = found.own;
    memcpy(out->at + 1, found.others, found.other_count * sizeof found.others[0]);
    out->count = 1 + found.other_count;
    rejection_words_taken(&found, &words);
    fault_set(&out->note, "%s", buf_string(&words));
    buf_free(&words);
    return true;
}
