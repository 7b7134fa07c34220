#include "pages/domain_page.h"

#include "base/text.h"
#include "pages/address_rows.h"
#include "verdict/list_words.h"
#include "verdict/phrases.h"

#include <stdlib.h>

/* CLEAR_SHOWN: addresses of an include that show though none lists them; the rest of them is counted. */
enum { COL = 1, LABEL = 8, SIGN = 2, ADDRESS = 22, CLEAR_SHOWN = 4, NAMED = 12 };

#define NET_KEY (UINT64_C(1) << 32)

static size_t
count_exits(const struct survey *survey)
{
    size_t count = 0;
    for (size_t i = 0; i < survey->addresses.count; i++)
        count += survey_is_exit(survey, &survey->addresses.at[i]);
    return count;
}

/* ---- what the domain publishes ---- */

/* Adds a paragraph behind a label; the label shows once. */
static void
add_fact(struct page *p, const char *label, enum role role, const char *text)
{
    page_row(p, 0);
    page_text(p, COL, LABEL, ROLE_DIM, label);
    page_wrap(p, COL + LABEL, role, text);
}

static void
add_spf(struct page *p, const struct survey *survey)
{
    const struct spf_report *report = spf_report(survey->spf);
    struct buf line = {0};
    bool ended = spf_has_ended(survey->spf);
    add_fact(p, "SPF", ROLE_PLAIN,
             report->record               ? report->record
             : !ended                     ? "asking ..."
             : report->result == SPF_NONE ? "no record"
                                          : "no record that can be used");
    if (ended && report->record) {
        buf_format(&line, "other addresses: %s; %u of %d DNS lookups, %u void (%d allowed)",
                   spf_report_name(report->result), report->lookups, SPF_LOOKUPS, report->voids, SPF_VOIDS);
        add_fact(p, "", ROLE_DIM, buf_string(&line));
    }
    for (size_t i = 0; i < report->problems.count; i++)
        add_fact(p, "", ROLE_WARN, report->problems.at[i]);
    buf_free(&line);
}

static void
add_check(struct page *p, const struct survey *survey)
{
    const struct spf_report *report = spf_report(survey->check);
    char client[ADDR_TEXT];
    struct buf line = {0};
    buf_format(&line, "%s from %s: ", survey->from ? survey->from : survey->domain, addr_text(&survey->client, client));
    if (!spf_has_ended(survey->check))
        buf_text(&line, "asking ...");
    else
        buf_format(&line, "%s%s%s", spf_report_name(report->result), report->matched ? ", by " : "",
                   report->matched ? report->matched : "");
    add_fact(p, "check", report->result == SPF_PASS ? ROLE_CLEAR : ROLE_STRONG, buf_string(&line));
    buf_clear(&line);
    if (report->explanation) {
        buf_byte(&line, '"');
        text_clean(&line, report->explanation, strlen(report->explanation), TEXT_CLEAN_MAX);
        buf_byte(&line, '"');
        add_fact(p, "", ROLE_PLAIN, buf_string(&line));
    }
    for (size_t i = 0; i < report->problems.count; i++)
        add_fact(p, "", ROLE_WARN, report->problems.at[i]);
    buf_free(&line);
}

static void
add_hosts(struct page *p, const struct survey *survey)
{
    char text[ADDR_TEXT];
    if (survey->hosts.count == 0)
        add_fact(p, "MX", survey->mx == OUTCOME_CANCELLED ? ROLE_ASKING : ROLE_PLAIN,
                 survey->mx == OUTCOME_CANCELLED ? "asking ..."
                 : survey->mx == OUTCOME_NODATA  ? "none"
                                                 : outcome_name(survey->mx));
    for (size_t i = 0; i < survey->hosts.count; i++) {
        const struct survey_host *host = &survey->hosts.at[i];
        struct buf line = {0};
        if (strcmp(host->name, ".") == 0)
            buf_text(&line, "takes no mail");
        else
            buf_format(&line, "%u %s%s", host->preference, host->name,
                       host->is_address ? " is an address, not a name" : "");
        for (size_t k = 0; k < host->addresses.count; k++)
            buf_format(&line, "%s %s", k > 0 ? "," : "", addr_text(&host->addresses.at[k], text));
        add_fact(p, i == 0 ? "MX" : "", host->is_address ? ROLE_WARN : ROLE_PLAIN, buf_string(&line));
        buf_free(&line);
    }
}

/* Returns the worst that the list says about a name: a listing, or else trouble. Sets whether an answer is awaited. */
static const struct domain_list *
worst_of_list(const struct survey *survey, size_t list, bool *awaited)
{
    size_t count = domain_lists_count(survey->lists), lists = count / domain_lists_names(survey->lists);
    const struct domain_list *worst = domain_lists_at(survey->lists, list);
    *awaited = false;
    for (size_t i = list; i < count; i += lists) {
        const struct domain_list *about = domain_lists_at(survey->lists, i);
        bool listed = list_result_is_listed(&about->result) && !list_result_is_listed(&worst->result);
        *awaited |= list_result_is_awaited(&about->result);
        if (listed || worst->result.state == STATE_CLEAR)
            worst = about;
    }
    return worst;
}

static void
add_listing(struct page *p, const struct domain_list *about)
{
    struct address_look look = address_look(&about->result);
    struct buf line = {0};
    buf_format(&line, "%s, %s: ", about->name, about->result.list->title);
    list_words_meaning(&line, &about->result);
    page_row(p, 0);
    page_glyph(p, COL + LABEL, look.role, look.glyph);
    page_wrap(p, COL + LABEL + SIGN, ROLE_LISTED, buf_string(&line));
    buf_free(&line);
}

/* Adds the lists of domains: how many are clear of every name, each listing, and together those that do not answer. */
static void
add_lists(struct page *p, const struct survey *survey)
{
    size_t count = domain_lists_count(survey->lists), names = domain_lists_names(survey->lists);
    size_t lists = count / names, clear = 0, listed = 0, waiting = 0;
    list_results trouble = {0};
    struct buf line = {0};
    bool awaited;
    for (size_t i = 0; i < lists; i++) {
        const struct list_result *worst = &worst_of_list(survey, i, &awaited)->result;
        waiting += awaited;
        listed += !awaited && list_result_is_listed(worst);
        clear += !awaited && worst->state == STATE_CLEAR;
        if (!awaited && !list_result_is_listed(worst) && worst->state != STATE_CLEAR)
            vec_push(&trouble, worst);
    }
    const struct {
        size_t count;
        const char *what;
    } parts[] = {{clear, "clear"}, {listed, "listed"}, {trouble.count, "not known"}, {waiting, "asked"}};
    if (lists == 0)
        buf_text(&line, "no list of domains is asked (--lists)");
    else
        buf_format(&line, "%zu list%s of domains, %zu name%s", lists, lists == 1 ? "" : "s", names,
                   names == 1 ? "" : "s");
    for (size_t i = 0, put = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].count > 0)
            buf_format(&line, "%s%zu %s", put++ > 0 ? ", " : ": ", parts[i].count, parts[i].what);
    add_fact(p, "lists", ROLE_PLAIN, buf_string(&line));
    for (size_t i = 0; i < count; i++)
        if (list_result_is_listed(&domain_lists_at(survey->lists, i)->result))
            add_listing(p, domain_lists_at(survey->lists, i));
    if (trouble.count > 0) {
        struct address_look look = address_look(trouble.at[0]);
        buf_clear(&line);
        phrases_lists_trouble(&line, &trouble);
        page_row(p, 0);
        page_glyph(p, COL + LABEL, look.role, look.glyph);
        page_wrap(p, COL + LABEL + SIGN, ROLE_DIM, buf_string(&line));
    }
    vec_free(&trouble);
    buf_free(&line);
}

/* ---- the groups ---- */

/* Returns how early an address comes: listed ones first, then those without a result, then clear ones. */
static int
rank_of(const struct survey_address *a)
{
    static const int ranks[] = {
        [VERDICT_DIRECT] = 0, [VERDICT_COLLATERAL] = 1, [VERDICT_UNKNOWN] = 2, [VERDICT_CLEAR] = 4};
    return a->judged && !a->unlistable ? ranks[a->judgement.state] : 3;
}

static bool
net_is_listed(const struct survey_net *net)
{
    return net->listed > 0 || net->level2 != COVER_NONE || net->level3 != COVER_NONE;
}

void
domain_page_groups(domain_groups *out, const struct survey *survey)
{
    const struct spf_report *report = spf_report(survey->spf);
    for (int rank = 0; rank <= 5; rank++)
        for (unsigned g = 0; g < report->groups.count; g++) {
            int best = 5;
            bool any = report->groups.at[g].unknowable.count > 0;
            for (size_t i = 0; i < survey->addresses.count; i++) {
                const struct survey_address *a = &survey->addresses.at[i];
                if (domain_page_group(a) == g && rank_of(a) < best)
                    best = rank_of(a);
            }
            for (size_t i = 0; i < survey->nets.count; i++) {
                bool own = survey->nets.at[i].group == g;
                any |= own;
                if (own && net_is_listed(&survey->nets.at[i]) && best > 1)
                    best = 1;
            }
            if (best == rank && (best < 5 || any))
                vec_push(out, g);
        }
}

/* Behind what the record names past its first error, or past 10 lookups. */
#define UNREACHED "; receivers end SPF with an error before it"

static void
add_address(struct page *p, const struct survey *survey, size_t place)
{
    static const enum list_state looks[] = {[VERDICT_CLEAR] = STATE_CLEAR,
                                            [VERDICT_COLLATERAL] = STATE_LISTED,
                                            [VERDICT_DIRECT] = STATE_LISTED,
                                            [VERDICT_UNKNOWN] = STATE_ERROR};
    const struct survey_address *a = &survey->addresses.at[place];
    struct address_look look = {GLYPH_ASKING, ROLE_ASKING};
    struct buf line = {0};
    char text[ADDR_TEXT];
    if (a->judged)
        look = address_looks[a->unlistable ? STATE_UNASKED : looks[a->judgement.state]];
    page_row(p, place + 1);
    page_glyph(p, COL + SIGN, look.role, look.glyph);
    int col = page_text(p, COL + 2 * SIGN, 0, ROLE_STRONG, addr_text(&a->address, text));
    page_target(p, place + 1, COL, p->cols - COL);
    if (a->roles & SURVEY_MX)
        buf_text(&line, "MX  ");
    if (a->roles & SURVEY_OWN)
        buf_text(&line, "A  ");
    if (a->ptr)
        buf_format(&line, "%s  ", a->ptr);
    buf_text(&line, !a->judged                            ? "asking ..."
                    : a->unlistable                       ? "no list of this run can list it"
                    : a->judgement.state == VERDICT_CLEAR ? "clear"
                                                          : a->headline);
    struct prefix prefix = resource_of_address(&a->address).prefix;
    if (a->roles & SURVEY_SPF && spf_has_ended(survey->spf) && !survey_passes(survey, &prefix))
        buf_text(&line, UNREACHED);
    col = col + 1 > COL + ADDRESS ? col + 1 : COL + ADDRESS;
    page_wrap(p, col, rank_of(a) > 2 ? ROLE_DIM : ROLE_PLAIN, buf_string(&line));
    buf_free(&line);
}

static void
add_net(struct page *p, const struct survey *survey, size_t place)
{
    const struct survey_net *net = &survey->nets.at[place];
    bool listed = net_is_listed(net);
    struct address_look look = address_looks[!net->known ? STATE_UNASKED : listed ? STATE_LISTED : STATE_CLEAR];
    struct buf line = {0};
    char text[PREFIX_TEXT];
    page_row(p, NET_KEY | (place + 1));
    page_glyph(p, COL + SIGN, look.role, look.glyph);
    int col = page_text(p, COL + 2 * SIGN, 0, ROLE_STRONG, prefix_text(&net->prefix, text));
    if (net->prefix.addr.family == ADDR_V4 && net->prefix.length >= 8)
        page_target(p, NET_KEY | (place + 1), COL, p->cols - COL);
    if (!net->known) {
        buf_text(&line, net->prefix.addr.family == ADDR_V6 ? "too wide to ask about each address"
                                                           : "too wide to ask; zone files would tell (--zones)");
    } else {
        text_number(&line, (int64_t)net->listed);
        buf_text(&line, " of ");
        text_number(&line, (int64_t)prefix_size(&net->prefix));
        buf_text(&line, " addresses on level 1");
        if (net->level2 != COVER_NONE)
            buf_text(&line, net->level2 == COVER_WHOLE ? ", all on level 2" : ", parts on level 2");
        if (net->level3 != COVER_NONE)
            buf_text(&line, net->level3 == COVER_WHOLE ? ", all on level 3" : ", parts on level 3");
        buf_text(&line, " (zone files)");
    }
    if (spf_has_ended(survey->spf) && !survey_passes(survey, &net->prefix))
        buf_text(&line, UNREACHED);
    col = col + 1 > COL + ADDRESS ? col + 1 : COL + ADDRESS;
    page_wrap(p, col, net->known && listed ? ROLE_PLAIN : ROLE_DIM, buf_string(&line));
    buf_free(&line);
}

static void
add_group(struct page *p, const struct survey *survey, unsigned g)
{
    const struct spf_group *group = &spf_report(survey->spf)->groups.at[g];
    struct buf line = {0};
    size_t quiet = 0, hidden_clear = 0, shown = g == 0 ? SURVEY_ADDRESSES_MOST : CLEAR_SHOWN, nets = 0;
    buf_format(&line, g == 0 ? "%s itself" : "by include of %s", group->by);
    page_heading(p, buf_string(&line));
    for (int rank = 0; rank <= 4; rank++)
        for (size_t i = 0; i < survey->addresses.count; i++) {
            const struct survey_address *a = &survey->addresses.at[i];
            if (domain_page_group(a) != g || rank_of(a) != rank)
                continue;
            quiet += rank >= 3;
            if (quiet <= shown)
                add_address(p, survey, i);
            else
                hidden_clear += rank == 4;
        }
    for (size_t i = 0; i < survey->nets.count; i++) {
        nets += survey->nets.at[i].group == g;
        if (survey->nets.at[i].group == g && (nets <= shown || net_is_listed(&survey->nets.at[i])))
            add_net(p, survey, i);
    }
    buf_clear(&line);
    if (quiet > shown)
        buf_format(&line, "%zu more address%s, %zu of them clear. ", quiet - shown, quiet - shown > 1 ? "es" : "",
                   hidden_clear);
    if (nets > shown)
        buf_format(&line, "Nets in all: %zu.", nets);
    for (size_t i = 0; i < group->unknowable.count; i++)
        buf_format(&line, "%s%s", i > 0 ? ", " : "Depends on each mail: ", group->unknowable.at[i]);
    if (line.count > 0) {
        page_row(p, 0);
        page_wrap(p, COL + 2 * SIGN, ROLE_DIM, buf_string(&line));
    }
    buf_free(&line);
}

/* ---- the whole ---- */

/* Names where mail could leave today. */
static void
add_exits(struct page *p, const struct survey *survey)
{
    struct buf line = {0};
    size_t named = 0, all = count_exits(survey);
    char text[PREFIX_TEXT];
    for (size_t i = 0; i < survey->addresses.count && named < NAMED; i++)
        if (survey_is_exit(survey, &survey->addresses.at[i]))
            buf_format(&line, "%s%s", named++ > 0 ? ", " : "", addr_text(&survey->addresses.at[i].address, text));
    if (all > named)
        buf_format(&line, " and %zu more", all - named);
    for (size_t i = 0, nets = 0; i < survey->nets.count && nets < NAMED; i++)
        if (survey_net_is_exit(survey, &survey->nets.at[i]))
            buf_format(&line, "%s%s", named + nets++ > 0 ? ", " : "", prefix_text(&survey->nets.at[i].prefix, text));
    page_heading(p, "Mail could leave today");
    page_row(p, 0);
    if (line.count > 0) {
        buf_text(&line, spf_report(survey->spf)->result == SPF_NONE
                            ? ": no list has it, and there is no SPF record that could forbid it."
                            : ": SPF lets mail from there pass, and no list has it.");
        page_wrap(p, COL + SIGN, ROLE_PLAIN, buf_string(&line));
    } else {
        page_wrap(p, COL + SIGN, ROLE_STRONG,
                  survey_is_open(survey) ? "Not known yet."
                  : spf_report(survey->spf)->result == SPF_NONE
                      ? "Nowhere: no address is known to be clear."
                      : "Nowhere: no address that SPF lets pass is known to be clear.");
    }
    buf_free(&line);
}

void
domain_page(struct page *p, const struct survey *survey)
{
    domain_groups groups = {0};
    struct buf line = {0};
    survey_headline(&line, survey);
    page_row(p, 0);
    page_wrap(p, COL, survey_is_open(survey) ? ROLE_STRONG : address_headline_role(survey_state(survey)),
              buf_string(&line));
    page_gap(p);
    add_spf(p, survey);
    if (survey->check)
        add_check(p, survey);
    add_hosts(p, survey);
    add_lists(p, survey);
    domain_page_groups(&groups, survey);
    for (size_t i = 0; i < groups.count; i++)
        add_group(p, survey, groups.at[i]);
    if (survey->left_out > 0) {
        buf_clear(&line);
        buf_format(&line, "%zu more %s not asked about: one run asks about %d.", survey->left_out,
                   survey->left_out > 1 ? "addresses were" : "address was", SURVEY_ADDRESSES_MOST);
        page_gap(p);
        page_row(p, 0);
        page_wrap(p, COL, ROLE_WARN, buf_string(&line));
    }
    if (survey_is_open(survey) || survey->addresses.count + survey->nets.count > 0)
        add_exits(p, survey);
    vec_free(&groups);
    buf_free(&line);
}

struct resource
domain_page_resource(const struct survey *survey, uint64_t key)
{
    size_t place = (size_t)(key & (NET_KEY - 1)) - 1;
    if (key & NET_KEY && place < survey->nets.count)
        return resource_of_net(&survey->nets.at[place].prefix);
    if (key > 0 && !(key & NET_KEY) && place < survey->addresses.count)
        return resource_of_address(&survey->addresses.at[place].address);
    return (struct resource){.kind = RESOURCE_NONE};
}
