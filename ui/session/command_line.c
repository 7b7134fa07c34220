#include "session/command_line.h"

#include "base/mem.h"
#include "base/spelling.h"
#include "lists/catalogue.h"
#include "lists/list_key.h"
#include "session/configuration.h"
#include "session/exit_status.h"
#include "session/rbl_ini.h"
#include "session/settings.h"
#include "targets/target.h"

#include <ctype.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_DEFAULT = 20 };

/* ---- commands ---- */

const struct command_word command_words[] = {
    {"check", COMMAND_CHECK, "TARGET... | -", "query the lists and print a verdict"},
    {"range", COMMAND_RANGE, "PREFIX | ADDRESS", "count listed neighbours (needs zone files)"},
    {"asn", COMMAND_ASN, "ASN | ADDRESS", "rate a provider (needs zone files)"},
    {"top", COMMAND_TOP, "", "rank all providers (needs zone files)"},
    {"compare", COMMAND_COMPARE, "TARGET TARGET...", "put providers, ranges or addresses side by side"},
    {"complain", COMMAND_COMPLAIN, "TARGET... | BOUNCE", "write to those who can end a listing"},
    {"sweep", COMMAND_SWEEP, "PREFIX", "query level 1 for each address of a prefix"},
    {"bounce", COMMAND_BOUNCE, "[FILE... | -]", "say who refused mail, and why; then check"},
    {"domain", COMMAND_DOMAIN, "NAME... | -", "judge where a domain's mail leaves"},
    {"doctor", COMMAND_DOCTOR, "", "tell if the resolver is fit to query the lists"},
    {"lists", COMMAND_LISTS, "", "show the lists that are known"},
    {"fleet", COMMAND_FLEET, "[FILE]", "check the targets in a file, worst first"},
    {"watch", COMMAND_WATCH, "[FILE]", "report what changed in a fleet, for a timer"},
    {"report", COMMAND_REPORT, "TARGET --html", "write a page about a target for others to read"},
    {"history", COMMAND_HISTORY, "import TARGET|FILE|-", "add what RIPEstat or the level 3 chart saw earlier"},
    {"sync", COMMAND_SYNC, "", "fetch zone files and ASN data that are due"},
    {"journal", COMMAND_JOURNAL, "ACTION ...", "show and edit the journal of past lookups"},
    {"setup", COMMAND_SETUP, "", "write a configuration that fits this machine"},
    {"config", COMMAND_CONFIG, "", "show the settings in force, and where they are"},
};

enum { COMMANDS = sizeof command_words / sizeof command_words[0] };
const size_t command_words_count = COMMANDS;

const struct command_word command_words_journal[] = {
    {"list", JOURNAL_LIST, "[FILTER...]", "list entries: due follow-ups, then newest first"},
    {"show", JOURNAL_SHOW, "TARGET", "show cases, observations and changes"},
    {"note", JOURNAL_NOTE, "TARGET [TEXT | -]", "add a note, or set fields of the case"},
    {"search", JOURNAL_SEARCH, "FILTER...", "find entries, for example in:PREFIX since:30d"},
    {"export", JOURNAL_EXPORT, "[FILE]", "write everything as NDJSON, or with --format csv"},
    {"import", JOURNAL_IMPORT, "FILE | -", "merge an export into the journal"},
    {"merge", JOURNAL_MERGE, "OTHER.db", "merge another journal into this one"},
    {"check", JOURNAL_CHECK, "", "look for damage in the file"},
    {"forget", JOURNAL_FORGET, "TARGET", "delete a target for good, or use --before DATE"},
};

enum { ACTIONS = sizeof command_words_journal / sizeof command_words_journal[0] };
const size_t command_words_journal_count = ACTIONS;

/* ---- the command line ---- */

/* getopt's values for the settings. Each is unique and no letter, because glibc accepts an abbreviation of two options
 * that share a value. */
enum { SETTING_FIRST = 1000 };

enum { LETTERS = 2 + 2 * SETTINGS_MOST + 1 };

/* Sets getopt's tables; `letters` begins with `mode`. */
static void
list_settings(struct option table[static SETTINGS_MOST + 1], const char *mode, char letters[static LETTERS])
{
    char *end = letters + snprintf(letters, LETTERS, "%s", mode);
    for (size_t i = 0; i < settings_count; i++) {
        table[i] = (struct option){settings[i].name, settings[i].value ? required_argument : no_argument, NULL,
                                   SETTING_FIRST + (int)i};
        if (settings[i].letter)
            *end++ = settings[i].letter;
        if (settings[i].letter && settings[i].value)
            *end++ = ':';
    }
    *end = '\0';
    table[settings_count] = (struct option){0};
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

/* Says that an argument is no option, and which one is meant. */
static bool
refuse_option(const char *argument, struct fault *fault)
{
    char *name = mem_copy_bytes(argument + 2, strcspn(argument + 2, "="));
    const char *nearest = settings_nearest(name, false);
    free(name);
    if (nearest)
        return fault_set(fault, "unknown option %s; did you mean --%s?", argument, nearest);
    return fault_set(fault, "unknown option %s; see whylisted --help", argument);
}

static bool
read_arguments(struct options *o, int argc, char **argv, struct fault *fault)
{
    static const struct setting_place here = {.path = ""};
    struct option table[SETTINGS_MOST + 1];
    char letters[LETTERS];
    int got;
    list_settings(table, ":", letters);
    while ((got = getopt_long(argc, argv, letters, table, NULL)) != -1) {
        if (got == ':')
            return fault_set(fault, "%s needs a value; see whylisted --help", argv[optind - 1]);
        if (got == '?' && optopt >= SETTING_FIRST)
            return fault_set(fault, "--%s takes no value; see whylisted --help", settings[optopt - SETTING_FIRST].name);
        if (got == '?' && optopt)
            return fault_set(fault, "unknown option -%c; see whylisted --help", optopt);
        if (got == '?')
            return refuse_option(argv[optind - 1], fault);
        if (setting_of(got)->secret)
            return fault_set(fault, "--%s would show in the list of processes; set it in the configuration file",
                             setting_of(got)->name);
        if (!settings_apply(o, setting_of(got), optarg, &here, fault))
            return false;
    }
    return true;
}

/* Takes the action after `journal`. */
static bool
read_action(struct options *o, int argc, char **argv, struct fault *fault)
{
    size_t i = 0;
    while (optind < argc && i < ACTIONS && strcmp(argv[optind], command_words_journal[i].name) != 0)
        i++;
    if (optind < argc && i < ACTIONS) {
        o->action = (enum journal_action)i;
        optind++;
        return true;
    }
    const char *nearest =
        optind < argc ? spelling_find(argv[optind], command_words_journal, sizeof command_words_journal[0], ACTIONS)
                      : NULL;
    char *names = settings_names(command_words_journal, sizeof command_words_journal[0], ACTIONS);
    if (nearest)
        fault_set(fault, "unknown journal action '%.60s'; did you mean %s?", argv[optind], nearest);
    else if (optind < argc)
        fault_set(fault, "unknown journal action '%.60s'; choose %s", argv[optind], names);
    else
        fault_set(fault, "journal needs an action; choose %s", names);
    free(names);
    return false;
}

/* Says that a word is no command: which one is meant, or else which there are. */
static bool
refuse_word(const char *word, bool several, struct fault *fault)
{
    const char *nearest = spelling_find(word, command_words, sizeof command_words[0], COMMANDS);
    if (nearest)
        return fault_set(fault, "unknown command '%.60s'; did you mean %s?", word, nearest);
    if (several)
        return fault_set(
            fault, "'%.60s' is neither a command nor a target; give targets alone, or see whylisted --help", word);
    char *names = settings_names(command_words, sizeof command_words[0], COMMANDS);
    fault_set(fault, "unknown command '%.60s'; choose %s, or give an address or, with a capital, a provider's name",
              word, names);
    free(names);
    return false;
}

/* Takes the command; other arguments are targets. */
static bool
read_command(struct options *o, int argc, char **argv, struct fault *fault)
{
    size_t i = 0;
    while (optind < argc && i < COMMANDS && strcmp(argv[optind], command_words[i].name) != 0)
        i++;
    bool named = optind < argc && i < COMMANDS;
    const char *first = optind < argc ? argv[optind] : "";
    struct target target;
    struct fault note;
    bool is_word =
        !named && islower((unsigned char)*first) && !strpbrk(first, ".:/ ") && strcmp(first, "as") != 0 &&
        strcmp(first, "asn") != 0 && /* of "as 64500" */
        !target_read((const char *const *)argv + optind, 1, catalogue_builtin(), false, &target, &note, fault);
    if (o->command == COMMAND_CONSOLE && named) {
        o->command = (enum command)command_words[i].value;
    } else if (o->command == COMMAND_CONSOLE && is_word) { /* addresses and prefixes have a dot or a colon */
        return refuse_word(first, optind + 1 < argc, fault);
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
        settings_add_target(o, argv[optind++]);
    return true;
}

enum { NAME_ROOM = 40 };

/* Returns "check" or "journal note"; "" = the console. */
static const char *
command_name(const struct options *o, char out[static NAME_ROOM])
{
    const char *name = "";
    for (size_t i = 0; i < COMMANDS; i++)
        if (command_words[i].value == (int)o->command)
            name = command_words[i].name;
    bool acts = o->command == COMMAND_JOURNAL;
    snprintf(out, NAME_ROOM, "%s%s%s", name, acts ? " " : "", acts ? command_words_journal[o->action].name : "");
    return out;
}

/* Refuses options that the command would ignore. */
static bool
options_fit(const struct options *o, struct fault *fault)
{
    char name[NAME_ROOM];
    bool checks = o->command == COMMAND_CONSOLE || o->command == COMMAND_CHECK || o->command == COMMAND_FLEET;
    if (o->command >= COMMAND_HELP)
        return true;
    const struct setting *misplaced = settings_misplaced(o, command_name(o, name));
    if (misplaced)
        return fault_set(fault, "--%s works only with %s", misplaced->name, misplaced->only);
    if ((o->format == FORMAT_EML || o->format == FORMAT_XARF) && o->command != COMMAND_COMPLAIN)
        return fault_set(fault, "--format eml and xarf work only with complain");
    if ((o->command == COMMAND_SETUP || o->command == COMMAND_CONFIG) && o->target_count > 0)
        return fault_set(fault, "%s takes no target", o->command == COMMAND_SETUP ? "setup" : "config");
    if (o->now && o->status)
        return fault_set(fault, "--status fetches nothing; leave out --now");
    if ((o->from || o->helo) && !o->spf_check)
        return fault_set(fault, "--%s works only with --spf-check", o->from ? "from" : "helo");
    if ((o->warning || o->critical || o->verbose) && o->format != FORMAT_NAGIOS)
        return fault_set(fault, "-w, -c and -v work only with --format nagios");
    if (o->extra_opts && o->format != FORMAT_NAGIOS)
        return fault_set(fault, "--extra-opts works only with --format nagios");
    if (o->warning && o->critical && o->critical < o->warning)
        return fault_set(fault, "-c %u is less than -w %u, so nothing would be a warning", o->critical, o->warning);
    if (o->changed && (o->no_journal || o->format == FORMAT_NAGIOS || o->format == FORMAT_PROMETHEUS))
        return fault_set(fault, "--changed compares with the journal, as text, json or csv; leave out %s",
                         o->no_journal ? "--no-journal" : "--format");
    if (o->command == COMMAND_WATCH && o->no_journal)
        return fault_set(fault, "watch compares with the journal; leave out --no-journal");
    if (o->command == COMMAND_REPORT && o->format != FORMAT_HTML)
        return fault_set(fault, "report writes HTML; give --html, or use check");
    if (o->command == COMMAND_WATCH && o->format > FORMAT_JSON)
        return fault_set(fault, "watch reports as text or json; --textfile FILE writes metrics");
    if (o->mail_to && (!*o->mail_to || strpbrk(o->mail_to, "\r\n")))
        return fault_set(fault, *o->mail_to ? "--mail-to has more than one line" : "--mail-to needs an address");
    if (o->number != ROWS_DEFAULT && o->command != COMMAND_TOP && o->command != COMMAND_ASN &&
        o->command != COMMAND_JOURNAL)
        return fault_set(fault, "-n works only with top, asn and journal");
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
    struct option table[SETTINGS_MOST + 1];
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

bool
command_line_parse(struct options *o, int argc, char **argv, struct fault *fault, int *status)
{
    bool nagios = false;
    *o = (struct options){.program = argc > 0 ? argv[0] : "", .argc = argc, .argv = argv};
    settings_begin(o);
    const char *named = preview_arguments(argc, argv, &nagios);
    bool ok = configuration_read(o, named, fault);
    *status = ok ? STATUS_USAGE : STATUS_FILE;
    if (ok) {
        ok = read_arguments(o, argc, argv, fault) && (!o->extra_opts || rbl_ini_read(o, fault, status));
        if (!ok)
            list_key_hide(catalogue_builtin(), fault->text);
    }
    if (!ok && nagios)
        o->format = FORMAT_NAGIOS; /* so that the fault is reported in that format */
    if (o->format == FORMAT_NAGIOS)
        *status = exit_status_for_monitoring(*status);
    return ok && read_command(o, argc, argv, fault) && options_fit(o, fault);
}

void
command_line_fini(struct options *o)
{
    settings_end(o);
    free(o->journal);
    free(o->mirror);
    free(o->rbl_zones);
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
command_line_help(struct buf *out)
{
    buf_text(out, "whylisted: why is this address listed, who caused it, and when does it end?\n\n"
                  "Usage: whylisted [OPTION...] [TARGET...]\n"
                  "       whylisted COMMAND [OPTION...] [ARGUMENT...]\n\n"
                  "Without a command, whylisted opens the console; without a terminal, it checks.\n"
                  "\nCommands\n");
    for (size_t i = 0; i < COMMANDS; i++)
        put_help_row(out, "", command_words[i].name, command_words[i].usage, command_words[i].help);
    buf_text(out, "\nJournal actions\n");
    for (size_t i = 0; i < ACTIONS; i++)
        put_help_row(out, "", command_words_journal[i].name, command_words_journal[i].usage,
                     command_words_journal[i].help);
    buf_text(out, "\nOptions\n");
    for (size_t i = 0; i < settings_shown; i++) {
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
