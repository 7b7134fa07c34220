#include "verdict/phrases.h"

#include "base/text.h"

#include <string.h>

void
phrases_holder(struct buf *out, uint32_t asn, const char *org, const char *otherwise)
{
    if (asn == 0)
        buf_text(out, otherwise);
    else
        buf_format(out, "AS%u%s%s", asn, *org ? " " : "", org);
}

void
phrases_provider(struct buf *out, const struct evidence *e)
{
    phrases_holder(out, e->network.asn, e->network.org, "your provider");
}

/* An AS has one name in all sentences about an address: the AS that announces it has the name of the ASN database or
 * Team Cymru, any other the name in the list's text. */
static void
put_holder(struct buf *out, const struct evidence *e, const struct holder *holder)
{
    bool announces = holder->asn == e->network.asn && *e->network.org;
    phrases_holder(out, holder->asn, announces ? e->network.org : holder->org, "your provider");
}

void
phrases_isp(struct buf *out, const struct evidence *e)
{
    static const struct holder nobody;
    const struct listing *l3 = evidence_level3(e);
    put_holder(out, e, l3 ? &l3->holder : &nobody);
}

/* Returns whether one name contains the other, or is its beginning, cut by the operator ("Quince and S..."). */
static bool
is_alike(const char *name, const char *known)
{
    static const char cut[] = "...";
    size_t count = strlen(name), cut_count = sizeof cut - 1;
    if (count > cut_count && strcmp(name + count - cut_count, cut) == 0)
        return strncasecmp(name, known, count - cut_count) == 0;
    return strcasestr(name, known) || strcasestr(known, name);
}

static bool
is_other_name(const struct evidence *e, const struct holder *holder)
{
    return holder->asn == e->network.asn && *holder->org && !is_alike(holder->org, e->network.org);
}

void
phrases_other_name(struct buf *out, const struct evidence *e)
{
    const struct listing *l3 = evidence_level3(e);
    const struct holder *other = l3 && is_other_name(e, &l3->holder) ? &l3->holder : NULL;
    for (size_t i = 0; i < e->nets.count && !other; i++)
        if (is_other_name(e, &e->nets.at[i].holder))
            other = &e->nets.at[i].holder;
    if (other && e->network.asn != 0)
        buf_format(out, "The lists call AS%u \"%s\".", other->asn, other->org);
}

const char *
phrases_unsaid(const struct list_result *f)
{
    return f->txt_missing ? "its text is missing" : "its text does not say";
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

static void
put_address(struct buf *out, const struct evidence *e)
{
    char text[ADDR_TEXT];
    buf_text(out, addr_text(&e->address, text));
}

static void
put_net(struct buf *out, const struct evidence *e)
{
    const struct listed_net *net = evidence_main_net(e);
    char text[PREFIX_TEXT];
    buf_text(out, net ? prefix_text(&net->prefix, text) : "the listed net");
}

static void
put_figures(struct buf *out, const struct evidence *e)
{
    const struct listed_net *net = evidence_widest_net(e);
    if (!net)
        return;
    buf_text(out, ", its ");
    text_number(out, net->impacts);
    buf_text(out, " impacts in 7 days,");
    if (net->limit > 0) {
        buf_text(out, " the limit ");
        text_number(out, net->limit);
        buf_byte(out, ',');
    }
}

static void
put_name_it(struct buf *out, const struct evidence *e)
{
    buf_text(out, "name ");
    if (evidence_main_net(e)) {
        put_net(out, e);
        put_figures(out, e);
        buf_text(out, " and the listed neighbours in it");
        return;
    }
    put_address(out, e);
    buf_format(out, "; the listed net is not known (%s)", phrases_unsaid(evidence_level(e, 2)));
}

static void
put_outside(struct buf *out, const struct evidence *e)
{
    buf_text(out, evidence_main_net(e) ? "another address outside " : "an address in another net");
    if (evidence_main_net(e))
        put_net(out, e);
}

static void
put_as_of(struct buf *out, const struct evidence *e)
{
    int64_t age = list_result_file_age_ms(evidence_level(e, 1));
    if (evidence_level(e, 1)->source != SOURCE_ZONE || age <= EVIDENCE_STALE_MS)
        return;
    buf_text(out, " in the zone file of ");
    text_duration(out, age);
    buf_text(out, " ago");
}

/* Only if the data for an estimate is there. */
static void
put_estimate(struct buf *out, const struct evidence *e)
{
    if (!e->has_density || !evidence_level(e, 2)->file.have || e->network.source != NETWORK_MMDB)
        return;
    buf_text(out, " (for an estimate: whylisted asn ");
    put_address(out, e);
    buf_byte(out, ')');
}

static void
put_owner_of(struct buf *out, const struct evidence *e, const struct listed_net *net)
{
    if (net && net->holder.asn)
        put_holder(out, e, &net->holder);
    else
        phrases_holder(out, e->network.asn, e->network.org, "the net's owner");
}

static void
put_owner(struct buf *out, const struct evidence *e)
{
    put_owner_of(out, e, evidence_main_net(e));
}

static void
put_hand(struct buf *out, const struct evidence *e)
{
    char text[PREFIX_TEXT];
    buf_text(out, prefix_text(&evidence_permanent_net(e)->prefix, text));
}

static void
put_hand_owner(struct buf *out, const struct evidence *e)
{
    put_owner_of(out, e, evidence_permanent_net(e));
}

static void
put_zones(struct buf *out, const struct evidence *e)
{
    bool both = list_result_is_listed(evidence_level(e, 2)) && list_result_is_listed(evidence_level(e, 3));
    if (list_result_is_listed(evidence_level(e, 2)))
        buf_format(out, "%s%s", both ? ", " : " or ", catalogue_level(e->catalogue, 2)->zone);
    if (list_result_is_listed(evidence_level(e, 3)))
        buf_format(out, " or %s", catalogue_level(e->catalogue, 3)->zone);
}

static const struct {
    const char *name;
    void (*put)(struct buf *, const struct evidence *);
} placeholders[] = {
    {"{address}", put_address},       {"{net}", put_net},         {"{figures}", put_figures},
    {"{name it}", put_name_it},       {"{outside}", put_outside}, {"{as of}", put_as_of},
    {"{estimate}", put_estimate},     {"{owner}", put_owner},     {"{hand}", put_hand},
    {"{hand owner}", put_hand_owner}, {"{isp}", phrases_isp},     {"{zones}", put_zones},
    {"{provider}", phrases_provider},
};

/* Expands the placeholder at the start of the template. Returns its length; 0 = there is none. */
static size_t
put_placeholder(struct buf *out, const char *template, const struct evidence *e)
{
    for (size_t i = 0; i < sizeof placeholders / sizeof placeholders[0]; i++) {
        size_t length = strlen(placeholders[i].name);
        if (strncmp(template, placeholders[i].name, length) == 0) {
            placeholders[i].put(out, e);
            return length;
        }
    }
    return 0;
}

char *
phrases_expand(const char *template, const struct evidence *e)
{
    struct buf out = {0};
    for (const char *brace; (brace = strchr(template, '{')) != NULL;) {
        buf_bytes(&out, template, (size_t)(brace - template));
        size_t used = put_placeholder(&out, brace, e);
        if (used == 0)
            buf_byte(&out, *brace);
        template = brace + (used ? used : 1);
    }
    buf_text(&out, template);
    return buf_take(&out);
}

/* ---- levels and their troubles ---- */

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

/* For one level, for several. */
static const char *const state_words[STATE_COUNT][2] = {
    [STATE_UNASKED] = {"was not asked", "were not asked"},
    [STATE_REFUSED] = {"refuses to answer this resolver", "refuse to answer this resolver"},
    [STATE_ERROR] = {"gave an error", "gave an error"},
    [STATE_TIMEOUT] = {"gave no answer", "gave no answer"},
    [STATE_INVALID] = {"gave an answer that no DNSBL gives", "gave an answer that no DNSBL gives"},
    [STATE_UNHEALTHY] = {"failed its self-test", "failed their self-tests"},
    [STATE_DEAD] = {"has been shut down", "have been shut down"},
};

static bool
is_trouble(const struct list_result *f)
{
    return !list_result_is_awaited(f) && !list_state_is_known(f->state);
}

static void
put_detail(struct buf *out, const struct list_result *f)
{
    bool said = f->state == STATE_TIMEOUT && f->detail && strcmp(f->detail, outcome_name(OUTCOME_TIMEOUT)) == 0;
    if (f->detail && !said)
        buf_format(out, " (%s)", f->detail);
}

static void
put_trouble(struct buf *out, const struct list_result *f, unsigned levels)
{
    phrases_levels(out, levels);
    buf_format(out, " %s", state_words[f->state][__builtin_popcount(levels) > 1]);
    put_detail(out, f);
}

void
phrases_list_trouble(struct buf *out, const struct list_result *f)
{
    buf_format(out, "%s %s", f->list->zone, state_words[f->state][0]);
    put_detail(out, f);
}

void
phrases_troubles(struct buf *out, const struct evidence *e)
{
    unsigned written = 0;
    for (unsigned i = 0; i < LIST_LEVELS; i++) {
        const struct list_result *f = evidence_level(e, i + 1);
        if (!is_trouble(f) || written & 1U << i)
            continue;
        unsigned same = 0;
        for (unsigned j = i; j < LIST_LEVELS; j++) {
            const struct list_result *other = evidence_level(e, j + 1);
            if (is_trouble(other) && f->state == other->state &&
                strcmp(f->detail ? f->detail : "", other->detail ? other->detail : "") == 0)
                same |= 1U << j;
        }
        if (written)
            buf_text(out, "; ");
        written |= same;
        put_trouble(out, f, same);
    }
}

/* ---- resolvers and their troubles ---- */

#define OR_ANOTHER "or choose another with --resolver ADDRESS."
#define UNFILTERED "Use your own resolver, one that asks the lists' servers itself (--resolver ADDRESS)."

/* For one resolver, for several. */
static const struct {
    const char *words[2];
    const char *advice;
} resolver_troubles[] = {
    [RESOLVER_UNREACHABLE] = {{"cannot be reached", "cannot be reached"}, "Start the resolver, " OR_ANOTHER},
    [RESOLVER_SILENT] = {{"gave no answer", "gave no answer"},
                         "Try again; if it fails again, check that it runs and can reach the internet, " OR_ANOTHER},
    [RESOLVER_REFUSES] = {{"refuses to answer this machine", "refuse to answer this machine"},
                          "Allow this machine to use it, " OR_ANOTHER},
    [RESOLVER_FAILS] = {{"fails at every question (server failure)", "fail at every question (server failure)"},
                        "See its log, and check that it can reach the internet, " OR_ANOTHER},
    [RESOLVER_GARBLES] = {{"gives damaged answers", "give damaged answers"},
                          "See what program answers there, " OR_ANOTHER},
    [RESOLVER_BLOCKS] = {{"gives answers that no DNSBL gives: it blocks the lists, or makes answers up",
                          "give answers that no DNSBL gives: they block the lists, or make answers up"},
                         UNFILTERED},
    [RESOLVER_IGNORANT] = {{"knows none of the lists' test entries: it filters, or cannot reach the internet",
                            "know none of the lists' test entries: they filter, or cannot reach the internet"},
                           UNFILTERED},
    [RESOLVER_INVENTS] = {{"lists whatever is asked, even a random label: it makes answers up",
                           "list whatever is asked, even a random label: they make answers up"},
                          UNFILTERED},
};

static void
put_server(struct buf *out, const struct endpoint *endpoint, size_t index, size_t count)
{
    char server[ENDPOINT_TEXT];
    if (index == 0)
        buf_text(out, count > 1 ? "the resolvers" : "the resolver");
    buf_format(out, "%s %s", index == 0 ? "" : index + 1 < count ? "," : " and", endpoint_text(endpoint, server));
}

void
phrases_resolver_trouble(struct buf *out, const struct evidence *e)
{
    phrases_servers(out, e->servers.at, e->servers.count, evidence_resolver_trouble(e));
}

void
phrases_servers(struct buf *out, const struct endpoint *servers, size_t count, enum resolver_trouble trouble)
{
    for (size_t i = 0; i < count; i++)
        put_server(out, &servers[i], i, count);
    buf_format(out, " %s", resolver_troubles[trouble].words[count > 1]);
}

const char *
phrases_resolver_advice(enum resolver_trouble trouble)
{
    return resolver_troubles[trouble].advice;
}
