#include "session/session.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/textfile.h"
#include "check/sweep_store.h"
#include "lists/list_key.h"
#include "session/exit_status.h"
#include "session/paths.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void
on_report(void *arg, const char *sentence)
{
    (void)arg;
    exit_status_report(sentence, 0);
}

/* Opens a resolver for each server that is asked about some lists alone, with the options of that for all. */
static bool
open_list_resolvers(struct engine *s, const struct resolver_options *all, struct fault *fault)
{
    struct catalogue *catalogue = (struct catalogue *)s->dataset.catalogue;
    struct resolver_options options = *all;
    options.server_count = 1;
    for (size_t i = 0; i < catalogue_count(catalogue); i++) {
        const struct list *list = catalogue_list(catalogue, i);
        struct resolver *resolver = NULL;
        for (size_t k = 0; k < i && !resolver; k++)
            if (endpoint_equal(&catalogue_list(catalogue, k)->resolver, &list->resolver))
                resolver = catalogue_list(catalogue, k)->asker;
        options.servers[0] = list->resolver;
        if (list->resolver.addr.family != ADDR_NONE && !resolver) {
            resolver = resolver_new(s->loop, &options, fault);
            if (!resolver)
                return false;
            vec_push(&s->list_resolvers, resolver);
        }
        catalogue_set_resolver(catalogue, i, resolver);
    }
    return true;
}

static bool
open_resolver(struct engine *s, const struct options *o, struct fault *fault, int *status)
{
    struct resolver_options ro;
    if (o->offline)
        return true;
    resolver_options_default(&ro);
    for (size_t i = 0; i < o->server_count; i++)
        ro.servers[ro.server_count++] = o->servers[i];
    ro.timeout_ms = o->timeout_ms;
    s->resolver = resolver_new(s->loop, &ro, fault);
    *status = STATUS_UNKNOWN;
    if (!s->resolver || !open_list_resolvers(s, &ro, fault))
        return false;
    resolver_on_report(s->resolver, on_report, NULL);
    s->health = health_new(s->loop, s->resolver, s->dataset.catalogue);
    return true;
}

/* Sets the keys that come from the environment. A process that has a key leaves no core file. */
static void
set_keys(struct catalogue *catalogue)
{
    bool secret = false;
    for (size_t i = 0; i < catalogue_known(catalogue); i++) {
        const struct list *list = catalogue_list(catalogue, i);
        const char *key = list->key || !*list->key_variable ? NULL : getenv(list->key_variable);
        struct fault fault;
        if (!key || !*key || catalogue_set_key(catalogue, i, key))
            continue;
        fault_set(&fault, "%s is not asked: the key in $%s has other characters than letters, digits and hyphens",
                  list->zone, list->key_variable);
        exit_status_report(fault.text, 0);
    }
    for (size_t i = 0; i < catalogue_known(catalogue); i++)
        secret |= catalogue_list(catalogue, i)->key != NULL;
    if (secret)
        setrlimit(RLIMIT_CORE, &(struct rlimit){0});
}

/* Returns the words of those zones of check_rbl's ini that are known lists, and says how many are not. NULL with a
 * fault if none is. */
static char *
known_zones(const struct catalogue *catalogue, const struct options *o, struct fault *fault)
{
    struct buf known = {0};
    char *unknown = NULL;
    size_t count = 0, left_out = 0;
    for (const char *at = o->rbl_zones; *at; at += *at == ',') {
        char *zone = mem_copy_bytes(at, strcspn(at, ","));
        at += strlen(zone);
        count++;
        if (catalogue_find(catalogue, zone)) {
            buf_format(&known, "%s,", zone);
        } else {
            left_out++;
            unknown = unknown ? unknown : mem_copy(zone);
        }
        free(zone);
    }
    if (left_out > 0)
        fault_set(fault, "%s: %zu of %zu servers are unknown lists, such as %s; lists.conf adds lists", o->extra_opts,
                  left_out, count, unknown);
    if (left_out > 0)
        list_key_hide(catalogue, fault->text);
    if (left_out > 0 && left_out < count)
        exit_status_report(fault->text, 0);
    free(unknown);
    return left_out < count ? buf_take(&known) : NULL;
}

/* The built-in lists, then the file of the machine, then that of the user. A bad block is reported and left out. */
struct catalogue *
session_load_lists(const struct options *o, struct fault *fault, int *status)
{
    static const char machine[] = PATHS_MACHINE "/lists.conf";
    struct catalogue *catalogue = catalogue_new();
    char *user = paths_usual_file("XDG_CONFIG_HOME", ".config", "lists.conf");
    bool ok = (textfile_is_missing(machine) || catalogue_load(catalogue, machine, on_report, NULL, fault)) &&
              (!user || catalogue_load(catalogue, user, on_report, NULL, fault));
    free(user);
    *status = ok ? STATUS_USAGE : STATUS_FILE;
    set_keys(catalogue);
    catalogue->quorum = o->quorum;
    char *zones = ok && o->rbl_zones ? known_zones(catalogue, o, fault) : NULL;
    ok = ok && (zones || !o->rbl_zones) && catalogue_choose(catalogue, zones ? zones : o->lists, fault);
    free(zones);
    if (ok)
        return catalogue;
    catalogue_free(catalogue);
    return NULL;
}

static const char receivers_of_machine[] = PATHS_MACHINE "/receivers.conf";

struct receivers *
session_load_receivers(struct fault *fault)
{
    struct receivers *receivers = receivers_new();
    char *user = paths_usual_file("XDG_CONFIG_HOME", ".config", "receivers.conf");
    bool ok = (textfile_is_missing(receivers_of_machine) ||
               receivers_load(receivers, receivers_of_machine, on_report, NULL, fault)) &&
              (!user || receivers_load(receivers, user, on_report, NULL, fault));
    free(user);
    if (ok)
        return receivers;
    receivers_free(receivers);
    return NULL;
}

struct marks *
session_load_marks(struct fault *fault)
{
    struct marks *marks = marks_new();
    char *user = paths_usual_file("XDG_CONFIG_HOME", ".config", "receivers.conf");
    bool ok = (textfile_is_missing(receivers_of_machine) ||
               marks_load(marks, receivers_of_machine, on_report, NULL, fault)) &&
              (!user || marks_load(marks, user, on_report, NULL, fault));
    free(user);
    if (ok)
        return marks;
    marks_free(marks);
    return NULL;
}

/* Reads the announced prefixes, if there are any. Returns false with a fault if they cannot be used. */
static bool
open_announced(struct dataset *d, struct fault *fault)
{
    char *path = paths_data("announced.asn");
    struct asn_table *table = path ? asn_table_open(path, fault) : NULL;
    bool ok = !path || table;
    if (table && asn_table_step(table, INT64_MAX, fault) == ASN_TABLE_READY) {
        dataset_set_announced(d, table);
    } else if (table) {
        asn_table_free(table);
        ok = false;
    }
    free(path);
    return ok;
}

/* Reads the tables that sync made. One that cannot be used is a warning, unless there is another. */
static void
open_tables(struct dataset *d, struct fault *warning)
{
    struct fault fault;
    char *path = paths_data("allocations.asn");
    struct allocations *allocations = path ? allocations_open(path, &fault) : NULL;
    while (allocations && allocations_step(allocations, &fault))
        ;
    bool ok = !path || (allocations && !*fault.text);
    if (ok && allocations)
        dataset_set_allocations(d, allocations);
    else
        allocations_free(allocations);
    free(path);
    ok &= open_announced(d, ok ? &fault : warning);
    if (!ok && !*warning->text)
        *warning = fault;
}

bool
session_open(struct engine *s, const struct options *o, struct fault *fault, struct fault *warning, int *status)
{
    char *usual = o->policy ? NULL : paths_usual_file("XDG_CONFIG_HOME", ".config", "policy.conf");
    const char *policy = o->policy ? o->policy : usual;
    *s = (struct engine){.loop = loop_new(), .max_age_ms = o->max_age_ms};
    dataset_init(&s->dataset, s->loop, session_load_lists(o, fault, status));
    if (s->dataset.catalogue)
        *status = STATUS_FILE;
    bool ok = s->dataset.catalogue && (!policy || policy_load(&s->dataset.policy, policy, fault));
    free(usual);
    s->dataset.kept = paths_usual("XDG_CACHE_HOME", ".cache", "");
    if (ok && warning) {
        s->dataset.asndb = asndb_open(o->asn_db, warning);
        ok = s->dataset.asndb || !o->asn_db;
        if (!ok)
            *fault = *warning;
        open_tables(&s->dataset, warning);
    }
    if (!ok || !open_resolver(s, o, fault, status)) {
        session_close(s);
        return false;
    }
    s->ask_examples = o->server_count > 0;
    for (size_t i = 0; i < o->server_count; i++)
        if (!addr_is_loopback(&o->servers[i].addr))
            s->ask_examples = false;
    return true;
}

char *
session_zones_directory(const struct options *o)
{
    return o->zones ? mem_copy(o->zones) : paths_data("zones");
}

bool
session_open_zones(struct engine *s, const struct options *o, unsigned levels, const char *needed_for,
                   struct fault *fault, int *status)
{
    char *directory = session_zones_directory(o);
    bool ok = !needed_for;
    *status = directory ? STATUS_FILE : STATUS_USAGE;
    if (directory) {
        struct zone_set *zones = zone_set_new(directory, s->dataset.catalogue, levels);
        zone_set_max_age(zones, o->max_age_ms);
        ok = zone_set_step(zones, INT64_MAX, fault) == ZONE_SET_CHANGED;
        if (ok)
            s->dataset.zones = zones;
        else
            zone_set_close(zones);
        ok |= !needed_for && !catalogue_level(s->dataset.catalogue, 1)->chosen; /* then others answer by DNS alone */
    } else if (needed_for)
        fault_set(fault, "%s needs zone files; " DATA_DATE_FETCH ", or name their folder with --zones DIR", needed_for);
    free(directory);
    return ok;
}

void
session_report_doubts(const struct engine *s)
{
    for (size_t i = 0; s->dataset.zones && i < catalogue_count(s->dataset.catalogue); i++) {
        const struct list *list = catalogue_list(s->dataset.catalogue, i);
        const char *doubt = zone_set_doubt(s->dataset.zones, list);
        const char *ignored = zone_set_ignored(s->dataset.zones, list);
        struct fault fault;
        if (ignored)
            exit_status_report(ignored, 0);
        if (doubt) {
            fault_set(&fault, "%s is not used: %s", list->zone, doubt);
            exit_status_report(fault.text, 0);
        }
    }
}

void
session_report_zones(const struct engine *s, bool ages)
{
    session_report_doubts(s);
    for (size_t i = 0; i < catalogue_count(s->dataset.catalogue); i++) {
        const struct list *list = catalogue_list(s->dataset.catalogue, i);
        const struct zone_file *file = dataset_zone(&s->dataset, list);
        size_t count = file ? zone_file_warning_count(file) : 0;
        struct fault fault;
        if (file && ages && data_date_age(zone_file_date(file)) != DATA_FRESH) {
            struct buf age = {0};
            data_date_put(&age, zone_file_date(file));
            fault_set(&fault, "the zone file of %s is %s%s", list->zone, buf_string(&age),
                      data_date_age(zone_file_date(file)) == DATA_STALE ? DATA_DATE_CURE : "");
            exit_status_report(fault.text, 0);
            buf_free(&age);
        }
        if (count == 0)
            continue;
        struct zone_file_warning first = zone_file_warning_at(file, 0);
        const char *slash = strrchr(zone_file_path(file), '/');
        fault_set(&fault, "%s:%zu: '%.60s' was skipped: %s (%zu line%s skipped in this file)",
                  slash ? slash + 1 : zone_file_path(file), first.line, first.text, first.why, count,
                  count > 1 ? "s" : "");
        exit_status_report(fault.text, 0);
    }
}

/* The database itself is opened only if neither announced prefixes nor its compact file are there. */
bool
session_open_map(struct engine *s, const struct options *o, const char *needed_for, struct fault *fault, int *status)
{
    struct dataset *d = &s->dataset;
    struct asn_table *kept = NULL;
    *status = STATUS_FILE;
    if (!d->announced && !open_announced(d, fault))
        exit_status_report(fault->text, 0);
    if (d->announced)
        return true;
    if (!d->asndb && d->kept)
        kept = asn_table_kept(o->asn_db, d->kept);
    if (kept && dataset_read_asn_table(d, kept, fault))
        return true;
    d->fault.text[0] = '\0';
    if (!d->asndb)
        d->asndb = asndb_open(o->asn_db, fault);
    if (d->asndb)
        return dataset_read_asn_table(d, NULL, fault);
    if (*fault->text)
        return false;
    *status = STATUS_USAGE;
    return fault_set(fault, "%s needs an ASN database; name one with --asn-db FILE", needed_for);
}

/* ---- the journal ---- */

char *
session_journal_path(const struct options *o, struct fault *fault)
{
    char *path = o->journal ? mem_copy(o->journal) : paths_usual("XDG_DATA_HOME", ".local/share", "journal.db");
    if (!path)
        fault_set(fault, "no place for the journal, because HOME is not set; name a file with --journal FILE");
    return path;
}

bool
session_open_journal(struct engine *s, const struct options *o, bool anyway, recorder_reports *report, void *arg,
                     struct fault *notice, struct fault *fault)
{
    struct fault ignored;
    notice->text[0] = fault->text[0] = '\0';
    if (!anyway && (o->no_journal || (!o->journal && !options_need_journal(o))))
        return true;
    char *path = o->no_journal ? NULL : session_journal_path(o, fault);
    /* With a deadline, no single write may wait: the recorder tries again until then. */
    int wait_ms = anyway || o->deadline_ms ? JOURNAL_WAIT_CONSOLE_MS : JOURNAL_WAIT_MS;
    if (!anyway && o->deadline_ms > 0 && o->deadline_ms < 2 * JOURNAL_WAIT_OPEN_MS) /* most of it is for answers */
        wait_ms = 0;
    struct journal *journal = path ? journal_open(path, !o->journal, JOURNAL_WRITES, wait_ms, notice, fault) : NULL;
    bool ok = journal || o->no_journal;
    if (!journal && anyway)
        journal = journal_open_memory(&ignored);
    if (journal)
        s->recorder = recorder_new(s->loop, journal, !anyway, report, arg);
    if (journal && !ok && path)
        recorder_open_later(s->recorder, path, !o->journal);
    free(path);
    return ok;
}

bool
session_recall_zones(struct engine *s, struct fault *fault)
{
    enum { WEEK_MS = 7 * 24 * 60 * 60 * 1000, DAY_MS = WEEK_MS / 7 }; /* a shorter list is believed after a week */
    struct journal *journal = s->recorder ? recorder_journal(s->recorder) : NULL;
    struct zone_set *zones = s->dataset.zones;
    fault->text[0] = '\0';
    for (size_t i = 0; zones && journal && i < catalogue_count(s->dataset.catalogue); i++) {
        const struct list *list = catalogue_list(s->dataset.catalogue, i);
        int64_t had, at_ms, now = clock_wall_ms();
        struct fault ignored; /* without the number nothing is known, as at first */
        if (!zone_set_at(zones, list) || !journal_zone_entries(journal, list->zone, &had, &at_ms, &ignored))
            continue;
        int64_t has = (int64_t)zone_set_compare(zones, list, now - at_ms < WEEK_MS ? (size_t)had : 0);
        if (zone_set_doubt(zones, list))
            fault_set(fault, "%s is not used: %s", list->zone, zone_set_doubt(zones, list));
        else if ((has != had || now - at_ms > DAY_MS) && recorder_stores(s->recorder))
            journal_zone_entries_store(journal, list->zone, list->part, has, &ignored);
    }
    return *fault->text;
}

void
session_keep_journal(struct engine *s, const struct options *o)
{
    struct fault notice, fault;
    bool ok = session_open_journal(s, o, false, on_report, NULL, &notice, &fault);
    if (*notice.text)
        exit_status_report(notice.text, 0);
    if (!ok)
        exit_status_report(fault.text, 0);
    session_recall_zones(s, &fault);
}

void
session_contacts(const struct engine *s, const struct options *o, struct contacts_setup *out)
{
    *out = (struct contacts_setup){.loop = s->loop,
                                   .resolver = s->resolver,
                                   .recorder = s->recorder,
                                   .fetch = paths_program(o->program, "whylisted-fetch"),
                                   .rdap = o->rdap,
                                   .ripestat = o->ripestat,
                                   .ask_examples = s->ask_examples};
    if (o->offline)
        fault_set(&out->refused, "contacts are not looked up with --offline");
    else if (o->contacts == LOOKUP_NO)
        fault_set(&out->refused, "contacts are not looked up with contacts = no");
}

bool
session_read_target(char *const *words, size_t count, const struct catalogue *catalogue, struct target *out,
                    struct fault *fault)
{
    struct fault note;
    struct resource resource;
    if (!target_read((const char *const *)words, count, catalogue, true, out, &note, fault) ||
        !target_resource(out, &resource, fault))
        return false;
    if (*note.text)
        exit_status_report(note.text, 0);
    return true;
}

bool
session_read_stdin(struct buf *out, struct fault *fault)
{
    enum { PIECE = 65536, MOST = 16 * 1024 * 1024 };
    ssize_t count = 1;
    while (count > 0 && out->count < MOST) {
        char *room = buf_room(out, PIECE);
        count = read(STDIN_FILENO, room, PIECE);
        buf_wrote(out, room + (count > 0 ? count : 0));
    }
    return count == 0 || fault_set(fault, "cannot read stdin: %s", count < 0 ? strerror(errno) : "it is too large");
}

int
session_refuse(const struct options *o, const char *sentence, int status)
{
    exit_status_report(sentence, status);
    if (o->format != FORMAT_NAGIOS)
        return status;
    struct buf clean = {0};
    text_clean(&clean, sentence, strlen(sentence), TEXT_CLEAN_MAX);
    for (size_t i = 0; i < clean.count; i++)
        if (clean.at[i] == '|') /* starts the performance data */
            clean.at[i] = '/';
    printf("DNSBL UNKNOWN - %s\n", buf_string(&clean));
    buf_free(&clean);
    return exit_status_for_monitoring(status);
}

void
session_close(struct engine *s)
{
    recorder_free(s->recorder);
    sweep_store_free_all(s);
    dns_facts_fini(&s->dns_facts);
    dataset_fini(&s->dataset);
    zone_set_close(s->dataset.zones);
    health_free(s->health);
    resolver_free(s->resolver);
    for (size_t i = 0; i < s->list_resolvers.count; i++)
        resolver_free(s->list_resolvers.at[i]);
    vec_free(&s->list_resolvers);
    asndb_close(s->dataset.asndb);
    loop_free(s->loop);
    catalogue_free((struct catalogue *)s->dataset.catalogue);
    *s = (struct engine){0};
}
