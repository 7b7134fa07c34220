/* `whylisted asn` and `whylisted top`: where ASNs stand against level 3, from zone files and ASN database. */
#ifndef ASN_COMMAND_H
#define ASN_COMMAND_H

#include "session/options.h"

int asn_command_run(const struct options *);
int asn_command_run_top(const struct options *);

#endif
