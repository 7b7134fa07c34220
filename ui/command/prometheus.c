#include "command/prometheus.h"

#include <stdlib.h>

static const struct {
    const char *name, *help;
} metrics[METRICS] = {
    [METRIC_LISTED] = {"whylisted_listed", "1 for each list that lists the target."},
    [METRIC_VERDICT] = {"whylisted_verdict", "Verdict: 0 clear, 1 collateral, 2 direct, 3 unknown."},
    [METRIC_UNKNOWN] = {"whylisted_unknown", "Lists that are needed for the verdict and gave no usable answer."},
    [METRIC_LEVEL2] = {"whylisted_level2_over", "Impacts of the net on level 2 above its limit."},
    [METRIC_LEVEL3] = {"whylisted_level3_score", "Score of the provider on level 3."},
};

/* Labels of a target that has been added. */
struct member {
    struct hashtable_entry entry;
    char labels[];
};

static void
put_label(struct buf *out, const char *name, const char *value)
{
    buf_format(out, "%s%s=\"", out->count > 0 ? "," : "", name);
    for (; *value; value++) {
        if (*value == '\\' || *value == '"')
            buf_byte(out, '\\');
        if (*value == '\n')
            buf_text(out, "\\n");
        else
            buf_byte(out, *value);
    }
    buf_byte(out, '"');
}

/* Returns false if a target with the same labels was added before. */
static bool
remember(struct prometheus *p, const struct buf *labels)
{
    if (hashtable_find(&p->targets, buf_string(labels), labels->count))
        return false;
    struct member *member = mem_alloc(sizeof *member + labels->count + 1);
    memcpy(member->labels, buf_string(labels), labels->count + 1);
    member->entry.key = member->labels;
    member->entry.key_count = labels->count;
    hashtable_add(&p->targets, &member->entry);
    return true;
}

static void
put_sample(struct prometheus *p, enum prometheus_metric metric, const struct buf *labels, double value)
{
    buf_format(&p->samples[metric], "%s{%s} %.10g\n", metrics[metric].name, buf_string(labels), value);
}

static void
add_lists(struct prometheus *p, const struct buf *target, const struct evidence *e)
{
    unsigned unknown = 0;
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        unknown += evidence_expects(e, f) && !list_state_is_known(f->state);
        if (f->state != STATE_LISTED || !list_result_is_counted(f))
            continue;
        struct buf labels = {0};
        buf_text(&labels, buf_string(target));
        put_label(&labels, "list", f->list->zone);
        put_label(&labels, "scope", list_scope_name(list_result_scope(f)));
        put_sample(p, METRIC_LISTED, &labels, 1);
        buf_free(&labels);
    }
    put_sample(p, METRIC_UNKNOWN, target, unknown);
}

void
prometheus_add(struct prometheus *p, const struct result *r)
{
    struct buf labels = {0};
    char address[ADDR_TEXT];
    if (!r->evidence && !r->late)
        return;
    put_label(&labels, "target", r->evidence && !r->survey ? addr_text(&r->evidence->address, address) : r->target);
    put_label(&labels, "label", r->label ? r->label : "");
    if (remember(p, &labels)) {
        const struct listed_net *net = r->evidence ? evidence_deciding_net(r->evidence) : NULL;
        const struct listing *l3 = r->evidence ? evidence_level3(r->evidence) : NULL;
        put_sample(p, METRIC_VERDICT, &labels,
                   result_is_unlistable(r) ? VERDICT_CLEAR
                   : r->evidence           ? r->verdict->state
                                           : VERDICT_UNKNOWN);
        if (r->evidence)
            add_lists(p, &labels, r->evidence);
        if (net && net->impacts != LISTING_UNKNOWN && net->limit > 0)
            put_sample(p, METRIC_LEVEL2, &labels, (double)(net->impacts - net->limit));
        if (l3 && l3->form == LISTING_L3)
            put_sample(p, METRIC_LEVEL3, &labels, l3->score);
    }
    buf_free(&labels);
}

void
prometheus_put(const struct prometheus *p, int64_t run_ms, struct buf *out)
{
    for (size_t i = 0; i < METRICS; i++)
        if (p->samples[i].count > 0)
            buf_format(out, "# HELP %s %s\n# TYPE %s gauge\n%s", metrics[i].name, metrics[i].help, metrics[i].name,
                       buf_string(&p->samples[i]));
    buf_format(out,
               "# HELP whylisted_last_run_timestamp_seconds Time of the last run.\n"
               "# TYPE whylisted_last_run_timestamp_seconds gauge\n"
               "whylisted_last_run_timestamp_seconds %.3f\n",
               (double)run_ms / 1000);
}

void
prometheus_fini(struct prometheus *p)
{
    for (size_t i = 0; i < METRICS; i++)
        buf_free(&p->samples[i]);
    for (size_t i = 0; i < p->targets.room; i++)
        if (hashtable_at(&p->targets, i))
            free(mem_container(hashtable_at(&p->targets, i), struct member, entry));
    hashtable_free(&p->targets);
}
