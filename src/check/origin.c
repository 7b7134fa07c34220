#include "check/origin.h"

#include "asn/cymru.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
                 dataset_asn_source(origin->dataset).path ? "not in the ASN database" : "no ASN database",
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
    snprintf(n->bgp_source, sizeof n->bgp_source, "Team Cymru");
    n->origins[0] = best.asn;
    n->origin_count = 1;
    snprintf(n->country, sizeof n->country, "%s", best.country);
    origin->learnt(origin->arg);
    cymru_as_name(&as_name, best.asn);
    exchanges_put(origin->exchanges, SUBJECT_NETWORK, buf_string(&as_name), RECORD_TXT, on_as_name, origin);
    buf_free(&as_name);
}

/* Forgets what local files said before. */
static void
forget_files(struct network *n)
{
    if (n->source == NETWORK_MMDB || n->source == NETWORK_ANNOUNCED) {
        n->source = NETWORK_UNKNOWN;
        n->asn = 0;
        n->org[0] = '\0';
        n->has_bgp = false;
    }
    n->has_record = n->has_allocation = false;
}

/* Takes the announced prefix and the allocation from the tables, and the record from the database. The AS is the one
 * that announces the address; the database names it, if it means the same one. */
static void
read_files(struct network *n, const struct dataset *dataset, const struct addr *address, struct fault *fault)
{
    struct asndb_record record = {0};
    struct asn_announced announced;
    n->has_record = dataset->asndb && asndb_find(dataset->asndb, address, &record, fault);
    if (n->has_record) {
        n->record = record.record;
        n->record_asn = record.asn;
        n->record_dated_ms = asndb_built_ms(dataset->asndb);
        n->source = NETWORK_MMDB;
        n->asn = record.asn;
        memcpy(n->org, record.org, sizeof n->org);
    }
    if (dataset->announced && asn_table_announced(dataset->announced, address, &announced)) {
        struct asn_data source = asn_table_source(dataset->announced);
        n->has_bgp = true;
        n->bgp = announced.prefix;
        snprintf(n->bgp_source, sizeof n->bgp_source, "%s", source.type);
        n->bgp_dated_ms = source.dated_ms;
        memcpy(n->origins, announced.origins, sizeof n->origins);
        n->origin_count = announced.count;
        if (!n->has_record || record.asn != announced.origins[0]) {
            n->source = NETWORK_ANNOUNCED;
            n->asn = announced.origins[0];
            memcpy(n->org, announced.org, sizeof n->org);
        }
    }
    n->has_allocation = dataset->allocations && allocations_find(dataset->allocations, address, &n->allocation);
    if (n->has_allocation)
        n->allocation_dated_ms = allocations_dated_ms(dataset->allocations);
}

/* Asks the files first, because they are local and complete; then Team Cymru. */
void
origin_ask(struct origin *origin)
{
    struct evidence *e = origin->exchanges->evidence;
    struct network *n = &e->network;
    struct fault fault = {""};
    if (n->pending && !origin->waits)
        return;
    origin->revision = origin->dataset->asndb_revision;
    n->pending = origin->waits = origin->dataset->asndb_awaited;
    if (n->pending)
        return;
    forget_files(n);
    read_files(n, origin->dataset, &e->address, &fault);
    if (n->source == NETWORK_MMDB || n->source == NETWORK_ANNOUNCED)
        return;
    if (dataset_asn_source(origin->dataset).path)
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
