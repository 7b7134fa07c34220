#include "check/doctor_server.h"

#include "base/own_address.h"
#include "base/text.h"
#include "check/doctor_proof.h"
#include "verdict/explain.h"
#include "verdict/phrases.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

/* The longest level 2 texts of one address, six of them, need 1500 bytes. */
enum {
    SIZE_LEAST = 1500,
    NAMES_SHOWN = 6,
    REPEATED_LEAST = 10 /* of so many questions one */,
    REFUSED_TOGETHER = 4 /* lists */
};

#define OWN_RESOLVER "Use your own resolver, one that asks the lists' servers itself (--resolver ADDRESS)"

/* The state of one server's examination. */
struct judging {
    const struct doctor_exam *exam;
    struct doctor_server *server;
    struct evidence evidence; /* the self-tests, as if the lists had been asked about an address that none lists */
    char version[64];         /* of its program, clean; "" = not known */
};

/* ---- findings ---- */

static void
put_question(struct buf *out, const struct judging *j, enum doctor_probe probe)
{
    const struct doctor_question *q = &j->exam->questions[probe];
    doctor_proof_question(out, q->name, q->type, q->answer);
}

/* Adds a finding and takes the texts. */
static void
add(struct doctor_server *server, bool harms, struct buf *what, struct buf *proof, struct buf *cure)
{
    struct doctor_finding finding = {.harms = harms};
    size_t at = server->findings.count;
    phrases_begin(what, 0);
    finding.what = buf_take(what);
    finding.proof = buf_take(proof);
    finding.cure = cure->count > 0 ? buf_take(cure) : NULL;
    vec_push(&server->findings, finding);
    for (; harms && at > 0 && !server->findings.at[at - 1].harms; at--) {
        server->findings.at[at] = server->findings.at[at - 1];
        server->findings.at[at - 1] = finding;
    }
}

static void
add_words(struct judging *j, bool harms, const char *what, enum doctor_probe probe, const char *remedy)
{
    struct buf sentence = {0}, proof = {0}, cure = {0};
    buf_text(&sentence, what);
    put_question(&proof, j, probe);
    buf_text(&cure, remedy);
    add(j->server, harms, &sentence, &proof, &cure);
}

/* ---- lists ---- */

/* Returns whether a failure of a list may come from a limit of the server: it failed at other questions, too, and
 * answered them when they were sent again, or it refused those to several lists, which do not fail together. A filter
 * fails at test points alone. */
static bool
may_be_limit(const struct judging *j, const struct list *list)
{
    const struct catalogue *catalogue = j->evidence.catalogue;
    const struct list_health *health = health_at(j->exam->health, list);
    size_t failed = 0, refused = 0;
    for (size_t i = 0; i < catalogue_count(catalogue); i++) {
        const struct list_health *other = health_at(j->exam->health, catalogue_list(catalogue, i));
        enum outcome outcome = doctor_proof_point(other)->outcome;
        bool counts = other->done && !other->filtered && !other->unserved;
        refused += counts && outcome == OUTCOME_REFUSED;
        failed += counts && (outcome == OUTCOME_REFUSED || outcome == OUTCOME_SERVFAIL);
    }
    return health->done && !health->unserved && health->state == STATE_ERROR &&
           ((failed > 0 && j->exam->counts.repeated > 0) || refused >= REFUSED_TOGETHER);
}

/* Takes over the self-tests; without them, every list is in the state of the question that was not answered. */
static void
gather(struct judging *j)
{
    const struct catalogue *catalogue = j->exam->engine->dataset.catalogue;
    const struct doctor_question *first = &j->exam->questions[DOCTOR_PROBE_FIRST];
    struct addr nobody = addr_from_v4(0x7f000002);
    evidence_init(&j->evidence, catalogue, "127.0.0.2", NULL, &nobody);
    j->evidence.reserved = NULL;
    vec_push(&j->evidence.servers, j->server->endpoint);
    for (enum doctor_probe probe = DOCTOR_PROBE_MISSING; probe < DOCTOR_PROBES; probe++) {
        const struct answer *answer = j->exam->questions[probe].answer;
        if (answer && probe != DOCTOR_PROBE_VERSION) /* which the server answers itself */
            vec_push(&j->evidence.exchanges, ((struct exchange){.subject = SUBJECT_NAME, .outcome = answer->outcome}));
    }
    for (size_t i = 0; i < j->evidence.lists.count; i++) {
        struct list_result *f = &j->evidence.lists.at[i];
        const struct list_health *health = health_at(j->exam->health, f->list);
        struct exchange x = {.list = f->list, .type = RECORD_A, .rcode = -1, .rtt_us = -1};
        struct buf detail = {0};
        f->asked = f->asked && doctor_server_asks(f->list);
        if (!doctor_server_asks(f->list))
            continue;
        f->source = SOURCE_DNS;
        f->state = health->done ? health->state : health_read(f->list, first->answer, &detail, &f->foreign);
        evidence_note_proof(&j->evidence, f, health->done && health->state == STATE_CLEAR);
        f->filtered = health->filtered && !may_be_limit(j, f->list);
        f->unserved = health->unserved && !f->list->part;
        if (health->done && *health->detail)
            buf_text(&detail, health->detail);
        free(f->detail); /* why a list that knows IPv6 alone is not asked about this address */
        f->detail = detail.count > 0 ? buf_take(&detail) : NULL;
        if (health->done && f->state != STATE_CLEAR && doctor_proof_point(health)->answer.family != ADDR_NONE)
            vec_push(&f->answers, doctor_proof_point(health)->answer);
        x.outcome = health->done ? doctor_proof_point(health)->outcome : first->answer->outcome;
        x.server = first->answer->server;
        vec_push(&j->evidence.exchanges, x);
    }
    for (size_t i = 0; i < j->evidence.lists.count; i++)
        j->evidence.lists.at[i].alone &= !may_be_limit(j, j->evidence.lists.at[i].list);
}

static enum doctor_use
use_of(const struct judging *j, const struct list_result *f)
{
    const struct list_health *health = health_at(j->exam->health, f->list);
    bool silent =
        !health->done || f->state == STATE_TIMEOUT || doctor_proof_point(health)->outcome == OUTCOME_UNREACHABLE;
    bool refused = f->state == STATE_REFUSED || list_result_is_barred(f) || health->unserved;
    return f->proved ? DOCTOR_USABLE : silent ? DOCTOR_SILENT : refused ? DOCTOR_REFUSED : DOCTOR_FAILED;
}

/* Returns the list with the same data that answers whoever has a key; NULL = none. */
static const struct list *
keyed_twin(const struct catalogue *catalogue, const struct list *list)
{
    for (size_t i = 0; i < catalogue_known(catalogue) && *list->data; i++) {
        const struct list *other = catalogue_list(catalogue, i);
        if (other->access == ACCESS_KEY && other != list && list_contains(other, list))
            return other;
    }
    return NULL;
}

/* Writes what makes a refusing list answer. */
static void
put_list_cure(struct buf *out, const struct judging *j, const struct list *list)
{
    const struct list *twin = keyed_twin(j->evidence.catalogue, list);
    bool own = j->server->kind && strcmp(j->server->kind, DOCTOR_OWN) == 0;
    char asker[ADDR_TEXT] = "";
    if (j->server->asker.family)
        addr_text(&j->server->asker, asker);
    if (list->access == ACCESS_REGISTERED)
        buf_format(out, "Register the address from which the resolver asks%s%s%s with %s", *asker ? ", " : "", asker,
                   *asker ? "," : "", list->run_by);
    else if (list->access == ACCESS_KEY)
        buf_format(out, "Check the key of %s", list->shown);
    else if (own)
        buf_format(out, "Give %s a PTR name in a domain of yours, so that the list can tell whose resolver it is",
                   asker);
    else
        buf_text(out, OWN_RESOLVER);
    if (twin && list->access == ACCESS_OPEN)
        buf_format(out, ", or get a key for %s", twin->shown);
    const char *page = twin && list->access == ACCESS_OPEN ? twin->access_page : list->access_page;
    buf_format(out, "%s%s.", *page ? ": " : "", page);
}

/* Returns what makes the list usable; the caller frees it. */
static struct buf
cure_of(const struct judging *j, const struct list_result *f)
{
    struct buf cure = {0};
    if (f->filtered)
        phrases_filter_advice(&cure, &j->evidence, j->version);
    else if (phrases_list_advice(&cure, f))
        return cure;
    else if (f->state == STATE_REFUSED || list_result_is_barred(f))
        put_list_cure(&cure, j, f->list);
    else if (may_be_limit(j, f->list))
        buf_text(
            &cure,
            "The resolver fails at some questions for the moment only: raise its limit for this machine, if it has "
            "one, and run doctor again.");
    else if (f->state == STATE_ERROR || f->state == STATE_TIMEOUT)
        buf_text(&cure, "Run doctor again later; if it stays so, see the log of the resolver: it may not reach the "
                        "servers of the list, or they may be down.");
    else if (f->state == STATE_UNHEALTHY || f->state == STATE_INVALID)
        buf_text(&cure, "Compare with another resolver (--resolver ADDRESS, twice): either this one changes the "
                        "answers, or the list is broken. Meanwhile it does not count.");
    return cure;
}

/* Returns whether two lists that cannot be used have the same trouble and cure. */
static bool
are_fellows(const struct judging *j, const struct list_result *a, const struct list_result *b)
{
    const struct list_health *health = health_at(j->exam->health, a->list),
                             *other = health_at(j->exam->health, b->list);
    struct buf cure = cure_of(j, a), remedy = cure_of(j, b);
    bool same = a->state == b->state && use_of(j, a) == use_of(j, b) && a->filtered == b->filtered &&
                strcmp(doctor_proof_point(health)->raw, doctor_proof_point(other)->raw) == 0 &&
                (a->state != STATE_UNHEALTHY || a->filtered || strcmp(health->detail, other->detail) == 0) &&
                strcmp(buf_string(&cure), buf_string(&remedy)) == 0;
    buf_free(&cure);
    buf_free(&remedy);
    return same;
}

/* Writes the names of the lists from `at` on with the same trouble and cure, and marks them. Returns their number. */
static size_t
put_fellows(struct buf *out, const struct judging *j, size_t at, bool *told)
{
    const char *names[NAMES_SHOWN];
    size_t count = 0;
    for (size_t i = at; i < j->evidence.lists.count; i++) {
        const struct list_result *f = &j->evidence.lists.at[i];
        if (told[i] || !doctor_server_asks(f->list) || !are_fellows(j, f, &j->evidence.lists.at[at]))
            continue;
        told[i] = true;
        if (count++ < NAMES_SHOWN)
            names[count - 1] = f->list->zone;
    }
    for (size_t i = 0; i < count && i < NAMES_SHOWN; i++)
        buf_format(out, "%s%s", i == 0 ? "" : i + 1 == count ? " and " : ", ", names[i]);
    if (count > NAMES_SHOWN)
        buf_format(out, " and %zu more", count - NAMES_SHOWN);
    return count;
}

/* Adds one finding for the lists from `at` on with the same trouble and cure. */
static void
add_list_trouble(struct judging *j, size_t at, bool *told)
{
    const struct list_result *first = &j->evidence.lists.at[at];
    struct list_result brief = *first;
    struct buf what = {0}, proof = {0}, cure = cure_of(j, first);
    size_t count = put_fellows(&what, j, at, told);
    if (first->state != STATE_UNHEALTHY)
        brief.detail = NULL; /* the proof says it */
    if (first->filtered)
        buf_format(&what, " %s held back: the resolver lets no answer in 127.0.0.0/8 through (DNS rebinding)",
                   count > 1 ? "are" : "is");
    else
        phrases_list_trouble(&what, &brief, count > 1);
    buf_byte(&what, '.');
    doctor_proof_list(&proof, health_at(j->exam->health, first->list));
    add(j->server, !list_result_is_barred(first), &what, &proof, &cure);
}

/* Returns whether the server answers for zones of its own alone, or offers this machine no recursion. */
static bool
is_unserved(const struct judging *j)
{
    const struct answer *missing = j->exam->questions[DOCTOR_PROBE_MISSING].answer;
    return missing && missing->unserved;
}

static void
add_resolver_trouble(struct judging *j, enum resolver_trouble trouble)
{
    struct buf what = {0}, proof = {0}, cure = {0};
    const struct list_health *failed = NULL;
    for (size_t i = 0; i < j->evidence.lists.count && !failed; i++) {
        const struct list_health *health = health_at(j->exam->health, j->evidence.lists.at[i].list);
        failed = health->done && health->state != STATE_CLEAR ? health : NULL;
    }
    phrases_resolver(&what, &j->evidence);
    buf_byte(&what, '.');
    if (trouble == RESOLVER_FILTERS)
        phrases_filter_advice(&cure, &j->evidence, j->version);
    else
        phrases_resolver_advice(&cure, trouble, &j->evidence);
    if (failed)
        doctor_proof_list(&proof, failed);
    else
        put_question(&proof, j, DOCTOR_PROBE_FIRST);
    add(j->server, true, &what, &proof, &cure);
}

/* Adds the defect that all lists share, or those of the lists. find_ways and find_changes tell of a server that does
 * not answer by UDP, or only for zones of its own. */
static void
find_list_troubles(struct judging *j)
{
    enum resolver_trouble trouble = evidence_resolver_trouble(&j->evidence);
    bool *told = mem_zero(j->evidence.lists.count * sizeof *told);
    if (evidence_resolver_answers(&j->evidence, trouble))
        trouble = RESOLVER_TROUBLE_NONE;
    bool said = j->server->udp == DOCTOR_NO && j->server->tcp == DOCTOR_YES;
    if (trouble && !said && !(trouble == RESOLVER_REFUSES && is_unserved(j)))
        add_resolver_trouble(j, trouble);
    for (size_t i = 0; i < j->evidence.lists.count; i++) {
        const struct list_result *f = &j->evidence.lists.at[i];
        if (!doctor_server_asks(f->list))
            continue;
        vec_push(&j->server->lists[use_of(j, f)], f->list);
        if (!trouble && !told[i] && !health_at(j->exam->health, f->list)->unserved && use_of(j, f) != DOCTOR_USABLE)
            add_list_trouble(j, i, told);
    }
    free(told);
    for (size_t i = 0; i < catalogue_known(j->evidence.catalogue); i++) {
        const struct list *list = catalogue_list(j->evidence.catalogue, i);
        bool has_domains = list->scope == SCOPE_DOMAIN && list->status == LIST_ACTIVE && !list->disabled;
        if (has_domains || (list->chosen && !doctor_server_asks(list)))
            vec_push(&j->server->lists[DOCTOR_UNTESTED], list);
    }
}

/* ---- the ways to the server ---- */

static bool
has_answer(const struct doctor_question *q)
{
    return q->answer && q->answer->server.addr.family != ADDR_NONE;
}

/* Says how the server can be asked, with its answers by each way. */
static void
add_ways(struct judging *j)
{
    const struct doctor_server *s = j->server;
    const struct doctor_question *tcp = &j->exam->questions[DOCTOR_PROBE_TCP];
    bool by_tcp = s->tcp == DOCTOR_YES && !s->endpoint.tcp;
    struct buf what = {0}, proof = {0}, cure = {0};
    buf_format(&what, "It answers by %s%s", s->udp == DOCTOR_YES ? "UDP" : "TCP",
               s->udp == DOCTOR_YES && by_tcp ? " and TCP" : "");
    if (s->edns == DOCTOR_YES) {
        buf_text(&what, ", with EDNS, which lets answers by UDP have up to ");
        text_number(&what, s->size);
        buf_text(&what, " bytes");
    }
    buf_text(&what, ". DNSSEC makes no difference, because lists are not signed.");
    put_question(&proof, j, s->udp == DOCTOR_YES || !by_tcp ? DOCTOR_PROBE_FIRST : DOCTOR_PROBE_TCP);
    if (s->udp == DOCTOR_YES && by_tcp) {
        buf_text(&proof, " by UDP, ");
        doctor_proof_answer(&proof, tcp->answer);
        buf_text(&proof, " by TCP");
    }
    add(j->server, false, &what, &proof, &cure);
}

static void
find_ways(struct judging *j)
{
    const struct doctor_question *first = &j->exam->questions[DOCTOR_PROBE_FIRST];
    const struct doctor_question *tcp = &j->exam->questions[DOCTOR_PROBE_TCP];
    struct doctor_server *s = j->server;
    bool only_tcp = s->endpoint.tcp;
    s->udp = only_tcp ? DOCTOR_UNASKED : has_answer(first) ? DOCTOR_YES : DOCTOR_NO;
    s->tcp = has_answer(only_tcp ? first : tcp) ? DOCTOR_YES : DOCTOR_NO;
    for (enum doctor_probe probe = DOCTOR_PROBE_FIRST; probe < DOCTOR_PROBES; probe++) {
        const struct answer *answer = j->exam->questions[probe].answer;
        if (!answer || only_tcp != answer->tcp || probe == DOCTOR_PROBE_TCP)
            continue;
        if (answer->edns_bytes > s->size)
            s->size = answer->edns_bytes;
        if (answer->outcome <= OUTCOME_NXDOMAIN &&
            s->edns == DOCTOR_UNASKED) /* a failure was asked again without EDNS */
            s->edns = DOCTOR_NO;
    }
    if (s->size > 0)
        s->edns = DOCTOR_YES;
    if (s->udp == DOCTOR_YES || s->tcp == DOCTOR_YES)
        add_ways(j);
    if (s->udp == DOCTOR_NO && s->tcp == DOCTOR_YES)
        add_words(j, true, "It answers by TCP, but not by UDP.", DOCTOR_PROBE_TCP,
                  "Let UDP through to it, or ask it by TCP alone (--resolver tcp:ADDRESS).");
    /* rbldnsd sends no OPT record, but fills the room that the question's grants */
    if (s->udp == DOCTOR_YES && s->edns == DOCTOR_NO && strncmp(j->version, "rbldnsd", 7) != 0)
        add_words(j, true, "It answers without EDNS, so that long texts of lists may be cut.", DOCTOR_PROBE_FIRST,
                  "Let EDNS (RFC 6891) through to it, which a firewall or router may drop; a resolver that knows no "
                  "EDNS is too old.");
    if (s->udp == DOCTOR_YES && s->tcp == DOCTOR_NO)
        add_words(j, s->edns == DOCTOR_YES && s->size < SIZE_LEAST,
                  s->edns == DOCTOR_YES ? "It does not answer by TCP, which answers need that are too long for UDP."
                                        : "It does not answer by TCP with EDNS.",
                  DOCTOR_PROBE_TCP,
                  s->edns == DOCTOR_YES
                      ? "Let TCP through to its port, and from there to the servers that it forwards to."
                      : "Let EDNS (RFC 6891) through to it by TCP, too, or TCP to its port.");
}

/* ---- what it does to answers ---- */

/* Questions that were lost or refused, and answered when they were sent again, show a limit, or a bad line. Those of a
 * silent list show nothing, nor do those with EDNS, where that is dropped. A rate that lasted no second is no limit. */
static void
find_limit(struct judging *j)
{
    const struct resolver_counts *c = &j->exam->counts;
    struct buf what = {0}, proof = {0}, cure = {0};
    if (c->repeated == 0 || c->repeated * REPEATED_LEAST < c->asked || j->server->edns == DOCTOR_NO)
        return;
    if (c->per_second > 0 && (double)c->sent > 2 * c->per_second)
        buf_format(&what, "It takes about %.0f questions a second from this machine.", c->per_second);
    else
        buf_text(
            &what,
            "It answers some questions only when they are sent again: it limits its clients, fails for the moment, "
            "or packets are lost on the way.");
    buf_format(&proof,
               "%llu of %llu questions were answered only when sent again: %llu packets, %llu not answered in time",
               (unsigned long long)c->repeated, (unsigned long long)c->asked, (unsigned long long)c->sent,
               (unsigned long long)c->timeouts);
    buf_text(&cure,
             "If it has a limit for this machine, raise it: dnsmasq dns-forward-max, AdGuard Home ratelimit, Pi-hole "
             "dns.rateLimit.count, unbound ip-ratelimit. Without, answers only take longer.");
    add(j->server, false, &what, &proof, &cure);
}

static void
find_changes(struct judging *j)
{
    const struct doctor_question *missing = &j->exam->questions[DOCTOR_PROBE_MISSING];
    const struct answer *first = j->exam->questions[DOCTOR_PROBE_FIRST].answer;
    const struct answer *again = j->exam->questions[DOCTOR_PROBE_AGAIN].answer;
    bool expired = again && again->outcome == OUTCOME_DATA && again->ttl > ANSWER_STALE_TTL &&
                   (int64_t)first->ttl * 1000 > again->at_ms - first->at_ms;
    if (is_unserved(j))
        add_words(j,
                  evidence_level(&j->evidence, 1)->state == STATE_ERROR || j->server->lists[DOCTOR_REFUSED].count > 0,
                  "It is no resolver for this machine: it answers for zones of its own alone, and offers no recursion.",
                  DOCTOR_PROBE_MISSING,
                  "Ask a recursive resolver (--resolver ADDRESS), or allow recursion for this machine: BIND "
                  "allow-recursion, unbound access-control.");
    if (missing->answer && missing->answer->outcome == OUTCOME_DATA)
        add_words(j, true, "It makes up answers to names that do not exist.", DOCTOR_PROBE_MISSING,
                  OWN_RESOLVER ", or turn that off (\"search help\", \"DNS assistance\").");
    if (first->stale || expired)
        add_words(
            j, true, "It hands out answers after their expiry.", DOCTOR_PROBE_FIRST,
            "Have it serve no expired answers to mail servers: unbound serve-expired: no, BIND stale-answer-enable "
            "no, dnsmasq without use-stale-cache.");
    find_limit(j);
}

/* ---- its kind ---- */

/* Returns whether this machine has the address; sets *routed if it has a public one of that family. */
static bool
is_of_this_machine(const struct addr *address, bool *routed)
{
    struct addr own[OWN_ADDRESS_MOST];
    size_t count = own_address_list(own);
    bool found = false;
    *routed = false;
    for (size_t i = 0; i < count; i++) {
        found |= addr_equal(&own[i], address);
        *routed |= own[i].family == address->family && !addr_reserved(&own[i]);
    }
    return found;
}

/* Reads the address from which the server asks. Addresses of a server that makes up addresses tell nothing, nor do
 * private ones, which a filter may give. Returns the probe that told it; DOCTOR_PROBES = none did. */
static enum doctor_probe
read_asker(struct judging *j)
{
    const struct answer *missing = j->exam->questions[DOCTOR_PROBE_MISSING].answer;
    bool makes_up = missing && missing->outcome == OUTCOME_DATA;
    for (enum doctor_probe probe = DOCTOR_PROBE_ASKER; probe <= DOCTOR_PROBE_ASKER_TOO; probe++) {
        const struct answer *answer = j->exam->questions[probe].answer;
        for (size_t i = 0; answer && i < answer->count; i++) {
            const struct record *r = &answer->records[i];
            struct addr told = r->addr;
            if (r->type == RECORD_A ? makes_up : !addr_parse_bytes(r->text, r->text_count, &told))
                continue;
            if (addr_reserved(&told) && !addr_is_example(&told) && !addr_equal(&told, &j->server->endpoint.addr))
                continue;
            j->server->asker = told;
            return probe;
        }
    }
    return DOCTOR_PROBES;
}

/* Returns whether a list takes the server for a public one, or for one that it cannot attribute to anybody. */
static bool
is_refused_as_public(const struct judging *j)
{
    const struct addr refuses_public = addr_from_v4(0x7ffffffe);
    bool refused = false;
    for (size_t i = 0; i < j->evidence.lists.count; i++) {
        const struct list_health *health = health_at(j->exam->health, j->evidence.lists.at[i].list);
        refused |= health->done && addr_equal(&doctor_proof_point(health)->answer, &refuses_public);
    }
    return refused;
}

/* Behind NAT the server's own questions come from another address, too, so that they do not show a forwarder. */
static void
find_kind(struct judging *j)
{
    struct doctor_server *s = j->server;
    bool forwards = strncmp(j->version, "dnsmasq", 7) == 0, routed = false, here_routed;
    enum doctor_probe probe = read_asker(j);
    bool is_here = is_of_this_machine(&s->endpoint.addr, &here_routed) || addr_is_loopback(&s->endpoint.addr);
    bool asks_itself = addr_equal(&s->asker, &s->endpoint.addr) || is_of_this_machine(&s->asker, &routed);
    bool asks_elsewhere = forwards || (s->asker.family && !asks_itself && is_here && routed);
    if (s->asker.family && asks_itself && !forwards)
        s->kind = DOCTOR_OWN;
    else if (is_refused_as_public(j) && (asks_elsewhere || !addr_reserved(&s->endpoint.addr)))
        s->kind = DOCTOR_PUBLIC;
    else if (asks_elsewhere)
        s->kind = DOCTOR_FORWARDER;
    if (probe != DOCTOR_PROBES) {
        struct buf what = {0}, proof = {0}, cure = {0};
        char asker[ADDR_TEXT];
        buf_format(&what, "Its questions come from %s.", addr_text(&s->asker, asker));
        put_question(&proof, j, probe);
        add(s, false, &what, &proof, &cure);
    }
    if (*j->version) {
        struct buf what = {0}, proof = {0}, cure = {0};
        buf_format(&what, "It says that it is %s%s.", strncmp(j->version, "9.", 2) == 0 ? "BIND " : "", j->version);
        put_question(&proof, j, DOCTOR_PROBE_VERSION);
        add(s, false, &what, &proof, &cure);
    }
}

void
doctor_server_judge(const struct doctor_exam *exam, struct doctor_server *server)
{
    struct judging j = {.exam = exam, .server = server};
    struct verdict verdict = {0};
    gather(&j);
    const struct answer *version = exam->questions[DOCTOR_PROBE_VERSION].answer;
    if (version && version->count > 0)
        text_clean_into(j.version, sizeof j.version, version->records[0].text, version->records[0].text_count);
    find_ways(&j);
    if (version)
        find_kind(&j);
    find_list_troubles(&j);
    find_changes(&j);
    verdict_reach_headline(&verdict, &j.evidence, &exam->engine->dataset.policy);
    server->fit = verdict.state != VERDICT_UNKNOWN;
    verdict_fini(&verdict);
    evidence_fini(&j.evidence);
}

void
doctor_server_fini(struct doctor_server *server)
{
    for (size_t i = 0; i < server->findings.count; i++) {
        free(server->findings.at[i].what);
        free(server->findings.at[i].proof);
        free(server->findings.at[i].cure);
    }
    vec_free(&server->findings);
    for (size_t use = 0; use < DOCTOR_USES; use++)
        vec_free(&server->lists[use]);
}
