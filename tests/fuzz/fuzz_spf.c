#include "domain/spf_nets.h"
#include "domain/spf_record.h"
#include "fuzz.h"

/* Names that come out can be asked for, whatever the client says. */
static void
check_term(const struct spf_term *term, const struct spf_macros *macros)
{
    char name[SPF_NAME];
    unsigned labels;
    FUZZ_CHECK(term->text.count > 0);
    FUZZ_CHECK(term->kind == SPF_OTHER || term->domain.count == 0 || spf_macro_is_domain(term->domain));
    if (term->kind != SPF_OTHER && term->domain.count > 0 && spf_macro_name(name, term->domain, macros))
        FUZZ_CHECK(spf_macro_is_name(name, &labels) && strlen(name) <= 253);
}

/* A net that was excepted is in no net that passes. */
static void
check_nets(const struct spf_record *record)
{
    struct spf_nets nets = {0};
    for (size_t i = 0; i < record->terms.count && i < 64; i++) {
        const struct spf_term *term = &record->terms.at[i];
        struct spf_net net = {.prefix = term->net};
        size_t before = nets.pass.count;
        if (term->kind != SPF_IP4 && term->kind != SPF_IP6)
            continue;
        spf_nets_add(&nets, &net, term->qualifier);
        for (size_t k = before; k < nets.pass.count; k++) {
            FUZZ_CHECK(prefix_covers(&net.prefix, &nets.pass.at[k].prefix));
            for (size_t e = 0; e < nets.except.count; e++)
                FUZZ_CHECK(!prefix_overlaps(&nets.except.at[e], &nets.pass.at[k].prefix));
        }
    }
    spf_nets_fini(&nets);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t count)
{
    char *text = fuzz_string(data, count);
    struct spf_span txt = {text, count};
    struct spf_macros macros = {
        .ip = addr_from_v4(0xc0000201), .local = text, .sender_domain = "example.org", .domain = text, .helo = text};
    struct spf_record record = {0};
    struct fault fault;
    if (spf_record_is(txt) && spf_record_read(&record, txt, &fault)) {
        for (size_t i = 0; i < record.terms.count; i++)
            check_term(&record.terms.at[i], &macros);
        check_nets(&record);
    }
    spf_record_fini(&record);
    if (spf_macro_is_valid(txt, "", true)) {
        struct buf out = {0};
        spf_macro_expand(&out, txt, &macros);
        buf_free(&out);
    }
    free(text);
    return 0;
}
