#include "verdict/evidence.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

void
evidence_init(struct evidence *e, const struct catalogue *catalogue, const char *target, const char *label,
              const struct addr *address)
{
    *e = (struct evidence){
        .catalogue = catalogue,
        .target = mem_copy(target),
        .label = mem_copy(label),
        .address = *address,
        .started_ms = clock_wall_ms(),
    };
    e->lists.room = catalogue_count(catalogue);
    e->lists.at = mem_alloc(e->lists.room * sizeof e->lists.at[0]);
    for (size_t i = 0; i < e->lists.room; i++) {
        const struct list *list = catalogue_list(catalogue, i);
        struct list_result result = {.list = list, .asked = list_is_asked(list, address->family), .rtt_us = -1};
        struct buf why = {0};
        if (list->named && !result.asked && catalogue_unasked(catalogue, list, address->family, &why)) {
            result.state = list->status == LIST_DEAD ? STATE_DEAD : STATE_UNASKED;
            result.detail = buf_take(&why);
        }
        vec_push(&e->lists, result);
    }
}

void
list_result_clear_answer(struct list_result *f)
{
    free(f->detail);
    f->detail = NULL;
    vec_clear(&f->answers);
    f->ttl = 0;
    f->due_ms = 0;
    f->foreign = (struct addr){0};
}

void
list_result_clear_texts(struct list_result *f)
{
    for (size_t i = 0; i < f->txt.count; i++)
        free(f->txt.at[i]);
    vec_clear(&f->txt);
    vec_clear(&f->texts);
    f->txt_missing = f->txt_partial = false;
}

void
evidence_fini(struct evidence *e)
{
    free(e->target);
    free(e->label);
    free(e->another);
    for (size_t i = 0; i < e->lists.count; i++) {
        struct list_result *f = &e->lists.at[i];
        list_result_clear_answer(f);
        list_result_clear_texts(f);
        free(f->file.doubt);
        vec_free(&f->answers);
        vec_free(&f->txt);
        vec_free(&f->texts);
    }
    vec_free(&e->lists);
    seen_fini(&e->seen);
    for (size_t i = 0; i < e->exchanges.count; i++) {
        struct exchange *x = &e->exchanges.at[i];
        free(x->name);
        for (size_t r = 0; r < x->records.count; r++)
            free(x->records.at[r]);
        vec_free(&x->records);
    }
    vec_free(&e->exchanges);
    vec_free(&e->nets);
    vec_free(&e->local_nets);
    ladder_fini(&e->ladder);
    vec_free(&e->neighbours);
    vec_free(&e->servers);
    free(e->network.problem);
    free(e->ptr.name);
}

bool
evidence_is_pending(const struct evidence *e)
{
    size_t i = 0;
    while (i < e->lists.count && !e->lists.at[i].pending)
        i++;
    return i < e->lists.count || e->network.pending || e->ptr.state == PTR_ASKING;
}

void
evidence_note_proof(struct evidence *e, struct list_result *f, bool passed)
{
    bool another = passed == f->proved || (passed && e->proved > 0); /* nothing changes for the other lists */
    e->proved += (size_t)passed - (size_t)f->proved;
    f->proved = passed;
    f->alone = !passed && e->proved > 0;
    for (size_t i = 0; i < e->lists.count && !another; i++)
        e->lists.at[i].alone = e->proved > 0 && !e->lists.at[i].proved;
}

bool
evidence_expects(const struct evidence *e, const struct list_result *f)
{
    bool asked = f->asked && f->list->status <= LIST_BY_NAME && !e->reserved;
    return asked && !list_result_is_barred(f) && (f->list->part || !e->offline || f->file.have || f->file.doubt);
}

bool
evidence_misses(const struct evidence *e, const struct list_result *f)
{
    bool counts = list_is_weighty(f->list) || (f->cut_off && list_may_be_direct(f->list));
    return counts && list_result_is_trouble(f) && evidence_expects(e, f);
}

bool
evidence_is_unlistable(const struct evidence *e)
{
    bool asked = false;
    for (size_t i = 0; i < e->lists.count; i++)
        asked = asked || (e->lists.at[i].asked && e->lists.at[i].list->scope != SCOPE_ALLOW);
    return e->reserved || (!asked && !evidence_lacks_blocklists(e));
}

void
evidence_others(const struct evidence *e, list_results *out)
{
    *out = (list_results){0};
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        if (!list_result_is_other(f))
            continue;
        vec_push(out, f);
        for (size_t at = out->count - 1; at > 0; at--) {
            const struct list_result *before = out->at[at - 1];
            unsigned weight = list_result_weight(before);
            if (weight > list_result_weight(f) ||
                (weight == list_result_weight(f) && list_result_scope(before) <= list_result_scope(f)))
                break;
            out->at[at] = before;
            out->at[at - 1] = f;
        }
    }
}

struct seen_list
evidence_seen(const struct evidence *e, const struct list_result *f)
{
    struct seen_list seen = *seen_find(&e->seen, f->list->zone);
    int64_t seen_ms = list_result_seen_ms(f);
    if (seen_ms > 0)
        seen_add_state(&seen, f->state, seen_ms, seen_ms);
    return seen;
}

bool
evidence_has_zone_file(const struct evidence *e)
{
    for (size_t i = 0; i < e->lists.count; i++)
        if (e->lists.at[i].file.have || e->lists.at[i].file.doubt)
            return true;
    return false;
}

bool
evidence_has_trouble(const struct evidence *e)
{
    for (unsigned level = 1; level <= LIST_LEVELS; level++)
        if (list_result_is_trouble(evidence_level(e, level)))
            return true;
    return false;
}

static enum resolver_trouble
trouble_with(const struct evidence *e, const struct list_result *f)
{
    static const struct {
        enum list_state state;
        enum outcome outcome;
        enum resolver_trouble trouble;
    } troubles[] = {
        {STATE_ERROR, OUTCOME_UNREACHABLE, RESOLVER_UNREACHABLE}, {STATE_TIMEOUT, OUTCOME_TIMEOUT, RESOLVER_SILENT},
        {STATE_ERROR, OUTCOME_REFUSED, RESOLVER_REFUSES},         {STATE_ERROR, OUTCOME_SERVFAIL, RESOLVER_FAILS},
        {STATE_INVALID, OUTCOME_MALFORMED, RESOLVER_GARBLES},     {STATE_INVALID, OUTCOME_DATA, RESOLVER_BLOCKS},
        {STATE_UNHEALTHY, OUTCOME_NXDOMAIN, RESOLVER_IGNORANT},   {STATE_UNHEALTHY, OUTCOME_NODATA, RESOLVER_IGNORANT},
        {STATE_UNHEALTHY, OUTCOME_DATA, RESOLVER_INVENTS},
    };
    const struct exchange *x = NULL;
    if (f->filtered && !list_state_is_known(f->state))
        return RESOLVER_FILTERS;
    if (f->state == STATE_UNHEALTHY && f->proved) /* its data are too old */
        return RESOLVER_TROUBLE_NONE;
    for (size_t i = 0; i < e->exchanges.count && !x; i++)
        if (e->exchanges.at[i].list == f->list && e->exchanges.at[i].type == RECORD_A)
            x = &e->exchanges.at[i];
    for (size_t i = 0; x && i < sizeof troubles / sizeof troubles[0]; i++)
        if (f->state == troubles[i].state && x->outcome == troubles[i].outcome)
            return troubles[i].trouble;
    return RESOLVER_TROUBLE_NONE;
}

enum resolver_trouble
evidence_resolver_trouble(const struct evidence *e)
{
    size_t asked = 0, with[RESOLVER_FILTERS + 1] = {0};
    enum resolver_trouble most = RESOLVER_TROUBLE_NONE;
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        if (!f->asked || list_result_is_barred(f) || f->list->resolver.addr.family != ADDR_NONE)
            continue;
        if (f->state == STATE_UNASKED || list_state_is_known(f->state))
            return RESOLVER_TROUBLE_NONE;
        enum resolver_trouble trouble = trouble_with(e, f);
        most = ++with[trouble] > with[most] ? trouble : most;
        asked++;
    }
    bool shared = asked > 1 || most < RESOLVER_BLOCKS;
    return shared && 2 * with[most] > asked ? most : RESOLVER_TROUBLE_NONE;
}

bool
evidence_resolver_answers(const struct evidence *e, enum resolver_trouble trouble)
{
    bool answers = false;
    for (size_t i = 0; i < e->lists.count; i++)
        answers |= e->lists.at[i].proved;
    for (size_t i = 0; i < e->exchanges.count && trouble != RESOLVER_BLOCKS; i++) {
        const struct exchange *x = &e->exchanges.at[i];
        answers |= x->subject != SUBJECT_LIST && !x->pending && x->outcome <= OUTCOME_NXDOMAIN;
    }
    return answers && trouble <= RESOLVER_BLOCKS;
}

bool
evidence_is_doubted(const struct evidence *e)
{
    bool asked = false;
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        if (!f->asked)
            continue;
        if (f->proved || f->state == STATE_UNASKED || list_state_is_known(f->state))
            return false;
        asked = true;
    }
    return asked;
}

bool
evidence_lacks_blocklists(const struct evidence *e)
{
    bool asked = false;
    for (size_t i = 0; i < e->lists.count; i++) {
        if (e->lists.at[i].list->chosen && e->lists.at[i].list->scope != SCOPE_ALLOW)
            return false;
        asked = asked || e->lists.at[i].asked;
    }
    return asked;
}

const struct listing *
evidence_level3(const struct evidence *e)
{
    const struct list_result *f = evidence_level(e, 3);
    for (size_t i = 0; i < f->texts.count; i++)
        if (f->texts.at[i].form == LISTING_L3 || f->texts.at[i].form == LISTING_L3_OLD)
            return &f->texts.at[i];
    return NULL;
}

enum company
evidence_counted_company(const struct evidence *e, const struct listed_net *net)
{
    if (!net || !e->has_density || !list_result_file_counts(evidence_level(e, 1)))
        return COMPANY_UNKNOWN;
    for (size_t i = 0; i < e->ladder.rungs.count; i++) {
        const struct rung *rung = &e->ladder.rungs.at[i];
        size_t own = evidence_level(e, 1)->file.state == STATE_LISTED;
        if (prefix_equal(&rung->prefix, &net->prefix) && rung->listed > 0)
            return rung->listed > own ? COMPANY_SOME : COMPANY_NONE;
    }
    return COMPANY_UNKNOWN;
}

enum company
evidence_company(const struct evidence *e)
{
    const struct listed_net *net = evidence_widest_net(e);
    enum company counted = evidence_counted_company(e, net);
    if (counted != COMPANY_UNKNOWN)
        return counted;
    return net && net->impacts > EVIDENCE_ADDRESS_IMPACTS ? COMPANY_SOME : COMPANY_UNKNOWN;
}

unsigned
evidence_hidden_from(const struct evidence *e)
{
    size_t first = 0;
    while (first < e->nets.count && e->nets.at[first].stale)
        first++;
    if (first == e->nets.count || list_result_file_counts(evidence_level(e, 2)))
        return 0;
    unsigned narrowest = e->nets.at[first].prefix.length;
    return narrowest > 24 ? 24 : narrowest > 16 ? 16 : narrowest > 8 ? 8 : 0;
}

/* Sizes in octets, RFC 1035 sections 4.1 and 3.3.14, RFC 6891 section 6.1.2: a header, a question with the reversed
 * address and the zone, an OPT record; and for each text a compressed name, type, class, TTL and length. */
bool
evidence_may_be_cut(const struct evidence *e)
{
    enum { FIXED = 12 + 45 + 11, EACH = 12 + 1 };
    static const size_t limits[] = {1232, 2048, 4096};
    const struct list_result *f = evidence_level(e, 2);
    size_t size = FIXED, last = 0;
    if (f->txt_partial)
        return true;
    for (size_t i = 0; i < f->txt.count; i++) {
        last = EACH + strlen(f->txt.at[i]);
        size += last;
    }
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        if (size <= limits[i] && size + last > limits[i])
            return true;
    return false;
}

enum dns_net
evidence_dns_net(const struct evidence *e, const struct prefix *prefix, const struct listed_net **net)
{
    const struct list_result *f = evidence_level(e, 2);
    unsigned key = (prefix->length + 7U) / 8, answered_key = 0; /* rbldnsd has rows under /32, /24, /16 and /8 */
    for (size_t i = 0; i < e->nets.count; i++) {
        const struct listed_net *known = &e->nets.at[i];
        if (known->from_zone)
            continue;
        if ((known->prefix.length + 7U) / 8 > answered_key)
            answered_key = (known->prefix.length + 7U) / 8;
        if (prefix_equal(&known->prefix, prefix)) {
            if (net)
                *net = known;
            return DNS_NET_SHOWN;
        }
    }
    if (f->source != SOURCE_DNS)
        return DNS_NET_UNKNOWN;
    if (f->state == STATE_CLEAR)
        return evidence_exemption(e)->state == STATE_CLEAR ? DNS_NET_ABSENT : DNS_NET_UNKNOWN;
    bool complete = f->state == STATE_LISTED && answered_key > 0 && f->texts.count > 0 && !evidence_may_be_cut(e);
    for (size_t i = 0; i < f->texts.count && complete; i++)
        complete = f->texts.at[i].net.addr.family != ADDR_NONE; /* else a net is shown and not understood */
    return complete && key >= answered_key ? DNS_NET_ABSENT : DNS_NET_UNKNOWN;
}

bool
evidence_date(const struct evidence *e, enum source source, struct data_date *out)
{
    bool found = false;
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        struct data_date date = list_result_date(f);
        bool dated = source == SOURCE_ZONE || (f->list->part && date.by != DATED_UNKNOWN);
        if (f->source != source || !list_state_is_known(f->state) || !dated)
            continue;
        *out = found ? data_date_worse(*out, date) : date;
        found = true;
    }
    return found;
}

bool
list_result_file_counts(const struct list_result *f)
{
    struct data_date file = f->file.date, dns = list_result_date(f);
    if (!f->file.have || f->source == SOURCE_ZONE)
        return f->file.have;
    return data_date_age(file) == DATA_FRESH ||
           (data_date_age(file) == DATA_STALE && dns.by != DATED_UNKNOWN && file.at_ms >= dns.at_ms);
}
