#include "console/asn_loader.h"

#include "base/clock.h"
#include "base/textfile.h"
#include "session/paths.h"

#include <stdlib.h>

/* Returns whether a file that sync makes is another than the last one. Then *path is NULL if there is none, and the
 * caller frees it. */
static bool
is_new(const char *name, struct stat *last, char **path)
{
    struct stat status = {0};
    *path = paths_data(name);
    if (*path && stat(*path, &status) != 0)
        status = (struct stat){0};
    bool is_other = !textfile_is_same(&status, last);
    *last = status;
    if (!is_other)
        free(*path);
    return is_other;
}

/* Reads one slice of the announced prefixes, if they are new. Returns whether there is more to read. */
static bool
read_announced(struct asn_loader *loader, struct fault *fault)
{
    struct dataset *dataset = &loader->engine->dataset;
    char *path;
    if (!loader->table && is_new("announced.asn", &loader->announced, &path)) {
        loader->table = path ? asn_table_open(path, fault) : NULL;
        if (!path && dataset->announced)
            dataset_set_announced(dataset, NULL);
        free(path);
    }
    if (!loader->table)
        return false;
    enum asn_table_progress progress = asn_table_step(loader->table, loader->slice_us, fault);
    if (progress == ASN_TABLE_WALKING)
        return true;
    if (progress == ASN_TABLE_READY)
        dataset_set_announced(dataset, loader->table);
    else
        asn_table_free(loader->table);
    loader->table = NULL;
    return false;
}

/* The same for the allocations. */
static bool
read_allocations(struct asn_loader *loader, struct fault *fault)
{
    struct dataset *dataset = &loader->engine->dataset;
    int64_t began_us = clock_now_us();
    char *path;
    if (!loader->blocks && is_new("allocations.asn", &loader->allocations, &path)) {
        loader->blocks = path ? allocations_open(path, fault) : NULL;
        if (!path && dataset->allocations)
            dataset_set_allocations(dataset, NULL);
        free(path);
    }
    while (loader->blocks && allocations_step(loader->blocks, fault))
        if (clock_now_us() - began_us >= loader->slice_us)
            return true;
    if (loader->blocks && !*fault->text)
        dataset_set_allocations(dataset, loader->blocks);
    else
        allocations_free(loader->blocks);
    loader->blocks = NULL;
    return false;
}

/* Reads one slice of the database. Returns in how many milliseconds to come again. */
static int64_t
read_database(struct asn_loader *loader, struct fault *fault)
{
    struct dataset *dataset = &loader->engine->dataset;
    struct asndb *asndb;
    enum asndb_progress progress = asndb_reader_step(loader->reader, loader->slice_us, &asndb, fault);
    if (asndb || (dataset->asndb_awaited && (progress == ASNDB_SAME || *fault->text)))
        dataset_set_asndb(dataset, asndb);
    else if (*fault->text && dataset->asndb)
        fault_set(fault, "%s; the ASN database read before is kept", fault->text);
    loader->in_database = progress == ASNDB_READING;
    return progress == ASNDB_READING ? 0 : progress == ASNDB_UNSETTLED ? ASN_LOADER_SOON_MS : ASN_LOADER_AGAIN_MS;
}

/* Reads one slice: of the tables first, so that what is counted from them is not counted from the database before. The
 * console works without a file that cannot be read, or with the one before. */
static void
read_slice(void *arg)
{
    struct asn_loader *loader = arg;
    struct fault fault = {""};
    int64_t wait_ms = 0;
    if (loader->in_database ||
        (!read_announced(loader, &fault) && !*fault.text && !read_allocations(loader, &fault) && !*fault.text))
        wait_ms = read_database(loader, &fault);
    if (*fault.text)
        loader->report(loader->arg, fault.text);
    loop_timer_set(loader->engine->loop, &loader->timer, clock_now_ms() + wait_ms);
}

void
asn_loader_start(struct asn_loader *loader, const char *path)
{
    loader->reader = asndb_reader_new(path);
    loader->timer = (struct timer){.fire = read_slice, .arg = loader};
    dataset_await_asndb(&loader->engine->dataset);
    loop_timer_set(loader->engine->loop, &loader->timer, clock_now_ms());
}

void
asn_loader_stop(struct asn_loader *loader)
{
    loop_timer_clear(loader->engine->loop, &loader->timer);
    asndb_reader_free(loader->reader);
    asn_table_free(loader->table);
    allocations_free(loader->blocks);
    loader->reader = NULL;
    loader->table = NULL;
    loader->blocks = NULL;
}
