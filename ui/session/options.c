#include "session/options.h"

#include "base/inifile.h"
#include "base/mem.h"
#include "base/text.h"
#include "session/exit_status.h"
#include "targets/target.h"

#include <ctype.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TIMEOUT_DEFAULT_MS = 3000, ROWS_DEFAULT = 20, ROWS_MOST = 10 * 1000 * 1000 };

/* ---- what a setting does with its value ---- */

typedef bool apply(struct options *, const char *value, struct fault *);

static bool
apply_resolver(struct options *o, const char *value, struct fault *fault)
{
    struct endpoint server;
    if (!endpoint_parse(value, &server))
        return fault_set(fault, "--resolver %s: not an address; write 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:53",
                         value);
    if (o->server_count == RESOLVER_SERVERS)
        return fault_set(fault, "--resolver %s: at most %d resolvers can be named", value, RESOLVER_SERVERS);
    o->servers[o->server_count++] = server;
    return true;
}

static void
set_text(char **slot, const char *value)
{
    free(*slot);
    *slot = mem_copy(value);
}

/* It was obeyed before the others were looked at. */
static bool
apply_config(struct options *o, const char *value, struct fault *fault)
{
    (void)o;
    (void)value;
    (void)fault;
    return true;
}

static bool
apply_journal(struct options *o, const char *value, struct fault *fault)
{
    if (!*value)
        return fault_set(fault, "--journal needs the name of a file");
    set_text(&o->journal, value);
    o->no_journal = false;
    return true;
}

/* The place of a word in a list of words, -1 = not there. */
static int
choose(const char *value, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(value, words[i]) == 0)
            return i;
    return -1;
}

static bool
apply_format(struct options *o, const char *value, struct fault *fault)
{
    static const char *const words[] = {"text", "json", "csv", "nagios", NULL};
    int chosen = choose(value, words);
    if (chosen < 0)
        return fault_set(fault, "--format %s: not a format; choose text, json, csv or nagios", value);
    o->format = (enum format)chosen;
    return true;
}

static bool
apply_sort(struct options *o, const char *value, struct fault *fault)
{
    static const char *const words[] = {"ratio", "score", "impacts", "listed", NULL};
    int chosen = choose(value, words);
    if (chosen < 0)
        return fault_set(fault, "--sort %s: choose ratio, score, impacts or listed", value);
    o->rank = (enum rank)chosen;
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

static bool
apply_json(struct options *o, const char *value, struct fault *fault)
{
    (void)value;
    return apply_format(o, "json", fault);
}

static bool
apply_colour(struct options *o, const char *value, struct fault *fault)
{
    static const char *const words[] = {"auto", "always", "never", NULL};
    int chosen = choose(value, words);
    if (chosen < 0)
        return fault_set(fault, "--color %s: choose auto, always or never", value);
    o->colour = (enum colour)chosen;
    return true;
}

static bool
apply_timeout(struct options *o, const char *value, struct fault *fault)
{
    char *end;
    double seconds = strtod(value, &end);
    if (end == value || *end || !(seconds >= 0.05 && seconds <= 300))
        return fault_set(fault, "--timeout %s: not a number of seconds between 0.05 and 300", value);
    o->timeout_ms = (int64_t)(seconds * 1000);
    return true;
}

static bool
apply_help(struct options *o, const char *value, struct fault *fault)
{
    (void)value;
    (void)fault;
    o->command = COMMAND_HELP;
    return true;
}

static bool
apply_version(struct options *o, const char *value, struct fault *fault)
{
    (void)value;
    (void)fault;
    o->command = COMMAND_VERSION;
    return true;
}

#define FILLS(field) NULL, offsetof(struct options, field)

static const struct setting {
    const char *name;
    const char *value; /* what stands for it in the help; NULL: a switch */
    bool in_config;    /* may stand in the configuration file: `name = value`, switches with `yes` or `no` */
    apply *function;   /* NULL: it only fills the field, a switch with true, the others with their text */
    size_t field;
    const char *help;
} settings[] = {
    {"resolver", "ADDR[:PORT]", true, apply_resolver, 0, "ask this DNS server (repeatable; default: the system's)"},
    {"asn-db", "FILE", true, FILLS(asn_db), "ASN database (MMDB; default: found in the usual places)"},
    {"zones", "DIR", true, FILLS(zones), "local zone files of the lists (rbldnsd, plain or .gz)"},
    {"journal", "FILE", true, apply_journal, 0, "keep in this journal what is found, and tell what it knows"},
    {"no-journal", NULL, true, FILLS(no_journal), "keep nothing, and know nothing of before"},
    {"policy", "FILE", true, FILLS(policy), "limits of the operator, as policy.conf"},
    {"offline", NULL, true, FILLS(offline), "send nothing: only what local files know"},
    {"format", "FORMAT", true, apply_format, 0, "text, json, csv or nagios"},
    {"json", NULL, false, apply_json, 0, "the same as --format json"},
    {"timeout", "SECONDS", true, apply_timeout, 0, "wait so long for one answer, twice at most (default 3)"},
    {"sort", "KEY", false, apply_sort, 0, "top: by ratio, score, impacts or listed"},
    {"number", "N", false, apply_number, 0, "top, asn, journal: so many rows (-n N; default 20)"},
    {"yes", NULL, false, FILLS(yes), "sweep: yes, more than a /24; journal forget: do not ask"},
    {"state", "STATE", false, FILLS(state), "journal note: the case is open, waiting or closed"},
    {"ticket", "TEXT", false, FILLS(ticket), "journal note: its number in your tracker"},
    {"tags", "WORDS", false, FILLS(tags), "journal note: its tags, in place of those it has"},
    {"told", "WHO", false, FILLS(told), "journal note: who was told just now; 'WHO: WHAT' says what, too"},
    {"due", "DATE", false, FILLS(due), "journal note: follow-up: 2026-12-01, 7d (from now) or none"},
    {"before", "DATE", false, FILLS(before), "journal forget: what was last seen before 2026-01-31 or 90d (ago)"},
    {"color", "WHEN", true, apply_colour, 0, "auto, always or never"},
    {"ascii", NULL, true, FILLS(ascii), "draw with ASCII only"},
    {"config", "FILE", false, apply_config, 0, "read this configuration file"},
    {"help", NULL, false, apply_help, 0, "this text"},
    {"version", NULL, false, apply_version, 0, "name and version"},
};

enum { SETTINGS = sizeof settings / sizeof settings[0] };

/* `value` is NULL for a switch. */
static bool
apply_setting(struct options *o, const struct setting *setting, const char *value, struct fault *fault)
{
    void *field = (char *)o + setting->field;
    if (setting->function)
        return setting->function(o, value, fault);
    if (setting->value)
        set_text(field, value);
    else
        *(bool *)field = true;
    return true;
}

static const struct {
    const char *name;
    enum command command;
    const char *usage, *help;
} commands[] = {
    {NULL, COMMAND_CONSOLE, "[TARGET]", "the console on a terminal; otherwise the same as check"},
    {"check", COMMAND_CHECK, "TARGET... | -", "ask, judge, print; - reads targets from stdin, one a line"},
    {"range", COMMAND_RANGE, "PREFIX|ADDRESS", "listed neighbours and published nets of a prefix (needs --zones)"},
    {"asn", COMMAND_ASN, "ASN|ADDRESS", "an ASN: listed addresses, impacts, score, ranges (needs --zones)"},
    {"top", COMMAND_TOP, "", "all ASNs ranked (needs --zones)"},
    {"sweep", COMMAND_SWEEP, "PREFIX", "ask level 1 for each address of a prefix"},
    {"journal", COMMAND_JOURNAL, "ACTION ...", "what was seen before, and what was done about it:"},
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static const struct {
    const char *name, *usage, *help;
} actions[] = {
    [JOURNAL_LIST] = {"list", "[FILTER...]", "what is in it: due follow-ups, then newest first"},
    [JOURNAL_SHOW] = {"show", "TARGET", "the story of an address, prefix or AS number"},
    [JOURNAL_NOTE] = {"note", "TARGET [TEXT | -]", "add to its note, or set --state, --ticket, --tags, --told, --due"},
    [JOURNAL_SEARCH] = {"search", "FILTER...", "words, in:PREFIX as:ASN level:N state:S tag:T since:30d -not"},
    [JOURNAL_EXPORT] = {"export", "[FILE]", "all of it as NDJSON; a table with --format csv"},
    [JOURNAL_IMPORT] = {"import", "FILE | -", "what was exported, united with what is there"},
    [JOURNAL_MERGE] = {"merge", "OTHER.db", "another journal, united with this one"},
    [JOURNAL_FORGET] = {"forget", "TARGET", "it and all inside it, for good; or all --before DATE"},
};

enum { ACTIONS = sizeof actions / sizeof actions[0] };

/* ---- the configuration file ---- */

static bool
apply_switch(const struct setting *setting, struct options *o, const char *value, struct fault *fault)
{
    static const char *const words[] = {"no", "yes", NULL};
    int chosen = choose(value, words);
    if (chosen < 0)
        return fault_set(fault, "%s = %s: write yes or no", setting->name, value);
    return chosen == 0 || apply_setting(o, setting, NULL, fault);
}

static bool
take_entry(void *arg, const struct inifile_entry *entry, struct fault *fault)
{
    struct options *o = arg;
    if (*entry->section)
        return fault_set(fault, "[%s]: this file has no sections", entry->section);
    for (size_t i = 0; i < SETTINGS; i++) {
        const struct setting *setting = &settings[i];
        if (setting->in_config && strcmp(setting->name, entry->key) == 0)
            return setting->value ? apply_setting(o, setting, entry->value, fault)
                                  : apply_switch(setting, o, entry->value, fault);
    }
    return fault_set(fault, "%s: no setting of that name; see whylisted --help", entry->key);
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
    if (path && access(path, R_OK) == 0)
        return path;
    free(path);
    return NULL;
}

/* ---- the command line ---- */

/* getopt's own list of the settings. What stands for one is no letter, and its own: to glibc an abbreviation of two
 * options with the same is no ambiguous one. */
enum { SETTING_FIRST = 1000 };

static void
list_settings(struct option table[static SETTINGS + 1])
{
    for (int i = 0; i < SETTINGS; i++)
        table[i] = (struct option){settings[i].name, settings[i].value ? required_argument : no_argument, NULL,
                                   SETTING_FIRST + i};
    table[SETTINGS] = (struct option){0};
    optind = 0;
    opterr = 0;
}

/* Called right after getopt met the word, which is then the last that it has taken. */
static bool
refuse_option(char *const *argv, struct fault *fault)
{
    if (optopt >= SETTING_FIRST)
        return fault_set(fault, "--%s takes no value; see whylisted --help", settings[optopt - SETTING_FIRST].name);
    if (optopt)
        return fault_set(fault, "no option -%c; see whylisted --help", optopt);
    return fault_set(fault, "no option %s; see whylisted --help", argv[optind - 1]);
}

static bool
read_arguments(struct options *o, int argc, char **argv, struct fault *fault)
{
    struct option table[SETTINGS + 1];
    int got;
    list_settings(table);
    while ((got = getopt_long(argc, argv, ":hn:", table, NULL)) != -1) {
        if (got == 'h')
            o->command = COMMAND_HELP;
        else if (got == 'n' && !apply_number(o, optarg, fault))
            return false;
        else if (got == 'n')
            continue;
        else if (got == ':')
            return fault_set(fault, "%s needs a value; see whylisted --help", argv[optind - 1]);
        else if (got == '?')
            return refuse_option(argv, fault);
        else if (!apply_setting(o, &settings[got - SETTING_FIRST], optarg, fault))
            return false;
    }
    return true;
}

/* Neither an address nor a prefix is written without a dot or a colon. */
static bool
is_word(const char *text)
{
    return isalpha((unsigned char)text[0]) && !strpbrk(text, ".:/") && !target_is_asn(text);
}

static bool
refuse_word(const char *word, struct fault *fault)
{
    struct buf names = {0};
    for (size_t i = 0; i < COMMANDS; i++)
        if (commands[i].name)
            buf_format(&names, " %s", commands[i].name);
    fault_set(fault, "'%.60s' is no command and no address; commands:%s", word, buf_string(&names));
    buf_free(&names);
    return false;
}

static bool
read_command(struct options *o, int argc, char **argv, struct fault *fault)
{
    size_t i = 0;
    while (optind < argc && i < COMMANDS && !(commands[i].name && strcmp(argv[optind], commands[i].name) == 0))
        i++;
    bool named = optind < argc && i < COMMANDS;
    if (o->command == COMMAND_CONSOLE && named)
        o->command = commands[i].command;
    else if (o->command == COMMAND_CONSOLE && optind < argc && is_word(argv[optind]))
        return refuse_word(argv[optind], fault);
    optind += named;
    o->targets = argv + optind;
    o->target_count = (size_t)(argc - optind);
    return true;
}

/* The word behind `journal`. */
static bool
read_action(struct options *o, struct fault *fault)
{
    struct buf names = {0};
    size_t i = 0;
    if (o->command != COMMAND_JOURNAL)
        return true;
    while (o->target_count > 0 && i < ACTIONS && strcmp(o->targets[0], actions[i].name) != 0)
        i++;
    if (o->target_count > 0 && i < ACTIONS) {
        o->action = (enum journal_action)i;
        o->targets++;
        o->target_count--;
        return true;
    }
    for (i = 0; i < ACTIONS; i++)
        buf_format(&names, "%s %s", i ? "," : "", actions[i].name);
    fault_set(fault, "journal: say what:%s", buf_string(&names));
    buf_free(&names);
    return false;
}

/* What would be ignored may be what the user means most. */
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
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++)
        if (uses[i].value && (o->command != COMMAND_JOURNAL || o->action != uses[i].action) &&
            o->command != COMMAND_HELP && o->command != COMMAND_VERSION)
            return fault_set(fault, "--%s is for journal %s alone", uses[i].name, actions[uses[i].action].name);
    return true;
}

/* Monitoring asks about addresses; what the others print is no verdict. */
static bool
is_for_monitoring(const struct options *o, struct fault *fault)
{
    bool counts = o->command == COMMAND_RANGE || o->command == COMMAND_ASN || o->command == COMMAND_TOP ||
                  o->command == COMMAND_JOURNAL;
    return o->format != FORMAT_NAGIOS || !counts || fault_set(fault, "--format nagios is for check and sweep alone");
}

/* What must be known before the rest is read: the configuration file, and whether a monitoring system will look at the
 * exit status. Wrong words are left to read_arguments. */
struct preview {
    const char *config; /* NULL: none was named */
    bool nagios;
};

static struct preview
preview_arguments(int argc, char **argv)
{
    struct preview preview = {0};
    struct option table[SETTINGS + 1];
    int got;
    list_settings(table);
    while ((got = getopt_long(argc, argv, "-:hn:", table, NULL)) != -1) { /* -: leaves argv in its order */
        apply *applied = got >= SETTING_FIRST ? settings[got - SETTING_FIRST].function : NULL;
        if (applied == apply_config)
            preview.config = optarg;
        else if (applied == apply_format)
            preview.nagios = strcmp(optarg, "nagios") == 0;
        else if (applied == apply_json)
            preview.nagios = false;
    }
    return preview;
}

/* The file that was named, or the usual one if it is there. */
static bool
read_config(struct options *o, const char *named, struct fault *fault)
{
    char *usual = named ? NULL : options_usual_file("XDG_CONFIG_HOME", ".config", "config");
    const char *path = named ? named : usual;
    bool ok = !path || inifile_read(path, take_entry, o, fault);
    free(usual);
    return ok;
}

/* Resolvers on the command line replace those of the file. */
static bool
read_arguments_over_config(struct options *o, int argc, char **argv, struct fault *fault)
{
    struct options configured = *o;
    o->server_count = 0;
    if (!read_arguments(o, argc, argv, fault))
        return false;
    if (o->server_count == 0) {
        memcpy(o->servers, configured.servers, sizeof o->servers);
        o->server_count = configured.server_count;
    }
    return true;
}

bool
options_parse(struct options *o, int argc, char **argv, struct fault *fault, int *status)
{
    *o = (struct options){.timeout_ms = TIMEOUT_DEFAULT_MS, .number = ROWS_DEFAULT};
    struct preview preview = preview_arguments(argc, argv);
    bool ok = read_config(o, preview.config, fault);
    *status = ok ? STATUS_USAGE : STATUS_FILE;
    ok = ok && read_arguments_over_config(o, argc, argv, fault);
    if (!ok && preview.nagios)
        o->format = FORMAT_NAGIOS; /* for whoever tells of the fault */
    if (o->format == FORMAT_NAGIOS)
        *status = exit_status_for_monitoring(*status);
    return ok && read_command(o, argc, argv, fault) && read_action(o, fault) && options_fit(o, fault) &&
           is_for_monitoring(o, fault);
}

void
options_fini(struct options *o)
{
    for (size_t i = 0; i < SETTINGS; i++)
        if (!settings[i].function && settings[i].value)
            set_text((char **)((char *)o + settings[i].field), NULL);
    free(o->journal);
}

void
options_help(struct buf *out)
{
    buf_text(out, "whylisted: why is an address on the UCEPROTECT lists, whose doing is it, what ends it?\n\n");
    for (size_t i = 0; i < COMMANDS; i++) {
        char usage[80];
        snprintf(usage, sizeof usage, "whylisted %s%s%s", commands[i].name ? commands[i].name : "",
                 commands[i].name ? " " : "", commands[i].usage);
        buf_format(out, "  %-32s %s\n", usage, commands[i].help);
    }
    for (size_t i = 0; i < ACTIONS; i++) {
        char usage[80];
        snprintf(usage, sizeof usage, "%s %s", actions[i].name, actions[i].usage);
        buf_format(out, "    %-24s %s\n", usage, actions[i].help);
    }
    buf_text(out, "\nOptions\n");
    for (size_t i = 0; i < SETTINGS; i++) {
        char usage[80];
        snprintf(usage, sizeof usage, "--%s%s%s", settings[i].name, settings[i].value ? " " : "",
                 settings[i].value ? settings[i].value : "");
        buf_format(out, "  %-24s %s\n", usage, settings[i].help);
    }
    buf_text(out, "\nExit status (1 and 2 are those of check and sweep)\n"
                  "  0 nothing that counts, or nothing found    1 neighbours or provider only\n"
                  "  2 the address itself is listed    3 cannot tell    64 wrong usage\n"
                  "  74 a file cannot be read or written    130 interrupted\n");
}
