#include "domain/spf_report.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Nets with a shorter prefix are more than anyone has. */
enum { NARROWEST_OPEN = 8 };

const char *
spf_report_name(enum spf_result result)
{
    static const char *const names[] = {"none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"};
    return names[result];
}

void
spf_report_problem(struct spf_report *report, const char *format, ...)
{
    char sentence[2 * TEXT_CLEAN_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    if (report->problems.count < SPF_PROBLEMS_MOST)
        vec_push(&report->problems, text_clean_copy(sentence, strlen(sentence)));
}

void
spf_report_match(struct spf_report *report, const char *term, size_t count, const char *domain)
{
    struct buf words = {0};
    text_clean(&words, term, count, TEXT_CLEAN_MAX);
    buf_text(&words, " in ");
    text_clean(&words, domain, strlen(domain), TEXT_CLEAN_MAX);
    free(report->matched);
    report->matched = buf_take(&words);
}

enum spf_result
spf_report_result(char qualifier)
{
    return qualifier == '-' ? SPF_FAIL : qualifier == '~' ? SPF_SOFTFAIL : qualifier == '?' ? SPF_NEUTRAL : SPF_PASS;
}

void
spf_report_conclude(struct spf_report *report, const struct spf_nets *nets, bool cut)
{
    if (report->lookups > SPF_LOOKUPS)
        spf_report_problem(report, "the record needs %s%u DNS lookups, and receivers allow %d",
                           report->lookups > SPF_LOOKUPS_MOST ? "more than " : "",
                           report->lookups > SPF_LOOKUPS_MOST ? SPF_LOOKUPS_MOST : report->lookups, SPF_LOOKUPS);
    if (report->voids > SPF_VOIDS)
        spf_report_problem(report, "%u of its lookups find nothing, and receivers allow %d", report->voids, SPF_VOIDS);
    if (cut)
        spf_report_problem(report, "it has more nets than this program reads");
    for (size_t i = 0; nets && i < nets->pass.count; i++) {
        report->open |= !nets->pass.at[i].lost && nets->pass.at[i].prefix.length < NARROWEST_OPEN;
        vec_push(&report->nets, nets->pass.at[i]);
        report->groups.at[nets->pass.at[i].group].nets++;
    }
    if (report->open)
        spf_report_problem(report, "it lets strangers pass: anyone may send as this domain");
}

void
spf_report_fini(struct spf_report *report)
{
    for (size_t i = 0; i < report->problems.count; i++)
        free(report->problems.at[i]);
    for (size_t i = 0; i < report->groups.count; i++) {
        struct spf_group *group = &report->groups.at[i];
        for (size_t k = 0; k < group->unknowable.count; k++)
            free(group->unknowable.at[k]);
        vec_free(&group->unknowable);
        free(group->by);
    }
    vec_free(&report->problems);
    vec_free(&report->groups);
    vec_free(&report->nets);
    free(report->record);
    free(report->explanation);
    free(report->matched);
}
