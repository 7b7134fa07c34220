#include "asn/mmdb_check.h"

#include <string.h>

/* Walks values as the library would, following pointers, with a budget of values and of nesting: the walk ends on any
 * input, and what it accepts is small. */

static const char MARKER[] = "\xab\xcd\xefMaxMind.com";

enum {
    MARKER_BYTES = sizeof MARKER - 1,
    SEPARATOR_BYTES = 16, /* zeros between the search tree and the data */
    VALUES = 1024,        /* more than any real record or metadata contain */
    METADATA = 64 * 1024, /* bytes of their strings, each counted as often as a pointer leads to it */
    NESTING = 8,
};

enum type {
    EXTENDED,
    POINTER,
    STRING,
    DOUBLE,
    BYTES,
    UINT16,
    UINT32,
    MAP,
    INT32,
    UINT64,
    UINT128,
    ARRAY,
    BOOLEAN = 14,
    FLOAT,
    TYPES
};

/* The most bytes of a number; types that are 0 here are no numbers, or do not occur in files. */
static const uint8_t widest[TYPES] = {
    [DOUBLE] = 8, [UINT16] = 2, [UINT32] = 4, [INT32] = 4, [UINT64] = 8, [UINT128] = 16, [FLOAT] = 4,
};

struct section {
    const uint8_t *at;
    size_t count;
};

/* One value without its contents. */
struct value {
    unsigned type;
    size_t size;    /* bytes of a scalar; entries of a map or array */
    size_t content; /* where its bytes, or its entries, begin */
    size_t next;    /* where the value behind a scalar or pointer begins */
    size_t target;  /* of a pointer */
};

/* Reads at most 8 bytes, all in the section; mostly without a loop, because lengths change from value to value. */
static inline size_t
big_endian(const struct section *s, size_t at, size_t count)
{
    uint64_t number = 0;
    if (s->count - at < sizeof number) {
        while (count-- > 0)
            number = number << 8 | s->at[at++];
        return number;
    }
    memcpy(&number, s->at + at, sizeof number);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    number = __builtin_bswap64(number);
#endif
    return count > 0 ? number >> (64 - 8 * count) : 0;
}

static inline bool
read_pointer(const struct section *s, struct value *v, uint8_t control)
{
    static const size_t base[] = {0, 2048, 526336, 0};
    size_t more = (control >> 3 & 3) + 1u;
    if (more > s->count - v->content)
        return false;
    size_t high = more < 4 ? control & 7u : 0;
    v->target = base[more - 1] + (high << 8 * more | big_endian(s, v->content, more));
    v->next = v->content + more;
    return true;
}

static inline bool
read_value(const struct section *s, size_t offset, struct value *v)
{
    static const size_t size_base[] = {29, 285, 65821};
    if (offset >= s->count)
        return false;
    uint8_t control = s->at[offset];
    *v = (struct value){.type = control >> 5, .size = control & 31u, .content = offset + 1};
    if (v->type == POINTER)
        return read_pointer(s, v, control);
    if (v->type == EXTENDED) {
        if (v->content >= s->count)
            return false;
        v->type = 7u + s->at[v->content++];
    }
    if (v->size >= 29) { /* spelt out in 1 to 3 further bytes */
        size_t more = v->size - 28;
        if (more > s->count - v->content)
            return false;
        v->size = size_base[more - 1] + big_endian(s, v->content, more);
        v->content += more;
    }
    if (v->type == MAP || v->type == ARRAY)
        return true;
    size_t bytes = v->type == BOOLEAN ? 0 : v->size;
    v->next = v->content + bytes;
    bool is_scalar = v->type == STRING || v->type == BYTES || v->type == BOOLEAN ||
                     (v->type < TYPES && bytes <= widest[v->type] && widest[v->type]);
    return is_scalar && bytes <= s->count - v->content;
}

/* Reads a value, or the one that a pointer leads to; v->next is behind the pointer. */
static inline bool
read_target(const struct section *s, size_t offset, struct value *v)
{
    if (!read_value(s, offset, v))
        return false;
    if (v->type != POINTER)
        return true;
    size_t next = v->next;
    if (!read_value(s, v->target, v) || v->type == POINTER) /* a pointer to a pointer is against the format */
        return false;
    v->next = next;
    return true;
}

struct walk {
    struct section section;
    unsigned values;  /* still allowed */
    size_t bytes;     /* of strings, still allowed */
    unsigned nesting; /* deepest allowed */
    bool plain;       /* nested values must be strings, as in metadata */
};

/* Walks the value at `offset` with all of its contents; *next is where the value behind it begins. */
static bool
walk_value(struct walk *w, size_t offset, unsigned depth, size_t *next)
{
    struct value here, v;
    if (w->values == 0 || depth > w->nesting || !read_value(&w->section, offset, &here) ||
        !read_target(&w->section, offset, &v))
        return false;
    w->values--;
    if (w->plain && depth == w->nesting && v.type != STRING)
        return false;
    if (v.type == STRING) {
        if (v.size > w->bytes)
            return false;
        w->bytes -= v.size;
    }
    *next = v.next;
    if (v.type != MAP && v.type != ARRAY)
        return true;

    size_t at = v.content;
    for (size_t i = 0; i < v.size; i++) {
        struct value key;
        if (v.type == MAP) {
            if (!read_target(&w->section, at, &key) || key.type != STRING)
                return false;
            at = key.next;
        }
        if (!walk_value(w, at, depth + 1, &at))
            return false;
    }
    if (here.type != POINTER)
        *next = at;
    return true;
}

static bool
is_key(const struct section *s, const struct value *value, const struct mmdb_check_key *key)
{
    return value->size == key->count && key->name && memcmp(s->at + value->content, key->name, key->count) == 0;
}

/* Finds a number in the map at the start of the section, which was walked before. */
static bool
find_number(const struct section *s, const char *name, enum type type, size_t *number)
{
    struct walk w = {.section = *s, .values = VALUES, .bytes = SIZE_MAX, .nesting = NESTING};
    struct value map, key, v;
    if (!read_value(s, 0, &map) || map.type != MAP)
        return false;
    for (size_t i = 0, at = map.content; i < map.size; i++) {
        if (!read_target(s, at, &key) || !read_target(s, key.next, &v))
            return false;
        if (is_key(s, &key, &(struct mmdb_check_key){.name = name, .count = strlen(name)})) {
            if (v.type != type || v.size > 4)
                return false;
            *number = big_endian(s, v.content, v.size);
            return true;
        }
        if (!walk_value(&w, key.next, 1, &at))
            return false;
    }
    return false;
}

bool
mmdb_check_tail(const uint8_t *tail, size_t count, uint64_t file_size, struct buf *why)
{
    struct section metadata = {0};
    const uint8_t *at = tail;
    while ((at = memmem(at, count - (size_t)(at - tail), MARKER, MARKER_BYTES)) != NULL) {
        at += MARKER_BYTES; /* the last one counts, because the data may contain the same bytes by chance */
        metadata = (struct section){at, count - (size_t)(at - tail)};
    }
    if (!metadata.at) {
        buf_text(why, "not an MMDB file, or cut short (no metadata marker)");
        return false;
    }
    struct walk w = {.section = metadata, .values = VALUES, .bytes = METADATA, .nesting = 2, .plain = true};
    size_t next, nodes, bits;
    if (!walk_value(&w, 0, 0, &next) || !find_number(&metadata, "node_count", UINT32, &nodes) ||
        !find_number(&metadata, "record_size", UINT16, &bits)) {
        buf_text(why, "its metadata are damaged, or larger than any real ones");
        return false;
    }
    uint64_t data = file_size - metadata.count - MARKER_BYTES;
    uint64_t tree = (uint64_t)nodes * bits / 4 + SEPARATOR_BYTES; /* two records a node */
    if (tree > data) {
        buf_format(why, "damaged or cut short: its search tree takes %llu bytes, there are %llu",
                   (unsigned long long)tree, (unsigned long long)data);
        return false;
    }
    return true;
}

struct key {
    size_t place;  /* among the keys looked for; key_count = none of them */
    size_t spelt;  /* as in mmdb_check_key */
    size_t behind; /* where its value begins */
};

/* Recognises most names by their place, because a file spells a name out once and then points there. */
static inline bool
read_key(const struct section *s, size_t offset, const struct mmdb_check_key *keys, size_t key_count, struct key *key)
{
    struct value v;
    if (!read_value(s, offset, &v))
        return false;
    *key = (struct key){.behind = v.next, .spelt = offset + 1};
    if (v.type == POINTER) {
        key->spelt = v.target + 1;
        for (; key->place < key_count; key->place++)
            if (keys[key->place].spelt == key->spelt)
                return true;
        if (!read_value(s, v.target, &v))
            return false;
    }
    if (v.type != STRING) /* a pointer to a pointer is against the format */
        return false;
    for (key->place = 0; key->place < key_count && !is_key(s, &v, &keys[key->place]);)
        key->place++;
    return true;
}

/* Returns a number, 0 = none that fits into 32 bits: writers of databases store ASNs in every numeric type. */
static uint32_t
read_number(const struct section *s, const struct value *v)
{
    size_t high = v->size > sizeof(uint64_t) ? v->size - sizeof(uint64_t) : 0;
    uint64_t bits = big_endian(s, v->content + high, v->size - high);
    while (high > 0)
        if (s->at[v->content + --high] != 0)
            return 0;
    if (v->type != DOUBLE && v->type != FLOAT)
        return bits <= (v->type == INT32 ? INT32_MAX : UINT32_MAX) ? (uint32_t)bits : 0;
    double real;
    float shorter;
    uint32_t half = (uint32_t)bits;
    memcpy(&real, &bits, sizeof real);
    memcpy(&shorter, &half, sizeof shorter);
    if (v->type == FLOAT)
        real = (double)shorter;
    return v->size == widest[v->type] && real >= 0 && real <= UINT32_MAX ? (uint32_t)real : 0;
}

bool
mmdb_check_record(const uint8_t *section, size_t count, size_t offset, const struct mmdb_check_key *keys,
                  size_t key_count, struct mmdb_check_field *out)
{
    const struct section s = {section, count};
    struct walk w = {.section = s, .values = VALUES, .bytes = SIZE_MAX, .nesting = NESTING};
    struct value map, v;
    for (size_t i = 0; i < key_count; i++)
        out[i] = (struct mmdb_check_field){0};
    if (!read_target(&s, offset, &map) || map.type != MAP || map.size >= VALUES)
        return false;
    for (size_t i = map.size, at = map.content; i-- > 0;) {
        struct key key;
        if (!read_key(&s, at, keys, key_count, &key) || !read_target(&s, key.behind, &v))
            return false;
        struct mmdb_check_field *field = key.place < key_count ? &out[key.place] : NULL;
        if (field && !field->spelt) {
            field->spelt = key.spelt;
            if (v.type == STRING) {
                field->text = (const char *)s.at + v.content;
                field->text_count = v.size;
            } else if (v.type == MAP) {
                field->map = key.behind;
            } else if (v.type < TYPES && widest[v.type]) {
                field->number = read_number(&s, &v);
            }
        }
        at = v.next;
        if ((v.type == MAP || v.type == ARRAY) && !walk_value(&w, key.behind, 1, &at))
            return false;
    }
    return true;
}
