/* Fuzz harnesses: one file fuzz_NAME.c for each parser of foreign input, with one function,
 *
 *     int LLVMFuzzerTestOneInput(const uint8_t *data, size_t count)
 *
 * that hands the bytes to the parser and uses FUZZ_CHECK for what must hold whatever they are: nothing is read beyond
 * the end (the sanitizers see to that), what was understood can be written and understood again, what was refused
 * leaves its result alone.
 *
 * As a test, it is linked with replay.c and run over the files of tests/fuzz/corpus/NAME: small inputs made by hand,
 * and one for every bug that the fuzzer found. As a fuzzer:
 *
 *     clang -g -O1 -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -Isrc -Itests/fuzz tests/fuzz/fuzz_addr.c \
 *         src/base/addr.c -o fuzz_addr
 *     mkdir -p found && ./fuzz_addr -max_total_time=60 found tests/fuzz/corpus/addr
 *
 * (new inputs go to the first folder; only the interesting ones are moved to the corpus). */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t count);

/* An assertion that NDEBUG does not remove. */
#define FUZZ_CHECK(condition)                                                                                          \
    ((condition) ? (void)0 : (fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition), abort()))

/* The input as a string, which ends at its first NUL; for the caller to free. */
static inline char *
fuzz_string(const uint8_t *data, size_t count)
{
    char *string = malloc(count + 1);
    FUZZ_CHECK(string);
    if (count)
        memcpy(string, data, count);
    string[count] = '\0';
    return string;
}

#endif
