/* Events, and whatever else a stream may hold. */
#include "bounce/bounce_reader.h"
#include "bounce/event.h"
#include "fuzz.h"

static void
take(void *arg, struct rejection *r)
{
    size_t *taken = arg;
    FUZZ_CHECK(r->other_count <= REJECTION_OTHERS);
    FUZZ_CHECK(r->code == 0 || (r->code >= 200 && r->code <= 599));
    ++*taken;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t count)
{
    static struct marks *marks;
    size_t taken = 0;
    marks = marks ? marks : marks_new();
    struct bounce_reader reader = {.catalogue = catalogue_builtin(), .marks = marks, .take = take, .arg = &taken};
    event_read((const char *)data, count, catalogue_builtin(), marks, take, &taken);
    bounce_reader_text(&reader, (const char *)data, count);
    FUZZ_CHECK(reader.counts.bytes == count);
    return 0;
}
