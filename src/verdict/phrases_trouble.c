/* The trouble of levels, of other lists and of resolvers, with the cure. */
#include "verdict/phrases.h"

#include "verdict/list_words.h"

#include <string.h>

void
phrases_begin(struct buf *out, size_t start)
{
    static const char *const words[] = {"the ", "your ", "level ", "levels "};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (out->count > start && strncmp(buf_string(out) + start, words[i], strlen(words[i])) == 0)
            out->at[start] = (char)(out->at[start] - 'a' + 'A');
}

/* ---- lists ---- */

void
phrases_levels(struct buf *out, unsigned set)
{
    int left = __builtin_popcount(set);
    buf_text(out, left > 1 ? "levels " : "level ");
    for (unsigned i = 0; i < LIST_LEVELS; i++)
        if (set & 1U << i) {
            left--;
            buf_format(out, "%u%s", i + 1, left > 1 ? ", " : left == 1 ? " and " : "");
        }
}

void
phrases_list_trouble(struct buf *out, const struct list_result *f, bool several)
{
    bool said = f->state == STATE_TIMEOUT && f->detail && strcmp(f->detail, outcome_name(OUTCOME_TIMEOUT)) == 0;
    bool outdated = f->state == STATE_UNHEALTHY && f->proved;
    buf_format(out, " %s",
               list_result_is_barred(f) ? "is not for this resolver"
               : !outdated              ? list_words_state(f->state, several)
               : several                ? "do not count"
                                        : "does not count");
    if (f->detail && !said)
        buf_format(out, " (%s%s)", several && strncmp(f->detail, "its ", 4) == 0 ? "for each, " : "", f->detail);
}

void
phrases_lists_trouble(struct buf *out, const list_results *lists)
{
    enum { NAMED = 3 };
    size_t start = out->count;
    for (size_t i = 0; i < lists->count; i++) {
        const struct list_result *f = lists->at[i];
        bool barred = list_result_is_barred(f), first = true;
        list_results same = {0};
        for (size_t j = 0; j < lists->count; j++) {
            const struct list_result *other = lists->at[j];
            bool like = other->state == f->state && other->cut_off == f->cut_off;
            if (list_result_is_barred(other) != barred || (!barred && !like))
                continue;
            first = first && j >= i;
            vec_push(&same, other);
        }
        if (first) {
            bool several = same.count > 1;
            buf_text(out, out->count > start ? "; " : "");
            list_words_names(out, &same, NAMED);
            if (several)
                buf_format(out, " %s%s%s%s", barred ? "are not for this resolver" : list_words_state(f->state, several),
                           f->cut_off ? " (" : "", f->cut_off ? f->detail : "", f->cut_off ? ")" : "");
            else
                phrases_list_trouble(out, f, false);
        }
        vec_free(&same);
    }
}

void
phrases_troubles(struct buf *out, const struct evidence *e)
{
    unsigned written = 0;
    for (unsigned i = 0; i < LIST_LEVELS; i++) {
        const struct list_result *f = evidence_level(e, i + 1);
        unsigned same = 0;
        if (!list_result_is_trouble(f) || written & 1U << i)
            continue;
        for (unsigned j = i; j < LIST_LEVELS; j++) {
            const struct list_result *other = evidence_level(e, j + 1);
            if (list_result_is_trouble(other) && f->state == other->state &&
                strcmp(f->detail ? f->detail : "", other->detail ? other->detail : "") == 0)
                same |= 1U << j;
        }
        if (written)
            buf_text(out, "; ");
        written |= same;
        phrases_levels(out, same);
        phrases_list_trouble(out, f, __builtin_popcount(same) > 1);
    }
}

bool
phrases_list_advice(struct buf *out, const struct list_result *f)
{
    const struct addr mistyped = addr_from_v4(0x7ffffffc); /* Spamhaus: "typing error in DNSBL name" */
    const struct list *list = f->list;
    char server[ENDPOINT_TEXT];
    bool refused = f->state == STATE_REFUSED || f->state == STATE_INVALID;
    bool ignorant = f->state == STATE_UNHEALTHY && !f->proved && f->answers.count == 0;
    if (list->key && (refused || ignorant)) {
        buf_format(out, "Check the key of %s", list->shown);
        if (*list->key_variable)
            buf_format(out, " (from lists.conf or $%s)", list->key_variable);
        buf_format(out, "%s%s.", *list->access_page ? ": " : "", list->access_page);
    } else if (refused && f->answers.count > 0 && addr_equal(&f->answers.at[0], &mistyped)) {
        buf_format(out, "Compare the name %s with that on the list's page%s%s.", list->zone, *list->policy ? ": " : "",
                   list->policy);
    } else if (list->resolver.addr.family != ADDR_NONE) {
        buf_format(out, "See the resolver %s, which lists.conf names for %s; --resolver does not replace it.",
                   endpoint_text(&list->resolver, server), list->zone);
    } else {
        return false;
    }
    return true;
}

/* ---- resolvers ---- */

#define OR_ANOTHER "or choose another with --resolver ADDRESS."
#define UNFILTERED "Use {your own resolver, one} that asks the lists' servers itself (--resolver ADDRESS)."

/* For one resolver, for several; then the reason in short, where it answers other questions. */
static const struct {
    const char *words[2], *reason, *advice;
} resolver_troubles[] = {
    [RESOLVER_UNREACHABLE] = {{"cannot be reached", "cannot be reached"}, "not reached", "Start the resolver, "},
    [RESOLVER_SILENT] = {{"gave no answer", "gave no answer"},
                         "no answer",
                         "Try again; if it fails again, check that it runs and can reach the internet, "},
    [RESOLVER_REFUSES] = {{"refuses to answer this machine", "refuse to answer this machine"},
                          "refused",
                          "Allow this machine to use it, " OR_ANOTHER},
    [RESOLVER_FAILS] = {{"fails at every question (server failure)", "fail at every question (server failure)"},
                        "server failure",
                        "See its log, and check that it can reach the internet, " OR_ANOTHER},
    [RESOLVER_GARBLES] = {{"gives damaged answers", "give damaged answers"},
                          "damaged answers",
                          "See what program answers there, " OR_ANOTHER},
    [RESOLVER_BLOCKS] = {{"gives answers that no DNSBL gives: it blocks the lists, or makes answers up",
                          "give answers that no DNSBL gives: they block the lists, or make answers up"},
                         "answers that no DNSBL gives",
                         UNFILTERED},
    [RESOLVER_IGNORANT] = {{"knows none of the lists' test entries: it filters, or cannot reach the internet",
                            "know none of the lists' test entries: they filter, or cannot reach the internet"},
                           NULL,
                           UNFILTERED},
    [RESOLVER_INVENTS] = {{"lists whatever is asked, even a random label: it makes answers up",
                           "list whatever is asked, even a random label: they make answers up"},
                          NULL,
                          UNFILTERED},
    [RESOLVER_FILTERS] = {{"holds back every answer in 127.0.0.0/8, which is how lists answer: it filters against DNS "
                           "rebinding",
                           "hold back every answer in 127.0.0.0/8, which is how lists answer: they filter against DNS "
                           "rebinding"},
                          NULL,
                          NULL},
};

/* Writes the servers of a set: " 127.0.0.1:53 and 192.0.2.53:53". */
static void
put_servers(struct buf *out, const struct resolver_report *r, unsigned set)
{
    int left = __builtin_popcount(set);
    for (size_t i = 0; i < r->count; i++) {
        char server[ENDPOINT_TEXT];
        if (set & 1U << i)
            buf_format(out, " %s%s", endpoint_text(&r->servers[i], server), left > 2 ? "," : left == 2 ? " and" : "");
        left -= (int)(set >> i & 1);
    }
}

void
phrases_servers(struct buf *out, const struct resolver_report *r)
{
    unsigned all = (1U << r->count) - 1, asked = r->asked & all ? r->asked & all : all;
    unsigned agreed = r->agreed & asked ? r->agreed & asked : asked;
    bool several = __builtin_popcount(agreed) > 1;
    buf_text(out, several ? "the resolvers" : "the resolver");
    put_servers(out, r, agreed);
    if (r->about)
        buf_format(out, " answered other questions, but those to the lists about %s failed (%s)", r->about,
                   resolver_troubles[r->trouble].reason);
    else
        buf_format(out, " %s", resolver_troubles[r->trouble].words[several]);
    if (agreed == asked)
        return;
    buf_byte(out, ',');
    put_servers(out, r, asked & ~agreed);
    buf_text(out, " gave no better answer");
}

void
phrases_resolver(struct buf *out, const struct evidence *e)
{
    char address[ADDR_TEXT];
    struct resolver_report report = {e->servers.at, e->servers.count, 0, 0, evidence_resolver_trouble(e), NULL};
    for (size_t i = 0; i < e->exchanges.count; i++) {
        const struct exchange *x = &e->exchanges.at[i];
        report.asked |= x->subject == SUBJECT_LIST ? x->asked : 0;
        report.agreed |= x->subject == SUBJECT_LIST ? x->agreed : 0;
    }
    if (evidence_resolver_answers(e, report.trouble))
        report.about = addr_text(&e->address, address);
    phrases_servers(out, &report);
}

/* Returns the domain to exempt for a list: without the first label, which lists of one operator share. */
static const char *
domain_of(const struct list *list)
{
    const char *dot = strchr(list->zone, '.');
    return dot && strchr(dot + 1, '.') ? dot + 1 : list->zone;
}

/* Returns whether the domain of a list is in that of another one which is held back, or is the same and comes later. */
static bool
is_covered(const struct evidence *e, size_t at)
{
    const char *domain = domain_of(e->lists.at[at].list);
    size_t count = strlen(domain);
    for (size_t i = 0; i < e->lists.count; i++) {
        const char *other = domain_of(e->lists.at[i].list);
        size_t part = strlen(other);
        bool within = part < count && domain[count - part - 1] == '.' && strcmp(domain + count - part, other) == 0;
        if (e->lists.at[i].filtered && (within || (i < at && strcmp(domain, other) == 0)))
            return true;
    }
    return false;
}

/* Writes the domains of the lists that are held back, each once, with `before` and `behind` around each. */
static void
put_domains(struct buf *out, const struct evidence *e, const char *before, const char *behind)
{
    for (size_t i = 0; i < e->lists.count; i++) {
        const char *domain = domain_of(e->lists.at[i].list);
        if (e->lists.at[i].filtered && !is_covered(e, i))
            buf_format(out, "%s%s%s", before, domain, behind);
    }
}

void
phrases_filter_advice(struct buf *out, const struct evidence *e, const char *version)
{
    static const struct {
        const char *version, *name, *before, *left, *right, *behind;
    } cures[] = {
        {"unbound", "unbound", "", " private-domain: \"", "\"", " (or without private-address: 127.0.0.0/8)"},
        {"dnsmasq", "dnsmasq", " rebind-domain-ok=", "/", "",
         "/ (OpenWrt: option rebind_domain; Pi-hole: misc.dnsmasq_lines), or for every name by rebind-localhost-ok"},
        {"9.", "BIND", " except-from {", " \"", "\";", " } behind deny-answer-addresses"},
    };
    enum { CURES = sizeof cures / sizeof cures[0] };
    size_t known = 0, written = 0;
    while (known < CURES && strncmp(version, cures[known].version, strlen(cures[known].version)) != 0)
        known++;
    buf_text(out, "Exempt the lists from that filter, ");
    for (size_t i = 0; i < CURES; i++) {
        if (known < CURES && i != known)
            continue;
        buf_format(out, "%sin %s by%s", written++ ? ", " : "", cures[i].name, cures[i].before);
        put_domains(out, e, cures[i].left, cures[i].right);
        buf_text(out, cures[i].behind);
    }
    buf_text(out,
             known < CURES ? "; " OR_ANOTHER : ", in dnscrypt-proxy by taking 127.* out of blocked_ips; " OR_ANOTHER);
}

void
phrases_resolver_advice(struct buf *out, enum resolver_trouble trouble, const struct evidence *e)
{
    bool unheard = trouble == RESOLVER_UNREACHABLE || trouble == RESOLVER_SILENT;
    if (evidence_resolver_answers(e, trouble)) {
        buf_text(out, "Try again; if it fails again, see the resolver's log, " OR_ANOTHER);
        return;
    }
    if (trouble != RESOLVER_FILTERS) {
        phrases_put(out, resolver_troubles[trouble].advice, e);
        if (unheard && !(e->servers.count > 0 && e->servers.at[0].tcp))
            buf_text(out, "ask it by TCP if it takes nothing else (--resolver tcp:ADDRESS), ");
        if (unheard)
            buf_text(out, OR_ANOTHER);
        return;
    }
    phrases_filter_advice(out, e, "");
}
