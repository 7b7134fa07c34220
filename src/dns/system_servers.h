/* Private to dns: the DNS servers that the system's resolv.conf(5) names. */
#ifndef SYSTEM_SERVERS_H
#define SYSTEM_SERVERS_H

#include "base/addr.h"
#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>

#define SYSTEM_SERVERS_FILE "/etc/resolv.conf"

enum { SYSTEM_SERVERS_MOST = 8 };

/* Reads the nameserver lines. Returns false with a fault if there is none that can be used: the C library would ask
 * 127.0.0.1 then, which is nobody's choice. */
bool system_servers_read(const char *path, struct endpoint servers[static SYSTEM_SERVERS_MOST], size_t *count,
                         struct fault *);

#endif
