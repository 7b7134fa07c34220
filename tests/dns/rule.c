#include "rule.h"

#include <resolv.h>
#include <string.h>

/* What each action writes. A reply begins with a copy of the question's head, and each record counts itself into the
 * header. */

enum { PLAIN_MAX = 512, CHAIN_MAX = 20, OPTION_EDE = 15 };

/* ---- writing packets ---- */

static void
put16(struct buf *b, unsigned number)
{
    buf_byte(b, (char)(number >> 8));
    buf_byte(b, (char)number);
}

static void
put32(struct buf *b, uint32_t number)
{
    put16(b, number >> 16);
    put16(b, number & 0xffff);
}

bool
rule_put_name(struct buf *b, const char *name)
{
    uint8_t wire[NS_MAXCDNAME];
    if (ns_name_pton(name, wire, sizeof wire) < 0)
        return false;
    uint8_t *end = wire;
    ns_name_skip((const uint8_t **)&end, wire + sizeof wire);
    buf_bytes(b, (char *)wire, (size_t)(end - wire));
    return true;
}

/* The header and the question; counts are filled in as records come. */
static void
put_head(struct buf *reply, const struct question *q, int rcode)
{
    buf_bytes(reply, (const char *)q->packet, q->head_count);
    reply->at[2] = (char)(0x84 | (q->packet[2] & 0x01));
    reply->at[3] = (char)(0x80 | (rcode & 0xf));
    memset(reply->at + 6, 0, 6);
}

/* A section's count, in the header at 6 for answers, 8 for authority, 10 for additional. */
static void
put_record(struct buf *reply, int section, const char *owner, int type, uint32_t ttl, const char *data, size_t count)
{
    rule_put_name(reply, owner);
    put16(reply, (unsigned)type);
    put16(reply, ns_c_in);
    put32(reply, ttl);
    put16(reply, (unsigned)count);
    buf_bytes(reply, data, count);
    reply->at[section + 1]++;
}

static void
put_values(struct buf *reply, const struct question *q, const char *owner, const struct rule *rule)
{
    for (size_t i = 0; i < rule->values.count; i++) {
        size_t before = reply->count;
        put_record(reply, 6, owner, q->type, rule->ttl, rule->values.at[i].at, rule->values.at[i].count);
        size_t behind_class = rule->values.at[i].count + 6; /* the time to live and the count */
        memcpy(reply->at + reply->count - behind_class - 2, q->packet + q->head_count - 2, 2); /* IN or CH */
        if (q->cut && reply->count > q->room) {
            reply->count = before;
            reply->at[7]--;
        }
    }
}

/* The OPT record of an answer (RFC 6891), with an extended error where the rule has one. */
static void
put_opt(struct buf *reply, const struct rule *rule)
{
    struct buf option = {0};
    if (rule->ede >= 0) {
        put16(&option, OPTION_EDE);
        put16(&option, 2);
        put16(&option, (unsigned)rule->ede);
    }
    put_record(reply, 10, ".", ns_t_opt, 0, buf_string(&option), option.count);
    buf_free(&option);
}

static void
put_soa(struct buf *reply, const struct question *q, const struct rule *rule)
{
    struct buf data = {0};
    const char *zone = strchr(q->name, '.');
    rule_put_name(&data, "ns.scenario.test");
    rule_put_name(&data, "hostmaster.scenario.test");
    put32(&data, rule->serial);
    for (int i = 0; i < 3; i++)
        put32(&data, 3600);
    put32(&data, rule->ttl);
    put_record(reply, 8, zone ? zone + 1 : ".", ns_t_soa, 86400, data.at, data.count);
    buf_free(&data);
}

/* ---- actions ---- */

static bool
act_data(struct buf *reply, const struct question *q, const struct rule *rule)
{
    put_head(reply, q, ns_r_noerror);
    put_values(reply, q, q->name, rule);
    return true;
}

static bool
act_cname(struct buf *reply, const struct question *q, const struct rule *rule)
{
    const char *owner = q->name;
    put_head(reply, q, ns_r_noerror);
    for (int i = 0; rule && rule->act == act_cname && i < CHAIN_MAX; i++) {
        struct buf target = {0};
        rule_put_name(&target, rule->target);
        put_record(reply, 6, owner, ns_t_cname, rule->ttl, target.at, target.count);
        buf_free(&target);
        owner = rule->target;
        rule = rule_find(owner, q->type, q->edns);
    }
    if (rule && rule->act == act_data)
        put_values(reply, q, owner, rule);
    return true;
}

static bool
act_rcode(struct buf *reply, const struct question *q, const struct rule *rule)
{
    put_head(reply, q, rule->rcode);
    put_values(reply, q, q->name, rule);
    if (!rule->nosoa && (rule->rcode == ns_r_noerror || rule->rcode == ns_r_nxdomain))
        put_soa(reply, q, rule);
    if (rule->rcode > 0xf)
        put_record(reply, 10, ".", ns_t_opt, (uint32_t)rule->rcode >> 4 << 24, "", 0);
    return true;
}

static bool
act_formerr_bare(struct buf *reply, const struct question *q, const struct rule *rule)
{
    (void)rule;
    put_head(reply, q, ns_r_formerr);
    reply->count = NS_HFIXEDSZ;
    reply->at[5] = 0;
    return true;
}

static bool
act_referral(struct buf *reply, const struct question *q, const struct rule *rule)
{
    struct buf data = {0};
    put_head(reply, q, ns_r_noerror);
    rule_put_name(&data, "a.root-servers.net");
    put_record(reply, 8, ".", ns_t_ns, rule->ttl, data.at, data.count);
    buf_free(&data);
    return true;
}

static bool
act_silence(struct buf *reply, const struct question *q, const struct rule *rule)
{
    (void)reply, (void)q, (void)rule;
    return false;
}

static bool
act_truncated(struct buf *reply, const struct question *q, const struct rule *rule)
{
    if (q->tcp)
        return act_data(reply, q, rule);
    put_head(reply, q, ns_r_noerror);
    reply->at[2] |= 0x02;
    return true;
}

static bool
act_wrong_id(struct buf *reply, const struct question *q, const struct rule *rule)
{
    act_data(reply, q, rule);
    reply->at[0] ^= 0x55;
    return true;
}

static bool
act_wrong_question(struct buf *reply, const struct question *q, const struct rule *rule)
{
    act_data(reply, q, rule);
    reply->at[NS_HFIXEDSZ + 1] ^= 0x01;
    return true;
}

static bool
act_wrong_owner(struct buf *reply, const struct question *q, const struct rule *rule)
{
    put_head(reply, q, ns_r_noerror);
    put_values(reply, q, "somebody.else.test", rule);
    return true;
}

static bool
act_old(struct buf *reply, const struct question *q, const struct rule *rule)
{
    if (!q->edns)
        return act_data(reply, q, rule);
    put_head(reply, q, ns_r_formerr);
    return true;
}

static void
put_text(struct buf *reply, const struct rule *rule)
{
    for (size_t i = 0; i < rule->values.count; i++)
        buf_bytes(reply, rule->values.at[i].at, rule->values.at[i].count);
}

static bool
act_garbage(struct buf *reply, const struct question *q, const struct rule *rule)
{
    put_head(reply, q, ns_r_noerror);
    reply->at[7] = 1;
    put_text(reply, rule);
    return true;
}

static bool
act_raw(struct buf *reply, const struct question *q, const struct rule *rule)
{
    (void)q;
    put_text(reply, rule);
    return true;
}

static bool
act_echo(struct buf *reply, const struct question *q, const struct rule *rule)
{
    (void)rule;
    buf_bytes(reply, (const char *)q->packet, q->count);
    return true;
}

static const struct {
    const char *name;
    rule_act *act;
    int rcode;
} actions[] = {
    {"data", act_data, 0},
    {"cname", act_cname, 0},
    {"nxdomain", act_rcode, ns_r_nxdomain},
    {"nodata", act_rcode, ns_r_noerror},
    {"referral", act_referral, 0},
    {"refused", act_rcode, ns_r_refused},
    {"servfail", act_rcode, ns_r_servfail},
    {"formerr", act_rcode, ns_r_formerr},
    {"formerr-bare", act_formerr_bare, 0},
    {"notimp", act_rcode, ns_r_notimpl},
    {"badvers", act_rcode, ns_r_badvers},
    {"silence", act_silence, 0},
    {"truncated", act_truncated, 0},
    {"wrong-id", act_wrong_id, 0},
    {"wrong-question", act_wrong_question, 0},
    {"wrong-owner", act_wrong_owner, 0},
    {"old", act_old, 0},
    {"garbage", act_garbage, 0},
    {"raw", act_raw, 0},
    {"echo", act_echo, 0},
};

rule_act *
rule_action(const char *name, int *rcode)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (strcmp(actions[i].name, name) == 0) {
            *rcode = actions[i].rcode;
            return actions[i].act;
        }
    return NULL;
}

enum rule_values
rule_values_of(rule_act *act)
{
    if (act == act_cname)
        return VALUES_TARGET;
    return act == act_garbage || act == act_raw ? VALUES_TEXT : VALUES_RECORDS;
}

/* ---- question and answer ---- */

bool
rule_question(struct question *q)
{
    ns_msg message;
    ns_rr rr;
    if (ns_initparse(q->packet, (int)q->count, &message) < 0 || ns_msg_count(message, ns_s_qd) != 1 ||
        ns_parserr(&message, ns_s_qd, 0, &rr) < 0)
        return false;
    snprintf(q->name, sizeof q->name, "%s", ns_rr_name(rr));
    q->type = (int)ns_rr_type(rr);
    const uint8_t *end = q->packet + NS_HFIXEDSZ;
    ns_name_skip(&end, q->packet + q->count);
    q->head_count = (size_t)(end - q->packet) + NS_QFIXEDSZ;
    q->room = q->tcp ? PACKET_MAX : PLAIN_MAX;
    q->edns = q->cut = false;
    for (int i = 0; i < ns_msg_count(message, ns_s_ar); i++)
        if (ns_parserr(&message, ns_s_ar, i, &rr) == 0 && ns_rr_type(rr) == ns_t_opt) {
            q->edns = true;
            if (!q->tcp && (int)ns_rr_class(rr) > PLAIN_MAX)
                q->room = ns_rr_class(rr);
        }
    return true;
}

bool
rule_answer(struct buf *reply, const struct question *q, struct rule *rule)
{
    if (!rule->act(reply, q, rule))
        return false;
    if (reply->count > q->room) {
        buf_clear(reply);
        act_truncated(reply, q, rule);
    }
    bool answers = reply->count >= NS_HFIXEDSZ && rule_values_of(rule->act) != VALUES_TEXT && rule->act != act_echo;
    int rcode = answers ? reply->at[3] & 0xf : 0;
    if (q->edns && answers && rcode != ns_r_formerr && rcode != ns_r_notimpl && rule->rcode <= 0xf)
        put_opt(reply, rule);
    if (rule->noaa) {
        reply->at[2] &= ~0x04;
        reply->at[3] &= ~0x80;
    }
    return true;
}
