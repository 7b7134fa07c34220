#include "console/asn_loader.h"

#include "base/clock.h"

/* Reads one slice. The console works without a database that cannot be read, or with the one before. */
static void
read_slice(void *arg)
{
    struct asn_loader *loader = arg;
    struct dataset *dataset = &loader->engine->dataset;
    struct asndb *asndb;
    struct fault fault;
    enum asndb_progress progress = asndb_reader_step(loader->reader, loader->slice_us, &asndb, &fault);
    int64_t wait_ms = progress == ASNDB_READING     ? 0
                      : progress == ASNDB_UNSETTLED ? ASN_LOADER_SOON_MS
                                                    : ASN_LOADER_AGAIN_MS;
    if (asndb || (dataset->asndb_awaited && (progress == ASNDB_SAME || *fault.text)))
        dataset_set_asndb(dataset, asndb);
    else if (*fault.text && dataset->asndb)
        fault_set(&fault, "%s; the ASN database read before is kept", fault.text);
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
    loader->reader = NULL;
}
