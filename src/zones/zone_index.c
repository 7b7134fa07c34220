#include "zones/zone_index.h"

#include "base/mem.h"

#include <stdlib.h>

enum { IN_STRETCH = 16, ADDRESS_BITS = 32, BITS_MOST = 16, BATCH = 1 << 15 };

static void
begin(struct zone_index *index, size_t count)
{
    unsigned bits = 1;
    while (bits < BITS_MOST && count >> bits > IN_STRETCH)
        bits++;
    index->shift = ADDRESS_BITS - bits;
    index->places = mem_alloc((((size_t)1 << bits) + 1) * sizeof *index->places);
}

bool
zone_index_build(struct zone_index *index, const uint32_t *numbers, size_t step, size_t count)
{
    if (!index->places)
        begin(index, count);
    uint32_t *places = index->places, stretch = index->stretch, at = index->at;
    unsigned shift = index->shift;
    size_t end = count - at < BATCH ? count : at + BATCH;
    for (; at < end; at++)
        while (stretch <= numbers[at * step] >> shift)
            places[stretch++] = at;
    if (end == count)
        while (stretch <= (uint32_t)1 << (ADDRESS_BITS - shift))
            places[stretch++] = (uint32_t)count;
    index->stretch = stretch;
    index->at = at;
    return end == count;
}

void
zone_index_free(struct zone_index *index)
{
    free(index->places);
    *index = (struct zone_index){0};
}
