/* Runs a fuzz harness over files, and over the files in folders; with no argument, over the corpus that bears the
 * program's name (fuzz_addr: tests/fuzz/corpus/addr). A corpus without a file is a failure: it would test nothing. */
#include "fuzz.h"

#include <errno.h>
#include <ftw.h>
#include <sys/stat.h>

static size_t replayed;

static void
replay(const char *path, size_t count)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(count ? count : 1); /* no byte more, for the sanitizers */
    if (!file || !data || fread(data, 1, count, file) != count) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
    fclose(file);
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(data, count);
    free(data);
    replayed++;
}

static int
visit(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)place;
    if (type == FTW_F)
        replay(path, (size_t)status->st_size);
    return 0;
}

static void
replay_all(const char *root)
{
    enum { OPEN_FOLDERS = 8 };
    size_t before = replayed;
    if (nftw(root, visit, OPEN_FOLDERS, FTW_PHYS) != 0 || replayed == before) {
        fprintf(stderr, "no input in %s\n", root);
        exit(1);
    }
}

int
main(int argc, char **argv)
{
    char corpus[4096];
    const char *name = strstr(program_invocation_short_name, "fuzz_");
    snprintf(corpus, sizeof corpus, "%s/tests/fuzz/corpus/%s", TEST_SOURCE_ROOT, name ? name + strlen("fuzz_") : "");
    if (argc < 2)
        replay_all(corpus);
    for (int i = 1; i < argc; i++)
        replay_all(argv[i]);
    printf("%zu inputs\n", replayed);
    return 0;
}
