#include "desk.h"

#include "check/sweep_store.h"
#include "console/views/routes.h"
#include "console/views/typed_target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool
open_target(void *arg, const char *text, struct fault *fault)
{
    struct desk *desk = arg;
    return typed_target_open(&desk->nav, text, fault);
}

static void
ignore_report(void *arg, const char *sentence)
{
    (void)arg, (void)sentence;
}

static void
open_engine(struct desk *desk)
{
    struct fault fault;
    struct engine *engine = &desk->engine;
    engine->loop = desk->scene.loop;
    engine->resolver = fake_resolver_new(engine->loop);
    engine->health = health_new(engine->loop, engine->resolver, catalogue_builtin());
    engine->ask_examples = true;
    dataset_init(&engine->dataset, engine->loop, catalogue_builtin());
    engine->dataset.zones = zone_set_open(DEMO, catalogue_builtin(), &fault);
    engine->dataset.asndb = asndb_open(DEMO "/asn.mmdb", &fault);
    struct journal *journal = journal_open_memory(&fault);
    if (!engine->dataset.zones || !engine->dataset.asndb || !journal)
        fail_msg("%s", fault.text);
    engine->recorder = recorder_new(engine->loop, journal, false, ignore_report, NULL);
    demo_say(engine->resolver, engine->dataset.zones);
}

void
desk_open(struct desk *desk, int rows, int cols, bool ascii)
{
    *desk = (struct desk){0};
    scene_open(&desk->scene, rows, cols, ascii);
    scene_wait(&desk->scene, DEMO_WALL_MS - SCENE_WALL_MS);
    open_engine(desk);
    desk->nav =
        (struct nav){.app = desk->scene.app, .engine = &desk->engine, .routes = routes, .summary = &desk->summary};
    dataset_set_zones(&desk->engine.dataset, desk->engine.dataset.zones);
    navigator_start(&desk->nav);
    actions_on_target(desk->scene.actions, "address, domain, prefix or ASN", typed_target_commands, open_target, desk);
}

void
desk_close(struct desk *desk, const char *golden)
{
    struct engine *engine = &desk->engine;
    app_free(desk->scene.app);
    desk->scene.app = NULL;
    sweep_store_free_all(engine);
    dns_facts_fini(&engine->dns_facts);
    dataset_fini(&engine->dataset);
    health_free(engine->health);
    resolver_free(engine->resolver);
    zone_set_close(engine->dataset.zones);
    asndb_close(engine->dataset.asndb);
    recorder_free(engine->recorder);
    scene_close(&desk->scene, golden);
    buf_free(&desk->summary);
}

void
desk_settle(struct desk *desk)
{
    scene_settle(&desk->scene);
    for (int turns = 0; fake_resolver_waiting(desk->engine.resolver) > 0 && turns < 1000; turns++)
        scene_wait(&desk->scene, FAKE_RESOLVER_RTT_MS);
    for (int frames = 0; frames < 3; frames++) {
        scene_wait(&desk->scene, APP_FRAME_MS);
        scene_settle(&desk->scene);
    }
}

void
desk_start(struct desk *desk, const char *target)
{
    struct fault fault;
    if (!open_target(desk, target, &fault))
        fail_msg("%s", fault.text);
    desk_settle(desk);
}

void
desk_press(struct desk *desk, const char *keys)
{
    for (const char *at = keys; *at != '\0'; at++, desk->keys++)
        if (*at == '<' && strchr(at, '>'))
            at = strchr(at, '>');
    scene_keys(&desk->scene, keys);
    desk_settle(desk);
}
