#include "journal/contact.h"

#include "base/clock.h"
#include "journal/resources.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { MINUTE_MS = 60 * 1000, DAY_MS = 24 * 60 * MINUTE_MS };

static const int64_t contact_life_ms = INT64_C(30) * DAY_MS, none_life_ms = DAY_MS, failure_life_ms = 10 * MINUTE_MS;
static const char failed_word[] = "failed";

const char *
contact_source_word(enum contact_source source)
{
    static const char *const words[CONTACT_SOURCES] = {"RDAP", "RIPEstat", "Abusix"};
    return words[source];
}

void
contact_fini(struct contact *contact)
{
    free(contact->address);
    free(contact->name);
    free(contact->handle);
    free(contact->from);
}

void
contact_list_fini(contact_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        contact_fini(&list->at[i]);
    vec_free(list);
}

int64_t
contact_answer_until(const struct contact_answer *answer)
{
    return answer->asked_ms + (answer->found.count > 0 ? contact_life_ms
                               : answer->failed        ? failure_life_ms
                                                       : none_life_ms);
}

/* A row without a mailbox has the sentence that says why as its name. */
bool
journal_contacts_read(struct journal *j, const struct resource *resource, enum contact_source source,
                      struct contact_answer *out, struct fault *fault)
{
    int64_t now_ms = clock_wall_ms();
    enum journal_result result;
    struct journal_key key;
    fault->text[0] = '\0';
    *out = (struct contact_answer){0};
    journal_resource_key(&key, resource);
    sqlite3_stmt *rows = journal_query(j, fault,
                                       "SELECT mailbox, name, handle, server, at_ms FROM contact WHERE low = ?1"
                                       " AND kind = ?2 AND high = ?3 AND source = ?4",
                                       key.low, INT(resource->kind), key.high, TEXT(contact_source_word(source)));
    while (journal_step(j, rows, &result, fault)) {
        out->asked_ms = sqlite3_column_int64(rows, 4);
        if (!*journal_column_word(rows, 0)) {
            fault_set(&out->none, "%s", journal_column_word(rows, 1));
            out->failed = strcmp(journal_column_word(rows, 2), failed_word) == 0;
        } else {
            vec_push(&out->found, ((struct contact){
                                      .address = journal_column_text(rows, 0),
                                      .name = journal_column_text(rows, 1),
                                      .handle = journal_column_text(rows, 2),
                                      .source = source,
                                      .sources = 1u << source,
                                      .from = journal_column_text(rows, 3),
                                      .asked_ms = out->asked_ms,
                                  }));
        }
    }
    if (result == JOURNAL_DONE && (out->found.count > 0 || *out->none.text) && out->asked_ms <= now_ms &&
        contact_answer_until(out) >= now_ms)
        return true;
    contact_list_fini(&out->found);
    *out = (struct contact_answer){0};
    return false;
}

enum journal_result
journal_contacts_store(struct journal *j, const struct resource *resource, enum contact_source source,
                       const struct contact_answer *answer, struct fault *fault)
{
    bool own;
    struct journal_key key;
    struct contact none = {.address = "", .name = (char *)answer->none.text, .from = ""};
    const struct contact *rows = answer->found.count > 0 ? answer->found.at : &none;
    const struct journal_binding word = TEXT(contact_source_word(source));
    enum journal_result result = journal_enter(j, false, &own, fault);
    if (result != JOURNAL_DONE)
        return result;
    none.handle = answer->failed ? (char *)failed_word : NULL;
    journal_resource_key(&key, resource);
    result = journal_execute(j, fault,
                             "DELETE FROM contact WHERE at_ms < ?5 OR"
                             " (low = ?1 AND kind = ?2 AND high = ?3 AND source = ?4)",
                             key.low, INT(resource->kind), key.high, word, INT(clock_wall_ms() - contact_life_ms));
    for (size_t i = 0; (i == 0 || i < answer->found.count) && result == JOURNAL_DONE; i++)
        result = journal_execute(j, fault,
                                 "INSERT OR REPLACE INTO contact(low, kind, high, source, mailbox, name, handle,"
                                 " server, at_ms) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                                 key.low, INT(resource->kind), key.high, word, TEXT(rows[i].address),
                                 journal_text_or_null(rows[i].name), journal_text_or_null(rows[i].handle),
                                 TEXT(rows[i].from), INT(answer->asked_ms));
    return journal_end(j, own, result, fault);
}

void
download_fini(struct download *download)
{
    buf_free(&download->body);
    free(download->etag);
}

bool
journal_download_read(struct journal *j, const char *url, struct download *out, struct fault *fault)
{
    enum journal_result result;
    *out = (struct download){0};
    fault->text[0] = '\0';
    sqlite3_stmt *row = journal_query(j, fault, "SELECT at_ms, etag, body FROM download WHERE url = ?1", TEXT(url));
    if (!journal_step(j, row, &result, fault))
        return false;
    out->at_ms = sqlite3_column_int64(row, 0);
    out->etag = journal_column_text(row, 1);
    buf_text(&out->body, journal_column_word(row, 2));
    sqlite3_reset(row);
    return true;
}

enum journal_result
journal_download_store(struct journal *j, const char *url, const struct download *d, struct fault *fault)
{
    bool own;
    enum journal_result result = journal_enter(j, false, &own, fault);
    if (result != JOURNAL_DONE)
        return result;
    result = journal_execute(j, fault, "INSERT OR REPLACE INTO download(url, at_ms, etag, body) VALUES(?1, ?2, ?3, ?4)",
                             TEXT(url), INT(d->at_ms), journal_text_or_null(d->etag), TEXT(buf_string(&d->body)));
    return journal_end(j, own, result, fault);
}
