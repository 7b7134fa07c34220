#include "check/domain_lists.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A list, and its answer before the self-test counts. */
struct asked {
    struct domain_lists *lists;
    struct domain_list shown;
    char question[2 * LIST_ZONE + HEALTH_QUESTION];
    bool have, text_pending;
    enum list_state state;
    char *detail;
};

struct domain_lists {
    const struct engine *engine;
    VEC(struct asked *) asked;
    size_t names;
    void (*changed)(void *arg);
    void *arg;
};

/* Combines answer and self-test. */
static void
update(struct asked *a)
{
    struct list_result *f = &a->shown.result;
    const struct list_health *health = health_at(a->lists->engine->health, f->list);
    f->pending = !a->have || a->text_pending || !health->done || health->pending;
    if (f->pending)
        return;
    bool passed = health->state == STATE_CLEAR;
    bool blame_list = !passed && (list_state_is_known(a->state) || health->state == STATE_UNHEALTHY);
    const char *detail = blame_list ? health->detail : a->detail;
    f->source = SOURCE_DNS;
    f->proved = passed;
    f->state = blame_list ? health->state : a->state;
    free(f->detail);
    f->detail = detail && *detail ? text_clean_copy(detail, strlen(detail)) : NULL;
    if (f->state != STATE_LISTED)
        list_result_clear_texts(f);
}

static void
on_text(void *arg, const struct answer *answer)
{
    struct asked *a = arg;
    for (size_t i = 0; i < answer->count && !answer->stale; i++)
        vec_push(&a->shown.result.txt, text_clean_copy(answer->records[i].text, answer->records[i].text_count));
    a->text_pending = false;
    update(a);
    a->lists->changed(a->lists->arg);
}

static void
on_answer(void *arg, const struct answer *answer)
{
    struct asked *a = arg;
    struct buf detail = {0};
    for (size_t i = 0; i < answer->count; i++)
        vec_push(&a->shown.result.answers, answer->records[i].addr);
    a->have = true;
    a->state = health_read(a->shown.result.list, answer, &detail, &a->shown.result.foreign);
    a->detail = detail.count > 0 ? buf_take(&detail) : NULL;
    a->shown.result.ttl = answer->ttl;
    a->shown.result.rtt_us = answer->rtt_us;
    a->shown.result.answered_ms = answer->at_ms;
    a->shown.result.stale = answer->stale;
    a->text_pending = a->state == STATE_LISTED;
    if (a->text_pending)
        health_put(a->lists->engine->health, a->shown.result.list, a->question, RECORD_TXT, 0, on_text, a);
    update(a);
    a->lists->changed(a->lists->arg);
}

static void
on_self_test(void *arg, const struct list *list)
{
    struct domain_lists *lists = arg;
    for (size_t i = 0; i < lists->asked.count; i++)
        if (lists->asked.at[i]->shown.result.list == list && lists->asked.at[i]->shown.result.pending)
            update(lists->asked.at[i]);
    lists->changed(lists->arg);
}

struct domain_lists *
domain_lists_new(const struct engine *engine, void (*changed)(void *arg), void *arg)
{
    struct domain_lists *lists = mem_zero(sizeof *lists);
    *lists = (struct domain_lists){.engine = engine, .changed = changed, .arg = arg};
    health_listen(engine->health, on_self_test, lists);
    return lists;
}

void
domain_lists_add(struct domain_lists *lists, const char *name, bool foreign)
{
    const struct catalogue *catalogue = lists->engine->dataset.catalogue;
    const char *dot = strrchr(name, '.'), *last = dot ? dot + 1 : name;
    bool is_address = strspn(last, "0123456789") == strlen(last) || strchr(name, ':');
    bool known = lists->names == DOMAIN_LISTS_NAMES || is_address;
    for (size_t i = 0; i < lists->asked.count; i++)
        known |= strcmp(lists->asked.at[i]->shown.name, name) == 0;
    for (size_t i = 0; i < catalogue_asked(catalogue) && !known; i++) {
        const struct list *list = catalogue_list(catalogue, i);
        struct asked *a;
        if (!list->asked_for_domains)
            continue;
        a = mem_zero(sizeof *a);
        a->lists = lists;
        a->shown = (struct domain_list){.name = mem_copy(name), .foreign = foreign};
        a->shown.result = (struct list_result){.list = list, .asked = true, .pending = true, .rtt_us = -1};
        snprintf(a->question, sizeof a->question, "%s.%s", name, list->shown);
        vec_push(&lists->asked, a);
        health_ask(lists->engine->health, list, false);
        health_put(lists->engine->health, list, a->question, RECORD_A, 0, on_answer, a);
    }
    lists->names += !known;
}

void
domain_lists_free(struct domain_lists *lists)
{
    if (!lists)
        return;
    health_unlisten(lists->engine->health, lists);
    for (size_t i = 0; i < lists->asked.count; i++) {
        struct asked *a = lists->asked.at[i];
        struct list_result *f = &a->shown.result;
        health_forget(lists->engine->health, f->list, a);
        list_result_clear_answer(f);
        list_result_clear_texts(f);
        vec_free(&f->answers);
        vec_free(&f->txt);
        vec_free(&f->texts);
        free(a->detail);
        free(a->shown.name);
        free(a);
    }
    vec_free(&lists->asked);
    free(lists);
}

size_t
domain_lists_count(const struct domain_lists *lists)
{
    return lists->asked.count;
}

size_t
domain_lists_names(const struct domain_lists *lists)
{
    return lists->names;
}

const struct domain_list *
domain_lists_at(const struct domain_lists *lists, size_t place)
{
    return &lists->asked.at[place]->shown;
}
