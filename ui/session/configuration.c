#include "session/configuration.h"

#include "base/inifile.h"
#include "base/mem.h"
#include "base/textfile.h"
#include "lists/list_key.h"
#include "session/paths.h"
#include "session/settings.h"

#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

struct reading {
    struct options *options;
    const char *path;
};

/* Returns a value of the file as the caller uses it: paths begin at the home directory after ~, else in the folder of
 * the file, because cron runs in any folder. The caller frees it. */
static char *
value_of(const struct reading *r, const struct setting *setting, const char *value)
{
    bool is_path = strcmp(setting->value, "FILE") == 0 || strcmp(setting->value, "DIR") == 0;
    char *expanded = paths_expand(value);
    const char *slash = strrchr(r->path, '/');
    struct buf path = {0};
    if (!is_path || !*expanded || *expanded == '/' || !slash)
        return expanded;
    buf_bytes(&path, r->path, (size_t)(slash + 1 - r->path));
    buf_text(&path, expanded);
    free(expanded);
    return buf_take(&path);
}

/* Says that a key is no setting of the file, and which one is meant. */
static bool
refuse_key(const char *key, struct fault *fault)
{
    const char *nearest = settings_nearest(key, true), *option = settings_nearest(key, false);
    if (option && strcmp(option, key) == 0)
        return fault_set(fault, "%s: works only on the command line", key);
    if (nearest)
        return fault_set(fault, "%s: unknown setting; did you mean %s?", key, nearest);
    return fault_set(fault, "%s: unknown setting; see whylisted config --defaults", key);
}

static bool
take_entry(void *arg, const struct inifile_entry *entry, struct fault *fault)
{
    const struct reading *r = arg;
    const struct setting *setting = settings, *end = settings + settings_count;
    if (*entry->section)
        return fault_set(fault, "[%s]: this file has no sections", entry->section);
    while (setting < end && !(setting->in_config && strcmp(setting->name, entry->key) == 0))
        setting++;
    if (setting == end)
        return refuse_key(entry->key, fault);
    bool on = strcmp(entry->value, "yes") == 0;
    if (!setting->value && !on && strcmp(entry->value, "no") != 0)
        return fault_set(fault, "%s = %s: write yes or no", setting->name, entry->value);
    char *value = setting->value ? value_of(r, setting, entry->value) : on ? NULL : mem_copy("no");
    bool ok = settings_apply(r->options, setting, value, &(struct setting_place){r->path, entry->line}, fault);
    free(value);
    return ok;
}

bool
configuration_read_file(struct options *o, const char *path, struct fault *fault)
{
    size_t count = strlen(path);
    if (inifile_read(path, take_entry, &(struct reading){o, path}, fault))
        return true;
    bool begins = strncmp(fault->text, path, count) == 0; /* the path itself is no key */
    list_key_hide(catalogue_builtin(), fault->text + (begins ? count : 0));
    return false;
}

/* Returns the user's file, whether or not it exists; NULL without a home directory. The caller frees it. */
static char *
user_file(const char *name)
{
    return paths_usual("XDG_CONFIG_HOME", ".config", name);
}

bool
configuration_read(struct options *o, const char *named, struct fault *fault)
{
    static const char machine[] = PATHS_MACHINE "/config";
    if (named) /* nothing to read if it is empty: the option refuses that */
        return !*named || configuration_read_file(o, named, fault);
    char *user = user_file("config");
    bool ok = (textfile_is_missing(machine) || configuration_read_file(o, machine, fault)) &&
              (!user || textfile_is_missing(user) || configuration_read_file(o, user, fault));
    free(user);
    return ok;
}

/* ---- showing ---- */

void
configuration_put_defaults(struct buf *out)
{
    const char *group = "";
    buf_text(out, "# The settings of whylisted with their defaults; remove the # before one to change it.\n"
                  "# Those with a word in capitals have no value by default. whylisted.conf(5) explains them.\n");
    for (size_t i = 0; i < settings_count; i++) {
        const struct setting *s = &settings[i];
        const char *standard = settings_standard(s);
        group = s->group ? s->group : group;
        if (!s->in_config)
            continue;
        if (*group)
            buf_format(out, "\n# ---- %s ----\n", group);
        buf_format(out, "\n# %s\n#%s = %s\n", s->help, s->name, standard ? standard : s->value);
        group = "";
    }
}

enum { VALUE_END = 51 }; /* column of the place */

void
configuration_put(struct buf *out, const struct options *o)
{
    for (size_t i = 0; i < settings_count; i++) {
        const struct setting *s = &settings[i];
        const struct option_source *source = &o->sources[i];
        const char *standard = settings_standard(s);
        size_t begin = out->count;
        if (!s->in_config)
            continue;
        buf_format(out, "%-16s = %s", s->name,
                   source->value ? (s->secret ? "(not shown)" : source->value)
                   : standard    ? standard
                                 : "-");
        list_key_hide(catalogue_builtin(), out->at + begin);
        size_t width = strlen(out->at + begin);
        out->count = begin + width;
        buf_format(out, "%*s # ", width < VALUE_END ? (int)(VALUE_END - width) : 0, "");
        if (source->value && *source->path)
            paths_shorten(out, source->path);
        else
            buf_text(out, source->value ? "command line" : "default");
        if (source->value && source->line > 0)
            buf_format(out, ":%u", source->line);
        buf_byte(out, '\n');
    }
}

void
configuration_put_typed(struct buf *out, const struct options *o)
{
    for (size_t i = 0; i < settings_count; i++) {
        const struct setting *s = &settings[i];
        const struct option_source *source = &o->sources[i];
        bool is_path = s->value && (strcmp(s->value, "FILE") == 0 || strcmp(s->value, "DIR") == 0);
        char *whole = is_path && source->value ? realpath(source->value, NULL) : NULL;
        const char *value = whole ? whole : strcmp(s->name, "offline") == 0 ? NULL : source->value;
        bool several = strcmp(s->name, "resolver") == 0; /* one a line */
        for (size_t n; s->in_config && value && !*source->path && *value; value += value[n] ? n + 2 : n) {
            n = several ? strcspn(value, ",") : strlen(value);
            buf_format(out, "%s = %.*s\n", s->name, (int)n, value);
        }
        free(whole);
    }
}

/* ---- changes ---- */

enum configuration_change
configuration_compare(const struct options *a, const struct options *b)
{
    enum configuration_change change = CONFIGURATION_SAME;
    const char *group = "";
    for (size_t i = 0; i < settings_count; i++) {
        const char *one = a->sources[i].value, *other = b->sources[i].value;
        group = settings[i].group ? settings[i].group : group;
        bool same = one && other ? strcmp(one, other) == 0 : one == other;
        if (same || strcmp(group, "Watch") == 0 || strcmp(group, "Files (sync)") == 0)
            continue;
        if (strcmp(settings[i].name, "theme") != 0)
            return CONFIGURATION_MORE;
        change = CONFIGURATION_THEME;
    }
    return change;
}

/* The files of the configuration come first. */
void
configuration_files_start(struct configuration_files *files, const struct options *o)
{
    static const char *const names[] = {"config", "lists.conf", "receivers.conf", "policy.conf"};
    bool lists;
    *files = (struct configuration_files){0};
    for (size_t i = 0; i < 2 * sizeof names / sizeof names[0]; i++) {
        const char *name = names[i / 2], *given = i / 2 == 0 ? o->config : i / 2 == 3 ? o->policy : NULL;
        struct buf machine = {0};
        buf_format(&machine, "%s/%s", PATHS_MACHINE, name);
        char *path = i % 2 == 0 ? buf_take(&machine) : given ? mem_copy(given) : user_file(name);
        buf_free(&machine);
        files->paths[files->count++] = path ? path : mem_copy("");
    }
    configuration_files_changed(files, &lists);
}

bool
configuration_files_changed(struct configuration_files *files, bool *lists)
{
    bool changed = false;
    *lists = false;
    for (size_t i = 0; i < files->count; i++) {
        struct stat now;
        if (stat(files->paths[i], &now) < 0)
            now = (struct stat){0};
        if (textfile_is_same(&now, &files->read[i]))
            continue;
        files->read[i] = now;
        changed = true;
        *lists |= i >= 2;
    }
    return changed;
}

void
configuration_files_stop(struct configuration_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->paths[i]);
    *files = (struct configuration_files){0};
}
