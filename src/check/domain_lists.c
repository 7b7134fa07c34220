#include "check/domain_lists.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

/* A list, and its answer before the self-test counts. */
struct asked {
    struct domain_lists *lists;
    struct list_result result;
    char *about;
    char name[2 * LIST_ZONE + HEALTH_QUESTION];
    bool have, text_pending;
    enum list_state state;
    char *detail;
};

struct domain_lists {
    const struct engine *engine;
    VEC(struct asked) asked;
    void (*changed)(void *arg);
    void *arg;
};

/* Combines answer and self-test. */
static void
update(struct asked *a)
{
    struct list_result *f = &a->result;
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
        vec_push(&a->result.txt, text_clean_copy(answer->records[i].text, answer->records[i].text_count));
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
        vec_push(&a->result.answers, answer->records[i].addr);
    a->have = true;
    a->state = health_read(a->result.list, answer, &detail, &a->result.foreign);
    a->detail = detail.count > 0 ? buf_take(&detail) : NULL;
    a->result.ttl = answer->ttl;
    a->result.rtt_us = answer->rtt_us;
    a->result.answered_ms = answer->at_ms;
    a->result.stale = answer->stale;
    a->text_pending = a->state == STATE_LISTED;
    if (a->text_pending)
        health_put(a->lists->engine->health, a->result.list, a->name, RECORD_TXT, 0, on_text, a);
    update(a);
    a->lists->changed(a->lists->arg);
}

static void
on_self_test(void *arg, const struct list *list)
{
    struct domain_lists *lists = arg;
    for (size_t i = 0; i < lists->asked.count; i++)
        if (lists->asked.at[i].result.list == list && lists->asked.at[i].result.pending)
            update(&lists->asked.at[i]);
    lists->changed(lists->arg);
}

struct domain_lists *
domain_lists_new(const struct engine *engine, const char *const names[static DOMAIN_LISTS_NAMES],
                 void (*changed)(void *arg), void *arg)
{
    struct domain_lists *lists = mem_zero(sizeof *lists);
    const struct catalogue *catalogue = engine->dataset.catalogue;
    *lists = (struct domain_lists){.engine = engine, .changed = changed, .arg = arg};
    health_listen(engine->health, on_self_test, lists);
    for (size_t i = 0; i < DOMAIN_LISTS_NAMES * catalogue_asked(catalogue); i++) {
        const struct list *list = catalogue_list(catalogue, i / DOMAIN_LISTS_NAMES);
        const char *about = names[i % DOMAIN_LISTS_NAMES];
        struct asked asked = {.lists = lists, .result = {.list = list, .asked = true, .pending = true, .rtt_us = -1}};
        if (!about || !list->asked_for_domains)
            continue;
        asked.about = mem_copy(about);
        snprintf(asked.name, sizeof asked.name, "%s.%s", about, list->shown);
        vec_push(&lists->asked, asked);
    }
    for (size_t i = 0; i < lists->asked.count; i++) { /* which stay in place from here on */
        struct asked *a = &lists->asked.at[i];
        health_ask(engine->health, a->result.list, false);
        health_put(engine->health, a->result.list, a->name, RECORD_A, 0, on_answer, a);
    }
    return lists;
}

void
domain_lists_free(struct domain_lists *lists)
{
    if (!lists)
        return;
    health_unlisten(lists->engine->health, lists);
    for (size_t i = 0; i < lists->asked.count; i++) {
        struct asked *a = &lists->asked.at[i];
        health_forget(lists->engine->health, a->result.list, a);
        list_result_clear_answer(&a->result);
        list_result_clear_texts(&a->result);
        vec_free(&a->result.answers);
        vec_free(&a->result.txt);
        vec_free(&a->result.texts);
        free(a->detail);
        free(a->about);
    }
    vec_free(&lists->asked);
    free(lists);
}

size_t
domain_lists_count(const struct domain_lists *lists)
{
    return lists->asked.count;
}

const struct list_result *
domain_lists_at(const struct domain_lists *lists, size_t place, const char **name)
{
    *name = lists->asked.at[place].about;
    return &lists->asked.at[place].result;
}
