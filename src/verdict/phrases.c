#include "verdict/phrases.h"

#include "base/text.h"
#include "verdict/list_words.h"

#include <stdlib.h>
#include <string.h>

void
phrases_holder(struct buf *out, uint32_t asn, const char *org, const char *otherwise)
{
    if (asn == 0)
        buf_text(out, otherwise);
    else
        buf_format(out, "AS%u%s%s", asn, *org ? " " : "", org);
}

/* Whether this is a word that says only what kind of company it is. */
static bool
is_legal_form(const char *word, size_t count)
{
    static const char *const forms[] = {"AB",   "AG", "AS",      "BV",  "B.V.", "CO",     "CO.", "CORP", "GMBH", "INC",
                                        "INC.", "KG", "LIMITED", "LLC", "LTD",  "LTD.",   "OY",  "PTE",  "PTE.", "PTY",
                                        "S.A.", "SA", "SAS",     "SL",  "SRL",  "S.R.L.", "SPA", "UG"};
    count -= count > 0 && word[count - 1] == ',';
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (strlen(forms[i]) == count && strncasecmp(word, forms[i], count) == 0)
            return true;
    return false;
}

/* Returns the name without the handle that many registries put before it: "HARBOR-NET Harbor Net". */
static const char *
without_handle(const char *org)
{
    enum { LEAST = 3 };
    size_t stem = strcspn(org, " -"), word = strcspn(org, " ");
    return stem >= LEAST && org[word] == ' ' && strncasecmp(org, org + word + 1, stem) == 0 ? org + word + 1 : org;
}

void
phrases_short_holder(struct buf *out, uint32_t asn, const char *org, const char *otherwise)
{
    const char *name = without_handle(org);
    size_t fits = text_fit(name, PHRASES_SHORT), count = 0, end = strcspn(name, " ");
    while (name[count] != '\0' && end <= fits &&
           (count == 0 || (name[count] != '(' && !is_legal_form(name + count, end - count)))) {
        count = end + strspn(name + end, " ");
        end = count + strcspn(name + count, " ");
    }
    while (count > 0 && strchr(" ,.-", name[count - 1]))
        count--;
    if (asn == 0)
        buf_text(out, otherwise);
    else if (count > 0)
        buf_bytes(out, name, count);
    else
        buf_format(out, "AS%u", asn);
}

/* An AS has one name in all sentences about an address: the AS that announces it has the name of the ASN database or
 * Team Cymru, any other the name in the list's text. */
static const char *
org_of(const struct evidence *e, const struct holder *holder)
{
    return holder->asn == e->network.asn && *e->network.org ? e->network.org : holder->org;
}

void
phrases_isp(struct buf *out, const struct evidence *e, bool brief)
{
    static const struct holder nobody;
    const struct listing *l3 = evidence_level3(e);
    const struct holder *holder = l3 ? &l3->holder : &nobody;
    (brief ? phrases_short_holder : phrases_holder)(out, holder->asn, org_of(e, holder),
                                                    parties_word(e, "your provider"));
}

/* A name is another one if neither contains the other, nor is it the beginning of the other, cut by the operator
 * ("Quince and S..."). */
void
phrases_other_name(struct buf *out, const struct evidence *e)
{
    static const struct holder nobody;
    static const char cut[] = "...";
    const struct listing *l3 = evidence_level3(e);
    const char *known = e->network.org;
    bool other = false;
    for (size_t i = 0; i <= e->nets.count && !other && e->network.asn != 0; i++) {
        const struct holder *holder = i > 0 ? &e->nets.at[i - 1].holder : l3 ? &l3->holder : &nobody;
        size_t count = strlen(holder->org), cut_count = sizeof cut - 1;
        if (holder->asn != e->network.asn || count == 0)
            continue;
        if (count > cut_count && strcmp(holder->org + count - cut_count, cut) == 0)
            other = strncasecmp(holder->org, known, count - cut_count) != 0;
        else
            other = !strcasestr(holder->org, known) && !strcasestr(known, holder->org);
        if (other)
            buf_format(out, "The lists call AS%u \"%s\".", holder->asn, holder->org);
    }
}

void
phrases_net(struct buf *out, const struct listed_net *net)
{
    if (net->permanent) {
        buf_text(out, "listed by hand, no expiry");
    } else if (net->impacts != LISTING_UNKNOWN) {
        text_number(out, net->impacts);
        buf_text(out, net->impacts == 1 ? " impact" : " impacts");
    } else if (net->abusers != LISTING_UNKNOWN) {
        buf_format(out, "%lld abusers (rule before 2021)", (long long)net->abusers);
    } else {
        buf_text(out, "no figures");
    }
}

/* ---- templates ---- */

enum placeholder {
    ADDRESS,
    NET,
    FIGURES,
    NAME_IT,
    ANOTHER,
    COMPANY,
    AS_OF,
    OWNER,
    HAND,
    HAND_OWNER,
    ISP,
    ZONES,
    HOST,
    BOUNCES,
    BRIEF_BOUNCES,
    BRIEF_ANOTHER,
    BRIEF_COMPANY,
    BRIEF_OWNER,
    BRIEF_HAND_OWNER,
    BRIEF_ISP,
    BRIEF_HOST,
    PLACEHOLDERS
};

static const char *const placeholders[PLACEHOLDERS] = {
    [ADDRESS] = "{address}",
    [NET] = "{net}",
    [FIGURES] = "{figures}",
    [NAME_IT] = "{name it}",
    [ANOTHER] = "{another}",
    [COMPANY] = "{company}",
    [AS_OF] = "{as of}",
    [OWNER] = "{owner}",
    [HAND] = "{hand}",
    [ISP] = "{isp}",
    [ZONES] = "{zones}",
    [HAND_OWNER] = "{hand owner}",
    [HOST] = "{provider}",
    [BOUNCES] = "{bounces}",
    [BRIEF_BOUNCES] = "{brief bounces}",
    [BRIEF_ANOTHER] = "{brief another}",
    [BRIEF_COMPANY] = "{brief company}",
    [BRIEF_OWNER] = "{brief owner}",
    [BRIEF_HAND_OWNER] = "{brief hand owner}",
    [BRIEF_ISP] = "{brief isp}",
    [BRIEF_HOST] = "{brief provider}",
};

static void
put_figures(struct buf *out, const struct listed_net *net)
{
    buf_text(out, ", its ");
    text_number(out, net->impacts);
    buf_text(out, " impacts in 7 days,");
    if (net->limit > 0) {
        buf_text(out, " the limit ");
        text_number(out, net->limit);
        buf_byte(out, ',');
    }
}

/* Writes the answer that was counted, with the age of zone files that do not count elsewhere. Without one, returns what
 * the levels say by themselves, but nothing of a listed address, whose cause would move with it. */
static const char *
put_another(struct buf *out, const struct evidence *e)
{
    bool level1 = list_result_is_listed(evidence_level(e, 1));
    bool level2 = list_result_is_listed(evidence_level(e, 2)), level3 = list_result_is_listed(evidence_level(e, 3));
    struct buf age = {0};
    if (e->another_pending) {
        buf_format(out, "Counting the clean ranges of AS%u ...", e->network.asn);
        return NULL;
    }
    if (!e->another && level1)
        return NULL;
    if (!e->another && level3)
        return evidence_names_carrier(e) ? ""
               : level2 ? "Consider moving to another provider: level 3 is meant to list all that this one announces."
                        : "A new address at the same provider hardly helps: level 3 is meant to list all that it "
                          "announces.";
    if (!e->another)
        return evidence_deciding_net(e) ? "If rejections matter meanwhile: another address outside {net}, or a relay."
                                        : "If rejections matter meanwhile: an address in another net, or a relay.";
    buf_text(out, e->another);
    if (!e->offline && phrases_file_age(&age, e))
        buf_format(out, " (%s)", buf_string(&age));
    buf_free(&age);
    return level1 ? ". That helps only against levels 2 and 3: the cause of level 1 {would move with you}." : ".";
}

/* The same in a few words, with the counts alone. */
static void
put_brief_another(struct buf *out, const struct evidence *e)
{
    bool level1 = list_result_is_listed(evidence_level(e, 1));
    bool level2 = list_result_is_listed(evidence_level(e, 2)), level3 = list_result_is_listed(evidence_level(e, 3));
    if (e->another_pending) {
        buf_text(out, "counting where to move ...");
    } else if (e->another && e->another_clean > 0) {
        buf_text(out, !level1 ? "move: " : !level3 ? "against 2: " : level2 ? "against 2, 3: " : "against 3: ");
        text_number(out, (int64_t)e->another_clean);
        if (e->another_clean < e->another_ranges) {
            buf_text(out, " of ");
            text_number(out, (int64_t)e->another_ranges);
        }
        /* Level 3 is meant to list all ranges: it may not know these yet. */
        buf_text(out, level3 ? " ranges seem clean" : " ranges clean");
    } else if (e->another && e->another_helps) {
        buf_text(out, "move to a less listed range");
    } else if (e->another) {
        buf_text(out, e->another_barred ? "leave " : "");
        phrases_short_holder(out, e->network.asn, e->network.org, parties_word(e, "your provider"));
        buf_text(out, e->another_barred ? ": all on level 3"
                      : e->another_over ? ": level 3 by estimate"
                                        : " has no clean range");
    } else if (level1) {
        return;
    } else if (!level3) {
        buf_text(out, "meanwhile: another net, or a relay");
    } else if (!evidence_names_carrier(e)) {
        buf_text(out, level2 ? "consider another provider" : "another address there hardly helps");
    }
}

/* What follows for a net, by whose impacts it has. */
static const char *const companies[] = {
    [COMPANY_NONE] = "No other address in {net} is listed{as of}: the listing of the net ends with {yours}.",
    [COMPANY_SOME] = "Complain to {owner}, who can end level 2: {name it}.",
    [COMPANY_UNKNOWN] =
        ("See whether {yours is} the only listed address in {net} (whylisted range or sweep): then its listing ends "
         "with {yours}. If not, complain to {owner}, who can end level 2: {name it}."),
};

/* The same in a few words. */
static const char *const brief_companies[] = {
    [COMPANY_NONE] = "level 2: {you are} alone, it ends too",
    [COMPANY_SOME] = "level 2: complain to {brief owner}",
    [COMPANY_UNKNOWN] = "level 2: if not alone, complain to {brief owner}",
};

/* Writes the owner of a net, or else the AS that announces the address, in either length. */
static void
put_owner(struct buf *out, const struct evidence *e, const struct listed_net *net, bool brief)
{
    bool named = net && net->holder.asn;
    (brief ? phrases_short_holder : phrases_holder)(out, named ? net->holder.asn : e->network.asn,
                                                    named ? org_of(e, &net->holder) : e->network.org,
                                                    "the net's owner");
}

void
phrases_owner(struct buf *out, const struct evidence *e)
{
    put_owner(out, e, evidence_deciding_net(e), true);
}

/* Says that level 1 was read from a stale zone file. */
static void
put_file_age(struct buf *out, const struct list_result *level1)
{
    int64_t age = list_result_file_age_ms(level1);
    if (level1->source != SOURCE_ZONE || age <= DATA_DATE_STALE_MS)
        return;
    buf_text(out, " in the zone file of ");
    text_duration(out, age);
    buf_text(out, " ago");
}

/* Continues "UCEPROTECT" with the zones that list the address, of those that bounces name. */
static void
put_listing_zones(struct buf *out, const struct list_result *level2, const struct list_result *level3)
{
    if (list_result_is_listed(level2))
        buf_format(out, "%s%s", list_result_is_listed(level3) ? ", " : " or ", level2->list->zone);
    if (list_result_is_listed(level3))
        buf_format(out, " or %s", level3->list->zone);
}

/* Returns the most frequent rejections because of levels that list the address, and how many receivers more there are;
 * NULL = the journal knows of none. */
static const struct seen_rejections *
find_rejections(const struct evidence *e, size_t *more)
{
    const struct seen_rejections *found = NULL;
    *more = 0;
    for (size_t i = 0; i < e->seen.rejections.count; i++) {
        const struct seen_rejections *r = &e->seen.rejections.at[i];
        if (r->level == 0 || r->level > LIST_LEVELS || !list_result_is_listed(evidence_level(e, r->level)))
            continue;
        *more += found && strcmp(found->receiver, r->receiver) != 0;
        found = found ? found : r;
    }
    return found;
}

/* Writes how often the listing has cost mail, or returns the template for when that is not known. */
static const char *
put_bounces(struct buf *out, const struct evidence *e, bool brief)
{
    size_t more;
    const struct seen_rejections *r = find_rejections(e, &more);
    if (!r)
        return brief ? "ignore it unless bounces name it"
                     : "Check {your bounces} for UCEPROTECT{zones}: if no rejection names it, {you can ignore the "
                       "listing}.";
    const char *receiver = *r->receiver ? r->receiver : "a receiver";
    if (brief)
        buf_format(out, "it costs mail: %s, ", receiver);
    else
        buf_format(out, "The listing costs mail: %s rejected mail because of level %u, ", receiver, r->level);
    seen_rejections_words(out, r);
    if (more > 0 && !brief)
        buf_format(out, ", and so did %zu other%s", more, more > 1 ? "s" : "");
    buf_text(out, brief ? "" : ".");
    return NULL;
}

/* Writes what a complaint must name, or returns it as a template; `net` NULL = it is not known. */
static const char *
put_name_it(struct buf *out, const struct evidence *e, const struct listed_net *net)
{
    char address[ADDR_TEXT];
    if (net)
        return evidence_counted_company(e, net) == COMPANY_NONE
                   ? "name {net}{figures} and that no other address in it is listed"
                   : "name {net}{figures} and the listed neighbours in it";
    buf_format(out, "name %s; the listed net is not known (%s)", addr_text(&e->address, address),
               phrases_unsaid(evidence_level(e, 2)));
    return NULL;
}

/* Writes the value of a placeholder. Returns a template to expand behind it; NULL = none. */
static const char *
put_value(struct buf *out, enum placeholder placeholder, const struct evidence *e)
{
    const struct listed_net *net = evidence_deciding_net(e), *hand = evidence_permanent_net(e);
    char address[ADDR_TEXT], prefix[PREFIX_TEXT];
    switch (placeholder) {
    case ADDRESS:
        buf_text(out, addr_text(&e->address, address));
        break;
    case NET:
    case HAND:
        net = placeholder == HAND ? hand : net;
        buf_text(out, net ? prefix_text(&net->prefix, prefix) : "the listed net");
        break;
    case FIGURES:
        if (net && net->impacts != LISTING_UNKNOWN)
            put_figures(out, net);
        break;
    case NAME_IT:
        return put_name_it(out, e, net);
    case ANOTHER:
        return put_another(out, e);
    case COMPANY:
        return companies[evidence_company(e)];
    case AS_OF:
        put_file_age(out, evidence_level(e, 1));
        break;
    case OWNER:
    case HAND_OWNER:
    case BRIEF_OWNER:
    case BRIEF_HAND_OWNER:
        net = placeholder == HAND_OWNER || placeholder == BRIEF_HAND_OWNER ? hand : net;
        put_owner(out, e, net, placeholder == BRIEF_OWNER || placeholder == BRIEF_HAND_OWNER);
        break;
    case BRIEF_HOST:
        phrases_short_holder(out, e->network.asn, e->network.org, parties_word(e, "your provider"));
        break;
    case BOUNCES:
    case BRIEF_BOUNCES:
        return put_bounces(out, e, placeholder == BRIEF_BOUNCES);
    case BRIEF_ANOTHER:
        put_brief_another(out, e);
        break;
    case BRIEF_COMPANY:
        return brief_companies[evidence_company(e)];
    case PLACEHOLDERS:
        break;
    case ISP:
    case BRIEF_ISP:
        phrases_isp(out, e, placeholder == BRIEF_ISP);
        break;
    case HOST:
        phrases_provider(out, e);
        break;
    case ZONES:
        put_listing_zones(out, evidence_level(e, 2), evidence_level(e, 3));
        break;
    }
    return NULL;
}

void
phrases_put(struct buf *out, const char *template, const struct evidence *e)
{
    while (*template) {
        size_t i = 0, plain = strcspn(template + 1, "{") + 1;
        const char *party = parties_at(template);
        while (i < PLACEHOLDERS && strncmp(template, placeholders[i], strlen(placeholders[i])) != 0)
            i++;
        if (i < PLACEHOLDERS) {
            const char *behind = put_value(out, (enum placeholder)i, e);
            phrases_put(out, behind ? behind : "", e);
            template += strlen(placeholders[i]);
        } else if (party) {
            buf_text(out, parties_word(e, party));
            template += strlen(party) + strlen("{}");
        } else {
            buf_bytes(out, template, plain);
            template += plain;
        }
    }
}

char *
phrases_expand(const char *template, const struct evidence *e)
{
    struct buf out = {0};
    phrases_put(&out, template, e);
    return buf_take(&out);
}

/* ---- ages ---- */

bool
phrases_file_age(struct buf *out, const struct evidence *e)
{
    struct data_date date;
    if (!evidence_date(e, SOURCE_ZONE, &date) || data_date_age(date) == DATA_FRESH)
        return false;
    buf_text(out, data_date_age(date) == DATA_STALE ? "zone files up to " : "zone files ");
    data_date_put(out, date);
    return true;
}

bool
phrases_data_age(struct buf *out, const struct evidence *e)
{
    struct data_date date;
    bool files = phrases_file_age(out, e);
    if (!evidence_date(e, SOURCE_DNS, &date) || data_date_age(date) == DATA_FRESH)
        return files;
    buf_format(out, "%sDNS data %s", files ? ", " : "", data_date_age(date) == DATA_STALE ? "up to " : "");
    data_date_put(out, date);
    return true;
}
