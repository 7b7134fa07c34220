/* Private to dns: the DNS servers that the system's resolv.conf(5) names. */
#ifndef SYSTEM_SERVERS_H
#define SYSTEM_SERVERS_H

#include "base/addr.h"
#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SYSTEM_SERVERS_FILE "/etc/resolv.conf"

enum { SYSTEM_SERVERS_MOST = 8 };

/* Identifies a version of the file. */
struct system_servers_stamp {
    uint64_t device, inode;
    int64_t size, seconds, nanoseconds;
};

struct system_servers {
    const char *path; /* borrowed */
    struct system_servers_stamp stamp;
    struct endpoint at[SYSTEM_SERVERS_MOST];
    size_t count;
    char unusable[256]; /* a sentence on the nameserver lines that are not used, "" = there are none */
};

/* Reads nameserver lines and "options use-vc". Returns false with a fault if there is none that can be used: the C
 * library would ask 127.0.0.1 then, which the file does not name. The stamp is set in any case. */
bool system_servers_read(struct system_servers *, const char *path, struct fault *);

/* Reads the file again if it is another than the one that was read. Returns whether it names other servers; *news says
 * so, or why the old ones stay, and is "" otherwise. */
bool system_servers_follow(struct system_servers *, struct fault *news);

#endif
