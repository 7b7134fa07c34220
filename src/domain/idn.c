#include "domain/idn.h"

#include "base/mem.h"
#include "domain/spf_macro.h"

#include <ctype.h>
#include <idn2.h>

char *
idn_to_ascii(const char *name, struct fault *fault)
{
    char *found = NULL, *copy = NULL;
    unsigned labels;
    int status = idn2_to_ascii_8z(name, &found, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    size_t count = found ? strlen(found) : 0;
    if (count > 1 && found[count - 1] == '.')
        found[count - 1] = '\0';
    if (status == IDN2_OK && spf_macro_is_name(found, &labels))
        copy = mem_copy(found);
    else
        fault_set(fault, "\"%s\" is no domain name%s%s", name, status != IDN2_OK ? ": " : "",
                  status != IDN2_OK ? idn2_strerror(status) : "");
    idn2_free(found);
    for (char *at = copy; at && *at; at++)
        *at = (char)tolower((unsigned char)*at);
    return copy;
}
