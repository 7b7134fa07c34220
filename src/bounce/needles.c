/* Wu and Manber's method with blocks of 2 bytes: the last two of the 4 bytes at hand say how far no word can begin. */
#include "bounce/needles.h"

#include "base/mem.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { WINDOW = 4, BLOCK = 2, BLOCKS = 1 << 16, SHIFT_MOST = WINDOW - BLOCK + 1 };

struct needles {
    const char **words;
    size_t count;
    uint8_t shift[BLOCKS]; /* by the last block of the window; 0 = a word may begin here */
    uint8_t first[BLOCKS]; /* whether a word begins with this block */
};

static size_t
block_at(const char *at)
{
    return (size_t)(unsigned char)at[0] << 8 | (unsigned char)at[1];
}

/* Marks a block of a word in each case of its letters. */
static void
mark(uint8_t table[static BLOCKS], const char *at, uint8_t value, bool smaller_only)
{
    for (unsigned upper = 0; upper < 1 << BLOCK; upper++) {
        char block[BLOCK];
        for (unsigned i = 0; i < BLOCK; i++)
            block[i] = (char)(upper & 1U << i ? toupper((unsigned char)at[i]) : at[i]);
        uint8_t *place = &table[block_at(block)];
        *place = smaller_only && *place < value ? *place : value;
    }
}

struct needles *
needles_new(const char *const *words, size_t count)
{
    struct needles *needles = mem_zero(sizeof *needles);
    needles->words = mem_alloc((count + 1) * sizeof *words);
    memcpy(needles->words, words, count * sizeof *words);
    needles->count = count;
    memset(needles->shift, SHIFT_MOST, sizeof needles->shift);
    for (size_t i = 0; i < count; i++) {
        mark(needles->first, words[i], 1, false);
        for (uint8_t at = 0; at <= WINDOW - BLOCK; at++)
            mark(needles->shift, words[i] + at, (uint8_t)(WINDOW - BLOCK - at), true);
    }
    return needles;
}

void
needles_free(struct needles *needles)
{
    if (needles)
        free(needles->words);
    free(needles);
}

const char *
needles_find(const struct needles *needles, const char *bytes, size_t count)
{
    const char *at = bytes, *end = bytes + count;
    while (end - at >= WINDOW) {
        uint8_t shift = needles->shift[block_at(at + WINDOW - BLOCK)];
        if (shift == 0 && needles->first[block_at(at)])
            for (size_t i = 0; i < needles->count; i++) {
                size_t length = strlen(needles->words[i]);
                if ((size_t)(end - at) >= length && strncasecmp(at, needles->words[i], length) == 0)
                    return at;
            }
        at += shift ? shift : 1;
    }
    return NULL;
}
