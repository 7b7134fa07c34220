#include "asn/asn_file.h"

#include "base/buf.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FORMAT = 1,
    PIECE = 256 * 1024, /* bytes between two looks at the clock */
    LARGEST = 1 << 28,  /* bytes; the whole routing table of 2026 takes 18 MB */
    LANES = ASN_FILE_UNIT / 8,
};

static const char magic[8] = "whylasn";
static const uint32_t order = 0x01020304;

/* Adds whole units to a sum of four lanes, which the processor adds at once: a check against damage, not against
 * forgery. */
static void
add_units(uint64_t sums[static LANES], const uint8_t *at, size_t count)
{
    static const uint64_t odd = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t a = sums[0], b = sums[1], c = sums[2], d = sums[3], unit[LANES];
    for (; count >= sizeof unit; at += sizeof unit, count -= sizeof unit) {
        memcpy(unit, at, sizeof unit);
        a = (a ^ unit[0]) * odd + (a >> 32);
        b = (b ^ unit[1]) * odd + (b >> 32);
        c = (c ^ unit[2]) * odd + (c >> 32);
        d = (d ^ unit[3]) * odd + (d >> 32);
    }
    memcpy(sums, (uint64_t[]){a, b, c, d}, sizeof unit);
}

static uint64_t
one_sum(const uint64_t sums[static LANES])
{
    return sums[0] ^ sums[1] << 1 ^ sums[2] << 2 ^ sums[3] << 3 ^ sums[3] >> 7;
}

void
asn_file_close(struct asn_file *file)
{
    if (file->bytes && file->fd >= 0)
        close(file->fd);
    free(file->bytes);
    free(file->path);
    *file = (struct asn_file){0};
}

static bool
refuse(struct asn_file *file, const char *why, struct fault *fault)
{
    fault_set(fault, "cannot use %s: %s", file->path, why);
    if (file->fd >= 0)
        close(file->fd);
    asn_file_close(file);
    return false;
}

bool
asn_file_damaged(const struct asn_file *file, struct fault *fault)
{
    return fault_set(fault, "cannot use %s: it is damaged; remove it, and whylisted sync makes it again", file->path);
}

bool
asn_file_open(struct asn_file *file, const char *path, enum asn_file_kind kind, struct fault *fault)
{
    struct asn_file_head head;
    struct stat status;
    *file = (struct asn_file){.path = mem_copy(path), .fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (file->fd < 0 || fstat(file->fd, &status) != 0)
        return refuse(file, strerror(errno), fault);
    ssize_t got = pread(file->fd, &head, sizeof head, 0);
    if (!S_ISREG(status.st_mode) || got != sizeof head || memcmp(head.magic, magic, sizeof magic) != 0)
        return refuse(file, "it is no file that this program made", fault);
    if (head.order != order || head.version != FORMAT || head.kind != kind)
        return refuse(file, "another version of this program made it; whylisted sync makes it again", fault);
    if (head.size != (uint64_t)status.st_size || head.size > LARGEST || head.size % ASN_FILE_UNIT != 0)
        return refuse(file, "it is cut off; remove it, and whylisted sync makes it again", fault);
    file->size = (size_t)head.size;
    file->bytes = mem_large(file->size);
    return true;
}

bool
asn_file_step(struct asn_file *file, struct fault *fault)
{
    size_t want = file->size - file->done < PIECE ? file->size - file->done : PIECE;
    ssize_t got = read(file->fd, file->bytes + file->done, want);
    fault->text[0] = '\0';
    if (got < 0 && errno == EINTR)
        return true;
    if (got < 0)
        return fault_set(fault, "cannot read %s: %s", file->path, strerror(errno));
    if ((size_t)got < want) /* a regular file gives less at its end alone */
        return asn_file_damaged(file, fault);
    size_t from = file->done == 0 ? ASN_FILE_UNIT : 0; /* size and sum are in the first unit */
    add_units(file->sums, file->bytes + file->done + from, want - from);
    file->done += want;
    if (file->done < file->size)
        return true;
    close(file->fd);
    file->fd = -1;
    struct asn_file_head *head = (void *)file->bytes;
    head->source[ASN_FILE_SOURCE - 1] = '\0';
    return one_sum(file->sums) != head->sum && asn_file_damaged(file, fault);
}

void
asn_file_new(struct asn_file *file, enum asn_file_kind kind, size_t part_bytes)
{
    size_t size = sizeof(struct asn_file_head) + part_bytes;
    size_t units = (size + ASN_FILE_UNIT - 1) / ASN_FILE_UNIT;
    *file = (struct asn_file){.size = units * ASN_FILE_UNIT, .fd = -1};
    file->bytes = mem_large(file->size);
    memset(file->bytes + size, 0, file->size - size);
    struct asn_file_head head = {.order = order, .version = FORMAT, .size = file->size, .kind = kind};
    memcpy(head.magic, magic, sizeof magic);
    memcpy(file->bytes, &head, sizeof head);
}

static void
begin_writing(struct asn_file *file, const char *beside)
{
    struct asn_file_head *head = (void *)file->bytes;
    uint64_t sums[LANES] = {0};
    add_units(sums, file->bytes + ASN_FILE_UNIT, file->size - ASN_FILE_UNIT);
    head->sum = one_sum(sums);
    file->done = 0;
    file->fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
}

bool
asn_file_write(struct asn_file *file, const char *path, bool safely, struct fault *fault)
{
    struct buf beside = {0};
    buf_format(&beside, "%s.%ld.new", path, (long)getpid());
    fault->text[0] = '\0';
    if (file->fd < 0)
        begin_writing(file, beside.at);
    size_t want = file->size - file->done < PIECE ? file->size - file->done : PIECE;
    ssize_t put = file->fd < 0 ? -1 : write(file->fd, file->bytes + file->done, want);
    file->done += put > 0 ? (size_t)put : 0;
    bool fails = put < 0 && (file->fd < 0 || errno != EINTR), ends = file->done == file->size;
    if (ends)
        fails = (safely && fsync(file->fd) != 0) || rename(beside.at, path) != 0;
    if (fails) {
        fault_set(fault, "cannot write %s: %s", path, strerror(errno));
        unlink(beside.at);
    }
    if ((fails || ends) && file->fd >= 0) {
        close(file->fd);
        file->fd = -1;
    }
    buf_free(&beside);
    return !fails && !ends;
}
