#include "dns/answer.h"

#include "base/mem.h"

#include <arpa/nameser.h>
#include <resolv.h>
#include <string.h>

/* The C library's ns_* functions walk the packet and never leave it; this file decides what the records mean. Names are
 * compared in the presentation form of ns_parserr and dn_expand, so that equal names differ at most in case. */

enum {
    RECORD_HEAD = NS_RRFIXEDSZ + 2, /* of a record, with its name compressed */
    CHAIN_MAX = 16,                 /* CNAMEs followed, because more are a loop or an attempt at one */
    SOA_NUMBERS = 20,               /* serial, refresh, retry, expire, minimum: after the two names of an SOA */
    SOA_MINIMUM = 16,               /* where the last of them begins */
    RCODE_EXTENDED = 20,            /* bits to shift the TTL field of an OPT record: RFC 6891 section 6.1.3 */
    EDE_OPTION = 15,                /* RFC 8914 */
    EDE_STALE_ANSWER = 3,
    EDE_STALE_NXDOMAIN = 19,
};

struct parse {
    ns_msg message;
    enum record_type want; /* without RECORD_CHAOS, which is in: */
    ns_class in;
    char owner[NS_MAXDNAME]; /* the name asked for, then the end of its CNAME chain */
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
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static bool
is_same_name(const char *a, const char *b)
{
    for (; lower(*a) == lower(*b); a++, b++)
        if (!*a)
            return true;
    return false;
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
read_texts(const ns_rr *rr, char *text, struct record *record)
{
    const uint8_t *at = ns_rr_rdata(*rr), *end = at + ns_rr_rdlen(*rr);
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
read_name(const struct parse *p, const ns_rr *rr, int skip, char *text, size_t room, struct record *record)
{
    if (ns_rr_rdlen(*rr) <= skip || ns_name_uncompress(ns_msg_base(p->message), ns_msg_end(p->message),
                                                       ns_rr_rdata(*rr) + skip, text, room) != ns_rr_rdlen(*rr) - skip)
        return false;
    record->text = text;
    record->text_count = strlen(text);
    return true;
}

/* Adds one record, or counts it as dropped when there is no room. Returns false for damaged data. */
static bool
add_record(struct parse *p, const ns_rr *rr)
{
    struct record *record = &p->room->records[p->out->count];
    char *text = p->room->text + p->text_used;
    size_t room = sizeof p->room->text - p->text_used, bytes = p->want == RECORD_AAAA ? 16 : 4;
    size_t need = p->want == RECORD_PTR || p->want == RECORD_MX ? NS_MAXDNAME
                  : p->want == RECORD_TXT                       ? ns_rr_rdlen(*rr)
                                                                : 0;
    uint32_t ttl = lower_ttl(p, ns_rr_ttl(*rr));
    size_t length = (size_t)RECORD_HEAD + ns_rr_rdlen(*rr);
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
        if (ns_rr_rdlen(*rr) != bytes)
            return false;
        record->addr.family = p->want == RECORD_AAAA ? ADDR_V6 : ADDR_V4;
        memcpy(record->addr.bytes, ns_rr_rdata(*rr), bytes);
        break;
    case RECORD_TXT:
        if (!read_texts(rr, text, record))
            return false;
        break;
    case RECORD_MX:
        if (!read_name(p, rr, NS_INT16SZ, text, room, record))
            return false;
        record->preference = (uint16_t)ns_get16(ns_rr_rdata(*rr));
        break;
    case RECORD_PTR:
        if (!read_name(p, rr, 0, text, room, record))
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
read_options(struct parse *p, const ns_rr *rr)
{
    const uint8_t *at = ns_rr_rdata(*rr), *end = at + ns_rr_rdlen(*rr);
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
    ns_rr rr;
    if (!ns_msg_getflag(p->message, ns_f_qr) || ns_msg_getflag(p->message, ns_f_tc))
        return false;
    p->out->rcode = ns_msg_getflag(p->message, ns_f_rcode);
    if (ns_msg_count(p->message, ns_s_qd) == 0 && p->out->rcode != ns_r_noerror && p->out->rcode != ns_r_nxdomain)
        return true;
    if (ns_msg_count(p->message, ns_s_qd) != 1 || ns_parserr(&p->message, ns_s_qd, 0, &rr) < 0 ||
        ns_rr_type(rr) != (ns_type)p->want || ns_rr_class(rr) != p->in)
        return false;
    strcpy(p->owner, ns_rr_name(rr));
    for (int i = 0; i < ns_msg_count(p->message, ns_s_ar); i++) {
        if (ns_parserr(&p->message, ns_s_ar, i, &rr) < 0)
            return false;
        if (ns_rr_type(rr) != ns_t_opt)
            continue;
        p->out->edns_bytes = ns_rr_class(rr) > NS_PACKETSZ ? (uint16_t)ns_rr_class(rr) : NS_PACKETSZ;
        p->out->rcode |= (int)(ns_rr_ttl(rr) >> RCODE_EXTENDED) & 0xff0;
        read_options(p, &rr);
    }
    return true;
}

/* Moves `owner` along its chain of CNAMEs, each of which may be anywhere in the answer section. */
static bool
follow_cnames(struct parse *p)
{
    int followed = 0;
    for (int i = 0; i < ns_msg_count(p->message, ns_s_an); i++) {
        ns_rr rr;
        if (ns_parserr(&p->message, ns_s_an, i, &rr) < 0)
            return false;
        if (ns_rr_type(rr) != ns_t_cname || ns_rr_class(rr) != p->in || !is_same_name(ns_rr_name(rr), p->owner))
            continue;
        if (++followed > CHAIN_MAX ||
            dn_expand(ns_msg_base(p->message), ns_msg_end(p->message), ns_rr_rdata(rr), p->owner, sizeof p->owner) < 0)
            return false;
        lower_ttl(p, ns_rr_ttl(rr));
        p->aliased = true;
        i = -1;
    }
    return true;
}

/* Collects the records of the owner. Records of another name alone are neither an answer nor NODATA. */
static bool
read_answers(struct parse *p)
{
    bool foreign = false;
    ns_rr rr;
    for (int i = 0; i < ns_msg_count(p->message, ns_s_an); i++) {
        if (ns_parserr(&p->message, ns_s_an, i, &rr) < 0)
            return false;
        if (ns_rr_type(rr) != (ns_type)p->want || ns_rr_class(rr) != p->in)
            continue;
        if (!is_same_name(ns_rr_name(rr), p->owner))
            foreign = true;
        else if (!add_record(p, &rr))
            return false;
    }
    return !foreign || p->out->count > 0;
}

/* Returns how many labels two names share, from the end. */
static unsigned
shared_labels(const char *a, const char *b)
{
    const char *a_at = a + strlen(a), *b_at = b + strlen(b);
    unsigned labels = 0;
    while (a_at > a && b_at > b) {
        if (a_at[-1] != b_at[-1] && lower(a_at[-1]) != lower(b_at[-1]))
            return labels;
        labels += *--a_at == '.';
        b_at--;
    }
    bool complete = *a_at && (a_at == a || a_at[-1] == '.') && (b_at == b || b_at[-1] == '.');
    return labels + complete;
}

/* Reads the SOA in the authority section of a negative answer. The negative TTL is the SOA's own or its minimum, the
 * smaller: RFC 2308 section 5. Without a record, name servers and no SOA are a referral (section 2.2): *negative is
 * false then, because the server does not know. */
static bool
read_authority(struct parse *p, bool *negative)
{
    bool soa = false, ns = false;
    ns_rr rr;
    for (int i = 0; i < ns_msg_count(p->message, ns_s_ns); i++) {
        if (ns_parserr(&p->message, ns_s_ns, i, &rr) < 0)
            return false;
        ns = ns || ns_rr_type(rr) == ns_t_ns;
        if (ns_rr_type(rr) != ns_t_soa || soa)
            continue;
        soa = true;
        const uint8_t *at = ns_rr_rdata(rr), *end = at + ns_rr_rdlen(rr);
        for (int name = 0; name < 2; name++) {
            int used = dn_skipname(at, end);
            if (used < 0)
                return false;
            at += used;
        }
        if (end - at != SOA_NUMBERS)
            return false;
        p->out->serial = ns_get32(at);
        p->out->zone_labels = shared_labels(ns_rr_name(rr), p->owner);
        lower_ttl(p, ns_rr_ttl(rr));
        lower_ttl(p, ns_get32(at + SOA_MINIMUM));
    }
    if (!soa)
        p->out->ttl = 0;
    /* A resolver follows an alias to its end, and says so by an SOA or NXDOMAIN. */
    p->out->bare = (p->aliased && !soa && p->out->rcode == ns_r_noerror) ||
                   (!ns_msg_getflag(p->message, ns_f_aa) && !ns_msg_getflag(p->message, ns_f_ra));
    *negative = soa || !ns;
    return true;
}

/* Returns whether the mark of a stale answer means the record. dnsmasq 2.90 also marks a fresh one while it keeps a
 * stale denial of the name, whose SOA it sends along; RFC 8767 section 4 wants a stale record's TTL to be short. */
static bool
is_stale_record(struct parse *p)
{
    bool denial = false;
    ns_rr rr;
    for (int i = 0; i < ns_msg_count(p->message, ns_s_ns); i++)
        denial |= ns_parserr(&p->message, ns_s_ns, i, &rr) == 0 && ns_rr_type(rr) == ns_t_soa;
    return p->out->stale && !(denial && p->out->ttl > ANSWER_STALE_TTL);
}

static enum outcome
parse(struct parse *p, const uint8_t *packet, size_t count)
{
    bool negative;
    if (count > NS_MAXMSG || ns_initparse(packet, (int)count, &p->message) < 0 || !read_head(p))
        return OUTCOME_MALFORMED;
    switch (p->out->rcode) {
    case ns_r_noerror:
        if (!follow_cnames(p) || !read_answers(p))
            return OUTCOME_MALFORMED;
        if (p->out->count + p->out->dropped > 0) {
            p->out->partial =
                (!ns_msg_getflag(p->message, ns_f_aa) && !ns_msg_getflag(p->message, ns_f_ra)) ||
                (!p->out->edns_bytes && !p->out->tcp && count <= NS_PACKETSZ && count + p->longest > NS_PACKETSZ);
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
        p->out->unserved = !ns_msg_getflag(p->message, ns_f_ra);
        return OUTCOME_REFUSED;
    default:
        return OUTCOME_RCODE;
    }
}

void
answer_parse(const uint8_t *packet, size_t count, enum record_type want, struct answer_room *room, struct answer *out)
{
    struct parse p = {.want = want & ~RECORD_CHAOS, .room = room, .out = out};
    p.in = want & RECORD_CHAOS ? ns_c_chaos : ns_c_in;
    out->rcode = -1;
    out->edns_bytes = 0;
    out->ttl = UINT32_MAX;
    out->serial = 0;
    out->zone_labels = 0;
    out->count = out->dropped = 0;
    out->bare = out->partial = out->stale = out->unproven = out->unserved = false;
    out->records = room->records;
    out->outcome = parse(&p, packet, count);
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
