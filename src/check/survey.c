#include "check/survey.h"

#include "base/clock.h"
#include "base/text.h"
#include "domain/idn.h"
#include "verdict/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPEN_MOST = 16 };

/* ---- addresses ---- */

/* Returns how bad a result is among those of the same list. */
static unsigned
badness(const struct list_result *f)
{
    enum { CLEAR = 1, ALLOWED, TROUBLE, LISTED };
    if (list_result_is_listed(f))
        return list_result_is_counted(f) ? LISTED + list_result_weight(f) : ALLOWED;
    return f->state == STATE_CLEAR ? CLEAR : f->state != STATE_UNASKED ? TROUBLE : 0;
}

/* Keeps a result, without its texts, if it is the worst of its list. */
static void
keep_worst(struct survey *survey, const struct list_result *f)
{
    struct list_result *worst = &survey->worst.lists.at[f->list->index], old = *worst;
    worst->asked |= f->asked;
    if (!f->asked || badness(f) <= badness(worst))
        return;
    *worst = *f;
    worst->pending = false;
    worst->detail = mem_copy(f->detail);
    worst->file.doubt = mem_copy(f->file.doubt);
    worst->answers = old.answers;
    worst->txt = old.txt;
    worst->texts = old.texts;
    vec_clear(&worst->answers);
    for (size_t i = 0; i < f->answers.count; i++)
        vec_push(&worst->answers, f->answers.at[i]);
    free(old.detail);
    free(old.file.doubt);
}

/* Asks the lists of domains about the name of a host, which may be the one in its HELO. */
static void
ask_host(struct survey *survey, const char *name)
{
    struct fault none;
    char *ascii = idn_to_ascii(name, &none);
    size_t count = ascii ? strlen(ascii) : 0, suffix = strlen(survey->asked);
    bool own = count > suffix && ascii[count - suffix - 1] == '.' && strcmp(ascii + count - suffix, survey->asked) == 0;
    if (ascii)
        domain_lists_add(survey->lists, ascii, !own);
    free(ascii);
}

/* Compares a look with the last one. */
static void
compare(struct survey *survey, const struct evidence *e, const struct verdict *v)
{
    const struct last_look *last = survey->compares ? recorder_last_look(survey->engine->recorder, &e->address) : NULL;
    struct observation now;
    if (!last || e->finished_ms == 0 || evidence_is_unlistable(e))
        return;
    observation_make(&now, e, v);
    survey->fresh |= !last->known;
    survey->differs |= last->known && observation_compare_matched(NULL, &last->then, &now);
    observation_fini(&now);
}

/* Takes the result of an investigation that has ended. */
static void
take_result(struct survey *survey, struct survey_address *a)
{
    struct verdict verdict;
    const struct evidence *e = investigation_evidence(a->investigation);
    verdict_reach(&verdict, e, &survey->engine->dataset.policy);
    for (size_t i = 0; i < e->lists.count; i++)
        keep_worst(survey, &e->lists.at[i]);
    compare(survey, e, &verdict);
    a->judged = true;
    a->judgement = (struct judgement){verdict.state, verdict.listed, verdict.others, verdict.causes};
    a->actor = verdict.actor;
    a->unlistable = evidence_is_unlistable(e);
    a->headline = mem_copy(verdict.headline);
    a->ptr = e->ptr.state == PTR_CONFIRMED ? mem_copy(e->ptr.name) : NULL;
    if (a->ptr && !survey->stopped)
        ask_host(survey, a->ptr);
    verdict_fini(&verdict);
    investigation_free(a->investigation);
    a->investigation = NULL;
    survey->open--;
}

static void on_investigation(void *arg);

/* Begins investigations, so many at a time, and takes the results of those that need no answer. */
static void
investigate(struct survey *survey)
{
    for (size_t i = 0; i < survey->addresses.count && survey->open < OPEN_MOST; i++) {
        struct survey_address *a = &survey->addresses.at[i];
        char text[ADDR_TEXT];
        if (a->judged || a->investigation)
            continue;
        if (survey->compares) /* before this look is one */
            recorder_last_look(survey->engine->recorder, &a->address);
        a->investigation = investigation_new(survey->engine, addr_text(&a->address, text), NULL, &a->address,
                                             on_investigation, survey);
        survey->open++;
        if (investigation_evidence(a->investigation)->finished_ms != 0)
            take_result(survey, a);
    }
}

static void
on_investigation(void *arg)
{
    struct survey *survey = arg;
    for (size_t i = 0; i < survey->addresses.count; i++) {
        struct survey_address *a = &survey->addresses.at[i];
        if (a->investigation && investigation_evidence(a->investigation)->finished_ms != 0)
            take_result(survey, a);
    }
    investigate(survey);
    survey->changed(survey->arg);
}

static void
add_address(struct survey *survey, const struct addr *address, enum survey_role role, unsigned group)
{
    for (size_t i = 0; i < survey->addresses.count; i++)
        if (addr_equal(&survey->addresses.at[i].address, address)) {
            struct survey_address *a = &survey->addresses.at[i];
            a->group = role == SURVEY_SPF && !(a->roles & SURVEY_SPF) ? group : a->group;
            a->roles |= role;
            return;
        }
    if (survey->addresses.count < SURVEY_ADDRESSES_MOST)
        vec_push(&survey->addresses, ((struct survey_address){.address = *address, .roles = role, .group = group}));
    else
        survey->left_out++;
}

/* ---- SPF ---- */

static void
look_up_net(const struct survey *survey, struct survey_net *net)
{
    const struct dataset *dataset = &survey->engine->dataset;
    const struct zone_file *level2 = dataset_level(dataset, 2), *level3 = dataset_level(dataset, 3);
    net->known = net->prefix.addr.family == ADDR_V4 && dataset_level(dataset, 1);
    net->listed = net->known ? density_listed(dataset->zones, &net->prefix) : 0;
    net->level2 = net->known && level2 ? cover_of(level2, &net->prefix) : COVER_NONE;
    net->level3 = net->known && level3 ? cover_of(level3, &net->prefix) : COVER_NONE;
}

void
survey_zones_changed(struct survey *survey)
{
    for (size_t i = 0; i < survey->nets.count; i++)
        look_up_net(survey, &survey->nets.at[i]);
}

void
survey_asndb_changed(struct survey *survey)
{
    for (size_t i = 0; i < survey->addresses.count; i++)
        if (survey->addresses.at[i].investigation)
            investigation_asndb_changed(survey->addresses.at[i].investigation);
}

/* Adds the addresses of a narrow net one by one, and a wide one as it is. */
static void
add_net(struct survey *survey, const struct spf_net *found)
{
    unsigned bits = (found->prefix.addr.family == ADDR_V4 ? 32U : 128U) - found->prefix.length;
    struct survey_net net = {.prefix = found->prefix, .group = found->group};
    for (unsigned i = 0; bits <= 4 && i < 1U << bits; i++) {
        struct addr address = found->prefix.addr;
        address.bytes[address.family == ADDR_V4 ? 3 : 15] |= (uint8_t)i;
        add_address(survey, &address, SURVEY_SPF, found->group);
    }
    for (size_t i = 0; i < survey->nets.count; i++)
        if (prefix_equal(&survey->nets.at[i].prefix, &found->prefix))
            return;
    if (bits <= 4)
        return;
    look_up_net(survey, &net);
    vec_push(&survey->nets, net);
}

static void
on_spf(void *arg)
{
    struct survey *survey = arg;
    const struct spf_report *report = spf_report(survey->spf);
    for (size_t i = 0; i < report->nets.count; i++)
        add_net(survey, &report->nets.at[i]);
    investigate(survey);
    survey->changed(survey->arg);
}

static void
on_check(void *arg)
{
    struct survey *survey = arg;
    survey->changed(survey->arg);
}

/* ---- MX and own addresses ---- */

/* Counts an answer about addresses, and adds them. */
static void
take_addresses(struct survey *survey, const struct answer *answer, enum survey_role role)
{
    survey->left--;
    if (answer->outcome != OUTCOME_DATA && answer->outcome != OUTCOME_NODATA && answer->outcome != OUTCOME_NXDOMAIN)
        survey->failure = answer->outcome;
    for (size_t i = 0; i < answer->count; i++)
        add_address(survey, &answer->records[i].addr, role, 0);
    investigate(survey);
    survey->changed(survey->arg);
}

static void
on_own(void *arg, const struct answer *answer)
{
    take_addresses(arg, answer, SURVEY_OWN);
}

static void
on_host(void *arg, const struct answer *answer)
{
    struct survey_host *host = arg;
    for (size_t i = 0; i < answer->count; i++)
        vec_push(&host->addresses, answer->records[i].addr);
    take_addresses(host->survey, answer, SURVEY_MX);
}

static int
by_preference(const void *a, const void *b)
{
    return (int)((const struct survey_host *)a)->preference - (int)((const struct survey_host *)b)->preference;
}

static void
on_mx(void *arg, const struct answer *answer)
{
    struct survey *survey = arg;
    survey->mx = answer->outcome;
    for (size_t i = 0; i < answer->count && i < SURVEY_HOSTS_MOST; i++) {
        const struct record *record = &answer->records[i];
        struct survey_host host = {.preference = record->preference, .survey = survey};
        host.name = text_clean_copy(record->text, record->text_count);
        vec_push(&survey->hosts, host);
    }
    if (survey->hosts.count > 0)
        qsort(survey->hosts.at, survey->hosts.count, sizeof survey->hosts.at[0], by_preference);
    for (size_t i = 0; i < survey->hosts.count; i++) { /* which stay in place from here on */
        struct survey_host *host = &survey->hosts.at[i];
        host->is_address = addr_parse(host->name, &(struct addr){0});
        if (strcmp(host->name, ".") == 0 || host->is_address)
            continue;
        ask_host(survey, host->name);
        survey->left += 2;
        resolver_ask(survey->engine->resolver, host->name, RECORD_A, 0, on_host, host);
        resolver_ask(survey->engine->resolver, host->name, RECORD_AAAA, 0, on_host, host);
    }
    survey->changed(survey->arg);
}

/* ---- the whole ---- */

static void
on_lists(void *arg)
{
    struct survey *survey = arg;
    survey->changed(survey->arg);
}

char *
survey_name(const struct engine *engine, const char *domain, struct fault *fault)
{
    if (engine->resolver)
        return idn_to_ascii(domain, fault);
    fault_set(fault, "what %s publishes is asked by DNS, which --offline forbids", domain);
    return NULL;
}

/* Returns an address or a domain with its domain in ASCII, if it has one; NULL is fine. The caller frees it. */
static char *
mail_to_ascii(const char *text)
{
    const char *at = text ? strrchr(text, '@') : NULL, *domain = at ? at + 1 : text;
    struct buf out = {0};
    struct fault none;
    char *ascii = text && *domain ? idn_to_ascii(domain, &none) : NULL;
    if (!ascii)
        return mem_copy(text);
    buf_bytes(&out, text, (size_t)(domain - text));
    buf_text(&out, ascii);
    free(ascii);
    return buf_take(&out);
}

struct survey *
survey_new(const struct engine *engine, const char *domain, const struct survey_client *client,
           void (*changed)(void *arg), void *arg, struct fault *fault)
{
    struct spf_question all = {0}, one = {0};
    char *asked = survey_name(engine, domain, fault);
    if (!asked)
        return NULL;
    struct survey *survey = mem_zero(sizeof *survey);
    *survey = (struct survey){.engine = engine,
                              .domain = text_clean_copy(domain, strlen(domain)),
                              .asked = asked,
                              .mx = OUTCOME_CANCELLED,
                              .left = 2,
                              .changed = changed,
                              .arg = arg};
    evidence_init(&survey->worst, engine->dataset.catalogue, survey->domain, NULL, &(struct addr){0});
    for (size_t i = survey->worst.lists.count; i < catalogue_asked(engine->dataset.catalogue); i++)
        vec_push(&survey->worst.lists, /* lists of domains, which have no results about addresses */
                 ((struct list_result){.list = catalogue_list(engine->dataset.catalogue, i), .rtt_us = -1}));
    all.domain = asked;
    survey->spf = spf_new(engine->loop, engine->resolver, &all, on_spf, survey);
    survey->lists = domain_lists_new(engine, on_lists, survey);
    char *sender = client ? mail_to_ascii(client->from) : NULL, *helo = client ? mail_to_ascii(client->helo) : NULL;
    if (client) {
        one = (struct spf_question){
            .domain = sender ? NULL : asked, .ip = client->address, .sender = sender ? sender : asked, .helo = helo};
        survey->client = client->address;
        survey->from = mem_copy(client->from);
        survey->helo = mem_copy(client->helo);
        survey->check = spf_new(engine->loop, engine->resolver, &one, on_check, survey);
    }
    resolver_ask(engine->resolver, asked, RECORD_MX, 0, on_mx, survey);
    resolver_ask(engine->resolver, asked, RECORD_A, 0, on_own, survey);
    resolver_ask(engine->resolver, asked, RECORD_AAAA, 0, on_own, survey);
    domain_lists_add(survey->lists, asked, false);
    if (one.helo)
        domain_lists_add(survey->lists, one.helo, false);
    free(sender);
    free(helo);
    return survey;
}

void
survey_free(struct survey *survey)
{
    if (!survey)
        return;
    spf_free(survey->spf);
    spf_free(survey->check);
    domain_lists_free(survey->lists);
    resolver_forget(survey->engine->resolver, survey);
    for (size_t i = 0; i < survey->hosts.count; i++) {
        resolver_forget(survey->engine->resolver, &survey->hosts.at[i]);
        vec_free(&survey->hosts.at[i].addresses);
        free(survey->hosts.at[i].name);
    }
    for (size_t i = 0; i < survey->addresses.count; i++) {
        investigation_free(survey->addresses.at[i].investigation);
        free(survey->addresses.at[i].headline);
        free(survey->addresses.at[i].ptr);
    }
    vec_free(&survey->hosts);
    vec_free(&survey->addresses);
    vec_free(&survey->nets);
    evidence_fini(&survey->worst);
    free(survey->domain);
    free(survey->asked);
    free(survey->from);
    free(survey->helo);
    free(survey);
}

void
survey_compare(struct survey *survey)
{
    survey->compares = survey->engine->recorder;
}

void
survey_stop(struct survey *survey, const char *why)
{
    survey->stopped = true;
    for (size_t i = 0; i < survey->addresses.count; i++) {
        struct survey_address *a = &survey->addresses.at[i];
        if (!a->investigation)
            continue;
        investigation_stop(a->investigation, why);
        take_result(survey, a);
    }
}

/* Adds what zone files say about a wide net to the worst of each list. */
static void
keep_net(struct survey *survey, const struct survey_net *net)
{
    const bool listed[LIST_LEVELS] = {net->listed > 0, net->level2 != COVER_NONE, net->level3 != COVER_NONE};
    for (unsigned i = 0; i < LIST_LEVELS; i++) {
        const struct zone_file *file = dataset_level(&survey->engine->dataset, i + 1);
        struct list_result found = {.list = evidence_level(&survey->worst, i + 1)->list,
                                    .asked = net->known && file,
                                    .source = SOURCE_ZONE,
                                    .state = listed[i] ? STATE_LISTED : STATE_CLEAR,
                                    .rtt_us = -1};
        if (found.asked)
            found.file = (struct file_result){.have = true, .state = found.state, .date = zone_file_date(file)};
        keep_worst(survey, &found);
    }
}

const struct evidence *
survey_evidence(struct survey *survey)
{
    struct evidence *e = &survey->worst;
    for (size_t i = 0; i < survey->nets.count; i++)
        keep_net(survey, &survey->nets.at[i]);
    for (size_t i = 0; i < domain_lists_count(survey->lists); i++)
        if (!domain_lists_at(survey->lists, i)->foreign)
            keep_worst(survey, &domain_lists_at(survey->lists, i)->result);
    if (survey_is_open(survey) || e->finished_ms != 0)
        return e;
    e->finished_ms = clock_wall_ms();
    for (size_t i = 0; i < e->lists.count && survey->addresses.count == 0 && !survey_is_mute(survey); i++)
        e->lists.at[i].asked |= list_is_asked(e->lists.at[i].list, ADDR_V4); /* but not about any address */
    return e;
}

bool
survey_is_open(const struct survey *survey)
{
    bool open = !spf_has_ended(survey->spf) || (survey->check && !spf_has_ended(survey->check)) || survey->left > 0 ||
                survey->mx == OUTCOME_CANCELLED || survey_judged(survey) < survey->addresses.count;
    for (size_t i = 0; i < domain_lists_count(survey->lists); i++)
        open |= domain_lists_at(survey->lists, i)->result.pending;
    return open;
}

size_t
survey_judged(const struct survey *survey)
{
    size_t count = 0;
    for (size_t i = 0; i < survey->addresses.count; i++)
        count += survey->addresses.at[i].judged;
    return count;
}
