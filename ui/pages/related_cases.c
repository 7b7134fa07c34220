#include "pages/related_cases.h"

#include "base/clock.h"
#include "pages/address_cases.h"

#include <stdio.h>
#include <stdlib.h>

enum { SHORTEST = 8 /* no net is wider */, OTHERS_MOST = 4, PATIENCE_MS = 10 };

void
related_cases_fini(struct related_cases *c)
{
    journal_cases_fini(&c->own);
    journal_cases_fini(&c->around);
    vec_free(&c->listed);
}

static void
add(struct related_cases *c, struct journal *journal, const struct resource *resource)
{
    struct journal_case a_case;
    struct fault ignored;
    if (journal_case_find(journal, resource, &a_case, &ignored))
        vec_push(&c->around, a_case);
}

void
related_cases_read(struct related_cases *c, struct journal *journal, const struct addr *address,
                   const uint32_t asns[static RELATED_CASES_ASNS])
{
    struct fault ignored;
    struct resource own = resource_of_address(address);
    journal_cases_fini(&c->own);
    journal_cases_fini(&c->around);
    if (!journal)
        return;
    journal_cases_of(journal, &own, &c->own, &ignored);
    for (unsigned length = own.prefix.length; length >= SHORTEST; length--) {
        struct prefix net = prefix_around(address, length);
        add(c, journal, &(struct resource){.kind = RESOURCE_NET, .prefix = net});
    }
    for (size_t i = 0; i < RELATED_CASES_ASNS; i++)
        if (asns[i] != 0 && (i == 0 || asns[i] != asns[i - 1]))
            add(c, journal, &(struct resource){.kind = RESOURCE_ASN, .asn = asns[i]});
}

void
related_headline_fini(struct related_headline *h)
{
    free(h->text);
    free(h->others);
    *h = (struct related_headline){0};
}

/* Adds those of a state to the line, as many as it still takes; false when there are more. */
static bool
add_others(struct buf *line, size_t *named, struct journal *journal, const struct resource *resource, const char *where,
           enum case_state state)
{
    struct buf text = {0};
    struct filter filter = {0};
    struct fault ignored;
    journal_entries found = {0};
    bool more = false, late = false;
    char name[RESOURCE_TEXT];
    buf_format(&text, "%s state:%s", where, case_state_name(state));
    if (filter_parse(&filter, buf_string(&text), journal_filter(), &ignored))
        journal_find_soon(journal, &filter, clock_wall_ms(), OTHERS_MOST + 2, PATIENCE_MS, &found, &more, &late,
                          &ignored);
    for (size_t i = 0; i < found.count; i++) {
        if (resource_equal(&found.at[i].resource, resource))
            continue;
        if (*named == OTHERS_MOST) {
            more = true;
            break;
        }
        buf_format(line, "%s%s %s", *named > 0 ? ", " : "", resource_text(&found.at[i].resource, name),
                   case_state_name(state));
        (*named)++;
    }
    journal_entries_fini(&found);
    filter_fini(&filter);
    buf_free(&text);
    return !more;
}

static char *
read_others(struct journal *journal, const struct resource *resource)
{
    struct buf line = {0};
    char name[RESOURCE_TEXT], where[RESOURCE_TEXT + 8];
    size_t named = 0;
    bool all = true;
    snprintf(where, sizeof where, "%s%s",
             resource->kind == RESOURCE_ASN ? "as:" : "in:", resource_text(resource, name));
    for (enum case_state state = CASE_OPEN; state <= CASE_CLOSED; state++)
        all &= add_others(&line, &named, journal, resource, where, state);
    if (named == 0) {
        buf_free(&line);
        return NULL;
    }
    struct buf text = {0};
    buf_format(&text, "Other cases here: %s%s (J, f %s)", buf_string(&line), all ? "" : " and more", where);
    buf_free(&line);
    return buf_take(&text);
}

void
related_headline_read(struct related_headline *h, struct recorder *recorder, const struct resource *resource)
{
    struct journal_case a_case;
    struct fault ignored;
    struct buf line = {0};
    struct journal *journal = recorder ? recorder_journal(recorder) : NULL;
    unsigned version = recorder ? recorder_version(recorder) : 0;
    if (h->read && h->version == version)
        return;
    related_headline_fini(h);
    h->read = true;
    h->version = version;
    if (!journal)
        return;
    h->others = read_others(journal, resource);
    if (!journal_case_find(journal, resource, &a_case, &ignored))
        return;
    buf_text(&line, "Case ");
    address_cases_line(&line, &a_case);
    h->text = buf_take(&line);
    h->is_closed = a_case.state == CASE_CLOSED;
    journal_case_fini(&a_case);
}

void
related_headline_put(const struct related_headline *h, struct header *top)
{
    struct buf line = {0};
    buf_text(&line, h->text ? h->text : "");
    header_add(top, h->is_closed ? ROLE_DIM : ROLE_STRONG, &line);
    buf_text(&line, h->others ? h->others : "");
    header_add(top, ROLE_PLAIN, &line);
    buf_free(&line);
}
