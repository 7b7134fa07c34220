/* The addresses of this machine's interfaces. */
#ifndef OWN_ADDRESS_H
#define OWN_ADDRESS_H

#include "base/addr.h"

#include <stddef.h>

enum { OWN_ADDRESS_MOST = 256 };

/* Sets at most OWN_ADDRESS_MOST addresses. Returns their number; 0 if the system names none. */
size_t own_address_list(struct addr out[static OWN_ADDRESS_MOST]);

#endif
