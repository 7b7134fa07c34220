/* The manual pages agree with the tables of options, settings and keys, and with the head of lists.conf. */

#include "base/mem.h"
#include "console/app/keymap.h"
#include "pages/glossary.h"
#include "session/command_line.h"
#include "session/settings.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *
read_file(const char *path)
{
    struct buf text = {0};
    char bytes[4096];
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("cannot read %s", path);
    for (size_t got; (got = fread(bytes, 1, sizeof bytes, file)) > 0;)
        buf_bytes(&text, bytes, got);
    fclose(file);
    return buf_take(&text);
}

/* Makes one blank of each run of blanks and line ends, because pages break their lines at 80 bytes. */
static char *
flatten(char *text)
{
    char *to = text;
    for (const char *from = text; *from; from++)
        if (!isspace((unsigned char)*from))
            *to++ = *from;
        else if (to > text && to[-1] != ' ')
            *to++ = ' ';
    *to = '\0';
    return text;
}

static void
assert_manual_has(const char *page, struct buf *part)
{
    char path[200];
    snprintf(path, sizeof path, TEST_SOURCE_ROOT "/data/man/%s", page);
    char *manual = flatten(read_file(path)), *wanted = mem_copy(buf_string(part));
    bool has = strstr(manual, flatten(wanted)) != NULL;
    free(manual);
    free(wanted);
    if (!has)
        fprintf(stderr, "%s must contain:\n%s\n", path, buf_string(part));
    assert_true(has);
}

/* Escapes for roff, because its plain hyphen is not the one that users type. */
static void
put_roff(struct buf *out, const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (text[i] == '-' || text[i] == '\\')
            buf_byte(out, '\\');
        if (text[i] == '\\')
            buf_byte(out, 'e');
        else if (text[i] == '^')
            buf_text(out, "\\(ha");
        else if (text[i] == '~')
            buf_text(out, "\\(ti");
        else
            buf_byte(out, text[i]);
    }
}

static void
put_roff_line(struct buf *out, const char *text)
{
    put_roff(out, text, strlen(text));
    buf_byte(out, '\n');
}

/* ---- options ---- */

static void
put_heading(struct buf *out, const char *heading, size_t count)
{
    buf_text(out, ".SS ");
    put_roff(out, heading, count);
    buf_byte(out, '\n');
}

static void
put_option(struct buf *out, const char *name, size_t name_count, const char *value, size_t value_count,
           const char *help, size_t help_count)
{
    buf_text(out, value_count > 0 ? ".TP\n.BI " : ".TP\n.B ");
    put_roff(out, name, name_count);
    if (value_count > 0)
        buf_format(out, " \" %.*s\"", (int)value_count, value);
    buf_byte(out, '\n');
    put_roff(out, help, help_count);
    buf_byte(out, '\n');
}

/* Appends the part "Options" of the help text: headings " Group" and lines "  --name VALUE   help", as the page has
 * them. */
static void
put_options(struct buf *out)
{
    struct buf help = {0};
    command_line_help(&help);
    const char *line = strstr(buf_string(&help), "\nOptions\n"), *end = strstr(buf_string(&help), "\nExit status");
    assert_non_null(line);
    assert_non_null(end);
    size_t taken = 0;
    for (line = strchr(line + 1, '\n'); line < end; line = strchr(line + 1, '\n')) {
        if (line[1] == ' ' && line[2] != ' ')
            put_heading(out, line + 2, strcspn(line + 2, "\n"));
        if (strncmp(line, "\n  --", 5) != 0)
            continue;
        const char *name = line + 3;
        size_t name_count = strcspn(name, " \n");
        const char *value = name + name_count + 1;
        size_t value_count = strcspn(value, " \n");
        const char *text = value + value_count + strspn(value + value_count, " ");
        assert_true(strcspn(text, "\n") <= 50);
        put_option(out, name, name_count, value, value_count, text, strcspn(text, "\n"));
        taken++;
    }
    assert_true(taken > 5);
    buf_free(&help);
}

static void
manual_lists_every_option(void **state)
{
    (void)state;
    struct buf part = {0};
    buf_text(&part, ".SH OPTIONS\n");
    put_options(&part);
    buf_text(&part, ".SH ");
    assert_manual_has("whylisted.1", &part);
    buf_free(&part);
}

/* ---- files ---- */

static void
manual_lists_every_setting(void **state)
{
    (void)state;
    struct buf part = {0};
    buf_text(&part, ".SH SETTINGS\n");
    for (size_t i = 0; i < settings_count; i++) {
        if (!settings[i].in_config)
            continue;
        buf_text(&part, ".TP\n.BI \"");
        put_roff(&part, settings[i].name, strlen(settings[i].name));
        buf_format(&part, " = \" %s\n", settings[i].value ? settings[i].value : "yes|no");
        put_roff_line(&part, settings[i].help);
    }
    buf_text(&part, ".SH ");
    assert_manual_has("whylisted.conf.5", &part);
    buf_free(&part);
}

/* The head of lists.conf has "#   KEY = VALUE   what it does", which goes on in lines that are further in. */
static void
manual_lists_every_key_of_lists(void **state)
{
    (void)state;
    char *file = read_file(TEST_SOURCE_ROOT "/data/lists.conf");
    struct buf part = {0};
    for (const char *line = file; *line == '#'; line = strchr(line, '\n') + 1) {
        size_t count = strcspn(line, "\n"), in = 1 + strspn(line + 1, " ");
        const char *text = strstr(line + in, "  ");
        size_t name = text && text < line + count ? (size_t)(text - line) : count;
        if (in == 4) {
            buf_text(&part, ".TP\n.B ");
            put_roff(&part, line + in, name - in);
            in = name;
        }
        if (part.count > 0 && in > 4 && in <= count) {
            buf_byte(&part, '\n');
            put_roff(&part, line + in, count - in);
        }
        buf_text(&part, part.count > 0 ? "\n" : "");
        if (count == 1 && part.count > 0)
            break;
    }
    assert_manual_has("whylisted-lists.5", &part);
    buf_free(&part);
    free(file);
}

/* ---- keys ---- */

static void
put_keys(struct buf *out, enum action_group group)
{
    enum scope scope = keymap_groups[group].scope;
    buf_text(out, ".SS ");
    put_roff_line(out, keymap_groups[group].name);
    for (enum action action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
        const struct action_info *info = keymap_action(action);
        struct buf keys = {0};
        if (info->group != group)
            continue;
        keymap_keys(&keys, action, scope, true);
        buf_text(out, ".TP\n.B ");
        put_roff_line(out, buf_string(&keys));
        put_roff_line(out, info->help);
        buf_free(&keys);
    }
}

static void
manual_lists_every_key(void **state)
{
    (void)state;
    struct buf part = {0};
    for (enum action_group group = 0; group < GROUP_COUNT; group++)
        put_keys(&part, group);
    buf_text(&part, ".SH ");
    assert_manual_has("whylisted.1", &part);
    buf_free(&part);
}

static void
manual_has_every_glossary_word(void **state)
{
    (void)state;
    struct buf part = {0};
    struct text_page *page = text_page_new("words");
    glossary_add(page, true);
    buf_text(&part, ".SH WORDS\n");
    for (size_t i = 0; i < page->items.count; i++) {
        const char *word = page->items.at[i].label;
        buf_text(&part, ".TP\n.B ");
        put_roff_line(&part, word[1] == ' ' ? word + 2 : word); /* behind its sign */
        put_roff_line(&part, page->items.at[i].text);
    }
    text_page_free(page);
    buf_text(&part, ".SH ");
    assert_manual_has("whylisted.1", &part);
    buf_free(&part);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(manual_lists_every_option),       cmocka_unit_test(manual_lists_every_setting),
        cmocka_unit_test(manual_lists_every_key_of_lists), cmocka_unit_test(manual_lists_every_key),
        cmocka_unit_test(manual_has_every_glossary_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
