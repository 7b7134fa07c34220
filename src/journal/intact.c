/* Reads through SQLite's own files, because closing another descriptor would release its locks. */
#include "journal/intact.h"

#include "base/buf.h"
#include "journal/file.h"

#include <endian.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

/* https://www.sqlite.org/walformat.html sections 1 and 2 */
enum { INDEX_BLOCK = 32768, LOG_HEADER = 32, FRAME_HEADER = 24, FRAME_SALT = 8, FRAME_SUM = 16 };

struct index_header {
    uint32_t version, unused, change;
    uint8_t is_init, big_end_sum;
    uint16_t page_size; /* 1 = 65,536 */
    uint32_t frames, pages, frame_sum[2];
    uint8_t salt[8];
};

bool
journal_index_is_intact(const char *path, bool *seen, struct fault *fault)
{
    struct buf index = {0};
    struct stat is;
    buf_format(&index, "%s-shm", path);
    bool whole = stat(buf_string(&index), &is) == 0 && is.st_size >= INDEX_BLOCK;
    buf_free(&index);
    bool lost = *seen && !whole;
    *seen = whole;
    return !lost ||
           fault_set(fault, "the file %s-shm was emptied or removed while the journal was open; start again", path);
}

bool
journal_log_is_intact(sqlite3 *db, const char *path, bool *damaged, struct fault *fault)
{
    sqlite3_file *file = NULL, *log = NULL;
    volatile void *block = NULL;
    struct index_header index;
    uint8_t page[JOURNAL_FILE_HEADER] = {0}, header[LOG_HEADER] = {0}, frame[FRAME_HEADER] = {0};
    uint32_t sum[2];
    *damaged = false;
    if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK ||
        sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) != SQLITE_OK || !log->pMethods)
        return true;
    if (file->pMethods->xRead(file, page, sizeof page, 0) != SQLITE_OK || !journal_file_is_ours(page)) {
        *damaged = true;
        return fault_set(fault, "the journal %s was overwritten while it was open", path);
    }
    if (file->pMethods->xShmMap(file, 0, INDEX_BLOCK, 0, &block) != SQLITE_OK || !block)
        return true;
    memcpy(&index, (const void *)block, sizeof index);
    if (index.frames == 0)
        return true;
    int64_t size = 0, step = FRAME_HEADER + (index.page_size == 1 ? 65536 : index.page_size),
            last = LOG_HEADER + (index.frames - 1) * step;
    bool read = log->pMethods->xFileSize(log, (sqlite3_int64 *)&size) == SQLITE_OK && size >= last + step &&
                log->pMethods->xRead(log, header, sizeof header, 0) == SQLITE_OK &&
                log->pMethods->xRead(log, frame, sizeof frame, last) == SQLITE_OK;
    memcpy(sum, frame + FRAME_SUM, sizeof sum);
    bool whole = read && memcmp(header + LOG_HEADER - 16, index.salt, sizeof index.salt) == 0 &&
                 memcmp(frame + FRAME_SALT, index.salt, sizeof index.salt) == 0 &&
                 be32toh(sum[0]) == index.frame_sum[0] && be32toh(sum[1]) == index.frame_sum[1];
    return whole || fault_set(fault,
                              "the file %s-wal was changed by another program while the journal was open;"
                              " changes that it held may be lost; start again",
                              path);
}
