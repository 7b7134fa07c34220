#include "command/sweep_report.h"

#include "text.h"

enum { COL = 1, COL_LIST = 3 };

static const char *
address_at(const struct prefix *prefix, size_t index, char out[static ADDR_TEXT])
{
    struct addr address = addr_from_v4(addr_to_v4(&prefix->addr) + (uint32_t)index);
    return addr_text(&address, out);
}

void
sweep_report_text(struct page *p, const struct sweep *sweep, const struct prefix *prefix)
{
    struct sweep_counts c;
    struct buf text = {0};
    char name[PREFIX_TEXT];
    sweep_counts(sweep, &c);
    buf_format(&text, "%s: %zu listed on level 1, %zu clear", prefix_text(prefix, name), c.listed, c.clear);
    if (c.listed + c.clear < c.total)
        buf_format(&text, ", %zu not known (%zu of %zu answered)", c.total - c.listed - c.clear, c.answered, c.total);
    buf_byte(&text, '.');
    page_row(p, 0);
    page_wrap(p, COL, ROLE_STRONG, buf_string(&text));
    buf_clear(&text);
    if (sweep_problem(sweep)) {
        page_row(p, 0);
        buf_format(&text, "%s: %s.", c.answered > 0 ? "Level 1 is not believed" : "Cannot tell", sweep_problem(sweep));
        page_wrap(p, COL, ROLE_WARN, buf_string(&text));
        buf_clear(&text);
    }
    for (size_t i = 0; i < c.total && c.listed > 0; i++)
        if (sweep_state(sweep, i) == STATE_LISTED)
            buf_format(&text, "%s%s", text.count ? ", " : "", address_at(prefix, i, name));
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
        buf_format(out, "%s,%s\r\n", address_at(prefix, i, name), state_name(sweep_state(sweep, i)));
}
