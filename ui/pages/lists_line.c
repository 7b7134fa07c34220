#include "pages/lists_line.h"

#include "verdict/list_words.h"

static void
count_state(struct lists_sum *sum, const struct list_result *f)
{
    switch (f->state) {
    case STATE_CLEAR:
        sum->clear++;
        break;
    case STATE_LISTED:
        sum->good += list_result_scope(f) == SCOPE_ALLOW && list_result_meaning(f) != CODE_INFO;
        sum->policy += list_result_is_counted(f) && list_result_scope(f) == SCOPE_POLICY;
        sum->listed += list_result_is_counted(f) && list_result_scope(f) != SCOPE_POLICY;
        break;
    case STATE_UNHEALTHY:
        sum->unproved++;
        break;
    default:
        if (f->unserved)
            sum->unserved++;
        else if (list_result_is_barred(f))
            sum->barred++;
        else if (f->state == STATE_REFUSED)
            sum->refused++;
        else
            sum->silent++;
    }
}

/* Names the weightiest one: "Spamhaus CSS, +2". */
static void
put_names(struct buf *out, const struct evidence *e)
{
    list_results others = {0};
    evidence_others(e, &others);
    if (others.count > 0)
        list_words_short_name(out, others.at[0]);
    if (others.count > 1)
        buf_format(out, ", +%zu", others.count - 1);
    vec_free(&others);
}

void
lists_line_count(struct lists_sum *out, const struct evidence *e, bool all)
{
    *out = (struct lists_sum){0};
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        bool unasked = f->state == STATE_UNASKED && !f->pending; /* as offline, without a zone file */
        bool silent = !all && f->list->scope == SCOPE_ALLOW && f->state == STATE_CLEAR; /* neither good nor bad */
        if (unasked || silent || !list_is_asked(f->list, e->address.family) || (f->list->part && !all))
            continue;
        out->asked++;
        if (list_result_is_awaited(f))
            out->awaited++;
        else
            count_state(out, f);
    }
    put_names(&out->names, e);
}

void
lists_line_put(struct buf *out, const struct lists_sum *sum)
{
    size_t counted = sum->listed + sum->policy, start = out->count;
    enum { SETTLED = 4 }; /* the parts from this one on wait until all have answered */
    bool asking = sum->awaited > 0, all_clear = sum->clear == sum->asked;
    const struct {
        size_t count;
        const char *one, *many;
        bool named;
    } parts[] = {
        {asking ? sum->asked - sum->awaited : 0, "answered", "answered", false},
        {!asking && counted == 0 && !all_clear ? sum->clear : 0, "clear", "clear", false},
        {sum->listed, "listed", "listed", sum->policy == 0},
        {sum->policy, "by policy", "by policy", true},
        {sum->unproved, "failed its self-test", "failed their self-test", false},
        {sum->silent, "gave no usable answer", "gave no usable answer", false},
        {sum->refused, "refuses", "refuse", false},
        {sum->barred, "not for this resolver", "not for this resolver", false},
        {sum->unserved, "not served by this server", "not served by this server", false},
        {sum->good, "calls it good", "call it good", false},
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].count == 0 || (asking && i >= SETTLED))
            continue;
        buf_format(out, "%s%zu %s", out->count > start ? "  " : "", parts[i].count,
                   parts[i].count == 1 ? parts[i].one : parts[i].many);
        if (parts[i].named && sum->names.count > 0)
            buf_format(out, " (%s)", buf_string(&sum->names));
    }
    if (out->count == start)
        buf_text(out, asking ? "asking ..." : sum->asked > 0 ? "none lists it" : "none is asked");
}

struct address_look
lists_line_look(const struct lists_sum *sum)
{
    enum list_state state = sum->listed + sum->policy > 0                    ? STATE_LISTED
                            : sum->unproved + sum->silent + sum->refused > 0 ? STATE_UNHEALTHY
                            : sum->asked == 0 || sum->clear + sum->good == 0 ? STATE_UNASKED
                                                                             : STATE_CLEAR;
    if (state != STATE_LISTED && sum->awaited > 0)
        return (struct address_look){GLYPH_ASKING, ROLE_ASKING};
    return address_looks[state];
}
