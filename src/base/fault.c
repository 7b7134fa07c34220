#include "base/fault.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool
fault_set(struct fault *fault, const char *format, ...)
{
    char sentence[4 * FAULT_ROOM]; /* the end of a longer one would be cut off anyway */
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    text_clean_into(fault->text, sizeof fault->text, sentence, strlen(sentence));
    return false;
}
