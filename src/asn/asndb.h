/* The ASN database: says which AS announces an address, from a private copy of a MaxMind DB file, so that other
 * programs may write over the file at any time.
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

/* Where it comes from that an AS announces something. */
struct asn_data {
    const char *path;  /* NULL = there is none */
    const char *type;  /* "RIPE RIS", or the database_type of an MMDB; clean */
    int64_t dated_ms;  /* wall time of the data */
    bool is_announced; /* a routing table, else records of a database */
};

/* Returns the whole days since the data were made; beyond ASNDB_STALE_DAYS the program warns. */
static inline int64_t
asn_data_age_days(const struct asn_data *source)
{
    int64_t age_ms = clock_wall_ms() - source->dated_ms;
    return age_ms > 0 ? age_ms / (24 * 60 * 60 * 1000) : 0;
}

enum { ASNDB_ORG = 256, ASNDB_STALE_DAYS = 60 };

struct asndb;

/* What the database says about one address. */
struct asndb_record {
    uint32_t asn;         /* 0 = no ASN recorded */
    char org[ASNDB_ORG];  /* clean; "" = none */
    struct prefix record; /* the database's own record: neither a BGP prefix nor a level 2 net ... */
    int64_t announced_ms; /* ... but the announced prefix, if it comes from a routing table of that time; else 0 */
};

void asndb_close(struct asndb *); /* NULL is fine */

/* Reads a file in steps, so that the caller stays responsive, and again when it has changed. Without a path (NULL), it
 * reads the first file that it can use in the usual places: GeoLite2-ASN.mmdb, dbip-asn-lite*.mmdb,
 * ipinfo_lite.mmdb, asn.mmdb in $XDG_DATA_HOME/whylisted, /var/lib/whylisted, /var/lib/GeoIP, /usr/share/GeoIP,
 * /usr/local/share/GeoIP. */
struct asndb_reader;

struct asndb_reader *asndb_reader_new(const char *path);
void asndb_reader_free(struct asndb_reader *); /* NULL is fine */

enum asndb_progress { ASNDB_READING, ASNDB_SAME, ASNDB_UNSETTLED, ASNDB_NEW };

/* Reads on for about `budget_us`; after the end of a reading, begins the next one. ASNDB_NEW hands over a database;
 * ASNDB_SAME ends a reading without one, because the file is the same as before or cannot be used, and ASNDB_UNSETTLED
 * because it is being written, so that the next reading should come soon.
 * *fault is about the first file that cannot be used, even if a later one can; "" = none, or none that is news. */
enum asndb_progress asndb_reader_step(struct asndb_reader *, int64_t budget_us, struct asndb **, struct fault *);

/* Reads a file at once; waits up to 2 s for one that is being written. Returns NULL with a fault, which is "" if no
 * file is in the usual places; a database from there may come with a fault about a better one. */
struct asndb *asndb_open(const char *path, struct fault *);

/* Finds an address. Returns false if it is not in the database, or its record is damaged; *fault is about damage only,
 * and "" otherwise. */
bool asndb_find(const struct asndb *, const struct addr *, struct asndb_record *out, struct fault *);

const char *asndb_path(const struct asndb *);
const char *asndb_type(const struct asndb *); /* the file's own database_type, clean */
int64_t asndb_built_ms(const struct asndb *); /* build time, wall ms */

/* Returns the database as a source; NULL = one without a path. Borrowed from the database. */
static inline struct asn_data
asndb_source(const struct asndb *db)
{
    if (!db)
        return (struct asn_data){0};
    return (struct asn_data){asndb_path(db), asndb_type(db), asndb_built_ms(db), false};
}

#endif
