/* The ASNs of the world: how much is listed of each and where it stands against level 3. One table of columns for the
 * world on the screen and for what `asn` and `top` print. */
#ifndef WORLD_TABLE_H
#define WORLD_TABLE_H

#include "density/countries.h"
#include "density/dataset.h"
#include "draw/table_model.h"

/* The `self` of the models; an item is an ASN of the dataset's table. Figures are looked up there each time, so that
 * nothing dangles after a reload. Zeroed but for the dataset is valid. */
struct world_table {
    struct dataset *dataset;
    struct countries countries; /* filled when a cell first needs them; countries_fini when zones have changed */
};

/* Returns the model for the files that there are: without zone files figures
 * are unknown, and without level 3's it is an estimate what level 3 lists. */
const struct table_model *world_table(const struct dataset *);
/* Returns the column to sort by: by number without zone files, else by ratio. */
size_t world_table_order(const struct dataset *);

/* Appends "AS64500 ORG", and what a narrow table leaves out: country, addresses, impacts needed, the call. */
void world_table_words(struct world_table *, size_t item, struct buf *out);

#endif
