#include "command/config_command.h"

#include "session/configuration.h"

#include <stdio.h>

int
config_command_run(const struct options *o)
{
    struct buf text = {0};
    if (o->defaults)
        configuration_put_defaults(&text);
    else
        configuration_put(&text, o);
    fputs(buf_string(&text), stdout);
    buf_free(&text);
    return 0;
}
