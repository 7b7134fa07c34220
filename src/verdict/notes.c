#include "verdict/notes.h"

#include "base/clock.h"
#include "base/text.h"
#include "verdict/differences.h"
#include "verdict/phrases.h"

static void
add(struct verdict *v, struct buf *text)
{
    vec_push(&v->notes, buf_take(text));
}

static void
unknown_levels(struct verdict *v, const struct evidence *e)
{
    struct buf out = {0};
    if (v->state == VERDICT_UNKNOWN || v->pending || !evidence_has_trouble(e))
        return;
    buf_text(&out, "Not known: ");
    phrases_troubles(&out, e);
    buf_byte(&out, '.');
    add(v, &out);
}

static void
exemption(struct verdict *v, const struct evidence *e)
{
    struct buf out = {0};
    if (v->state == VERDICT_UNKNOWN || !list_result_is_listed(evidence_exemption(e)))
        return;
    if (!v->listed)
        buf_text(&out, "A level 1 hit would end the registration at ips.whitelisted.org.");
    else if (v->listed & CAUSE_ADDRESS)
        buf_text(&out, "Registered at ips.whitelisted.org, but a level 1 hit ends the registration.");
    else
        buf_text(&out,
                 "Registered at ips.whitelisted.org, so levels 2 and 3 should not list it: perhaps one of the zones "
                 "is older than the other.");
    add(v, &out);
}

static void
backscatter(struct verdict *v, const struct evidence *e)
{
    struct buf out = {0};
    if (!list_result_is_listed(evidence_backscatterer(e)))
        return;
    if (v->listed & CAUSE_ADDRESS)
        buf_text(&out, "Also on ips.backscatterer.org: it sends bounces to people who never wrote. That matters only "
                       "for mail without a sender (bounces).");
    else
        buf_text(&out, "ips.backscatterer.org matters only for mail without a sender (bounces).");
    add(v, &out);
}

/* rbldnsd omits the most specific texts that do not fit, without TC or TCP, and answers only with the rows of its most
 * specific key. */
static void
untold_nets(struct verdict *v, const struct evidence *e)
{
    bool narrower = e->nets.count > 1 && !list_result_file_counts(evidence_level(e, 2)) && evidence_may_be_cut(e);
    unsigned wider = evidence_hidden_from(e);
    struct buf out = {0};
    if (!narrower && !wider)
        return;
    buf_format(&out, "%s nets", !wider ? "Narrower" : narrower ? "Other" : "Wider");
    if (wider && !narrower)
        buf_format(&out, " (/%u or larger)", wider);
    buf_text(&out, " may be listed too: ");
    if (narrower)
        buf_format(&out, "%sthe answer is so long that the server may have left texts out",
                   wider ? "narrower, because " : "");
    if (narrower && wider)
        buf_format(&out, ", and wider (/%u or larger), because ", wider);
    if (wider)
        buf_text(&out, "the DNS shows only the most specific rows and hides the rest");
    buf_format(&out, "; %s zone file has them all.", evidence_level(e, 2)->file.have ? "a fresh" : "the");
    add(v, &out);
}

/* The reason for "neighbours" without a count. */
static void
company(struct verdict *v, const struct evidence *e)
{
    struct buf out = {0};
    bool inferred = evidence_counted_company(e) == COMPANY_UNKNOWN && evidence_company(e) == COMPANY_SOME;
    if (!inferred || (v->listed & (CAUSE_ADDRESS | CAUSE_ALLOCATION)) != (CAUSE_ADDRESS | CAUSE_ALLOCATION))
        return;
    text_number(&out, evidence_widest_net(e)->impacts);
    buf_format(&out,
               " impacts are more than one address causes (at most about %d in 7 days, inferred): neighbours are "
               "listed too.",
               EVIDENCE_ADDRESS_IMPACTS);
    add(v, &out);
}

static void
missing_texts(struct verdict *v, const struct evidence *e)
{
    struct buf out = {0};
    unsigned missing = 0;
    for (unsigned i = 0; i < LIST_LEVELS; i++) {
        const struct list_result *f = evidence_level(e, i + 1);
        missing |= f->state == STATE_LISTED && f->txt_missing ? 1U << i : 0;
    }
    if (!missing)
        return;
    bool several = missing & (missing - 1);
    buf_text(&out, several ? "The texts of " : "The text of ");
    phrases_levels(&out, missing);
    buf_format(&out, " %s missing: the details are not known.", several ? "are" : "is");
    add(v, &out);
}

/* One sentence for all stale zones, with the age of the oldest. */
static void
stale_zones(struct verdict *v, const struct evidence *e)
{
    struct buf out = {0};
    unsigned stale = 0;
    int64_t oldest = 0;
    for (unsigned i = 0; i < LIST_LEVELS; i++) {
        int64_t age = list_result_zone_age_ms(evidence_level(e, i + 1));
        if (age > EVIDENCE_STALE_MS)
            stale |= 1U << i;
        if (age > oldest)
            oldest = age;
    }
    if (!stale)
        return;
    buf_text(&out, "Stale: the data of ");
    phrases_levels(&out, stale);
    buf_text(&out, " is up to ");
    text_duration(&out, oldest);
    buf_text(&out, " old, though the zones are rebuilt hourly.");
    add(v, &out);
}

/* Zone files that are not current. */
static void
stale_files(struct verdict *v, const struct evidence *e)
{
    struct buf out = {0};
    unsigned stale = 0;
    int64_t oldest = 0;
    bool known = true;
    for (unsigned i = 0; i < LIST_LEVELS; i++) {
        const struct list_result *f = evidence_level(e, i + 1);
        int64_t age = list_result_file_age_ms(f);
        if (!f->file.have || list_result_file_counts(f))
            continue;
        stale |= 1U << i;
        known = known && age >= 0;
        if (age > oldest)
            oldest = age;
    }
    if (!stale)
        return;
    bool several = stale & (stale - 1);
    buf_format(&out, "Stale: the zone file%s of ", several ? "s" : "");
    phrases_levels(&out, stale);
    buf_format(&out, " %s %s", several ? "are" : "is", !known ? "of unknown age" : several ? "up to " : "");
    if (known) {
        text_duration(&out, oldest);
        buf_text(&out, " old, though the zones are rebuilt hourly");
    }
    buf_format(&out, ": nets and neighbours that only %s may be outdated and do not count here.",
               several ? "they show" : "it shows");
    add(v, &out);
}

static void
skipped_lines(struct verdict *v, const struct evidence *e)
{
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct file_result *local = &e->lists.at[i].file;
        struct buf out = {0};
        if (local->skipped == 0)
            continue;
        text_number(&out, (int64_t)local->skipped);
        buf_format(&out, " line%s of the zone file %s cannot be parsed and %s skipped (%s %zu).",
                   local->skipped > 1 ? "s" : "", e->lists.at[i].list->zone, local->skipped > 1 ? "are" : "is",
                   local->skipped > 1 ? "the first: line" : "line", local->skipped_at);
        add(v, &out);
    }
}

/* The journal may be newer than an old zone file. */
static void
newer_seen(struct verdict *v, const struct evidence *e)
{
    for (unsigned i = 0; i < LIST_LEVELS; i++) {
        const struct list_result *f = evidence_level(e, i + 1);
        struct seen_list seen = evidence_seen(e, f);
        struct buf out = {0};
        char until[CLOCK_MINUTE];
        if (!e->seen.known || !list_state_is_known(f->state) || seen.state == f->state ||
            seen.until_ms <= list_result_seen_ms(f))
            continue;
        buf_format(&out, "The journal has a later state of level %u: %s on %s UTC.", i + 1, list_state_name(seen.state),
                   clock_minute(seen.until_ms, until));
        add(v, &out);
    }
}

/* Lists without a part in the escalation that gave no believable answer, or whose listing does not count. */
static void
other_lists(struct verdict *v, const struct evidence *e)
{
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        struct buf out = {0};
        if (f->list->part || list_result_is_awaited(f) || f->state == STATE_UNASKED || f->state == STATE_CLEAR)
            continue;
        if (f->state != STATE_LISTED)
            phrases_list_trouble(&out, f);
        else if (!list_result_is_counted(f))
            buf_format(&out, "%s knows the address, which does not count as a listing", f->list->zone);
        else
            continue;
        buf_byte(&out, '.');
        add(v, &out);
    }
}

void
notes_write(struct verdict *v, const struct evidence *e)
{
    unknown_levels(v, e);
    exemption(v, e);
    backscatter(v, e);
    company(v, e);
    untold_nets(v, e);
    differences_write(v, e);
    missing_texts(v, e);
    stale_zones(v, e);
    stale_files(v, e);
    newer_seen(v, e);
    other_lists(v, e);
    skipped_lines(v, e);
}
