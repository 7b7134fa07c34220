#include "lists/list_key.h"

#include "base/vec.h"
#include "dns/answer.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const char shown[] = "KEY", blanks[] = " \t\r\n\f",
                  letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
                  label_bytes[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

typedef VEC(const struct list *) lists;

/* Zones behind a key that operators sell besides those of the catalogue; "*" = any label. */
static const char *const sold[] = {"*.dq.spamhaus.net",   "*.mail.abusix.zone",    "df.uribl.com",
                                   "sip.invaluement.com", "sip24.invaluement.com", "uri.invaluement.com"};

static size_t
label_length(const char *at, const char *end)
{
    const char *from = at;
    while (at < end && (isalnum((unsigned char)*at) || *at == '-' || *at == '_'))
        at++;
    return (size_t)(at - from);
}

/* Returns whether a text begins with a zone, of which no further label follows. */
static bool
begins_zone(const char *at, const char *end, const char *zone)
{
    size_t any = *zone == '*' ? label_length(at, end) : 0;
    zone += *zone == '*';
    size_t count = strlen(zone), left = (size_t)(end - at) - any;
    if ((any == 0 && *zone == '.') || left < count || strncasecmp(at + any, zone, count) != 0)
        return false;
    at += any + count;
    return label_length(at, end) == 0 && !(end - at > 1 && *at == '.' && strchr(label_bytes, at[1]));
}

/* Returns whether a label, behind which is a zone or no dot, is the key of a list or stands before a zone with a key.
 */
static bool
is_secret(const lists *keyed, const char *label, size_t count, const char *end)
{
    const char *zone = end - label > (ptrdiff_t)count + 1 && label[count] == '.' ? label + count + 1 : NULL;
    for (size_t i = 0; i < keyed->count; i++) {
        const struct list *list = keyed->at[i];
        size_t length = strlen(list->zone);
        if (list->key && count == strlen(list->key) && strncasecmp(label, list->key, count) == 0)
            return true;
        if (zone && (size_t)(end - zone) >= length && strncasecmp(zone, list->zone, length) == 0)
            return true;
    }
    for (size_t i = 0; zone && i < sizeof sold / sizeof sold[0]; i++)
        if (begins_zone(zone, end, sold[i]))
            return true;
    return false;
}

/* Those of Spamhaus have 26 letters and digits, those of
 * Abusix 32. */
bool
list_key_looks(const char *label, size_t count)
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

/* Returns the start of the label behind a dot, which may have blanks around it, or NULL. */
static const char *
behind_dot(const char *at, const char *end)
{
    while (at < end && strchr(blanks, *at) && *at)
        at++;
    if (at == end || *at != '.')
        return NULL;
    for (at++; at < end && strchr(blanks, *at) && *at;)
        at++;
    return at < end ? at : NULL;
}

/* Returns whether at least two labels follow behind the dot, the last one with a letter. */
static bool
names_zone(const char *at, const char *end)
{
    const char *first = behind_dot(at, end);
    const char *second = first ? behind_dot(first + label_length(first, end), end) : NULL;
    return second && label_length(first, end) > 0 && *second && strchr(letters, *second);
}

/* Returns whether a text ends with "key=" or "token=". */
static bool
ends_with_name(const char *text, size_t kept)
{
    static const char *const names[] = {"key=", "token="};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t count = strlen(names[i]);
        if (kept >= count && strncasecmp(text + kept - count, names[i], count) == 0)
            return true;
    }
    return false;
}

/* Returns how many bytes at the end of a text are the first part of a key whose rest, `count` bytes, is behind a line
 * break. */
static size_t
first_part(const char *text, size_t kept, size_t count)
{
    static const size_t lengths[] = {26, 32}; /* of Spamhaus and Abusix */
    size_t end = kept, begin;
    while (end > 0 && strchr(blanks, text[end - 1]) && text[end - 1])
        end--;
    for (begin = end; begin > 0 && isalnum((unsigned char)text[begin - 1]);)
        begin--;
    size_t whole = end - begin + count;
    bool is_whole = count == lengths[0] || count == lengths[1];
    bool is_part = !is_whole && end < kept && end > begin && (whole == lengths[0] || whole == lengths[1]);
    return is_part ? kept - begin : 0;
}

/* Adds the lists with a key. Returns whether the key of one is known. */
static bool
add_keyed(const struct catalogue *catalogue, lists *out)
{
    bool known = false;
    for (size_t i = 0; i < catalogue_known(catalogue); i++) {
        const struct list *list = catalogue_list(catalogue, i);
        if (list->access == ACCESS_KEY)
            vec_push(out, list);
        known = known || (list->access == ACCESS_KEY && list->key);
    }
    return known;
}

/* Masks keys; with `guess` also labels that look like one before a name of two labels. Returns the new length, which
 * is no longer; the text needs no NUL. */
static size_t
mask(const struct catalogue *catalogue, char *text, size_t count, bool guess)
{
    const char *end = text + count;
    size_t kept = 0, taken;
    lists keyed = {0};
    bool known = add_keyed(catalogue, &keyed);
    for (const char *at = text; at < end; at += taken) {
        taken = label_length(at, end);
        bool dotted = at + taken < end && at[taken] == '.', looks = guess && list_key_looks(at, taken);
        bool secret = taken > 0 && (known || dotted || looks) &&
                      (is_secret(&keyed, at, taken, end) ||
                       (looks && (names_zone(at + taken, end) || ends_with_name(text, kept))));
        taken += taken == 0;
        kept -= secret && guess ? first_part(text, kept, taken) : 0;
        size_t copied = secret && taken > strlen(shown) ? strlen(shown) : taken;
        memmove(text + kept, secret ? shown : at, copied);
        kept += copied;
    }
    vec_free(&keyed);
    return kept;
}

void
list_key_mask_all(const struct catalogue *catalogue, char *text)
{
    text[mask(catalogue, text, strlen(text), false)] = '\0';
}

size_t
list_key_mask_reply(const struct catalogue *catalogue, char *text, size_t count)
{
    return mask(catalogue, text, count, true);
}

struct answer *
list_key_copy_answer(const struct catalogue *catalogue, const struct answer *answer)
{
    struct answer *copy = answer_copy(answer);
    for (size_t i = 0; i < copy->count; i++) {
        struct record *record = (struct record *)&copy->records[i]; /* in the block of the copy */
        if (record->text)
            record->text_count = mask(catalogue, (char *)record->text, record->text_count, false);
    }
    return copy;
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
    return list_key_looks(zone, count) ? count + 1 : 0;
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
    cut_quoted_key(text);
    list_key_mask_all(catalogue, text);
    list_key_mask_looks(text);
}

void
list_key_mask_looks(char *text)
{
    enum { CUT = 8 };
    char *kept = text;
    for (const char *at = text; *at;) {
        size_t count = strspn(at, label_bytes), taken = count + (count == 0);
        bool cut = count > 0 && !at[count] && at + count - text >= FAULT_ROOM - CUT; /* perhaps inside a key */
        bool secret = cut || list_key_looks(at, count);
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
