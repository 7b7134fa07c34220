/* Each source is asked on its own and answers once, with contacts or with a gap. RDAP takes two steps: the registries'
 * file, which is kept for a week, names the server. */
#include "contacts/contacts.h"

#include "base/clock.h"
#include "base/text.h"
#include "contacts/directory.h"
#include "fetch/fetch.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char iana[] = "https://data.iana.org/rdap/";

enum { BYTES_MOST = 1 << 20, TIMEOUT_MS = 15000 };
static const int64_t registries_life_ms = INT64_C(7) * 86400000;

struct contacts_lookup {
    struct contacts_setup setup;
    struct resource resource;
    contacts_changed *changed;
    void *arg;
    struct contacts known;
    struct fetch *rdap, *ripestat;
    char *registries;         /* URL of the registries' file */
    struct download download; /* that file, as the journal had it */
};

/* ---- what is known ---- */

static struct journal *
journal_of(const struct contacts_lookup *l)
{
    return l->setup.recorder ? recorder_journal(l->setup.recorder) : NULL;
}

/* Takes a contact over. A mailbox that a lower source names, too, is one contact. */
static void
merge(struct contacts *known, struct contact *contact)
{
    size_t place = 0;
    for (size_t i = 0; i < known->found.count; i++)
        if (strcasecmp(known->found.at[i].address, contact->address) == 0) {
            struct contact *same = &known->found.at[i], spare = *contact;
            spare.sources = same->sources |= contact->sources;
            if (contact->source >= same->source) {
                contact_fini(contact);
                return;
            }
            contact_fini(same);
            *contact = spare;
            known->found.count--;
            memmove(same, same + 1, (known->found.count - i) * sizeof *same);
            break;
        }
    while (place < known->found.count && known->found.at[place].source <= contact->source)
        place++;
    vec_push(&known->found, *contact);
    memmove(known->found.at + place + 1, known->found.at + place,
            (known->found.count - 1 - place) * sizeof *known->found.at);
    known->found.at[place] = *contact;
}

static void
merge_all(struct contacts *known, contact_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        merge(known, &list->at[i]);
    vec_free(list);
}

static void __attribute__((format(printf, 4, 5)))
set_gap(struct contacts_lookup *l, enum contact_source source, bool failed, const char *format, ...)
{
    struct contacts_gap gap = {.source = source, .failed = failed};
    char sentence[FAULT_ROOM];
    size_t place = 0;
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    fault_set(&gap.why, "%s", sentence);
    l->known.waits &= ~(1u << source);
    vec_push(&l->known.gaps, gap);
    while (l->known.gaps.at[place].source < source)
        place++;
    memmove(l->known.gaps.at + place + 1, l->known.gaps.at + place,
            (l->known.gaps.count - 1 - place) * sizeof *l->known.gaps.at);
    l->known.gaps.at[place] = gap;
}

/* Takes the answer of a source, which is then complete. */
static void
take_answer(struct contacts_lookup *l, enum contact_source source, const char *host, enum finding finding,
            struct directory_answer *answer)
{
    struct fault ignored; /* without the cache the source is asked again */
    for (size_t i = 0; i < answer->found.count; i++) {
        struct contact *contact = &answer->found.at[i];
        contact->source = source;
        contact->sources = 1u << source;
        contact->from = mem_copy(host);
        contact->asked_ms = clock_wall_ms();
    }
    if (finding == FINDING_UNREADABLE)
        set_gap(l, source, true, "the answer of %s cannot be read", host);
    else if (finding == FINDING_PLACEHOLDER)
        set_gap(l, source, false, "%s has only the placeholder %s", host, buf_string(&answer->placeholder));
    else if (finding == FINDING_NONE)
        set_gap(l, source, false, "%s has no abuse contact", host);
    else if (journal_of(l))
        journal_contacts_store(journal_of(l), &l->resource, source, &answer->found, &ignored);
    l->known.waits &= ~(1u << source);
    merge_all(&l->known, &answer->found);
    directory_answer_fini(answer);
}

/* Sets the gap for an answer of HTTP that is none. Returns whether it is one. */
static bool
has_body(struct contacts_lookup *l, enum contact_source source, const struct fetch_answer *answer)
{
    char text[RESOURCE_TEXT];
    if (answer->status == FETCH_OK)
        return true;
    if (answer->status == 0)
        set_gap(l, source, true, "%s", answer->fault.text);
    else if (answer->status == FETCH_NOT_FOUND)
        set_gap(l, source, false, "%s has no record of %s", answer->host, resource_text(&l->resource, text));
    else if (answer->status == FETCH_TOO_MANY)
        set_gap(l, source, true, "%s answers no more questions for now; try again later", answer->host);
    else
        set_gap(l, source, true, "%s answered with HTTP status %d", answer->host, answer->status);
    return false;
}

static struct fetch *
start(struct contacts_lookup *l, enum contact_source source, const char *url, const char *etag, fetch_done *done)
{
    struct fault fault;
    struct fetch_request request = {
        .program = l->setup.fetch, .url = url, .etag = etag, .bytes_most = BYTES_MOST, .timeout_ms = TIMEOUT_MS};
    struct fetch *fetch = fetch_start(l->setup.loop, &request, done, l, &fault);
    if (!fetch)
        set_gap(l, source, true, "%s", fault.text);
    return fetch;
}

/* ---- RDAP ---- */

static void
on_rdap(void *arg, const struct fetch_answer *answer)
{
    struct contacts_lookup *l = arg;
    struct directory_answer read = {0};
    l->rdap = NULL;
    if (has_body(l, CONTACT_RDAP, answer))
        take_answer(l, CONTACT_RDAP, answer->host, directory_read_rdap(answer->body.at, answer->body.count, &read),
                    &read);
    l->changed(l->arg);
}

/* Asks the server that the registries' file names. Returns false if that cannot be read. */
static bool
ask_server(struct contacts_lookup *l)
{
    struct buf url = {0};
    char text[RESOURCE_TEXT];
    enum finding finding =
        directory_find_server(buf_string(&l->download.body), l->download.body.count, &l->resource, &url);
    switch (finding) {
    case FINDING_UNREADABLE:
        set_gap(l, CONTACT_RDAP, true, "%s cannot be read", l->registries);
        break;
    case FINDING_CONTACTS:
        if (l->resource.kind == RESOURCE_ASN)
            buf_format(&url, "autnum/%u", (unsigned)l->resource.asn);
        else
            buf_format(&url, "ip/%s", resource_text(&l->resource, text));
        l->rdap = start(l, CONTACT_RDAP, buf_string(&url), NULL, on_rdap);
        break;
    default:
        set_gap(l, CONTACT_RDAP, false, "no registry answers for %s (%s)", resource_text(&l->resource, text),
                l->registries);
    }
    buf_free(&url);
    return finding != FINDING_UNREADABLE;
}

/* An old file is better than none, or than the page of a network that wants a login: servers seldom change. */
static void
on_registries(void *arg, const struct fetch_answer *answer)
{
    struct contacts_lookup *l = arg;
    struct fault ignored; /* without it the file is fetched again */
    struct buf url = {0};
    bool is_new = answer->status == FETCH_OK &&
                  (l->download.body.count == 0 || directory_find_server(answer->body.at, answer->body.count,
                                                                        &l->resource, &url) != FINDING_UNREADABLE);
    buf_free(&url);
    l->rdap = NULL;
    if (is_new) {
        download_fini(&l->download);
        l->download = (struct download){.etag = mem_copy(answer->etag)};
        buf_bytes(&l->download.body, answer->body.at, answer->body.count);
    }
    l->download.at_ms = clock_wall_ms();
    if (!is_new && l->download.body.count == 0 && answer->status == 0)
        set_gap(l, CONTACT_RDAP, true, "cannot get %s: %s", l->registries, answer->fault.text);
    else if (!is_new && l->download.body.count == 0)
        set_gap(l, CONTACT_RDAP, true, "cannot get %s: HTTP status %d", l->registries, answer->status);
    else if (ask_server(l) && (is_new || answer->status == FETCH_SAME) && journal_of(l))
        journal_download_store(journal_of(l), l->registries, &l->download, &ignored);
    l->changed(l->arg);
}

static void
ask_rdap(struct contacts_lookup *l)
{
    struct fault ignored;
    struct buf url = {0};
    const char *folder = l->setup.rdap ? l->setup.rdap : iana;
    buf_format(&url, "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", directory_file(&l->resource));
    l->registries = buf_take(&url);
    int64_t age = journal_of(l) && journal_download_read(journal_of(l), l->registries, &l->download, &ignored)
                      ? clock_wall_ms() - l->download.at_ms
                      : registries_life_ms;
    if (age >= 0 && age < registries_life_ms)
        ask_server(l);
    else
        l->rdap = start(l, CONTACT_RDAP, l->registries, l->download.etag, on_registries);
}

/* ---- RIPEstat ---- */

static void
on_ripestat(void *arg, const struct fetch_answer *answer)
{
    struct contacts_lookup *l = arg;
    struct directory_answer read = {0};
    l->ripestat = NULL;
    if (has_body(l, CONTACT_RIPESTAT, answer))
        take_answer(l, CONTACT_RIPESTAT, answer->host,
                    directory_read_ripestat(answer->body.at, answer->body.count, &read), &read);
    l->changed(l->arg);
}

void
contacts_ripestat_url(struct buf *out, const char *folder, const char *call, const char *resource)
{
    folder = folder ? folder : "https://stat.ripe.net/data/";
    buf_format(out, "%s%s%s/data.json?resource=%s&sourceapp=" PACKAGE_NAME, folder,
               folder[strlen(folder) - 1] == '/' ? "" : "/", call, resource);
}

static void
ask_ripestat(struct contacts_lookup *l)
{
    struct buf url = {0};
    char text[RESOURCE_TEXT];
    contacts_ripestat_url(&url, l->setup.ripestat, "abuse-contact-finder", resource_text(&l->resource, text));
    l->ripestat = start(l, CONTACT_RIPESTAT, buf_string(&url), NULL, on_ripestat);
    buf_free(&url);
}

/* ---- Abusix ---- */

static const char abusix[] = "abuse-contacts.abusix.zone";

static void
on_abusix(void *arg, const struct answer *answer)
{
    struct contacts_lookup *l = arg;
    struct directory_answer read = {0};
    if (answer->outcome == OUTCOME_DATA || answer->outcome == OUTCOME_NODATA || answer->outcome == OUTCOME_NXDOMAIN) {
        for (size_t i = 0; i < answer->count; i++)
            directory_add(&read, answer->records[i].text, answer->records[i].text_count, NULL, NULL);
        take_answer(l, CONTACT_ABUSIX, abusix, directory_finding(&read), &read);
    } else {
        set_gap(l, CONTACT_ABUSIX, true, "%s: %s", abusix, outcome_name(answer->outcome));
    }
    l->changed(l->arg);
}

static void
ask_abusix(struct contacts_lookup *l)
{
    char reversed[ADDR_REVERSED_TEXT];
    struct buf name = {0};
    buf_format(&name, "%s.%s", addr_reversed(&l->resource.prefix.addr, reversed), abusix);
    resolver_ask(l->setup.resolver, buf_string(&name), RECORD_TXT, 0, on_abusix, l);
    buf_free(&name);
}

/* ---- the lookup ---- */

/* Returns whether a registry may have the resource. Numbers of ASes for documentation and private use: RFC 5398, RFC
 * 6996. */
static bool
is_public(const struct resource *r)
{
    if (r->kind == RESOURCE_ASN)
        return r->asn != 0 && (r->asn < 64496 || r->asn > 65551) && r->asn < 4200000000;
    return r->prefix.addr.family == ADDR_V4 ? !prefix_reserved(&r->prefix) : !addr_reserved(&r->prefix.addr);
}

/* Returns the sources that may be asked about the resource. One that nobody on the internet can know is asked about
 * where tests and demonstrations say so. */
static unsigned
askable(const struct contacts_lookup *l)
{
    bool public = is_public(&l->resource);
    unsigned sources = 0;
    if (*l->setup.refused.text)
        return 0;
    if (public || l->setup.rdap)
        sources |= 1u << CONTACT_RDAP;
    if (public || l->setup.ripestat)
        sources |= 1u << CONTACT_RIPESTAT;
    if (l->resource.kind == RESOURCE_ADDRESS && l->setup.resolver && (public || l->setup.ask_examples))
        sources |= 1u << CONTACT_ABUSIX;
    return sources;
}

/* Takes what the journal remembers of a source; returns whether that is anything. */
static bool
recall(struct contacts_lookup *l, enum contact_source source)
{
    struct fault ignored; /* then it is asked */
    contact_list list = {0};
    struct directory_answer checked = {0};
    if (journal_of(l))
        journal_contacts_read(journal_of(l), &l->resource, source, &list, &ignored);
    for (size_t i = 0; i < list.count; i++) { /* another program may have written the file */
        struct contact *c = &list.at[i];
        size_t before = checked.found.count;
        directory_add(&checked, c->address ? c->address : "", c->address ? strlen(c->address) : 0, c->name, c->handle);
        if (checked.found.count == before)
            continue;
        checked.found.at[before].source = source;
        checked.found.at[before].sources = c->sources;
        checked.found.at[before].from = mem_copy(c->from ? c->from : "");
        checked.found.at[before].asked_ms = c->asked_ms;
    }
    bool any = checked.found.count > 0;
    merge_all(&l->known, &checked.found);
    directory_answer_fini(&checked);
    contact_list_fini(&list);
    return any;
}

struct contacts_lookup *
contacts_find(const struct contacts_setup *setup, const struct resource *resource, contacts_changed *changed, void *arg)
{
    static void (*const ask[CONTACT_SOURCES])(struct contacts_lookup *) = {ask_rdap, ask_ripestat, ask_abusix};
    struct contacts_lookup *l = mem_zero(sizeof *l);
    *l = (struct contacts_lookup){.setup = *setup, .resource = *resource, .changed = changed, .arg = arg};
    l->known.refused = setup->refused;
    unsigned sources = askable(l);
    char text[RESOURCE_TEXT];
    if (sources == 0 && !*l->known.refused.text)
        fault_set(&l->known.refused, "no registry has %s, so no server was asked", resource_text(resource, text));
    for (enum contact_source source = 0; source < CONTACT_SOURCES; source++)
        if (!recall(l, source) && (sources & 1u << source)) {
            l->known.waits |= 1u << source;
            ask[source](l);
        }
    return l;
}

const struct contacts *
contacts_of(const struct contacts_lookup *l)
{
    return &l->known;
}

void
contacts_end(struct contacts_lookup *l)
{
    if (!l)
        return;
    fetch_cancel(l->rdap);
    fetch_cancel(l->ripestat);
    if (l->setup.resolver)
        resolver_forget(l->setup.resolver, l);
    download_fini(&l->download);
    free(l->registries);
    contact_list_fini(&l->known.found);
    vec_free(&l->known.gaps);
    free(l);
}
