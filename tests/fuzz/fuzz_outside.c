/* Any bytes as an answer of RIPEstat or a saved page of the level 3 chart. */
#include "fuzz.h"

#include "journal/outside.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    struct buf text = {0};
    struct fault fault;
    outside_periods periods = {0};
    buf_bytes(&text, (const char *)bytes, count);
    if (outside_read(buf_string(&text), text.count, &periods, &fault))
        FUZZ_CHECK(periods.count > 0);
    for (size_t i = 0; i < periods.count; i++) {
        FUZZ_CHECK(periods.at[i].from_ms <= periods.at[i].until_ms);
        FUZZ_CHECK(periods.at[i].resource.kind != RESOURCE_NONE && *periods.at[i].list);
    }
    outside_periods_fini(&periods);
    buf_free(&text);
    return 0;
}
