#include "dns/answer.h"

#include <arpa/nameser.h>
#include <resolv.h>
#include <string.h>

/* The C library's ns_* functions walk the packet and never leave it; this file decides what the records mean. Names are
 * compared in the presentation form that ns_parserr and dn_expand give, so equal names have equal texts but for case.
 */

enum {
    CHAIN_MAX = 16,     /* CNAMEs followed; more is a loop or an attempt at one */
    SOA_NUMBERS = 20,   /* serial, refresh, retry, expire, minimum: after the two names of an SOA */
    SOA_MINIMUM = 16,   /* where the last of them begins */
    RCODE_EXTENDED = 20 /* bits to shift the TTL field of an OPT record: RFC 6891 section 6.1.3 */
};

struct parse {
    ns_msg message;
    enum record_type want;
    char owner[NS_MAXDNAME]; /* the name asked for, then the end of its chain of CNAMEs */
    struct answer_room *room;
    size_t text_used;
    struct answer *out;
};

static const struct {
    int rcode;
    enum outcome outcome;
} outcome_of_rcode[] = {
    {ns_r_formerr, OUTCOME_FORMERR},
    {ns_r_servfail, OUTCOME_SERVFAIL},
    {ns_r_nxdomain, OUTCOME_NXDOMAIN},
    {ns_r_refused, OUTCOME_REFUSED},
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
    case RECORD_TXT:
        return "TXT";
    case RECORD_AAAA:
        return "AAAA";
    }
    return "?";
}

static bool
is_same_name(const char *a, const char *b)
{
    for (;; a++, b++) {
        int x = *a >= 'A' && *a <= 'Z' ? *a - 'A' + 'a' : *a;
        int y = *b >= 'A' && *b <= 'Z' ? *b - 'A' + 'a' : *b;
        if (x != y)
            return false;
        if (!x)
            return true;
    }
}

/* RFC 2181 section 8: a TTL with the highest bit set counts as 0. */
static uint32_t
ttl_of(const ns_rr *rr)
{
    uint32_t ttl = ns_rr_ttl(*rr);
    return ttl > INT32_MAX ? 0 : ttl;
}

static void
lower_ttl(struct parse *p, uint32_t ttl)
{
    if (ttl < p->out->ttl)
        p->out->ttl = ttl;
}

/* ---- records ---- */

static bool
read_address(const ns_rr *rr, uint8_t family, size_t bytes, struct record *record)
{
    if (ns_rr_rdlen(*rr) != bytes)
        return false;
    record->addr.family = family;
    memcpy(record->addr.bytes, ns_rr_rdata(*rr), bytes);
    return true;
}

/* Joins the strings of one TXT record at `text`, which has room for the whole of the record's data. */
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

static bool
read_name(struct parse *p, const ns_rr *rr, char *text, size_t room, struct record *record)
{
    int used = ns_name_uncompress(ns_msg_base(p->message), ns_msg_end(p->message), ns_rr_rdata(*rr), text, room);
    if (used != ns_rr_rdlen(*rr))
        return false;
    record->text = text;
    record->text_count = strlen(text);
    return true;
}

static bool
read_data(struct parse *p, const ns_rr *rr, char *text, size_t room, struct record *record)
{
    switch (p->want) {
    case RECORD_A:
        return read_address(rr, ADDR_V4, 4, record);
    case RECORD_AAAA:
        return read_address(rr, ADDR_V6, 16, record);
    case RECORD_TXT:
        return read_texts(rr, text, record);
    case RECORD_PTR:
        return read_name(p, rr, text, room, record);
    }
    return false;
}

/* Adds one record, or counts it where there is no room left. */
static bool
add_record(struct parse *p, const ns_rr *rr)
{
    struct record *record = &p->room->records[p->out->count];
    char *text = p->room->text + p->text_used;
    size_t room = sizeof p->room->text - p->text_used;
    size_t need = p->want == RECORD_PTR ? NS_MAXDNAME : p->want == RECORD_TXT ? ns_rr_rdlen(*rr) : 0;

    lower_ttl(p, ttl_of(rr));
    if (p->out->count == ANSWER_RECORDS || need > room) {
        p->out->dropped++;
        return true;
    }
    *record = (struct record){.type = p->want, .ttl = ttl_of(rr)};
    if (!read_data(p, rr, text, room, record))
        return false;
    p->text_used += record->text_count;
    p->out->count++;
    return true;
}

/* ---- sections ---- */

/* The question must be ours, asked once. */
static bool
read_question(struct parse *p)
{
    ns_rr rr;
    if (!ns_msg_getflag(p->message, ns_f_qr) || ns_msg_getflag(p->message, ns_f_tc) ||
        ns_msg_count(p->message, ns_s_qd) != 1 || ns_parserr(&p->message, ns_s_qd, 0, &rr) < 0)
        return false;
    if (ns_rr_type(rr) != (ns_type)p->want || ns_rr_class(rr) != ns_c_in)
        return false;
    strcpy(p->owner, ns_rr_name(rr));
    return true;
}

/* Moves `owner` along one CNAME, if there is one of it. */
static bool
follow(struct parse *p, bool *moved)
{
    ns_rr rr;
    *moved = false;
    for (int i = 0; i < ns_msg_count(p->message, ns_s_an) && !*moved; i++) {
        if (ns_parserr(&p->message, ns_s_an, i, &rr) < 0)
            return false;
        if (ns_rr_type(rr) != ns_t_cname || ns_rr_class(rr) != ns_c_in || !is_same_name(ns_rr_name(rr), p->owner))
            continue;
        if (dn_expand(ns_msg_base(p->message), ns_msg_end(p->message), ns_rr_rdata(rr), p->owner, sizeof p->owner) < 0)
            return false;
        lower_ttl(p, ttl_of(&rr));
        *moved = true;
    }
    return true;
}

static bool
follow_all(struct parse *p)
{
    bool moved = true;
    for (int i = 0; moved; i++)
        if (i > CHAIN_MAX || !follow(p, &moved))
            return false;
    return true;
}

/* Collects the records of the owner. Such records of somebody else alone are no answer, and no NODATA either. */
static bool
read_answers(struct parse *p)
{
    bool foreign = false;
    ns_rr rr;
    for (int i = 0; i < ns_msg_count(p->message, ns_s_an); i++) {
        if (ns_parserr(&p->message, ns_s_an, i, &rr) < 0)
            return false;
        if (ns_rr_type(rr) != (ns_type)p->want || ns_rr_class(rr) != ns_c_in)
            continue;
        if (!is_same_name(ns_rr_name(rr), p->owner))
            foreign = true;
        else if (!add_record(p, &rr))
            return false;
    }
    return !foreign || p->out->count > 0;
}

/* RFC 2308 section 5: the negative TTL is the SOA's own or its minimum, the smaller. */
static bool
read_soa(struct parse *p, const ns_rr *rr)
{
    const uint8_t *at = ns_rr_rdata(*rr), *end = at + ns_rr_rdlen(*rr);
    if (ns_name_skip(&at, end) < 0 || ns_name_skip(&at, end) < 0 || end - at != SOA_NUMBERS)
        return false;
    p->out->serial = ns_get32(at);
    lower_ttl(p, ttl_of(rr));
    lower_ttl(p, ns_get32(at + SOA_MINIMUM));
    return true;
}

/* RFC 2308 section 2.2: without a record, name servers in the authority section and no SOA are a referral: the server
 * does not know, and says who might. */
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
        if (!read_soa(p, &rr))
            return false;
        soa = true;
    }
    if (!soa)
        p->out->ttl = 0;
    *negative = soa || !ns;
    return true;
}

/* The upper bits of the response code are in the OPT record: without them BADVERS would look like NOERROR. */
static bool
read_rcode(struct parse *p)
{
    ns_rr rr;
    p->out->rcode = ns_msg_getflag(p->message, ns_f_rcode);
    for (int i = 0; i < ns_msg_count(p->message, ns_s_ar); i++) {
        if (ns_parserr(&p->message, ns_s_ar, i, &rr) < 0)
            return false;
        if (ns_rr_type(rr) == ns_t_opt)
            p->out->rcode |= (int)(ns_rr_ttl(rr) >> RCODE_EXTENDED) & 0xff0;
    }
    return true;
}

static enum outcome
outcome_of(int rcode)
{
    for (size_t i = 0; i < sizeof outcome_of_rcode / sizeof *outcome_of_rcode; i++)
        if (outcome_of_rcode[i].rcode == rcode)
            return outcome_of_rcode[i].outcome;
    return OUTCOME_RCODE;
}

/* NOERROR: records of the name asked for, or the proof that it has none. */
static enum outcome
read_noerror(struct parse *p)
{
    bool negative;
    if (!follow_all(p) || !read_answers(p))
        return OUTCOME_MALFORMED;
    if (p->out->count + p->out->dropped > 0) {
        p->out->partial = !ns_msg_getflag(p->message, ns_f_aa) && !ns_msg_getflag(p->message, ns_f_ra);
        return OUTCOME_DATA;
    }
    return read_authority(p, &negative) && negative ? OUTCOME_NODATA : OUTCOME_MALFORMED;
}

static enum outcome
parse(struct parse *p, const uint8_t *packet, size_t count)
{
    bool negative;
    if (count > NS_MAXMSG || ns_initparse(packet, (int)count, &p->message) < 0 || !read_question(p) || !read_rcode(p))
        return OUTCOME_MALFORMED;
    if (p->out->rcode == ns_r_noerror)
        return read_noerror(p);
    enum outcome outcome = outcome_of(p->out->rcode);
    return outcome != OUTCOME_NXDOMAIN || read_authority(p, &negative) ? outcome : OUTCOME_MALFORMED;
}

void
answer_parse(const uint8_t *packet, size_t count, enum record_type want, struct answer_room *room, struct answer *out)
{
    struct parse p = {.want = want, .room = room, .out = out};
    out->rcode = -1;
    out->ttl = UINT32_MAX;
    out->serial = 0;
    out->count = out->dropped = 0;
    out->partial = false;
    out->records = room->records;
    out->outcome = parse(&p, packet, count);
    if (out->outcome == OUTCOME_MALFORMED)
        out->count = out->dropped = out->serial = 0;
    if (out->outcome == OUTCOME_MALFORMED || out->ttl == UINT32_MAX)
        out->ttl = 0;
}
