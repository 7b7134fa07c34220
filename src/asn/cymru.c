#include "asn/cymru.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

/* A field of a text, without the blanks around it. */
struct field {
    const char *at;
    size_t count;
};

static struct field
trimmed(const char *at, size_t count)
{
    while (count > 0 && *at == ' ')
        at++, count--;
    while (count > 0 && at[count - 1] == ' ')
        count--;
    return (struct field){at, count};
}

/* Takes the field before the next '|' from the front of *text; at the end *text becomes NULL. */
static struct field
next_field(const char **text)
{
    const char *start = *text;
    if (start == NULL)
        return (struct field){"", 0};
    const char *bar = strchr(start, '|');
    *text = bar ? bar + 1 : NULL;
    return trimmed(start, bar ? (size_t)(bar - start) : strlen(start));
}

/* Reads the first number of "64500" or "64500 64501 {64502}". Returns false for an AS set alone, "NA" and AS 0. */
static bool
read_asn(struct field field, uint32_t *asn)
{
    uint64_t number = 0;
    size_t i = 0;
    while (i < field.count && isdigit((unsigned char)field.at[i]) && number <= UINT32_MAX)
        number = number * 10 + (uint64_t)(field.at[i++] - '0');
    *asn = (uint32_t)number;
    return number > 0 && number <= UINT32_MAX && (i == field.count || field.at[i] == ' ');
}

static bool
is_country(const char *at)
{
    return isupper((unsigned char)at[0]) && isupper((unsigned char)at[1]);
}

void
cymru_name(struct buf *out, const struct addr *addr)
{
    char reversed[ADDR_REVERSED_TEXT];
    buf_format(out, "%s.%s.asn.cymru.com", addr_reversed(addr, reversed),
               addr->family == ADDR_V6 ? "origin6" : "origin");
}

bool
cymru_parse(const char *text, struct cymru_origin *out)
{
    struct field asn = next_field(&text), prefix = next_field(&text), country = next_field(&text);
    *out = (struct cymru_origin){0};
    if (!read_asn(asn, &out->asn) || !prefix_parse_bytes(prefix.at, prefix.count, &out->prefix, NULL))
        return false;
    if (country.count == 2 && is_country(country.at))
        memcpy(out->country, country.at, 2);
    return true;
}

bool
cymru_parse_as(const char *text, char org[static CYMRU_ORG])
{
    org[0] = '\0';
    uint32_t asn;
    if (!read_asn(next_field(&text), &asn))
        return false;
    for (int skipped = 0; skipped < 3; skipped++) /* country, registry, date */
        next_field(&text);
    if (text == NULL)
        return false;

    struct field name = trimmed(text, strlen(text)); /* the rest, because a name may contain a '|' */
    if (name.count >= 4 && memcmp(name.at + name.count - 4, ", ", 2) == 0 && is_country(name.at + name.count - 2))
        name = trimmed(name.at, name.count - 4);
    text_clean_into(org, CYMRU_ORG, name.at, name.count);
    return true;
}
