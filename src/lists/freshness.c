/* A sign that is strong must go away before the answer counts: the server's own word (RFC 8914), a serial older than
 * the mirrors lag behind, a denial by a zone above the list's, or the TTL of expired answers, if it does not count down
 * as that of a valid answer in a cache would. So must a bare denial, because it proves no absence, unless all denials
 * of the list are bare. A weak sign, such as another short TTL, costs one more question. */
#include "lists/freshness.h"

#include "lists/data_date.h"

/* Pauses before asking again; a resolver needs a round trip or two to fetch an answer. The last one is short, because
 * the try before may be the one that made it fetch. */
static const int64_t pauses_ms[] = {300, 1000, 2000, 300};
enum { TRIES_MORE = sizeof pauses_ms / sizeof pauses_ms[0] };

enum sign { SIGN_NONE, SIGN_WEAK, SIGN_STRONG };

static bool
is_negative(const struct answer *answer)
{
    return answer->outcome == OUTCOME_NODATA || answer->outcome == OUTCOME_NXDOMAIN;
}

/* Returns the depth of the zone whose SOA came with the answer. Deeper than the list is as deep as the list, because
 * some servers name a zone below it. */
static unsigned
depth_of(const struct answer *answer, unsigned list_labels)
{
    return answer->zone_labels < list_labels ? answer->zone_labels : list_labels;
}

void
freshness_learn(struct freshness *f, const struct answer *answer, unsigned list_labels)
{
    bool positive = answer->outcome == OUTCOME_DATA;
    unsigned depth = depth_of(answer, list_labels);
    if (!positive && !is_negative(answer))
        return;
    f->denies |= !positive && !answer->bare;
    if (answer->ttl > f->longest_ttl[positive])
        f->longest_ttl[positive] = answer->ttl;
    /* Beside a serial from the future, every other would be too old. */
    bool future = data_date_age(data_date_of_serial(answer->serial)) == DATA_FUTURE;
    uint32_t serial = future ? 0 : answer->serial;
    if (answer->serial && (depth > f->zone_labels || (depth == f->zone_labels && serial > f->serial))) {
        f->serial = serial;
        f->zone_labels = depth;
    }
}

static enum sign
sign_of_negative(const struct freshness *f, const struct answer *answer, unsigned list_labels, bool is_short)
{
    int64_t made_ms = data_date_serial_ms(answer->serial), newest_ms = data_date_serial_ms(f->serial);
    if (answer->bare && f->denies)
        return SIGN_STRONG;
    if (!answer->serial)
        return f->serial ? SIGN_WEAK : SIGN_NONE;
    if (depth_of(answer, list_labels) < f->zone_labels)
        return SIGN_STRONG; /* a zone above denies that the list exists, which has answered */
    if (depth_of(answer, list_labels) != f->zone_labels || answer->serial >= f->serial)
        return is_short && answer->ttl < f->longest_ttl[false] ? SIGN_WEAK : SIGN_NONE;
    bool lags = made_ms < 0 || newest_ms < 0 || newest_ms - made_ms <= DATA_DATE_STALE_MS;
    return lags && !is_short ? SIGN_WEAK : SIGN_STRONG;
}

enum freshness_call
freshness_judge(const struct freshness *f, const struct answer *answer, unsigned list_labels,
                struct freshness_tries *tries, int64_t *pause_ms)
{
    bool first = tries->count++ == 0, positive = answer->outcome == OUTCOME_DATA;
    bool counts_down = !first && answer->ttl < tries->first_ttl;
    bool is_short = answer->ttl <= ANSWER_STALE_TTL && !counts_down;
    if (first)
        tries->first_ttl = answer->ttl;
    if (!positive && !is_negative(answer))
        return FRESHNESS_GOOD;
    /* The TTL of an expired record is 30 in unbound and BIND, as RFC 8767 says, and 0 in dnsmasq. It proves nothing
     * about a list whose TTLs are all that short. */
    bool as_expired = answer->ttl == ANSWER_STALE_TTL || answer->ttl == 0;
    enum sign sign = as_expired && f->longest_ttl[true] > ANSWER_STALE_TTL ? SIGN_STRONG : SIGN_WEAK;
    sign = answer->stale ? SIGN_STRONG
           : !positive   ? sign_of_negative(f, answer, list_labels, is_short)
           : !is_short   ? SIGN_NONE
                         : sign;
    if (sign == SIGN_NONE || (sign == SIGN_WEAK && !first))
        return FRESHNESS_GOOD;
    if (tries->count > TRIES_MORE)
        return answer->bare && f->denies ? FRESHNESS_BARE : FRESHNESS_STALE;
    *pause_ms = pauses_ms[tries->count - 1];
    return FRESHNESS_AGAIN;
}
