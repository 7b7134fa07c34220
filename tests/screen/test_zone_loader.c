/* Zone files that are read piece by piece while the screen is used. */

#include "../unit/builtin_lists.h"
#include "../unit/temp_dir.h"
#include "base/buf.h"
#include "console/views/routes.h"
#include "console/zone_loader.h"
#include "fake_resolver.h"
#include "journal/history.h"
#include "screen.h"
#include "toy_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define SOA "$SOA 3600 a.test b.test 2026070618 3600 3600 86400 120\n127.0.0.2 Test\n"
#define LEVEL1 "dnsbl-1.uceprotect.net"
#define LEVEL2 "dnsbl-2.uceprotect.net"

enum { MANY = 40000 /* addresses: some pieces of a file */, STEPS_MOST = 1000 };

struct desk {
    struct scene scene;
    struct engine engine;
    struct nav nav;
    struct zone_loader feed;
    struct buf told;
    unsigned readings;
};

/* ---- files ---- */

static void
put(const char *name, const char *first, unsigned many)
{
    struct buf text = {0};
    buf_text(&text, first);
    for (unsigned i = 0; i < many; i++)
        buf_format(&text, "1.2.%u.%u\n", i / 256, i % 256);
    temp_dir_put(name, buf_string(&text));
    buf_free(&text);
}

/* ---- the desk ---- */

static void
tell(void *arg, const char *sentences)
{
    struct desk *desk = arg;
    desk->readings++;
    buf_clear(&desk->told);
    buf_text(&desk->told, sentences);
}

/* The smallest slices: one step in each turn of the loop. */
static void
open_desk(struct desk *desk, int rows, int cols)
{
    *desk = (struct desk){0};
    scene_open(&desk->scene, rows, cols, false);
    desk->engine.loop = desk->scene.loop;
    dataset_init(&desk->engine.dataset, desk->scene.loop, catalogue_builtin());
    desk->feed = (struct zone_loader){.app = desk->scene.app, .engine = &desk->engine, .report = tell, .arg = desk};
    toy_open(desk->scene.app, "neighbours", 1, 5);
    zone_loader_start(&desk->feed, temp_dir_folder());
}

static void
close_desk(struct desk *desk, const char *golden)
{
    zone_loader_stop(&desk->feed);
    dns_facts_fini(&desk->engine.dns_facts);
    dataset_fini(&desk->engine.dataset);
    zone_set_close(desk->engine.dataset.zones);
    buf_free(&desk->told);
    scene_close(&desk->scene, golden);
}

static size_t
count(const struct desk *desk)
{
    size_t addresses;
    assert_non_null(dataset_level(&desk->engine.dataset, 1));
    zone_file_addresses(dataset_level(&desk->engine.dataset, 1), &addresses);
    return addresses - 1; /* without the test record */
}

/* Turns until so many readings have ended; returns how many turns that took. */
static unsigned
read_all(struct desk *desk, unsigned readings)
{
    unsigned turns = 0;
    for (; desk->readings < readings && turns < STEPS_MOST; turns++)
        scene_wait(&desk->scene, 0);
    assert_int_equal(desk->readings, readings);
    return turns;
}

/* ---- what is seen ---- */

static void
long_read_shows_progress(void **state)
{
    (void)state;
    struct desk desk;
    put(LEVEL1, SOA, MANY);
    open_desk(&desk, 24, 80);
    scene_wait(&desk.scene, 0);
    scene_wait(&desk.scene, ZONE_LOADER_PATIENCE_MS - 1);
    assert_null(strstr(scene_text(&desk.scene), "reading zone files"));
    scene_wait(&desk.scene, 1);
    scene_show(&desk.scene, "after half a second");
    scene_keys(&desk.scene, "jj");
    scene_wait(&desk.scene, APP_FRAME_MS);
    scene_show(&desk.scene, "it goes on while keys are pressed");
    scene_resize(&desk.scene, 10, 40);
    scene_show(&desk.scene, "on a narrow screen");
    read_all(&desk, 1);
    scene_wait(&desk.scene, APP_FRAME_MS);
    scene_show(&desk.scene, "all is read");
    assert_int_equal(count(&desk), MANY);
    close_desk(&desk, "zonefeed");
}

static void
short_read_shows_nothing(void **state)
{
    (void)state;
    struct desk desk;
    put(LEVEL1, SOA "1.2.3.4\n", 0);
    open_desk(&desk, 24, 80);
    scene_wait(&desk.scene, 0);
    int frames = scene_frames(&desk.scene);
    read_all(&desk, 1);
    scene_wait(&desk.scene, APP_FRAME_MS);
    assert_int_equal(scene_frames(&desk.scene), frames + 1);
    assert_string_equal(buf_string(&desk.told), "");
    close_desk(&desk, NULL);
}

static void
views_know_files_are_loading(void **state)
{
    (void)state;
    struct desk desk;
    put(LEVEL1, SOA, MANY);
    open_desk(&desk, 24, 80);
    assert_string_equal(dataset_lacks_zones(&desk.engine.dataset), "Reading the zone files ...");
    scene_wait(&desk.scene, 0);
    assert_string_equal(dataset_lacks_zones(&desk.engine.dataset), "Reading the zone files ...");
    assert_null(desk.engine.dataset.zones);
    unsigned version = desk.engine.dataset.zones_revision;
    read_all(&desk, 1);
    assert_non_null(strstr(dataset_lacks_zones(&desk.engine.dataset), "level 2"));
    assert_true(desk.engine.dataset.zones_revision > version);
    close_desk(&desk, NULL);
}

/* ---- when it reads ---- */

static void
changed_file_is_reread_after_a_minute(void **state)
{
    (void)state;
    struct desk desk;
    put(LEVEL1, SOA "7.7.7.7\n", 0);
    open_desk(&desk, 24, 80);
    read_all(&desk, 1);
    unsigned version = desk.engine.dataset.zones_revision;
    put(LEVEL1, SOA, MANY);
    scene_wait(&desk.scene, ZONE_LOADER_AGAIN_MS - 1);
    scene_settle(&desk.scene);
    assert_false(desk.feed.reading);
    scene_wait(&desk.scene, 1);
    assert_true(desk.feed.reading);
    for (unsigned turns = 0; desk.readings < 2; turns++) {
        assert_true(turns < STEPS_MOST);
        assert_int_equal(count(&desk), 1);
        assert_int_equal(desk.engine.dataset.zones_revision, version);
        scene_wait(&desk.scene, 0);
    }
    assert_int_equal(count(&desk), MANY);
    assert_int_equal(desk.engine.dataset.zones_revision, version + 1);
    close_desk(&desk, NULL);
}

static void
unreadable_reload_is_reported_and_kept(void **state)
{
    (void)state;
    struct desk desk;
    put(LEVEL1, SOA, MANY);
    open_desk(&desk, 24, 80);
    read_all(&desk, 1);
    put(LEVEL1, "junk\n", 0);
    scene_wait(&desk.scene, ZONE_LOADER_AGAIN_MS);
    read_all(&desk, 2);
    assert_non_null(strstr(buf_string(&desk.told), "the data read before are kept"));
    assert_int_equal(count(&desk), MANY);
    scene_wait(&desk.scene, ZONE_LOADER_AGAIN_MS);
    read_all(&desk, 3);
    assert_string_equal(buf_string(&desk.told), ""); /* once */
    put(LEVEL1, SOA "7.7.7.7 junk:\n1.2.3\n168.1=\n", MANY);
    scene_wait(&desk.scene, ZONE_LOADER_AGAIN_MS);
    read_all(&desk, 4);
    assert_null(strstr(buf_string(&desk.told), "skipped")); /* that is told with the answers */
    close_desk(&desk, NULL);
}

static void
unreadable_first_files_are_told_once_and_tried_again(void **state)
{
    (void)state;
    struct desk desk;
    put(LEVEL1, SOA, MANY);
    put(LEVEL2, "junk\n", 0);
    open_desk(&desk, 24, 80);
    read_all(&desk, 1);
    assert_non_null(strstr(buf_string(&desk.told), LEVEL2));
    assert_null(desk.engine.dataset.zones);
    assert_non_null(strstr(dataset_lacks_zones(&desk.engine.dataset), "There are no zone files"));
    scene_wait(&desk.scene, ZONE_LOADER_AGAIN_MS);
    read_all(&desk, 2);
    assert_string_equal(buf_string(&desk.told), "");
    put(LEVEL2, SOA, 0);
    scene_wait(&desk.scene, ZONE_LOADER_AGAIN_MS);
    read_all(&desk, 3);
    assert_string_equal(dataset_lacks_zones(&desk.engine.dataset), "");
    close_desk(&desk, NULL);
}

/* At each step, the first time and again: everything is freed. */
static void
quit_while_reading_is_safe(void **state)
{
    (void)state;
    for (unsigned steps = 0; steps < 40; steps += 3) {
        struct desk desk;
        put(LEVEL1, SOA "7.7.7.7\n", steps % 2 ? 0 : MANY);
        open_desk(&desk, 24, 80);
        if (steps % 2) {
            read_all(&desk, 1);
            put(LEVEL1, SOA, MANY);
            scene_wait(&desk.scene, ZONE_LOADER_AGAIN_MS);
        }
        for (unsigned i = 0; i < steps; i++)
            scene_wait(&desk.scene, 0);
        close_desk(&desk, NULL);
    }
}

/* ---- what is kept of what is found meanwhile ---- */

#define NET(kind, prefix, impacts)                                                                                     \
    kind " " prefix " is UCEPROTECT-Level2 listed because " impacts                                                    \
         " impacts are seen from HARBOR Harbor Net, DE/AS64497 there. See: http://x"
#define LEVEL2_FILE                                                                                                    \
    SOA "203.0.0.0/16 " NET("Net", "203.0.0.0/16", "120") "\n203.0.113.0/24 " NET("NET", "203.0.113.0/24", "19") "\n"
#define ON_LEVEL2                                                                                                      \
    "77.113.0.203.dnsbl-2.uceprotect.net A data 127.0.0.2\n"                                                           \
    "77.113.0.203.dnsbl-2.uceprotect.net TXT data \"" NET("NET", "203.0.113.0/24", "19") "\"\n"

static void
hear(void *arg, const char *sentence)
{
    (void)arg;
    fail_msg("%s", sentence);
}

/* The console with an address on the screen, and a journal. */
static void
open_case_desk(struct desk *desk, struct buf *summary, unsigned many)
{
    struct fault notice, fault;
    struct addr address;
    put(LEVEL1, SOA, many);
    put(LEVEL2, LEVEL2_FILE, 0);
    open_desk(desk, 24, 80);
    struct engine *engine = &desk->engine;
    engine->loop = desk->scene.loop;
    engine->resolver = fake_resolver_new(desk->scene.loop);
    fake_resolver_say(engine->resolver, ON_LEVEL2);
    engine->health = health_new(engine->loop, engine->resolver, catalogue_builtin());
    engine->ask_examples = true;
    engine->recorder =
        recorder_new(engine->loop,
                     journal_open(temp_dir_path("journal.db"), false, JOURNAL_WRITES, JOURNAL_WAIT_MS, &notice, &fault),
                     false, hear, NULL);
    assert_true(addr_parse("203.0.113.77", &address));
    desk->nav = (struct nav){.app = desk->scene.app, .engine = engine, .summary = summary};
    navigator_start(&desk->nav);
    view_address_open(&desk->nav, &(struct place){PLACE_ADDRESS, .resource = resource_of_address(&address)});
}

static void
leave_case_desk(struct desk *desk)
{
    struct engine *engine = &desk->engine;
    zone_loader_stop(&desk->feed);
    app_free(desk->scene.app);
    desk->scene.app = NULL;
    health_free(engine->health);
    resolver_free(engine->resolver);
    recorder_free(engine->recorder);
    close_desk(desk, NULL);
}

/* One look, with so many nets published, and this in its headline. */
static void
assert_kept(size_t nets, const char *words)
{
    struct fault notice, fault;
    struct resource resource;
    journal_observations looks = {0};
    struct journal *journal =
        journal_open(temp_dir_path("journal.db"), false, JOURNAL_READS, JOURNAL_WAIT_MS, &notice, &fault);
    assert_true(resource_parse("203.0.113.77", &resource));
    assert_true(journal_history(journal, &resource, 10, &looks, &fault));
    assert_int_equal(looks.count, 1);
    assert_int_equal(looks.at[0].nets.count, nets);
    assert_int_equal(looks.at[0].times, 1);
    if (!strstr(looks.at[0].headline, words))
        fail_msg("'%s' is not in '%s'", words, looks.at[0].headline);
    journal_observations_fini(&looks);
    journal_close(journal);
    assert_int_equal(unlink(temp_dir_path("journal.db")), 0);
}

/* The files are read before the answers are there, also between two frames, and after. */
static void
record_once_whenever_files_come(void **state)
{
    (void)state;
    for (unsigned many = 0; many <= MANY; many += MANY / 4)
        for (int64_t step = 1; step <= 20; step += 3) {
            struct desk desk;
            struct buf summary = {0};
            open_case_desk(&desk, &summary, many);
            for (unsigned turns = 0; turns < STEPS_MOST && (desk.readings == 0 || turns < 200); turns++)
                scene_wait(&desk.scene, step);
            assert_int_equal(desk.readings, 1);
            leave_case_desk(&desk);
            assert_kept(2, "203.0.113.0/24 (19 impacts in 7 days, limit 4) and 1 other net");
            buf_free(&summary);
        }
}

static void
quit_before_files_records_findings(void **state)
{
    (void)state;
    struct desk desk;
    struct buf summary = {0};
    open_case_desk(&desk, &summary, MANY);
    for (int i = 0; i < 10; i++) {
        if (desk.feed.reading)
            loop_timer_clear(desk.scene.loop, &desk.feed.timer); /* the disk is slow */
        scene_wait(&desk.scene, FAKE_RESOLVER_RTT_MS);
    }
    assert_int_equal(desk.readings, 0);
    leave_case_desk(&desk);
    assert_kept(1, "203.0.113.0/24 (19 impacts");
    buf_free(&summary);
}

int
main(void)
{
#define FOLDER_TEST(test) cmocka_unit_test_setup_teardown(test, temp_dir_make, temp_dir_remove)
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(long_read_shows_progress),
        FOLDER_TEST(short_read_shows_nothing),
        FOLDER_TEST(views_know_files_are_loading),
        FOLDER_TEST(changed_file_is_reread_after_a_minute),
        FOLDER_TEST(unreadable_reload_is_reported_and_kept),
        FOLDER_TEST(unreadable_first_files_are_told_once_and_tried_again),
        FOLDER_TEST(quit_while_reading_is_safe),
        FOLDER_TEST(record_once_whenever_files_come),
        FOLDER_TEST(quit_before_files_records_findings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
