#include "pages/range.h"

#include "base/clock.h"
#include "base/text.h"
#include "pages/figure.h"
#include "verdict/phrases.h"

enum { MINUTE_MS = 60 * 1000, NAMED_MOST = 4 };

void
range_unpublished(struct buf *out, unsigned length, int64_t limit, int64_t least)
{
    if (least > 0) {
        buf_text(out, ", at least ");
        figure_count(out, least, "impact", "impacts");
    }
    if (limit > 0) {
        buf_text(out, ", limit ");
        text_number(out, limit);
        buf_text(out, length == RANGE_BLOCK ? "" : " if announced");
    }
}

void
range_limit(struct buf *out, int64_t limit)
{
    if (limit <= 0)
        return;
    buf_text(out, ", limit ");
    figure_count(out, limit, "impact", "impacts");
}

void
range_swept(const struct range_summary *range, struct buf *out)
{
    size_t counts[STATE_COUNT] = {0}, filed = 0;
    for (size_t i = 0; i < range->cell_count; i++) {
        counts[range->cells[i].state]++;
        filed += range->cells[i].listed && range->cells[i].state != STATE_LISTED;
    }
    size_t failed = range->cell_count - counts[STATE_LISTED] - counts[STATE_CLEAR] - counts[STATE_UNASKED];
    figure_count(out, (int64_t)counts[STATE_LISTED], "listed address", "listed addresses");
    buf_format(out, ", %zu not listed", counts[STATE_CLEAR]);
    if (failed > 0)
        buf_format(out, ", %zu without a believable answer", failed);
    if (counts[STATE_UNASKED] > 0)
        buf_format(out, ", %zu not answered yet", counts[STATE_UNASKED]);
    if (filed > 0) {
        buf_text(out, " (the zone file, ");
        figure_age(out, range->filed_date);
        buf_format(out, ", lists %zu of them)", filed);
    }
}

/* Without level 2's zone file nothing says that a net is not published. */
static void
put_level2(const struct range_summary *range, struct buf *out)
{
    static const char *const inside[] = {
        [COVER_NONE] = "", [COVER_PARTS] = ", but parts of it are", [COVER_WHOLE] = ", but all its parts are"};
    char prefix[PREFIX_TEXT];
    if (range->own) {
        buf_text(out, range->knows_nets ? "; published: " : "; published (DNS): ");
        phrases_net(out, range->own);
        if (listed_net_times(range->own) > 0) {
            buf_text(out, " (");
            figure_times(out, listed_net_times(range->own));
            buf_byte(out, ')');
        }
        return;
    }
    bool unpublished = range->knows_nets && range->limit > 0;
    buf_text(out, unpublished ? "; not published itself" : "");
    if (range->around > 0) {
        const struct listed_net *net = &range->nets.at[range->around - 1];
        buf_format(out, "%s inside %s with ", unpublished ? ", but" : ";", prefix_text(&net->prefix, prefix));
        phrases_net(out, net);
    } else if (unpublished) {
        buf_text(out, inside[range->level2]);
    }
}

static void
put_listed(const struct range_summary *range, struct buf *out)
{
    uint64_t size = prefix_size(&range->prefix);
    text_number(out, (int64_t)range->listed);
    buf_text(out, " of ");
    figure_count(out, (int64_t)size, "address is", "addresses are");
    buf_text(out, " on level 1 (");
    figure_share(out, range->listed, size);
    buf_byte(out, ')');
}

void
range_counts(const struct range_summary *range, struct buf *out)
{
    if (range->source != RANGE_ZONES)
        return;
    put_listed(range, out);
    if (!range->by_address) {
        buf_text(out, ", in ");
        text_number(out, (int64_t)range->rows.count);
        buf_text(out, " of ");
        text_number(out, (int64_t)(prefix_size(&range->prefix) / RANGE_CELLS));
        buf_text(out, " /24s");
    }
    buf_byte(out, '.');
}

void
range_sentence(const struct range_summary *range, struct buf *out)
{
    static const char *const level3[] = {
        [COVER_NONE] = "; not on level 3", [COVER_PARTS] = "; parts on level 3", [COVER_WHOLE] = "; all on level 3"};
    char prefix[PREFIX_TEXT];
    uint64_t size = prefix_size(&range->prefix);
    buf_format(out, "%s: ", prefix_text(&range->prefix, prefix));
    if (range->source == RANGE_SWEEP) {
        range_swept(range, out);
    } else if (range->source == RANGE_ZONES) {
        put_listed(range, out);
    } else {
        figure_count(out, (int64_t)size, "address; unknown whether it is listed",
                     "addresses; unknown which of them are listed");
    }
    if (range->knows_nets && !range->own)
        range_unpublished(out, range->prefix.length, range->limit, range->least);
    else if (range->source != RANGE_UNKNOWN || range->own)
        range_limit(out, range->limit);
    put_level2(range, out);
    buf_text(out, range->knows_level3 ? level3[range->level3] : "");
}

static const struct table_sign is_clear = {GLYPH_CLEAR, ROLE_CLEAR}, is_listed = {GLYPH_LISTED, ROLE_LISTED},
                               is_partly = {GLYPH_LISTED, ROLE_WARN}, is_unknown = {GLYPH_UNKNOWN, ROLE_UNKNOWN};

/* Writes about the net that lists the range. */
static void
put_net(const struct range_summary *range, const struct listed_net *net, struct range_level *out)
{
    char prefix[PREFIX_TEXT];
    if (net != range->own)
        buf_format(&out->words, "in %s: ", prefix_text(&net->prefix, prefix));
    if (!net->permanent && net->impacts == LISTING_UNKNOWN)
        buf_text(&out->words, "listed, ");
    phrases_net(&out->words, net);
    out->times = listed_net_times(net);
    if (out->times == 0)
        return;
    buf_text(&out->words, ", limit ");
    text_number(&out->words, net->limit);
    buf_text(&out->words, " (");
    figure_times(&out->words, out->times);
    buf_text(&out->words, range->knows_nets ? ")" : "), by DNS");
}

void
range_level2(const struct range_summary *range, struct range_level *out)
{
    static const char *const inside[] = {
        [COVER_NONE] = "not published", [COVER_PARTS] = "parts", [COVER_WHOLE] = "all its parts"};
    *out = (struct range_level){.sign = is_listed};
    const struct listed_net *net = range->own ? range->own : range_summary_deciding(range);
    if (net) {
        put_net(range, net, out);
        return;
    }
    if (!range->knows_nets) {
        out->sign = range->nets.count > 0 ? is_partly : is_unknown;
        buf_text(&out->words, range->nets.count > 0 ? "parts, by DNS" : "not known");
        return;
    }
    out->sign = range->level2 == COVER_NONE ? is_clear : is_partly;
    buf_text(&out->words, inside[range->level2]);
    bool is_record = range->announced && prefix_equal(&range->record.record, &range->prefix);
    range_unpublished(&out->words, is_record ? RANGE_BLOCK : range->prefix.length, range->limit, range->least);
    out->times = range->limit > 0 ? (double)range->least / (double)range->limit : 0;
}

void
range_level3(const struct range_summary *range, struct range_level *out)
{
    const struct table_sign signs[] = {[COVER_NONE] = is_clear, [COVER_PARTS] = is_partly, [COVER_WHOLE] = is_listed};
    *out = (struct range_level){.sign = range->knows_level3 ? signs[range->level3] : is_unknown};
    buf_text(&out->words, range->knows_level3 ? cover_name(range->level3) : "not known");
}

void
range_nets_source(const struct range_summary *range, struct buf *out)
{
    if (range->dns_facts_ms == 0)
        return;
    int64_t age_ms = clock_wall_ms() - range->dns_facts_ms;
    buf_text(out, range->nets.count == 1 ? "The net below comes" : "The nets below come");
    buf_text(out, " from DNS answers");
    if (age_ms >= MINUTE_MS) {
        buf_text(out, ", ");
        text_duration(out, age_ms / MINUTE_MS * MINUTE_MS);
        buf_text(out, " old");
    }
    buf_text(out, "; there may be others.");
}

void
range_difference(const struct range_summary *range, struct buf *out)
{
    size_t count = 0;
    for (size_t i = 0; range->by_address && i < range->cell_count; i++)
        count += range_spot_is_contradicted(&range->cells[i]);
    if (count == 0)
        return;
    buf_text(out, "DNS (data ");
    figure_age(out, data_date_of_serial(range->swept));
    buf_text(out, ") and zone file (");
    figure_age(out, range->filed_date);
    buf_text(out, ") differ on ");
    figure_count(out, (int64_t)count, "address", "addresses");
    buf_byte(out, '.');
}

void
range_contradicted(const struct range_summary *range, struct buf *out)
{
    static const struct {
        enum list_state state; /* in the sweep */
        const char *where;     /* ... then the only one that lists the address */
    } sides[] = {{STATE_LISTED, "DNS"}, {STATE_CLEAR, "the file"}};
    for (size_t side = 0; range->by_address && side < sizeof sides / sizeof sides[0]; side++) {
        size_t count = 0;
        for (size_t i = 0; i < range->cell_count; i++) {
            const struct range_spot *spot = &range->cells[i];
            char address[ADDR_TEXT];
            if (!range_spot_is_contradicted(spot) || spot->state != sides[side].state)
                continue;
            if (count == 0)
                buf_format(out, "%snly in %s: ", out->count > 0 ? "; o" : "O", sides[side].where);
            if (count++ < NAMED_MOST)
                buf_format(out, "%s%s", count > 1 ? ", " : "", addr_text(&spot->prefix.addr, address));
        }
        if (count > NAMED_MOST)
            buf_format(out, " and %zu more", count - NAMED_MOST);
    }
    buf_text(out, out->count > 0 ? "." : "");
}

void
range_another(const struct range_summary *range, struct dataset *dataset, const struct dns_facts *facts,
              struct buf *out)
{
    bool listed = range->level2 != COVER_NONE || range->level3 != COVER_NONE;
    uint32_t asn = range->announced ? range->record.asn : 0;
    const struct provider *provider = listed && asn ? dataset_provider(dataset, asn) : NULL;
    if (provider)
        provider_another(provider, dns_facts_level3(facts, asn), out);
    buf_text(out, out->count > 0 ? "." : "");
}

void
range_spared(const struct range_summary *range, struct dataset *dataset, struct buf *out)
{
    uint32_t asn = range->announced && range->knows_level3 && range->level3 == COVER_NONE ? range->record.asn : 0;
    const struct provider *provider = asn ? dataset_provider(dataset, asn) : NULL;
    if (provider && provider->density.level3 == LEVEL3_OWN)
        buf_format(out, "Level 3 lists AS%u, but its zone file has none of these addresses.", asn);
}

void
range_holder(const struct range_summary *range, struct buf *out)
{
    char record[PREFIX_TEXT], here[ADDR_TEXT], day[CLOCK_TEXT];
    if (!range->announced)
        return;
    if (range->record.record.length > range->prefix.length)
        buf_format(out, "spans several providers; %s is in ",
                   addr_text(range->has_here ? &range->here : &range->prefix.addr, here));
    phrases_holder(out, range->record.asn, range->record.org, "no ASN recorded");
    prefix_text(&range->record.record, record);
    if (range->record.announced_ms)
        buf_format(out, ", announced as %s (routing table of %s)", record,
                   clock_text(range->record.announced_ms, "%Y-%m-%d", day, sizeof day));
    else
        buf_format(out, ", record %s (ASN database)", record);
}

void
range_spots_name(const struct range_summary *range, bool roomy, struct buf *out)
{
    size_t ones = 0;
    bool unknown = range->source == RANGE_UNKNOWN;
    text_number(out, (int64_t)(range->by_address && !unknown ? range->listed : range->rows.count));
    if (range->by_address) {
        buf_text(out, unknown ? " in the journal" : " of ");
        if (!unknown)
            text_number(out, (int64_t)prefix_size(&range->prefix));
        buf_text(out, unknown ? "" : " listed");
        if (range->left > 0)
            buf_format(out, ", %zu left", range->left);
        return;
    }
    for (size_t i = 0; i < range->rows.count; i++)
        ones += range->rows.at[i].listed == 1;
    buf_text(out, " of ");
    text_number(out, (int64_t)(prefix_size(&range->prefix) / RANGE_CELLS));
    buf_text(out, roomy ? " /24s listed" : " /24s");
    if (ones > 0 && ones < range->rows.count)
        buf_format(out, ", %zu with 1", ones);
}

struct prefix
range_step(const struct range_summary *range, const struct addr *address, bool wider)
{
    const struct prefix *here = &range->prefix;
    struct prefix own = prefix_around(address, RANGE_BLOCK), found = {0}, known;
    size_t nets = range->nets.count;
    for (size_t i = 0; i < nets + 2; i++) {
        known = i < nets ? range->nets.at[i].prefix : i == nets ? own : range->record.record;
        bool beyond = wider
                          ? known.length < here->length && prefix_covers(&known, here)
                          : known.length > here->length && known.length <= RANGE_BLOCK && prefix_holds(&known, address);
        bool nearer =
            found.addr.family == ADDR_NONE || (wider ? known.length > found.length : known.length < found.length);
        if (beyond && nearer && known.length >= POLICY_SHORTEST && (i <= nets || range->announced))
            found = known;
    }
    return found;
}
