#include "base/spelling.h"

#include <string.h>

/* Returns how many letters must be added, removed or replaced to make one word of another. */
static size_t
distance(const char *a, const char *b)
{
    enum { MOST = 32 };
    size_t row[MOST], count = strlen(b);
    if (count >= MOST)
        return MOST;
    for (size_t j = 0; j <= count; j++)
        row[j] = j;
    for (size_t i = 1; *a; a++, i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= count; j++) {
            size_t changed = corner + (*a != b[j - 1]), other = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            corner = row[j];
            row[j] = changed < other ? changed : other;
        }
    }
    return row[count];
}

void
spelling_offer(struct spelling *s, const char *name)
{
    size_t off = distance(s->word, name), most = (strlen(s->word) + 1) / 3;
    if (off > most || (s->nearest && off >= s->distance))
        return;
    s->nearest = name;
    s->distance = off;
}

const char *
spelling_find(const char *word, const void *rows, size_t row_size, size_t count)
{
    struct spelling s = {.word = word};
    for (size_t i = 0; i < count; i++)
        spelling_offer(&s, *(const char *const *)((const char *)rows + i * row_size));
    return s.nearest;
}
