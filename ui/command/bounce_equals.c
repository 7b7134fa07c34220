/* Equal rejections, joined, so that a log with thousands of them stays readable. */
#include "bounce/rejection_words.h"
#include "command/bounce_rows.h"

#include <stdlib.h>

/* Returns what equal rejections have in common. The reply of one that names a list may have other words each time. */
static char *
key_of(const struct rejection *r)
{
    char address[ADDR_TEXT] = "";
    struct buf key = {0};
    bool named = *r->list.name;
    if (r->own.address.family != ADDR_NONE)
        addr_text(&r->own.address, address);
    buf_format(&key, "%d|%d|%d|%s|%s|%u|%u|%s|", (int)r->kind, (int)r->party, r->inbound, r->list.name, r->list.zone,
               r->level, r->code, r->status);
    rejection_words_receiver(r, &key);
    buf_format(&key, "|%s|%s|%s", address, named ? "" : r->recipient, named ? "" : r->text);
    return buf_take(&key);
}

void
bounce_equals_add(struct bounce_equals *equals, const struct rejection *r)
{
    char *key = key_of(r);
    struct hashtable_entry *entry = hashtable_find(&equals->table, key, strlen(key));
    struct bounce_equal *one = entry ? mem_container(entry, struct bounce_equal, entry) : NULL;
    if (one) {
        free(key);
    } else {
        one = mem_zero(sizeof *one);
        one->key = key;
        one->entry = (struct hashtable_entry){.key = key, .key_count = strlen(key)};
        one->rejection = *r;
        hashtable_add(&equals->table, &one->entry);
        vec_push(&equals->all, one);
    }
    one->equal.count++;
    if (r->time > 0 && (one->equal.first == 0 || r->time < one->equal.first))
        one->equal.first = r->time;
    if (r->time > one->equal.last)
        one->equal.last = r->time;
}

void
bounce_equals_clear(struct bounce_equals *equals)
{
    for (size_t i = 0; i < equals->all.count; i++) {
        free(equals->all.at[i]->key);
        free(equals->all.at[i]);
    }
    vec_free(&equals->all);
    hashtable_free(&equals->table);
}
