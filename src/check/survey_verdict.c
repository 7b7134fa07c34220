#include "check/survey.h"

#include "base/mem.h"

#include <string.h>

/* Returns the worse of two states, in the order of the exit statuses. */
static enum verdict_state
worse(enum verdict_state a, enum verdict_state b)
{
    static const int ranks[] = {
        [VERDICT_CLEAR] = 0, [VERDICT_COLLATERAL] = 1, [VERDICT_UNKNOWN] = 2, [VERDICT_DIRECT] = 3};
    return ranks[a] > ranks[b] ? a : b;
}

bool
survey_is_unread(const struct survey *survey)
{
    bool mx_failed = survey->mx != OUTCOME_DATA && survey->mx != OUTCOME_NODATA && survey->mx != OUTCOME_NXDOMAIN;
    return mx_failed || survey->failure != OUTCOME_DATA || spf_report(survey->spf)->result == SPF_TEMPERROR;
}

bool
survey_is_mute(const struct survey *survey)
{
    const struct spf_report *report = spf_report(survey->spf);
    bool depends = false;
    for (size_t i = 0; i < report->groups.count; i++)
        depends |= report->groups.at[i].unknowable.count > 0;
    return !survey_is_open(survey) && !survey_is_unread(survey) && report->result == SPF_FAIL && !depends &&
           survey->addresses.count + survey->nets.count == 0;
}

bool
survey_is_unlistable(const struct survey *survey)
{
    bool listable = survey->addresses.count == 0 || survey->nets.count > 0 || domain_lists_count(survey->lists) > 0;
    for (size_t i = 0; i < survey->addresses.count; i++)
        listable |= !survey->addresses.at[i].unlistable;
    return !listable && !survey_is_open(survey) && !survey_is_unread(survey);
}

/* Returns the worst of the addresses and nets that were asked about; VERDICT_UNKNOWN if none was. */
static enum verdict_state
worst_source(const struct survey *survey)
{
    enum verdict_state state = VERDICT_CLEAR;
    bool asked = survey_is_mute(survey);
    for (size_t i = 0; i < survey->addresses.count; i++) {
        const struct survey_address *a = &survey->addresses.at[i];
        if (!a->unlistable)
            state = worse(state, a->judged ? a->judgement.state : VERDICT_UNKNOWN);
        asked |= !a->unlistable;
    }
    for (size_t i = 0; i < survey->nets.count; i++) {
        const struct survey_net *net = &survey->nets.at[i];
        asked |= net->known;
        if (net->listed > 0)
            state = worse(state, VERDICT_DIRECT);
        else if (net->level2 != COVER_NONE || net->level3 != COVER_NONE)
            state = worse(state, VERDICT_COLLATERAL);
    }
    return asked ? state : VERDICT_UNKNOWN;
}

enum verdict_state
survey_state(const struct survey *survey)
{
    enum verdict_state state = worst_source(survey);
    if (survey_is_unread(survey) || survey_is_open(survey) || spf_report(survey->spf)->open)
        state = worse(state, VERDICT_UNKNOWN);
    for (size_t i = 0; i < domain_lists_count(survey->lists); i++) {
        const struct domain_list *about = domain_lists_at(survey->lists, i);
        const struct list_result *f = &about->result;
        bool direct = !about->foreign && list_result_weight(f) >= LIST_DIRECT_WEIGHT;
        if (list_result_is_listed(f) && list_result_is_counted(f))
            state = worse(state, direct ? VERDICT_DIRECT : VERDICT_COLLATERAL);
        else if (list_result_is_trouble(f) && list_is_weighty(f->list) && !list_result_is_barred(f))
            state = worse(state, VERDICT_UNKNOWN);
    }
    return state;
}

bool
survey_passes(const struct survey *survey, const struct prefix *prefix)
{
    const struct spf_report *report = spf_report(survey->spf);
    if (report->result == SPF_NONE && spf_has_ended(survey->spf))
        return true;
    for (size_t i = 0; i < report->nets.count; i++)
        if (!report->nets.at[i].lost && prefix_covers(&report->nets.at[i].prefix, prefix))
            return true;
    return false;
}

bool
survey_is_exit(const struct survey *survey, const struct survey_address *a)
{
    struct prefix prefix = resource_of_address(&a->address).prefix;
    return a->judged && a->judgement.state == VERDICT_CLEAR && survey_passes(survey, &prefix);
}

bool
survey_net_is_exit(const struct survey *survey, const struct survey_net *net)
{
    return net->known && net->listed == 0 && net->level2 == COVER_NONE && net->level3 == COVER_NONE &&
           survey_passes(survey, &net->prefix);
}

/* ---- in words ---- */

/* Counts addresses by state; behind these are those that no list knows, and those that are not judged yet. */
enum { COUNT_UNLISTABLE = VERDICT_UNKNOWN + 1, COUNT_OPEN, COUNTS };
static void
count_states(const struct survey *survey, size_t counts[static COUNTS])
{
    for (size_t i = 0; i < survey->addresses.count; i++) {
        const struct survey_address *a = &survey->addresses.at[i];
        counts[!a->judged ? COUNT_OPEN : a->unlistable ? COUNT_UNLISTABLE : (int)a->judgement.state]++;
    }
}

/* Says why there is nothing to judge. */
static void
add_nothing(struct buf *out, const struct survey *survey)
{
    const struct spf_report *report = spf_report(survey->spf);
    bool has_host = survey->hosts.count > 0 && strcmp(survey->hosts.at[0].name, ".") != 0;
    const char *servers = has_host ? "no address of its mail servers" : "no mail server, no address";
    if (survey_is_open(survey))
        buf_text(out, survey->stopped ? "nothing is known: no answer came in time" : "nothing is known yet");
    else if (survey->mx == OUTCOME_NXDOMAIN && report->result == SPF_NONE)
        buf_text(out, "the name does not exist");
    else if (survey_is_unread(survey))
        buf_text(out, "no address can be judged");
    else if (survey_is_mute(survey))
        buf_text(out, "it sends no mail: it has no address, and SPF forbids every address");
    else if (report->result == SPF_PERMERROR)
        buf_format(out, "%s, and an SPF record with an error", servers);
    else
        buf_format(out, "%s, and %s", servers, report->record ? "an SPF record that names none" : "no SPF record");
}

void
survey_headline(struct buf *out, const struct survey *survey)
{
    size_t counts[COUNTS] = {0}, listed = 0, hosts = 0, in_nets = 0, unknown = 0;
    count_states(survey, counts);
    for (size_t i = 0; i < domain_lists_count(survey->lists); i++) {
        const struct domain_list *about = domain_lists_at(survey->lists, i);
        bool counts_here = list_result_is_listed(&about->result) && list_result_is_counted(&about->result);
        bool is_own =
            strcmp(about->name, survey->asked) == 0 || (survey->helo && strcmp(about->name, survey->helo) == 0);
        listed += counts_here && is_own;
        hosts += counts_here && !is_own;
    }
    buf_format(out, "%s: %s", survey->domain,
               spf_report(survey->spf)->open ? "anyone may send as this domain, because SPF lets every address pass; "
                                             : "");
    if (survey->addresses.count == 0 && survey->nets.count == 0)
        add_nothing(out, survey);
    else if (survey->addresses.count == 0)
        buf_format(out, "%zu net%s too wide to ask about each address", survey->nets.count,
                   survey->nets.count > 1 ? "s" : "");
    else
        buf_format(out, "%zu of %zu %s, %zu by neighbours or provider, %zu clear", counts[VERDICT_DIRECT],
                   survey->addresses.count,
                   survey->addresses.count > 1 ? "addresses listed themselves" : "address listed itself",
                   counts[VERDICT_COLLATERAL], counts[VERDICT_CLEAR]);
    for (size_t i = 0; i < survey->nets.count; i++) {
        in_nets += survey->nets.at[i].listed;
        unknown += !survey->nets.at[i].known;
    }
    if (survey->addresses.count > 0 && unknown > 0)
        buf_format(out, ", %zu net%s too wide to ask", unknown, unknown > 1 ? "s" : "");
    if (in_nets > 0)
        buf_format(out, ", %zu listed in wide nets", in_nets);
    if (counts[VERDICT_UNKNOWN] > 0)
        buf_format(out, ", %zu not known", counts[VERDICT_UNKNOWN]);
    if (counts[COUNT_UNLISTABLE] > 0)
        buf_format(out, ", %zu that no list knows", counts[COUNT_UNLISTABLE]);
    if (counts[COUNT_OPEN] > 0)
        buf_format(out, ", %zu %s", counts[COUNT_OPEN], survey->stopped ? "not asked about" : "still asked");
    if (listed > 0)
        buf_format(out, "; the domain itself is on %zu list%s", listed, listed > 1 ? "s" : "");
    if (hosts > 0)
        buf_format(out, "; its host names have %zu listing%s", hosts, hosts > 1 ? "s" : "");
    if (!survey_is_open(survey) && survey_is_unread(survey))
        buf_text(out, "; not all that it publishes can be read");
    buf_byte(out, '.');
}

/* Adds what is listed of the addresses, and who can act about the worst of them. */
static void
add_addresses(struct verdict *out, const struct survey *survey)
{
    for (size_t i = 0; i < survey->addresses.count; i++) {
        const struct survey_address *a = &survey->addresses.at[i];
        if (!a->judged || a->unlistable)
            continue;
        out->listed |= a->judgement.listed;
        out->others |= a->judgement.others;
        out->causes |= a->judgement.causes;
        if (a->judgement.state == out->state && out->actor == ACTOR_UNKNOWN)
            out->actor = a->actor;
    }
    for (size_t i = 0; i < survey->nets.count; i++) {
        const struct survey_net *net = &survey->nets.at[i];
        out->listed |= net->listed > 0 ? CAUSE_ADDRESS : 0;
        out->listed |= net->level2 != COVER_NONE ? CAUSE_ALLOCATION : 0;
        out->listed |= net->level3 != COVER_NONE ? CAUSE_PROVIDER : 0;
    }
}

void
survey_verdict(const struct survey *survey, struct verdict *out)
{
    struct buf headline = {0};
    *out = (struct verdict){.state = survey_state(survey), .pending = survey_is_open(survey)};
    add_addresses(out, survey);
    for (size_t i = 0; i < domain_lists_count(survey->lists); i++) {
        const struct domain_list *about = domain_lists_at(survey->lists, i);
        if (list_result_is_listed(&about->result) && list_result_is_counted(&about->result))
            out->others |= about->foreign ? CAUSE_PROVIDER : CAUSE_DOMAIN;
    }
    out->causes |= out->listed | out->others;
    if (out->actor == ACTOR_UNKNOWN && out->state != VERDICT_UNKNOWN)
        out->actor = out->state == VERDICT_CLEAR ? ACTOR_NOBODY : ACTOR_YOU;
    survey_headline(&headline, survey);
    out->headline = buf_take(&headline);
    out->brief = mem_copy(out->headline + strlen(survey->domain) + strlen(": "));
    out->remedy = mem_copy("");
}
