#include "bounce/advice.h"
#include "bounce/mail.h"
#include "fuzz.h"
#include "letter/template.h"

/* The bytes are a mail. */

static void
check_one(void *arg, struct rejection *r)
{
    size_t *taken = arg;
    struct buf words = {0};
    (*taken)++;
    FUZZ_CHECK(memchr(r->recipient, '\0', sizeof r->recipient) && memchr(r->text, '\0', sizeof r->text));
    FUZZ_CHECK(r->time >= 0);
    for (size_t i = 0; i < REJECTION_ADVICE && r->advice[i]; i++)
        advice_words(r, r->advice[i], &words);
    FUZZ_CHECK(!r->advice[0] || words.count > 0);
    FUZZ_CHECK(letter_put_note(&words, r) == (r->party == PARTY_RECEIVER));
    buf_free(&words);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t count)
{
    static struct marks *marks;
    size_t taken = 0;
    marks = marks ? marks : marks_new(); /* kept: reading them takes longer than a mail */
    mail_read((const char *)data, count, catalogue_builtin(), marks, check_one, &taken);
    FUZZ_CHECK(taken > 0);
    return 0;
}
