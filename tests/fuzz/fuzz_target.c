#include "fuzz.h"
#include "targets/target.h"

static void
check_target(const struct target *target)
{
    char name[RESOURCE_TEXT];
    struct resource again;
    struct fault fault;
    struct addr address;
    FUZZ_CHECK(target->is_domain == (target->resource.kind == RESOURCE_NONE));
    resource_text(&target->resource, name);
    FUZZ_CHECK(target->is_domain || (resource_parse(name, &again) && resource_equal(&again, &target->resource)));
    FUZZ_CHECK(*target->text && strlen(target->label) < TARGET_ROOM);
    bool is_address = target_address(target, &address, &fault);
    FUZZ_CHECK(is_address || *fault.text);
    FUZZ_CHECK(!is_address || addr_equal(&address, &target->resource.prefix.addr));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t count)
{
    struct targets targets = {0};
    struct fault fault = {""};
    struct target one;
    enum target_line kind = targets_read(&targets, (const char *)data, count, catalogue_builtin(), &fault);
    FUZZ_CHECK((kind == TARGET_EMPTY) == (targets.list.count == 0));
    FUZZ_CHECK(kind != TARGET_BAD || (*fault.text && targets.list.at->resource.kind == RESOURCE_NONE));
    FUZZ_CHECK(targets.list.count <= TARGETS_MOST);
    for (size_t i = 0; kind == TARGET_FOUND && i < targets.list.count; i++) {
        const struct target *target = &targets.list.at[i];
        struct fault note;
        const char *text = target->text;
        check_target(target);
        FUZZ_CHECK(target_read(&text, 1, catalogue_builtin(), true, &one, &note, &fault)); /* what it is called */
        FUZZ_CHECK(one.is_domain == target->is_domain && strcmp(one.text, target->text) == 0);
        FUZZ_CHECK(resource_equal(&one.resource, &target->resource) && *note.text == '\0');
    }
    targets_fini(&targets);
    return 0;
}
