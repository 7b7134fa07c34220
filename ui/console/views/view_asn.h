/* An ASN: how far it is from the limit of level 3, and its ranges. */
#ifndef VIEW_ASN_H
#define VIEW_ASN_H

#include "console/views/drill.h"

void view_asn_open(struct drill *, uint32_t asn, const struct prefix *from);

#endif
