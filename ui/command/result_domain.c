/* A domain as JSON, and as rows of CSV: one for each of its addresses and wide nets. */
#include "base/csv.h"
#include "base/text.h"
#include "command/parts_json.h"
#include "command/result.h"
#include "pages/domain_page.h"

#include <string.h>

static const char *
roles_of(const struct survey_address *a)
{
    static const char *const names[] = {"", "spf", "mx", "spf mx", "own", "spf own", "mx own", "spf mx own"};
    return names[a->roles];
}

void
result_domain_csv_head(struct buf *out)
{
    buf_text(out, "domain,by,target,roles,ptr,state,listed,can_leave,headline\r\n");
}

void
result_domain_csv(struct buf *out, const struct survey *survey)
{
    const struct spf_report *report = spf_report(survey->spf);
    char text[PREFIX_TEXT];
    for (size_t i = 0; i < survey->addresses.count; i++) {
        const struct survey_address *a = &survey->addresses.at[i];
        const char *state = a->judged ? verdict_state_name(a->judgement.state) : "";
        const char *cells[] = {survey->domain,
                               report->groups.at[domain_page_group(a)].by,
                               addr_text(&a->address, text),
                               roles_of(a),
                               a->ptr,
                               state,
                               "",
                               survey_is_exit(survey, a) ? "true" : "false",
                               a->headline};
        for (size_t c = 0; c < sizeof cells / sizeof *cells; c++) {
            buf_text(out, c > 0 ? "," : "");
            csv_cell(out, cells[c]);
        }
        buf_text(out, "\r\n");
    }
    for (size_t i = 0; i < survey->nets.count; i++) {
        const struct survey_net *net = &survey->nets.at[i];
        csv_cell(out, survey->domain);
        buf_byte(out, ',');
        csv_cell(out, report->groups.at[net->group].by);
        buf_format(out, ",%s,spf,,,", prefix_text(&net->prefix, text));
        if (net->known)
            buf_format(out, "%zu", net->listed);
        buf_format(out, ",%s,\r\n", survey_net_is_exit(survey, net) ? "true" : "false");
    }
}

/* ---- JSON ---- */

static struct json_t *
texts_json(char *const *texts, size_t count)
{
    struct json_t *array = parts_json_array();
    for (size_t i = 0; i < count; i++)
        parts_json_push(array, parts_json_string(texts[i]));
    return array;
}

static struct json_t *
spf_json(const struct survey *survey)
{
    const struct spf_report *report = spf_report(survey->spf);
    struct json_t *o = parts_json_object();
    parts_json_set(o, "record", parts_json_text(report->record));
    parts_json_set(o, "result", parts_json_string(spf_report_name(report->result)));
    parts_json_set(o, "lookups", parts_json_number(report->lookups, true));
    parts_json_set(o, "void_lookups", parts_json_number(report->voids, true));
    parts_json_set(o, "problems", texts_json(report->problems.at, report->problems.count));
    return o;
}

/* null without --spf-check. */
static struct json_t *
check_json(const struct survey *survey)
{
    if (!survey->check)
        return parts_json_text(NULL);
    const struct spf_report *report = spf_report(survey->check);
    struct json_t *o = parts_json_object();
    char client[ADDR_TEXT];
    struct buf words = {0};
    if (report->explanation)
        text_clean(&words, report->explanation, strlen(report->explanation), TEXT_CLEAN_MAX);
    parts_json_set(o, "address", parts_json_string(addr_text(&survey->client, client)));
    parts_json_set(o, "from", parts_json_text(survey->from));
    parts_json_set(o, "helo", parts_json_text(survey->helo));
    parts_json_set(o, "result", parts_json_string(spf_report_name(report->result)));
    parts_json_set(o, "matched", parts_json_text(report->matched));
    parts_json_set(o, "explanation", parts_json_text(buf_string(&words)));
    parts_json_set(o, "problems", texts_json(report->problems.at, report->problems.count));
    buf_free(&words);
    return o;
}

static struct json_t *
groups_json(const struct survey *survey)
{
    const struct spf_report *report = spf_report(survey->spf);
    struct json_t *array = parts_json_array();
    for (unsigned g = 0; g < report->groups.count; g++) {
        const struct spf_group *group = &report->groups.at[g];
        struct json_t *o = parts_json_object(), *nets = parts_json_array();
        int64_t addresses = 0;
        for (size_t i = 0; i < report->nets.count; i++) {
            const struct prefix *net = &report->nets.at[i].prefix;
            if (report->nets.at[i].group != g)
                continue;
            parts_json_push(nets, parts_json_prefix(net));
            addresses += net->addr.family == ADDR_V4 ? (int64_t)prefix_size(net) : 0;
        }
        parts_json_set(o, "by", parts_json_string(group->by));
        parts_json_set(o, "addresses", parts_json_number(addresses, true));
        parts_json_set(o, "nets", nets);
        parts_json_set(o, "unknowable", texts_json(group->unknowable.at, group->unknowable.count));
        parts_json_push(array, o);
    }
    return array;
}

static struct json_t *
hosts_json(const struct survey *survey)
{
    struct json_t *array = parts_json_array();
    char text[ADDR_TEXT];
    for (size_t i = 0; i < survey->hosts.count; i++) {
        const struct survey_host *host = &survey->hosts.at[i];
        struct json_t *o = parts_json_object(), *addresses = parts_json_array();
        for (size_t k = 0; k < host->addresses.count; k++)
            parts_json_push(addresses, parts_json_string(addr_text(&host->addresses.at[k], text)));
        parts_json_set(o, "host", parts_json_string(host->name));
        parts_json_set(o, "preference", parts_json_number(host->preference, true));
        parts_json_set(o, "addresses", addresses);
        parts_json_push(array, o);
    }
    return array;
}

/* The short form of a result of check. */
static struct json_t *
address_json(const struct survey *survey, const struct survey_address *a)
{
    struct json_t *o = parts_json_object(), *verdict = parts_json_object();
    char text[ADDR_TEXT];
    addr_text(&a->address, text);
    parts_json_set(verdict, "state", parts_json_text(a->judged ? verdict_state_name(a->judgement.state) : NULL));
    parts_json_set(verdict, "cause", parts_json_causes(a->judgement.causes));
    parts_json_set(verdict, "headline", parts_json_text(a->headline));
    parts_json_set(verdict, "actor", parts_json_text(a->judged ? actor_name(a->actor) : NULL));
    parts_json_set(o, "target", parts_json_string(text));
    parts_json_set(o, "kind", parts_json_string(a->address.family == ADDR_V4 ? "ipv4" : "ipv6"));
    parts_json_set(o, "address", parts_json_string(text));
    parts_json_set(o, "by", parts_json_string(spf_report(survey->spf)->groups.at[domain_page_group(a)].by));
    parts_json_set(o, "roles", parts_json_string(roles_of(a)));
    parts_json_set(o, "ptr", parts_json_text(a->ptr));
    parts_json_set(o, "verdict", verdict);
    return o;
}

/* A net that only zone files can judge. */
static struct json_t *
net_json(const struct survey *survey, const struct survey_net *net)
{
    struct json_t *o = parts_json_object();
    parts_json_set(o, "prefix", parts_json_prefix(&net->prefix));
    parts_json_set(o, "by", parts_json_string(spf_report(survey->spf)->groups.at[net->group].by));
    parts_json_set(o, "listed", parts_json_number((int64_t)net->listed, net->known));
    parts_json_set(o, "level2", parts_json_text(net->known ? cover_name(net->level2) : NULL));
    parts_json_set(o, "level3", parts_json_text(net->known ? cover_name(net->level3) : NULL));
    return o;
}

static struct json_t *
exits_json(const struct survey *survey)
{
    struct json_t *array = parts_json_array();
    char text[ADDR_TEXT];
    for (size_t i = 0; i < survey->addresses.count; i++)
        if (survey_is_exit(survey, &survey->addresses.at[i]))
            parts_json_push(array, parts_json_string(addr_text(&survey->addresses.at[i].address, text)));
    for (size_t i = 0; i < survey->nets.count; i++)
        if (survey_net_is_exit(survey, &survey->nets.at[i]))
            parts_json_push(array, parts_json_prefix(&survey->nets.at[i].prefix));
    return array;
}

struct json_t *
result_domain_json(const struct result *r)
{
    const struct survey *survey = r->survey;
    struct json_t *o = parts_json_object(), *targets = parts_json_array(), *nets = parts_json_array(),
                  *lists = parts_json_array();
    for (size_t i = 0; i < survey->addresses.count; i++)
        parts_json_push(targets, address_json(survey, &survey->addresses.at[i]));
    for (size_t i = 0; i < survey->nets.count; i++)
        parts_json_push(nets, net_json(survey, &survey->nets.at[i]));
    for (size_t i = 0; i < domain_lists_count(survey->lists); i++) {
        const struct domain_list *about = domain_lists_at(survey->lists, i);
        struct json_t *list = result_list_json(&about->result);
        parts_json_set(list, "name", parts_json_string(about->name));
        parts_json_push(lists, list);
    }
    parts_json_set(o, "schema", parts_json_number(1, true));
    parts_json_set(o, "tool", parts_json_string(PACKAGE_NAME " " PACKAGE_VERSION));
    parts_json_set(o, "target", parts_json_string(r->target));
    parts_json_set(o, "label", parts_json_text(r->label));
    parts_json_set(o, "kind", parts_json_string("domain"));
    parts_json_set(o, "address", parts_json_text(NULL));
    parts_json_set(o, "started", parts_json_time(r->evidence->started_ms));
    parts_json_set(o, "finished", parts_json_time(r->evidence->finished_ms));
    parts_json_set(o, "error", parts_json_text(NULL));
    parts_json_set(o, "verdict", result_verdict_json(r->verdict));
    parts_json_set(o, "domain", parts_json_string(survey->domain));
    parts_json_set(o, "state", parts_json_string(verdict_state_name(r->verdict->state)));
    parts_json_set(o, "headline", parts_json_string(r->verdict->headline));
    parts_json_set(o, "spf", spf_json(survey));
    parts_json_set(o, "spf_check", check_json(survey));
    parts_json_set(o, "groups", groups_json(survey));
    parts_json_set(o, "mx", hosts_json(survey));
    parts_json_set(o, "targets", targets);
    parts_json_set(o, "nets", nets);
    parts_json_set(o, "left_out", parts_json_number((int64_t)survey->left_out, true));
    parts_json_set(o, "domain_lists", lists);
    parts_json_set(o, "can_leave_by", exits_json(survey));
    return o;
}
