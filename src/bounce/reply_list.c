#include "base/text.h"
#include "bounce/reply_parts.h"
#include "lists/listing_text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { LABELS = 8, OCTETS = 4, NIBBLES = 32 };

static const char HOST[] = "abcdefghijklmnopqrstuvwxyz0123456789.-_";

/* A host name, in lower case. */
struct host {
    size_t at, count; /* in the text, without a final dot */
    char name[REJECTION_HOST];
};

/* Reads the next host name at or behind *at; *at is then behind it. Returns false at the end. */
static bool
next_host(const struct reply_text *text, size_t *at, struct host *host)
{
    const char *low = text->low.at;
    while (*at < text->low.count) {
        size_t begin = *at + strcspn(low + *at, HOST);
        size_t count = strspn(low + begin, HOST);
        *at = begin + count + 1;
        while (count > 0 && strchr(".-_", low[begin + count - 1]))
            count--;
        if (count < 4 || count >= sizeof host->name || !memchr(low + begin, '.', count) ||
            !isalpha((unsigned char)low[begin + count - 1]) || (begin > 0 && low[begin - 1] == '@') ||
            low[begin + count] == '@')
            continue;
        host->at = begin;
        host->count = count;
        memcpy(host->name, low + begin, count);
        host->name[count] = '\0';
        return true;
    }
    return false;
}

/* Reads the address in the name of a question, "77.113.0.203.zen.spamhaus.org" or with nibbles. Returns the zone behind
 * it, or NULL. */
static const char *
question_zone(const char *name, struct addr *out)
{
    unsigned octets[OCTETS];
    int used = 0;
    size_t i = 0;
    *out = (struct addr){.family = ADDR_V6};
    for (const char *digit = name; i < NIBBLES && isxdigit((unsigned char)digit[0]) && digit[1] == '.'; digit += 2) {
        unsigned value = (unsigned)(isdigit((unsigned char)*digit) ? *digit - '0' : *digit - 'a' + 10);
        out->bytes[15 - i / 2] |= (uint8_t)(value << (i % 2 ? 4 : 0));
        i++;
    }
    if (i == NIBBLES)
        return name + 2 * (size_t)NIBBLES;
    if (sscanf(name, "%3u.%3u.%3u.%3u.%n", &octets[3], &octets[2], &octets[1], &octets[0], &used) != OCTETS ||
        used == 0 || (octets[0] | octets[1] | octets[2] | octets[3]) > UINT8_MAX)
        return NULL;
    *out = addr_from_v4(octets[0] << 24 | octets[1] << 16 | octets[2] << 8 | octets[3]);
    return name + used;
}

/* Returns the list of a zone or of one that contains it. */
static const struct list *
list_of(const struct catalogue *catalogue, const char *name)
{
    for (size_t i = 0; i < LABELS && name && strchr(name, '.'); i++) {
        const struct list *list = catalogue_find(catalogue, name);
        if (list)
            return list;
        const char *query = strstr(name, ".dq.spamhaus.net");
        char public[LIST_ZONE];
        snprintf(public, sizeof public, "%.*s.spamhaus.org", query ? (int)(query - name) : 0, name);
        list = query ? catalogue_find(catalogue, public) : NULL;
        if (list)
            return list;
        name = strchr(name, '.');
        name += name != NULL;
    }
    return NULL;
}

/* Returns the only list whose zone a name at the very end of the text begins, because a logger cut the line. */
static const struct list *
list_of_cut(const struct reply_text *text, const struct catalogue *catalogue, const struct host *host)
{
    const struct list *only = NULL;
    if (host->at + host->count < text->low.count)
        return NULL;
    for (size_t i = 0; i < catalogue_known(catalogue); i++) {
        const struct list *list = catalogue_list(catalogue, i);
        if (strncasecmp(list->zone, host->name, host->count) == 0 && list->zone[host->count]) {
            if (only)
                return NULL;
            only = list;
        }
    }
    return only;
}

/* Returns whether the page, a URL, is on the host; "www." makes no difference. */
static bool
is_page_of(const char *page, const char *host)
{
    const char *begin = strstr(page, "://");
    begin = begin ? begin + 3 : page;
    begin += strncmp(begin, "www.", 4) == 0 ? 4 : 0;
    host += strncmp(host, "www.", 4) == 0 ? 4 : 0;
    size_t count = strcspn(begin, "/?:");
    return count == strlen(host) && strncmp(begin, host, count) == 0;
}

/* Returns the weightiest list that has a page on the host. */
static const struct list *
list_with_page(const struct catalogue *catalogue, const char *host)
{
    const struct list *best = NULL;
    for (size_t i = 0; i < catalogue_known(catalogue); i++) {
        const struct list *list = catalogue_list(catalogue, i);
        if (!list->level && list->scope != SCOPE_DOMAIN && list->scope != SCOPE_ALLOW && list->access != ACCESS_KEY &&
            (is_page_of(list->delist, host) || is_page_of(list->policy, host)) &&
            (!best || list->weight > best->weight))
            best = list;
    }
    return best;
}

static void
set_known(struct rejection *r, const struct list *list, const char *named)
{
    bool wild = *list->zone == '*';
    r->list = (struct rejection_list){.known = list};
    snprintf(r->list.zone, sizeof r->list.zone, "%s", wild ? named : list->zone);
    snprintf(r->list.name, sizeof r->list.name, "%.94s", wild ? named : list->title);
    if (list->level)
        snprintf(r->list.name, sizeof r->list.name, "%.40s %.50s", list->run_by, list->shorter);
    r->list.dead = list->status == LIST_DEAD || list->status == LIST_FRAUDULENT;
    r->level = list->level ? list->level : r->level;
}

/* Reads UCEPROTECT's own texts where the reply quotes them: level, net and address. */
static void
read_listing(const struct reply_text *text, struct rejection *r)
{
    static const char *const begins[] = {"Net ", "NET ", "IP ", "Your ISP "};
    char clean[REJECTION_TEXT];
    text_clean_into(clean, sizeof clean, text->flat.at + text->begin, text->flat.count - text->begin);
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++)
        for (const char *at = clean; (at = strstr(at, begins[i])); at++) {
            struct listing listing;
            if (!listing_parse(at, &listing) || listing.form == LISTING_TEST)
                continue;
            r->level = listing.level;
            if (listing.net.addr.family != ADDR_NONE)
                r->net = listing.net;
            if (listing.address.family != ADDR_NONE)
                rejection_add_address(r, &listing.address, TRUST_REPLY);
        }
}

/* Returns the level at the start of a text, "1" to "3" or, behind a word, "I" to "III"; 0 = none. */
static unsigned
level_at(const char *at, bool behind_word)
{
    size_t roman = strspn(at, "i");
    if (behind_word && roman >= 1 && roman <= 3 && !isalnum((unsigned char)at[roman]))
        return (unsigned)roman;
    bool is_level =
        *at >= '1' && *at <= '3' && !isalnum((unsigned char)at[1]) && !(at[1] == '.' && isdigit((unsigned char)at[2]));
    return is_level ? (unsigned)(*at - '0') : 0;
}

/* Returns the level in front of the operator's name: "dnsbl2.uceprotect.net", "level 2 (uceprotect)"; 0 = none. */
static unsigned
level_before(const struct reply_text *text, size_t at)
{
    static const char *const words[] = {"dnsbl", "level"};
    const char *low = text->low.at;
    while (at > 0 && strchr(" .-_(\n", low[at - 1]))
        at--;
    unsigned level = at > 0 && low[at - 1] >= '1' && low[at - 1] <= '3' ? (unsigned)(low[at - 1] - '0') : 0;
    at -= level > 0;
    while (at > 0 && strchr(" -_", low[at - 1]))
        at--;
    return reply_text_follows_one(text, at, words, sizeof words / sizeof words[0]) ? level : 0;
}

/* Returns the length of a word for "level" at the start of a text in lower case, but for letters outside ASCII. */
static size_t
level_word(const char *at)
{
    static const char *const words[] = {"level", "l",     "nível",  "nivel",  "niveau",  "livello", "nivå",
                                        "taso",  "stufe", "poziom", "úroveň", "уровень", "уровня",  "レベル"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strncmp(at, words[i], strlen(words[i])) == 0)
            return strlen(words[i]);
    return 0;
}

/* Reads a level of UCEPROTECT in any words: "UCEPROTECT-LEVEL 1", "UCEPROTECTL2", "uceprotect level-3". */
static void
read_level(const struct reply_text *text, struct rejection *r)
{
    static const char name[] = "uceprotect";
    if (strstr(text->low.at, "uceprotect.net") && strstr(text->low.at, "rblcheck.php?asn="))
        r->level = 3;
    for (const char *at = text->low.at; (at = strstr(at, name)) && r->level == 0; at += sizeof name - 1) {
        const char *word = at + sizeof name - 1;
        word += strncmp(word, ".net", 4) == 0 ? 4 : 0;
        word += strspn(word, " -_\n,:('\"");
        word += strncmp(word, "network", 7) == 0 ? 7 + strspn(word + 7, " -_\n") : 0;
        size_t label = level_word(word);
        word += label;
        r->level = level_at(word + strspn(word, " -_\n#:"), label > 0);
        r->level = r->level ? r->level : level_before(text, (size_t)(at - text->low.at));
    }
}

/* Adds a list that the reply names: the first one is its reason, unless that is dead and another lives. */
static void
name_list(struct rejection *r, const struct list *list, const char *named)
{
    struct rejection next = {.level = r->level};
    set_known(&next, list, named);
    if (r->list.known)
        rejection_add_list(r, &next, r->list.dead && !next.list.dead);
    else
        set_known(r, list, named);
}

bool
reply_find_list(const struct reply_text *text, const struct catalogue *catalogue, struct rejection *r)
{
    const struct list *page = NULL;
    struct host host;
    for (size_t at = text->begin; next_host(text, &at, &host);) {
        struct addr address;
        const char *zone = question_zone(host.name, &address);
        const struct list *list = list_of(catalogue, zone ? zone : host.name);
        list = list || zone ? list : list_of_cut(text, catalogue, &host);
        if (list && zone)
            rejection_add_address(r, &address, TRUST_REPLY);
        if (list)
            name_list(r, list, zone ? zone : host.name);
        page = page ? page : list_with_page(catalogue, host.name);
    }
    if (!r->list.known && page)
        set_known(r, page, page->zone);
    if (strstr(text->low.at, "uceprotect")) {
        read_listing(text, r);
        read_level(text, r);
        const struct list *list = r->level > 0 ? catalogue_level(catalogue, r->level) : NULL;
        if (list && (!r->list.known || strcmp(r->list.known->run_by, "UCEPROTECT") == 0))
            set_known(r, list, "");
        else if (list)
            name_list(r, list, "");
        if (r->list.known && !r->list.known->level)
            r->level = 0; /* of a further list */
    }
    return r->list.known != NULL;
}

/* Returns whether one of two lists contains what the other has, or they are an operator's lists of addresses and of
 * domains, whose pages are the same. */
static bool
is_akin(const struct list *one, const struct list *other)
{
    return list_contains(one, other) || list_contains(other, one) ||
           (strcmp(one->run_by, other->run_by) == 0 && (one->scope == SCOPE_DOMAIN) != (other->scope == SCOPE_DOMAIN));
}

const struct mark *
reply_add_lists(struct rejection *r, const struct catalogue *catalogue, const struct mark_hits *hits)
{
    const struct mark *first = hits->named;
    for (size_t i = 0; i < REJECTION_LISTS && hits->lists[i]; i++) {
        const struct list *list = catalogue_find(catalogue, hits->lists[i]->list);
        bool akin = !list || (r->list.known && is_akin(list, r->list.known));
        for (size_t k = 0; k < REJECTION_LISTS && r->further[k].list && !akin; k++)
            akin = is_akin(list, r->further[k].list);
        if (akin)
            continue;
        struct rejection next = {.level = r->level};
        set_known(&next, list, hits->lists[i]->list);
        bool is_first = r->list.known && list->weight > r->list.known->weight;
        rejection_add_list(r, &next, is_first);
        first = is_first ? hits->lists[i] : first;
    }
    return first;
}

void
reply_set_list(struct rejection *r, const struct catalogue *catalogue, const char *name)
{
    const struct list *list = catalogue_find(catalogue, name);
    if (list)
        set_known(r, list, name);
    else
        snprintf(r->list.name, sizeof r->list.name, "%.94s", name);
}

/* Returns whether a label of the name is one that DNSBLs have. */
static bool
looks_like_list(const char *name)
{
    static const char *const labels[] = {"bl",  "rbl", "dnsbl", "dnsrbl", "black", "block", "spam",
                                         "sbl", "xbl", "dul",   "zen",    "list",  "bad",   "rhsbl"};
    for (const char *label = name; *label; label += strcspn(label, ".-") + (label[strcspn(label, ".-")] != '\0'))
        for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
            size_t count = strlen(labels[i]);
            bool whole = strchr(".-", label[count < strcspn(label, ".-") ? 0 : count]) != NULL;
            if (strncmp(label, labels[i], count) == 0 && (whole || count > 2))
                return true;
        }
    return false;
}

bool
reply_find_unknown_zone(const struct reply_text *text, bool surely, struct rejection *r)
{
    static const char *const sure[] = {
        "blocked using ", "listed using ", "rejected using ", "rbl ", "dnsbl ", "rbl: ", "dnsbl: ",
        "blacklist ",     "blocklist ",    "blocked using\n", "rbl=", "zone "};
    static const char *const weak[] = {"list ", "list: ", "by ",  "in ", "at ", "on ", "using ",
                                       "from ", "bei ",   "auf ", "to ", "- ",  "(",   "per ",
                                       "dans ", "en ",    "see ", "[",   "'",   "\""};
    struct host host;
    for (size_t at = text->begin; next_host(text, &at, &host);) {
        struct addr address;
        const char *zone = question_zone(host.name, &address);
        bool is_sure = reply_text_follows_one(text, host.at, sure, sizeof sure / sizeof sure[0]);
        bool is_weak = reply_text_follows_one(text, host.at, weak, sizeof weak / sizeof weak[0]);
        is_weak = is_weak && text->low.at[host.at + host.count] != '/'; /* a page */
        if (!is_sure && (surely || !((is_weak && looks_like_list(host.name)) || (zone && looks_like_list(zone)))))
            continue;
        if (strcasecmp(host.name, r->receiver.host) == 0)
            continue;
        if (zone)
            rejection_add_address(r, &address, TRUST_REPLY);
        snprintf(r->list.zone, sizeof r->list.zone, "%.191s", zone ? zone : host.name);
        snprintf(r->list.name, sizeof r->list.name, "private zone %.80s", r->list.zone);
        r->list.is_private = r->list.unknown = true;
        return true;
    }
    return false;
}
