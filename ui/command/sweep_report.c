#include "command/sweep_report.h"

#include "base/text.h"
#include "command/output.h"
#include "session/exit_status.h"

enum { COL = 1, COL_LIST = 3 };

static const char *
address_at(const struct prefix *prefix, size_t index, char out[static ADDR_TEXT])
{
    struct addr address = addr_from_v4(addr_to_v4(&prefix->addr) + (uint32_t)index);
    return addr_text(&address, out);
}

static void
put_counts(struct buf *out, const struct sweep_counts *c, const struct prefix *prefix)
{
    char name[PREFIX_TEXT];
    buf_format(out, "%s: %zu listed on level 1, %zu clear", prefix_text(prefix, name), c->listed, c->clear);
    if (c->listed + c->clear < c->total)
        buf_format(out, ", %zu not known (%zu of %zu answered)", c->total - c->listed - c->clear, c->answered,
                   c->total);
    buf_byte(out, '.');
}

/* There must be one. */
static void
put_problem(struct buf *out, const struct sweep_counts *c, const struct sweep *sweep)
{
    buf_format(out, "%s: %s.", c->answered > 0 ? "Level 1 is not believed" : "Cannot tell", sweep_problem(sweep));
}

static void
put_listed(struct buf *out, const struct sweep_counts *c, const struct sweep *sweep, const struct prefix *prefix)
{
    char name[ADDR_TEXT];
    size_t start = out->count;
    for (size_t i = 0; i < c->total && c->listed > 0; i++)
        if (sweep_state(sweep, i) == STATE_LISTED)
            buf_format(out, "%s%s", out->count > start ? ", " : "", address_at(prefix, i, name));
}

int
sweep_report_status(const struct sweep *sweep)
{
    struct sweep_counts c;
    sweep_counts(sweep, &c);
    return c.listed > 0 ? STATUS_DIRECT : c.clear < c.total ? STATUS_UNKNOWN : STATUS_CLEAR;
}

void
sweep_report_nagios(struct buf *out, const struct sweep *sweep, const struct prefix *prefix)
{
    static const char *const words[] = {
        [STATUS_CLEAR] = "OK", [STATUS_DIRECT] = "CRITICAL", [STATUS_UNKNOWN] = "UNKNOWN"};
    struct sweep_counts c;
    struct buf text = {0};
    sweep_counts(sweep, &c);
    put_counts(&text, &c, prefix);
    if (sweep_problem(sweep)) {
        buf_byte(&text, ' ');
        put_problem(&text, &c, sweep);
    }
    buf_format(out, "DNSBL %s - ", words[sweep_report_status(sweep)]);
    output_without_bars(out, buf_string(&text));
    buf_format(out, " | listed=%zu clear=%zu unknown=%zu\n", c.listed, c.clear, c.total - c.listed - c.clear);
    buf_clear(&text);
    put_listed(&text, &c, sweep, prefix);
    if (text.count > 0)
        buf_format(out, "%s\n", buf_string(&text));
    buf_free(&text);
}

void
sweep_report_text(struct page *p, const struct sweep *sweep, const struct prefix *prefix)
{
    struct sweep_counts c;
    struct buf text = {0};
    sweep_counts(sweep, &c);
    put_counts(&text, &c, prefix);
    page_row(p, 0);
    page_wrap(p, COL, ROLE_STRONG, buf_string(&text));
    buf_clear(&text);
    if (sweep_problem(sweep)) {
        page_row(p, 0);
        put_problem(&text, &c, sweep);
        page_wrap(p, COL, ROLE_WARN, buf_string(&text));
        buf_clear(&text);
    }
    put_listed(&text, &c, sweep, prefix);
    if (text.count > 0) {
        page_gap(p);
        page_row(p, 0);
        page_wrap(p, COL_LIST, ROLE_LISTED, buf_string(&text));
    }
    buf_free(&text);
}

void
sweep_report_csv(struct buf *out, const struct sweep *sweep, const struct prefix *prefix)
{
    struct sweep_counts c;
    char name[ADDR_TEXT];
    sweep_counts(sweep, &c);
    buf_text(out, "address,state\r\n");
    for (size_t i = 0; i < c.total; i++)
        buf_format(out, "%s,%s\r\n", address_at(prefix, i, name), list_state_name(sweep_state(sweep, i)));
}
