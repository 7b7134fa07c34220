#include "dns/answer.h"

#include "base/mem.h"

#include <arpa/nameser.h>
#include <limits.h>
#include <resolv.h>
#include <string.h>

/* A batch parses some hundred thousand answers. So names are compared as they are in the packet, label by label, and
 * only those that are shown get their presentation form, from the C library. */

enum {
    SECTIONS = 4,                   /* question, answer, authority, additional */
    RECORD_HEAD = NS_RRFIXEDSZ + 2, /* of a record, with its name compressed */
    LABELS_MOST = 127,              /* of a name of 255 bytes */
    NAME_BYTES_MOST = NS_MAXCDNAME,
    POINTER = 0xc0, /* bits of a byte that begins one, and not a label: RFC 1035 section 4.1.4 */
    FLAG_QR = 0x80,
    FLAG_AA = 0x04,
    FLAG_TC = 0x02, /* in the third byte of a packet */
    FLAG_RA = 0x80,
    RCODE = 0x0f,        /* in the fourth */
    CHAIN_MAX = 16,      /* CNAMEs followed, because more are a loop or an attempt at one */
    SOA_NUMBERS = 20,    /* serial, refresh, retry, expire, minimum: behind the two names of an SOA */
    SOA_MINIMUM = 16,    /* where the last of them begins */
    RCODE_EXTENDED = 20, /* bits to shift the TTL field of an OPT record: RFC 6891 section 6.1.3 */
    EDE_OPTION = 15,     /* RFC 8914 */
    EDE_STALE_ANSWER = 3,
    EDE_STALE_NXDOMAIN = 19,
};

/* A name in a packet: its labels, each with its length before it. */
struct name {
    size_t count;
    const uint8_t *labels[LABELS_MOST];
};

/* A record in a packet; those of the question have a type and a class alone. */
struct raw {
    const uint8_t *name;
    unsigned type, class;
    uint32_t ttl;
    const uint8_t *data;
    size_t data_count;
};

struct section {
    const uint8_t *first;
    unsigned count; /* of records */
};

struct parse {
    const uint8_t *packet, *end;
    struct section sections[SECTIONS];
    unsigned want; /* the type without RECORD_CHAOS, which is in: */
    unsigned class;
    struct name owner; /* the name asked for, then the end of its CNAME chain */
    struct answer_room *room;
    size_t text_used;
    size_t longest; /* record of the answer, as it is in the packet */
    bool aliased;   /* `owner` is the end of a chain */
    struct answer *out;
};

static const char *const outcome_names[] = {
    [OUTCOME_DATA] = "answered",
    [OUTCOME_NODATA] = "no such record",
    [OUTCOME_NXDOMAIN] = "no such name",
    [OUTCOME_SERVFAIL] = "server failure",
    [OUTCOME_REFUSED] = "refused",
    [OUTCOME_FORMERR] = "question not understood",
    [OUTCOME_RCODE] = "unusual response code",
    [OUTCOME_TIMEOUT] = "no answer",
    [OUTCOME_UNREACHABLE] = "server unreachable",
    [OUTCOME_MALFORMED] = "malformed answer",
    [OUTCOME_CANCELLED] = "cancelled",
};

const char *
outcome_name(enum outcome outcome)
{
    return outcome_names[outcome];
}

const char *
record_type_name(enum record_type type)
{
    switch (type) {
    case RECORD_A:
        return "A";
    case RECORD_PTR:
        return "PTR";
    case RECORD_MX:
        return "MX";
    case RECORD_TXT:
        return "TXT";
    case RECORD_AAAA:
        return "AAAA";
    case RECORD_CHAOS_TXT:
        return "CH TXT";
    case RECORD_CHAOS:
        break;
    }
    return "?";
}

static inline int
lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* ---- packet ---- */

/* Reads the name that begins at `at`. Returns false if it is damaged, too long, or its pointers do not go back. */
static bool
read_name(const struct parse *p, const uint8_t *at, struct name *name)
{
    const uint8_t *before = p->end; /* where the next pointer must lead to, so that they end */
    size_t bytes = 1;
    name->count = 0;
    while (at < p->end && *at) {
        if ((*at & POINTER) == POINTER) {
            const uint8_t *to = at + 1 < p->end ? p->packet + ((*at & ~POINTER) << 8 | at[1]) : p->end;
            if (to >= at || to >= before)
                return false;
            before = at = to;
            continue;
        }
        bytes += *at + 1u;
        if (*at & POINTER || bytes > NAME_BYTES_MOST || *at >= p->end - at)
            return false;
        name->labels[name->count++] = at;
        at += *at + 1;
    }
    return at < p->end;
}

/* Returns how many labels two names share, from the end. */
static size_t
shared_labels(const struct name *a, const struct name *b)
{
    size_t shared = 0;
    for (; shared < a->count && shared < b->count; shared++) {
        const uint8_t *x = a->labels[a->count - 1 - shared], *y = b->labels[b->count - 1 - shared];
        size_t i = 0;
        while (x != y && i <= *x && lower(x[i]) == lower(y[i]))
            i++;
        if (x != y && i <= *x)
            break;
    }
    return shared;
}

static bool
is_same_name(const struct name *a, const struct name *b)
{
    return a->count == b->count && shared_labels(a, b) == a->count;
}

/* Reads the record at *at, and moves on behind it; one of the question has no data. Cannot fail once the sections are
 * found. */
static bool
read_record(const struct parse *p, bool question, const uint8_t **at, struct raw *raw)
{
    int skipped = dn_skipname(*at, p->end);
    const uint8_t *fixed = *at + skipped;
    if (skipped < 0 || p->end - fixed < (question ? NS_QFIXEDSZ : NS_RRFIXEDSZ))
        return false;
    *raw = (struct raw){.name = *at, .type = ns_get16(fixed), .class = ns_get16(fixed + 2)};
    *at = fixed + NS_QFIXEDSZ;
    if (question)
        return true;
    raw->ttl = (uint32_t)ns_get32(fixed + 4);
    raw->data_count = ns_get16(fixed + 8);
    raw->data = fixed + NS_RRFIXEDSZ;
    if (raw->data_count > (size_t)(p->end - raw->data))
        return false;
    *at = raw->data + raw->data_count;
    return true;
}

/* Finds the sections of a packet, which must end with the last record. */
static bool
find_sections(struct parse *p)
{
    const uint8_t *at = p->packet + NS_HFIXEDSZ;
    struct raw raw;
    for (size_t s = 0; s < SECTIONS; s++) {
        p->sections[s] = (struct section){at, ns_get16(p->packet + 4 + 2 * s)};
        for (unsigned i = 0; i < p->sections[s].count; i++)
            if (!read_record(p, s == ns_s_qd, &at, &raw))
                return false;
    }
    return at == p->end;
}

/* Lowers the TTL of the answer to this one, and returns it as it counts: with its highest bit set as 0 (RFC 2181
 * section 8), and at most ANSWER_TTL_MOST. */
static uint32_t
lower_ttl(struct parse *p, uint32_t received)
{
    uint32_t ttl = received > INT32_MAX ? 0 : received > ANSWER_TTL_MOST ? ANSWER_TTL_MOST : received;
    if (ttl < p->out->ttl)
        p->out->ttl = ttl;
    return ttl;
}

/* ---- records ---- */

/* Joins the strings of one TXT record at `text`, which has room for all of the record's data. */
static bool
read_texts(const struct raw *raw, char *text, struct record *record)
{
    const uint8_t *at = raw->data, *end = at + raw->data_count;
    while (at < end) {
        size_t count = *at++;
        if (count > (size_t)(end - at))
            return false;
        memcpy(text + record->text_count, at, count);
        record->text_count += count;
        at += count;
    }
    record->text = text;
    return true;
}

/* Expands the name that begins `skip` bytes into the record's data and ends it, at `text` with its NUL. */
static bool
expand_name(const struct parse *p, const struct raw *raw, size_t skip, char *text, size_t room, struct record *record)
{
    if (raw->data_count <= skip ||
        ns_name_uncompress(p->packet, p->end, raw->data + skip, text, room) != (int)(raw->data_count - skip))
        return false;
    record->text = text;
    record->text_count = strlen(text);
    return true;
}

/* Adds one record, or counts it as dropped when there is no room. Returns false for damaged data. */
static bool
add_record(struct parse *p, const struct raw *raw)
{
    struct record *record = &p->room->records[p->out->count];
    char *text = p->room->text + p->text_used;
    size_t room = sizeof p->room->text - p->text_used, bytes = p->want == RECORD_AAAA ? 16 : 4;
    size_t need = p->want == RECORD_PTR || p->want == RECORD_MX ? NS_MAXDNAME
                  : p->want == RECORD_TXT                       ? raw->data_count
                                                                : 0;
    uint32_t ttl = lower_ttl(p, raw->ttl);
    size_t length = (size_t)RECORD_HEAD + raw->data_count;
    if (length > p->longest)
        p->longest = length;
    if (p->out->count == ANSWER_RECORDS || need > room) {
        p->out->dropped++;
        return true;
    }
    *record = (struct record){.type = p->want, .ttl = ttl};
    switch (p->want) {
    case RECORD_A:
    case RECORD_AAAA:
        if (raw->data_count != bytes)
            return false;
        record->addr.family = p->want == RECORD_AAAA ? ADDR_V6 : ADDR_V4;
        memcpy(record->addr.bytes, raw->data, bytes);
        break;
    case RECORD_TXT:
        if (!read_texts(raw, text, record))
            return false;
        break;
    case RECORD_MX:
        if (!expand_name(p, raw, NS_INT16SZ, text, room, record))
            return false;
        record->preference = (uint16_t)ns_get16(raw->data);
        break;
    case RECORD_PTR:
        if (!expand_name(p, raw, 0, text, room, record))
            return false;
        break;
    case RECORD_CHAOS: /* not in `want` */
    case RECORD_CHAOS_TXT:
        return false;
    }
    p->text_used += record->text_count;
    p->out->count++;
    return true;
}

/* ---- sections ---- */

/* Reads the extended errors among the options of an OPT record. Damaged options say nothing. */
static void
read_options(struct parse *p, const struct raw *raw)
{
    const uint8_t *at = raw->data, *end = at + raw->data_count;
    while (end - at >= 4) {
        unsigned option = ns_get16(at), count = ns_get16(at + 2);
        at += 4;
        if (count > end - at)
            return;
        if (option == EDE_OPTION && count >= 2)
            p->out->stale |= ns_get16(at) == EDE_STALE_ANSWER || ns_get16(at) == EDE_STALE_NXDOMAIN;
        at += count;
    }
}

/* Checks that the question is ours, asked once, and reads the response code; a server older than EDNS may repeat no
 * question when it reports an error. The upper bits of the code are in the OPT record: without them BADVERS would look
 * like NOERROR. */
static bool
read_head(struct parse *p)
{
    struct raw raw;
    const uint8_t *at = p->sections[ns_s_qd].first;
    if (!(p->packet[2] & FLAG_QR) || p->packet[2] & FLAG_TC)
        return false;
    p->out->rcode = p->packet[3] & RCODE;
    if (p->sections[ns_s_qd].count == 0 && p->out->rcode != ns_r_noerror && p->out->rcode != ns_r_nxdomain)
        return true;
    if (p->sections[ns_s_qd].count != 1 || !read_record(p, true, &at, &raw) || raw.type != p->want ||
        raw.class != p->class || !read_name(p, raw.name, &p->owner))
        return false;
    at = p->sections[ns_s_ar].first;
    for (unsigned i = 0; i < p->sections[ns_s_ar].count && read_record(p, false, &at, &raw); i++) {
        if (raw.type != ns_t_opt)
            continue;
        p->out->edns_bytes = raw.class > NS_PACKETSZ ? (uint16_t)raw.class : NS_PACKETSZ;
        p->out->rcode |= (int)(raw.ttl >> RCODE_EXTENDED) & 0xff0;
        read_options(p, &raw);
    }
    return true;
}

/* Moves `owner` along its chain of CNAMEs, each of which may be anywhere in the answer section. */
static bool
follow_cnames(struct parse *p)
{
    const struct section *answers = &p->sections[ns_s_an];
    const uint8_t *at = answers->first;
    struct name name;
    struct raw raw;
    int followed = 0;
    for (unsigned i = 0; i < answers->count && read_record(p, false, &at, &raw); i++) {
        if (raw.type != ns_t_cname || raw.class != p->class)
            continue;
        if (!read_name(p, raw.name, &name))
            return false;
        if (!is_same_name(&name, &p->owner))
            continue;
        if (++followed > CHAIN_MAX || !read_name(p, raw.data, &p->owner))
            return false;
        lower_ttl(p, raw.ttl);
        p->aliased = true;
        at = answers->first;
        i = UINT_MAX; /* from the first one again */
    }
    return true;
}

/* Collects the records of the owner. Records of another name alone are neither an answer nor NODATA. */
static bool
read_answers(struct parse *p)
{
    const uint8_t *at = p->sections[ns_s_an].first;
    bool foreign = false;
    struct name name;
    struct raw raw;
    for (unsigned i = 0; i < p->sections[ns_s_an].count && read_record(p, false, &at, &raw); i++) {
        if (raw.type != p->want || raw.class != p->class)
            continue;
        if (!read_name(p, raw.name, &name))
            return false;
        if (!is_same_name(&name, &p->owner))
            foreign = true;
        else if (!add_record(p, &raw))
            return false;
    }
    return !foreign || p->out->count > 0;
}

/* Whether the server is authoritative or asks others; one that is neither may leave out what it likes. */
static bool
knows(const struct parse *p)
{
    return p->packet[2] & FLAG_AA || p->packet[3] & FLAG_RA;
}

/* Reads the SOA in the authority section of a negative answer. The negative TTL is the SOA's own or its minimum, the
 * smaller: RFC 2308 section 5. Without a record, name servers and no SOA are a referral (section 2.2): *negative is
 * false then, because the server does not know. */
static bool
read_authority(struct parse *p, bool *negative)
{
    const uint8_t *next = p->sections[ns_s_ns].first;
    bool soa = false, ns = false;
    struct name zone;
    struct raw raw;
    for (unsigned i = 0; i < p->sections[ns_s_ns].count && read_record(p, false, &next, &raw); i++) {
        ns = ns || raw.type == ns_t_ns;
        if (raw.type != ns_t_soa || soa)
            continue;
        soa = true;
        const uint8_t *at = raw.data, *end = at + raw.data_count;
        for (int name = 0; name < 2; name++) {
            int used = dn_skipname(at, end);
            if (used < 0)
                return false;
            at += used;
        }
        if (end - at != SOA_NUMBERS || !read_name(p, raw.name, &zone))
            return false;
        p->out->serial = (uint32_t)ns_get32(at);
        p->out->zone_labels = (unsigned)shared_labels(&zone, &p->owner);
        lower_ttl(p, raw.ttl);
        lower_ttl(p, (uint32_t)ns_get32(at + SOA_MINIMUM));
    }
    if (!soa)
        p->out->ttl = 0;
    /* A resolver follows an alias to its end, and says so by an SOA or NXDOMAIN. */
    p->out->bare = (p->aliased && !soa && p->out->rcode == ns_r_noerror) || !knows(p);
    *negative = soa || !ns;
    return true;
}

/* Returns whether the mark of a stale answer means the record. dnsmasq 2.90 also marks a fresh one while it keeps a
 * stale denial of the name, whose SOA it sends along; RFC 8767 section 4 wants a stale record's TTL to be short. */
static bool
is_stale_record(struct parse *p)
{
    const uint8_t *at = p->sections[ns_s_ns].first;
    bool denial = false;
    struct raw raw;
    for (unsigned i = 0; i < p->sections[ns_s_ns].count && read_record(p, false, &at, &raw); i++)
        denial |= raw.type == ns_t_soa;
    return p->out->stale && !(denial && p->out->ttl > ANSWER_STALE_TTL);
}

static enum outcome
parse(struct parse *p)
{
    size_t count = (size_t)(p->end - p->packet);
    bool negative;
    if (count < NS_HFIXEDSZ || count > NS_MAXMSG || !find_sections(p) || !read_head(p))
        return OUTCOME_MALFORMED;
    switch (p->out->rcode) {
    case ns_r_noerror:
        if (!follow_cnames(p) || !read_answers(p))
            return OUTCOME_MALFORMED;
        if (p->out->count + p->out->dropped > 0) {
            p->out->partial = !knows(p) || (!p->out->edns_bytes && !p->out->tcp && count <= NS_PACKETSZ &&
                                            count + p->longest > NS_PACKETSZ);
            p->out->stale = is_stale_record(p);
            return OUTCOME_DATA;
        }
        return read_authority(p, &negative) && negative ? OUTCOME_NODATA : OUTCOME_MALFORMED;
    case ns_r_nxdomain: /* a chain of CNAMEs may end there, but no record (RFC 2308 section 2.1) */
        return follow_cnames(p) && read_answers(p) && p->out->count + p->out->dropped == 0 &&
                       read_authority(p, &negative)
                   ? OUTCOME_NXDOMAIN
                   : OUTCOME_MALFORMED;
    case ns_r_formerr:
        return OUTCOME_FORMERR;
    case ns_r_servfail:
        return OUTCOME_SERVFAIL;
    case ns_r_refused:
        p->out->unserved = !(p->packet[3] & FLAG_RA);
        return OUTCOME_REFUSED;
    default:
        return OUTCOME_RCODE;
    }
}

void
answer_parse(const uint8_t *packet, size_t count, enum record_type want, struct answer_room *room, struct answer *out)
{
    struct parse p; /* most of its names stay empty */
    p.packet = packet;
    p.end = packet + count;
    p.want = (unsigned)want & ~(unsigned)RECORD_CHAOS;
    p.class = want & RECORD_CHAOS ? ns_c_chaos : ns_c_in;
    p.room = room;
    p.out = out;
    p.owner.count = p.text_used = p.longest = 0;
    p.aliased = false;
    out->rcode = -1;
    out->edns_bytes = 0;
    out->ttl = UINT32_MAX;
    out->serial = 0;
    out->zone_labels = 0;
    out->count = out->dropped = 0;
    out->bare = out->partial = out->stale = out->unproven = out->unserved = false;
    out->records = room->records;
    out->outcome = parse(&p);
    if (out->outcome == OUTCOME_MALFORMED)
        out->count = out->dropped = out->serial = 0;
    if (out->outcome == OUTCOME_MALFORMED || out->ttl == UINT32_MAX)
        out->ttl = 0;
}

size_t
answer_bytes(const struct answer *answer)
{
    size_t bytes = sizeof *answer + answer->count * sizeof(struct record);
    for (size_t i = 0; i < answer->count; i++)
        bytes += answer->records[i].text_count;
    return bytes;
}

struct answer *
answer_copy_into(void *room, const struct answer *answer)
{
    struct answer *copy = room;
    struct record *records = (struct record *)(copy + 1);
    char *text = (char *)(records + answer->count);
    *copy = *answer;
    copy->records = records;
    for (size_t i = 0; i < answer->count; i++) {
        records[i] = answer->records[i];
        if (records[i].text_count > 0)
            memcpy(text, records[i].text, records[i].text_count);
        records[i].text = text;
        text += records[i].text_count;
    }
    return copy;
}

struct answer *
answer_copy(const struct answer *answer)
{
    return answer_copy_into(mem_alloc(answer_bytes(answer)), answer);
}
