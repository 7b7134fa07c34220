#include "base/text.h"
#include "fuzz.h"
#include "lists/policy.h"

#include <sys/mman.h>
#include <unistd.h>

static void
check_fault(const char *path, const struct fault *fault)
{
    FUZZ_CHECK(strncmp(fault->text, path, strlen(path)) == 0);
    FUZZ_CHECK(fault->text[strlen(path)] == ':');
    char *clean = text_clean_copy(fault->text, strlen(fault->text));
    FUZZ_CHECK(strcmp(clean, fault->text) == 0);
    free(clean);
}

static void
check_rules(const struct policy *policy)
{
    for (unsigned length = POLICY_SHORTEST; length <= POLICY_LONGEST; length++) {
        int64_t limit = policy_limit(policy, length);
        FUZZ_CHECK(limit > 0);
        FUZZ_CHECK(length == POLICY_SHORTEST || limit <= policy_limit(policy, length - 1));
        int64_t hours = policy_hours_to_clear(policy, limit + length, limit);
        FUZZ_CHECK(hours > 0 && hours <= policy->window_hours);
    }
    FUZZ_CHECK(strlen(policy->dated) == POLICY_DATE - 1);
    FUZZ_CHECK(policy->score > 0 && policy->impacts > 0 && policy->rebuild_hours > 0);
    FUZZ_CHECK(policy_needed(policy, 1000000) >= policy->impacts);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t count)
{
    int fd = memfd_create("policy", MFD_CLOEXEC);
    FUZZ_CHECK(fd >= 0 && write(fd, data, count) == (ssize_t)count);
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);

    struct policy policy, before;
    struct fault fault;
    policy_default(&policy);
    before = policy;
    if (!policy_load(&policy, path, &fault)) {
        check_fault(path, &fault);
        FUZZ_CHECK(memcmp(&policy, &before, sizeof policy) == 0);
    }
    check_rules(&policy);
    close(fd);
    return 0;
}
