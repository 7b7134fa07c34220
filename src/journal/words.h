/* The words that stand for enums in the file and in NDJSON. They never change, because old files contain them. Private
 * to the room. */
#ifndef WORDS_H
#define WORDS_H

#include "lists/listed_net.h"
#include "lists/listing_text.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"

#include <stdbool.h>

const char *journal_source_name(enum source); /* "none", "dns", "zone" */

/* Return false for an unknown word. */
bool journal_source_parse(const char *, enum source *out);
bool journal_state_parse(const char *, enum list_state *out);
bool journal_verdict_parse(const char *, enum verdict_state *out);
bool journal_net_kind_parse(const char *, enum net_kind *out);

/* Returns the zone of the list that schema 1 calls by a word: "level1" ... "backscatterer"; NULL = no such word. */
const char *journal_zone_of_schema_1(const char *word);

#endif
