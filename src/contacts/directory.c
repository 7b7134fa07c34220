#include "contacts/directory.h"

#include "base/text.h"
#include "contacts/mailbox.h"
#include "fetch/url.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ENTITIES_MOST = 512, TEXTS_MOST = 64, NAME_MOST = 160, REMARK_MOST = 400, FORM_MOST = 200, RANKS = 3 };

void
directory_answer_fini(struct directory_answer *answer)
{
    contact_list_fini(&answer->found);
    buf_free(&answer->placeholder);
    buf_free(&answer->form);
}

static char *
clean_or_null(const char *text)
{
    return text && *text ? text_clean_copy(text, strnlen(text, NAME_MOST)) : NULL;
}

void
directory_add(struct directory_answer *answer, const char *text, size_t count, const char *name, const char *handle)
{
    struct buf address = {0};
    char url[FORM_MOST], host[URL_HOST];
    struct fault ignored;
    enum mailbox kind = mailbox_read(text, count, &address);
    bool is_new = answer->found.count < DIRECTORY_CONTACTS_MOST;
    for (size_t i = 0; i < answer->found.count && kind == MAILBOX_GOOD; i++)
        is_new = is_new && strcasecmp(answer->found.at[i].address, address.at) != 0;
    if (kind == MAILBOX_GOOD && is_new)
        vec_push(&answer->found,
                 ((struct contact){
                     .address = buf_take(&address), .name = clean_or_null(name), .handle = clean_or_null(handle)}));
    else if (kind == MAILBOX_PLACEHOLDER && answer->placeholder.count == 0)
        buf_text(&answer->placeholder, address.at);
    else if (kind == MAILBOX_BAD && answer->form.count == 0 && count < FORM_MOST) {
        text_clean_into(url, sizeof url, text, count);
        if (strncasecmp(url, "https:", 6) == 0 && url_check(url, host, &ignored))
            buf_text(&answer->form, url);
    }
    buf_free(&address);
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

/* A property is a list: name, parameters, type, values. Returns the first text of one of this name, NULL = none. */
static const char *
property_text(const json_t *properties, const char *name)
{
    for (size_t i = 0; i < json_array_size(properties); i++) {
        const json_t *property = json_array_get(properties, i);
        const json_t *value = has_word(json_array_get(property, 0), name) ? json_array_get(property, 3) : NULL;
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

/* Returns how near a property is to the mailbox for abuse: 0 = its card calls it "abuse", as RIPE's does, 1 = it is the
 * preferred one, 2 = another one; RANKS = it has no mailbox. */
static int
rank_of(const json_t *property)
{
    static const char *const names[] = {"email", "contact-uri", "url"};
    const json_t *parameters = json_array_get(property, 1), *type = json_object_get(parameters, "type"),
                 *pref = json_object_get(parameters, "pref");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (json_is_string(json_array_get(property, 0)) && has_word(json_array_get(property, 0), names[i]))
            return has_word(type, "abuse")                                                          ? 0
                   : has_word(pref, "1") || json_integer_value(pref) == 1 || has_word(type, "pref") ? 1
                                                                                                    : 2;
    return RANKS;
}

/* Adds the mailboxes of an entity: those for abuse, otherwise all. */
static void
add_card(struct directory_answer *out, const json_t *entity)
{
    const json_t *properties = json_array_get(json_object_get(entity, "vcardArray"), 1);
    const char *handle = json_string_value(json_object_get(entity, "handle"));
    const char *name = property_text(properties, "org");
    size_t before = out->found.count;
    name = name ? name : property_text(properties, "fn");
    for (int rank = 0; rank < RANKS && (rank != 1 || out->found.count == before); rank++)
        for (size_t i = 0; i < json_array_size(properties) && i < ENTITIES_MOST; i++)
            if (rank_of(json_array_get(properties, i)) == rank)
                add_values(out, json_array_get(properties, i), name, handle);
}

/* ---- RDAP ---- */

/* Adds the page for reports that a remark about abuse names, in whichever of its lines. */
static void
add_remarks(struct directory_answer *out, const json_t *object)
{
    const json_t *remarks = json_object_get(object, "remarks");
    for (size_t i = 0; i < json_array_size(remarks) && i < TEXTS_MOST; i++) {
        const json_t *remark = json_array_get(remarks, i), *lines = json_object_get(remark, "description");
        struct buf text = {0};
        for (size_t k = 0; k < json_array_size(lines) && k < TEXTS_MOST; k++) {
            const char *line = json_string_value(json_array_get(lines, k));
            buf_format(&text, "%.*s\n", REMARK_MOST, line ? line : "");
        }
        const char *url = strcasestr(buf_string(&text), "https://");
        size_t count = url ? strcspn(url, " \t\r\n\"'<>()[]") : 0;
        while (count > 0 && strchr(".,;:!", url[count - 1]))
            count--;
        if (url && strcasestr(buf_string(&text), "abuse"))
            directory_add(out, url, count, NULL, NULL);
        buf_free(&text);
    }
}

bool
directory_read_rdap(const char *text, size_t count, struct directory_answer *out)
{
    json_t *root = json_loadb(text, count, 0, NULL);
    VEC(const json_t *) queue = {0}; /* by depth, so that the nearest comes first */
    bool is_answer = (json_object_get(root, "objectClassName") || json_object_get(root, "rdapConformance")) &&
                     !json_object_get(root, "errorCode");
    if (is_answer)
        vec_push(&queue, root);
    for (size_t i = 0; i < queue.count; i++) {
        const json_t *entities = json_object_get(queue.at[i], "entities");
        bool for_abuse = has_word(json_object_get(queue.at[i], "roles"), "abuse");
        if (for_abuse)
            add_card(out, queue.at[i]);
        if (for_abuse || i == 0)
            add_remarks(out, queue.at[i]);
        for (size_t k = 0; k < json_array_size(entities) && queue.count < ENTITIES_MOST; k++)
            vec_push(&queue, json_array_get(entities, k));
    }
    vec_free(&queue);
    json_decref(root);
    return is_answer;
}

/* ---- RIPEstat ---- */

bool
directory_read_ripestat(const char *text, size_t count, struct directory_answer *out)
{
    json_t *root = json_loadb(text, count, 0, NULL);
    const json_t *contacts = json_object_get(json_object_get(root, "data"), "abuse_contacts");
    bool is_answer = json_is_array(contacts);
    for (size_t i = 0; i < json_array_size(contacts) && i < ENTITIES_MOST; i++) {
        const json_t *contact = json_array_get(contacts, i);
        if (json_is_string(contact))
            directory_add(out, json_string_value(contact), json_string_length(contact), NULL, NULL);
    }
    json_decref(root);
    return is_answer;
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

bool
directory_find_server(const char *text, size_t count, const struct resource *resource, struct buf *out)
{
    json_t *root = json_loadb(text, count, 0, NULL);
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
    return is_file;
}
