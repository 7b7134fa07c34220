/* The page of one address: whose it is, the verdict, the chain of levels, when it ends, what to do. */
#ifndef ADDRESS_PAGE_H
#define ADDRESS_PAGE_H

#include "asn/asndb.h"
#include "draw/page.h"
#include "pages/related_cases.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"

/* Lays the page out. `live`: it is drawn again as time goes by, so it shows ages and countdowns. Database and cases may
 * be NULL. */
void address_page(struct page *, const struct evidence *, const struct verdict *, const struct policy *,
                  const struct asndb *, const struct related_cases *, bool live);

#endif
