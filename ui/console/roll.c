#include "roll.h"

#include "mem.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* Of ASCII alone; other letters have to be typed as they are. */
static char
lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

void
roll_fini(struct roll *roll)
{
    buf_free(&roll->names);
    free(roll->entries);
    *roll = (struct roll){0};
}

void
roll_fill(struct roll *roll, const struct asnmap *map)
{
    roll_fini(roll);
    roll->count = asnmap_count(map);
    roll->entries = mem_alloc(roll->count * sizeof *roll->entries + 1);
    for (size_t i = 0; i < roll->count; i++) {
        struct asn asn = asnmap_at(map, i);
        roll->entries[i] = (struct roll_entry){
            .name = (uint32_t)roll->names.count, .number = asn.number, .range_count = (uint32_t)asn.range_count};
        for (char *at = asn.org; *at != '\0'; at++)
            *at = lower(*at);
        buf_bytes(&roll->names, asn.org, strlen(asn.org) + 1);
    }
    roll->names.room = roll->names.count + 1; /* megabytes: no more than it takes */
    roll->names.at = mem_grow(roll->names.at, roll->names.room);
}

/* "64500" or "as64500" */
static bool
is_number(const char *word, uint32_t number)
{
    const char *digits = strncmp(word, "as", 2) == 0 ? word + 2 : word;
    int64_t named;
    size_t used = text_read_integer(digits, UINT32_MAX, &named);
    return used > 0 && digits[used] == '\0' && named == number;
}

bool
roll_matches(const struct roll *roll, size_t index, const char *word)
{
    const struct roll_entry *entry = &roll->entries[index];
    char small[ASNDB_ORG];
    size_t count = strlen(word);
    if (count >= sizeof small)
        return false;
    for (size_t i = 0; i <= count; i++)
        small[i] = lower(word[i]);
    return strstr(roll->names.at + entry->name, small) || is_number(small, entry->number);
}
