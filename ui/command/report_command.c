#include "command/report_command.h"

#include "command/asn_command.h"
#include "command/check_command.h"
#include "command/range_command.h"
#include "session/exit_status.h"
#include "targets/target.h"

/* Each command has a format for it. */
int
report_command_run(const struct options *o)
{
    struct target target;
    struct fault note, fault;
    if (o->target_count == 0)
        return exit_status_report("report needs one target, such as 203.0.113.77", STATUS_USAGE);
    if (!target_read((const char *const *)o->targets, o->target_count, catalogue_builtin(), true, &target, &note,
                     &fault))
        return exit_status_report(fault.text, STATUS_USAGE);
    return target.resource.kind == RESOURCE_ASN   ? asn_command_run(o)
           : target.resource.kind == RESOURCE_NET ? range_command_run(o)
                                                  : check_command_run(o);
}
