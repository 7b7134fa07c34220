#include "draw/theme.h"

#include "base/inifile.h"
#include "base/spelling.h"
#include "base/text.h"

#include <assert.h>
#include <string.h>

enum { OWN = -1, COLOURS = 256, BASIC = 8 };

#define BLANKS " \t"

static const char *const basic[BASIC] = {"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"};

static const struct {
    const char *name;
    unsigned attribute;
} attributes[] = {{"bold", LOOK_BOLD}, {"dim", LOOK_DIM}, {"underline", LOOK_UNDERLINE}};

enum { ATTRIBUTES = sizeof attributes / sizeof attributes[0] };

/* ---- a line ---- */

/* Takes "red", "default" or "203"; returns false for other words. */
static bool
take_colour(const char *word, size_t count, short *out)
{
    int64_t number = 0;
    char text[16];
    if (count == 0 || count >= sizeof text)
        return false;
    memcpy(text, word, count);
    text[count] = '\0';
    *out = OWN;
    for (short i = 0; i < BASIC; i++)
        if (strcmp(text, basic[i]) == 0)
            *out = i;
    bool is_number = text_read_integer(text, COLOURS - 1, &number) == count;
    if (is_number)
        *out = (short)number;
    return *out != OWN || strcmp(text, "default") == 0;
}

static bool
take_attribute(const char *word, size_t count, unsigned *out)
{
    size_t i = 0;
    while (i < ATTRIBUTES && (strlen(attributes[i].name) != count || memcmp(attributes[i].name, word, count) != 0))
        i++;
    *out |= i < ATTRIBUTES ? attributes[i].attribute : 0;
    return i < ATTRIBUTES;
}

/* Takes "203 bold" up to the end of the text; returns false for other words. */
static bool
take_look(const char *text, size_t count, struct look *out)
{
    const char *end = text + count;
    *out = (struct look){.colour = OWN};
    for (text += strspn(text, BLANKS); text < end;) {
        size_t word = strcspn(text, BLANKS "/");
        if (!take_attribute(text, word, &out->attributes) && !take_colour(text, word, &out->colour))
            return false;
        text += word;
        text += strspn(text, BLANKS);
    }
    return true;
}

/* "203 bold / red bold"; without a second half the first is for both. */
static bool
take_looks(const char *value, struct look looks[DEPTH_COUNT])
{
    size_t first = strcspn(value, "/");
    const char *second = value[first] ? value + first + 1 : NULL;
    if (!take_look(value, first, &looks[DEPTH_256]))
        return false;
    looks[DEPTH_16] = looks[DEPTH_256];
    if (second && !take_look(second, strlen(second), &looks[DEPTH_16]))
        return false;
    if (looks[DEPTH_16].colour >= BASIC)
        looks[DEPTH_16].colour = OWN;
    return true;
}

static bool
take_line(void *arg, const struct inifile_entry *entry, struct fault *fault)
{
    struct theme *theme = arg;
    enum role role = 0;
    struct spelling spelling = {.word = entry->key};
    for (; role < ROLE_COUNT && strcmp(role_name(role), entry->key) != 0; role++)
        spelling_offer(&spelling, role_name(role));
    if (*entry->section)
        return fault_set(fault, "[%.40s]: a theme has no sections", entry->section);
    if (role == ROLE_COUNT && spelling.nearest)
        return fault_set(fault, "%.40s: not a role; did you mean %s?", entry->key, spelling.nearest);
    if (role == ROLE_COUNT)
        return fault_set(fault, "%.40s: not a role; copy data/themes/dark.conf for all roles", entry->key);
    return take_looks(entry->value, theme->looks[role]) ||
           fault_set(fault, "%s = %.60s: write a colour (0 to 255, red, default) and bold, dim or underline",
                     entry->key, entry->value);
}

/* ---- themes ---- */

static void
begin(struct theme *theme)
{
    role_use(NULL);
    for (enum role role = 0; role < ROLE_COUNT; role++)
        for (enum depth depth = 0; depth < DEPTH_COUNT; depth++)
            theme->looks[role][depth] = role_look(role, depth);
}

bool
theme_read(const char *path, struct theme *theme, struct fault *fault)
{
    begin(theme);
    return inifile_read(path, take_line, theme, fault);
}

const struct theme *
theme_builtin(const char *name)
{
    static const char dark[] =
#include "draw/dark.inc"
        ;
    static const char light[] =
#include "draw/light.inc"
        ;
    static struct theme theme;
    struct fault fault;
    bool is_dark = strcmp(name, "dark") == 0;
    if (!is_dark && strcmp(name, "light") != 0)
        return NULL;
    begin(&theme);
    bool ok = inifile_parse(name, is_dark ? dark : light, is_dark ? sizeof dark - 1 : sizeof light - 1, take_line,
                            &theme, &fault);
    assert(ok);
    (void)ok;
    return &theme;
}
