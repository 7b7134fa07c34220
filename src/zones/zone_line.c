#include "zones/zone_line.h"

/* As rbldnsd 1.0 reads them, found out by experiment: it is laxer than its manual (leading zeros) and stricter (a
 * carriage return is no blank). */

enum { ADDRESS_BITS = 32, OCTET_BITS = 8, OCTETS = 4, OCTET_MOST = 255 };

bool
zone_line_number(struct zone_line *line, uint32_t most, uint32_t *out)
{
    const char *s = line->at;
    uint64_t number = 0;
    while (s < line->end && *s >= '0' && *s <= '9' && number <= most)
        number = number * 10 + (unsigned)(*s++ - '0');
    if (s == line->at || number > most)
        return false;
    line->at = s;
    *out = (uint32_t)number;
    return true;
}

bool
zone_line_word(struct zone_line *line, struct zone_line *out)
{
    *out = (struct zone_line){line->at, line->at};
    while (out->end < line->end && !zone_line_is_blank(*out->end))
        out->end++;
    line->at = out->end;
    zone_line_skip_blanks(line);
    return out->at < out->end;
}

/* Returns how many octets there are; the missing ones are 0. */
static unsigned
take_octets(struct zone_line *line, uint32_t *address)
{
    unsigned count = 0;
    const char *quad = line->end - line->at >= ZONE_LINE_QUAD ? zone_line_quad(line->at, address) : NULL;
    if (quad && (*quad < '0' || *quad > '9')) {
        line->at = quad;
        return OCTETS;
    }
    *address = 0;
    do {
        uint32_t octet;
        if (!zone_line_number(line, OCTET_MOST, &octet))
            return 0;
        *address |= octet << (ADDRESS_BITS - OCTET_BITS - OCTET_BITS * count++);
    } while (count < OCTETS && zone_line_take(line, '.'));
    return count;
}

/* The bits beyond a prefix length. */
static uint32_t
host_bits(unsigned length)
{
    return length < ADDRESS_BITS ? UINT32_MAX >> length : 0;
}

static const char *
take_length(struct zone_line *line, uint32_t first, uint32_t *last)
{
    uint32_t length;
    if (!zone_line_number(line, ADDRESS_BITS, &length) || length == 0)
        return "the prefix length is not 1 to 32";
    *last = first | host_bits(length);
    return first & host_bits(length) ? "bits are set beyond the prefix length" : NULL;
}

/* Behind the "-": as many octets as on the other side, or one that stands for the last of them. */
static const char *
take_last(struct zone_line *line, unsigned octets, uint32_t first, uint32_t *last)
{
    unsigned shift = ADDRESS_BITS - OCTET_BITS * octets;
    uint32_t end;
    unsigned count = take_octets(line, &end);
    if (count == 1)
        end = (first & ~((uint32_t)OCTET_MOST << shift)) | end >> (ADDRESS_BITS - OCTET_BITS) << shift;
    else if (count != octets)
        return "the range has no end like its beginning";
    *last = end | host_bits(OCTET_BITS * octets);
    return *last < first ? "the range ends before it begins" : NULL;
}

const char *
zone_line_range(struct zone_line *line, uint32_t *first, uint32_t *last)
{
    const char *why = NULL;
    unsigned octets = take_octets(line, first);
    if (octets == 0)
        return "it is no address and no range";
    if (zone_line_take(line, '/'))
        why = take_length(line, *first, last);
    else if (zone_line_take(line, '-'))
        why = take_last(line, octets, *first, last);
    else if (octets == 1)
        return "a number alone is no range";
    else
        *last = *first | host_bits(OCTET_BITS * octets);
    if (why || zone_line_is_over(line) || zone_line_is_blank(*line->at) || *line->at == ':')
        return why;
    return *line->at == '\r' ? "a carriage return follows the range" : "something else follows the range";
}

const char *
zone_line_value(struct zone_line *line, bool *own)
{
    uint32_t a;
    zone_line_skip_blanks(line);
    *own = false;
    if (zone_line_is_over(line))
        return NULL;
    if (zone_line_take(line, ':')) {
        if (take_octets(line, &a) == 0 || a == 0)
            return "no A value is between the colons";
        zone_line_skip_blanks(line);
        if (line->at == line->end)
            return NULL;
        if (!zone_line_take(line, ':'))
            return "no colon follows the A value";
        zone_line_skip_blanks(line);
    }
    *own = true;
    return NULL;
}
