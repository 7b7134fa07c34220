/* Fleets in JSON. */
#ifndef FLEET_JSON_H
#define FLEET_JSON_H

#include "pages/fleet_table.h"

struct json_t;

/* Return a target, and the numbers of targets by verdict; the caller owns them. */
struct json_t *fleet_json_row(const struct fleet_row *);
struct json_t *fleet_json_summary(const struct fleet_rows *);

#endif
