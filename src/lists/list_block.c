#include "lists/list_block.h"

#include "base/buf.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

const char *const list_block_scopes[LIST_BLOCK_SCOPES] = {
    [SCOPE_IP] = "ip",         [SCOPE_RANGE] = "range",   [SCOPE_ASN] = "asn",
    [SCOPE_DOMAIN] = "domain", [SCOPE_POLICY] = "policy", [SCOPE_ALLOW] = "allow",
};
const char *const list_block_statuses[LIST_BLOCK_STATUSES] = {
    [LIST_ACTIVE] = "active", [LIST_BY_NAME] = "by-name",       [LIST_SUBSCRIBERS] = "subscribers",
    [LIST_DEAD] = "dead",     [LIST_FRAUDULENT] = "fraudulent",
};
const char *const list_block_accesses[LIST_BLOCK_ACCESSES] = {
    [ACCESS_OPEN] = "open",
    [ACCESS_REGISTERED] = "registered",
    [ACCESS_KEY] = "key",
};

/* The texts that a list owns. */
static const size_t texts[] = {
    offsetof(struct list, zone),   offsetof(struct list, title),        offsetof(struct list, shorter),
    offsetof(struct list, run_by), offsetof(struct list, covers),       offsetof(struct list, delist),
    offsetof(struct list, policy), offsetof(struct list, ends),         offsetof(struct list, facts),
    offsetof(struct list, since),  offsetof(struct list, remark),       offsetof(struct list, access_page),
    offsetof(struct list, data),   offsetof(struct list, key_variable),
};
enum { TEXTS = sizeof texts / sizeof texts[0] };

static void
free_secret(char *secret)
{
    for (volatile char *at = secret; at && *at; at++)
        *at = '\0';
    free(secret);
}

/* Stands for texts that a block does not give, because most lists lack most texts. */
static char no_text[] = "";

void
list_block_free_text(char *text)
{
    if (text != no_text)
        free(text);
}

void
list_block_fini_codes(return_codes *codes)
{
    for (size_t i = 0; i < codes->count; i++)
        free(codes->at[i].text);
    vec_free(codes);
}

void
list_block_fini(struct list *list)
{
    for (size_t i = 0; i < TEXTS; i++)
        list_block_free_text(*list_block_text(list, texts[i]));
    list_block_fini_codes(&list->codes);
    vec_free(&list->points);
    free_secret(list->key);
    free_secret(list->asked);
    free(list->shown);
}

void
list_block_copy(struct list *list, const struct list *from)
{
    *list = *from;
    for (size_t i = 0; i < TEXTS; i++)
        *list_block_text(list, texts[i]) = mem_copy(*list_block_text(list, texts[i]));
    list->key = from->key ? mem_copy(from->key) : NULL;
    list->asked = list->shown = NULL;
    memset(&list->codes, 0, sizeof list->codes);
    memset(&list->points, 0, sizeof list->points);
    for (size_t i = 0; i < from->codes.count; i++) {
        struct return_code code = from->codes.at[i];
        code.text = mem_copy(code.text);
        vec_push(&list->codes, code);
    }
    for (size_t i = 0; i < from->points.count; i++)
        vec_push(&list->points, from->points.at[i]);
}

/* Returns the zone in questions; NULL = its key is missing. The caller frees it. */
static char *
question_zone(const struct list *list, const char *key)
{
    struct buf zone = {0};
    if (list->access != ACCESS_KEY || !key)
        return list->access == ACCESS_KEY ? NULL : mem_copy(list->zone);
    buf_format(&zone, "%s.%s", key, list->zone);
    return buf_take(&zone);
}

void
list_block_complete(struct list *list)
{
    static const char *const covers[] = {
        [SCOPE_IP] = "this address",
        [SCOPE_RANGE] = "a prefix",
        [SCOPE_ASN] = "every address of an AS",
        [SCOPE_DOMAIN] = "a domain",
        [SCOPE_POLICY] = "a range by its use",
        [SCOPE_ALLOW] = "this address, as known good",
    };
    for (size_t i = 0; i < TEXTS; i++) {
        char **text = list_block_text(list, texts[i]);
        if (!*text)
            *text = text == &list->title     ? mem_copy(list->zone)
                    : text == &list->shorter ? mem_copy(list->title)
                    : text == &list->covers  ? mem_copy(covers[list->scope])
                                             : no_text;
    }
    free_secret(list->asked);
    free(list->shown);
    list->asked = question_zone(list, list->key);
    list->shown = question_zone(list, "KEY");
}

bool
list_block_set_key(struct list *list, const char *key)
{
    size_t count = strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
    if (count == 0 || count > 63 || key[count] != '\0')
        return false;
    char *copy = mem_copy(key); /* `key` may be the list's own */
    free_secret(list->key);
    list->key = copy;
    return true;
}
