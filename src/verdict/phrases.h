/* Figures of the evidence as words, for sentences about it. */
#ifndef PHRASES_H
#define PHRASES_H

#include "base/buf.h"
#include "verdict/evidence.h"
#include "verdict/parties.h"

/* Returns the template with its placeholders filled in; the caller frees it. {address}; {net}: the one that
 * decides; {figures}: ", its impacts and limit," if it has any; {name it}: that net and its
 * neighbours, for a complaint; {another}: whether another address would help; {company}: whether others are listed in
 * it, and what follows; {owner}: its holder; {hand} and {hand owner}: the
 * same for a net listed by hand, which must exist; {isp}: the AS that level 3 names; {provider}: the AS that announces
 * the address; {zones}: " or" the zones of levels 2 and 3 that list it; {as of}:
 * " in a zone file of ...", if everything comes from a stale one. {brief another} and the like: the same in a few
 * words; {your provider} and the like: parties.h. */
char *phrases_expand(const char *template, const struct evidence *);

/* Writes the same. */
void phrases_put(struct buf *out, const char *template, const struct evidence *);

/* Writes "AS64500 EXAMPLE Example Hosting", or `otherwise` if asn is 0. */
void phrases_holder(struct buf *out, uint32_t asn, const char *org, const char *otherwise);

/* Writes a name of at most PHRASES_SHORT columns: the first words of the organisation without its legal form ("OVH",
 * "M247 Europe"), or else "AS64500"; `otherwise` if asn is 0. */
enum { PHRASES_SHORT = 16 };
void phrases_short_holder(struct buf *out, uint32_t asn, const char *org, const char *otherwise);

/* Writes the AS that level 3 names, its short name if brief. */
void phrases_isp(struct buf *out, const struct evidence *, bool brief);

/* Writes the short name of the owner of the net that sentences name. */
void phrases_owner(struct buf *out, const struct evidence *);

/* Writes the AS that announces the address. */
static inline void
phrases_provider(struct buf *out, const struct evidence *e)
{
    phrases_holder(out, e->network.asn, e->network.org, parties_word(e, "your provider"));
}

/* Writes the name that levels 2 and 3 give to the AS that announces the address, if it is another name. */
void phrases_other_name(struct buf *out, const struct evidence *);

/* The trouble of some servers. */
struct resolver_report {
    const struct endpoint *servers;
    size_t count;
    unsigned asked, agreed; /* which of them were asked, and which of those have the trouble: bit by place; 0 = all */
    enum resolver_trouble trouble;
    const char *about; /* the subject of the questions that failed; NULL = all questions failed */
};

/* Writes it: "the resolver 127.0.0.1:53 cannot be reached". */
void phrases_servers(struct buf *out, const struct resolver_report *);
void phrases_resolver(struct buf *out, const struct evidence *);
void phrases_resolver_advice(struct buf *out, enum resolver_trouble, const struct evidence *); /* the cure */

/* Writes how to mend a trouble that lies in the settings of one list: its key, its name, or a resolver of its own.
 * Returns false, and writes nothing, if it does not. */
bool phrases_list_advice(struct buf *out, const struct list_result *);

/* Writes how to exempt the lists that are held back from the resolver's filter, in the words of the program whose
 * version this is ("dnsmasq-2.90"), or of each that is known. */
void phrases_filter_advice(struct buf *out, const struct evidence *, const char *version);

/* Makes the sentence that begins at `start` begin with a capital, unless its first word is a name. */
void phrases_begin(struct buf *out, size_t start);

/* Returns why a text lacks a figure: "its text does not say". */
static inline const char *
phrases_unsaid(const struct list_result *f)
{
    return f->txt_missing ? "its text is missing" : "its text does not say";
}

/* Writes the figures of a net: "23 impacts", "25 abusers (rule before 2021)", "listed by hand, no expiry", "no
 * figures". */
void phrases_net(struct buf *out, const struct listed_net *);

/* Writes a set of levels (bit n = level n + 1): "level 3", "levels 1 and 2", "levels 1, 2 and 3". */
void phrases_levels(struct buf *out, unsigned set);

/* Writes the trouble of one list, or of several with the same: " gave no answer". */
void phrases_list_trouble(struct buf *out, const struct list_result *, bool several);

/* Writes the trouble of lists without a part in the escalation, those with the same state together, with the names of
 * at most three: "a and b gave no answer; c is not for this resolver (...)". */
void phrases_lists_trouble(struct buf *out, const list_results *);

/* Writes the trouble of the levels, equal troubles together: "level 3 gave an error (refused from
 * 127.0.0.1:53)". Levels that are still awaited are left out. */
void phrases_troubles(struct buf *out, const struct evidence *);

/* Writes how old the zone files are that states come from, if they are not fresh: "zone files up to 147 d 14 h old".
 * Returns whether it wrote. */
bool phrases_file_age(struct buf *out, const struct evidence *);
/* The same of all data, also those behind the DNS: "DNS data up to 3 d old". */
bool phrases_data_age(struct buf *out, const struct evidence *);

#endif
