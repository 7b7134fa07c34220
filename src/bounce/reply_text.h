/* The text of a reply, laid out for scanning: line breaks, quotation marks and repeated codes are gone, and URLs that
 * were broken over two lines or defanged are whole again. */
#ifndef REPLY_TEXT_H
#define REPLY_TEXT_H

#include "base/buf.h"
#include "bounce/rejection.h"

#include <stdbool.h>
#include <stddef.h>

enum { REPLY_TEXT_MOST = 64 * 1024 }; /* bytes that are looked at */

struct reply_text {
    struct buf flat;               /* no NUL inside; '\n' between lines, '\f' for blank ones */
    struct buf low;                /* the same in lower case, with '\n' alone */
    size_t said;                   /* where the first refusal behind "<<<" begins; SIZE_MAX = none */
    size_t begin;                  /* where the reply begins: its code, if it has one */
    size_t first;                  /* where the first thing that is surely a code is */
    unsigned code;                 /* 0 = none */
    char status[REJECTION_STATUS]; /* "" = none */
};

/* Lays out a text, to the first line that begins the headers of a mail or a signature, with "KEY" for keys of lists,
 * which are secrets, and finds code and status; `code` and `status`
 * are those that are known already, or 0 and "". reply_text_fini frees it. */
void reply_text_init(struct reply_text *, const struct catalogue *, const char *text, size_t count, unsigned code,
                     const char *status);
static inline void
reply_text_fini(struct reply_text *text)
{
    buf_free(&text->flat);
    buf_free(&text->low);
}

/* Return whether the text before `at` ends with the words, or with one of several, in lower case. */
bool reply_text_follows(const struct reply_text *, size_t at, const char *words);
bool reply_text_follows_one(const struct reply_text *, size_t at, const char *const *words, size_t count);

#endif
