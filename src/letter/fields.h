/* The placeholders of templates. Private to the room. */
#ifndef FIELDS_H
#define FIELDS_H

#include "letter/complaint.h"

/* Appends the value of a placeholder, in clean lines; appends nothing if it has none. Returns false if there is no
 * placeholder of that name. */
bool fields_put(struct buf *out, const char *name, size_t count, const struct complaint *, enum letter_language);

/* Appends the names of all, with commas between. */
void fields_put_names(struct buf *out);

#endif
