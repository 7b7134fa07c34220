/* The view of each kind of place. Only routes.c calls them; a view calls navigate(). */
#ifndef ROUTES_H
#define ROUTES_H

#include "console/views/navigator.h"

extern void (*const routes[PLACE_KINDS])(struct nav *, const struct place *);

/* What the program is for, and the follow-ups that are due. */
void view_start_open(struct nav *, const struct place *);
/* An address, asked live. */
void view_address_open(struct nav *, const struct place *);
/* An IPv4 prefix: its listed addresses, where they are, and the nets published around and inside. */
void view_range_open(struct nav *, const struct place *);
/* An AS: how far it is from the limit of level 3, and its ranges. */
void view_provider_open(struct nav *, const struct place *);
/* All ASes, ranked. */
void view_world_open(struct nav *, const struct place *);
/* Several ASes, prefixes and addresses side by side. */
void view_compare_open(struct nav *, const struct place *);
/* The journal: everything that was looked up or noted, newest first, due follow-ups on top. */
void view_journal_open(struct nav *, const struct place *);
/* What every list says of an address; without one, all lists. */
void view_lists_open(struct nav *, const struct place *);
/* The timeline of a resource. */
void view_history_open(struct nav *, const struct place *);
/* An observation beside the address as it is now. */
void view_then_now_open(struct nav *, const struct place *);
/* The note of a case in an editor. Without a writable journal, the app says why nothing opens. */
void view_note_open(struct nav *, const struct place *);
/* The form of a case, beside the page. Needs a writable journal too. */
void view_case_open(struct nav *, const struct place *);
/* What the resolver's servers do to answers of lists. */
void view_doctor_open(struct nav *, const struct place *);
/* A domain: what it publishes, and the addresses from which its mail leaves. */
void view_domain_open(struct nav *, const struct place *);
/* Many targets, the worst first. */
void view_fleet_open(struct nav *, const struct place *);
/* The letter that can end a listing, beside the page. */
void view_letter_open(struct nav *, const struct place *);
/* The rejection that was pasted last, which names no address of ours. */
void view_rejection_open(struct nav *, const struct place *);

#endif
