#include "session/command_line.h"

#include "base/mem.h"
#include "session/configuration.h"
#include "session/exit_status.h"
#include "session/paths.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { ARGUMENTS = 16 };

/* What came of one command line. */
struct reading {
    bool ok;
    struct options options;
    struct fault fault;
    int status;
    char *line;
    char **argv; /* the options borrow from it, and a reading is handed on by value */
};

static char home[] = "/tmp/whylisted-options-XXXXXX";
static char directory[sizeof home + sizeof "/whylisted"];
static char config[sizeof directory + sizeof "/config"];

static int
make_home(void **state)
{
    (void)state;
    if (!mkdtemp(home))
        return -1;
    snprintf(directory, sizeof directory, "%s/whylisted", home);
    snprintf(config, sizeof config, "%s/config", directory);
    setenv("HOME", home, 1);
    setenv("XDG_CONFIG_HOME", home, 1);
    return mkdir(directory, 0700);
}

static int
remove_home(void **state)
{
    (void)state;
    rmdir(directory);
    return rmdir(home);
}

static int
remove_config(void **state)
{
    (void)state;
    unlink(config);
    return 0;
}

static void
write_config(const char *text)
{
    FILE *file = fopen(config, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* Parses a command line whose words are parted by single blanks. */
static struct reading
read_line(const char *line)
{
    struct reading r = {.line = mem_copy(line), .argv = mem_zero((ARGUMENTS + 2) * sizeof *r.argv), .status = -1};
    int argc = 0;
    r.argv[argc++] = (char *)"whylisted";
    for (char *word = strtok(r.line, " "); word && argc <= ARGUMENTS; word = strtok(NULL, " "))
        r.argv[argc++] = word;
    r.ok = command_line_parse(&r.options, argc, r.argv, &r.fault, &r.status);
    return r;
}

static void
reading_fini(struct reading *r)
{
    command_line_fini(&r->options);
    free(r->argv);
    free(r->line);
}

static struct reading
read_good_line(const char *line)
{
    struct reading r = read_line(line);
    if (!r.ok)
        fail_msg("%s: %s", line, r.fault.text);
    return r;
}

static void
no_arguments_give_defaults(void **state)
{
    (void)state;
    struct reading r = read_good_line("");
    assert_int_equal(r.options.command, COMMAND_CONSOLE);
    assert_int_equal(r.options.target_count, 0);
    assert_int_equal(r.options.server_count, 0);
    assert_null(r.options.asn_db);
    assert_null(r.options.policy);
    assert_false(r.options.offline);
    assert_false(r.options.ascii);
    assert_int_equal(r.options.format, FORMAT_TEXT);
    assert_int_equal(r.options.colour, COLOUR_AUTO);
    assert_int_equal(r.options.timeout_ms, 3000);
    reading_fini(&r);
}

static void
option_each_sets_its_value(void **state)
{
    (void)state;
    char server[ENDPOINT_TEXT];
    struct reading r = read_good_line("--resolver 192.0.2.53 --resolver=[2001:db8::53]:5353 --asn-db a.mmdb --policy p "
                                      "--offline --timeout 0.5 --color never --ascii --format csv");
    assert_int_equal(r.options.server_count, 2);
    assert_string_equal(endpoint_text(&r.options.servers[0], server), "192.0.2.53:53");
    assert_string_equal(endpoint_text(&r.options.servers[1], server), "[2001:db8::53]:5353");
    assert_string_equal(r.options.asn_db, "a.mmdb");
    assert_string_equal(r.options.policy, "p");
    assert_true(r.options.offline);
    assert_int_equal(r.options.timeout_ms, 500);
    assert_int_equal(r.options.colour, COLOUR_NEVER);
    assert_true(r.options.ascii);
    assert_int_equal(r.options.format, FORMAT_CSV);
    reading_fini(&r);
}

static void
options_and_targets_mix_in_any_order(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum command command;
        size_t targets;
    } cases[] = {
        {"203.0.113.77", COMMAND_CONSOLE, 1},
        {"check", COMMAND_CHECK, 0},
        {"check 203.0.113.77 198.51.100.1", COMMAND_CHECK, 2},
        {"--json check 203.0.113.77", COMMAND_CHECK, 1},
        {"check 203.0.113.77 --json", COMMAND_CHECK, 1},
        {"203.0.113.77 check", COMMAND_CONSOLE, 2},
        {"check -", COMMAND_CHECK, 1},
        {"fleet", COMMAND_FLEET, 0},
        {"watch customers -t 600 --mail-to desk@example.org --damping 3/4", COMMAND_WATCH, 1},
        {"check -- --json", COMMAND_CHECK, 1},
        {"--help", COMMAND_HELP, 0},
        {"-V", COMMAND_VERSION, 0},
        {"-H 203.0.113.77", COMMAND_CHECK, 1},
        {"--format nagios -H 203.0.113.77 -t 10 -w 1 -c 2 -v 203.0.113.78", COMMAND_CHECK, 2},
        {"check -H 203.0.113.77 203.0.113.78", COMMAND_CHECK, 2},
        {"-h", COMMAND_HELP, 0},
        {"check --help", COMMAND_HELP, 0},
        {"--version", COMMAND_VERSION, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct reading r = read_good_line(cases[i].line);
        if (r.options.command != cases[i].command || r.options.target_count != cases[i].targets)
            fail_msg("%s: command %d, %zu targets", cases[i].line, r.options.command, r.options.target_count);
        reading_fini(&r);
    }
}

static void
journal_action_is_parsed(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum journal_action action;
        size_t targets;
    } cases[] = {
        {"journal list", JOURNAL_LIST, 0},
        {"journal list state:open tag:vip", JOURNAL_LIST, 2},
        {"journal show 203.0.113.7", JOURNAL_SHOW, 1},
        {"journal note 203.0.113.7 --state waiting --due 7d told them", JOURNAL_NOTE, 3},
        {"--journal x journal search -- -clear", JOURNAL_SEARCH, 1},
        {"journal export", JOURNAL_EXPORT, 0},
        {"journal import -", JOURNAL_IMPORT, 1},
        {"journal merge other.db", JOURNAL_MERGE, 1},
        {"journal check", JOURNAL_CHECK, 0},
        {"journal forget --before 90d --yes", JOURNAL_FORGET, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct reading r = read_good_line(cases[i].line);
        assert_int_equal(r.options.command, COMMAND_JOURNAL);
        assert_int_equal(r.options.action, cases[i].action);
        assert_int_equal(r.options.target_count, cases[i].targets);
        reading_fini(&r);
    }
    struct reading r = read_good_line("journal note AS64500 --ticket T-1 --tags a,b --told them");
    assert_string_equal(r.options.targets[0], "AS64500");
    assert_string_equal(r.options.ticket, "T-1");
    assert_string_equal(r.options.tags, "a,b");
    assert_string_equal(r.options.told, "them");
    assert_null(r.options.state);
    reading_fini(&r);
}

static void
json_option_sets_format(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum format format;
    } cases[] = {
        {"--json", FORMAT_JSON},
        {"--format json", FORMAT_JSON},
        {"--format nagios", FORMAT_NAGIOS},
        {"--json --format text", FORMAT_TEXT},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct reading r = read_good_line(cases[i].line);
        assert_int_equal(r.options.format, cases[i].format);
        reading_fini(&r);
    }
}

static void
usage_error_is_one_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *line, *fault;
    } cases[] = {
        {"-H 203.0.113.77 -w 1", "-w, -c and -v work only with --format nagios"},
        {"check --spf-check 203.0.113.77 203.0.113.77", "--spf-check works only with domain"},
        {"domain --helo mail.example.org example.org", "--helo works only with --spf-check"},
        {"-H 203.0.113.77 -w 0", "--warning 0: not a number between 1 and 1000"},
        {"-H 203.0.113.77 -t soon", "--deadline soon: not a number of seconds between 0.05 and 86400"},
        {"range 203.0.113.0/24 -H 203.0.113.77", "-H, -t, -w, -c and -v work only with check, domain, fleet and watch"},
        {"-H", "-H needs a value; see whylisted --help"},
        {"--nonsense", "unknown option --nonsense; see whylisted --help"},
        {"--resolvr=1", "unknown option --resolvr=1; did you mean --resolver?"},
        {"check --jsn", "unknown option --jsn; did you mean --json?"},
        {"config --system", "--system works only with setup"},
        {"setup --defaults", "--defaults works only with config"},
        {"setup 203.0.113.7", "setup takes no target"},
        {"-x", "unknown option -x; see whylisted --help"},
        {"check --nonsense 203.0.113.77", "unknown option --nonsense; see whylisted --help"},
        {"--resolver", "--resolver needs a value; see whylisted --help"},
        {"--resolver example.org",
         "--resolver example.org: not an address; write 192.0.2.53, 192.0.2.53:5353, [2001:db8::53]:53, fe80::53%eth0 "
         "or, for TCP alone, tcp:192.0.2.53"},
        {"--resolver 192.0.2.53:0",
         "--resolver 192.0.2.53:0: not an address; write 192.0.2.53, 192.0.2.53:5353, [2001:db8::53]:53, fe80::53%eth0 "
         "or, for TCP alone, tcp:192.0.2.53"},
        {"watch --damping 3/2", "--damping 3/2: write N/M, as 2/3: N of the last M looks, M at most 8"},
        {"watch --damping 2", "--damping 2: write N/M, as 2/3: N of the last M looks, M at most 8"},
        {"watch --damping 2/9", "--damping 2/9: write N/M, as 2/3: N of the last M looks, M at most 8"},
        {"watch --unknown-after 0", "--unknown-after 0: not a number between 1 and 1000"},
        {"watch --digest weekly", "--digest weekly: choose no or daily"},
        {"watch --no-journal", "watch compares with the journal; leave out --no-journal"},
        {"watch --format csv", "watch reports as text or json; --textfile FILE writes metrics"},
        {"check - --changed --no-journal",
         "--changed compares with the journal, as text, json or csv; leave out --no-journal"},
        {"fleet --changed", "--changed works only with check"},
        {"top --format prometheus", "--format prometheus works only with check and fleet"},
        {"--format xml", "--format xml: choose text, json, csv, nagios, prometheus, eml or xarf"},
        {"--color purple", "--color purple: choose auto, always or never"},
        {"--timeout 0", "--timeout 0: not a number of seconds between 0.05 and 300"},
        {"--timeout 1s", "--timeout 1s: not a number of seconds between 0.05 and 300"},
        {"--timeout 301", "--timeout 301: not a number of seconds between 0.05 and 300"},
        {"journal", "journal needs an action; choose list, show, note, search, export, import, merge, check or forget"},
        {"journal lists", "unknown journal action 'lists'; did you mean list?"},
        {"journal frobnicate", "unknown journal action 'frobnicate'; choose list, show, note, search, export, import, "
                               "merge, check or forget"},
        {"check 203.0.113.7 --state open", "--state works only with journal note"},
        {"journal show 203.0.113.7 --due 7d", "--due works only with journal note"},
        {"journal list --before 7d", "--before works only with journal forget"},
        {"--journal=", "--journal needs a file name"},
        {"--config=", "--config needs a file name"},
        {"--policy=", "--policy needs a file name"},
        {"--asn-db=", "--asn-db needs a file name"},
        {"--zones=", "--zones needs a folder name"},
        {"--timeout nan", "--timeout nan: not a number of seconds between 0.05 and 300"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct reading r = read_line(cases[i].line);
        assert_false(r.ok);
        assert_string_equal(r.fault.text, cases[i].fault);
        assert_int_equal(r.status, STATUS_USAGE);
        reading_fini(&r);
    }
}

static void
usage_error_for_nagios_is_unknown(void **state)
{
    (void)state;
    static const struct {
        const char *line, *fault;
    } cases[] = {
        {"--format nagios --nonsense", "unknown option --nonsense; see whylisted --help"},
        {"--format nagios -H 203.0.113.77 -w 3 -c 2", "-c 2 is less than -w 3, so nothing would be a warning"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct reading r = read_line(cases[i].line);
        assert_false(r.ok);
        assert_string_equal(r.fault.text, cases[i].fault);
        assert_int_equal(r.status, STATUS_UNKNOWN);
        reading_fini(&r);
    }
}

static void
resolvers_beyond_limit_are_refused(void **state)
{
    (void)state;
    struct buf line = {0};
    for (int i = 0; i < RESOLVER_SERVERS; i++)
        buf_format(&line, "%s--resolver=192.0.2.%d", i ? " " : "", i + 1);
    struct reading r = read_good_line(buf_string(&line));
    assert_int_equal(r.options.server_count, RESOLVER_SERVERS);
    reading_fini(&r);
    buf_text(&line, " --resolver=192.0.2.99");
    r = read_line(buf_string(&line));
    assert_false(r.ok);
    assert_string_equal(r.fault.text, "--resolver 192.0.2.99: too many resolvers; name at most 8");
    reading_fini(&r);
    buf_free(&line);
}

static void
option_repeated_last_wins(void **state)
{
    (void)state;
    struct reading r = read_good_line("--asn-db a --asn-db b --policy c --policy d --timeout 1 --timeout 2");
    assert_string_equal(r.options.asn_db, "b");
    assert_string_equal(r.options.policy, "d");
    assert_int_equal(r.options.timeout_ms, 2000);
    reading_fini(&r);
}

/* ---- the configuration file ---- */

static void
config_sets_what_command_line_omits(void **state)
{
    (void)state;
    char server[ENDPOINT_TEXT];
    write_config("# ours\nresolver = 192.0.2.53\nresolver = 192.0.2.54:5353\nasn-db = /x/asn.mmdb\ntimeout = 1.5\n"
                 "ascii = yes\noffline = no\nformat = json\ncolor = always\nmouse = no\nquorum = 3\ntheme = mine\n");
    struct reading r = read_good_line("check 203.0.113.77");
    assert_int_equal(r.options.server_count, 2);
    assert_string_equal(endpoint_text(&r.options.servers[1], server), "192.0.2.54:5353");
    assert_string_equal(r.options.asn_db, "/x/asn.mmdb");
    assert_int_equal(r.options.timeout_ms, 1500);
    assert_true(r.options.ascii);
    assert_false(r.options.offline);
    assert_int_equal(r.options.format, FORMAT_JSON);
    assert_int_equal(r.options.colour, COLOUR_ALWAYS);
    assert_int_equal(r.options.mouse, MOUSE_NO);
    assert_int_equal(r.options.quorum, 3);
    assert_string_equal(r.options.theme, "mine");
    reading_fini(&r);

    r = read_good_line("--resolver 127.0.0.1 --format text --timeout 9 --asn-db other");
    assert_int_equal(r.options.server_count, 1); /* the resolvers of the file are replaced, not added to */
    assert_string_equal(endpoint_text(&r.options.servers[0], server), "127.0.0.1:53");
    assert_int_equal(r.options.format, FORMAT_TEXT);
    assert_int_equal(r.options.timeout_ms, 9000);
    assert_string_equal(r.options.asn_db, "other");
    reading_fini(&r);
}

static void
config_allows_home_and_comments(void **state)
{
    (void)state;
    struct buf journal = {0};
    buf_format(&journal, "%s/j.db", home);
    write_config("zones = ~ # all of them\nasn-db =\t~/x#1.mmdb\t# the ~ is HOME\njournal = ~/j.db ; ours\n"
                 "policy = /x/~/p\n  # indented\nascii = yes # no\n");
    struct reading r = read_good_line("check 203.0.113.77");
    assert_string_equal(r.options.zones, home);
    assert_memory_equal(r.options.asn_db, home, strlen(home));
    assert_string_equal(r.options.asn_db + strlen(home), "/x#1.mmdb");
    assert_string_equal(r.options.journal, buf_string(&journal));
    assert_string_equal(r.options.policy, "/x/~/p");
    assert_true(r.options.ascii);
    reading_fini(&r);
    buf_free(&journal);
}

/* `offline = yes` may stand in a file that cannot be read. */
static void
config_unreadable_is_not_none(void **state)
{
    (void)state;
    static const struct {
        const char *link, *why; /* no link: a folder */
    } cases[] = {
        {"gone", "a link on this path leads nowhere"},
        {"config", "Too many levels of symbolic links"},
        {"/dev/zero", "not a regular file"},
        {"/etc/passwd/config", "Not a directory"},
        {NULL, "it is a folder"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(cases[i].link ? symlink(cases[i].link, config) : mkdir(config, 0700), 0);
        struct reading r = read_line("check 203.0.113.77");
        remove(config);
        if (r.ok || !strstr(r.fault.text, config) || !strstr(r.fault.text, cases[i].why))
            fail_msg("%s: %s", cases[i].link, r.fault.text);
        assert_int_equal(r.status, STATUS_FILE);
        reading_fini(&r);
    }
}

static void
journal_options_last_wins(void **state)
{
    (void)state;
    static const struct {
        const char *config, *line, *journal;
        bool none;
    } cases[] = {
        {"", "", NULL, false},
        {"journal = /x/j.db\n", "", "/x/j.db", false},
        {"journal = /x/j.db\n", "--journal y.db", "y.db", false},
        {"journal = /x/j.db\n", "--no-journal", "/x/j.db", true},
        {"no-journal = yes\n", "", NULL, true},
        {"no-journal = yes\n", "--journal y.db", "y.db", false},
        {"no-journal = no\n", "", NULL, false},
        {"", "--no-journal --journal y.db", "y.db", false},
        {"", "--journal y.db --no-journal", "y.db", true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        write_config(cases[i].config);
        struct reading r = read_good_line(cases[i].line);
        if (cases[i].journal)
            assert_string_equal(r.options.journal, cases[i].journal);
        else
            assert_null(r.options.journal);
        assert_int_equal(r.options.no_journal, cases[i].none);
        reading_fini(&r);
    }
}

static void
config_fault_names_line(void **state)
{
    (void)state;
    static const struct {
        const char *content, *fault; /* behind the path */
    } cases[] = {
        {"\ncolour = never\n", ":2: colour: unknown setting; did you mean color?"},
        {"json = yes\n", ":1: json: works only on the command line"},
        {"help = yes\n", ":1: help: works only on the command line"},
        {"# one\n\n; two\nresolvr = ::1\n", ":4: resolvr: unknown setting; did you mean resolver?"},
        {"frobnicate = 1\n", ":1: frobnicate: unknown setting; see whylisted config --defaults"},
        {"ascii = maybe\n", ":1: ascii = maybe: write yes or no"},
        {"[section]\nascii = yes\n", ":2: [section]: this file has no sections"},
        {"timeout = soon\n", ":1: --timeout soon: not a number of seconds between 0.05 and 300"},
        {"just words\n", ":1: neither a [section] nor a key = value: 'just words'"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        write_config(cases[i].content);
        struct reading r = read_line("check 203.0.113.77");
        if (r.ok)
            fail_msg("taken: %s", cases[i].content);
        assert_memory_equal(r.fault.text, config, strlen(config));
        assert_string_equal(r.fault.text + strlen(config), cases[i].fault);
        assert_int_equal(r.status, STATUS_FILE);
        reading_fini(&r);
    }
}

/* Takes the # from the lines of settings that have a default. */
static char *
uncomment(const char *text)
{
    struct buf out = {0};
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
        const char *value = strstr(line, " = ");
        bool is_set = line[0] == '#' && line[1] != ' ' && value && !(value[3] >= 'A' && value[3] <= 'Z');
        buf_format(&out, "%.*s\n", (int)strcspn(line + is_set, "\n"), line + is_set);
    }
    return buf_take(&out);
}

static void
defaults_printed_are_those_in_force(void **state)
{
    (void)state;
    struct buf text = {0}, without = {0}, with = {0};
    struct reading r = read_good_line("check 203.0.113.77");
    configuration_put_defaults(&text);
    configuration_put(&without, &r.options);
    write_config(buf_string(&text));
    struct reading commented = read_good_line("check 203.0.113.77");
    configuration_put(&with, &commented.options);
    assert_string_equal(buf_string(&with), buf_string(&without));
    char *bare = uncomment(buf_string(&text));
    write_config(bare);
    struct reading set = read_good_line("check 203.0.113.77");
    assert_non_null(strstr(bare, "\ndamping = 2/3\n"));
    assert_int_equal(set.options.timeout_ms, r.options.timeout_ms);
    assert_int_equal(set.options.quorum, r.options.quorum);
    assert_memory_equal(&set.options.damping, &r.options.damping, sizeof r.options.damping);
    assert_int_equal(set.options.unknown_after, r.options.unknown_after);
    assert_int_equal(set.options.contacts, r.options.contacts);
    assert_int_equal(set.options.mouse, r.options.mouse);
    assert_int_equal(set.options.language, r.options.language);
    assert_false(set.options.offline || set.options.ascii || set.options.no_journal);
    reading_fini(&set);
    reading_fini(&commented);
    reading_fini(&r);
    free(bare);
    buf_free(&with);
    buf_free(&without);
    buf_free(&text);
}

static void
config_shows_values_and_places(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "resolver         = 192.0.2.1, 192.0.2.2             # ~/whylisted/config:3\n",
        "timeout          = 9                                # command line\n",
        "quorum           = all                              # default\n",
        "ascii            = yes                              # ~/whylisted/config:1\n",
        "asn-db           = -                                # default\n",
    };
    struct buf text = {0};
    write_config("ascii = yes\nresolver = 192.0.2.1\nresolver = 192.0.2.2\ntimeout = 2\n");
    struct reading r = read_good_line("config --timeout 9");
    configuration_put(&text, &r.options);
    for (size_t i = 0; i < COUNT(rows); i++)
        if (!strstr(buf_string(&text), rows[i]))
            fail_msg("%s is not in:\n%s", rows[i], buf_string(&text));
    reading_fini(&r);
    buf_free(&text);
}

static void
config_read_later_overrides(void **state)
{
    (void)state;
    struct fault fault;
    struct reading r = read_good_line("check 203.0.113.77");
    struct buf user = {0};
    write_config("resolver = 192.0.2.1\nresolver = 192.0.2.2\noffline = yes\nno-journal = yes\ntimeout = 2\n");
    assert_true(configuration_read_file(&r.options, config, &fault));
    assert_int_equal(r.options.server_count, 2);
    buf_format(&user, "%s.user", config);
    assert_int_equal(rename(config, buf_string(&user)), 0);
    write_config("resolver = 192.0.2.9\noffline = no\nno-journal = no\n");
    assert_true(configuration_read_file(&r.options, buf_string(&user), &fault));
    assert_true(configuration_read_file(&r.options, config, &fault));
    assert_int_equal(r.options.server_count, 1);
    assert_false(r.options.offline || r.options.no_journal);
    assert_int_equal(r.options.timeout_ms, 2000);
    unlink(buf_string(&user));
    buf_free(&user);
    reading_fini(&r);
}

static void
config_named_replaces_usual(void **state)
{
    (void)state;
    static const char *const befores[] = {"--config ", "check --config=", "--timeout 7 --config "};
    struct buf named = {0}, line = {0};
    write_config("nonsense = yes\n");
    buf_format(&named, "%s.other", config);
    FILE *file = fopen(buf_string(&named), "w");
    assert_non_null(file);
    fputs("timeout = 7\n", file);
    fclose(file);
    for (size_t i = 0; i < COUNT(befores); i++) {
        buf_clear(&line);
        buf_format(&line, "%s%s", befores[i], buf_string(&named));
        struct reading r = read_good_line(buf_string(&line));
        assert_int_equal(r.options.timeout_ms, 7000);
        reading_fini(&r);
    }
    unlink(buf_string(&named));
    struct reading r = read_line(buf_string(&line));
    assert_false(r.ok);
    assert_non_null(strstr(r.fault.text, "No such file or directory"));
    assert_int_equal(r.status, STATUS_FILE);
    reading_fini(&r);
    buf_free(&named);
    buf_free(&line);
}

static void
usual_file_follows_xdg(void **state)
{
    (void)state;
    char expected[128];
    write_config("");
    char *found = paths_usual_file("XDG_CONFIG_HOME", ".config", "config");
    assert_string_equal(found, config);
    free(found);
    assert_null(paths_usual_file("XDG_CONFIG_HOME", ".config", "no-such-file"));
    setenv("XDG_CONFIG_HOME", "relative", 1); /* the specification has such values ignored */
    assert_null(paths_usual_file("XDG_CONFIG_HOME", ".config", "config"));
    unsetenv("XDG_CONFIG_HOME");
    assert_null(paths_usual_file("XDG_CONFIG_HOME", ".config", "config"));
    found = paths_usual_file("XDG_CONFIG_HOME", ".", "config"); /* $HOME/./whylisted/config */
    snprintf(expected, sizeof expected, "%s/./whylisted/config", home);
    assert_string_equal(found, expected);
    free(found);
    setenv("XDG_CONFIG_HOME", home, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_arguments_give_defaults),
        cmocka_unit_test(option_each_sets_its_value),
        cmocka_unit_test(options_and_targets_mix_in_any_order),
        cmocka_unit_test(journal_action_is_parsed),
        cmocka_unit_test(json_option_sets_format),
        cmocka_unit_test(usage_error_is_one_sentence),
        cmocka_unit_test(usage_error_for_nagios_is_unknown),
        cmocka_unit_test(resolvers_beyond_limit_are_refused),
        cmocka_unit_test(option_repeated_last_wins),
        cmocka_unit_test_teardown(config_sets_what_command_line_omits, remove_config),
        cmocka_unit_test_teardown(config_allows_home_and_comments, remove_config),
        cmocka_unit_test_teardown(config_unreadable_is_not_none, remove_config),
        cmocka_unit_test_teardown(journal_options_last_wins, remove_config),
        cmocka_unit_test_teardown(config_fault_names_line, remove_config),
        cmocka_unit_test_teardown(defaults_printed_are_those_in_force, remove_config),
        cmocka_unit_test_teardown(config_shows_values_and_places, remove_config),
        cmocka_unit_test_teardown(config_read_later_overrides, remove_config),
        cmocka_unit_test_teardown(config_named_replaces_usual, remove_config),
        cmocka_unit_test_teardown(usual_file_follows_xdg, remove_config),
    };
    return cmocka_run_group_tests(tests, make_home, remove_home);
}
