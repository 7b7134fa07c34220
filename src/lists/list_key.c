#include "lists/list_key.h"

#include "dns/answer.h"

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

/* Masks the keys of one list. Returns the new length, which is no longer; the text needs no NUL. */
static size_t
mask(const struct list *list, char *text, size_t count)
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

static size_t
mask_all(const struct catalogue *catalogue, char *text, size_t count)
{
    for (size_t i = 0; i < catalogue_known(catalogue); i++)
        count = mask(catalogue_list(catalogue, i), text, count);
    return count;
}

void
list_key_mask_all(const struct catalogue *catalogue, char *text)
{
    text[mask_all(catalogue, text, strlen(text))] = '\0';
}

struct answer *
list_key_copy_answer(const struct catalogue *catalogue, const struct answer *answer)
{
    struct answer *copy = answer_copy(answer);
    for (size_t i = 0; i < copy->count; i++) {
        struct record *record = (struct record *)&copy->records[i]; /* in the block of the copy */
        if (record->text)
            record->text_count = mask_all(catalogue, (char *)record->text, record->text_count);
    }
    return copy;
}

/* Returns whether a label looks like the key of an operator. Those of Spamhaus have 26 letters and digits, those of
 * Abusix 32. */
static bool
looks_secret(const char *label, size_t count)
{
    enum { LEAST = 20 };
    size_t digits = 0;
    for (size_t i = 0; i < count; i++) {
        if (label[i] == '-' || label[i] == '_')
            return false;
        digits += label[i] >= '0' && label[i] <= '9';
    }
    return count >= LEAST && digits > 0 && digits < count;
}

size_t
list_key_before(const struct catalogue *catalogue, const char *zone)
{
    size_t count = strspn(zone, label_bytes);
    if (count == 0 || zone[count] != '.' || !strchr(zone + count + 1, '.'))
        return 0;
    for (size_t i = 0; i < catalogue_known(catalogue); i++) {
        const struct list *list = catalogue_list(catalogue, i);
        size_t length = strlen(list->zone);
        if (list->access == ACCESS_KEY && strncasecmp(zone + count + 1, list->zone, length) == 0 &&
            strspn(zone + count + 1 + length, ".") == strlen(zone + count + 1 + length))
            return count + 1;
    }
    return looks_secret(zone, count) ? count + 1 : 0;
}

/* Cuts quotations of lines that begin with the word "key" behind it. */
static void
cut_quoted_key(char *text)
{
    enum { WORD = 3 };
    for (char *quote = strchr(text, '\''); quote; quote = strchr(quote + 1, '\'')) {
        char *word = quote + 1 + strspn(quote + 1, " \t"), *behind = word + WORD;
        if (strncasecmp(word, "key", WORD) != 0 || !*behind || strchr(label_bytes, *behind))
            continue;
        strcpy(behind, "'");
        return;
    }
}

void
list_key_hide(const struct catalogue *catalogue, char *text)
{
    enum { CUT = 8 };
    char *kept = text;
    cut_quoted_key(text);
    list_key_mask_all(catalogue, text);
    for (const char *at = text; *at;) {
        size_t count = strspn(at, label_bytes), taken = count + (count == 0);
        bool cut = count > 0 && !at[count] && at + count - text >= FAULT_ROOM - CUT; /* perhaps inside a key */
        bool secret = cut || looks_secret(at, count);
        size_t copied = secret && taken > strlen(shown) ? strlen(shown) : taken;
        memmove(kept, secret ? shown : at, copied);
        kept += copied;
        at += taken;
    }
    *kept = '\0';
}

void
list_key_hide_any(void *unused, char *text)
{
    (void)unused;
    list_key_hide(catalogue_builtin(), text);
}
