#include "session/settings.h"

#include "base/mem.h"
#include "base/spelling.h"
#include "base/text.h"
#include "fetch/url.h"
#include "journal/watches.h"
#include "lists/catalogue.h"
#include "session/paths.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS_MOST = 10 * 1000 * 1000 };

static bool
apply_resolver(struct options *o, const char *value, struct fault *fault)
{
    struct endpoint server;
    if (!endpoint_parse(value, &server))
        return fault_set(fault,
                         "--resolver %s: not an address; write 192.0.2.53, 192.0.2.53:5353, [2001:db8::53]:53, "
                         "fe80::53%%eth0 or, for TCP alone, tcp:192.0.2.53",
                         value);
    if (o->server_count == RESOLVER_SERVERS)
        return fault_set(fault, "--resolver %s: too many resolvers; name at most %d", value, RESOLVER_SERVERS);
    o->servers[o->server_count++] = server;
    return true;
}

static bool
apply_journal(struct options *o, const char *value, struct fault *fault)
{
    if (!*value)
        return fault_set(fault, "--journal needs a file name");
    free(o->journal);
    o->journal = mem_copy(value);
    o->no_journal = false;
    return true;
}

static bool
apply_number(struct options *o, const char *value, struct fault *fault)
{
    int64_t number = 0;
    size_t used = text_read_integer(value, ROWS_MOST, &number);
    if (used == 0 || value[used] || number < 1)
        return fault_set(fault, "-n %s: not a number of rows", value);
    o->number = (size_t)number;
    return true;
}

void
settings_add_target(struct options *o, char *text)
{
    o->targets = mem_grow(o->targets, (o->target_count + 1) * sizeof *o->targets);
    o->targets[o->target_count++] = text;
}

static bool
apply_host(struct options *o, const char *value, struct fault *fault)
{
    (void)fault;
    settings_add_target(o, (char *)value);
    return true;
}

static bool
apply_completion(struct options *o, const char *value, struct fault *fault)
{
    static const char *const shells[] = {[SHELL_BASH] = "bash", [SHELL_ZSH] = "zsh", [SHELL_FISH] = "fish"};
    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
        if (strcmp(value, shells[i]) != 0)
            continue;
        o->command = COMMAND_COMPLETION;
        o->shell = (enum shell)i;
        return true;
    }
    return fault_set(fault, "--completion %s: choose bash, zsh or fish", value);
}

static bool
apply_max_age(struct options *o, const char *value, struct fault *fault)
{
    static const char units[] = "smhdw";
    static const int64_t unit_ms[] = {1000, 60000, 3600000, 86400000, 604800000};
    int64_t number = 0;
    size_t used = text_read_integer(value, INT32_MAX, &number);
    const char *unit = used > 0 && value[used] && !value[used + 1] ? strchr(units, value[used]) : NULL;
    if (!unit || number < 1)
        return fault_set(fault, "--max-age %s: not a duration; write 90m, 6h, 2d or 1w", value);
    o->max_age_ms = number * unit_ms[unit - units];
    return true;
}

static bool
apply_quorum(struct options *o, const char *value, struct fault *fault)
{
    int64_t number = 0;
    size_t used = text_read_integer(value, CATALOGUE_QUORUM_MOST, &number);
    if (strcmp(value, "all") != 0 && (used == 0 || value[used] || number < 1))
        return fault_set(fault, "--quorum %s: write all, or a number of lists from 1 to %d", value,
                         CATALOGUE_QUORUM_MOST);
    o->quorum = (unsigned)number;
    return true;
}

static bool
apply_mirror(struct options *o, const char *value, struct fault *fault)
{
    char host[URL_HOST];
    struct fault why;
    if (!url_is_rsync(value) && !url_check_plain(value, host, &why))
        return fault_set(fault, "--mirror %s: write http://HOST/FOLDER, https://HOST/FOLDER or HOST::MODULE", value);
    free(o->mirror);
    o->mirror = mem_copy(value);
    return true;
}

static bool
apply_damping(struct options *o, const char *value, struct fault *fault)
{
    int64_t need = 0, of = 0;
    size_t used = text_read_integer(value, JOURNAL_LOOKS_MOST, &need);
    size_t more = used > 0 && value[used] == '/' ? text_read_integer(value + used + 1, JOURNAL_LOOKS_MOST, &of) : 0;
    if (more == 0 || value[used + 1 + more] || need < 1 || need > of)
        return fault_set(fault, "--damping %s: write N/M, as 2/3: N of the last M looks, M at most %d", value,
                         JOURNAL_LOOKS_MOST);
    o->damping.need = (unsigned)need;
    o->damping.of = (unsigned)of;
    return true;
}

/* Values of an enum, in its order. */
static const char *const format_words[] = {"text", "json", "csv", "nagios", "prometheus", "eml", "xarf", NULL};
static const char *const rank_words[] = {"ratio", "score", "impacts", "listed", NULL};
static const char *const lookup_words[] = {"yes", "no", NULL};
static const char *const source_words[] = {"dbip", "ipinfo", "iptoasn", "ris", "none", NULL};
static const char *const language_words[] = {"en", "de", NULL};
static const char *const mouse_words[] = {"yes", "no", NULL};
static const char *const collateral_words[] = {"no", "yes", NULL};
static const char *const digest_words[] = {"no", "daily", NULL};
static const char *const colour_words[] = {"auto", "always", "never", NULL};

#define FIELD(member) .field = offsetof(struct options, member)

const struct setting settings[] = {
    {"Data sources", "resolver", "ADDR[:PORT]", "query this DNS server (repeatable)", true, .function = apply_resolver},
    {NULL, "lists", "LISTS", "query uceprotect, all or ZONE,...", true, FIELD(lists), .offers = "uceprotect all"},
    {NULL, "quorum", "all|N", "need answers of N weighty lists (default all)", true, .function = apply_quorum,
     .offers = "all", .standard = "all"},
    {NULL, "probe", NULL, "have each list prove itself (lists)", false, FIELD(probe), .only = "lists"},
    {NULL, "no-check", NULL, "read only, ask nothing (bounce)", false, FIELD(no_check), .only = "bounce"},
    {NULL, "timeout", "SECONDS", "timeout for one try (two tries; default 3)", true, FIELD(timeout_ms), .seconds = 300,
     .standard = "3"},
    {NULL, "offline", NULL, "send no packets; use local files only", true, FIELD(offline)},
    {NULL, "zones", "DIR", "read the zone files of the lists in DIR", true, FIELD(zones)},
    {NULL, "max-age", "DURATION", "doubt data older than 6h, 2d ...", true, .function = apply_max_age},
    {NULL, "asn-db", "FILE", "use this ASN database (MMDB)", true, FIELD(asn_db)},
    {NULL, "policy", "FILE", "use the limits in FILE (see policy.conf)", true, FIELD(policy)},
    {NULL, "fleet", "FILE", "read the targets of fleet and watch from FILE", true, FIELD(fleet)},
    {NULL, "contacts", "yes|no", "look up abuse contacts for complaints", true, FIELD(contacts), .words = lookup_words},
    {NULL, "rdap", "URL", "get the registries' RDAP files from this folder", true, FIELD(rdap)},
    {NULL, "ripestat", "URL", "use this folder in place of RIPEstat's", true, FIELD(ripestat)},
    {"Output", "format", "FORMAT", "text, json, csv, nagios, prometheus, eml or xarf", true, FIELD(format),
     .words = format_words},
    {NULL, "json", NULL, "print JSON, like --format json", false, FIELD(format), .constant = FORMAT_JSON},
    {NULL, "html", NULL, "print a page of HTML (report)", false, FIELD(format), .constant = FORMAT_HTML,
     .only = "report"},
    {NULL, "number", "N", "print N rows, 20 by default", false, .function = apply_number, .letter = 'n',
     .standard = "20"},
    {NULL, "sort", "KEY", "rank by ratio, score, impacts or listed (top)", false, FIELD(rank), .words = rank_words,
     .only = "top"},
    {NULL, "summary", NULL, "count rejections by list and receiver (bounce)", false, FIELD(summary), .only = "bounce"},
    {NULL, "color", "WHEN", "use colour: auto, always or never", true, FIELD(colour), .words = colour_words},
    {NULL, "ascii", NULL, "draw with ASCII only", true, FIELD(ascii)},
    {NULL, "theme", "NAME", "colours: auto, dark, light, mono or your own", true, FIELD(theme),
     .offers = "auto dark light mono", .standard = "auto"},
    {NULL, "mouse", "yes|no", "take clicks and the wheel in the console", true, FIELD(mouse), .words = mouse_words},
    {"Domains (domain)", "spf-check", "ADDRESS", "tell if SPF lets ADDRESS send", false, FIELD(spf_check),
     .only = "domain"},
    {NULL, "from", "SENDER", "with this sender", false, FIELD(from)},
    {NULL, "helo", "NAME", "with this HELO name", false, FIELD(helo)},
    {"Files (sync)", "mirror", "URL|MODULE", "sync zone files from this folder or rsync module", true,
     .function = apply_mirror},
    {NULL, "asn-source", "NAME", "sync ASN data: dbip, ipinfo, iptoasn, ris or none", true, FIELD(asn_source),
     .words = source_words},
    {NULL, "asn-mirror", "URL", "get the files of asn-source from this folder", true, FIELD(asn_mirror)},
    {NULL, "now", NULL, "sync before files are due", false, FIELD(now), .only = "sync"},
    {NULL, "status", NULL, "tell what sync has, and when it asks again", false, FIELD(status), .only = "sync"},
    {"Journal", "journal", "FILE", "save lookups in FILE and compare with it", true, .function = apply_journal},
    {NULL, "no-journal", NULL, "do not use a journal", true, FIELD(no_journal)},
    {NULL, "changed", NULL, "print only what changed since the last look", false, FIELD(changed), .only = "check"},
    {"Watch", "mail-to", "ADDRESS", "mail reports to ADDRESS", true, FIELD(mail_to)},
    {NULL, "sendmail", "PROGRAM", "mail with this in place of sendmail(8)", true, FIELD(sendmail)},
    {NULL, "hook", "COMMAND", "give reports as JSON to a shell command", true, FIELD(hook)},
    {NULL, "textfile", "FILE", "write metrics to FILE, for node_exporter", true, FIELD(textfile)},
    {NULL, "damping", "N/M", "report after N of M looks (default 2/3)", true, .function = apply_damping,
     .standard = "2/3"},
    {NULL, "unknown-after", "N", "report N runs without a verdict (default 3)", true, FIELD(unknown_after),
     .most = 1000, .standard = "3"},
    {NULL, "watch-collateral", "yes|no", "report nets, providers and policy, too", true, FIELD(watch_collateral),
     .words = collateral_words},
    {NULL, "digest", "no|daily", "report once a day at most", true, FIELD(digest), .words = digest_words},
    {"Complaints (complain)", "letter", "NAME", "write this letter: net-owner, provider, own ...", false, FIELD(letter),
     .offers = "net-owner provider carrier-customer receiver own permanent reminder thanks", .only = "complain"},
    {NULL, "language", "en|de", "write the letter in English or German", true, FIELD(language),
     .words = language_words},
    {NULL, "eml", NULL, "print a draft for a mail program", false, FIELD(format), .constant = FORMAT_EML},
    {NULL, "csv", NULL, "print CSV, like --format csv", false, FIELD(format), .constant = FORMAT_CSV},
    {NULL, "edit", NULL, "edit the letter before it is printed", false, FIELD(edit), .only = "complain"},
    {NULL, "sent", NULL, "record in the journal that it was sent", false, FIELD(sent), .only = "complain"},
    {NULL, "name", "NAME", "sign letters with this name", true, FIELD(name)},
    {NULL, "mail-from", "ADDRESS", "sign letters with this address", true, FIELD(mail_from)},
    {"Cases (journal note)", "state", "STATE", "set the state: open, waiting or closed", false, FIELD(state),
     .offers = "open waiting closed", .only = "journal note"},
    {NULL, "ticket", "TEXT", "set the ticket number", false, FIELD(ticket), .only = "journal note"},
    {NULL, "tags", "WORDS", "replace the tags", false, FIELD(tags), .only = "journal note"},
    {NULL, "told", "WHO", "record a contact: 'WHO' or 'WHO: WHAT'", false, FIELD(told), .only = "journal note"},
    {NULL, "due", "DATE", "set the follow-up: 2026-12-01, 7d or none", false, FIELD(due), .only = "journal note"},
    {"Deleting and sweeping", "before", "DATE", "forget entries last seen before 2026-01-31, 90d", false, FIELD(before),
     .only = "journal forget"},
    {NULL, "yes", NULL, "allow forgetting, setup, wide sweeps and batches", false, FIELD(yes)},
    {"Monitoring (check --format nagios)", "host", "ADDRESS", "check this target", false, .function = apply_host,
     .letter = 'H'},
    {NULL, "deadline", "SECONDS", "print what is known after so long", false, FIELD(deadline_ms), .seconds = 86400,
     .letter = 't'},
    {NULL, "warning", "N", "warn at N listings or more", false, FIELD(warning), .most = 1000, .letter = 'w'},
    {NULL, "critical", "N", "be critical at N listings or more", false, FIELD(critical), .most = 1000, .letter = 'c'},
    {NULL, "extra-opts", "SECTION@FILE", "take lists and options of check_rbl's ini", false, FIELD(extra_opts)},
    {NULL, "verbose", NULL, "add a line for each list", false, FIELD(verbose), .letter = 'v'},
    {"General", "config", "FILE", "read this configuration file", false, FIELD(config)},
    {NULL, "defaults", NULL, "print a commented configuration (config)", false, FIELD(defaults), .only = "config"},
    {NULL, "system", NULL, "set up the machine, not the user (setup)", false, FIELD(system), .only = "setup"},
    {NULL, "completion", "SHELL", "print completions for bash, zsh or fish", false, .function = apply_completion,
     .offers = "bash zsh fish"},
    {NULL, "help", NULL, "print this help", false, FIELD(command), .constant = COMMAND_HELP, .letter = 'h'},
    {NULL, "version", NULL, "print the version", false, FIELD(command), .constant = COMMAND_VERSION, .letter = 'V'},
    {NULL, "ipinfo-token", "TOKEN", "token for asn-source = ipinfo", true, FIELD(ipinfo_token), .secret = true},
};

const size_t settings_count = sizeof settings / sizeof settings[0];
const size_t settings_shown = sizeof settings / sizeof settings[0] - 1;
_Static_assert(sizeof settings <= SETTINGS_MOST * sizeof settings[0], "SETTINGS_MOST is too small");

char *
settings_names(const void *rows, size_t row_size, size_t count)
{
    struct buf names = {0};
    for (size_t i = 0; i < count; i++) {
        const char *name = *(const char *const *)((const char *)rows + i * row_size);
        buf_format(&names, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ", name);
    }
    return buf_take(&names);
}

static bool
is_text_fit(const struct setting *setting, const char *value, struct fault *fault)
{
    char host[URL_HOST];
    struct fault why;
    bool is_folder = strcmp(setting->value, "DIR") == 0;
    if (!*value && (is_folder || strcmp(setting->value, "FILE") == 0))
        return fault_set(fault, "--%s needs a %s name", setting->name, is_folder ? "folder" : "file");
    if (strcmp(setting->value, "URL") == 0 && !url_check(value, host, &why))
        return fault_set(fault, "--%s: %s", setting->name, why.text);
    return true;
}

static bool
apply(struct options *o, const struct setting *setting, const char *value, struct fault *fault)
{
    void *field = (char *)o + setting->field;
    if (setting->function)
        return setting->function(o, value, fault);
    if (setting->words) {
        int chosen = 0, count = 0;
        while (setting->words[chosen] && strcmp(value, setting->words[chosen]) != 0)
            chosen++;
        while (setting->words[count])
            count++;
        char *names = settings_names(setting->words, sizeof *setting->words, (size_t)count);
        if (chosen == count)
            fault_set(fault, "--%s %s: choose %s", setting->name, value, names);
        free(names);
        if (chosen == count)
            return false;
        *(int *)field = chosen;
    } else if (setting->seconds > 0) {
        char *end;
        double seconds = strtod(value, &end);
        if (end == value || *end || !(seconds >= 0.05 && seconds <= setting->seconds))
            return fault_set(fault, "--%s %s: not a number of seconds between 0.05 and %g", setting->name, value,
                             setting->seconds);
        *(int64_t *)field = (int64_t)(seconds * 1000);
    } else if (setting->most > 0) {
        int64_t number = 0;
        size_t used = text_read_integer(value, setting->most, &number);
        if (used == 0 || value[used] || number < 1)
            return fault_set(fault, "--%s %s: not a number between 1 and %u", setting->name, value, setting->most);
        *(unsigned *)field = (unsigned)number;
    } else if (setting->value) {
        if (!is_text_fit(setting, value, fault))
            return false;
        free(*(char **)field);
        *(char **)field = mem_copy(value);
    } else if (setting->constant) {
        *(int *)field = setting->constant;
    } else {
        *(bool *)field = !value;
    }
    return true;
}

static void
note(struct option_source *source, const struct setting *setting, const char *value, const struct setting_place *place)
{
    struct buf text = {0};
    if (source->value && setting->function == apply_resolver)
        buf_format(&text, "%s, ", source->value);
    buf_text(&text, value ? value : "yes");
    free(source->value);
    free(source->path);
    *source = (struct option_source){buf_take(&text), mem_copy(place->path), place->line};
}

bool
settings_apply(struct options *o, const struct setting *setting, const char *value, const struct setting_place *place,
               struct fault *fault)
{
    struct option_source *source = &o->sources[setting - settings];
    bool is_path = setting->value && (strcmp(setting->value, "FILE") == 0 || strcmp(setting->value, "DIR") == 0);
    char *expanded = value && is_path ? paths_expand(value) : NULL;
    if (setting->function == apply_resolver && source->value && strcmp(source->path, place->path) != 0) {
        free(source->value);
        source->value = NULL;
        o->server_count = 0;
    }
    bool ok = apply(o, setting, expanded ? expanded : value, fault);
    if (ok)
        note(source, setting, expanded ? expanded : value, place);
    free(expanded);
    return ok;
}

void
settings_begin(struct options *o)
{
    struct fault ignored;
    o->sources = mem_zero(settings_count * sizeof *o->sources);
    for (size_t i = 0; i < settings_count; i++)
        if (settings[i].standard)
            apply(o, &settings[i], settings[i].standard, &ignored);
}

void
settings_end(struct options *o)
{
    for (size_t i = 0; i < settings_count; i++) {
        free(o->sources[i].value);
        free(o->sources[i].path);
        if (!settings[i].function && settings[i].value && !settings[i].words && !settings[i].seconds &&
            !settings[i].most)
            free(*(char **)((char *)o + settings[i].field));
    }
    free(o->sources);
}

const struct setting *
settings_misplaced(const struct options *o, const char *command)
{
    for (size_t i = 0; i < settings_count; i++)
        if (settings[i].only && o->sources[i].value && strcmp(settings[i].only, command) != 0)
            return &settings[i];
    return NULL;
}

const char *
settings_standard(const struct setting *setting)
{
    return setting->standard ? setting->standard : setting->words ? setting->words[0] : setting->value ? NULL : "no";
}

const char *
settings_nearest(const char *name, bool in_config)
{
    struct spelling spelling = {.word = name};
    for (size_t i = 0; i < settings_count; i++)
        if (in_config ? settings[i].in_config : !settings[i].secret)
            spelling_offer(&spelling, settings[i].name);
    return spelling.nearest;
}
