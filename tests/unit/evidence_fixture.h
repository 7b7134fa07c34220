/* Evidence made by hand, for tests of what is made of it. */
#ifndef TEST_EVIDENCE_FIXTURE_H
#define TEST_EVIDENCE_FIXTURE_H

#include "verdict/evidence.h"

/* 2026-07-06T18:13:00Z, and a zone of 18:00Z. */
#define MADE_WALL_MS INT64_C(1783361580000)
enum { MADE_NOW_MS = 1000000, MADE_SERIAL = 2026070620 };

/* Stops the clocks. Every list was asked and says clear, PTR and network are known. */
void made_evidence(struct evidence *, const char *address);

/* The list says listed, with this text (NULL: it could not be had). More texts may follow. */
void made_listed(struct evidence *, size_t, const char *text);
void made_text(struct evidence *, size_t, const char *text);

/* A look at the built-in lists, from first_ms to last_ms. */
void made_seen(struct seen *, const enum list_state states[], int64_t first_ms, int64_t last_ms);

/* The list could not be believed. detail may be NULL. */
void made_trouble(struct evidence *, size_t, enum list_state, const char *detail);

/* Texts of 203.0.113.77. */
#define MADE_L1                                                                                                        \
    "IP 203.0.113.77 is UCEPROTECT-Level 1 listed. See http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77"
#define MADE_L2                                                                                                        \
    "Net 203.0.112.0/22 is UCEPROTECT-Level2 listed because 23 impacts are seen from EXAMPLE Example Hosting, "        \
    "DE/AS64500 there. See: http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77"
#define MADE_L2_INNER                                                                                                  \
    "NET 203.0.113.0/24 is UCEPROTECT-Level2 listed because 19 impacts are seen from EXAMPLE Example Hosting, "        \
    "DE/AS64500 there. See: http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77"
#define MADE_L2_OLD                                                                                                    \
    "Net 203.0.113.0/24 is UCEPROTECT-Level2 listed because 7 abusers  are hosted by EXAMPLE Example Hosting, "        \
    "DE/AS64500 there. See: http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77"
#define MADE_L2_PERMANENT                                                                                              \
    "Net 203.0.113.0/24 is UCEPROTECT-Level2 PERMANENT listed -> See: "                                                \
    "http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77"
#define MADE_L2_DEFAULT                                                                                                \
    "IP 203.0.113.77 is UCEPROTECT-Level 2 listed. See http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77"
#define MADE_L3                                                                                                        \
    "Your ISP EXAMPLE Example Hosting, DE/AS64500 is UCEPROTECT-Level3 listed because of a spamscore of 79.7. See: "   \
    "http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77"
#define MADE_L3_OLD                                                                                                    \
    "Your ISP EXAMPLE Example Hosting, DE/AS64500 is UCEPROTECT-Level3 listed for hosting a total of 311 abusers. "    \
    "See: http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77"
#define MADE_WHITE "IP 203.0.113.77 is WHITELISTED at ips.whitelisted.org. See http://www.whitelisted.org"
#define MADE_BACKSCATTER "Sorry 203.0.113.77 is blacklisted at http://www.backscatterer.org/?ip=203.0.113.77"

#endif
