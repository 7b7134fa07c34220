#include "check/origin.h"

#include "asn/cymru.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

static void
on_as_name(void *arg, const char *name, const struct answer *answer)
{
    struct origin *origin = arg;
    struct network *n = &origin->exchanges->evidence->network;
    (void)name;
    n->pending = false;
    if (answer->count > 0) {
        char *clean = text_clean_copy(answer->records[0].text, answer->records[0].text_count);
        char org[CYMRU_ORG];
        if (cymru_parse_as(clean, org))
            snprintf(n->org, sizeof n->org, "%s", org);
        free(clean);
    }
}

static void
set_unknown(struct network *n, const char *problem)
{
    n->pending = false;
    free(n->problem);
    n->problem = mem_copy(problem);
}

static void
on_origin(void *arg, const char *name, const struct answer *answer)
{
    struct origin *origin = arg;
    struct network *n = &origin->exchanges->evidence->network;
    struct cymru_origin best, other;
    bool found = false;
    (void)name;
    n->unannounced = answer->outcome == OUTCOME_NXDOMAIN || answer->outcome == OUTCOME_NODATA;
    for (size_t i = 0; i < answer->count; i++) {
        char *clean = text_clean_copy(answer->records[i].text, answer->records[i].text_count);
        if (cymru_parse(clean, &other) && (!found || cymru_is_better(&other, &best))) {
            best = other;
            found = true;
        }
        free(clean);
    }
    if (!found) {
        char problem[128];
        snprintf(problem, sizeof problem, "%s, and Team Cymru: %s",
                 origin->dataset->asndb ? "not in the ASN database" : "no ASN database",
                 answer->outcome == OUTCOME_DATA ? "answer not understood" : outcome_name(answer->outcome));
        set_unknown(n, n->unannounced ? "not announced according to Team Cymru" : problem);
        return;
    }
    struct buf as_name = {0};
    free(n->problem);
    n->problem = NULL;
    n->source = NETWORK_CYMRU;
    n->asn = best.asn;
    n->has_bgp = true;
    n->bgp = best.prefix;
    snprintf(n->country, sizeof n->country, "%s", best.country);
    origin->learnt(origin->arg);
    cymru_as_name(&as_name, best.asn);
    exchanges_put(origin->exchanges, SUBJECT_NETWORK, buf_string(&as_name), RECORD_TXT, on_as_name, origin);
    buf_free(&as_name);
}

/* Asks the database first, because it is local and complete; then Team Cymru. */
void
origin_ask(struct origin *origin)
{
    struct evidence *e = origin->exchanges->evidence;
    struct network *n = &e->network;
    const struct asndb *asndb = origin->dataset->asndb;
    struct asndb_record record;
    struct fault fault = {""};
    if (n->pending && !origin->waits)
        return;
    origin->revision = origin->dataset->asndb_revision;
    n->pending = origin->waits = origin->dataset->asndb_awaited;
    if (n->pending)
        return;
    if (n->source == NETWORK_MMDB) { /* of the database before */
        n->source = NETWORK_UNKNOWN;
        n->asn = 0;
        n->org[0] = '\0';
        n->has_record = false;
    }
    if (asndb && asndb_find(asndb, &e->address, &record, &fault)) {
        n->source = NETWORK_MMDB;
        n->asn = record.asn;
        snprintf(n->org, sizeof n->org, "%s", record.org);
        n->has_record = true;
        n->record = record.record;
        return;
    }
    if (asndb)
        set_unknown(n, *fault.text ? fault.text : "not in the ASN database");
    if (!origin->exchanges->engine->resolver || e->reserved) {
        if (!n->problem)
            set_unknown(n, "no ASN database");
        return;
    }
    struct buf name = {0};
    cymru_name(&name, &e->address);
    n->pending = true;
    exchanges_put(origin->exchanges, SUBJECT_NETWORK, buf_string(&name), RECORD_TXT, on_origin, origin);
    buf_free(&name);
}
