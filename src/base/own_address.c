#include "base/own_address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>

size_t
own_address_list(struct addr out[static OWN_ADDRESS_MOST])
{
    struct ifaddrs *all = NULL;
    size_t count = 0;
    if (getifaddrs(&all) != 0)
        return 0;
    for (const struct ifaddrs *at = all; at && count < OWN_ADDRESS_MOST; at = at->ifa_next) {
        char text[INET6_ADDRSTRLEN];
        int family = at->ifa_addr ? at->ifa_addr->sa_family : AF_UNSPEC;
        const void *bytes = family == AF_INET    ? (const void *)&((struct sockaddr_in *)(void *)at->ifa_addr)->sin_addr
                            : family == AF_INET6 ? &((struct sockaddr_in6 *)(void *)at->ifa_addr)->sin6_addr
                                                 : NULL;
        if (bytes && inet_ntop(family, bytes, text, sizeof text) && addr_parse(text, &out[count]))
            count++;
    }
    freeifaddrs(all);
    return count;
}
