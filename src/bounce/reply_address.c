#include "bounce/reply_parts.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

/* An address in a reply is the sender's or the receiver's: the words around it tell. Before the reply an MTA names the
 * receiver ("host NAME[IP] said:"); in the reply the receiver names the sender. */

enum { CONTEXT = 160 };

/* An address where it stands. */
struct place {
    struct addr address;
    size_t begin, end;  /* of the address */
    size_t left, right; /* of it with brackets, "IPv6:" and a port */
    bool bracketed, in_url;
};

static bool
begins_with_one(const char *low, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strncmp(low, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

#define ONE_OF(words) (words), sizeof(words) / sizeof(words)[0]

/* Returns whether the word around `at` is a URL that began before. */
static bool
is_in_url(const char *low, size_t at)
{
    size_t begin = at;
    while (begin > 0 && at - begin < CONTEXT && !strchr(" \n<>\"'", low[begin - 1]))
        begin--;
    const char *scheme = strstr(low + begin, "://");
    return (scheme && scheme < low + at && scheme + 3 < low + at) || strncmp(low + begin, "www.", 4) == 0;
}

/* Reads an address at `at`, which begins a word. Returns false if there is none; *end is then where to go on. */
static bool
read_address(const struct reply_text *text, size_t at, struct place *place, size_t *end)
{
    const char *low = text->low.at;
    size_t dotted = strspn(low + at, "0123456789."), count = strspn(low + at, "0123456789abcdef:.");
    bool is_v4 = dotted >= 7 && memchr(low + at, '.', dotted);
    count = is_v4 && (count == dotted || low[at + dotted] == ':') ? dotted : count;
    *end = at + (count ? count : 1);
    if (count < 3 || count >= ADDR_TEXT)
        return false;
    while (count > 2 && (low[at + count - 1] == '.' || (low[at + count - 1] == ':' && low[at + count - 2] != ':')))
        count--;
    const char *after = low + at + count;
    if (!addr_parse_bytes(low + at, count, &place->address) || isalnum((unsigned char)*after) || *after == '_' ||
        (*after == '-' && isalnum((unsigned char)after[1])) || (*after == '.' && isalnum((unsigned char)after[1])))
        return false;
    addr_unmap(&place->address);
    place->begin = at;
    *end = place->end = at + count;
    return true;
}

/* Sees what is around an address. */
static void
look_around(const struct reply_text *text, struct place *place)
{
    const char *low = text->low.at;
    size_t left = place->begin, right = place->end;
    if (reply_text_follows(text, left, "ipv6:"))
        left -= strlen("ipv6:");
    char open = left > 0 ? low[left - 1] : ' ';
    place->bracketed = strchr("[(<", open) != NULL;
    if (place->bracketed) {
        left--;
        right += strcspn(low + right, "])>\n");
        right += strchr("])>", low[right]) && low[right] ? 1 : 0;
        right = right - place->end > 24 ? place->end : right; /* "[203.0.113.77      15]" */
    }
    if (low[right] == ':' && isdigit((unsigned char)low[right + 1]))
        right += 1 + strspn(low + right + 1, "0123456789");
    place->left = left;
    place->right = right;
    place->in_url = is_in_url(low, place->begin);
}

/* Returns whether digits with dots are a version, a network, a mailbox, the host of a URL or the receiver's resolver
 * rather than an address of the sender or the receiver. */
static bool
is_other(const struct reply_text *text, const struct place *place)
{
    static const char *const before[] = {
        "version ",    "release ",  "server id ", " id ",       "(tls) id ",    "://",           "@[",
        "@",           "exim ",     "postfix ",   "sendmail ",  " v",           "/returnc/pub/", "/returnc/vol/",
        "dns ip: ",    "dns ip ",   "resolver ",  "resolver: ", "resolver ip ", "resolver ip: ", "nameserver ",
        "dns server ", "netblock ", "netblock:",  "called: ",   "resolves to ", "resolving to ", "resolved to "};
    const char *low = text->low.at;
    bool is_net = low[place->end] == '/' && isdigit((unsigned char)low[place->end + 1]) &&
                  strncmp(low + place->end, "/32", 3) != 0 && strncmp(low + place->end, "/128", 4) != 0;
    bool is_number = reply_text_follows(text, place->begin, " - ") && /* of Yahoo's errors */
                     (low[place->end] == ';' || (!low[place->end] && text->low.at[text->begin] == '4'));
    bool is_host = place->end - place->begin == 9 && strncmp(low + place->begin, "127.0.0.1", 9) == 0;
    bool is_answer = !is_host && addr_is_loopback(&place->address); /* of a list */
    return is_net || is_number || is_answer || reply_text_follows_one(text, place->begin, ONE_OF(before)) ||
           reply_text_follows_one(text, place->left, ONE_OF(before));
}

/* Returns the name in front of `end`, with its length: "mx.example.org" of "host mx.example.org[192.0.2.1]". */
static const char *
name_before(const struct reply_text *text, size_t end, size_t *count)
{
    const char *flat = text->flat.at;
    while (end > 0 && strchr(" \n\f", flat[end - 1]))
        end--;
    end -= end > 0 && flat[end - 1] == '.';
    size_t begin = end;
    while (begin > 0 && (isalnum((unsigned char)flat[begin - 1]) || strchr(".-_", flat[begin - 1])))
        begin--;
    *count = end - begin;
    bool is_mailbox = begin > 0 && flat[begin - 1] == '@';
    bool is_name = *count > 0 && isalpha((unsigned char)flat[end - 1]) && memchr(flat + begin, '.', *count);
    return is_name && !is_mailbox ? flat + begin : NULL;
}

/* Returns whether a receiver speaks of the sender there: "NAME[IP] refused 203.0.113.77", "NAME (IP) your server". */
static bool
begins_with_other(const char *low)
{
    static const char *const yours[] = {" your ", ": your ", " says your ", " says: your "};
    static const char refused[] = " refused ";
    bool is_refusal = strncmp(low, refused, sizeof refused - 1) == 0;
    const char *whom = low + (is_refusal ? sizeof refused - 1 : 0);
    return begins_with_one(low, ONE_OF(yours)) || (is_refusal && (*whom == '[' || isdigit((unsigned char)*whom)));
}

/* Returns whether an address is that of the client that gave the mail to a Sendmail, which passed it on: "The original
 * message was received at DATE\nfrom NAME [IP]". */
static bool
is_handed_in(const struct reply_text *text, const struct place *place)
{
    static const char begins[] = "original message was received at ";
    const char *low = text->low.at;
    size_t from = place->begin > CONTEXT ? place->begin - CONTEXT : 0, length = place->begin - from;
    const char *found = memmem(low + from, length, begins, sizeof begins - 1);
    const char *line = found ? memchr(found, '\n', (size_t)(low + place->begin - found)) : NULL;
    return line && !memchr(line + 1, '\n', (size_t)(low + place->begin - line - 1)) &&
           strncmp(line + 1 + strspn(line + 1, " "), "from ", 5) == 0;
}

/* Returns whether an address is the receiver's. */
static bool
is_receiver(const struct reply_text *text, const struct place *place)
{
    static const char *const verbs[] = {
        " said",       " refused to", " does not like", " did not like",       " failed after", " responded",
        " returned",   " answered",   " but ",          " dropped connection", ": socket",      ": connection",
        ": operation", " timed out",  " while ",        " access denied for",  " antwortete",   " meldete",
        " a répondu",  " respondió",  " ha risposto"};
    static const char *const after[] = {": 5",       ": 4",         ":\n5",         ":\n4",           "\nsmtp error",
                                        " reason: ", " smtp error", ": smtp error", " rejected your", ", reason"};
    static const char *const before[] = {"giving up on ",
                                         "connected to ",
                                         "remote host ",
                                         "relay=",
                                         "smtp server ",
                                         "talking to ",
                                         "smtp:rcpt host ",
                                         "remote server ",
                                         "remote host is ",
                                         "connect to ",
                                         "refused to ",
                                         "remote_host=",
                                         "rejecting host: ",
                                         "conversation with ",
                                         "connection with ",
                                         "connection to ",
                                         "-> ",
                                         " of server ",
                                         " of server\n",
                                         "offered by host\n",
                                         "offered by host ",
                                         "server=",
                                         "certificate not verified: "};
    static const char *const client[] = {"client ",  "client host ", "client: ",   "from ",
                                         "your ip ", "sending ip ",  "host name ", "client="};
    const char *low = text->low.at;
    size_t count, name_at = place->left;
    const char *name = name_before(text, place->left, &count);
    if (name)
        name_at = (size_t)(name - text->flat.at);
    if (reply_text_follows_one(text, place->left, ONE_OF(client)) ||
        reply_text_follows_one(text, name_at, ONE_OF(client)))
        return false;
    if (reply_text_follows_one(text, place->left, ONE_OF(before)) ||
        reply_text_follows_one(text, name_at, ONE_OF(before)))
        return true;
    if (reply_text_follows(text, place->left, " to ") && place->left > 4 &&
        strchr("0123456789])", low[place->left - 5]))
        return true; /* "from 203.0.113.77 to 198.51.100.25" */
    if (begins_with_one(low + place->right, ONE_OF(verbs)) || (name && begins_with_other(low + place->right)))
        return true;
    return place->begin < text->first &&
           (begins_with_one(low + place->right, ONE_OF(after)) || (name && place->bracketed));
}

/* Returns why an address that is not the receiver's may be the sender's. */
static enum rejection_trust
trust_of(const struct reply_text *text, const struct place *place)
{
    static const char *const words[] = {
        "ip ",         "ip: ", "ip address ", "address ", "address: ", "client ",     "client host ", "host ",
        "denied for ", "ip=",  "server ",     "from ",    "adresse ",  "ip-adresse ", "ip:",          "ipr="};
    static const char *const clients[] = {"client=", "client-ip=", "source=", "source=\"", "received-from-mta: dns; ",
                                          " i="};
    size_t count;
    const char *name = name_before(text, place->left, &count);
    size_t name_at = name ? (size_t)(name - text->flat.at) : place->left;
    if (reply_text_follows_one(text, place->left, ONE_OF(clients)) ||
        reply_text_follows_one(text, name_at, ONE_OF(clients)))
        return TRUST_CLIENT;
    if (place->in_url || place->bracketed || reply_text_follows_one(text, place->left, ONE_OF(words)))
        return TRUST_REPLY;
    return TRUST_BARE;
}

static void
take(const struct reply_text *text, struct place *place, struct rejection *r)
{
    look_around(text, place);
    if (is_other(text, place) || is_handed_in(text, place))
        return;
    if (is_receiver(text, place)) {
        size_t count = 0;
        const char *name = name_before(text, place->left, &count);
        rejection_set_receiver(r, name ? name : "", name ? count : 0, &place->address);
    } else {
        rejection_add_address(r, &place->address, trust_of(text, place));
    }
}

/* Finds a receiver that is named without an address. */
static void
find_receiver(const struct reply_text *text, struct rejection *r)
{
    static const char *const before[] = {"while talking to ",
                                         "receiving server: ",
                                         "remote server at ",
                                         "remote server ",
                                         "host ",
                                         "remote host ",
                                         "server for the recipient domain "};
    for (size_t i = 0; i < sizeof before / sizeof before[0] && !*r->receiver.host; i++) {
        const char *found = strstr(text->low.at, before[i]);
        if (!found)
            continue;
        const char *name = found + strlen(before[i]);
        size_t count = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-_");
        const char *behind = name + count;
        count -= count > 0 && name[count - 1] == '.';
        if (!memchr(name, '.', count) || !isalpha((unsigned char)name[count - 1]) ||
            (strcmp(before[i], "host ") == 0 && strncmp(behind, " said", 5) != 0 &&
             strncmp(behind, " refused", 8) != 0))
            continue;
        rejection_set_receiver(r, text->flat.at + (name - text->low.at), count, NULL);
    }
    for (const char *sign = text->low.at; !*r->receiver.host && (sign = strstr(sign, " #")); sign++) {
        size_t count;
        const char *name = name_before(text, (size_t)(sign - text->low.at), &count);
        if (name && strchr("<45", sign[2]) && strstr(sign, "##")) /* of Exchange: "NAME #550 ... ##" */
            rejection_set_receiver(r, name, count, NULL);
    }
}

void
reply_find_addresses(const struct reply_text *text, struct rejection *r)
{
    const char *low = text->low.at;
    for (size_t at = 0; at < text->low.count;) {
        char before = at > 0 ? low[at - 1] : ' ';
        bool is_behind_code = before == '-' && text->code && at == text->begin + 4; /* "550-203.0.113.77 is ..." */
        bool begins = (is_behind_code || (!isalnum((unsigned char)before) && !strchr(".-_", before))) &&
                      (before != ':' || at < 5 || low[at - 2] != ':');
        if (!begins || !(isxdigit((unsigned char)low[at]) || low[at] == ':')) {
            at++;
            continue;
        }
        struct place place;
        if (read_address(text, at, &place, &at))
            take(text, &place, r);
    }
    find_receiver(text, r);
}
