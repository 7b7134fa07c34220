#include "lists/return_code.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char *const meanings[] = {
    [CODE_INFO] = "info",     [CODE_ALLOW] = "allow",     [CODE_POLICY] = "policy",
    [CODE_LISTED] = "listed", [CODE_INVALID] = "invalid", [CODE_REFUSED] = "refused",
};

/* Codes of every list; the first that fits counts. */
static const struct return_code general[] = {
    {{{ADDR_V4, {127, 255, 255, 252}}, 32}, 0, CODE_REFUSED, 0, "the zone's name is mistyped"},
    {{{ADDR_V4, {127, 255, 255, 254}}, 32},
     0,
     CODE_REFUSED,
     0,
     "the list does not serve public or unattributable resolvers"},
    {{{ADDR_V4, {127, 255, 255, 255}}, 32}, 0, CODE_REFUSED, 0, "this resolver is over the list's query limit"},
    {{{ADDR_V4, {127, 255, 255}}, 24}, 0, CODE_REFUSED, 0, "the list declines to answer this resolver"},
    {{{ADDR_V4, {127, 255}}, 16}, 0, CODE_INVALID, 0, "no documented code, and lists report errors there"},
    {{{ADDR_V4, {127}}, 8}, 255, CODE_REFUSED, 0, "no documented code, but one by which lists decline to answer"},
    {{{ADDR_V4, {127, 0, 53, 53}}, 32}, 0, CODE_INVALID, 0, "the top-level domain collides with another, says ICANN"},
    {{{ADDR_V4, {127, 0, 0, 0}}, 32}, 0, CODE_INVALID, 0, "no documented code"},
    {{{ADDR_V4, {127, 0, 0, 1}}, 32},
     0,
     CODE_INVALID,
     0,
     "not a listing, but a refusal or a resolver that blocks the zone"},
    {{{ADDR_V4, {127}}, 8}, 0, CODE_LISTED, 0, ""},
    {{{ADDR_V4, {0}}, 0}, 0, CODE_INVALID, 0, "no DNSBL answers outside 127.0.0.0/8"},
    {{{ADDR_V6, {0}}, 0}, 0, CODE_INVALID, 0, "no DNSBL answers with an IPv6 address"},
};
enum { GENERAL = sizeof general / sizeof general[0] };
static const struct prefix *const refusals = &general[3].block, *const loopback = &general[9].block;

bool
return_code_parse(struct return_code *out, const char *text, bool is_bits, struct fault *fault)
{
    size_t count = strcspn(text, " \t"), word_count, meaning = 0;
    const char *word = text + count + strspn(text + count, " \t");
    struct addr address = {0};
    *out = (struct return_code){0};
    if (addr_parse_bytes(text, count, &address) && address.family == ADDR_V4)
        out->block = prefix_around(&address, 32);
    else if (is_bits || !prefix_parse_bytes(text, count, &out->block, NULL))
        return fault_set(fault, "'%.*s' is not %s", (int)count, text,
                         is_bits ? "a mask of bits like 0.0.0.8" : "an IPv4 address or prefix");
    if (is_bits && (out->bits = addr_to_v4(&address)) == 0)
        return fault_set(fault, "a mask without a bit fits every answer");
    if (!is_bits && (out->block.length < loopback->length || !prefix_covers(loopback, &out->block)))
        return fault_set(fault, "%.*s is outside 127.0.0.0/8: no DNSBL answers there", (int)count, text);
    word_count = strcspn(word, " \t/");
    while (meaning <= CODE_REFUSED &&
           (strncmp(word, meanings[meaning], word_count) != 0 || meanings[meaning][word_count]))
        meaning++;
    if (word_count == 0 || meaning > CODE_REFUSED)
        return fault_set(fault, "'%s': behind the address goes listed, policy, allow, info, refused or invalid", text);
    if (!is_bits && meaning < CODE_INVALID && prefix_covers(refusals, &out->block))
        return fault_set(fault, "127.255.255.0/24 is a refusal on every list, never %s", meanings[meaning]);
    out->meaning = (enum code_meaning)meaning;
    word += word_count;
    if (*word == '/') {
        if (word[1] < '1' || word[1] > '5' || !memchr(" \t", word[2], 3))
            return fault_set(fault, "'%s': a weight is 1 to 5", text);
        out->weight = (unsigned)(word[1] - '0');
        word += 2;
    }
    word += strspn(word, " \t");
    out->text = text_clean_copy(word, strlen(word));
    return true;
}

static bool
fits(const struct return_code *code, const struct addr *answer)
{
    if (prefix_holds(refusals, answer) && (code->bits || code->meaning < CODE_INVALID))
        return false;
    if (code->bits == 0)
        return prefix_holds(&code->block, answer);
    return prefix_holds(loopback, answer) && (addr_to_v4(answer) & code->bits) == code->bits;
}

static const struct return_code *
general_code(const struct addr *answer)
{
    size_t i = 0;
    while (i + 1 < GENERAL && !fits(&general[i], answer))
        i++;
    return &general[i];
}

/* Returns whether a list's code fits the answer. One that is no listing on other lists, such as 127.0.0.1, must be
 * named: a range around it does not tell that the list means it. */
static bool
documents(const struct return_code *code, const struct addr *answer)
{
    const struct return_code *usual = general_code(answer);
    if (!fits(code, answer) || code->meaning >= CODE_INVALID || usual->meaning < CODE_INVALID)
        return fits(code, answer);
    if (code->bits)
        return (addr_to_v4(answer) & UINT32_C(0xFFFFFF)) == (code->bits & UINT32_C(0xFFFFFF));
    return code->block.length == 32 ||
           (usual->block.length > loopback->length && prefix_covers(&usual->block, &code->block));
}

bool
return_codes_document(const return_codes *codes, const struct addr *answer)
{
    bool known = false;
    for (size_t i = 0; i < codes->count && !known; i++)
        known = documents(&codes->at[i], answer);
    return known;
}

static const struct return_code *
code_of(const return_codes *codes, const struct addr *answer)
{
    for (size_t own = 0; own < codes->count; own++)
        if (documents(&codes->at[own], answer))
            return &codes->at[own];
    return general_code(answer);
}

/* The first of the answers with the weightiest meaning, and the first with the lightest. */
static const struct addr *
decisive(const return_codes *codes, const struct addr *answers, size_t count, const struct addr **lightest)
{
    const struct addr *best = *lightest = &answers[0];
    for (size_t i = 1; i < count; i++) {
        if (code_of(codes, &answers[i])->meaning > code_of(codes, best)->meaning)
            best = &answers[i];
        if (code_of(codes, &answers[i])->meaning < code_of(codes, *lightest)->meaning)
            *lightest = &answers[i];
    }
    return best;
}

enum code_meaning
return_codes_judge(const return_codes *codes, const struct addr *answers, size_t count)
{
    const struct addr *lightest;
    return code_of(codes, decisive(codes, answers, count, &lightest))->meaning;
}

unsigned
return_codes_weight(const return_codes *codes, const struct addr *answers, size_t count, unsigned weight)
{
    enum code_meaning meaning = return_codes_judge(codes, answers, count);
    unsigned most = 0;
    for (size_t i = 0; i < count; i++) {
        const struct return_code *code = code_of(codes, &answers[i]);
        unsigned own = code->weight ? code->weight : weight;
        if (code->meaning == meaning && own > most)
            most = own;
    }
    return most;
}

void
return_codes_explain(const return_codes *codes, struct buf *out, const struct addr *answers, size_t count)
{
    const struct addr *listing, *answer = decisive(codes, answers, count, &listing);
    const struct return_code *code = code_of(codes, answer);
    char text[ADDR_TEXT];
    if (code->meaning < CODE_INVALID)
        return;
    buf_format(out, "answered %s", addr_text(answer, text));
    if (code_of(codes, listing)->meaning < CODE_INVALID)
        buf_format(out, " beside %s", addr_text(listing, text));
    buf_format(out, ": %s",
               *code->text                     ? code->text
               : code->meaning == CODE_REFUSED ? "the list declines to answer this resolver"
                                               : "not a listing");
}

const char *
return_codes_text(const return_codes *codes, const struct addr *answer, size_t n)
{
    const struct return_code *first = code_of(codes, answer);
    bool own = return_codes_document(codes, answer);
    if (!own)
        return n == 0 && *first->text ? first->text : NULL;
    for (size_t i = 0; i < codes->count; i++) {
        const struct return_code *code = &codes->at[i];
        bool counts = code == first || (first->bits && code->bits && documents(code, answer));
        if (counts && *code->text && n-- == 0)
            return code->text;
    }
    return NULL;
}
