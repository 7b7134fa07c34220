#include "verdict/notes.h"

#include "base/clock.h"
#include "base/text.h"
#include "verdict/differences.h"
#include "verdict/list_words.h"
#include "verdict/phrases.h"

static void
add(struct verdict *v, struct buf *text)
{
    vec_push(&v->notes, buf_take(text));
}

/* Notes about listings: levels that are not known, the other two parts, and how many addresses share the impacts. */
static void
on_listings(struct verdict *v, const struct evidence *e)
{
    enum { BOTH = CAUSE_ADDRESS | CAUSE_ALLOCATION };
    bool itself = v->listed & CAUSE_ADDRESS;
    struct buf out = {0};
    if (v->state != VERDICT_UNKNOWN && !v->pending && evidence_has_trouble(e)) {
        buf_text(&out, "Not known: ");
        phrases_troubles(&out, e);
        buf_byte(&out, '.');
        add(v, &out);
    }
    if (v->state != VERDICT_UNKNOWN && list_result_is_listed(evidence_exemption(e))) {
        buf_text(&out, !v->listed ? "A level 1 hit would end the registration at ips.whitelisted.org."
                       : itself
                           ? "Registered at ips.whitelisted.org, but a level 1 hit ends the registration."
                           : "Registered at ips.whitelisted.org, so levels 2 and 3 should not list it: perhaps one of "
                             "the zones is older than the other.");
        add(v, &out);
    }
    if (list_result_is_listed(evidence_backscatterer(e))) {
        buf_text(&out, itself ? "Also on ips.backscatterer.org: it sends bounces to people who never wrote. That "
                                "matters only for mail without a sender (bounces)."
                              : "ips.backscatterer.org matters only for mail without a sender (bounces).");
        add(v, &out);
    }
    const struct listed_net *widest = evidence_widest_net(e);
    char prefix[PREFIX_TEXT];
    if (evidence_counted_company(e, widest) == COMPANY_UNKNOWN && evidence_company(e) == COMPANY_SOME &&
        (v->listed & BOTH) == BOTH) { /* gives the reason for "neighbours" without a count */
        buf_text(&out, "The ");
        text_number(&out, widest->impacts);
        buf_format(&out,
                   " impacts of %s are more than one address causes (at most about %d in 7 days, inferred): neighbours "
                   "are listed too.",
                   prefix_text(&widest->prefix, prefix), EVIDENCE_ADDRESS_IMPACTS);
        add(v, &out);
    }
}

/* rbldnsd omits the most specific texts that do not fit, without TC or TCP, and answers only with the rows of its most
 * specific key. */
static void
on_hidden_nets(struct verdict *v, const struct evidence *e)
{
    const struct list_result *level2 = evidence_level(e, 2);
    bool narrower =
        (e->nets.count > 1 || level2->txt_partial) && !list_result_file_counts(level2) && evidence_may_be_cut(e);
    unsigned wider = evidence_hidden_from(e);
    struct buf out = {0};
    if (!narrower && !wider)
        return;
    buf_format(&out, "%s nets", !wider ? "Narrower" : narrower ? "Other" : "Wider");
    if (wider && !narrower)
        buf_format(&out, " (/%u or larger)", wider);
    buf_text(&out, " may be listed too: ");
    if (narrower)
        buf_format(&out, "%s%s", wider ? "narrower, because " : "",
                   level2->txt_partial ? "texts may be missing from the answer, which has no room for more"
                                       : "the answer is so long that the server may have left texts out");
    if (narrower && wider)
        buf_format(&out, ", and wider (/%u or larger), because ", wider);
    if (wider)
        buf_text(&out, "the DNS shows only the most specific rows and hides the rest");
    buf_format(&out, "; %s zone file has them all.", level2->file.have ? "a fresh" : "the");
    add(v, &out);
}

/* Notes about levels in a set: "Stale: the data of levels 1 and 2" and so on. */
static void
on_set(struct verdict *v, unsigned set, const char *before, const char *behind)
{
    struct buf out = {0};
    if (!set)
        return;
    buf_text(&out, before);
    phrases_levels(&out, set);
    buf_text(&out, behind);
    add(v, &out);
}

/* Notes about missing texts and about data that are not fresh, one sentence for all levels, with the worst date. */
static void
on_levels(struct verdict *v, const struct evidence *e)
{
    unsigned missing = 0, zones = 0, files = 0, future = 0, undated = 0;
    struct data_date zone = {0}, file = {0};
    struct buf age = {0};
    for (unsigned i = 0; i < LIST_LEVELS; i++) {
        const struct list_result *f = evidence_level(e, i + 1);
        struct data_date date = list_result_date(f);
        unsigned bit = 1U << i;
        missing |= f->state == STATE_LISTED && f->txt_missing ? bit : 0;
        if (data_date_age(date) == DATA_STALE) {
            zone = zones ? data_date_worse(zone, date) : date;
            zones |= bit;
        }
        if (f->file.have && !list_result_file_counts(f) && data_date_age(f->file.date) != DATA_FUTURE) {
            file = files ? data_date_worse(file, f->file.date) : f->file.date;
            files |= bit;
        }
        future |= data_date_age(date) == DATA_FUTURE || (f->file.have && data_date_age(f->file.date) == DATA_FUTURE)
                      ? bit
                      : 0;
        undated |= f->file.have && f->file.date.by == DATED_BY_FILE ? bit : 0;
    }
    bool several = files & (files - 1);
    on_set(v, missing, missing & (missing - 1) ? "The texts of " : "The text of ",
           missing & (missing - 1) ? " are missing: the details are not known."
                                   : " is missing: the details are not known.");
    buf_text(&age, " is up to ");
    text_duration(&age, data_date_age_ms(zone));
    buf_text(&age, " old, though the zones are rebuilt hourly.");
    on_set(v, zones, "Stale: the data of ", buf_string(&age));
    buf_clear(&age);
    buf_format(&age, " %s ", several ? "are" : "is");
    buf_text(&age, several && file.by != DATED_UNKNOWN ? "up to " : "");
    data_date_put(&age, file);
    buf_format(&age, "%s: nets and neighbours that only %s may be outdated and do not count here%s.",
               file.by != DATED_UNKNOWN ? ", though the zones are rebuilt hourly" : "",
               several ? "they show" : "it shows", several ? "; " DATA_DATE_FETCH : DATA_DATE_CURE);
    on_set(v, files, several ? "Stale: the zone files of " : "Stale: the zone file of ", buf_string(&age));
    on_set(v, future, "The data of ",
           " are dated in the future: the clock of this machine is wrong, or that of their source.");
    on_set(v, undated, "The zone data of ", " have no date in them; their age is that of the file on this disk.");
    buf_free(&age);
}

/* Notes about lists without a part in the escalation that gave no believable answer: those of the quorum, unless the
 * headline names them, or the rest without those that serve others. */
static void
on_other_troubles(struct verdict *v, const struct evidence *e, bool weighty)
{
    list_results trouble = {0};
    struct buf out = {0};
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        bool named = v->state == VERDICT_UNKNOWN && (weighty || evidence_misses(e, f));
        if (!named && !f->list->part && list_is_weighty(f->list) == weighty && list_result_is_trouble(f) &&
            f->state != STATE_UNASKED && !list_result_is_barred(f))
            vec_push(&trouble, f);
    }
    phrases_lists_trouble(&out, &trouble);
    if (out.count > 0) {
        buf_byte(&out, '.');
        add(v, &out);
    }
    vec_free(&trouble);
}

/* Notes about listings that do not count: those by lists of good addresses, or those without effect. */
static void
on_uncounted(struct verdict *v, const struct evidence *e, bool good)
{
    enum { NAMED = 3 };
    list_results lists = {0};
    struct buf out = {0};
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        if (!f->list->part && f->state == STATE_LISTED && !list_result_is_counted(f) &&
            (list_result_scope(f) == SCOPE_ALLOW) == good)
            vec_push(&lists, f);
    }
    if (lists.count > 0) {
        buf_text(&out, good ? "Known as good by " : "Listed without effect by ");
        list_words_names(&out, &lists, NAMED);
        buf_byte(&out, '.');
        add(v, &out);
    }
    vec_free(&lists);
}

/* Notes about single lists: later states in the journal, which may be newer than an old zone file; lists without a part
 * in the escalation that gave no believable answer, or whose listing does not count; zone files in doubt. */
static void
on_lists(struct verdict *v, const struct evidence *e)
{
    struct buf out = {0};
    for (unsigned i = 0; i < LIST_LEVELS && e->seen.known; i++) {
        const struct list_result *f = evidence_level(e, i + 1);
        struct seen_list seen = evidence_seen(e, f);
        char until[CLOCK_MINUTE];
        if (!list_state_is_known(f->state) || seen.state == f->state || seen.until_ms <= list_result_seen_ms(f))
            continue;
        buf_format(&out, "The journal has a later state of level %u: %s on %s UTC.", i + 1, list_state_name(seen.state),
                   clock_minute(seen.until_ms, until));
        add(v, &out);
    }
    on_other_troubles(v, e, true);
    for (size_t i = 0; i < e->lists.count && !e->offline; i++) {
        if (!e->lists.at[i].file.doubt)
            continue;
        buf_format(&out, "%s is answered from the DNS alone: %s.", e->lists.at[i].list->zone,
                   e->lists.at[i].file.doubt);
        add(v, &out);
    }
}

/* Names the lists of --lists that are never asked; those that serve registered resolvers alone, and where to register;
 * and the number of those that the server has no zones of. */
static void
on_barred_lists(struct verdict *v, const struct evidence *e)
{
    struct buf out = {0};
    unsigned unserved = 0;
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        unserved += f->unserved;
        if (f->list->named && !f->list->chosen && f->detail) {
            buf_format(&out, "%s is not asked: %s.", f->list->zone, f->detail);
            add(v, &out);
        }
        if (!list_result_is_trouble(f) || !list_result_is_barred(f) || f->unserved)
            continue;
        buf_text(&out, f->list->zone);
        phrases_list_trouble(&out, f, false);
        if (*f->list->access_page)
            buf_format(&out, "; to be served: %s", f->list->access_page);
        buf_byte(&out, '.');
        add(v, &out);
    }
    if (unserved > 0) {
        buf_format(&out, "%u other list%s not asked: the server answers for zones of its own alone, not as a resolver.",
                   unserved, unserved > 1 ? "s were" : " was");
        add(v, &out);
    }
}

static void
on_skipped_lines(struct verdict *v, const struct evidence *e)
{
    struct buf out = {0};
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct file_result *local = &e->lists.at[i].file;
        bool several = local->skipped > 1;
        if (local->skipped == 0)
            continue;
        text_number(&out, (int64_t)local->skipped);
        buf_format(&out, " line%s of the zone file %s cannot be parsed and %s skipped (%s %zu).", several ? "s" : "",
                   e->lists.at[i].list->zone, several ? "are" : "is", several ? "the first: line" : "line",
                   local->skipped_at);
        add(v, &out);
    }
}

void
notes_write(struct verdict *v, const struct evidence *e)
{
    on_listings(v, e);
    on_hidden_nets(v, e);
    differences_write(v, e);
    on_levels(v, e);
    on_lists(v, e);
    v->notes_of_weight = v->notes.count;
    on_other_troubles(v, e, false);
    on_barred_lists(v, e);
    on_uncounted(v, e, true);
    on_uncounted(v, e, false);
    on_skipped_lines(v, e);
}
