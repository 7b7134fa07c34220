#include "contacts/directory.h"

#include "base/text.h"
#include "contacts/mailbox.h"
#include "fetch/url.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ENTITIES_MOST = 512, TEXTS_MOST = 64, NAME_MOST = 160 };

void
directory_answer_fini(struct directory_answer *answer)
{
    contact_list_fini(&answer->found);
    buf_free(&answer->placeholder);
}

static char *
clean_or_null(const char *text)
{
    struct buf clean = {0};
    if (text)
        text_clean(&clean, text, strlen(text), NAME_MOST);
    if (clean.count > 0)
        return buf_take(&clean);
    buf_free(&clean);
    return NULL;
}

void
directory_add(struct directory_answer *answer, const char *mailbox, size_t count, const char *name, const char *handle)
{
    struct buf address = {0};
    enum mailbox kind = mailbox_read(mailbox, count, &address);
    bool is_new = answer->found.count < DIRECTORY_CONTACTS_MOST;
    for (size_t i = 0; i < answer->found.count && kind == MAILBOX_GOOD; i++)
        is_new = is_new && strcasecmp(answer->found.at[i].address, address.at) != 0;
    if (kind == MAILBOX_GOOD && is_new)
        vec_push(&answer->found,
                 ((struct contact){
                     .address = buf_take(&address), .name = clean_or_null(name), .handle = clean_or_null(handle)}));
    else if (kind == MAILBOX_PLACEHOLDER && answer->placeholder.count == 0)
        buf_text(&answer->placeholder, address.at);
    buf_free(&address);
}

enum finding
directory_finding(const struct directory_answer *answer)
{
    return answer->found.count > 0         ? FINDING_CONTACTS
           : answer->placeholder.count > 0 ? FINDING_PLACEHOLDER
                                           : FINDING_NONE;
}

/* Returns the object that the text is, for json_decref; NULL: it is none. */
static json_t *
load_object(const char *text, size_t count)
{
    json_t *root = json_loadb(text, count, 0, NULL);
    if (json_is_object(root))
        return root;
    json_decref(root);
    return NULL;
}

/* Whether a value is this word, or a list that has it, in any case. */
static bool
has_word(const json_t *value, const char *word)
{
    if (json_is_string(value))
        return strcasecmp(json_string_value(value), word) == 0;
    for (size_t i = 0; i < json_array_size(value); i++) {
        const char *text = json_string_value(json_array_get(value, i));
        if (text && strcasecmp(text, word) == 0)
            return true;
    }
    return false;
}

/* ---- jCard (RFC 7095) ---- */

/* A property is a list: name, parameters, type, values. */
static bool
is_property(const json_t *property, const char *name)
{
    const char *own = json_string_value(json_array_get(property, 0));
    return own && strcasecmp(own, name) == 0;
}

/* Returns the first text of a property of this name, NULL = none. */
static const char *
property_text(const json_t *properties, const char *name)
{
    for (size_t i = 0; i < json_array_size(properties); i++) {
        const json_t *property = json_array_get(properties, i);
        const json_t *value = is_property(property, name) ? json_array_get(property, 3) : NULL;
        if (json_is_array(value)) /* of several parts, as an organisation with its units */
            value = json_array_get(value, 0);
        if (json_is_string(value) && *json_string_value(value))
            return json_string_value(value);
    }
    return NULL;
}

/* Adds the mailboxes among the values of a property; a list of values counts as its parts. */
static void
add_values(struct directory_answer *out, const json_t *property, const char *name, const char *handle)
{
    for (size_t i = 3; i < json_array_size(property) && i < 3 + TEXTS_MOST; i++) {
        const json_t *value = json_array_get(property, i);
        for (size_t k = 0; k < (json_is_array(value) ? json_array_size(value) : 1) && k < TEXTS_MOST; k++) {
            const json_t *part = json_is_array(value) ? json_array_get(value, k) : value;
            if (json_is_string(part))
                directory_add(out, json_string_value(part), json_string_length(part), name, handle);
        }
    }
}

/* Adds the mailboxes of an entity: those that its card calls "abuse", as RIPE's does, otherwise all. */
static void
add_card(struct directory_answer *out, const json_t *entity)
{
    const json_t *properties = json_array_get(json_object_get(entity, "vcardArray"), 1);
    const char *handle = json_string_value(json_object_get(entity, "handle"));
    const char *name = property_text(properties, "org");
    name = name ? name : property_text(properties, "fn");
    for (int marked = 1; marked >= 0; marked--) {
        size_t before = out->found.count;
        for (size_t i = 0; i < json_array_size(properties) && i < ENTITIES_MOST; i++) {
            const json_t *property = json_array_get(properties, i);
            bool is_marked = has_word(json_object_get(json_array_get(property, 1), "type"), "abuse");
            if ((is_property(property, "email") || is_property(property, "contact-uri")) && is_marked == marked)
                add_values(out, property, name, handle);
        }
        if (out->found.count > before)
            return;
    }
}

/* ---- RDAP ---- */

enum finding
directory_read_rdap(const char *text, size_t count, struct directory_answer *out)
{
    json_t *root = load_object(text, count);
    VEC(const json_t *) queue = {0}; /* by depth, so that the nearest comes first */
    if (!root)
        return FINDING_UNREADABLE;
    bool is_answer = json_object_get(root, "objectClassName") || json_object_get(root, "rdapConformance");
    vec_push(&queue, root);
    for (size_t i = 0; i < queue.count && is_answer; i++) {
        const json_t *entities = json_object_get(queue.at[i], "entities");
        if (has_word(json_object_get(queue.at[i], "roles"), "abuse"))
            add_card(out, queue.at[i]);
        for (size_t k = 0; k < json_array_size(entities) && queue.count < ENTITIES_MOST; k++)
            vec_push(&queue, json_array_get(entities, k));
    }
    vec_free(&queue);
    json_decref(root);
    return is_answer ? directory_finding(out) : FINDING_UNREADABLE;
}

/* ---- RIPEstat ---- */

enum finding
directory_read_ripestat(const char *text, size_t count, struct directory_answer *out)
{
    json_t *root = load_object(text, count);
    const json_t *contacts = json_object_get(json_object_get(root, "data"), "abuse_contacts");
    bool is_answer = json_is_array(contacts);
    for (size_t i = 0; i < json_array_size(contacts) && i < ENTITIES_MOST; i++) {
        const json_t *contact = json_array_get(contacts, i);
        if (json_is_string(contact))
            directory_add(out, json_string_value(contact), json_string_length(contact), NULL, NULL);
    }
    json_decref(root);
    return is_answer ? directory_finding(out) : FINDING_UNREADABLE;
}

/* ---- the registries' files ---- */

const char *
directory_file(const struct resource *resource)
{
    return resource->kind == RESOURCE_ASN            ? "asn.json"
           : resource->prefix.addr.family == ADDR_V6 ? "ipv6.json"
                                                     : "ipv4.json";
}

/* Returns how well a key of such a file fits: the length of a prefix around the resource, or 1 for a range of ASes with
 * it; -1 = not. */
static int
fit_of(const char *key, const struct resource *resource)
{
    struct prefix prefix;
    int64_t first, last;
    if (resource->kind != RESOURCE_ASN)
        return prefix_parse(key, &prefix, NULL) && prefix_covers(&prefix, &resource->prefix) ? prefix.length : -1;
    size_t used = text_read_integer(key, UINT32_MAX, &first);
    last = first;
    if (used == 0 || (key[used] && (key[used] != '-' || text_read_integer(key + used + 1, UINT32_MAX, &last) == 0)))
        return -1;
    return resource->asn >= first && resource->asn <= last ? 1 : -1;
}

/* Returns the first https URL of a list, or the first that may be fetched; NULL = none. */
static const char *
choose_url(const json_t *urls)
{
    const char *chosen = NULL;
    for (size_t i = 0; i < json_array_size(urls) && i < TEXTS_MOST; i++) {
        const char *url = json_string_value(json_array_get(urls, i));
        char host[URL_HOST];
        struct fault ignored;
        if (!url || !url_check(url, host, &ignored))
            continue;
        if (strncasecmp(url, "https:", 6) == 0)
            return url;
        chosen = chosen ? chosen : url;
    }
    return chosen;
}

enum finding
directory_find_server(const char *text, size_t count, const struct resource *resource, struct buf *out)
{
    json_t *root = load_object(text, count);
    const json_t *services = json_object_get(root, "services");
    const char *best = NULL;
    int best_fit = -1;
    bool is_file = json_is_array(services);
    for (size_t i = 0; i < json_array_size(services); i++) {
        const json_t *service = json_array_get(services, i), *keys = json_array_get(service, 0);
        for (size_t k = 0; k < json_array_size(keys); k++) {
            const char *key = json_string_value(json_array_get(keys, k)), *url = NULL;
            int fit = key ? fit_of(key, resource) : -1;
            if (fit > best_fit && (url = choose_url(json_array_get(service, 1))) != NULL) {
                best = url;
                best_fit = fit;
            }
        }
    }
    if (best)
        buf_format(out, "%s%s", best, best[strlen(best) - 1] == '/' ? "" : "/");
    json_decref(root);
    return !is_file ? FINDING_UNREADABLE : best ? FINDING_CONTACTS : FINDING_NONE;
}
