#include "session/rbl_ini.h"

#include "base/inifile.h"
#include "base/mem.h"
#include "session/exit_status.h"
#include "session/settings.h"

#include <stdlib.h>
#include <string.h>

/* Keys of the file and our settings; NULL: it only tunes that program. */
static const struct {
    const char *key, *setting;
} keys[] = {
    {"warning", "warning"}, {"critical", "critical"}, {"timeout", "deadline"}, {"nameserver", "resolver"},
    {"append", NULL},       {"debug", NULL},          {"query-timeout", NULL}, {"retry", NULL},
    {"verbose", NULL},      {"workers", NULL},
};

struct reading {
    struct options *options;
    struct options typed; /* before the file was read */
    const char *section, *path;
    bool found;
    struct buf zones;
};

static bool
was_typed(const struct options *typed, const char *setting)
{
    return strcmp(setting, "warning") == 0    ? typed->warning > 0
           : strcmp(setting, "critical") == 0 ? typed->critical > 0
           : strcmp(setting, "deadline") == 0 ? typed->deadline_ms > 0
                                              : typed->server_count > 0;
}

static bool
take(void *arg, const struct inifile_entry *entry, struct fault *fault)
{
    struct reading *r = arg;
    size_t i = 0;
    if (strcmp(entry->section, r->section) != 0)
        return true;
    r->found = true;
    if (strcmp(entry->key, "server") == 0) {
        buf_format(&r->zones, "%s%s", r->zones.count > 0 ? "," : "", entry->value);
        return true;
    }
    while (i < sizeof keys / sizeof keys[0] && strcmp(entry->key, keys[i].key) != 0)
        i++;
    if (i == sizeof keys / sizeof keys[0])
        return fault_set(fault,
                         "%s: of check_rbl's options only server, warning, critical, timeout and nameserver "
                         "are understood",
                         entry->key);
    if (!keys[i].setting || was_typed(&r->typed, keys[i].setting))
        return true;
    const struct setting *setting = settings;
    while (strcmp(setting->name, keys[i].setting) != 0)
        setting++;
    return settings_apply(r->options, setting, entry->value, &(struct setting_place){r->path, entry->line}, fault);
}

bool
rbl_ini_read(struct options *o, struct fault *fault, int *status)
{
    const char *at = strchr(o->extra_opts, '@');
    *status = STATUS_USAGE;
    if (!at || !at[1])
        return fault_set(fault, "--extra-opts %s: write SECTION@FILE, as rbl@/etc/nagios-plugins/check_rbl.ini",
                         o->extra_opts);
    char *section = mem_copy_bytes(o->extra_opts, (size_t)(at - o->extra_opts));
    struct reading r = {.options = o, .typed = *o, .path = at + 1, .section = *section ? section : "check_rbl"};
    bool ok = inifile_read(at + 1, take, &r, fault);
    *status = ok ? STATUS_USAGE : STATUS_FILE;
    if (ok && !r.found)
        ok = fault_set(fault, "%s has no section [%s]", at + 1, r.section);
    if (ok && r.zones.count > 0)
        o->rbl_zones = buf_take(&r.zones);
    buf_free(&r.zones);
    free(section);
    return ok;
}
