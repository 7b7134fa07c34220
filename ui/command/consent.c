#include "command/consent.h"

#include "session/interrupt.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool
consent_can_ask(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

bool
consent_ask(const char *question)
{
    char answer[16] = "";
    fprintf(stderr, "%s [y/N] ", question);
    if (!fgets(answer, sizeof answer, stdin))
        fputc('\n', stderr);
    return !interrupt_came() && (strcmp(answer, "y\n") == 0 || strcmp(answer, "yes\n") == 0);
}
