/* Answers of RDAP and RIPEstat, the registries' files, and their mailboxes and URLs. */
#include "contacts/directory.h"
#include "contacts/mailbox.h"
#include "fetch/url.h"
#include "fuzz.h"

static void
check_answer(struct directory_answer *answer, bool readable)
{
    char host[URL_HOST];
    struct fault fault;
    FUZZ_CHECK(readable || answer->found.count == 0);
    FUZZ_CHECK(answer->form.count == 0 || url_check(answer->form.at, host, &fault));
    FUZZ_CHECK(answer->found.count <= DIRECTORY_CONTACTS_MOST);
    for (size_t i = 0; i < answer->found.count; i++) {
        const char *address = answer->found.at[i].address;
        struct buf again = {0};
        FUZZ_CHECK(mailbox_read(address, strlen(address), &again) == MAILBOX_GOOD);
        FUZZ_CHECK(strcmp(buf_string(&again), address) == 0);
        FUZZ_CHECK(!strpbrk(address, "\r\n\t ,;<>\"()") && strchr(address, '@') == strrchr(address, '@'));
        buf_free(&again);
    }
    directory_answer_fini(answer);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t count)
{
    const char *text = (const char *)data;
    struct directory_answer rdap = {0}, stat = {0};
    struct resource resources[] = {resource_of_asn(64500),
                                   resource_of_address(&(struct addr){ADDR_V4, {203, 0, 113, 77}})};
    check_answer(&rdap, directory_read_rdap(text, count, &rdap));
    check_answer(&stat, directory_read_ripestat(text, count, &stat));
    for (size_t i = 0; i < 2; i++) {
        struct buf url = {0};
        char host[URL_HOST];
        struct fault fault;
        if (directory_find_server(text, count, &resources[i], &url) && url.count > 0)
            FUZZ_CHECK(url_check(url.at, host, &fault) || url.count > URL_MOST);
        buf_free(&url);
    }
    return 0;
}
