#include "targets/target_word.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "lists/list_key.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { V4_PARTS = 4, V4_BITS = 32, V6_BITS = 128, NIBBLES = 32, OCTET_MOST = 255, HALF_MOST = 65535 };
enum { LABEL_MOST = 63, NAME_MOST = 253 }; /* bytes */

/* Sets the reason why a word is not what it looks like; returns false. */
static bool __attribute__((format(printf, 2, 3))) set_why(struct word *word, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(word->why, sizeof word->why, format, args);
    va_end(args);
    return false;
}

static bool
begins(const struct span *word, const char *with)
{
    size_t count = strlen(with);
    return word->count >= count && strncasecmp(word->at, with, count) == 0;
}

static bool
ends(const struct span *word, const char *with)
{
    size_t count = strlen(with);
    return word->count >= count && strncasecmp(word->at + word->count - count, with, count) == 0;
}

static struct span
span_from(const struct span *word, size_t start)
{
    return (struct span){word->at + start, word->count - start};
}

/* Adds what is not there yet, because an URL may name an address twice. */
static bool
add(struct word *word, struct resource resource)
{
    for (size_t i = 0; i < word->found.count; i++)
        if (resource_equal(&word->found.at[i], &resource))
            return true;
    vec_push(&word->found, resource);
    return true;
}

/* ---- decoration ---- */

/* Appends the word as it was before it was made harmless ("203[.]0[.]113[.]77", "hxxp"), with plain quotes and hyphens.
 */
static void
refang(struct buf *out, struct span word)
{
    static const struct {
        const char *written, *meant;
    } forms[] = {{"[.]", "."},          {"(.)", "."},          {"{.}", "."},          {"[dot]", "."},
                 {"(dot)", "."},        {"\\.", "."},          {"[:]", ":"},          {"[://]", "://"},
                 {"hxxp", "http"},      {"\xE2\x80\x93", "-"}, {"\xE2\x80\x94", "-"}, {"\xE2\x80\x98", "'"},
                 {"\xE2\x80\x99", "'"}, {"\xE2\x80\x9C", "'"}, {"\xE2\x80\x9D", "'"}, {"\xE2\x80\x9E", "'"},
                 {"\xC2\xAB", "'"},     {"\xC2\xBB", "'"},     {"\xE3\x80\x82", "."}, {"\xEF\xBC\x8E", "."},
                 {"\xEF\xBD\xA1", "."} /* dots of RFC 3490 */};
    enum { FORMS = sizeof forms / sizeof forms[0] };
    while (word.count > 0) {
        size_t form = 0;
        while (form < FORMS && !begins(&word, forms[form].written))
            form++;
        if (form < FORMS)
            buf_text(out, forms[form].meant);
        else
            buf_byte(out, *word.at ? *word.at : '?');
        word = span_from(&word, form < FORMS ? strlen(forms[form].written) : 1);
    }
}

/* Cuts the quotes, brackets and punctuation around a word. */
static void
strip(struct span *word)
{
    while (word->count > 0 && strchr("[(<{\"'`", *word->at))
        *word = span_from(word, 1);
    for (char last; word->count > 0; word->count--) {
        last = word->at[word->count - 1];
        if (!strchr("])>}\"'`.,;!?", last) && (last != ':' || ends(word, "::")))
            break;
    }
}

/* Cuts "IPv6:" and its like, and what stands around them. */
static void
cut_tag(struct span *span, struct word *word)
{
    static const char *const tags[] = {"ipv6:", "ipv4:", "ip6:", "ip4:", "ip:", "ip="};
    strip(span);
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
        if (begins(span, tags[i])) {
            *span = span_from(span, strlen(tags[i]));
            word->exact = false;
        }
    strip(span);
}

/* Cuts ":25" behind a bracket, or behind a word without another colon. Returns false if the number is no port. */
static bool
cut_port(struct span *span, struct word *word)
{
    size_t digits = 0;
    int64_t port;
    while (digits < span->count && isdigit((unsigned char)span->at[span->count - digits - 1]))
        digits++;
    if (digits == 0 || digits + 1 >= span->count || span->at[span->count - digits - 1] != ':')
        return true;
    size_t host = span->count - digits - 1;
    if (!strchr("])>", span->at[host - 1]) && memchr(span->at, ':', host))
        return true;
    if (text_read_integer(span->at + host + 1, HALF_MOST, &port) != digits)
        return set_why(word, "is not an address: the highest port is %d", HALF_MOST);
    span->count = host;
    strip(span);
    word->exact = false;
    return true;
}

/* ---- addresses, prefixes, ranges ---- */

static bool
read_plain(struct span span, struct word *word)
{
    struct addr address;
    struct prefix net;
    bool host_bits = false;
    if (addr_parse_bytes(span.at, span.count, &address)) {
        addr_unmap(&address);
        return add(word, resource_of_address(&address));
    }
    if (!prefix_parse_bytes(span.at, span.count, &net, &host_bits) && !host_bits)
        return false;
    word->exact = word->exact && !host_bits;
    return add(word, resource_of_net(&net));
}

struct addr
word_last_of(const struct prefix *net)
{
    struct addr last = net->addr;
    unsigned bits = last.family == ADDR_V4 ? V4_BITS : V6_BITS;
    for (unsigned bit = net->length; bit < bits; bit++)
        last.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
    return last;
}

bool
word_set_range(struct word *word, const struct addr *first, const struct addr *last)
{
    unsigned bits = first->family == ADDR_V4 ? V4_BITS : V6_BITS;
    struct addr at = *first;
    word->exact = false;
    vec_clear(&word->found);
    if (first->family != last->family)
        return set_why(word, "is not a range: one end is IPv4, the other IPv6");
    if (addr_compare(first, last) > 0)
        return set_why(word, "is not a range: it ends before it begins");
    if (addr_equal(first, last))
        return add(word, resource_of_address(first));
    for (;;) {
        struct prefix net = prefix_around(&at, 0);
        struct addr end = word_last_of(&net);
        while (!addr_equal(&net.addr, &at) || addr_compare(&end, last) > 0) {
            net = prefix_around(&at, net.length + 1u);
            end = word_last_of(&net);
        }
        vec_push(&word->found, resource_of_net(&net));
        if (addr_equal(&end, last))
            return true;
        at = end;
        for (unsigned byte = bits / 8; byte-- > 0 && ++at.bytes[byte] == 0;)
            ;
    }
}

/* "a-b" and "a.b.c.d-e" */
static bool
read_range(struct span span, struct word *word)
{
    struct addr first, last;
    int64_t octet;
    const char *dash = memchr(span.at, '-', span.count);
    if (!dash || !addr_parse_bytes(span.at, (size_t)(dash - span.at), &first))
        return false;
    struct span right = span_from(&span, (size_t)(dash + 1 - span.at));
    last = first;
    if (first.family == ADDR_V4 && right.count > 0 && text_read_integer(right.at, OCTET_MOST, &octet) == right.count)
        last.bytes[V4_PARTS - 1] = (uint8_t)octet;
    else if (!addr_parse_bytes(right.at, right.count, &last))
        return false;
    return word_set_range(word, &first, &last);
}

/* "a.b.c.d/255.255.255.0" */
static bool
read_mask(struct span span, struct word *word)
{
    struct addr address, mask;
    const char *slash = memchr(span.at, '/', span.count);
    if (!slash || !addr_parse_bytes(span.at, (size_t)(slash - span.at), &address) || address.family != ADDR_V4 ||
        !addr_parse_bytes(slash + 1, span.count - (size_t)(slash + 1 - span.at), &mask) || mask.family != ADDR_V4)
        return false;
    uint32_t hosts = ~addr_to_v4(&mask);
    if (hosts & (hosts + 1))
        return set_why(word, "is not a prefix: the bits of its mask have a gap");
    struct prefix net = prefix_around(&address, (unsigned)__builtin_popcount(~hosts));
    word->exact = false;
    return add(word, resource_of_net(&net));
}

/* "a.b.c", "a.b.c.*", "a.b.*.*" and "a.b/16" */
static bool
read_short(struct span span, struct word *word)
{
    char full[PREFIX_TEXT], length[8];
    struct prefix net;
    bool host_bits;
    unsigned parts = 1, cut = 0;
    const char *slash = memchr(span.at, '/', span.count);
    struct span start = {span.at, slash ? (size_t)(slash - span.at) : span.count};
    for (; !slash && (ends(&start, ".*") || ends(&start, ".x")); cut++)
        start.count -= 2;
    for (size_t i = 0; i < start.count; i++)
        parts += start.at[i] == '.';
    bool fits = slash ? parts >= 2 : parts + cut == V4_PARTS || (parts == 3 && cut == 0);
    if (!fits || parts >= V4_PARTS || start.count >= sizeof "255.255.255")
        return false;
    snprintf(length, sizeof length, "%u", 8 * parts);
    if (slash)
        snprintf(length, sizeof length, "%.*s", (int)(span.count - start.count - 1), slash + 1);
    snprintf(full, sizeof full, "%.*s%s/%s", (int)start.count, start.at, &".0.0.0"[2 * (parts - 1)], length);
    if (!prefix_parse(full, &net, &host_bits) && !host_bits)
        return false;
    word->weak = true;
    if (!slash && cut == 0 && start.at[1] == '.')
        return set_why(word, "looks like a status or a version; write %.*s.0/24 for the net", (int)start.count,
                       start.at);
    word->exact = false;
    return add(word, resource_of_net(&net));
}

/* ---- AS numbers ---- */

bool
word_read_asn(struct span span, uint32_t *asn)
{
    int64_t number, low = 0;
    size_t used = span.count > 0 && *span.at != '0' ? text_read_integer(span.at, UINT32_MAX, &number) : 0;
    if (used > 0 && used < span.count && span.at[used] == '.' && number <= HALF_MOST) {
        size_t more = text_read_integer(span.at + used + 1, HALF_MOST, &low);
        number = number << 16 | low;
        used = more > 0 ? used + 1 + more : 0;
    }
    *asn = used > 0 ? (uint32_t)number : 0;
    return used > 0 && used == span.count;
}

static bool
read_asn(struct span span, struct word *word)
{
    uint32_t asn;
    if (!begins(&span, "AS"))
        return false;
    bool is_long = begins(&span, "ASN");
    struct span number = span_from(&span, is_long ? 3 : 2);
    if (word_read_asn(number, &asn)) {
        word->exact = word->exact && !is_long && !memchr(number.at, '.', number.count);
        return add(word, resource_of_asn(asn));
    }
    for (size_t i = 0; i < number.count; i++)
        if (!isdigit((unsigned char)number.at[i]) && number.at[i] != '.')
            return false;
    return number.count == 0 ? false : set_why(word, "is not an AS number: write AS1 to AS4294967295");
}

/* ---- names of DNS questions ---- */

/* Returns whether this is a host name or a domain (RFC 1035, and UTF-8 for RFC 5890): labels of letters, digits,
 * hyphens and underscores, at least two, of which the last is no number. */
static bool
is_name(struct span name)
{
    size_t label = 0, labels = 1;
    for (size_t i = 0; i < name.count; i++) {
        unsigned char c = (unsigned char)name.at[i];
        bool hyphen_at_end = c == '-' && (label == 0 || i + 1 == name.count || name.at[i + 1] == '.');
        if ((c == '.' && label == 0) || hyphen_at_end || (c < 0x80 && !isalnum(c) && !strchr("-_.", c)))
            return false;
        label = c == '.' ? 0 : label + 1;
        labels += c == '.';
        if (label > LABEL_MOST)
            return false;
    }
    return labels > 1 && label > 1 && name.count <= NAME_MOST && !isdigit((unsigned char)name.at[name.count - label]);
}

/* Reads the labels before a zone: an address, or a part of one under a reverse zone (`parts`). */
static bool
read_reversed(struct span labels, bool parts, struct word *word)
{
    struct addr address, v4, v6 = {.family = ADDR_V6};
    char full[ADDR_TEXT];
    unsigned count = 1, nibbles = 0;
    for (size_t i = 0; i < labels.count; i++)
        count += labels.at[i] == '.';
    if (count <= V4_PARTS && labels.count < sizeof "255.255.255.255" && (parts || count == V4_PARTS)) {
        snprintf(full, sizeof full, "%s%.*s", &"0.0.0."[2 * (count - 1)], (int)labels.count, labels.at);
        if (addr_parse(full, &v4)) {
            address = v4;
            for (unsigned i = 0; i < V4_PARTS; i++)
                address.bytes[i] = v4.bytes[V4_PARTS - 1 - i];
            struct prefix net = prefix_around(&address, 8 * count);
            return add(word, count == V4_PARTS ? resource_of_address(&address) : resource_of_net(&net));
        }
    }
    for (size_t i = labels.count + 1; i >= 2 && nibbles < NIBBLES; i -= 2, nibbles++) {
        unsigned char digit = (unsigned char)labels.at[i - 2];
        if (!isxdigit(digit) || (i > 2 && labels.at[i - 3] != '.'))
            return false;
        unsigned value = (unsigned)(isdigit(digit) ? digit - '0' : tolower(digit) - 'a' + 10);
        v6.bytes[nibbles / 2] |= (uint8_t)(nibbles % 2 ? value : value << 4);
    }
    if (nibbles == 0 || labels.count != 2 * nibbles - 1 || (!parts && nibbles < NIBBLES))
        return false;
    struct prefix net = prefix_around(&v6, 4 * nibbles);
    return add(word, nibbles == NIBBLES ? resource_of_address(&v6) : resource_of_net(&net));
}

static bool
read_question(struct span span, const struct catalogue *catalogue, struct word *word)
{
    static const char *const reverse[] = {".in-addr.arpa", ".ip6.arpa"};
    struct span labels = span;
    word->exact = false;
    for (size_t i = 0; i < 2; i++)
        if (ends(&span, reverse[i])) {
            labels.count -= strlen(reverse[i]);
            return read_reversed(labels, true, word);
        }
    for (size_t i = 0; i < catalogue_known(catalogue); i++) {
        const struct list *list = catalogue_list(catalogue, i);
        const char *zone = *list->zone == '*' ? list->zone + 2 : list->zone;
        if (!ends(&span, zone) || span.count < strlen(zone) + 2 || span.at[span.count - strlen(zone) - 1] != '.')
            continue;
        labels.count = span.count - strlen(zone) - 1;
        const char *dot = list->access == ACCESS_KEY ? mem_last(labels.at, '.', labels.count) : NULL;
        labels.count = dot ? (size_t)(dot - labels.at) : labels.count; /* the key */
        return read_reversed(labels, false, word);
    }
    size_t dots = 0;
    for (labels.count = 0; labels.count < span.count && dots < V4_PARTS; labels.count++)
        dots += span.at[labels.count] == '.';
    struct addr ignored;
    if (dots < V4_PARTS || !is_name(span) || !addr_parse_bytes(span.at, labels.count - 1, &ignored))
        return false;
    word->weak = true; /* a PTR name may look so */
    return set_why(word, "is not an address: it looks like a question to a DNSBL that is not in the catalogue");
}

/* ---- addresses inside a word, as in URLs ---- */

/* Reads a part of a word: "203.0.113.77", "203.0.113.77.html", "host:203.0.113.77". */
static void
read_part(struct span part, struct word *word)
{
    cut_tag(&part, word);
    for (unsigned i = 0; i < 2; i++)
        if (ends(&part, i == 0 ? ".html" : ".htm"))
            part.count -= i == 0 ? 5 : 4;
    if (!cut_port(&part, word) || read_plain(part, word) || read_asn(part, word))
        return;
    const char *colon = mem_last(part.at, ':', part.count);
    struct span behind = span_from(&part, colon ? (size_t)(colon + 1 - part.at) : part.count);
    if (memchr(behind.at, '.', behind.count))
        read_plain(behind, word);
}

static bool
read_inside(struct span span, struct word *word)
{
    static const char marks[] = "/?&=;,#[](){}<>|\"'!";
    struct buf text = {0};
    uint32_t asn = 0; /* of a link's query, where no address is */
    for (size_t i = 0; i < span.count; i++) {
        int64_t code = 0;
        char hex[3] = {i + 2 < span.count ? span.at[i + 1] : ' ', i + 2 < span.count ? span.at[i + 2] : ' '};
        char *end = hex;
        if (span.at[i] == '%')
            code = (int64_t)strtoul(hex, &end, 16);
        buf_byte(&text, end == hex + 2 && code > ' ' ? (char)code : span.at[i]);
        i += end == hex + 2 && code > ' ' ? 2 : 0;
    }
    const char *at = buf_string(&text), *scheme = strstr(at, "://");
    while (*(at += strspn(at, marks)) != '\0') {
        size_t count = strcspn(at, marks), digits = at[count] == '/' ? strspn(at + count + 1, "0123456789") : 0;
        bool has_length =
            digits > 0 && digits <= 3 && (at[count + 1 + digits] == '\0' || strchr(marks, at[count + 1 + digits]));
        if (at - buf_string(&text) >= 4 && strncasecmp(at - 4, "asn=", 4) == 0)
            word_read_asn((struct span){at, count}, &asn);
        if (has_length && at != scheme + 3)
            read_plain((struct span){at, count + 1 + digits}, word);
        else
            read_part((struct span){at, count}, word);
        at += count;
    }
    buf_free(&text);
    if (asn != 0 && word->found.count == 0)
        add(word, resource_of_asn(asn));
    word->exact = false;
    word->weak = word->found.count > 0;
    if (word->found.count > 1)
        return set_why(word, "names %zu addresses; give one of them", word->found.count);
    return word->found.count > 0;
}

/* ---- domains ---- */

/* Reads a domain or host name, alone, in a mail address, or as the host of a link, with or without a port. A mail
 * address may have an address in its place. */
static bool
read_domain(struct span span, struct word *word)
{
    struct span name = span;
    const char *scheme = strstr(span.at, "://"), *end;
    if (begins(&name, "mailto:"))
        name = span_from(&name, strlen("mailto:"));
    if (scheme && scheme < span.at + span.count)
        name = span_from(&span, (size_t)(scheme + 3 - span.at));
    for (size_t i = 0; i < name.count; i++)
        if (strchr("/?#", name.at[i]))
            name.count = i;
    if ((end = mem_last(name.at, '@', name.count)))
        name = span_from(&name, (size_t)(end + 1 - name.at));
    strip(&name);
    if (end && read_plain(name, word)) { /* "user@203.0.113.77" */
        word->exact = false;
        word->weak = true;
        return true;
    }
    if (name.count == 0 || !cut_port(&name, word) || !is_name(name))
        return false;
    word->domain = name;
    word->exact = word->exact && name.count == span.count;
    word->weak = true; /* may be the label of another target */
    return true;
}

/* Returns whether lists behind a key are asked under a zone: any label before it is masked. */
static bool
is_keyed_zone(const struct catalogue *catalogue, struct span zone)
{
    struct buf text = {0};
    buf_text(&text, "anykey.");
    buf_bytes(&text, zone.at, zone.count);
    char *name = buf_take(&text);
    list_key_mask_all(catalogue, name);
    bool keyed = strncmp(name, "anykey.", strlen("anykey.")) != 0;
    free(name);
    return keyed;
}

/* Takes the domain of a question to a list of domains: the labels before its zone, and before a masked key. Returns
 * false with the reason if a list behind a key is all that the name has. */
static bool
cut_zone(struct span *domain, const struct catalogue *catalogue, struct word *word)
{
    static const char key[] = "KEY.";
    struct span asked = {domain->at, 0};
    bool keyed = false;
    for (size_t i = 0; i + strlen(key) < domain->count && !keyed; i++) {
        struct span rest = span_from(domain, i);
        asked.count = i > 0 ? i - 1 : 0;
        keyed = (i == 0 || rest.at[-1] == '.') && begins(&rest, key) &&
                is_keyed_zone(catalogue, span_from(&rest, strlen(key)));
    }
    if (keyed && !is_name(asked))
        return set_why(word, "is the zone of a list behind a key, which is no target");
    for (size_t i = 0; i < catalogue_known(catalogue) && !keyed; i++) {
        const struct list *list = catalogue_list(catalogue, i);
        size_t count = strlen(list->zone);
        if (list->scope != SCOPE_DOMAIN || domain->count < count + 2 || !ends(domain, list->zone))
            continue;
        asked.count = domain->count - count - 1;
        keyed = domain->at[asked.count] == '.' && is_name(asked);
    }
    word->exact = word->exact && !keyed;
    *domain = keyed ? asked : *domain;
    return true;
}

/* ---- what is wrong ---- */

/* Says why a word that looks like an address is none. */
static void
explain(struct span span, struct word *word)
{
    size_t dots = 0, length = strspn(span.at, "0123456789.");
    length = length < span.count ? length : span.count;
    for (size_t i = 0; i < length; i++)
        dots += span.at[i] == '.';
    struct addr address;
    const char *zone = memchr(span.at, '%', span.count);
    if (zone && addr_parse_bytes(span.at, (size_t)(zone - span.at), &address))
        set_why(word, "is not an address: the part after the percent sign is an interface of one machine");
    if (dots < V4_PARTS - 1 || !isdigit((unsigned char)*span.at) ||
        (length < span.count && !strchr("/:", span.at[length])))
        return;
    if (dots >= V4_PARTS)
        set_why(word, "is not an address: it has %zu numbers, not four", dots + 1);
    for (const char *at = span.at; !*word->why && at < span.at + length; at += strspn(at, "0123456789") + 1) {
        int digits = (int)strspn(at, "0123456789"), shown = digits < 9 ? digits : 9;
        if (digits == 0)
            set_why(word, "is not an address: a number is missing between two dots");
        else if (digits > 1 && *at == '0')
            set_why(word, "is not an address: %.*s begins with 0, and programs differ on what that means", shown, at);
        else if (digits > 3 || (digits == 3 && strncmp(at, "255", 3) > 0))
            set_why(word, "is not an address: %.*s is more than %d", shown, at, OCTET_MOST);
    }
    if (!*word->why)
        set_why(word, length < span.count && span.at[length] == '/'
                          ? "is not a prefix: write /0 to /32 behind the address"
                          : "is not an address: write nothing but a port behind it");
}

/* ---- the word ---- */

enum word_kind
word_read(struct span span, const struct catalogue *catalogue, struct word *out)
{
    vec_clear(&out->found);
    out->why[0] = '\0';
    out->exact = true;
    out->weak = false;
    out->domain = (struct span){0};
    buf_clear(&out->plain);
    refang(&out->plain, span);
    const struct span whole = {buf_string(&out->plain), out->plain.count};
    span = whole;
    cut_tag(&span, out);
    bool has_core = span.count > 0 && cut_port(&span, out), exact = out->exact;
    bool found = has_core && (read_plain(span, out) || read_asn(span, out) || read_range(span, out) ||
                              read_mask(span, out) || read_short(span, out) || read_question(span, catalogue, out));
    if (!found && !*out->why)
        explain(span, out);
    if (!found && !*out->why && !(found = read_inside(whole, out)) && !*out->why) {
        out->exact = exact;
        found = read_domain(span, out) && cut_zone(&out->domain, catalogue, out);
    }
    out->core = span;
    return found ? WORD_TARGET : *out->why ? WORD_WRONG : WORD_OTHER;
}
