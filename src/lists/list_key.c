#include "lists/list_key.h"

#include <string.h>
#include <strings.h>

static const char shown[] = "KEY", label_bytes[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

static bool
is_secret(const struct list *list, const char *label, size_t count, const char *end)
{
    size_t zone = strlen(list->zone), left = (size_t)(end - label) - count;
    if (list->key && count == strlen(list->key) && strncasecmp(label, list->key, count) == 0)
        return true;
    return left > zone && label[count] == '.' && strncasecmp(label + count + 1, list->zone, zone) == 0;
}

size_t
list_key_mask(const struct list *list, char *text, size_t count)
{
    const char *end = text + count;
    size_t kept = 0, taken;
    for (const char *at = text; list->access == ACCESS_KEY && at < end; at += taken) {
        taken = 0;
        while (at + taken < end && at[taken] && strchr(label_bytes, at[taken]))
            taken++;
        bool secret = taken > 0 && is_secret(list, at, taken, end);
        taken += taken == 0;
        size_t copied = secret && taken > strlen(shown) ? strlen(shown) : taken;
        memmove(text + kept, secret ? shown : at, copied);
        kept += copied;
    }
    return list->access == ACCESS_KEY ? kept : count;
}

void
list_key_mask_all(const struct catalogue *catalogue, char *text)
{
    for (size_t i = 0; i < catalogue_known(catalogue); i++)
        text[list_key_mask(catalogue_list(catalogue, i), text, strlen(text))] = '\0';
}
