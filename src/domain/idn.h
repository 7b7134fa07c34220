/* Turns domain names of any script into the ASCII of DNS. */
#ifndef IDN_H
#define IDN_H

#include "base/fault.h"

/* Returns a name as DNS has it, in lower case and without the final dot (IDNA 2008, UTS 46); the caller frees it. NULL
 * with a fault for a text that is no name. */
char *idn_to_ascii(const char *name, struct fault *);

#endif
