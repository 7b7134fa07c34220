/* Each source is asked on its own and answers once, with contacts or with the reason why it has none. RDAP takes two
 * steps: the registries' file, which is kept for a week, names the server. */
#include "contacts/contacts.h"

#include "base/clock.h"
#include "contacts/directory.h"
#include "contacts/mailbox.h"
#include "fetch/fetch.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char iana[] = "https://data.iana.org/rdap/", abusix[] = "abuse-contacts.abusix.zone";

enum { BYTES_MOST = 1 << 20, TIMEOUT_MS = 15000, FETCHED = CONTACT_ABUSIX /* sources that are asked over HTTP */ };
static const int64_t registries_life_ms = INT64_C(7) * 86400000;

/* A source under way. */
struct question {
    struct contacts_lookup *lookup;
    enum contact_source source;
    struct fetch *fetch;
};

struct contacts_lookup {
    struct contacts_setup setup;
    struct resource resource;
    contacts_changed *changed;
    void *arg;
    struct contacts known;
    struct question questions[FETCHED];
    char *registries;         /* URL of the registries' file */
    struct download download; /* that file, as the journal had it */
};

/* ---- what is known ---- */

static struct journal *
journal_of(const struct contacts_lookup *l)
{
    return l->setup.recorder ? recorder_journal(l->setup.recorder) : NULL;
}

/* A mailbox that several sources name is one contact, that of the first in rank. */
static void
gather(struct contacts *known)
{
    known->found.count = 0;
    for (enum contact_source source = 0; source < CONTACT_SOURCES; source++)
        for (size_t i = 0; i < known->answers[source].found.count; i++) {
            const struct contact *contact = &known->answers[source].found.at[i];
            size_t place = 0;
            while (place < known->found.count && strcasecmp(known->found.at[place].address, contact->address) != 0)
                place++;
            if (place == known->found.count)
                vec_push(&known->found, *contact);
            known->found.at[place].sources |= 1u << source;
        }
}

/* Ends a source, whose answer is there. One that no server gave is not worth remembering. */
static void
conclude(struct contacts_lookup *l, enum contact_source source, bool remember)
{
    struct fault ignored; /* without the cache the source is asked again */
    struct contact_answer *answer = &l->known.answers[source];
    l->known.waits &= ~(1u << source);
    answer->asked_ms = clock_wall_ms();
    for (size_t i = 0; i < answer->found.count; i++) {
        answer->found.at[i].source = source;
        answer->found.at[i].asked_ms = answer->asked_ms;
    }
    if (remember && journal_of(l))
        journal_contacts_store(journal_of(l), &l->resource, source, answer, &ignored);
    gather(&l->known);
}

/* Takes over what a server said; `readable`: it could be read. */
static void
take(struct contacts_lookup *l, enum contact_source source, const char *host, bool readable,
     struct directory_answer *said)
{
    struct contact_answer *answer = &l->known.answers[source];
    answer->failed = !readable;
    for (size_t i = 0; i < said->found.count; i++)
        said->found.at[i].from = mem_copy(host);
    if (!readable)
        fault_set(&answer->none, "the answer of %s cannot be read", host);
    else if (said->found.count == 0 && said->form.count > 0)
        fault_set(&answer->none, "%s has no mailbox, but a web page: %s", host, buf_string(&said->form));
    else if (said->found.count == 0 && said->placeholder.count > 0)
        fault_set(&answer->none, "%s has only the placeholder %s", host, buf_string(&said->placeholder));
    else if (said->found.count == 0)
        fault_set(&answer->none, "%s has no abuse contact", host);
    answer->found = said->found;
    said->found = (contact_list){0};
    directory_answer_fini(said);
    conclude(l, source, true);
}

/* ---- RDAP and RIPEstat ---- */

static void
on_answer(void *arg, const struct fetch_answer *http)
{
    static directory_read *const read[FETCHED] = {directory_read_rdap, directory_read_ripestat};
    struct question *question = arg;
    struct contacts_lookup *l = question->lookup;
    struct contact_answer *answer = &l->known.answers[question->source];
    struct directory_answer said = {0};
    char text[RESOURCE_TEXT];
    question->fetch = NULL;
    answer->failed = http->status != FETCH_NOT_FOUND;
    if (http->status == 0)
        fault_set(&answer->none, "%s", http->fault.text);
    else if (http->status == FETCH_NOT_FOUND)
        fault_set(&answer->none, "%s has no record of %s", http->host, resource_text(&l->resource, text));
    else if (http->status == FETCH_TOO_MANY)
        fault_set(&answer->none, "%s answers no more questions for now", http->host);
    else
        fault_set(&answer->none, "%s answered with HTTP status %d", http->host, http->status);
    if (http->status == FETCH_OK) {
        answer->none.text[0] = '\0';
        bool readable = read[question->source](http->body.at, http->body.count, &said);
        take(l, question->source, http->host, readable, &said);
    } else {
        conclude(l, question->source, true);
    }
    l->changed(l->arg);
}

static void
start(struct contacts_lookup *l, enum contact_source source, const char *url, const char *etag, fetch_done *done)
{
    struct contact_answer *answer = &l->known.answers[source];
    struct fetch_request request = {
        .program = l->setup.fetch, .url = url, .etag = etag, .bytes_most = BYTES_MOST, .timeout_ms = TIMEOUT_MS};
    l->questions[source] = (struct question){.lookup = l, .source = source};
    l->questions[source].fetch = fetch_start(l->setup.loop, &request, done, &l->questions[source], &answer->none);
    answer->failed = !l->questions[source].fetch;
    if (answer->failed)
        conclude(l, source, false);
}

/* Asks the server that the registries' file names. Returns false if that cannot be read. */
static bool
ask_server(struct contacts_lookup *l)
{
    struct contact_answer *answer = &l->known.answers[CONTACT_RDAP];
    struct buf url = {0};
    char text[RESOURCE_TEXT];
    bool readable = directory_find_server(buf_string(&l->download.body), l->download.body.count, &l->resource, &url);
    resource_text(&l->resource, text);
    if (url.count > 0) {
        if (l->resource.kind == RESOURCE_ASN)
            buf_format(&url, "autnum/%u", (unsigned)l->resource.asn);
        else
            buf_format(&url, "ip/%s", text);
        start(l, CONTACT_RDAP, buf_string(&url), NULL, on_answer);
    } else {
        answer->failed = !readable;
        if (readable)
            fault_set(&answer->none, "no registry answers for %s (%s)", text, l->registries);
        else
            fault_set(&answer->none, "%s cannot be read", l->registries);
        conclude(l, CONTACT_RDAP, true);
    }
    buf_free(&url);
    return readable;
}

/* An old file is better than none, or than the page of a network that wants a login: servers seldom change. */
static void
on_registries(void *arg, const struct fetch_answer *http)
{
    struct question *question = arg;
    struct contacts_lookup *l = question->lookup;
    struct contact_answer *answer = &l->known.answers[CONTACT_RDAP];
    struct fault ignored; /* without it the file is fetched again */
    struct buf url = {0};
    bool is_new =
        http->status == FETCH_OK &&
        (l->download.body.count == 0 || directory_find_server(http->body.at, http->body.count, &l->resource, &url));
    buf_free(&url);
    question->fetch = NULL;
    if (is_new) {
        download_fini(&l->download);
        l->download = (struct download){.etag = mem_copy(http->etag)};
        buf_bytes(&l->download.body, http->body.at, http->body.count);
    }
    l->download.at_ms = clock_wall_ms();
    answer->failed = l->download.body.count == 0;
    if (answer->failed && http->status == 0)
        fault_set(&answer->none, "cannot get %s: %s", l->registries, http->fault.text);
    else if (answer->failed)
        fault_set(&answer->none, "cannot get %s: HTTP status %d", l->registries, http->status);
    if (answer->failed)
        conclude(l, CONTACT_RDAP, true);
    else if (ask_server(l) && (is_new || http->status == FETCH_SAME) && journal_of(l))
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
        start(l, CONTACT_RDAP, l->registries, l->download.etag, on_registries);
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
    start(l, CONTACT_RIPESTAT, buf_string(&url), NULL, on_answer);
    buf_free(&url);
}

/* ---- Abusix ---- */

static void
on_abusix(void *arg, const struct answer *dns)
{
    struct contacts_lookup *l = arg;
    struct contact_answer *answer = &l->known.answers[CONTACT_ABUSIX];
    struct directory_answer said = {0};
    for (size_t i = 0; i < dns->count; i++)
        directory_add(&said, dns->records[i].text, dns->records[i].text_count, NULL, NULL);
    answer->failed = dns->outcome != OUTCOME_DATA && dns->outcome != OUTCOME_NODATA && dns->outcome != OUTCOME_NXDOMAIN;
    if (answer->failed) {
        fault_set(&answer->none, "%s: %s", abusix, outcome_name(dns->outcome));
        conclude(l, CONTACT_ABUSIX, true);
    } else {
        take(l, CONTACT_ABUSIX, abusix, true, &said);
    }
    l->changed(l->arg);
}

/* It knows addresses alone: a net is that of its first one. */
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

/* Takes what the journal remembers of a source; returns whether that is anything. */
static bool
recall(struct contacts_lookup *l, enum contact_source source)
{
    struct fault ignored; /* then it is asked */
    struct contact_answer *answer = &l->known.answers[source];
    size_t good = 0;
    if (!journal_of(l) || !journal_contacts_read(journal_of(l), &l->resource, source, answer, &ignored))
        return false;
    for (size_t i = 0; i < answer->found.count; i++) { /* another program may have written the file */
        struct contact *contact = &answer->found.at[i];
        struct buf again = {0};
        if (contact->from && mailbox_read(contact->address, strlen(contact->address), &again) == MAILBOX_GOOD)
            answer->found.at[good++] = *contact;
        else
            contact_fini(contact);
        buf_free(&again);
    }
    answer->found.count = good;
    if (good > 0 || *answer->none.text)
        return true;
    contact_list_fini(&answer->found);
    return false;
}

/* A resource that nobody on the internet can know is asked about where tests and demonstrations say so. */
struct contacts_lookup *
contacts_find(const struct contacts_setup *setup, const struct resource *resource, contacts_changed *changed, void *arg)
{
    static void (*const ask[CONTACT_SOURCES])(struct contacts_lookup *) = {ask_rdap, ask_ripestat, ask_abusix};
    struct contacts_lookup *l = mem_zero(sizeof *l);
    *l = (struct contacts_lookup){.setup = *setup, .resource = *resource, .changed = changed, .arg = arg};
    bool public = is_public(resource);
    const bool askable[CONTACT_SOURCES] = {
        public || setup->rdap,
        public || setup->ripestat,
        resource->kind != RESOURCE_ASN && setup->resolver && (public || setup->ask_examples),
    };
    char text[RESOURCE_TEXT];
    l->known.refused = setup->refused;
    if (!*setup->refused.text && !askable[CONTACT_RDAP] && !askable[CONTACT_RIPESTAT] && !askable[CONTACT_ABUSIX])
        fault_set(&l->known.refused, "no registry has %s, so no server was asked", resource_text(resource, text));
    for (enum contact_source source = 0; source < CONTACT_SOURCES; source++)
        if (recall(l, source)) {
            l->known.recalled |= 1u << source;
        } else if (askable[source] && !*l->known.refused.text) {
            l->known.waits |= 1u << source;
            ask[source](l);
        }
    gather(&l->known);
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
    for (size_t i = 0; i < FETCHED; i++)
        fetch_cancel(l->questions[i].fetch);
    if (l->setup.resolver)
        resolver_forget(l->setup.resolver, l);
    download_fini(&l->download);
    free(l->registries);
    for (size_t i = 0; i < CONTACT_SOURCES; i++)
        contact_list_fini(&l->known.answers[i].found);
    vec_free(&l->known.found);
    free(l);
}
