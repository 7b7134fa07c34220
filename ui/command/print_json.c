/* What json_dumps prints in its compact form. It looks for cycles on its way and takes each character apart, which is
 * half of the work for a batch of a million; what is not plain is left to it. */
#include "command/parts_json.h"

#include "base/text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { REAL_DIGITS = 9 };

static void put(struct buf *out, const json_t *value);

static void
put_by_jansson(struct buf *out, const json_t *value, size_t layout)
{
    char *text = json_dumps(value, layout | JSON_ENCODE_ANY | JSON_REAL_PRECISION(REAL_DIGITS));
    buf_text(out, text);
    free(text);
}

static void
put_quoted(struct buf *out, const char *text, size_t count)
{
    char *at = buf_room(out, count + 2);
    *at++ = '"';
    memcpy(at, text, count);
    at += count;
    *at++ = '"';
    buf_wrote(out, at);
}

/* Whether nothing in it must be escaped. */
static bool
is_plain(const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == '"' || text[i] == '\\')
            return false;
    return true;
}

static void
put_string(struct buf *out, const json_t *value)
{
    const char *text = json_string_value(value);
    size_t count = json_string_length(value);
    if (is_plain(text, count))
        put_quoted(out, text, count);
    else
        put_by_jansson(out, value, JSON_COMPACT);
}

/* The key, which is plain, and what is between it and its neighbours. */
static void
put_key(struct buf *out, const char *key, char before)
{
    size_t count = strlen(key);
    char *at = buf_room(out, count + 4);
    *at++ = before;
    *at++ = '"';
    memcpy(at, key, count);
    at += count;
    *at++ = '"';
    *at++ = ':';
    buf_wrote(out, at);
}

static void
put_object(struct buf *out, json_t *object)
{
    void *first = json_object_iter(object);
    for (void *i = first; i; i = json_object_iter_next(object, i)) {
        put_key(out, json_object_iter_key(i), i == first ? '{' : ',');
        put(out, json_object_iter_value(i));
    }
    buf_text(out, first ? "}" : "{}");
}

static void
put_array(struct buf *out, const json_t *array)
{
    buf_byte(out, '[');
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (i)
            buf_byte(out, ',');
        put(out, json_array_get(array, i));
    }
    buf_byte(out, ']');
}

static void
put_integer(struct buf *out, json_int_t number)
{
    char *at = buf_room(out, TEXT_DIGITS + 1);
    if (number < 0)
        *at++ = '-';
    buf_wrote(out, text_digits(at, number < 0 ? -(uint64_t)number : (uint64_t)number));
}

static void
put(struct buf *out, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        put_object(out, (json_t *)value);
        break;
    case JSON_ARRAY:
        put_array(out, value);
        break;
    case JSON_STRING:
        put_string(out, value);
        break;
    case JSON_INTEGER:
        put_integer(out, json_integer_value(value));
        break;
    case JSON_REAL:
        put_by_jansson(out, value, JSON_COMPACT);
        break;
    case JSON_TRUE:
        buf_text(out, "true");
        break;
    case JSON_FALSE:
        buf_text(out, "false");
        break;
    case JSON_NULL:
        buf_text(out, "null");
        break;
    }
}

void
parts_json_print(struct buf *out, json_t *value, bool pretty)
{
    if (pretty)
        put_by_jansson(out, value, JSON_INDENT(2));
    else
        put(out, value);
    buf_byte(out, '\n');
    json_decref(value);
}
