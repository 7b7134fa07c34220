/* The JSON of the commands. A json_t is a value of jansson; the caller owns what these functions return. */
#ifndef PARTS_JSON_H
#define PARTS_JSON_H

#include "base/buf.h"
#include "density/density.h"
#include "lists/listed_net.h"
#include "lists/policy.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"

#include <stdbool.h>
#include <stdint.h>

struct json_t;

struct json_t *parts_json_object(void);
struct json_t *parts_json_array(void);
struct json_t *parts_json_bool(bool);
/* Appends a value to an array, which takes it. */
void parts_json_push(struct json_t *array, struct json_t *value);

/* Clean text (text.h), which is not checked again. */
struct json_t *parts_json_string(const char *text);
/* The same; NULL and "" are null. */
struct json_t *parts_json_text(const char *text);
/* A whole number; null unless it is known. */
struct json_t *parts_json_number(int64_t number, bool known);
/* Wall time in UTC (RFC 3339); 0 is null. */
struct json_t *parts_json_time(int64_t wall_ms);

/* The names of a set of causes, and the words of the tags of a case; as arrays. */
struct json_t *parts_json_causes(unsigned causes);
struct json_t *parts_json_tags(const char *tags);

/* Sets a key of the object, which takes the value. */
void parts_json_set(struct json_t *object, const char *key, struct json_t *value);
void parts_json_set_holder(struct json_t *object, const struct holder *);
/* Sets zone_serial, null for 0; zone_age_s, negative for a date in the future; and zone_dated_by. */
void parts_json_set_zone(struct json_t *object, uint32_t serial, struct data_date);
/* Adds that for the zone file with the worst date; level 1 must have one. */
void parts_json_set_zones(struct json_t *object, const struct zone_set *);

struct json_t *parts_json_prefix(const struct prefix *);
struct json_t *parts_json_v4(uint32_t address);
/* A number that is rounded to 1/steps. */
struct json_t *parts_json_decimal(double value, double steps);

/* Old facts have no estimate. */
struct json_t *parts_json_net(const struct listed_net *, const struct policy *, bool old);
/* The same for a net that the zone file of level 2 publishes. */
struct json_t *parts_json_zone_net(const struct listed_net *, const struct zone_set *, const struct policy *);
struct json_t *parts_json_rung(const struct rung *);

/* Prints the value and a newline, and frees it. */
void parts_json_print(struct buf *out, struct json_t *value, bool pretty);

#endif
