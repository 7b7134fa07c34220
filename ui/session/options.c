#include "session/options.h"

#include "base/inifile.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/textfile.h"
#include "journal/watches.h"
#include "lists/catalogue.h"
#include "lists/list_key.h"
#include "session/exit_status.h"
#include "session/paths.h"
#include "targets/target.h"

#include <ctype.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TIMEOUT_DEFAULT_MS = 3000,
    ROWS_DEFAULT = 20,
    ROWS_MOST = 10 * 1000 * 1000,
    LOOKS_NEED = 2,
    LOOKS_OF = 3,
    BLIND_AFTER = 3
};

/* ---- settings ---- */

typedef bool apply(struct options *, const char *value, struct fault *);

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

static void
add_target(struct options *o, char *text)
{
    o->targets = mem_grow(o->targets, (o->target_count + 1) * sizeof *o->targets);
    o->targets[o->target_count++] = text;
}

static bool
apply_host(struct options *o, const char *value, struct fault *fault)
{
    (void)fault;
    add_target(o, (char *)value);
    return true;
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
static const char *const format_words[] = {"text", "json", "csv", "nagios", "prometheus", NULL};
static const char *const rank_words[] = {"ratio", "score", "impacts", "listed", NULL};
static const char *const mouse_words[] = {"yes", "no", NULL};
static const char *const collateral_words[] = {"no", "yes", NULL};
static const char *const digest_words[] = {"no", "daily", NULL};
static const char *const colour_words[] = {"auto", "always", "never", NULL};

#define FIELD(member) .field = offsetof(struct options, member)

/* One row an option, in the order of the help text. Without a function, the value goes to the field: a text, the number
 * of a word in `words`, a number or time, the constant, or true. */
static const struct setting {
    const char *group; /* heading above it in the help text, NULL = as before */
    const char *name;
    const char *value; /* its placeholder in the help text; NULL: a switch */
    const char *help;
    bool in_config; /* allowed in the configuration file: `name = value`, for a switch `name = yes` or `no` */
    apply *function;
    size_t field;
    const char *const *words;
    int constant;
    double seconds; /* the most of them; the field has milliseconds */
    unsigned most;  /* of a number */
    char letter;    /* its short form, 0 = none */
} settings[] = {
    {"Data sources", "resolver", "ADDR[:PORT]", "query this DNS server (repeatable)", true, .function = apply_resolver},
    {NULL, "lists", "LISTS", "query uceprotect, all or ZONE,...", true, FIELD(lists)},
    {NULL, "quorum", "all|N", "need answers of N weighty lists (default all)", true, .function = apply_quorum},
    {NULL, "probe", NULL, "have each list prove itself (lists)", false, FIELD(probe)},
    {NULL, "no-check", NULL, "read only, ask nothing (bounce)", false, FIELD(no_check)},
    {NULL, "timeout", "SECONDS", "timeout for one try (two tries; default 3)", true, FIELD(timeout_ms), .seconds = 300},
    {NULL, "offline", NULL, "send no packets; use local files only", true, FIELD(offline)},
    {NULL, "zones", "DIR", "read the zone files of the lists in DIR", true, FIELD(zones)},
    {NULL, "max-age", "DURATION", "doubt data older than 6h, 2d ...", true, .function = apply_max_age},
    {NULL, "asn-db", "FILE", "use this ASN database (MMDB)", true, FIELD(asn_db)},
    {NULL, "policy", "FILE", "use the limits in FILE (see policy.conf)", true, FIELD(policy)},
    {NULL, "fleet", "FILE", "read the targets of fleet and watch from FILE", true, FIELD(fleet)},
    {"Output", "format", "FORMAT", "print text, json, csv, nagios or prometheus", true, FIELD(format),
     .words = format_words},
    {NULL, "json", NULL, "print JSON, like --format json", false, FIELD(format), .constant = FORMAT_JSON},
    {NULL, "number", "N", "print N rows, 20 by default", false, .function = apply_number, .letter = 'n'},
    {NULL, "sort", "KEY", "rank by ratio, score, impacts or listed (top)", false, FIELD(rank), .words = rank_words},
    {NULL, "summary", NULL, "count rejections by list and receiver (bounce)", false, FIELD(summary)},
    {NULL, "color", "WHEN", "use colour: auto, always or never", true, FIELD(colour), .words = colour_words},
    {NULL, "ascii", NULL, "draw with ASCII only", true, FIELD(ascii)},
    {NULL, "theme", "NAME", "colours: auto, dark, light, mono or your own", true, FIELD(theme)},
    {NULL, "mouse", "yes|no", "take clicks and the wheel in the console", true, FIELD(mouse), .words = mouse_words},
    {"Domains (domain)", "spf-check", "ADDRESS", "tell if SPF lets ADDRESS send", false, FIELD(spf_check)},
    {NULL, "from", "SENDER", "with this sender", false, FIELD(from)},
    {NULL, "helo", "NAME", "with this HELO name", false, FIELD(helo)},
    {"Journal", "journal", "FILE", "save lookups in FILE and compare with it", true, .function = apply_journal},
    {NULL, "no-journal", NULL, "do not use a journal", true, FIELD(no_journal)},
    {NULL, "changed", NULL, "print only what changed since the last look", false, FIELD(changed)},
    {"Watch", "mail-to", "ADDRESS", "mail reports to ADDRESS", true, FIELD(mail_to)},
    {NULL, "sendmail", "PROGRAM", "mail with this in place of sendmail(8)", true, FIELD(sendmail)},
    {NULL, "hook", "COMMAND", "give reports as JSON to a shell command", true, FIELD(hook)},
    {NULL, "textfile", "FILE", "write metrics to FILE, for node_exporter", true, FIELD(textfile)},
    {NULL, "damping", "N/M", "report after N of M looks (default 2/3)", true, .function = apply_damping},
    {NULL, "unknown-after", "N", "report N runs without a verdict (default 3)", true, FIELD(unknown_after),
     .most = 1000},
    {NULL, "watch-collateral", "yes|no", "report nets, providers and policy, too", true, FIELD(watch_collateral),
     .words = collateral_words},
    {NULL, "digest", "no|daily", "report once a day at most", true, FIELD(digest), .words = digest_words},
    {"Cases (journal note)", "state", "STATE", "set the state: open, waiting or closed", false, FIELD(state)},
    {NULL, "ticket", "TEXT", "set the ticket number", false, FIELD(ticket)},
    {NULL, "tags", "WORDS", "replace the tags", false, FIELD(tags)},
    {NULL, "told", "WHO", "record a contact: 'WHO' or 'WHO: WHAT'", false, FIELD(told)},
    {NULL, "due", "DATE", "set the follow-up: 2026-12-01, 7d or none", false, FIELD(due)},
    {"Deleting and sweeping", "before", "DATE", "forget entries last seen before 2026-01-31, 90d", false,
     FIELD(before)},
    {NULL, "yes", NULL, "allow forgetting, wide sweeps and large batches", false, FIELD(yes)},
    {"Monitoring (check --format nagios)", "host", "ADDRESS", "check this target", false, .function = apply_host,
     .letter = 'H'},
    {NULL, "deadline", "SECONDS", "print what is known after so long", false, FIELD(deadline_ms), .seconds = 86400,
     .letter = 't'},
    {NULL, "warning", "N", "warn at N listings or more", false, FIELD(warning), .most = 1000, .letter = 'w'},
    {NULL, "critical", "N", "be critical at N listings or more", false, FIELD(critical), .most = 1000, .letter = 'c'},
    {NULL, "verbose", NULL, "add a line for each list", false, FIELD(verbose), .letter = 'v'},
    {"General", "config", "FILE", "read this configuration file", false, FIELD(config)},
    {NULL, "help", NULL, "print this help", false, FIELD(command), .constant = COMMAND_HELP, .letter = 'h'},
    {NULL, "version", NULL, "print the version", false, FIELD(command), .constant = COMMAND_VERSION, .letter = 'V'},
};

enum { SETTINGS = sizeof settings / sizeof settings[0] };

/* Returns "open, waiting or closed" from the names at the start of `count` rows of a table; the caller frees it. */
static char *
list_names(const void *rows, size_t row_size, size_t count)
{
    struct buf names = {0};
    for (size_t i = 0; i < count; i++) {
        const char *name = *(const char *const *)((const char *)rows + i * row_size);
        buf_format(&names, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ", name);
    }
    return buf_take(&names);
}

/* `value` is NULL for a switch. */
static bool
apply_setting(struct options *o, const struct setting *setting, const char *value, struct fault *fault)
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
        char *names = list_names(setting->words, sizeof *setting->words, (size_t)count);
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
        bool is_folder = strcmp(setting->value, "DIR") == 0;
        if (!*value && (is_folder || strcmp(setting->value, "FILE") == 0))
            return fault_set(fault, "--%s needs a %s name", setting->name, is_folder ? "folder" : "file");
        free(*(char **)field);
        *(char **)field = mem_copy(value);
    } else if (setting->constant) {
        *(int *)field = setting->constant;
    } else {
        *(bool *)field = true;
    }
    return true;
}

/* ---- commands ---- */

static const struct {
    const char *name;
    enum command command;
    const char *usage, *help;
} commands[] = {
    {"check", COMMAND_CHECK, "TARGET... | -", "query the lists and print a verdict"},
    {"range", COMMAND_RANGE, "PREFIX | ADDRESS", "count listed neighbours (needs zone files)"},
    {"asn", COMMAND_ASN, "ASN | ADDRESS", "rate a provider (needs zone files)"},
    {"top", COMMAND_TOP, "", "rank all providers (needs zone files)"},
    {"compare", COMMAND_COMPARE, "TARGET TARGET...", "put providers, ranges or addresses side by side"},
    {"sweep", COMMAND_SWEEP, "PREFIX", "query level 1 for each address of a prefix"},
    {"bounce", COMMAND_BOUNCE, "[FILE... | -]", "say who refused mail, and why; then check"},
    {"domain", COMMAND_DOMAIN, "NAME... | -", "judge where a domain's mail leaves"},
    {"doctor", COMMAND_DOCTOR, "", "tell if the resolver is fit to query the lists"},
    {"lists", COMMAND_LISTS, "", "show the lists that are known"},
    {"fleet", COMMAND_FLEET, "[FILE]", "check the targets in a file, worst first"},
    {"watch", COMMAND_WATCH, "[FILE]", "report what changed in a fleet, for a timer"},
    {"journal", COMMAND_JOURNAL, "ACTION ...", "show and edit the journal of past lookups"},
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static const struct {
    const char *name, *usage, *help;
} actions[] = {
    [JOURNAL_LIST] = {"list", "[FILTER...]", "list entries: due follow-ups, then newest first"},
    [JOURNAL_SHOW] = {"show", "TARGET", "show cases, observations and changes"},
    [JOURNAL_NOTE] = {"note", "TARGET [TEXT | -]", "add a note, or set fields of the case"},
    [JOURNAL_SEARCH] = {"search", "FILTER...", "find entries, for example in:PREFIX since:30d"},
    [JOURNAL_EXPORT] = {"export", "[FILE]", "write everything as NDJSON, or with --format csv"},
    [JOURNAL_IMPORT] = {"import", "FILE | -", "merge an export into the journal"},
    [JOURNAL_MERGE] = {"merge", "OTHER.db", "merge another journal into this one"},
    [JOURNAL_CHECK] = {"check", "", "look for damage in the file"},
    [JOURNAL_FORGET] = {"forget", "TARGET", "delete a target for good, or use --before DATE"},
};

enum { ACTIONS = sizeof actions / sizeof actions[0] };

/* ---- the configuration file ---- */

static bool
apply_entry(void *arg, const struct inifile_entry *entry, struct fault *fault)
{
    struct options *o = arg;
    const struct setting *setting = settings, *end = settings + SETTINGS;
    if (*entry->section)
        return fault_set(fault, "[%s]: this file has no sections", entry->section);
    while (setting < end && !(setting->in_config && strcmp(setting->name, entry->key) == 0))
        setting++;
    if (setting == end)
        return fault_set(fault, "%s: unknown setting; see whylisted --help", entry->key);
    if (setting->value) {
        char *value = paths_expand(entry->value);
        bool ok = apply_setting(o, setting, value, fault);
        free(value);
        return ok;
    }
    bool on = strcmp(entry->value, "yes") == 0;
    if (!on && strcmp(entry->value, "no") != 0)
        return fault_set(fault, "%s = %s: write yes or no", setting->name, entry->value);
    return !on || apply_setting(o, setting, NULL, fault);
}

char *
options_usual_path(const char *variable, const char *fallback, const char *name)
{
    const char *base = getenv(variable), *home = getenv("HOME");
    struct buf path = {0};
    if (base && *base == '/')
        buf_format(&path, "%s/whylisted/%s", base, name);
    else if (home && *home == '/')
        buf_format(&path, "%s/%s/whylisted/%s", home, fallback, name);
    return path.count > 0 ? buf_take(&path) : NULL;
}

char *
options_usual_file(const char *variable, const char *fallback, const char *name)
{
    char *path = options_usual_path(variable, fallback, name);
    if (path && !textfile_is_missing(path))
        return path;
    free(path);
    return NULL;
}

/* ---- the command line ---- */

/* getopt's values for the settings. Each is unique and no letter, because glibc accepts an abbreviation of two options
 * that share a value. */
enum { SETTING_FIRST = 1000 };

enum { LETTERS = 2 + 2 * SETTINGS + 1 };

/* Sets getopt's tables; `letters` begins with `mode`. */
static void
list_settings(struct option table[static SETTINGS + 1], const char *mode, char letters[static LETTERS])
{
    char *end = letters + snprintf(letters, LETTERS, "%s", mode);
    for (int i = 0; i < SETTINGS; i++) {
        table[i] = (struct option){settings[i].name, settings[i].value ? required_argument : no_argument, NULL,
                                   SETTING_FIRST + i};
        if (settings[i].letter)
            *end++ = settings[i].letter;
        if (settings[i].letter && settings[i].value)
            *end++ = ':';
    }
    *end = '\0';
    table[SETTINGS] = (struct option){0};
    optind = 0;
    opterr = 0;
}

/* Returns the setting of what getopt found. */
static const struct setting *
setting_of(int got)
{
    const struct setting *setting = settings;
    while (got < SETTING_FIRST && setting->letter != got)
        setting++;
    return got < SETTING_FIRST ? setting : &settings[got - SETTING_FIRST];
}

/* Resolvers on the command line replace those of the configuration file. */
static bool
read_arguments(struct options *o, int argc, char **argv, struct fault *fault)
{
    struct options configured = *o;
    struct option table[SETTINGS + 1];
    char letters[LETTERS];
    int got;
    o->server_count = 0;
    list_settings(table, ":", letters);
    while ((got = getopt_long(argc, argv, letters, table, NULL)) != -1) {
        if (got == ':')
            return fault_set(fault, "%s needs a value; see whylisted --help", argv[optind - 1]);
        if (got == '?' && optopt >= SETTING_FIRST)
            return fault_set(fault, "--%s takes no value; see whylisted --help", settings[optopt - SETTING_FIRST].name);
        if (got == '?' && optopt)
            return fault_set(fault, "unknown option -%c; see whylisted --help", optopt);
        if (got == '?')
            return fault_set(fault, "unknown option %s; see whylisted --help", argv[optind - 1]);
        if (!apply_setting(o, setting_of(got), optarg, fault))
            return false;
    }
    if (o->server_count == 0) {
        memcpy(o->servers, configured.servers, sizeof o->servers);
        o->server_count = configured.server_count;
    }
    return true;
}

/* Takes the action after `journal`. */
static bool
read_action(struct options *o, int argc, char **argv, struct fault *fault)
{
    size_t i = 0;
    while (optind < argc && i < ACTIONS && strcmp(argv[optind], actions[i].name) != 0)
        i++;
    if (optind < argc && i < ACTIONS) {
        o->action = (enum journal_action)i;
        optind++;
        return true;
    }
    char *names = list_names(actions, sizeof actions[0], ACTIONS);
    if (optind < argc)
        fault_set(fault, "unknown journal action '%.60s'; choose %s", argv[optind], names);
    else
        fault_set(fault, "journal needs an action; choose %s", names);
    free(names);
    return false;
}

/* Takes the command; other arguments are targets. */
static bool
read_command(struct options *o, int argc, char **argv, struct fault *fault)
{
    size_t i = 0;
    while (optind < argc && i < COMMANDS && strcmp(argv[optind], commands[i].name) != 0)
        i++;
    bool named = optind < argc && i < COMMANDS;
    const char *first = optind < argc ? argv[optind] : "";
    struct target target;
    struct fault note;
    bool is_word = !named && islower((unsigned char)*first) && !strpbrk(first, ".:/ ") &&
                   !target_read((const char *const *)argv + optind, (size_t)(argc - optind), catalogue_builtin(), false,
                                &target, &note, fault);
    if (o->command == COMMAND_CONSOLE && named) {
        o->command = commands[i].command;
    } else if (o->command == COMMAND_CONSOLE && is_word) { /* addresses and prefixes have a dot or a colon */
        char *names = list_names(commands, sizeof commands[0], COMMANDS);
        fault_set(fault, "unknown command '%.60s'; choose %s, or give an address or, with a capital, a provider's name",
                  first, names);
        free(names);
        return false;
    }
    optind += named;
    if (o->command == COMMAND_JOURNAL && !read_action(o, argc, argv, fault))
        return false;
    bool waits = o->deadline_ms && (o->command == COMMAND_DOCTOR || o->command == COMMAND_LISTS);
    bool monitors = o->target_count > 0 || (o->deadline_ms && !waits) || o->warning || o->critical || o->verbose;
    if (o->command == COMMAND_CONSOLE && monitors)
        o->command = COMMAND_CHECK;
    bool checks = o->command == COMMAND_CHECK || o->command == COMMAND_DOMAIN || o->command == COMMAND_FLEET ||
                  o->command == COMMAND_WATCH;
    if (monitors && o->command < COMMAND_HELP && !checks)
        return fault_set(fault, "-H, -t, -w, -c and -v work only with check, domain, fleet and watch");
    while (optind < argc)
        add_target(o, argv[optind++]);
    return true;
}

/* Refuses options that the command would ignore. */
static bool
options_fit(const struct options *o, struct fault *fault)
{
    const struct {
        const char *value, *name;
        enum journal_action action;
    } uses[] = {
        {o->state, "state", JOURNAL_NOTE}, {o->ticket, "ticket", JOURNAL_NOTE}, {o->tags, "tags", JOURNAL_NOTE},
        {o->told, "told", JOURNAL_NOTE},   {o->due, "due", JOURNAL_NOTE},       {o->before, "before", JOURNAL_FORGET},
    };
    bool checks = o->command == COMMAND_CONSOLE || o->command == COMMAND_CHECK || o->command == COMMAND_FLEET;
    if (o->command == COMMAND_HELP || o->command == COMMAND_VERSION)
        return true;
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++)
        if (uses[i].value && (o->command != COMMAND_JOURNAL || o->action != uses[i].action))
            return fault_set(fault, "--%s works only with journal %s", uses[i].name, actions[uses[i].action].name);
    if (o->probe && o->command != COMMAND_LISTS)
        return fault_set(fault, "--probe works only with lists");
    if ((o->no_check || o->summary) && o->command != COMMAND_BOUNCE)
        return fault_set(fault, "--%s works only with bounce", o->summary ? "summary" : "no-check");
    if (o->spf_check && o->command != COMMAND_DOMAIN)
        return fault_set(fault, "--spf-check works only with domain");
    if ((o->from || o->helo) && !o->spf_check)
        return fault_set(fault, "--%s works only with --spf-check", o->from ? "from" : "helo");
    if ((o->warning || o->critical || o->verbose) && o->format != FORMAT_NAGIOS)
        return fault_set(fault, "-w, -c and -v work only with --format nagios");
    if (o->warning && o->critical && o->critical < o->warning)
        return fault_set(fault, "-c %u is less than -w %u, so nothing would be a warning", o->critical, o->warning);
    if (o->changed && o->command != COMMAND_CHECK)
        return fault_set(fault, "--changed works only with check");
    if (o->changed && (o->no_journal || o->format == FORMAT_NAGIOS || o->format == FORMAT_PROMETHEUS))
        return fault_set(fault, "--changed compares with the journal, as text, json or csv; leave out %s",
                         o->no_journal ? "--no-journal" : "--format");
    if (o->command == COMMAND_WATCH && o->no_journal)
        return fault_set(fault, "watch compares with the journal; leave out --no-journal");
    if (o->command == COMMAND_WATCH && o->format > FORMAT_JSON)
        return fault_set(fault, "watch reports as text or json; --textfile FILE writes metrics");
    if (o->mail_to && strpbrk(o->mail_to, "\r\n"))
        return fault_set(fault, "--mail-to has more than one line");
    if (o->format == FORMAT_PROMETHEUS && !checks)
        return fault_set(fault, "--format prometheus works only with check and fleet");
    return o->format != FORMAT_NAGIOS || checks || o->command == COMMAND_SWEEP ||
           fault_set(fault, "--format nagios works only with check, fleet and sweep");
}

/* Finds, before anything else is read, which configuration file is named (NULL = none) and whether a monitoring system
 * will read the exit status. read_arguments reports wrong options. */
static const char *
preview_arguments(int argc, char **argv, bool *nagios)
{
    const char *config = NULL;
    struct option table[SETTINGS + 1];
    char letters[LETTERS];
    int got;
    list_settings(table, "-:", letters); /* - leaves argv in its order */
    while ((got = getopt_long(argc, argv, letters, table, NULL)) != -1) {
        const struct setting *setting = got >= SETTING_FIRST ? setting_of(got) : NULL;
        if (setting && strcmp(setting->name, "config") == 0)
            config = optarg;
        else if (setting && setting->field == offsetof(struct options, format))
            *nagios = optarg && strcmp(optarg, "nagios") == 0;
    }
    return config;
}

/* Removes what may be the key of a list from a fault, but nothing from the path with which it may begin. */
static void
hide_keys(const char *path, struct fault *fault)
{
    size_t count = path ? strlen(path) : 0;
    list_key_hide(catalogue_builtin(), fault->text + (count > 0 && strncmp(fault->text, path, count) == 0 ? count : 0));
}

bool
options_parse(struct options *o, int argc, char **argv, struct fault *fault, int *status)
{
    bool nagios = false;
    *o = (struct options){.timeout_ms = TIMEOUT_DEFAULT_MS,
                          .number = ROWS_DEFAULT,
                          .damping = {LOOKS_NEED, LOOKS_OF},
                          .unknown_after = BLIND_AFTER};
    const char *named = preview_arguments(argc, argv, &nagios);
    char *usual = named ? NULL : options_usual_file("XDG_CONFIG_HOME", ".config", "config");
    const char *path = named ? named : usual;
    bool ok = !path || !*path || inifile_read(path, apply_entry, o, fault);
    *status = ok ? STATUS_USAGE : STATUS_FILE;
    ok = ok && read_arguments(o, argc, argv, fault);
    if (!ok)
        hide_keys(path, fault);
    free(usual);
    if (!ok && nagios)
        o->format = FORMAT_NAGIOS; /* so that the fault is reported in that format */
    if (o->format == FORMAT_NAGIOS)
        *status = exit_status_for_monitoring(*status);
    return ok && read_command(o, argc, argv, fault) && options_fit(o, fault);
}

void
options_fini(struct options *o)
{
    for (size_t i = 0; i < SETTINGS; i++)
        if (!settings[i].function && settings[i].value && !settings[i].words && !settings[i].seconds &&
            !settings[i].most)
            free(*(char **)((char *)o + settings[i].field));
    free(o->journal);
    free(o->targets);
}

/* ---- the help text ---- */

static void
put_help_row(struct buf *out, const char *prefix, const char *name, const char *value, const char *help)
{
    char usage[80];
    snprintf(usage, sizeof usage, "%s%s%s%s", prefix, name, value && *value ? " " : "", value ? value : "");
    buf_format(out, "  %-24s %s\n", usage, help);
}

void
options_help(struct buf *out)
{
    buf_text(out, "whylisted: why is this address listed, who caused it, and when does it end?\n\n"
                  "Usage: whylisted [OPTION...] [TARGET...]\n"
                  "       whylisted COMMAND [OPTION...] [ARGUMENT...]\n\n"
                  "Without a command, whylisted opens the console; without a terminal, it checks.\n"
                  "\nCommands\n");
    for (size_t i = 0; i < COMMANDS; i++)
        put_help_row(out, "", commands[i].name, commands[i].usage, commands[i].help);
    buf_text(out, "\nJournal actions\n");
    for (size_t i = 0; i < ACTIONS; i++)
        put_help_row(out, "", actions[i].name, actions[i].usage, actions[i].help);
    buf_text(out, "\nOptions\n");
    for (size_t i = 0; i < SETTINGS; i++) {
        if (settings[i].group)
            buf_format(out, "%s %s\n", i ? "\n" : "", settings[i].group);
        char help[80], letter[] = {' ', '(', '-', settings[i].letter, ')', '\0'};
        snprintf(help, sizeof help, "%s%s", settings[i].help, settings[i].letter ? letter : "");
        put_help_row(out, "--", settings[i].name, settings[i].value, help);
    }
    buf_text(out, "\nExit status (0-3: check, fleet, watch, sweep, bounce, domain; 0 or 3: doctor, lists)\n"
                  "   0  clear                            64  wrong usage\n"
                  "   1  neighbours or provider only      74  cannot read or write a file\n"
                  "   2  the address itself is listed    130  interrupted\n"
                  "   3  cannot tell\n");
}
