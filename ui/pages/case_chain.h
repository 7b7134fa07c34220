/* The part of an address's page that is what the lists say: the chain of levels, with nets, score and exemption. */
#ifndef CASE_CHAIN_H
#define CASE_CHAIN_H

#include "draw/page.h"
#include "lists/policy.h"
#include "verdict/evidence.h"

/* Adds nothing where no list was asked. `live`: as of case_page. */
void case_chain(struct page *, const struct evidence *, const struct policy *, bool live);

#endif
