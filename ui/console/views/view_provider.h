/* An ASN: how far it is from the limit of level 3, and its ranges. */
#ifndef VIEW_PROVIDER_H
#define VIEW_PROVIDER_H

#include "console/views/navigator.h"

void view_provider_open(struct nav *, uint32_t asn, const struct prefix *from);

#endif
