/* Wu and Manber's method with blocks of 2 bytes: the last two of the 4 bytes at hand say how far no window can begin.
 * The window of a word is that of its parts whose blocks are the rarest in the text: common ones make for short steps.
 */
#include "bounce/needles.h"

#include "base/mem.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { WINDOW = 4, BLOCK = 2, BLOCKS = 1 << 16, STEP = WINDOW - BLOCK + 1, WORDS = UINT8_MAX - 1 };

struct word {
    const char *text;
    size_t count;
    size_t window; /* where it begins */
    uint8_t next;  /* 1 + the next word whose window begins with the same block; 0 = none does */
};

struct needles {
    struct word *words;
    uint8_t where[BLOCKS]; /* bit i: a window has this block at i */
    uint8_t first[BLOCKS]; /* 1 + the first word whose window begins with this block; 0 = none does */
};

static size_t
block_at(const char *at)
{
    return (size_t)(unsigned char)at[0] << 8 | (unsigned char)at[1];
}

/* Returns where the rarest window of a word begins. */
static size_t
choose_window(const struct word *word, const uint32_t counts[static BLOCKS])
{
    size_t best = 0;
    uint64_t least = UINT64_MAX;
    for (size_t at = 0; at + WINDOW <= word->count; at++) {
        uint64_t sum = 0;
        for (size_t i = 0; i < STEP; i++)
            sum += counts[block_at(word->text + at + i)];
        best = sum < least ? at : best;
        least = sum < least ? sum : least;
    }
    return best;
}

/* Marks the blocks of the window of word `i`, in each case of its letters. */
static void
mark_window(struct needles *needles, size_t i)
{
    struct word *word = &needles->words[i];
    const char *window = word->text + word->window;
    word->next = needles->first[block_at(window)];
    for (unsigned at = 0; at < STEP; at++)
        for (unsigned upper = 0; upper < 1 << BLOCK; upper++) {
            char block[BLOCK];
            for (unsigned k = 0; k < BLOCK; k++)
                block[k] = (char)(upper & 1U << k ? toupper((unsigned char)window[at + k]) : window[at + k]);
            needles->where[block_at(block)] |= (uint8_t)(1U << at);
            if (at == 0)
                needles->first[block_at(block)] = (uint8_t)(i + 1);
        }
}

struct needles *
needles_new(const char *const *words, size_t count, const char *sample, size_t sample_count)
{
    struct needles *needles = mem_zero(sizeof *needles);
    uint32_t *counts = mem_zero(BLOCKS * sizeof *counts);
    assert(count <= WORDS);
    for (size_t i = 0; i + BLOCK <= sample_count; i++) {
        const char low[BLOCK] = {(char)tolower((unsigned char)sample[i]), (char)tolower((unsigned char)sample[i + 1])};
        counts[block_at(low)]++;
    }
    needles->words = mem_zero((count + 1) * sizeof *needles->words);
    for (size_t i = 0; i < count; i++) {
        needles->words[i] = (struct word){.text = words[i], .count = strlen(words[i])};
        needles->words[i].window = choose_window(&needles->words[i], counts);
        mark_window(needles, i);
    }
    free(counts);
    return needles;
}

void
needles_free(struct needles *needles)
{
    if (needles)
        free(needles->words);
    free(needles);
}

/* Returns the word whose window begins at `at`, or NULL. */
static const char *
find_word(const struct needles *needles, const char *bytes, const char *at, const char *end)
{
    for (uint8_t i = needles->first[block_at(at)]; i > 0; i = needles->words[i - 1].next) {
        const struct word *word = &needles->words[i - 1];
        if (at - bytes >= (ptrdiff_t)word->window && end - at >= (ptrdiff_t)(word->count - word->window) &&
            strncasecmp(at - word->window, word->text, word->count) == 0)
            return at - word->window;
    }
    return NULL;
}

const char *
needles_find(const struct needles *needles, const char *bytes, size_t count)
{
    const char *end = bytes + count;
    for (const char *at = bytes; end - at >= BLOCK; at += STEP) {
        unsigned where = needles->where[block_at(at)];
        for (unsigned i = STEP; where && i-- > 0;) {
            const char *found = where & 1U << i && at - bytes >= i ? find_word(needles, bytes, at - i, end) : NULL;
            if (found)
                return found;
        }
    }
    return NULL;
}
