#include "bounce/reply.h"
#include "fuzz.h"

/* The bytes are the text of a reply. */

static void
check_fields(const struct rejection *r)
{
    FUZZ_CHECK(r->code == 0 || (r->code >= 200 && r->code < 600));
    FUZZ_CHECK(!*r->status || (strchr("245", r->status[0]) && r->status[1] == '.'));
    FUZZ_CHECK(r->other_count == 0 || r->own.address.family != ADDR_NONE);
    FUZZ_CHECK(r->other_count <= REJECTION_OTHERS);
    for (size_t i = 0; i < r->other_count; i++) {
        FUZZ_CHECK(r->others[i].trust >= r->own.trust);
        FUZZ_CHECK(!addr_equal(&r->others[i].address, &r->own.address));
    }
    FUZZ_CHECK(r->level <= 3);
    FUZZ_CHECK(!r->list.dead || r->party == PARTY_RECEIVER);
    FUZZ_CHECK(!r->list.unknown || (r->list.is_private && *r->list.zone));
    for (const char *at = r->text; *at; at++)
        FUZZ_CHECK((unsigned char)*at >= ' ');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t count)
{
    static struct marks *marks;
    marks = marks ? marks : marks_new(); /* kept: reading them takes longer than a reply */
    struct rejection r = {0}, again = {0};
    bool found = reply_read((const char *)data, count, catalogue_builtin(), marks, &r);
    check_fields(&r);
    FUZZ_CHECK(found || (r.code == 0 && !*r.status && !*r.list.name));
    FUZZ_CHECK(reply_read((const char *)data, count, catalogue_builtin(), marks, &again) == found);
    FUZZ_CHECK(addr_equal(&r.own.address, &again.own.address) && r.code == again.code && r.party == again.party);
    return 0;
}
