/* The ASN database that is read piece by piece, and again, while an address is on the screen. */

#include "../unit/temp_dir.h"
#include "asn/asn_build.h"
#include "base/buf.h"
#include "console/asn_loader.h"
#include "console/views/routes.h"
#include "console/views/typed_target.h"
#include "fake_resolver.h"
#include "screen.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define FILE_NAME "asn.mmdb"
#define ZONES TEST_SOURCE_ROOT "/data/demo"

enum { TURNS = 20 /* more than a reading takes */ };

struct desk {
    struct scene scene;
    struct engine engine;
    struct nav nav;
    struct asn_loader loader;
    struct zone_set *zones;
    struct buf summary;
    char told[FAULT_ROOM];
    unsigned tellings;
};

/* Writes over the file in place, as cp does, a day ago. */
static void
put(const char *fixture)
{
    struct buf content = {0};
    char source[300];
    snprintf(source, sizeof source, TEST_SOURCE_ROOT "/%s", fixture);
    FILE *file = fopen(source, "rb");
    assert_non_null(file);
    for (int c; (c = getc(file)) != EOF;)
        buf_byte(&content, (char)c);
    fclose(file);
    const char *path = temp_dir_put_bytes(FILE_NAME, content.at, content.count);
    const struct timespec day = {.tv_sec = time(NULL) - 86400};
    assert_int_equal(utimensat(AT_FDCWD, path, (struct timespec[2]){day, day}, 0), 0);
    buf_free(&content);
}

static void
hear(void *arg, const char *problem)
{
    struct desk *desk = arg;
    snprintf(desk->told, sizeof desk->told, "%s", problem);
    desk->tellings++;
}

static void
turn(struct desk *desk, unsigned turns)
{
    while (turns-- > 0)
        scene_wait(&desk->scene, APP_FRAME_MS);
}

/* The smallest slices: one step in each turn of the loop. */
static void
open_desk(struct desk *desk, const char *zones, const char *target)
{
    struct fault fault;
    *desk = (struct desk){0};
    scene_open(&desk->scene, 24, 80, false);
    struct engine *engine = &desk->engine;
    engine->loop = desk->scene.loop;
    engine->ask_examples = true;
    engine->resolver = fake_resolver_new(desk->scene.loop);
    fake_resolver_say(engine->resolver,
                      "77.113.0.203.origin.asn.cymru.com TXT data \"64999 | 203.0.113.0/24 | DE | ripencc | \"\n"
                      "AS64999.asn.cymru.com TXT data \"64999 | DE | ripencc | | BY-DNS, DE\"\n");
    dataset_init(&engine->dataset, desk->scene.loop, catalogue_builtin());
    engine->health = health_new(engine->loop, engine->resolver, catalogue_builtin());
    desk->zones = zones ? zone_set_open(zones, catalogue_builtin(), &fault) : NULL;
    dataset_set_zones(&engine->dataset, desk->zones);
    desk->nav = (struct nav){.app = desk->scene.app, .engine = engine, .routes = routes, .summary = &desk->summary};
    navigator_start(&desk->nav);
    desk->loader = (struct asn_loader){.engine = engine, .report = hear, .arg = desk};
    asn_loader_start(&desk->loader, temp_dir_path(FILE_NAME));
    if (!typed_target_open(&desk->nav, target, &fault))
        fail_msg("%s", fault.text);
}

static void
close_desk(struct desk *desk)
{
    asn_loader_stop(&desk->loader);
    app_free(desk->scene.app);
    desk->scene.app = NULL;
    dns_facts_fini(&desk->engine.dns_facts);
    health_free(desk->engine.health);
    resolver_free(desk->engine.resolver);
    dataset_fini(&desk->engine.dataset);
    zone_set_close(desk->zones);
    asndb_close(desk->engine.dataset.asndb);
    buf_free(&desk->summary);
    scene_close(&desk->scene, NULL);
    unlink(temp_dir_path(FILE_NAME));
}

static bool
cymru_was_asked(struct desk *desk)
{
    return strstr(fake_resolver_asked(desk->engine.resolver), "cymru") != NULL;
}

static void
address_waits_for_database(void **state)
{
    (void)state;
    struct desk desk;
    put("tests/data/geolite-asn.mmdb");
    open_desk(&desk, NULL, "203.0.113.77");
    assert_string_equal(dataset_lacks_asn_table(&desk.engine.dataset), "Reading the ASN database ...");
    scene_wait(&desk.scene, 0);
    assert_shows(&desk.scene, "asking for its provider ...");
    turn(&desk, TURNS);
    assert_shows(&desk.scene, "AS64497 Harbor Net");
    assert_false(cymru_was_asked(&desk));
    assert_string_equal(dataset_lacks_asn_table(&desk.engine.dataset), "Reading the ASN database ..."); /* the table */
    assert_int_equal(desk.tellings, 0);
    close_desk(&desk);
}

/* Makes the table as sync does, a day ago. */
static void
put_announced(const char *rows)
{
    const char *dump = temp_dir_put("dump", rows), *to = temp_dir_path("whylisted/announced.asn");
    const struct timespec day = {.tv_sec = 1780272000};
    struct asn_built built;
    struct fault fault;
    assert_int_equal(utimensat(AT_FDCWD, dump, (struct timespec[2]){day, day}, 0), 0);
    if (!asn_build_announced(&dump, 1, temp_dir_put("names", "64501 QUAY Quay Networks, DE\n"), to, &built, &fault))
        fail_msg("%s", fault.text);
}

static void
tables_of_sync_are_taken_up(void **state)
{
    (void)state;
    struct desk desk;
    struct asn_built built;
    struct fault fault;
    const char *stats = "2|nro|20261129|1|19830705|20261129|+0000\n"
                        "ripencc|DE|ipv4|203.0.112.0|768|20080215|allocated|a\n";
    setenv("XDG_DATA_HOME", temp_dir_folder(), 1);
    mkdir(temp_dir_path("whylisted"), 0700);
    put("tests/data/geolite-asn.mmdb");
    put_announced("64501\t203.0.112.0/22\t300\n64502\t203.0.112.0/22\t30\n64501\t203.0.113.0/25\t9\n");
    open_desk(&desk, NULL, "203.0.113.77");
    turn(&desk, TURNS);
    scene_keys(&desk.scene, "d");
    assert_shows(&desk.scene, "AS64501 QUAY Quay Networks, also announced by AS64502");
    assert_shows(&desk.scene, "203.0.112.0/22 (RIPE RIS of 2026-06-01)");
    assert_shows(&desk.scene, "record 203.0.113.0/24 (ASN database of");
    assert_true(asn_build_allocations(temp_dir_put("stats", stats), temp_dir_path("whylisted/allocations.asn"), &built,
                                      &fault));
    put_announced("64497\t203.0.113.0/24\t300\n");
    scene_wait(&desk.scene, ASN_LOADER_AGAIN_MS);
    turn(&desk, TURNS);
    assert_shows(&desk.scene, "AS64497 Harbor Net");
    assert_shows(&desk.scene, "allocated as 203.0.112.0 -");
    assert_shows(&desk.scene, "(RIPE NCC, DE, 2008-02-15; statistics of 2026-11-29)");
    assert_shows(&desk.scene, "203.0.113.0/24 (RIPE RIS of 2026-06-01; ASN database of 2026-06-01)");
    assert_int_equal(desk.tellings, 0);
    temp_dir_put("whylisted/announced.asn", "half a table");
    scene_wait(&desk.scene, ASN_LOADER_AGAIN_MS);
    turn(&desk, TURNS);
    assert_int_equal(desk.tellings, 1);
    assert_non_null(strstr(desk.told, "announced.asn: it is no file that this program made"));
    assert_shows(&desk.scene, "announced and recorded as");
    assert_int_equal(unlink(temp_dir_path("whylisted/announced.asn")), 0);
    scene_wait(&desk.scene, ASN_LOADER_AGAIN_MS);
    turn(&desk, TURNS);
    assert_shows(&desk.scene, "AS64497 Harbor Net");
    assert_shows(&desk.scene, "record 203.0.113.0/24 (ASN");
    assert_hides(&desk.scene, "announced");
    close_desk(&desk);
    unlink(temp_dir_path("whylisted/allocations.asn"));
    rmdir(temp_dir_path("whylisted"));
    setenv("XDG_DATA_HOME", "/nowhere", 1);
}

static void
address_without_database_asks_cymru(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, NULL, "203.0.113.77");
    turn(&desk, TURNS);
    assert_true(cymru_was_asked(&desk));
    assert_shows(&desk.scene, "BY-DNS");
    assert_int_equal(desk.tellings, 1);
    assert_non_null(strstr(desk.told, FILE_NAME ": No such file"));
    put("tests/data/geolite-asn.mmdb");
    scene_wait(&desk.scene, ASN_LOADER_AGAIN_MS);
    turn(&desk, TURNS);
    assert_shows(&desk.scene, "AS64497 Harbor Net, \"Quay\"");
    close_desk(&desk);
}

static void
database_written_over_is_taken_up_when_whole(void **state)
{
    (void)state;
    struct desk desk;
    put("tests/data/geolite-asn.mmdb");
    open_desk(&desk, NULL, "203.0.113.77");
    turn(&desk, TURNS);
    for (int minutes = 0; minutes < 3; minutes++) {
        temp_dir_put(FILE_NAME, "half a database"); /* old for the stopped clock: it does not wait for the rest */
        scene_wait(&desk.scene, ASN_LOADER_AGAIN_MS);
        turn(&desk, TURNS);
        assert_shows(&desk.scene, "\"Quay\"");
        assert_int_equal(desk.tellings, 1);
    }
    assert_non_null(strstr(desk.told, "; the ASN database read before is kept"));
    put("tests/data/ipinfo-lite.mmdb");
    scene_wait(&desk.scene, ASN_LOADER_AGAIN_MS);
    turn(&desk, TURNS);
    assert_shows(&desk.scene, "AS64497 Harbor Net");
    assert_hides(&desk.scene, "\"Quay\"");
    assert_int_equal(desk.tellings, 1);
    close_desk(&desk);
}

/* Views below and above hold what was read of the database before. */
static void
database_replaced_under_the_world_is_counted_again(void **state)
{
    (void)state;
    struct desk desk;
    static const char *const places[] = {"top", "AS64497", "203.0.113.0/24", "203.0.113.77"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        put("data/demo/asn.mmdb");
        open_desk(&desk, ZONES, places[i]);
        turn(&desk, TURNS);
        scene_keys(&desk.scene, "W");
        turn(&desk, TURNS);
        assert_shows(&desk.scene, "Harbor");
        put(i % 2 ? "tests/data/geolite-asn.mmdb" : "tests/data/ipinfo-lite.mmdb");
        scene_wait(&desk.scene, ASN_LOADER_AGAIN_MS);
        for (int n = 0; n < TURNS; n++) {
            scene_keys(&desk.scene, n % 2 ? "j" : "<End>");
            turn(&desk, 1);
        }
        assert_shows(&desk.scene, "Harbor Net");
        scene_keys(&desk.scene, "<Backspace>");
        turn(&desk, TURNS);
        close_desk(&desk);
    }
}

static void
ranking_dropped_while_counted_ends_its_slices(void **state)
{
    (void)state;
    struct desk desk;
    put("data/demo/asn.mmdb");
    open_desk(&desk, ZONES, "top");
    turn(&desk, TURNS);
    dataset_set_zones(&desk.engine.dataset, desk.zones);
    assert_non_null(desk.engine.dataset.counting);
    dataset_set_zones(&desk.engine.dataset, NULL);
    turn(&desk, 2);
    assert_false(loop_timer_is_set(&desk.engine.dataset.slice));
    close_desk(&desk);
}

/* At each step, the first time and again: everything is freed. */
static void
quit_while_reading_is_safe(void **state)
{
    (void)state;
    for (unsigned steps = 0; steps < 12; steps++) {
        struct desk desk;
        put("tests/data/geolite-asn.mmdb");
        open_desk(&desk, NULL, "203.0.113.77");
        if (steps % 2) {
            turn(&desk, TURNS);
            put("tests/data/ipinfo-lite.mmdb");
            scene_wait(&desk.scene, ASN_LOADER_AGAIN_MS);
        }
        for (unsigned i = 0; i < steps / 2; i++)
            scene_wait(&desk.scene, 0);
        close_desk(&desk);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_of_sync_are_taken_up),
        cmocka_unit_test(address_waits_for_database),
        cmocka_unit_test(address_without_database_asks_cymru),
        cmocka_unit_test(database_written_over_is_taken_up_when_whole),
        cmocka_unit_test(database_replaced_under_the_world_is_counted_again),
        cmocka_unit_test(ranking_dropped_while_counted_ends_its_slices),
        cmocka_unit_test(quit_while_reading_is_safe),
    };
    return cmocka_run_group_tests(tests, temp_dir_make, temp_dir_remove);
}
