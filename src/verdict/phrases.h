/* Figures of the evidence as words, for the sentences of verdict, headline and forecast. */
#ifndef PHRASES_H
#define PHRASES_H

#include "base/buf.h"
#include "verdict/evidence.h"

/* Puts the figures into a template, a fresh string: {address}, {net} (the widest with impacts, by hand, or at all),
 * {figures} (", its impacts and limit," where it has any), {name it} (that net and its neighbours, for a
 * complaint), {outside} (an address outside of it), {estimate} (how to get one of level 3), {as of} (" in a zone file
 * of ...", where everything comes from one that is stale), {owner} (who answers for it), {hand} and {hand owner} (the
 * same of a net by hand, which there must be), {isp} (whom level 3 names), {provider} (who announces the address) and
 * {zones} (" or" those of levels 2 and 3 that list the address). */
char *phrases_expand(const char *template, const struct evidence *);

/* "AS64500 EXAMPLE Example Hosting", or `otherwise` where there is no ASN. */
void phrases_holder(struct buf *out, uint32_t asn, const char *org, const char *otherwise);
/* Whom level 3 names, and who announces the address. */
void phrases_isp(struct buf *out, const struct evidence *);
void phrases_provider(struct buf *out, const struct evidence *);

/* What the texts of levels 2 and 3 call who announces the address, when it is another name; nothing else. */
void phrases_other_name(struct buf *out, const struct evidence *);

/* What is wrong with the resolvers, if they are what is wrong ("the resolver 127.0.0.1:53 cannot be reached"), and what
 * to do about it. */
void phrases_resolver_trouble(struct buf *out, const struct evidence *);
const char *phrases_resolver_advice(enum resolver_trouble);

/* Appends what is wrong with these servers. */
void phrases_servers(struct buf *out, const struct endpoint *servers, size_t count, enum resolver_trouble);

/* Why it is not known what the text of a list should tell: "its text does not say". */
const char *phrases_unsaid(const struct list_result *);

/* How a net is published: "23 impacts", "25 abusers (rule before 2021)", "listed by hand, no expiry", "no figures". */
void phrases_net(struct buf *out, const struct listed_net *);

/* A set of levels (bit n = level n + 1): "level 3", "levels 1 and 2", "levels 1, 2 and 3". */
void phrases_levels(struct buf *out, unsigned set);

/* The trouble of one list, by its zone: "bl.example gave no answer". */
void phrases_list_trouble(struct buf *out, const struct list_result *);

/* The levels that gave no believable answer, those with the same trouble together: "level 3 gave an error (refused from
 * 127.0.0.1:53)". Levels that are still awaited are left out. */
void phrases_troubles(struct buf *out, const struct evidence *);

#endif
