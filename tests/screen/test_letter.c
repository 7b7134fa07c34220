/* The letters of complaints about the invented internet of data/demo, as their recipients read them. */

#include "../unit/temp_dir.h"
#include "check/investigation.h"
#include "check/ptr_names.h"
#include "command/complain_json.h"
#include "desk.h"
#include "letter/draft.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define DAY_MS INT64_C(86400000)

/* A complaint on a desk. */
struct work {
    struct desk desk;
    struct investigation *investigation;
    struct complaint_ground ground;
    struct complaint complaint;
    struct letter letter;
    struct fault fault;
};

static void
ignore_change(void *arg)
{
    (void)arg;
}

static void
on_name(void *arg, size_t place, const char *name)
{
    complaint_set_name(arg, place, name);
}

static void
begin(struct work *w)
{
    *w = (struct work){.fault = {.text = ""}};
    desk_open(&w->desk, 24, 80, false);
    w->ground.dataset = &w->desk.engine.dataset;
    w->ground.journal = recorder_journal(w->desk.engine.recorder);
}

static void
end(struct work *w, const char *golden)
{
    complaint_fini(&w->complaint);
    letter_fini(&w->letter);
    investigation_free(w->investigation);
    desk_close(&w->desk, golden);
}

/* Asks about the target, and gathers a complaint about it. */
static enum complaint_result
complain(struct work *w, const char *target, enum letter_kind wanted)
{
    struct addr address;
    assert_true(resource_parse(target, &w->ground.target));
    assert_true(complaint_address(&w->ground.target, w->ground.dataset, &address, &w->fault));
    investigation_free(w->investigation);
    w->investigation = investigation_new(&w->desk.engine, target, NULL, &address, ignore_change, NULL);
    desk_settle(&w->desk);
    dataset_count_ranking(w->ground.dataset);
    w->ground.evidence = investigation_evidence(w->investigation);
    enum complaint_result result = complaint_gather(&w->complaint, &w->ground, 1, wanted, &w->fault);
    uint32_t addresses[PTR_NAMES_MOST];
    size_t count = 0;
    for (; result == COMPLAINT_READY && count < w->complaint.sources.count && count < PTR_NAMES_MOST; count++)
        addresses[count] = w->complaint.sources.at[count].address;
    struct ptr_names *names = ptr_names_new(&w->desk.engine, addresses, count, on_name, &w->complaint);
    desk_settle(&w->desk);
    ptr_names_free(names);
    w->complaint.from_name = "Ada Postmaster";
    w->complaint.from_mail = "postmaster@quayside-shop.example";
    return result;
}

static const char *
written(struct work *w, enum letter_language language)
{
    static struct buf text;
    if (!letter_write(&w->letter, &w->complaint, language, NULL, &w->fault))
        fail_msg("%s", w->fault.text);
    buf_clear(&text);
    letter_put(&text, &w->letter, w->complaint.to);
    return buf_string(&text);
}

static size_t
lines_of(const char *text)
{
    size_t lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

/* ---- each row of the decision table ---- */

static const char *const rows[] = {"192.0.2.140",    "203.0.113.77",  "198.19.40.10",   "198.19.201.40",
                                   "203.0.113.66",   "198.19.40.99",  "198.18.77.23",   "198.18.77.40",
                                   "198.51.100.203", "198.19.100.25", "198.19.225.200", "198.51.100.140",
                                   "198.51.100.66",  "198.18.0.0/16", "AS64496"};

static void
letters_in(enum letter_language language, const char *golden)
{
    struct work w;
    begin(&w);
    for (size_t i = 0; i < COUNT(rows); i++) {
        char heading[96];
        if (complain(&w, rows[i], LETTER_KINDS) != COMPLAINT_READY) {
            scene_add(&w.desk.scene, rows[i], w.fault.text);
            continue;
        }
        snprintf(heading, sizeof heading, "%s: %s", rows[i], letter_kind_name(w.complaint.kind));
        const char *text = written(&w, language);
        assert_in_range(lines_of(text), 10, 60 + 20);
        scene_add(&w.desk.scene, heading, text);
    }
    end(&w, golden);
}

static void
letter_of_each_row_reads_well(void **state)
{
    (void)state;
    letters_in(LETTER_EN, "letters-en");
}

static void
letter_of_each_row_reads_well_in_german(void **state)
{
    (void)state;
    letters_in(LETTER_DE, "letters-de");
}

static void
letter_about_a_clear_address_is_refused(void **state)
{
    (void)state;
    struct work w;
    begin(&w);
    assert_int_equal(complain(&w, "192.0.2.130", LETTER_KINDS), COMPLAINT_NOTHING);
    assert_string_equal(w.fault.text, "UCEPROTECT does not list 192.0.2.130: there is nothing to complain about");
    assert_int_equal(complain(&w, "192.0.2.128/25", LETTER_KINDS), COMPLAINT_NOTHING);
    assert_string_equal(w.fault.text, "UCEPROTECT lists 192.0.2.128/25 neither at level 2 nor at level 3: there is "
                                      "nothing to complain about");
    assert_int_equal(complain(&w, "192.0.2.140", LETTER_NET_OWNER), COMPLAINT_UNFIT);
    assert_string_equal(w.fault.text, "no ground for a letter to net-owner about 192.0.2.140; there is for: own");
    end(&w, NULL);
}

/* ---- the case ---- */

static void
complaint_that_was_filed_is_followed_by_a_reminder_and_thanks(void **state)
{
    (void)state;
    struct work w;
    struct journal_case a_case;
    char reference[64];
    begin(&w);
    assert_int_equal(complain(&w, "203.0.113.77", LETTER_KINDS), COMPLAINT_READY);
    snprintf(reference, sizeof reference, "%s", w.complaint.reference);
    w.complaint.to = "abuse@harbor.example";
    assert_int_equal(complaint_file(&w.complaint, w.ground.journal, &w.fault), JOURNAL_DONE);
    assert_true(journal_case_find(w.ground.journal, &w.complaint.subject, &a_case, &w.fault));
    assert_int_equal(a_case.state, CASE_WAITING);
    assert_string_equal(a_case.ticket, reference);
    assert_string_equal(a_case.contacts.at[0].who, "abuse@harbor.example");
    assert_int_equal(a_case.due_ms / DAY_MS, a_case.state_ms / DAY_MS + COMPLAINT_FOLLOW_UP_DAYS);
    journal_case_fini(&a_case);
    scene_wait(&w.desk.scene, 9 * DAY_MS);
    assert_int_equal(complain(&w, "203.0.113.77", LETTER_KINDS), COMPLAINT_READY);
    assert_int_equal(w.complaint.kind, LETTER_REMINDER);
    assert_string_equal(w.complaint.reference, reference);
    scene_add(&w.desk.scene, "reminder", written(&w, LETTER_EN));
    scene_add(&w.desk.scene, "reminder, German", written(&w, LETTER_DE));
    struct resource ended;
    assert_true(resource_parse("192.0.2.128/25", &ended));
    assert_int_equal(journal_case_add_contact(w.ground.journal, &ended, "abuse@meadow.example", NULL,
                                              clock_wall_ms() - 5 * DAY_MS, &w.fault),
                     JOURNAL_DONE);
    assert_int_equal(complain(&w, "192.0.2.130", LETTER_KINDS), COMPLAINT_READY);
    assert_int_equal(w.complaint.kind, LETTER_THANKS);
    scene_add(&w.desk.scene, "thanks", written(&w, LETTER_EN));
    scene_add(&w.desk.scene, "thanks, German", written(&w, LETTER_DE));
    end(&w, "letters-later");
}

static void
reminder_tells_which_addresses_left_and_came(void **state)
{
    (void)state;
    struct work w;
    struct resource net;
    const uint32_t then[] = {0xCB007109, 0xCB007142, 0xCB007164}; /* .9, .66 and .100; now .9, .66 and .201 */
    begin(&w);
    int64_t then_ms = clock_wall_ms() - 9 * DAY_MS;
    assert_true(resource_parse("203.0.113.0/24", &net));
    struct journal_count count = {
        .resource = net, .at_ms = then_ms, .serial = 2026111302, .listed = COUNT(then), .impacts = 31, .limit = 4};
    assert_int_equal(
        journal_neighbours_add(w.ground.journal, &net.prefix, then_ms, then, COUNT(then), NULL, 0, &w.fault),
        JOURNAL_DONE);
    assert_int_equal(journal_count_store(w.ground.journal, &count, &w.fault), JOURNAL_DONE);
    assert_int_equal(
        journal_case_add_contact(w.ground.journal, &net, "abuse@harbor.example", NULL, then_ms + DAY_MS, &w.fault),
        JOURNAL_DONE);
    assert_int_equal(complain(&w, "203.0.113.77", LETTER_KINDS), COMPLAINT_READY);
    const char *text = written(&w, LETTER_EN);
    assert_non_null(strstr(text, " Impacts    19 in 7 days, 31 at our first letter; listed from 4 on\n"));
    assert_non_null(strstr(text, "No longer on level 1 since then:\n\n  203.0.113.100\n"));
    assert_non_null(strstr(text, "New on level 1 since then:\n\n  203.0.113.201\n"));
    end(&w, NULL);
}

static void
letter_of_old_facts_estimates_nothing(void **state)
{
    (void)state;
    struct work w;
    begin(&w);
    assert_int_equal(complain(&w, "203.0.113.77", LETTER_KINDS), COMPLAINT_READY);
    w.complaint.stale = true;
    for (enum letter_language language = 0; language < LETTER_LANGUAGES; language++) {
        const char *text = written(&w, language);
        assert_null(strstr(text, "2026-11-29"));
        assert_null(strstr(text, "142"));
    }
    end(&w, NULL);
}

static void
long_foreign_names_stay_in_their_column(void **state)
{
    (void)state;
    struct work w;
    begin(&w);
    assert_int_equal(complain(&w, "198.18.77.23", LETTER_KINDS), COMPLAINT_READY);
    snprintf(w.complaint.holder.org, sizeof w.complaint.holder.org, "%s",
             "VIETTELCAMBODIA-AS-AP ISPIXP IN CAMBODIA WITH THE BEST VERVICE IN THERE.");
    for (size_t i = 0; i < w.complaint.sources.count; i++) {
        char name[300];
        snprintf(name, sizeof name, "host-%zu.%0200d.pool.example.net\r\nBcc: x@example.net\033[2J", i, 7);
        complaint_set_name(&w.complaint, i, i > 3 ? "alone.example.com" : name);
    }
    complaint_set_name(&w.complaint, 6, "mail.example.org");
    const char *text = written(&w, LETTER_EN);
    assert_non_null(strstr(text, " Provider   AS64496 VIETTELCAMBODIA-AS-AP ISPIXP IN CAMBODIA WITH THE\n"
                                 "            BEST VERVICE IN THERE.\n"));
    assert_non_null(strstr(text, "      4  *."));
    assert_non_null(strstr(text, "      2  *.example.com\n"));
    assert_null(strstr(text, "mail.example.org"));
    assert_null(strstr(text, "\nBcc:"));
    assert_null(strchr(text, '\033'));
    text = strstr(text, "\n\n");
    for (size_t count; *text; text += count + (text[count] == '\n')) {
        count = strcspn(text, "\n");
        assert_in_range(count, 0, LETTER_COLUMNS);
    }
    end(&w, NULL);
}

/* ---- templates of the user ---- */

static bool
write_with(struct work *w, const char *folder, const char *template)
{
    char path[512];
    snprintf(path, sizeof path, "%s/en/net-owner.txt", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(template, file);
    fclose(file);
    return letter_write(&w->letter, &w->complaint, LETTER_EN, folder, &w->fault);
}

static void
template_of_the_user_is_filled(void **state)
{
    (void)state;
    struct work w;
    begin(&w);
    assert_int_equal(mkdir(temp_dir_path("en"), 0700), 0);
    assert_int_equal(complain(&w, "203.0.113.77", LETTER_KINDS), COMPLAINT_READY);
    assert_true(
        write_with(&w, temp_dir_folder(),
                   "# a comment\nSubject: {score} never\nSubject: {net}\nSubject: second\n\n\nOne {length}\ntwo.\n"
                   "Left out {score}.\n{?score}Left out.\n{!score}Kept.\n\n  {sources}\n- an item\n"));
    assert_string_equal(buf_string(&w.letter.subject), "203.0.113.0/24");
    assert_string_equal(buf_string(&w.letter.body), "One 24 two. Kept.\n\n"
                                                    "  203.0.113.9                       2026-11-22\n"
                                                    "  203.0.113.66                      2026-11-22\n"
                                                    "  203.0.113.201                     2026-11-22\n"
                                                    "- an item\n");
    assert_false(write_with(&w, temp_dir_folder(), "Subject: x\n\nThe {nett}\n"));
    assert_non_null(strstr(w.fault.text, "/en/net-owner.txt:3: {nett} is no placeholder; choose subject, net, "));
    assert_false(write_with(&w, temp_dir_folder(), "The {net\n"));
    assert_non_null(strstr(w.fault.text, "/en/net-owner.txt:1: a { without its }"));
    assert_false(write_with(&w, temp_dir_folder(), "The \033[31m\n"));
    assert_non_null(strstr(w.fault.text, "/en/net-owner.txt:1: a control or invisible character"));
    end(&w, NULL);
}

/* ---- the draft ---- */

static void
draft_of_hostile_facts_keeps_its_headers_and_cells(void **state)
{
    (void)state;
    struct work w;
    struct buf draft = {0}, table = {0};
    begin(&w);
    assert_int_equal(complain(&w, "198.18.77.23", LETTER_KINDS), COMPLAINT_READY);
    w.complaint.from_name = "Eve\r\nBcc: all@example.org \"<\\";
    w.complaint.from_mail = "eve@example.org>\r\nBcc: x@example.org";
    w.complaint.to = "abuse@nimbus.example>\r\nBcc: y@example.org";
    complaint_set_name(&w.complaint, 0, "=cmd|'/c calc'!A1\r\n\"quoted\",\033[31m");
    written(&w, LETTER_EN);
    draft_put(&draft, &w.letter, &w.complaint);
    assert_null(strstr(buf_string(&draft), "\nBcc:"));
    assert_null(strchr(buf_string(&draft), '\033'));
    assert_null(strstr(buf_string(&draft), "\nTo:"));
    assert_non_null(
        strstr(buf_string(&draft), "From: \"Eve Bcc: all@example.org \\\"<\\\\\" <your-address@example.invalid>"));
    for (const char *at = buf_string(&draft); (at = strchr(at, '\n')); at++)
        assert_true(at[-1] == '\r');
    draft_put_csv(&table, &w.complaint, true);
    assert_non_null(strstr(buf_string(&table), ",\"'=cmd|'/c calc'!A1 \"\"quoted\"\",?[31m\"\r\n"));
    buf_clear(&draft);
    w.complaint.from_mail = "eve@example.org";
    w.complaint.from_name = "Eve \"\xFF\xC3\x1b[2J";
    complain_json_put_xarf(&draft, &w.complaint);
    assert_non_null(strstr(buf_string(&draft), "{\"org\":\"Eve \\\"???[2J\","));
    buf_free(&draft);
    buf_free(&table);
    end(&w, NULL);
}

static void
letter_that_was_edited_is_read_back(void **state)
{
    (void)state;
    struct letter letter = {0};
    letter_read(&letter, "To: x@example.org\nSubject:  New\x1b one\n\nFirst:\n\n  indented\x07\n");
    assert_string_equal(buf_string(&letter.subject), "New? one");
    assert_string_equal(buf_string(&letter.body), "First:\n\n  indented?\n");
    letter_fini(&letter);
}

static void
json_of_a_letter_has_its_keys(void **state)
{
    (void)state;
    static const char *const keys[] = {"schema",  "target",     "subject", "letter",       "letters",  "reference",
                                       "servers", "to",         "zone",    "zone_serial",  "answered", "net",
                                       "listed",  "first_sent", "sources", "subject_line", "text"};
    struct work w;
    struct buf json = {0};
    begin(&w);
    assert_int_equal(complain(&w, "203.0.113.77", LETTER_KINDS), COMPLAINT_READY);
    written(&w, LETTER_EN);
    complain_json_put(&json, &w.complaint, &w.letter, false);
    for (size_t i = 0; i < COUNT(keys); i++) {
        char key[32];
        snprintf(key, sizeof key, "\"%s\":", keys[i]);
        assert_non_null(strstr(buf_string(&json), key));
    }
    assert_non_null(strstr(buf_string(&json), "\"listed\":3,\"sources\":[\"203.0.113.9\","));
    buf_free(&json);
    end(&w, NULL);
}

/* ---- the console ---- */

static void
letter_opens_beside_the_page_and_is_filed_in_three_keys(void **state)
{
    (void)state;
    struct desk desk;
    struct fault fault;
    struct resource net;
    struct journal_case a_case;
    desk_open(&desk, 40, 120, false);
    desk_start(&desk, "203.0.113.77");
    desk_press(&desk, "c");
    scene_show(&desk.scene, "beside the page");
    desk_press(&desk, "l");
    assert_shows(&desk.scene, "Bitte stellen Sie den Missbrauch ab");
    desk_press(&desk, "s");
    scene_show(&desk.scene, "sent to");
    desk_press(&desk, "<Enter>");
    assert_shows(&desk.scene, "filed in the case of 203.0.113.0/24: reference WL-261122-D194, follow-up 2026-11-29");
    assert_true(resource_parse("203.0.113.0/24", &net));
    assert_true(journal_case_find(recorder_journal(desk.engine.recorder), &net, &a_case, &fault));
    assert_int_equal(a_case.state, CASE_WAITING);
    assert_string_equal(a_case.ticket, "WL-261122-D194");
    journal_case_fini(&a_case);
    assert_place(&desk.scene, "203.0.113.77");
    desk_close(&desk, "letter-beside");
}

static void
letter_fills_a_small_screen(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, "198.18.77.23");
    desk_press(&desk, "c");
    scene_show(&desk.scene, "over the page");
    desk_press(&desk, "<PgDn><PgDn>");
    scene_show(&desk.scene, "further down");
    desk_press(&desk, "v");
    assert_shows(&desk.scene, "letter provider, English");
    desk_press(&desk, "y");
    assert_non_null(strstr(scene_copied(&desk.scene), "Subject: Please reduce abuse in AS64496"));
    desk_press(&desk, "q");
    assert_place(&desk.scene, "198.18.77.23");
    desk_press(&desk, "a");
    desk_press(&desk, "c");
    assert_shows(&desk.scene, "letter provider, English");
    desk_press(&desk, "q");
    desk_close(&desk, "letter-over");
}

static void
marked_targets_get_a_letter_for_each_net_filed_by_itself(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, "198.18.77.23\n198.18.77.40\n192.0.2.140\n192.0.2.130");
    desk_press(&desk, "g<Space>j<Space>j<Space>j<Space>");
    assert_shows(&desk.scene, "4 marked");
    desk_press(&desk, "c");
    assert_shows(&desk.scene, "letter net-owner, English, 1 of 2");
    assert_shows(&desk.scene, "servers 198.18.77.23, 198.18.77.40. On level 1 themselves: 198.18.77.40;");
    desk_press(&desk, "n");
    assert_shows(&desk.scene, "letter own, English, 2 of 2");
    desk_press(&desk, "n");
    assert_shows(&desk.scene, "letter net-owner, English, 1 of 2");
    desk_press(&desk, "p");
    assert_shows(&desk.scene, "Subject: 192.0.2.140 is on UCEPROTECT level 1");
    desk_press(&desk, "s<Enter>");
    assert_shows(&desk.scene, "filed in the case of 192.0.2.140: reference WL-261122-DF9C");
    assert_shows(&desk.scene, "letter net-owner, English");
    desk_press(&desk, "n");
    assert_shows(&desk.scene, "n is not a command here");
    desk_press(&desk, "s<Enter>");
    assert_shows(&desk.scene, "filed in the case of 198.18.77.0/24: reference WL-261122-3E7D");
    assert_place(&desk.scene, "fleet: pasted lines");
    desk_press(&desk, "<Esc>");
    desk_press(&desk, "G<Space>");
    desk_press(&desk, "c");
    assert_shows(&desk.scene, "there is nothing to complain about");
    desk_close(&desk, NULL);
}

static void
quit_key_quits_from_the_letter(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, "203.0.113.77");
    desk_press(&desk, "c");
    scene_keys(&desk.scene, "Q");
    assert_true(scene_is_over(&desk.scene));
    desk_close(&desk, NULL);
}

static void
letter_without_facts_says_why(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, "192.0.2.130");
    desk_press(&desk, "c");
    assert_shows(&desk.scene, "UCEPROTECT does not list 192.0.2.130: there is nothing to complain about");
    desk_press(&desk, "s");
    assert_shows(&desk.scene, "s is not a command here");
    desk_press(&desk, "c");
    assert_place(&desk.scene, "192.0.2.130");
    desk_close(&desk, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letter_of_each_row_reads_well),
        cmocka_unit_test(letter_of_each_row_reads_well_in_german),
        cmocka_unit_test(letter_about_a_clear_address_is_refused),
        cmocka_unit_test(complaint_that_was_filed_is_followed_by_a_reminder_and_thanks),
        cmocka_unit_test(reminder_tells_which_addresses_left_and_came),
        cmocka_unit_test(letter_of_old_facts_estimates_nothing),
        cmocka_unit_test(long_foreign_names_stay_in_their_column),
        cmocka_unit_test_setup_teardown(template_of_the_user_is_filled, temp_dir_make, temp_dir_remove),
        cmocka_unit_test(draft_of_hostile_facts_keeps_its_headers_and_cells),
        cmocka_unit_test(letter_that_was_edited_is_read_back),
        cmocka_unit_test(json_of_a_letter_has_its_keys),
        cmocka_unit_test(letter_opens_beside_the_page_and_is_filed_in_three_keys),
        cmocka_unit_test(letter_fills_a_small_screen),
        cmocka_unit_test(marked_targets_get_a_letter_for_each_net_filed_by_itself),
        cmocka_unit_test(quit_key_quits_from_the_letter),
        cmocka_unit_test(letter_without_facts_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
