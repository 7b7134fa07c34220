#include "base/uuid.h"

#include "base/clock.h"

#include <string.h>
#include <unistd.h>

enum { GROUPS = 5 };
static const uint8_t group_bytes[GROUPS] = {4, 2, 2, 2, 6};

static void
mark(struct uuid *uuid, unsigned version)
{
    uuid->bytes[6] = (uint8_t)(version << 4 | (uuid->bytes[6] & 0x0F));
    uuid->bytes[8] = 0x80 | (uuid->bytes[8] & 0x3F);
}

/* RFC 9562 section 5.7: 48 bits of time, the version, 12 random bits, the variant, 62 random bits. What stands in for
 * them where the system has no random bytes is at least not the same twice here. */
struct uuid
uuid_new(int64_t wall_ms)
{
    static uint32_t made;
    uint64_t bits[2] = {(uint64_t)getpid() << 32 | ++made, (uint64_t)clock_now_us()};
    struct uuid uuid;
    (void)!getentropy(bits, sizeof bits);
    memcpy(uuid.bytes, bits, UUID_BYTES);
    for (int i = 0; i < 6; i++)
        uuid.bytes[i] = (uint8_t)((uint64_t)(wall_ms > 0 ? wall_ms : 0) >> 8 * (5 - i));
    mark(&uuid, 7);
    return uuid;
}

/* Each bit of the outcome depends on every bit that goes in: splitmix64. */
static uint64_t
mix(uint64_t x)
{
    x += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

/* Byte by byte, so that it is the same on every machine; and for ever, since journals hold it. */
struct uuid
uuid_of_name(const char *name)
{
    uint64_t halves[2] = {1, 2};
    struct uuid uuid;
    for (; *name; name++)
        for (int i = 0; i < 2; i++)
            halves[i] = mix(halves[i] ^ (unsigned char)*name);
    for (int i = 0; i < UUID_BYTES; i++)
        uuid.bytes[i] = (uint8_t)(halves[i / 8] >> 8 * (i % 8));
    mark(&uuid, 8);
    return uuid;
}

const char *
uuid_text(const struct uuid *uuid, char out[static UUID_TEXT])
{
    static const char hex[] = "0123456789abcdef";
    const uint8_t *from = uuid->bytes;
    char *to = out;
    for (int group = 0; group < GROUPS; group++) {
        if (group > 0)
            *to++ = '-';
        for (int i = 0; i < group_bytes[group]; i++, from++) {
            *to++ = hex[*from >> 4];
            *to++ = hex[*from & 15];
        }
    }
    *to = '\0';
    return out;
}

/* -1 = no digit. */
static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
uuid_parse(const char *text, struct uuid *out)
{
    struct uuid uuid;
    uint8_t *to = uuid.bytes;
    for (int group = 0; group < GROUPS; group++) {
        if (group > 0 && *text++ != '-')
            return false;
        for (int i = 0; i < group_bytes[group]; i++, text += 2) {
            int high = hex_digit(text[0]), low = high < 0 ? -1 : hex_digit(text[1]);
            if (low < 0)
                return false;
            *to++ = (uint8_t)(high << 4 | low);
        }
    }
    if (*text != '\0')
        return false;
    *out = uuid;
    return true;
}

int
uuid_compare(const struct uuid *a, const struct uuid *b)
{
    return memcmp(a->bytes, b->bytes, UUID_BYTES);
}
