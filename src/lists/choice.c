/* Which lists of the catalogue are asked in a run. */
#include "lists/catalogue.h"

#include "base/buf.h"
#include "base/mem.h"
#include "lists/list_key.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool
is_word(const char *name, const char *word, size_t count)
{
    return strncasecmp(name, word, count) == 0 && name[count] == '\0';
}

/* Whether the word names the list: its zone, the first label of it, its title or its operator. */
static bool
is_named(const struct list *list, const char *word, size_t count)
{
    size_t label = strcspn(list->zone, ".");
    return is_word(list->zone, word, count) || is_word(list->title, word, count) ||
           is_word(list->run_by, word, count) || (label == count && strncasecmp(list->zone, word, count) == 0);
}

/* Returns the list by which the user disables this one: itself, or one that publishes all its data by the same way;
 * NULL = none. */
static const struct list *
disabled_by(const struct catalogue *catalogue, const struct list *list)
{
    if (list->disabled)
        return list;
    for (size_t i = 0; i < catalogue->lists.count && *list->data; i++) {
        const struct list *other = catalogue->lists.at[i];
        if (other->disabled && other->access == list->access && list_contains(other, list))
            return other;
    }
    return NULL;
}

static bool
can_be_asked(const struct catalogue *catalogue, const struct list *list)
{
    return list->asked && (list->status == LIST_ACTIVE || list->status == LIST_BY_NAME) &&
           !disabled_by(catalogue, list);
}

/* Chooses a list, for addresses or for domains. */
static void
choose(struct list *list)
{
    list->chosen |= list->scope != SCOPE_DOMAIN;
    list->asked_for_domains |= list->scope == SCOPE_DOMAIN;
}

/* Chooses the lists that one word stands for. Returns how many it names: none if it has a key in it, which does not
 * belong on a command line. */
static size_t
choose_word(struct catalogue *catalogue, const char *word, size_t count)
{
    bool all = is_word("all", word, count), parts = is_word("uceprotect", word, count);
    char *zone = mem_copy_bytes(word, count);
    const struct list *found = catalogue_find(catalogue, zone);
    size_t named = 0, key = list_key_before(catalogue, zone);
    for (size_t i = 0; i < catalogue->lists.count && key == 0; i++) {
        struct list *list = catalogue->lists.at[i];
        bool meant = all     ? can_be_asked(catalogue, list)
                     : parts ? list->part != NULL
                             : list == found || is_named(list, word, count);
        named += meant;
        list->named |= list == found;
        if (meant && can_be_asked(catalogue, list))
            choose(list);
    }
    free(zone);
    return named;
}

/* Leaves one of the lists with the same data: the first in the file, or the one that has all of it. */
static void
drop_copies(struct catalogue *catalogue)
{
    for (size_t i = 0; i < catalogue->lists.count; i++) {
        const struct list *whole = catalogue->lists.at[i];
        for (size_t j = 0; j < catalogue->lists.count && whole->chosen && *whole->data; j++) {
            struct list *list = catalogue->lists.at[j];
            if (j != i && list_contains(whole, list) && (j > i || !list_contains(list, whole)))
                list->chosen = false;
        }
    }
}

/* Moves the lists of the run to the front, and behind them those that are asked about domains, in the order of the
 * file. */
static void
put_in_order(struct catalogue *catalogue)
{
    struct list **ordered = mem_alloc(catalogue->lists.count * sizeof *ordered);
    size_t count = 0;
    for (int group = 0; group <= 2; group++) {
        for (size_t i = 0; i < catalogue->lists.count; i++) {
            struct list *list = catalogue->lists.at[i];
            bool in_run = list->chosen || list->part || list->named;
            if (group == (in_run ? 0 : list->asked_for_domains ? 1 : 2))
                ordered[count++] = list;
        }
        if (group == 0)
            catalogue->run = count;
        if (group == 1)
            catalogue->asked = count;
    }
    for (size_t i = 0; i < count; i++) {
        ordered[i]->index = i;
        catalogue->lists.at[i] = ordered[i];
    }
    free(ordered);
}

enum { NAME_MOST = 63 };

/* Returns the number of letters to change, add or take away (Levenshtein), without case. */
static size_t
distance(const char *a, size_t a_count, const char *b, size_t b_count)
{
    unsigned char row[NAME_MOST + 1];
    for (size_t j = 0; j <= b_count; j++)
        row[j] = (unsigned char)j;
    for (size_t i = 0; i < a_count; i++) {
        unsigned char diagonal = row[0]++;
        for (size_t j = 0; j < b_count; j++) {
            unsigned least = diagonal + (strncasecmp(&a[i], &b[j], 1) != 0);
            unsigned either = row[j] < row[j + 1] ? row[j] : row[j + 1];
            diagonal = row[j + 1];
            row[j + 1] = (unsigned char)(least < either + 1 ? least : either + 1);
        }
    }
    return row[b_count];
}

/* Returns the name of a list that is near the word, with its length; "" = none is. */
static const char *
nearest_name(const struct catalogue *catalogue, const char *word, size_t count, size_t *nearest_count)
{
    const char *nearest = "";
    size_t least = 2 + count / 8;
    for (size_t i = 0; i < catalogue->lists.count && count <= NAME_MOST; i++) {
        const struct list *list = catalogue->lists.at[i];
        const char *const names[] = {list->zone, list->zone, list->run_by};
        const size_t counts[] = {strlen(list->zone), strcspn(list->zone, "."), strlen(list->run_by)};
        for (size_t name = 0; name < sizeof names / sizeof names[0]; name++) {
            size_t changes = counts[name] > NAME_MOST ? least : distance(word, count, names[name], counts[name]);
            if (changes >= least)
                continue;
            least = changes;
            nearest = names[name];
            *nearest_count = counts[name];
        }
    }
    return nearest;
}

/* Refuses a word that has a key in it, without the key, or that names no list, with the nearest name. */
static void
refuse_word(const struct catalogue *catalogue, const char *word, size_t count, struct fault *fault)
{
    char *zone = mem_copy_bytes(word, count);
    size_t near = 0, key = list_key_before(catalogue, zone);
    const char *bare = zone + key, *name = nearest_name(catalogue, word, count, &near);
    if (key > 0)
        fault_set(fault, "--lists takes no key: write %s there, and `key = ...` below [%s] in lists.conf", bare, bare);
    else if (*name)
        fault_set(fault, "no list is called '%s'; did you mean '%.*s'? 'whylisted lists' prints them", zone, (int)near,
                  name);
    else
        fault_set(fault, "no list is called '%s': write uceprotect, all or zones; 'whylisted lists' prints them", zone);
    list_key_hide(catalogue, fault->text);
    free(zone);
}

/* Returns whether lists are chosen. Otherwise says why one that the user names is not. */
static bool
can_begin(const struct catalogue *catalogue, struct fault *fault)
{
    struct buf reason = {0};
    const struct list *named = NULL;
    for (size_t i = 0; i < catalogue->run; i++) {
        if (catalogue->lists.at[i]->chosen)
            return true;
        named = catalogue->lists.at[i]->named ? catalogue->lists.at[i] : named;
    }
    if (named && catalogue_unasked(catalogue, named, ADDR_NONE, &reason))
        buf_format(&reason, " (%s)", named->zone);
    fault_set(fault, "--lists names no list that can be asked%s%s", reason.count > 0 ? ": " : "", buf_string(&reason));
    buf_free(&reason);
    return false;
}

bool
catalogue_choose(struct catalogue *catalogue, const char *words, struct fault *fault)
{
    const char *word = words;
    size_t count, named = 1;
    for (size_t i = 0; i < catalogue->lists.count; i++) {
        struct list *list = catalogue->lists.at[i];
        list->named = list->chosen = list->asked_for_domains = false;
        if (!words && list->weight > 0 && list->status == LIST_ACTIVE && can_be_asked(catalogue, list))
            choose(list);
    }
    while (word && *(word += strspn(word, ", \t")) && named > 0) {
        size_t written = strcspn(word, ", \t");
        count = written - (written > 1 && word[written - 1] == '.'); /* the root */
        named = choose_word(catalogue, word, count);
        if (named == 0)
            refuse_word(catalogue, word, count, fault);
        word += written;
    }
    drop_copies(catalogue);
    put_in_order(catalogue);
    return named > 0 && (!words || can_begin(catalogue, fault));
}

/* Returns the list that is asked in place of this one, because it has the same data; NULL = none. */
static const struct list *
asked_twin(const struct catalogue *catalogue, const struct list *list)
{
    for (size_t i = 0; i < catalogue->run && *list->data; i++) {
        const struct list *other = catalogue->lists.at[i];
        if (other != list && other->chosen && list_contains(other, list))
            return other;
    }
    return NULL;
}

static void
put_reason(struct buf *out, const char *reason, const char *more)
{
    buf_format(out, *more ? "%s: %s" : "%s", reason, more);
}

/* Appends "shut down in 2024-06: listed everything". */
static void
put_died(struct buf *out, const struct list *list)
{
    struct buf died = {0};
    buf_format(&died, *list->since ? "shut down in %s" : "shut down", list->since);
    put_reason(out, buf_string(&died), list->remark);
    buf_free(&died);
}

bool
catalogue_unasked(const struct catalogue *catalogue, const struct list *list, unsigned family, struct buf *out)
{
    const struct list *twin = asked_twin(catalogue, list), *off = disabled_by(catalogue, list);
    bool knows = family == ADDR_NONE || list->families[family == ADDR_V6];
    if (list->chosen && knows && list->scope != SCOPE_DOMAIN)
        return false;
    if (list->status == LIST_DEAD)
        put_died(out, list);
    else if (list->status == LIST_FRAUDULENT)
        put_reason(out, "fraudulent", list->remark);
    else if (off)
        buf_format(out, off == list ? "disabled in lists.conf" : "disabled in lists.conf with %s, which has its data",
                   off->zone);
    else if (list->scope == SCOPE_DOMAIN)
        buf_text(out, "lists domains, not addresses");
    else if (list->status == LIST_SUBSCRIBERS)
        put_reason(out, "answers subscribers only", list->remark);
    else if (list->access == ACCESS_KEY && !list->asked)
        put_reason(out, "needs a key", list->access_page);
    else if (!knows)
        buf_format(out, "lists no IPv%d", family == ADDR_V6 ? 6 : 4);
    else if (twin)
        buf_format(out, list_contains(list, twin) ? "has the same data as %s" : "is a part of %s", twin->zone);
    else if (list->status == LIST_BY_NAME || list->weight == 0)
        put_reason(out, "asked only if --lists names it", list->remark);
    else
        buf_text(out, "not chosen with --lists");
    return true;
}
