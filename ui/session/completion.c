#include "session/completion.h"

#include "session/command_line.h"
#include "session/settings.h"

#include <stdbool.h>
#include <string.h>

/* Appends a text for single quotes, with a backslash before each of the special characters. */
static void
put_quoted(struct buf *out, enum shell shell, const char *text)
{
    const char *special = shell == SHELL_FISH ? "\\'" : shell == SHELL_ZSH ? "\\[]:" : "";
    for (; *text; text++)
        if (*text == '\'' && shell != SHELL_FISH)
            buf_text(out, "'\\''");
        else
            buf_format(out, "%s%c", strchr(special, *text) ? "\\" : "", *text);
}

/* ---- values ---- */

enum value { VALUE_NONE, VALUE_ANY, VALUE_WORDS, VALUE_FILE, VALUE_FOLDER };

/* Returns what the value of a setting is completed with. */
static enum value
value_of(const struct setting *setting)
{
    if (!setting->value)
        return VALUE_NONE;
    if (setting->words || setting->offers)
        return VALUE_WORDS;
    if (strcmp(setting->value, "DIR") == 0)
        return VALUE_FOLDER;
    return strcmp(setting->value, "FILE") == 0 || strcmp(setting->value, "PROGRAM") == 0 ? VALUE_FILE : VALUE_ANY;
}

static void
put_values(struct buf *out, const struct setting *setting)
{
    if (setting->offers)
        buf_text(out, setting->offers);
    for (const char *const *word = setting->words; word && *word; word++)
        buf_format(out, "%s%s", word == setting->words ? "" : " ", *word);
}

/* Returns whether a command or action takes the name of a file. */
static bool
takes_file(const struct command_word *word)
{
    return strstr(word->usage, "FILE") || strstr(word->usage, ".db");
}

/* Appends the names of words, those that take a file or all, with `between` in between. */
static void
put_names(struct buf *out, const struct command_word *words, size_t count, bool files, const char *between)
{
    bool first = true;
    for (size_t i = 0; i < count; i++) {
        if (files && !takes_file(&words[i]))
            continue;
        buf_format(out, "%s%s", first ? "" : between, words[i].name);
        first = false;
    }
}

/* ---- bash ---- */

/* Appends the options with such a value as a pattern. */
static void
put_pattern(struct buf *out, enum value value)
{
    size_t before = out->count;
    for (const struct setting *s = settings; s < settings + settings_shown; s++) {
        if (value_of(s) != value)
            continue;
        buf_format(out, "%s--%s", out->count > before ? " | " : "        ", s->name);
        if (s->letter)
            buf_format(out, " | -%c", s->letter);
    }
}

static const char bash_begins[] =
    "# bash completion of whylisted; whylisted --completion bash prints it\n\n"
    "_whylisted()\n{\n"
    "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command='' action='' i\n"
    "    [ \"$word\" != = ] || word=''\n"
    "    [ \"$before\" != = ] || before=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    COMPREPLY=()\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        case ${COMP_WORDS[i]} in\n";
static const char bash_words[] =
    ")\n            [ \"${COMP_WORDS[++i]}\" != = ] || ((i++))\n            ;;\n"
    "        -*) ;;\n"
    "        *) if [ -z \"$command\" ]; then command=${COMP_WORDS[i]}; else action=${action:-${COMP_WORDS[i]}}; fi ;;\n"
    "        esac\n    done\n"
    "    case $before in\n";
static const char bash_files[] = "            compopt -o filenames 2>/dev/null\n"
                                 "            mapfile -t COMPREPLY < <(compgen -%c -- \"$word\")\n"
                                 "            ;;\n";

static void
put_bash_values(struct buf *out)
{
    put_pattern(out, VALUE_FILE);
    buf_text(out, ")\n");
    buf_format(out, bash_files, 'f');
    put_pattern(out, VALUE_FOLDER);
    buf_text(out, ")\n");
    buf_format(out, bash_files, 'd');
    for (const struct setting *s = settings; s < settings + settings_shown; s++) {
        if (value_of(s) != VALUE_WORDS)
            continue;
        buf_format(out, "        --%s) mapfile -t COMPREPLY < <(compgen -W '", s->name);
        put_values(out, s);
        buf_text(out, "' -- \"$word\") ;;\n");
    }
    put_pattern(out, VALUE_ANY);
    buf_text(out, ") ;;\n");
}

static void
put_bash(struct buf *out)
{
    buf_text(out, bash_begins);
    for (enum value value = VALUE_ANY; value <= VALUE_FOLDER; value++) {
        buf_text(out, value > VALUE_ANY ? " | \\\n" : "");
        put_pattern(out, value);
    }
    buf_text(out, bash_words);
    put_bash_values(out);
    buf_text(out, "        *)\n            case $word,$command,$action in\n"
                  "            -*) mapfile -t COMPREPLY < <(compgen -W '");
    for (size_t i = 0; i < settings_shown; i++)
        buf_format(out, "%s--%s", i ? " " : "", settings[i].name);
    buf_text(out, "' -- \"$word\") ;;\n            *,,) mapfile -t COMPREPLY < <(compgen -W '");
    put_names(out, command_words, command_words_count, false, " ");
    buf_text(out, "' -- \"$word\") ;;\n            *,journal,) mapfile -t COMPREPLY < <(compgen -W '");
    put_names(out, command_words_journal, command_words_journal_count, false, " ");
    buf_text(out, "' -- \"$word\") ;;\n            *,");
    put_names(out, command_words, command_words_count, true, ",* | *,");
    buf_text(out, ",* | *,journal,");
    put_names(out, command_words_journal, command_words_journal_count, true, " | *,journal,");
    buf_text(out, ")\n");
    buf_format(out, bash_files, 'f');
    buf_text(out, "            esac\n        ;;\n    esac\n}\n\ncomplete -F _whylisted whylisted\n");
}

/* ---- zsh ---- */

/* Appends the specification of an option, which begins with `form`. */
static void
put_zsh_option(struct buf *out, const char *form, const struct setting *s)
{
    static const char *const actions[] = {
        [VALUE_ANY] = "", [VALUE_FILE] = "_files", [VALUE_FOLDER] = "_files -/", [VALUE_WORDS] = NULL};
    buf_format(out, "        '%s[", form);
    put_quoted(out, SHELL_ZSH, s->help);
    buf_text(out, "]");
    if (s->value) {
        buf_text(out, ":");
        put_quoted(out, SHELL_ZSH, s->value);
        buf_format(out, ":%s", actions[value_of(s)] ? actions[value_of(s)] : "(");
    }
    if (value_of(s) == VALUE_WORDS) {
        put_values(out, s);
        buf_text(out, ")");
    }
    buf_text(out, "' \\\n");
}

static void
put_zsh_words(struct buf *out, const char *name, const struct command_word *words, size_t count)
{
    buf_format(out, "    local -a %s=(\n", name);
    for (size_t i = 0; i < count; i++) {
        buf_format(out, "        '%s:", words[i].name);
        put_quoted(out, SHELL_ZSH, words[i].help);
        buf_text(out, "'\n");
    }
    buf_text(out, "    )\n");
}

static void
put_zsh(struct buf *out)
{
    buf_text(out, "#compdef whylisted\n\n_whylisted()\n{\n    local curcontext=$curcontext state line ret=1\n");
    put_zsh_words(out, "commands", command_words, command_words_count);
    put_zsh_words(out, "actions", command_words_journal, command_words_journal_count);
    buf_text(out, "    _arguments -C -s -S \\\n");
    for (const struct setting *s = settings; s < settings + settings_shown; s++) {
        struct buf form = {0};
        buf_format(&form, "*--%s%s", s->name, s->value ? "=" : "");
        put_zsh_option(out, buf_string(&form), s);
        buf_clear(&form);
        buf_format(&form, "*-%c%s", s->letter, s->value ? "+" : "");
        if (s->letter)
            put_zsh_option(out, buf_string(&form), s);
        buf_free(&form);
    }
    buf_text(out, "        '1: :->command' '*: :->argument' && ret=0\n"
                  "    case $state,$line[1],$line[2] in\n"
                  "    command,*) _describe -t commands command commands && ret=0 ;;\n"
                  "    argument,(");
    put_names(out, command_words, command_words_count, true, "|");
    buf_text(out, "),*) _files && ret=0 ;;\n    argument,journal,(");
    put_names(out, command_words_journal, command_words_journal_count, true, "|");
    buf_text(out, ")) _files && ret=0 ;;\n"
                  "    argument,journal,*) (( $#line > 2 )) || { _describe -t actions action actions && ret=0; } ;;\n"
                  "    esac\n    return ret\n}\n\n_whylisted \"$@\"\n");
}

/* ---- fish ---- */

static void
put_fish_words(struct buf *out, const char *when, const struct command_word *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_format(out, "complete -c whylisted -n '%s' -a %s -d '", when, words[i].name);
        put_quoted(out, SHELL_FISH, words[i].help);
        buf_text(out, "'\n");
    }
}

static void
put_fish(struct buf *out)
{
    static const char *const kinds[] = {[VALUE_NONE] = "",
                                        [VALUE_ANY] = " -x",
                                        [VALUE_FILE] = " -r -F",
                                        [VALUE_WORDS] = " -x -a '",
                                        [VALUE_FOLDER] = " -x -a '(__fish_complete_directories)'"};
    buf_text(out, "complete -c whylisted -f\n");
    put_fish_words(out, "__fish_use_subcommand", command_words, command_words_count);
    buf_text(out, "set -l actions ");
    put_names(out, command_words_journal, command_words_journal_count, false, " ");
    buf_text(out, "\n");
    put_fish_words(out, "__fish_seen_subcommand_from journal; and not __fish_seen_subcommand_from '\"$actions\"'",
                   command_words_journal, command_words_journal_count);
    buf_text(out, "complete -c whylisted -n '__fish_seen_subcommand_from ");
    put_names(out, command_words, command_words_count, true, " ");
    buf_text(out, "' -F\ncomplete -c whylisted -n '__fish_seen_subcommand_from journal; and "
                  "__fish_seen_subcommand_from ");
    put_names(out, command_words_journal, command_words_journal_count, true, " ");
    buf_text(out, "' -F\n");
    for (const struct setting *s = settings; s < settings + settings_shown; s++) {
        buf_format(out, "complete -c whylisted -l %s", s->name);
        if (s->letter)
            buf_format(out, " -s %c", s->letter);
        buf_text(out, kinds[value_of(s)]);
        if (value_of(s) == VALUE_WORDS) {
            put_values(out, s);
            buf_text(out, "'");
        }
        buf_text(out, " -d '");
        put_quoted(out, SHELL_FISH, s->help);
        buf_text(out, "'\n");
    }
}

void
completion_put(struct buf *out, enum shell shell)
{
    static void (*const scripts[])(struct buf *) = {
        [SHELL_BASH] = put_bash, [SHELL_ZSH] = put_zsh, [SHELL_FISH] = put_fish};
    scripts[shell](out);
}
