#include "check/announcer.h"

#include "asn/origin.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

static void
on_as_name(void *arg, const char *name, const struct answer *answer)
{
    struct announcer *announcer = arg;
    struct network *n = &announcer->inquiry->evidence->network;
    (void)name;
    n->pending = false;
    if (answer->count > 0) {
        char *clean = text_clean_copy(answer->records[0].text, answer->records[0].text_count);
        char org[ORIGIN_ORG];
        if (origin_parse_as(clean, org))
            snprintf(n->org, sizeof n->org, "%s", org);
        free(clean);
    }
}

static bool
best_origin(const struct answer *answer, struct origin *best)
{
    bool found = false;
    for (size_t i = 0; i < answer->count; i++) {
        char *clean = text_clean_copy(answer->records[i].text, answer->records[i].text_count);
        struct origin origin;
        if (origin_parse(clean, &origin) && (!found || origin_is_better(&origin, best))) {
            *best = origin;
            found = true;
        }
        free(clean);
    }
    return found;
}

static void
set_unknown(struct network *n, const char *problem)
{
    n->pending = false;
    free(n->problem);
    n->problem = mem_copy(problem);
}

static void
say_why(const struct announcer *announcer, const struct answer *answer)
{
    struct network *n = &announcer->inquiry->evidence->network;
    const char *database = announcer->asndb ? "not in the ASN database" : "no ASN database";
    char problem[128];
    if (n->unannounced)
        snprintf(problem, sizeof problem, "not announced according to Team Cymru");
    else
        snprintf(problem, sizeof problem, "%s, and Team Cymru: %s", database,
                 answer->outcome == OUTCOME_DATA ? "answer not understood" : outcome_name(answer->outcome));
    set_unknown(n, problem);
}

static void
on_origin(void *arg, const char *name, const struct answer *answer)
{
    struct announcer *announcer = arg;
    struct network *n = &announcer->inquiry->evidence->network;
    struct origin origin;
    (void)name;
    n->unannounced = answer->outcome == OUTCOME_NXDOMAIN || answer->outcome == OUTCOME_NODATA;
    if (!best_origin(answer, &origin)) {
        say_why(announcer, answer);
        return;
    }
    struct buf as_name = {0};
    free(n->problem);
    n->problem = NULL;
    n->source = NETWORK_CYMRU;
    n->asn = origin.asn;
    n->has_bgp = true;
    n->bgp = origin.prefix;
    snprintf(n->country, sizeof n->country, "%s", origin.country);
    announcer->learnt(announcer->arg);
    origin_as_name(&as_name, origin.asn);
    inquiry_put(announcer->inquiry, SUBJECT_NETWORK, buf_string(&as_name), RECORD_TXT, on_as_name, announcer);
    buf_free(&as_name);
}

static bool
look_up(const struct announcer *announcer)
{
    struct evidence *e = announcer->inquiry->evidence;
    struct network *n = &e->network;
    struct asndb_record record;
    struct fault fault = {""};
    if (!announcer->asndb)
        return false;
    if (!asndb_find(announcer->asndb, &e->address, &record, &fault)) {
        set_unknown(n, *fault.text ? fault.text : "not in the ASN database");
        return false;
    }
    n->source = NETWORK_MMDB;
    n->asn = record.asn;
    snprintf(n->org, sizeof n->org, "%s", record.org);
    n->has_record = true;
    n->record = record.record;
    return true;
}

/* The database first: it is at hand and complete. Team Cymru when there is none, or when it does not know. */
void
announcer_ask(struct announcer *announcer)
{
    struct evidence *e = announcer->inquiry->evidence;
    struct network *n = &e->network;
    if (n->pending || look_up(announcer))
        return;
    if (!announcer->inquiry->resolver || e->reserved) {
        if (!n->problem)
            set_unknown(n, "no ASN database");
        return;
    }
    struct buf name = {0};
    origin_name(&name, &e->address);
    n->pending = true;
    inquiry_put(announcer->inquiry, SUBJECT_NETWORK, buf_string(&name), RECORD_TXT, on_origin, announcer);
    buf_free(&name);
}
