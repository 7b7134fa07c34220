/* Any bytes as an ASN database: opened, asked, closed. */
#include "fuzz.h"

#include "asn/asndb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void
look_up(const struct asndb *db)
{
    static const char *const addresses[] = {"0.0.0.0",         "192.0.2.1",      "198.18.200.9", "203.0.113.77",
                                            "255.255.255.255", "2001:db8:25::1", "::",           "ffff::"};
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        struct addr addr;
        struct asndb_record record;
        struct fault fault;
        addr_parse(addresses[i], &addr);
        bool found = asndb_find(db, &addr, &record, &fault);
        if (found && (!prefix_holds(&record.record, &addr) || strlen(record.org) >= ASNDB_ORG))
            abort();
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    char path[64];
    int fd = memfd_create("asn.mmdb", MFD_CLOEXEC);
    if (fd < 0 || write(fd, bytes, count) != (ssize_t)count)
        abort();
    futimens(fd, (struct timespec[2]){{0}}); /* old, so that no reading waits for more of it */
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);

    struct fault fault = {""};
    struct asndb *db = asndb_open(path, &fault);
    if (db != NULL)
        look_up(db);
    else if (fault.text[0] == '\0')
        abort();
    asndb_close(db);
    close(fd);
    return 0;
}
