/* The lists that are asked, and how each proves itself. */
#ifndef CATALOGUE_H
#define CATALOGUE_H

#include <stddef.h>

/* The part a list plays in the verdict; also its place in the catalogue. */
enum list_id { LIST_LEVEL1, LIST_LEVEL2, LIST_LEVEL3, LIST_EXEMPTION, LIST_BACKSCATTERER, LIST_COUNT };

struct dnsbl {
    const char *zone;  /* "dnsbl-1.uceprotect.net" */
    const char *title; /* "Level 1" */
    const char *operator;
    const char *covers; /* what one listing covers: "this address", "a prefix" ... */
    const char *policy; /* the page with the listing policy */
    unsigned level;     /* 1, 2, 3; 0 for the other two */
};

const struct dnsbl *catalogue_at(enum list_id);

#endif
