#include "session/exit_status.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum exit_status
exit_status_of(enum verdict_state state)
{
    static const enum exit_status statuses[] = {
        [VERDICT_CLEAR] = STATUS_CLEAR,
        [VERDICT_COLLATERAL] = STATUS_COLLATERAL,
        [VERDICT_DIRECT] = STATUS_DIRECT,
        [VERDICT_UNKNOWN] = STATUS_UNKNOWN,
    };
    return statuses[state];
}

enum exit_status
exit_status_worse(enum exit_status a, enum exit_status b)
{
    static const int badness[] = {
        [STATUS_CLEAR] = 0, [STATUS_COLLATERAL] = 1, [STATUS_UNKNOWN] = 2, [STATUS_DIRECT] = 3};
    return badness[a] >= badness[b] ? a : b;
}

static struct buf *diverted;

void
exit_status_divert(struct buf *to)
{
    diverted = to;
}

int
exit_status_report(const char *sentence, int status)
{
    struct buf clean = {0};
    text_clean(&clean, sentence, strlen(sentence), TEXT_CLEAN_MAX);
    if (diverted)
        buf_format(diverted, "%s%s", diverted->count > 0 ? "; " : "", buf_string(&clean));
    else
        fprintf(stderr, PACKAGE_NAME ": %s\n", buf_string(&clean));
    buf_free(&clean);
    return status;
}
