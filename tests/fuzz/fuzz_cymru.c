/* Any bytes, cleaned, as an answer of the origin service: address texts and names of an ASN. */
#include "fuzz.h"

#include "asn/cymru.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    char *text = text_clean_copy((const char *)bytes, count);
    struct cymru_origin origin;
    if (cymru_parse(text, &origin)) {
        struct prefix same = prefix_around(&origin.prefix.addr, origin.prefix.length);
        if (origin.asn == 0 || !prefix_equal(&same, &origin.prefix) || cymru_is_better(&origin, &origin))
            abort();
    }
    char org[CYMRU_ORG];
    cymru_parse_as(text, org);
    if (strlen(org) >= CYMRU_ORG)
        abort();
    free(text);
    return 0;
}
