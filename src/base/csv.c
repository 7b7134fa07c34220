#include "base/csv.h"

#include <stdbool.h>
#include <string.h>

char *
csv_put(char *at, const char *text, size_t count)
{
    bool formula = count > 0 && strchr("=+-@", *text);
    if (!formula && !memchr(text, ',', count) && !memchr(text, '"', count)) {
        memcpy(at, text, count);
        return at + count;
    }
    *at++ = '"';
    if (formula)
        *at++ = '\'';
    for (size_t i = 0; i < count; i++) {
        if (text[i] == '"')
            *at++ = '"';
        *at++ = text[i];
    }
    *at++ = '"';
    return at;
}

void
csv_cell(struct buf *out, const char *text)
{
    if (!text)
        return;
    size_t count = strlen(text);
    buf_wrote(out, csv_put(buf_room(out, CSV_ROOM(count)), text, count));
}
