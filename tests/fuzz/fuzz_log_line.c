#include "bounce/log_line.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t count)
{
    static struct marks *marks;
    struct rejection r;
    struct log_line_context *context = log_line_context_new();
    marks = marks ? marks : marks_new();
    const char *end = memchr(data, '\n', count), *line = end ? end + 1 : (const char *)data;
    size_t first = end ? (size_t)(end - (const char *)data) : 0, rest = count - (size_t)(line - (const char *)data);
    log_line_read((const char *)data, first, context, catalogue_builtin(), marks, &r);
    log_line_is_dated(line, rest);
    if (log_line_read(line, rest, context, catalogue_builtin(), marks, &r)) {
        FUZZ_CHECK(r.kind == REJECTION_LOG);
        FUZZ_CHECK(r.code == 0 || (r.code >= 200 && r.code <= 599));
        FUZZ_CHECK(r.other_count <= REJECTION_OTHERS);
    }
    log_line_context_free(context);
    return 0;
}
