#include "verdict/reception.h"

#include "verdict/list_words.h"

#include <string.h>

/* Returns the result of the list, or of one with the same data; NULL = there is none. */
static const struct list_result *
result_of(const struct evidence *e, const struct list *list)
{
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list *other = e->lists.at[i].list;
        if (other == list || list_contains(other, list))
            return &e->lists.at[i];
    }
    return NULL;
}

/* Returns the first answer that the site takes; NULL = none. A list may be a part of the one that was asked, which then
 * has codes that it does not. */
static const struct addr *
taken(const struct receiver_site *site, const struct list *list, const struct list_result *f)
{
    for (size_t i = 0; i < f->answers.count; i++)
        if (receiver_site_takes(site, &f->answers.at[i]) &&
            (f->list == list || return_codes_document(&list->codes, &f->answers.at[i])))
            return &f->answers.at[i];
    return NULL;
}

void
reception_of(struct reception *out, const struct receiver *receiver, const struct evidence *e)
{
    double least = 0, most = 0; /* that the unknown sites may add */
    *out = (struct reception){.receiver = receiver};
    for (size_t i = 0; i < receiver->sites.count; i++) {
        const struct receiver_site *site = &receiver->sites.at[i];
        const struct list *list = catalogue_find(e->catalogue, site->zone);
        const struct list_result *f = list ? result_of(e, list) : NULL;
        bool lists_nothing = list && (list->status == LIST_DEAD || !list->families[e->address.family == ADDR_V6]);
        if (lists_nothing || (f && f->state == STATE_CLEAR))
            continue;
        bool answered = f && f->state == STATE_LISTED && (f->answers.count > 0 || !*site->filter);
        const struct addr *answer = answered ? taken(site, list, f) : NULL;
        if (!answered) {
            out->unknown++;
            *(site->points < 0 ? &least : &most) += site->points;
        } else if (answer || f->answers.count == 0) { /* a zone file has no answers, and the site takes any */
            out->sum += site->points;
            vec_push(&out->hits, ((struct reception_hit){f, answer, site->points}));
        }
    }
    out->blocks = out->sum + least >= receiver->threshold ? RECEPTION_BLOCKS
                  : out->sum + most < receiver->threshold ? RECEPTION_PASSES
                                                          : RECEPTION_OPEN;
}

void
reception_fini(struct reception *r)
{
    vec_free(&r->hits);
}

void
reception_words(struct buf *out, const struct reception *r)
{
    static const char *const words[][2] = {[RECEPTION_PASSES] = {"would not block", "would not mark as spam"},
                                           [RECEPTION_BLOCKS] = {"would block", "would mark as spam"},
                                           [RECEPTION_OPEN] = {"not known", "not known"}};
    const struct receiver *receiver = r->receiver;
    buf_text(out, receiver->name);
    if (*receiver->dated)
        buf_format(out, " (%s)", receiver->dated);
    buf_format(out, ": %s, %g of %g points", words[r->blocks][receiver->marks], r->sum, receiver->threshold);
    if (r->blocks == RECEPTION_OPEN)
        buf_format(out, ", %zu of its %zu terms unknown", r->unknown, receiver->sites.count);
    for (size_t i = 0; i < r->hits.count; i++) {
        buf_text(out, i == 0 ? ": " : ", ");
        list_words_part(out, r->hits.at[i].result->list, r->hits.at[i].answer);
        buf_format(out, " %g", r->hits.at[i].points);
    }
}
