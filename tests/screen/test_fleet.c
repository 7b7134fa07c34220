/* The fleet on the screen, in the invented internet of data/demo. */
#include "../unit/temp_dir.h"
#include "base/mem.h"
#include "check/fleet_queue.h"
#include "console/views/typed_target.h"
#include "desk.h"
#include "draw/glyph.h"
#include "journal/recorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char mail_out[] = "192.0.2.130 mx01 [prod]\n"
                               "203.0.113.77 mx02 [prod out]\n"
                               "198.18.77.40 mx03 [prod out]\n"
                               "198.18.77.23 mx04 [pool]\n"
                               "192.0.2.140 mx05 [pool]\n"
                               "198.18.77.25 mx06 [pool]\n"
                               "10.0.0.1 inside\n";

#define CHECK "\xE2\x9C\x93"

/* Fifty addresses that the demo does not know, and so are clear. */
static void
many(struct buf *out)
{
    for (int i = 1; i <= 50; i++)
        buf_format(out, "192.0.2.%d pool%02d\n", 150 + i, i);
}

static size_t
count(const char *text, const char *part)
{
    size_t found = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part))
        found++;
    return found;
}

/* Returns whether one text comes before another on the screen. */
static bool
is_above(const struct desk *desk, const char *upper, const char *lower)
{
    const char *all = scene_text(&desk->scene), *a = strstr(all, upper), *b = strstr(all, lower);
    return a && b && a < b;
}

static void
fleet_shows_worst_first(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, mail_out);
    scene_show(&desk.scene, "80x24");
    scene_resize(&desk.scene, 40, 120);
    scene_show(&desk.scene, "120x40");
    scene_resize(&desk.scene, 12, 40);
    scene_show(&desk.scene, "40x12");
    desk_close(&desk, "fleet");
}

static void
fleet_in_ascii(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, 24, 80, true);
    desk_start(&desk, mail_out);
    scene_show_roles(&desk.scene, "80x24, ASCII, with roles");
    desk_close(&desk, "fleet_ascii");
}

static void
fleet_with_answers_under_way_shows_what_is_awaited(void **state)
{
    struct desk desk;
    struct fault fault;
    (void)state;
    desk_open(&desk, 24, 80, false);
    fake_resolver_hold(desk.engine.resolver);
    assert_true(typed_target_open(&desk.nav, mail_out, &fault));
    scene_settle(&desk.scene);
    scene_wait(&desk.scene, APP_FRAME_MS);
    assert_shows(&desk.scene, "6 awaited");
    assert_shows(&desk.scene, "1 unlistable");
    assert_shows(&desk.scene, "1 of 7 asked");
    assert_hides(&desk.scene, CHECK);
    assert_shows(&desk.scene, "198.18.77.40");
    assert_hides(&desk.scene, "clear");
    fake_resolver_deliver_all(desk.engine.resolver);
    desk_settle(&desk);
    assert_hides(&desk.scene, "awaited");
    assert_shows(&desk.scene, "2 direct");
    desk_close(&desk, NULL);
}

/* The levels of the rows on the screen are there after the answers, and their texts: three round trips. */
static void
first_rows_need_three_round_trips(void **state)
{
    struct desk desk;
    struct fault fault;
    struct buf text = {0};
    (void)state;
    many(&text);
    desk_open(&desk, 24, 80, false);
    assert_true(typed_target_open(&desk.nav, mail_out, &fault));
    scene_settle(&desk.scene);
    for (int trip = 0; trip < 3; trip++) {
        scene_wait(&desk.scene, FAKE_RESOLVER_RTT_MS);
        scene_settle(&desk.scene);
    }
    scene_wait(&desk.scene, APP_FRAME_MS);
    assert_shows(&desk.scene, "2 direct");
    assert_shows(&desk.scene, "you, your net, provider");
    buf_free(&text);
    desk_close(&desk, NULL);
}

static void
fleet_asks_visible_rows_first_and_the_rest_in_batches(void **state)
{
    struct desk desk;
    struct fault fault;
    struct buf text = {0};
    (void)state;
    many(&text);
    desk_open(&desk, 24, 80, false);
    assert_true(typed_target_open(&desk.nav, buf_string(&text), &fault));
    scene_settle(&desk.scene);
    for (int trip = 0; trip < 6; trip++)
        scene_wait(&desk.scene, FAKE_RESOLVER_RTT_MS);
    const char *asked = fake_resolver_asked(desk.engine.resolver);
    size_t shown = count(asked, ".2.0.192.dnsbl-1.uceprotect.net A");
    assert_true(shown >= 15 && shown <= 15 + FLEET_QUEUE_BATCH + 5);
    assert_non_null(strstr(asked, "151.2.0.192.dnsbl-1.uceprotect.net A"));
    scene_wait(&desk.scene, FLEET_QUEUE_BATCH_MS);
    scene_settle(&desk.scene);
    size_t batch = count(fake_resolver_asked(desk.engine.resolver), ".2.0.192.dnsbl-1.uceprotect.net A");
    assert_true(batch <= FLEET_QUEUE_BATCH);
    for (int second = 0; second < 4; second++) {
        scene_wait(&desk.scene, FLEET_QUEUE_BATCH_MS);
        desk_settle(&desk);
    }
    assert_shows(&desk.scene, "50 clear");
    buf_free(&text);
    desk_close(&desk, NULL);
}

/* After the TTL, those on the screen at once, the others not all together. */
static void
fleet_asks_again_when_ttls_end(void **state)
{
    struct desk desk;
    struct buf text = {0};
    (void)state;
    many(&text);
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, buf_string(&text));
    for (int second = 0; second < 4; second++) {
        scene_wait(&desk.scene, FLEET_QUEUE_BATCH_MS);
        desk_settle(&desk);
    }
    assert_shows(&desk.scene, "50 clear");
    fake_resolver_asked(desk.engine.resolver);
    fake_resolver_say(desk.engine.resolver, "151.2.0.192.dnsbl-1.uceprotect.net A data ttl 2100 127.0.0.2\n");
    scene_wait(&desk.scene, INT64_C(1000) * FAKE_RESOLVER_NEGATIVE_TTL);
    scene_settle(&desk.scene);
    size_t again = count(fake_resolver_asked(desk.engine.resolver), ".2.0.192.dnsbl-1.uceprotect.net A");
    assert_in_range(again, 1, 20);
    desk_settle(&desk);
    assert_shows(&desk.scene, "1 direct");
    assert_shows(&desk.scene, "Changed");
    buf_free(&text);
    desk_close(&desk, NULL);
}

static void
fleet_below_another_view_is_not_asked_again(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, mail_out);
    desk_press(&desk, "W");
    fake_resolver_asked(desk.engine.resolver);
    scene_wait(&desk.scene, INT64_C(1000) * FAKE_RESOLVER_TTL);
    desk_settle(&desk);
    assert_string_equal(fake_resolver_asked(desk.engine.resolver), "");
    desk_press(&desk, "q");
    assert_non_null(strstr(fake_resolver_asked(desk.engine.resolver), "130.2.0.192.dnsbl-1.uceprotect.net A"));
    desk_close(&desk, NULL);
}

static void
held_fleet_keeps_its_rows(void **state)
{
    struct desk desk;
    struct fault fault;
    (void)state;
    desk_open(&desk, 24, 80, false);
    fake_resolver_hold(desk.engine.resolver);
    assert_true(typed_target_open(&desk.nav, mail_out, &fault));
    scene_settle(&desk.scene);
    scene_keys(&desk.scene, "p");
    fake_resolver_deliver_all(desk.engine.resolver);
    desk_settle(&desk);
    assert_shows(&desk.scene, "6 awaited");
    desk_press(&desk, "p");
    desk_settle(&desk);
    assert_shows(&desk.scene, "2 direct");
    desk_close(&desk, NULL);
}

static void
enter_opens_address_and_back_returns_to_its_row(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, mail_out);
    desk_press(&desk, "jjj<Enter>");
    assert_shows(&desk.scene, "When it ends");
    desk_press(&desk, "q");
    assert_shows(&desk.scene, "fleet: pasted lines");
    assert_shows(&desk.scene, "live");
    desk_close(&desk, NULL);
}

static void
changed_row_is_marked_until_opened(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, "192.0.2.130 mx01\n192.0.2.131 mx02\n");
    assert_hides(&desk.scene, "\xE2\x80\xA2");
    fake_resolver_say(desk.engine.resolver, "131.2.0.192.dnsbl-1.uceprotect.net A data ttl 2100 127.0.0.2\n");
    scene_wait(&desk.scene, INT64_C(1000) * FAKE_RESOLVER_NEGATIVE_TTL);
    desk_settle(&desk);
    desk_settle(&desk);
    assert_shows(&desk.scene, "\xE2\x9C\x97\xE2\x80\xA2");
    assert_true(is_above(&desk, "mx02", "mx01"));
    desk_press(&desk, "g<Enter>q");
    assert_shows(&desk.scene, "fleet: pasted lines");
    assert_hides(&desk.scene, "\xE2\x80\xA2");
    desk_close(&desk, NULL);
}

static void
groups_count_and_lead_to_their_targets(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, mail_out);
    desk_press(&desk, "bj<Enter>");
    scene_show(&desk.scene, "by tag");
    desk_press(&desk, "j<Enter>");
    scene_show(&desk.scene, "the targets of the second");
    desk_press(&desk, "q");
    assert_shows(&desk.scene, "no tag");
    desk_press(&desk, "bjj<Enter>");
    scene_show(&desk.scene, "by net");
    desk_press(&desk, "bj<Enter>");
    scene_show(&desk.scene, "by domain");
    desk_close(&desk, "fleet_groups");
}

/* A filter that the user set holds for the groups, in a group, and after it. */
static void
filter_holds_for_groups_and_in_them(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, mail_out);
    scene_keys(&desk.scene, "ftag:prod<Enter>");
    desk_press(&desk, "bj<Enter>");
    assert_shows(&desk.scene, "Groups of the 3 targets with tag:prod");
    assert_hides(&desk.scene, "pool");
    assert_hides(&desk.scene, "Space mark");
    desk_press(&desk, "jj<Enter>");
    assert_shows(&desk.scene, "filter tag:prod tag:out: 2 of 7 targets");
    desk_press(&desk, "q");
    assert_shows(&desk.scene, "Groups of the 3 targets with tag:prod");
    desk_press(&desk, "b<Up><Enter>");
    assert_shows(&desk.scene, "filter tag:prod: 3 of 7 targets");
    desk_close(&desk, NULL);
}

static void
filter_and_sort_work_on_targets(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, mail_out);
    scene_keys(&desk.scene, "ftag:prod state:collateral<Enter>");
    desk_settle(&desk);
    assert_shows(&desk.scene, "1 of 7 targets");
    assert_shows(&desk.scene, "mx02");
    assert_hides(&desk.scene, "mx03");
    scene_keys(&desk.scene, "f<^U><Enter>");
    desk_press(&desk, "sj<Enter>");
    assert_true(is_above(&desk, "inside", "mx01") && is_above(&desk, "mx01", "mx02"));
    desk_close(&desk, NULL);
}

static void
marked_targets_get_one_note_and_one_state(void **state)
{
    struct desk desk;
    struct journal_case a_case;
    struct fault fault;
    struct addr address;
    struct buf note = {0};
    (void)state;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, mail_out);
    desk_press(&desk, "gj<Space>j<Space>");
    assert_shows(&desk.scene, "2 marked");
    scene_keys(&desk.scene, "eticket 4711<Enter>");
    assert_shows(&desk.scene, "2 notes saved");
    scene_keys(&desk.scene, "tj<Enter>");
    assert_shows(&desk.scene, "2 cases: waiting");
    scene_keys(&desk.scene, "emore<Enter>");
    addr_parse("192.0.2.140", &address);
    struct resource resource = resource_of_address(&address);
    assert_true(journal_case_find(recorder_journal(desk.engine.recorder), &resource, &a_case, &fault));
    journal_case_note_text(&a_case, &note);
    assert_string_equal(buf_string(&note), "ticket 4711\nmore");
    assert_int_equal(a_case.state, CASE_WAITING);
    journal_case_fini(&a_case);
    buf_free(&note);
    desk_press(&desk, "y");
    assert_int_equal(count(scene_copied(&desk.scene), "\n"), 1);
    desk_press(&desk, "=");
    assert_shows(&desk.scene, "compare");
    desk_close(&desk, NULL);
}

/* Judged by its addresses: one is listed. */
static void
domain_is_one_row_with_its_worst(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, 24, 80, false);
    fake_resolver_say(desk.engine.resolver, "shop.example TXT data \"v=spf1 ip4:192.0.2.140 ip4:192.0.2.130 -all\"\n"
                                            "quiet.example TXT data \"v=spf1 ip4:192.0.2.130 -all\"\n");
    desk_start(&desk, "203.0.113.77 mx02\nshop.example shop\nquiet.example quiet\n");
    desk_settle(&desk);
    scene_show(&desk.scene, "an address and two domains");
    assert_shows(&desk.scene, "1 direct  ! 1 collateral  ");
    assert_true(is_above(&desk, "shop.example", "203.0.113.77") && is_above(&desk, "203.0.113.77", "quiet.example"));
    desk_press(&desk, "g<Enter>");
    assert_place(&desk.scene, "shop.example");
    desk_press(&desk, "q");
    assert_place(&desk.scene, "fleet: pasted lines");
    desk_close(&desk, "fleet_domains");
}

/* The console reads it after its first frame: the answers are there before. */
static void
fleet_ends_what_waited_for_the_asn_database(void **state)
{
    struct desk desk;
    struct dataset *dataset = &desk.engine.dataset;
    (void)state;
    desk_open(&desk, 24, 80, false);
    fake_resolver_say(desk.engine.resolver, "shop.example TXT data \"v=spf1 ip4:192.0.2.140 -all\"\n");
    struct asndb *asndb = dataset->asndb;
    dataset->asndb = NULL;
    dataset->asndb_awaited = true;
    desk_start(&desk, "203.0.113.77 mx02\nshop.example shop\n");
    assert_shows(&desk.scene, "2 awaited");
    dataset->asndb = asndb;
    dataset->asndb_awaited = false;
    dataset->asndb_revision++;
    engine_report_change(&desk.engine, CHANGED_WORLD);
    desk_settle(&desk);
    assert_hides(&desk.scene, "awaited");
    assert_shows(&desk.scene, "1 direct");
    desk_close(&desk, NULL);
}

static void
pasted_lines_open_fleet(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, "192.0.2.130");
    scene_paste(&desk.scene, "192.0.2.130 a\n192.0.2.140 b\nfoo bar\n");
    assert_shows(&desk.scene, "3 lines pasted; Enter reads them all");
    scene_keys(&desk.scene, "x");
    assert_hides(&desk.scene, "lines pasted");
    desk_press(&desk, "<Esc>?");
    scene_paste(&desk.scene, "192.0.2.130 a\n192.0.2.140 b\nfoo bar\n");
    assert_shows(&desk.scene, "3 lines pasted; Enter reads them all");
    desk_press(&desk, "<Enter>");
    assert_shows(&desk.scene, "fleet: pasted lines  2 targets");
    assert_shows(&desk.scene, "pasted lines:3: 'foo'");
    desk_press(&desk, "WF");
    assert_place(&desk.scene, "fleet: pasted lines");
    desk_close(&desk, NULL);
}

static void
fleet_key_without_fleet_says_how_to_get_one(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, "192.0.2.130");
    desk_press(&desk, "F");
    assert_shows(&desk.scene, "fleet = FILE");
    desk_press(&desk, "?fleet<Enter>");
    assert_shows(&desk.scene, "fleet = FILE");
    desk.nav.fleet_file = "/nowhere/fleet";
    desk_press(&desk, "F");
    assert_shows(&desk.scene, "/nowhere/fleet");
    desk_close(&desk, NULL);
}

static void
neighbours_are_said_to_be_in_one_net(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, "198.18.77.40\n198.18.77.23\n192.0.2.130\n");
    assert_shows(&desk.scene, "Both listed targets are in 198.18.77.0/24, AS64496 NIMBUS Nimbus Cloud.");
    desk_close(&desk, NULL);
}

static void
closed_fleet_leaves_its_summary(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, mail_out);
    app_free(desk.scene.app);
    desk.scene.app = NULL;
    assert_non_null(
        strstr(buf_string(&desk.summary), "7 targets: 2 direct, 2 collateral, 2 clear, 0 unknown, 1 unlistable"));
    desk_close(&desk, NULL);
}

/* Of 57 targets, only those are counted whose answers are there. */
static void
fleet_left_early_says_what_was_not_asked(void **state)
{
    struct desk desk;
    struct fault fault;
    (void)state;
    desk_open(&desk, 24, 80, false);
    fake_resolver_hold(desk.engine.resolver);
    assert_true(typed_target_open(&desk.nav, mail_out, &fault));
    scene_settle(&desk.scene);
    desk_press(&desk, "bj<Enter>");
    assert_shows(&desk.scene, "awaited");
    assert_hides(&desk.scene, CHECK);
    app_free(desk.scene.app);
    desk.scene.app = NULL;
    assert_non_null(strstr(buf_string(&desk.summary), "0 clear, 0 unknown, 1 unlistable, 6 not asked"));
    fake_resolver_deliver_all(desk.engine.resolver);
    desk_close(&desk, NULL);
}

static void
change_found_on_asking_again_is_said(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, "192.0.2.130 mx01\n192.0.2.131 mx02\n");
    fake_resolver_say(desk.engine.resolver, "131.2.0.192.dnsbl-1.uceprotect.net A data ttl 2100 127.0.0.2\n");
    scene_wait(&desk.scene, INT64_C(1000) * FAKE_RESOLVER_NEGATIVE_TTL);
    desk_settle(&desk);
    desk_settle(&desk);
    desk_press(&desk, "g");
    assert_shows(&desk.scene, "Changed: level 1: clear -> listed.");
    desk_close(&desk, NULL);
}

static void
fleet_stays_below_other_views_when_closed(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, mail_out);
    desk_press(&desk, "j<Enter>");
    assert_shows(&desk.scene, "When it ends");
    assert_shows(&desk.scene, "192.0.2.140 mx05");
    desk_press(&desk, "F");
    assert_place(&desk.scene, "fleet: pasted lines");
    desk_press(&desk, "<Backspace>");
    assert_shows(&desk.scene, "When it ends");
    desk_press(&desk, "WF");
    assert_place(&desk.scene, "fleet: pasted lines");
    assert_shows(&desk.scene, "2 direct");
    desk_press(&desk, "qqq"); /* this view, the world and the address: the user began with the fleet */
    assert_place(&desk.scene, "fleet: pasted lines");
    desk_close(&desk, NULL);
}

static void
changed_file_is_read_again(void **state)
{
    struct desk desk;
    struct fault fault;
    struct fleet_place place = {0};
    (void)state;
    const char *path = temp_dir_put("out.txt", "192.0.2.130 mx01 [prod]\n192.0.2.140 mx02\n");
    desk_open(&desk, 24, 80, false);
    assert_true(navigator_read_fleet(&place, path, NULL, desk.engine.dataset.catalogue, &fault));
    navigator_open_fleet(&desk.nav, &place);
    desk_settle(&desk);
    assert_shows(&desk.scene, "fleet: out  2 targets");
    scene_keys(&desk.scene, "ftag:prod<Enter>");
    desk_press(&desk, "W");
    temp_dir_put("out.txt", "192.0.2.130 mx01 [prod]\n192.0.2.140 mx02\n203.0.113.77 mx03 [prod]\n");
    scene_keys(&desk.scene, "F");
    assert_shows(&desk.scene, "has changed and was read again: targets 2 -> 3");
    desk_settle(&desk);
    assert_shows(&desk.scene, "filter tag:prod: 2 of 3 targets");
    temp_dir_put("out.txt", "192.0.2.130 mx01 [prod]\n");
    scene_keys(&desk.scene, "r");
    assert_shows(&desk.scene, "was read again: targets 3 -> 1");
    temp_dir_put("out.txt", "nonsense\n");
    scene_keys(&desk.scene, "r");
    assert_shows(&desk.scene, "has no target");
    assert_shows(&desk.scene, "mx01");
    desk_close(&desk, NULL);
}

static void
case_and_note_have_columns(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, 24, 120, false);
    desk_start(&desk, mail_out);
    assert_hides(&desk.scene, "  case");
    assert_hides(&desk.scene, "\xE2\x96\xAA");
    desk_press(&desk, "jj<Enter>");
    scene_keys(&desk.scene, "etold the provider");
    desk_press(&desk, "<^S>q");
    assert_place(&desk.scene, "fleet: pasted lines");
    assert_shows(&desk.scene, "  case");
    assert_shows(&desk.scene, "Case open: told the provider.");
    scene_resize(&desk.scene, 24, 80); /* without room for the column */
    assert_shows(&desk.scene, "! \xE2\x96\xAA  mx04");
    desk_close(&desk, NULL);
}

/* One line, however long, so that the table keeps its rows. */
static void
bad_line_takes_one_row(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk,
               "198.18.77.40\n198.18.77.23\nthis is a line that names no target of any kind whatsoever at all\n");
    assert_shows(&desk.scene, " ...");
    assert_shows(&desk.scene, "targets are in 198.18.77.0/24");
    desk_close(&desk, NULL);
}

/* Each rejected address once, the targets between the lines, and how much was left. */
static void
pasted_log_opens_fleet_of_rejected_addresses(void **state)
{
    static const char line[] =
        "Nov 30 09:14:03 mail postfix/smtp[9]: 4X: to=<b@example.org>, relay=mx.example.org[198.51.100.25]:25, "
        "dsn=5.7.1, status=bounced (host mx.example.org[198.51.100.25] said: 554 5.7.1 Client host [%s] blocked)\n";
    static const char *const addresses[] = {"192.0.2.130", "192.0.2.140", "192.0.2.130"};
    struct desk desk;
    struct buf text = {0};
    (void)state;
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        char one[512];
        snprintf(one, sizeof one, line, addresses[i]);
        buf_text(&text, one);
    }
    buf_text(&text, "Nov 30 09:14:04 mail postfix/qmgr[8]: 4X: removed\n192.0.2.131 web\n");
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, "192.0.2.130");
    scene_paste(&desk.scene, buf_string(&text));
    desk_press(&desk, "<Enter>");
    assert_shows(&desk.scene, "fleet: pasted lines  3 targets");
    assert_shows(&desk.scene, "192.0.2.140");
    assert_shows(&desk.scene, "192.0.2.131");
    assert_shows(&desk.scene, "1 other line names no rejected address");
    desk_close(&desk, NULL);
    buf_free(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fleet_shows_worst_first),
        cmocka_unit_test(fleet_in_ascii),
        cmocka_unit_test(fleet_with_answers_under_way_shows_what_is_awaited),
        cmocka_unit_test(first_rows_need_three_round_trips),
        cmocka_unit_test(fleet_asks_visible_rows_first_and_the_rest_in_batches),
        cmocka_unit_test(fleet_asks_again_when_ttls_end),
        cmocka_unit_test(fleet_below_another_view_is_not_asked_again),
        cmocka_unit_test(held_fleet_keeps_its_rows),
        cmocka_unit_test(enter_opens_address_and_back_returns_to_its_row),
        cmocka_unit_test(changed_row_is_marked_until_opened),
        cmocka_unit_test(groups_count_and_lead_to_their_targets),
        cmocka_unit_test(filter_holds_for_groups_and_in_them),
        cmocka_unit_test(filter_and_sort_work_on_targets),
        cmocka_unit_test(marked_targets_get_one_note_and_one_state),
        cmocka_unit_test(domain_is_one_row_with_its_worst),
        cmocka_unit_test(fleet_ends_what_waited_for_the_asn_database),
        cmocka_unit_test(pasted_lines_open_fleet),
        cmocka_unit_test(pasted_log_opens_fleet_of_rejected_addresses),
        cmocka_unit_test(fleet_key_without_fleet_says_how_to_get_one),
        cmocka_unit_test(neighbours_are_said_to_be_in_one_net),
        cmocka_unit_test(closed_fleet_leaves_its_summary),
        cmocka_unit_test(fleet_left_early_says_what_was_not_asked),
        cmocka_unit_test(change_found_on_asking_again_is_said),
        cmocka_unit_test(fleet_stays_below_other_views_when_closed),
        cmocka_unit_test_setup_teardown(changed_file_is_read_again, temp_dir_make, temp_dir_remove),
        cmocka_unit_test(case_and_note_have_columns),
        cmocka_unit_test(bad_line_takes_one_row),
    };
    return cmocka_run_group_tests_name("fleet on the screen", tests, NULL, NULL);
}
