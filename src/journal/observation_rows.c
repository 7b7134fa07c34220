/* Observations as rows: one in observation, one in observation_net for each net, and the organisations that many share
 * in org. What is read is not believed: anybody may have written the file. */
#include "journal/db.h"
#include "journal/journal.h"

#include "base/text.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* ---- names ---- */

static int64_t
find_org(struct journal *j, const char *org, enum journal_result *result, struct fault *fault)
{
    sqlite3_stmt *find = journal_statement(j, "SELECT id FROM org WHERE name = ?1", fault);
    int64_t id = 0;
    *result = find ? JOURNAL_DONE : j->last;
    if (!find)
        return 0;
    journal_bind_words(find, 1, org);
    if (journal_step(j, find, result, fault)) {
        id = sqlite3_column_int64(find, 0);
        sqlite3_reset(find);
    }
    return id;
}

/* The row of an organisation's name, made when it is not there; 0: NULL or "", or a failure (then *result says so). */
static int64_t
org_id(struct journal *j, const char *org, enum journal_result *result, struct fault *fault)
{
    *result = JOURNAL_DONE;
    int64_t id = org && *org ? find_org(j, org, result, fault) : 0;
    if (!org || !*org || id != 0 || *result != JOURNAL_DONE)
        return id;
    sqlite3_stmt *make = journal_statement(j, "INSERT INTO org(name) VALUES(?1)", fault);
    if (make)
        journal_bind_words(make, 1, org);
    *result = make ? journal_run(j, make, fault) : j->last;
    return *result == JOURNAL_DONE ? sqlite3_last_insert_rowid(j->db) : 0;
}

/* ---- writing ---- */

static void
bind_or_null(sqlite3_stmt *statement, int at, bool known, int64_t number)
{
    if (known)
        sqlite3_bind_int64(statement, at, number);
    else
        sqlite3_bind_null(statement, at);
}

/* What outlives the step of the statement: nothing is copied. */
static void
bind_kept(sqlite3_stmt *statement, int at, const char *text)
{
    sqlite3_bind_text(statement, at, text ? text : "", -1, SQLITE_STATIC);
}

static void
bind_kept_or_null(sqlite3_stmt *statement, int at, const char *text)
{
    if (text && *text)
        bind_kept(statement, at, text);
    else
        sqlite3_bind_null(statement, at);
}

static void
put_texts(struct buf *out, const struct observation *o)
{
    for (size_t i = 0; i < o->texts.count; i++) {
        if (i > 0)
            buf_byte(out, '\n');
        buf_text(out, journal_list_name(o->texts.at[i].list));
        buf_byte(out, '\t');
        buf_text(out, o->texts.at[i].text);
    }
}

static void
bind_observation(sqlite3_stmt *to, const struct observation *o, int64_t resource_id, int64_t org, const char *texts)
{
    sqlite3_bind_blob(to, 2, o->uuid.bytes, UUID_BYTES, SQLITE_STATIC);
    sqlite3_bind_int64(to, 3, resource_id);
    sqlite3_bind_int64(to, 4, o->first_ms);
    sqlite3_bind_int64(to, 5, o->last_ms);
    sqlite3_bind_int64(to, 6, o->times);
    bind_kept(to, 7, journal_source_name(o->source));
    bind_kept_or_null(to, 8, o->resolver);
    bind_or_null(to, 9, o->serial > 0, o->serial);
    bind_kept(to, 10, verdict_state_name(o->verdict));
    sqlite3_bind_int64(to, 11, o->causes);
    bind_kept(to, 12, o->headline);
    for (int list = 0; list < LIST_COUNT; list++)
        bind_kept(to, 13 + list, list_state_name(o->states[list]));
    bind_or_null(to, 18, o->asn > 0, o->asn);
    bind_or_null(to, 19, org > 0, org);
    bind_kept_or_null(to, 20, o->country);
    bind_or_null(to, 21, o->score_asn > 0, o->score_asn);
    if (o->score >= 0)
        sqlite3_bind_double(to, 22, o->score);
    else
        sqlite3_bind_null(to, 22);
    bind_kept_or_null(to, 23, o->name);
    bind_kept_or_null(to, 24, texts);
}

static enum journal_result
write_row(struct journal *j, const struct observation *o, int64_t resource_id, int64_t id, int64_t org,
          struct fault *fault)
{
    struct buf texts = {0};
    sqlite3_stmt *put = journal_statement(j,
                                          "INSERT INTO observation VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
                                          " ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)",
                                          fault);
    if (!put)
        return j->last;
    put_texts(&texts, o);
    bind_or_null(put, 1, id > 0, id);
    bind_observation(put, o, resource_id, org, buf_string(&texts));
    enum journal_result result = journal_run(j, put, fault);
    buf_free(&texts);
    return result;
}

static enum journal_result
write_net(struct journal *j, int64_t id, const struct listed_net *net, struct fault *fault)
{
    char prefix[PREFIX_TEXT];
    enum journal_result result;
    int64_t org = org_id(j, net->holder.org, &result, fault);
    sqlite3_stmt *put = result == JOURNAL_DONE
                            ? journal_statement(j,
                                                "INSERT INTO observation_net VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
                                                " ?10, ?11)",
                                                fault)
                            : NULL;
    if (!put)
        return j->last;
    sqlite3_bind_int64(put, 1, id);
    bind_kept(put, 2, prefix_text(&net->prefix, prefix));
    bind_kept(put, 3, net_kind_name(net->kind));
    sqlite3_bind_int(put, 4, net->permanent);
    sqlite3_bind_int(put, 5, net->from_zone);
    bind_or_null(put, 6, net->impacts >= 0, net->impacts);
    bind_or_null(put, 7, net->abusers >= 0, net->abusers);
    sqlite3_bind_int64(put, 8, net->limit);
    bind_or_null(put, 9, net->holder.asn > 0, net->holder.asn);
    bind_or_null(put, 10, org > 0, org);
    bind_kept_or_null(put, 11, net->holder.country);
    return journal_run(j, put, fault);
}

static enum journal_result
remove_row(struct journal *j, int64_t id, struct fault *fault)
{
    sqlite3_stmt *remove = journal_statement(j, "DELETE FROM observation WHERE id = ?1", fault);
    if (!remove)
        return j->last;
    sqlite3_bind_int64(remove, 1, id);
    return journal_run(j, remove, fault);
}

enum journal_result
journal_observation_write(struct journal *j, const struct observation *o, int64_t resource_id, int64_t id,
                          int64_t *made, struct fault *fault)
{
    enum journal_result result;
    int64_t org = org_id(j, o->org, &result, fault);
    if (result == JOURNAL_DONE && id > 0)
        result = remove_row(j, id, fault);
    if (result != JOURNAL_DONE)
        return result;
    result = write_row(j, o, resource_id, id, org, fault);
    int64_t row = sqlite3_last_insert_rowid(j->db);
    for (size_t i = 0; i < o->nets.count && result == JOURNAL_DONE; i++)
        result = write_net(j, row, &o->nets.at[i], fault);
    if (made)
        *made = row;
    return result;
}

/* ---- reading ---- */

/* A row that is being read; the first column that makes no sense ends it. */
struct reading {
    struct journal *journal;
    sqlite3_stmt *row;
    struct fault *fault;
    bool failed;
};

static void
fail(struct reading *r, int column, const char *what)
{
    if (!r->failed)
        journal_report_corrupt(r->journal, r->row, column, what, r->fault);
    r->failed = true;
}

static int64_t
read_number(struct reading *r, int column, int64_t least, int64_t most, const char *what)
{
    int64_t number = sqlite3_column_int64(r->row, column);
    if (number >= least && number <= most)
        return number;
    fail(r, column, what);
    return least;
}

static int64_t
read_or_unknown(struct reading *r, int column, const char *what)
{
    bool known = sqlite3_column_type(r->row, column) != SQLITE_NULL;
    return known ? read_number(r, column, 0, INT64_MAX, what) : LISTING_UNKNOWN;
}

/* "" for NULL; foreign until it is parsed. */
static const char *
read_word(struct reading *r, int column)
{
    const char *word = (const char *)sqlite3_column_text(r->row, column);
    return word ? word : "";
}

static void
read_country(struct reading *r, int column, char out[static 3])
{
    const char *word = read_word(r, column);
    bool two = strlen(word) == 2 && word[0] > ' ' && word[0] < 0x7f && word[1] > ' ' && word[1] < 0x7f;
    if (*word && !two)
        fail(r, column, "a country");
    memcpy(out, two ? word : "", two ? 3 : 1);
}

/* A line is "list<TAB>text"; cleaned, the tab is a blank. */
static void
read_texts(struct reading *r, int column, struct observation *out)
{
    char *lines = journal_column_lines(r->row, column), *rest = lines, *line;
    while (rest && (line = strsep(&rest, "\n")) != NULL) {
        char *text = line + strcspn(line, " ");
        enum list_id list;
        if (*text)
            *text++ = '\0';
        if (journal_list_parse(line, &list))
            vec_push(&out->texts, ((struct observed_text){list, mem_copy(text)}));
        else
            fail(r, column, "the texts of the lists");
    }
    free(lines);
}

static void
read_net(struct reading *r, struct listed_net *out)
{
    *out = (struct listed_net){
        .permanent = sqlite3_column_int(r->row, 2) != 0,
        .from_zone = sqlite3_column_int(r->row, 3) != 0,
        .impacts = read_or_unknown(r, 4, "impacts"),
        .abusers = read_or_unknown(r, 5, "abusers"),
        .limit = read_number(r, 6, 0, INT64_MAX, "a limit"),
        .holder = {.asn = (uint32_t)read_number(r, 7, 0, UINT32_MAX, "an AS number")},
    };
    if (!prefix_parse(read_word(r, 0), &out->prefix, NULL))
        fail(r, 0, "a net");
    if (!journal_net_kind_parse(read_word(r, 1), &out->kind))
        fail(r, 1, "the kind of a net");
    char *org = journal_column_text(r->row, 8);
    struct buf fitting = {0};
    text_clean(&fitting, org ? org : "", org ? strlen(org) : 0, LISTING_ORG - 1);
    memcpy(out->holder.org, buf_string(&fitting), fitting.count + 1);
    buf_free(&fitting);
    free(org);
    read_country(r, 9, out->holder.country);
}

static enum journal_result
read_nets(struct journal *j, int64_t id, density_nets *out, struct fault *fault)
{
    sqlite3_stmt *nets = journal_statement(
        j,
        "SELECT n.net, n.kind, n.permanent, n.from_zone, n.impacts, n.abusers, n.net_limit, n.asn, org.name, n.country"
        " FROM observation_net n LEFT JOIN org ON org.id = n.org WHERE n.observation = ?1",
        fault);
    if (!nets)
        return j->last;
    struct reading r = {.journal = j, .row = nets, .fault = fault};
    enum journal_result result;
    sqlite3_bind_int64(nets, 1, id);
    while (journal_step(j, nets, &result, fault)) {
        struct listed_net net;
        read_net(&r, &net);
        if (r.failed) {
            sqlite3_reset(nets);
            return JOURNAL_FAILED;
        }
        vec_push(out, net);
    }
    return result;
}

static void
read_row(struct reading *r, struct observation *out)
{
    *out = (struct observation){
        .first_ms = read_number(r, 3, INT64_MIN, INT64_MAX, "a time"),
        .last_ms = read_number(r, 4, INT64_MIN, INT64_MAX, "a time"),
        .times = (uint32_t)read_number(r, 5, 1, UINT32_MAX, "how often something was seen"),
        .resolver = journal_column_text(r->row, 7),
        .serial = (uint32_t)read_number(r, 8, 0, UINT32_MAX, "a zone's serial"),
        .causes = (unsigned)read_number(r, 10, 0, CAUSE_ADDRESS | CAUSE_ALLOCATION | CAUSE_PROVIDER, "the causes"),
        .headline = journal_column_text(r->row, 11),
        .asn = (uint32_t)read_number(r, 17, 0, UINT32_MAX, "an AS number"),
        .org = journal_column_text(r->row, 18),
        .score_asn = (uint32_t)read_number(r, 20, 0, UINT32_MAX, "an AS number"),
        .score = sqlite3_column_type(r->row, 21) == SQLITE_NULL ? LISTING_UNKNOWN : sqlite3_column_double(r->row, 21),
        .name = journal_column_text(r->row, 22),
    };
    if (!out->headline)
        out->headline = mem_copy("");
    if (!journal_column_uuid(r->row, 1, &out->uuid))
        fail(r, 1, "the name of an observation");
    if (!addr_parse(read_word(r, 2), &out->address))
        fail(r, 2, "an address");
    if (!journal_source_parse(read_word(r, 6), &out->source))
        fail(r, 6, "a source");
    if (!journal_verdict_parse(read_word(r, 9), &out->verdict))
        fail(r, 9, "a verdict");
    for (int list = 0; list < LIST_COUNT; list++)
        if (!journal_state_parse(read_word(r, 12 + list), &out->states[list]))
            fail(r, 12 + list, "the state of a list");
    read_country(r, 19, out->country);
    read_texts(r, 23, out);
}

enum journal_result
journal_observation_read(struct journal *j, sqlite3_stmt *row, struct observation *out, struct fault *fault)
{
    struct reading r = {.journal = j, .row = row, .fault = fault};
    read_row(&r, out);
    enum journal_result result =
        r.failed ? JOURNAL_FAILED : read_nets(j, sqlite3_column_int64(row, 0), &out->nets, fault);
    if (result == JOURNAL_DONE)
        observation_order(out);
    else
        observation_fini(out);
    return result;
}
