#include "case_around.h"

#include "case_journal.h"

#include <stdlib.h>

enum { SHORTEST = 8 }; /* no net is wider */

void
case_around_fini(struct case_around *c)
{
    journal_cases_fini(&c->own);
    journal_cases_fini(&c->around);
    vec_free(&c->listed);
}

static void
add(struct case_around *c, struct journal *journal, const struct matter *matter)
{
    struct journal_case a_case;
    struct fault ignored;
    if (journal_case_find(journal, matter, &a_case, &ignored))
        vec_push(&c->around, a_case);
}

void
case_around_read(struct case_around *c, struct journal *journal, const struct addr *address,
                 const uint32_t asns[static CASE_AROUND_ASNS])
{
    struct fault ignored;
    struct matter own = matter_of_address(address);
    journal_cases_fini(&c->own);
    journal_cases_fini(&c->around);
    if (!journal)
        return;
    journal_cases_of(journal, &own, &c->own, &ignored);
    for (unsigned length = own.prefix.length; length >= SHORTEST; length--) {
        struct prefix net = prefix_around(address, length);
        add(c, journal, &(struct matter){.kind = MATTER_NET, .prefix = net});
    }
    for (size_t i = 0; i < CASE_AROUND_ASNS; i++)
        if (asns[i] != 0 && (i == 0 || asns[i] != asns[i - 1]))
            add(c, journal, &(struct matter){.kind = MATTER_ASN, .asn = asns[i]});
}

void
case_headline_fini(struct case_headline *h)
{
    free(h->text);
    *h = (struct case_headline){0};
}

void
case_headline_read(struct case_headline *h, struct keeper *keeper, const struct matter *matter)
{
    struct journal_case a_case;
    struct fault ignored;
    struct buf line = {0};
    struct journal *journal = keeper ? keeper_journal(keeper) : NULL;
    unsigned version = keeper ? keeper_version(keeper) : 0;
    if (h->read && h->version == version)
        return;
    case_headline_fini(h);
    h->read = true;
    h->version = version;
    if (!journal || !journal_case_find(journal, matter, &a_case, &ignored))
        return;
    buf_text(&line, "Case ");
    case_journal_line(&line, &a_case);
    h->text = buf_take(&line);
    h->is_closed = a_case.state == CASE_CLOSED;
    journal_case_fini(&a_case);
}

enum role
case_headline_put(const struct case_headline *h, struct buf *out)
{
    buf_text(out, h->text ? h->text : "");
    return h->is_closed ? ROLE_DIM : ROLE_STRONG;
}
