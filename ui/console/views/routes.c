#include "console/views/routes.h"

void (*const routes[PLACE_KINDS])(struct nav *, const struct place *) = {
    [PLACE_START] = view_start_open,         [PLACE_ADDRESS] = view_address_open, [PLACE_RANGE] = view_range_open,
    [PLACE_PROVIDER] = view_provider_open,   [PLACE_WORLD] = view_world_open,     [PLACE_COMPARE] = view_compare_open,
    [PLACE_JOURNAL] = view_journal_open,     [PLACE_LISTS] = view_lists_open,     [PLACE_HISTORY] = view_history_open,
    [PLACE_THEN_NOW] = view_then_now_open,   [PLACE_NOTE] = view_note_open,       [PLACE_CASE] = view_case_open,
    [PLACE_DOCTOR] = view_doctor_open,       [PLACE_DOMAIN] = view_domain_open,   [PLACE_FLEET] = view_fleet_open,
    [PLACE_REJECTION] = view_rejection_open, [PLACE_LETTER] = view_letter_open,
};
