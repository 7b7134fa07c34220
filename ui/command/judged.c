#include "command/judged.h"

#include "session/exit_status.h"
#include "verdict/explain.h"

static void
judge(struct judged *j, struct engine *engine, struct investigation *investigation, unsigned parts)
{
    struct result *r = &j->result;
    struct fault fault = {""};
    investigation_remember(investigation);
    r->evidence = investigation_evidence(investigation);
    r->verdict = &j->verdict;
    struct resource resource = resource_of_address(&r->evidence->address);
    if (parts & JUDGED_WHOLE) {
        dns_facts_take(&engine->dns_facts, r->evidence);
        if (evidence_asks_another(r->evidence))
            dataset_count_ranking(&engine->dataset);
        investigation_answer_another(investigation, &engine->dataset, &engine->dns_facts);
        verdict_reach(&j->verdict, r->evidence, r->policy);
    } else {
        verdict_reach_headline(&j->verdict, r->evidence, r->policy);
    }
    struct last_look *last =
        parts & JUDGED_CHANGES ? recorder_last_look(engine->recorder, &r->evidence->address) : NULL;
    r->then = last && last->known ? &last->then : NULL;
    if (last) {
        observation_make(&j->now, r->evidence, &j->verdict);
        r->now = &j->now;
    }
    if (engine->recorder && parts & JUDGED_CASE &&
        journal_case_find(recorder_journal(engine->recorder), &resource, &j->a_case, &fault))
        r->a_case = &j->a_case;
    if (*fault.text)
        exit_status_report(fault.text, 0);
}

void
judged_make(struct judged *j, struct engine *engine, struct investigation *investigation, const struct options *o,
            const struct receivers *receivers, unsigned parts)
{
    *j = (struct judged){.result = {
                             .policy = &engine->dataset.policy,
                             .database = engine->dataset.asndb ? asndb_source(engine->dataset.asndb)
                                                               : dataset_asn_source(&engine->dataset),
                             .map = engine->dataset.asn_table,
                             .zones = engine->dataset.zones,
                             .receivers = receivers,
                             .warning = o->warning,
                             .critical = o->critical,
                         }};
    if (investigation)
        judge(j, engine, investigation, parts);
}

void
judged_set_survey(struct judged *j, struct survey *survey)
{
    j->result.survey = survey;
    j->result.evidence = survey_evidence(survey);
    j->result.verdict = &j->verdict;
    survey_verdict(survey, &j->verdict);
}

void
judged_fini(struct judged *j)
{
    verdict_fini(&j->verdict);
    observation_fini(&j->now);
    if (j->result.a_case)
        journal_case_fini(&j->a_case);
}
