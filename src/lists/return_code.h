/* The meaning of the A records in a DNSBL answer: the codes that a list documents, then those of every list. */
#ifndef RETURN_CODE_H
#define RETURN_CODE_H

#include "base/addr.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/vec.h"
#include "lists/list_state.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Weightier meanings have larger numbers: doubt outweighs a listing beside it, because a server that declines or
 * answers junk proves nothing by the rest of its answer. */
enum code_meaning {
    CODE_INFO,   /* neither good nor bad: never counted as a listing */
    CODE_ALLOW,  /* known as good: never counted as a listing */
    CODE_POLICY, /* listed for the use of the range, not for abuse */
    CODE_LISTED,
    CODE_INVALID, /* no answer of a DNSBL */
    CODE_REFUSED  /* the list declines to answer */
};

struct return_code {
    struct prefix block; /* fits the answers in it ... */
    uint32_t bits;       /* ... unless this is not 0: then those in 127/8 that have all these bits */
    enum code_meaning meaning;
    unsigned weight; /* of such a listing; 0 = that of the list */
    char *text;      /* clean, "" = none */
};

typedef VEC(struct return_code) return_codes;

/* Parses "ADDRESS[/LENGTH] MEANING[/WEIGHT] [TEXT]" (`is_bits`: ADDRESS holds bits, "0.0.0.8") with MEANING one of
 * listed, policy, allow, info, refused, invalid. The caller frees out->text. */
bool return_code_parse(struct return_code *out, const char *text, bool is_bits, struct fault *);

/* Returns the weightiest meaning among the answers. For each answer the list's first code that fits decides; without
 * one an answer inside 127/8 is a listing, except 127.0.0.0, 127.0.0.1, 127.0.53.53 and 127.255.0.0/16 (invalid) and
 * 127.255.255.0/24 and those that end in 255 (refused), which only a code for them alone changes, and all else is
 * invalid (RFC 5782 section 2.1). count must not be 0. */
enum code_meaning return_codes_judge(const return_codes *, const struct addr *answers, size_t count);

/* Returns whether the list documents the answer. */
bool return_codes_document(const return_codes *, const struct addr *answer);

/* Returns LISTED, REFUSED or INVALID. */
static inline enum list_state
code_meaning_state(enum code_meaning meaning)
{
    return meaning == CODE_INVALID ? STATE_INVALID : meaning == CODE_REFUSED ? STATE_REFUSED : STATE_LISTED;
}

/* Returns the largest weight among the answers with the weightiest meaning; `weight` is that of the list, which holds
 * for codes without one. */
unsigned return_codes_weight(const return_codes *, const struct addr *answers, size_t count, unsigned weight);

/* Writes why the answers are refused or invalid, as half a sentence ("answered 127.255.255.254: the list does not serve
 * public or unattributable resolvers"); nothing for a listing. */
void return_codes_explain(const return_codes *, struct buf *out, const struct addr *answers, size_t count);

/* Returns the text of the list's code number `n` that fits the answer, counted from 0: of the first code that fits, and
 * if that has bits, of all with bits; of an answer that the list does not document, what it means on every list. NULL =
 * there are no more. */
const char *return_codes_text(const return_codes *, const struct addr *answer, size_t n);

#endif
