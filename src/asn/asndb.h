/* The ASN database: says which AS announces an address, from a MaxMind DB file on disk.
 *
 * Recognises three shapes by content: GeoLite2 and DB-IP (autonomous_system_number, ..._organization), the same keys in
 * a map "traits" (GeoIP2 Enterprise, DB-IP IP to ISP), and IPinfo ("asn": "AS64500", "as_name"). Numbers may be of any
 * type, or text. */
#ifndef ASNDB_H
#define ASNDB_H

#include "base/addr.h"
#include "base/clock.h"
#include "base/fault.h"

#include <stdbool.h>
#include <stdint.h>

enum { ASNDB_ORG = 256, ASNDB_STALE_DAYS = 60 };

struct asndb;

/* What the database says about one address. */
struct asndb_record {
    uint32_t asn;         /* 0 = no ASN recorded */
    char org[ASNDB_ORG];  /* clean; "" = none */
    struct prefix record; /* the database's own record: neither a BGP prefix nor a level 2 net */
};

/* Returns the database, or NULL with a fault. */
struct asndb *asndb_open(const char *path, struct fault *);
void asndb_close(struct asndb *); /* NULL is fine */

/* Opens the first readable database in the usual places (GeoLite2-ASN.mmdb, dbip-asn-lite*.mmdb, asn.mmdb in
 * $XDG_DATA_HOME/whylisted, /var/lib/GeoIP, /usr/share/GeoIP, /usr/local/share/GeoIP). Returns NULL if there is none,
 * which is no fault, or none can be used. Sets *found if a file is there. *fault is about the first file that cannot be
 * used, even if a later one is returned (worth a warning); otherwise fault->text is "". */
struct asndb *asndb_open_usual(struct fault *, bool *found);

/* Finds an address. Returns false if it is not in the database, or its record is damaged; *fault is about damage only,
 * and "" otherwise. */
bool asndb_find(const struct asndb *, const struct addr *, struct asndb_record *out, struct fault *);

const char *asndb_path(const struct asndb *);
const char *asndb_type(const struct asndb *); /* the file's own database_type, clean */
int64_t asndb_built_ms(const struct asndb *); /* build time, wall ms */

/* Returns the whole days since it was built; beyond ASNDB_STALE_DAYS the program warns. */
static inline int64_t
asndb_age_days(const struct asndb *db)
{
    int64_t age_ms = clock_wall_ms() - asndb_built_ms(db);
    return age_ms > 0 ? age_ms / (24 * 60 * 60 * 1000) : 0;
}

#endif
