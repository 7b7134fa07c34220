#include "base/text.h"
#include "fuzz.h"
#include "lists/listing_text.h"
#include "lists/return_code.h"

#include <inttypes.h>

/* The texts that the operator would write for what was understood; their forms are those of the real zones. */
static void
write_text(struct buf *out, const struct listing *l)
{
    char address[ADDR_TEXT], net[PREFIX_TEXT];
    struct buf holder = {0};
    buf_format(&holder, "%s%s%s/AS%" PRIu32, l->holder.org, l->holder.country[0] ? ", " : "", l->holder.country,
               l->holder.asn);
    const char *who = buf_string(&holder);
    const char *kind = l->kind == NET_SLASH24 ? "NET" : "Net";
    addr_text(&l->address, address);
    prefix_text(&l->net, net);

    switch (l->form) {
    case LISTING_RAW:
    case LISTING_TEST:
        break;
    case LISTING_L1:
    case LISTING_DEFAULT:
        buf_format(out, "IP %s is UCEPROTECT-Level %u listed. See http://", address, l->level);
        break;
    case LISTING_L2:
        buf_format(out,
                   "%s %s is UCEPROTECT-Level2 listed because %" PRId64 " impacts are seen from %s there. See:", kind,
                   net, l->impacts, who);
        break;
    case LISTING_L2_OLD:
        buf_format(out,
                   "%s %s is UCEPROTECT-Level2 listed because %" PRId64 " abusers  are hosted by %s there. See:", kind,
                   net, l->abusers, who);
        break;
    case LISTING_L2_PERMANENT:
        buf_format(out, "%s %s is UCEPROTECT-Level2 PERMANENT listed -> See:", kind, net);
        break;
    case LISTING_L3:
        buf_format(out, "Your ISP %s is UCEPROTECT-Level3 listed because of a spamscore of %.6f. See:", who, l->score);
        break;
    case LISTING_L3_OLD:
        buf_format(out, "Your ISP %s is UCEPROTECT-Level3 listed for hosting a total of %" PRId64 " abusers. See:", who,
                   l->abusers);
        break;
    case LISTING_WHITELISTED:
        buf_format(out, "IP %s is WHITELISTED at ips.whitelisted.org. See", address);
        break;
    case LISTING_BACKSCATTER:
        buf_format(out, "Sorry %s is blacklisted at http://www.backscatterer.org/?ip=%s", address, address);
        break;
    }
    buf_free(&holder);
}

static void
check_fields(const struct listing *l)
{
    FUZZ_CHECK(l->level <= 3);
    FUZZ_CHECK((l->impacts >= 0) == (l->form == LISTING_L2));
    FUZZ_CHECK((l->abusers >= 0) == (l->form == LISTING_L2_OLD || l->form == LISTING_L3_OLD));
    FUZZ_CHECK((l->score >= 0) == (l->form == LISTING_L3));
    FUZZ_CHECK(l->level == 2 || l->net.addr.family == ADDR_NONE);
    FUZZ_CHECK(l->kind == NET_ANNOUNCED || l->net.length == 24);
    FUZZ_CHECK(strlen(l->holder.org) < LISTING_ORG);
    FUZZ_CHECK(strlen(l->holder.country) == 0 || strlen(l->holder.country) == 2);
}

static void
check_same(const struct listing *a, const struct listing *b)
{
    FUZZ_CHECK(a->form == b->form && a->level == b->level && a->kind == b->kind);
    FUZZ_CHECK(addr_equal(&a->address, &b->address) && prefix_equal(&a->net, &b->net));
    FUZZ_CHECK(a->impacts == b->impacts && a->abusers == b->abusers && a->score == b->score);
    FUZZ_CHECK(a->holder.asn == b->holder.asn);
    FUZZ_CHECK(strcmp(a->holder.country, b->holder.country) == 0);
    FUZZ_CHECK(strcmp(a->holder.org, b->holder.org) == 0);
}

static void
check_text(const char *text)
{
    struct listing l, again;
    bool good = listing_parse(text, &l);
    FUZZ_CHECK(good == (l.form != LISTING_RAW));
    check_fields(&l);
    if (!good || l.form == LISTING_TEST)
        return;
    struct buf out = {0};
    write_text(&out, &l);
    FUZZ_CHECK(listing_parse(buf_string(&out), &again));
    check_same(&l, &again);
    buf_free(&out);
}

/* The bytes as A records. */
static void
check_answers(const uint8_t *data, size_t count)
{
    enum { MOST = 8 };
    struct addr answers[MOST];
    size_t n = 0;
    for (; n < MOST && (n + 1) * 4 <= count; n++)
        answers[n] = (struct addr){ADDR_V4, {data[4 * n], data[4 * n + 1], data[4 * n + 2], data[4 * n + 3]}};
    if (n == 0)
        return;
    static const return_codes none;
    enum list_state state = code_meaning_state(return_codes_judge(&none, answers, n));
    struct buf out = {0};
    return_codes_explain(&none, &out, answers, n);
    FUZZ_CHECK(state == STATE_LISTED || state == STATE_REFUSED || state == STATE_INVALID);
    FUZZ_CHECK((out.count == 0) == (state == STATE_LISTED));
    buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t count)
{
    char *raw = fuzz_string(data, count);
    struct listing l;
    listing_parse(raw, &l); /* not its contract, but it must not break */
    check_fields(&l);
    free(raw);

    char *clean = text_clean_copy((const char *)data, count);
    check_text(clean);
    free(clean);
    check_answers(data, count);
    return 0;
}
