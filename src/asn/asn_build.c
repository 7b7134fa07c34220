#include "asn/asn_build.h"

bool
asn_build_announced(const char *const *dumps, size_t count, const char *names, const char *to, struct asn_built *built,
                    struct fault *fault)
{
    (void)dumps;
    (void)count;
    (void)names;
    *built = (struct asn_built){0};
    return fault_set(fault, "cannot make %s yet", to);
}

bool
asn_build_allocations(const char *stats, const char *to, struct asn_built *built, struct fault *fault)
{
    *built = (struct asn_built){0};
    return fault_set(fault, "cannot make %s from %s yet", to, stats);
}
