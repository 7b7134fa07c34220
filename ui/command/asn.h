/* `whylisted asn` and `whylisted top`: where ASNs stand against level 3, from zone files and ASN database. */
#ifndef ASN_H
#define ASN_H

#include "session/options.h"

int asn_run(const struct options *);
int asn_top_run(const struct options *);

#endif
