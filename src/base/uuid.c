#include "base/uuid.h"

#include "base/clock.h"

#include <string.h>
#include <unistd.h>

enum { GROUPS = 5 };
static const uint8_t group_bytes[GROUPS] = {4, 2, 2, 2, 6};

/* Sets the bits of version and variant. */
#define MARK(uuid, version)                                                                                            \
    ((uuid).bytes[6] = (uint8_t)((version) << 4 | ((uuid).bytes[6] & 0x0F)),                                           \
     (uuid).bytes[8] = (uint8_t)(0x80 | ((uuid).bytes[8] & 0x3F)))

/* If the system has no random bytes, a counter at least avoids repetitions in this process. */
struct uuid
uuid_random(void)
{
    static uint32_t made;
    uint64_t bits[2] = {(uint64_t)getpid() << 32 | ++made, (uint64_t)clock_now_us()};
    struct uuid uuid;
    (void)!getentropy(bits, sizeof bits);
    memcpy(uuid.bytes, bits, UUID_BYTES);
    MARK(uuid, 4);
    return uuid;
}

/* RFC 9562 section 5.7: 48 bits of time, the version, 12 random bits, the variant, 62 random bits. */
struct uuid
uuid_new(int64_t wall_ms)
{
    struct uuid uuid = uuid_random();
    for (int i = 0; i < 6; i++)
        uuid.bytes[i] = (uint8_t)((uint64_t)(wall_ms > 0 ? wall_ms : 0) >> 8 * (5 - i));
    MARK(uuid, 7);
    return uuid;
}

/* Byte by byte, to be the same on every machine. Must never change, because journals contain the results. */
struct uuid
uuid_of_name(const char *name)
{
    uint64_t halves[2] = {1, 2};
    struct uuid uuid;
    for (; *name; name++)
        for (int i = 0; i < 2; i++) { /* splitmix64: each bit of the result depends on every bit of x */
            uint64_t x = (halves[i] ^ (unsigned char)*name) + UINT64_C(0x9E3779B97F4A7C15);
            x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
            x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
            halves[i] = x ^ x >> 31;
        }
    for (int i = 0; i < UUID_BYTES; i++)
        uuid.bytes[i] = (uint8_t)(halves[i / 8] >> 8 * (i % 8));
    MARK(uuid, 8);
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

bool
uuid_parse(const char *text, struct uuid *out)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    struct uuid uuid = {{0}};
    unsigned half = 0; /* place, counted in hex digits */
    for (int group = 0; group < GROUPS; group++) {
        if (group > 0 && *text++ != '-')
            return false;
        for (int i = 0; i < 2 * group_bytes[group]; i++, half++, text++) {
            const char *digit = *text ? strchr(digits, *text) : NULL;
            if (!digit)
                return false;
            long value = digit - digits;
            uint8_t *byte = &uuid.bytes[half / 2];
            *byte = (uint8_t)(*byte << 4 | (value < 16 ? value : value - 6));
        }
    }
    if (*text != '\0')
        return false;
    *out = uuid;
    return true;
}
