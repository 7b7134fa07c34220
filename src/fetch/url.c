#include "fetch/url.h"

#include "base/addr.h"

#include <string.h>
#include <strings.h>

static const char secure[] = "https://", plain[] = "http://";

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/* Copies the host in front of a port and a path. Returns false if there is none, or if something else follows it. */
static bool
read_host(const char *at, char host[static URL_HOST])
{
    bool bracket = *at == '[';
    at += bracket;
    size_t count = strcspn(at, bracket ? "]" : ":/?#");
    const char *behind = at + count + bracket;
    if (count == 0 || count >= URL_HOST || (bracket && at[count] != ']'))
        return false;
    memcpy(host, at, count);
    host[count] = '\0';
    if (*behind == ':')
        behind += 1 + strspn(behind + 1, "0123456789");
    return !*behind || strchr("/?#", *behind);
}

bool
url_check(const char *url, char host[static URL_HOST], struct fault *fault)
{
    bool is_secure = strncasecmp(url, secure, sizeof secure - 1) == 0;
    bool is_plain = strncasecmp(url, plain, sizeof plain - 1) == 0;
    struct addr addr;
    size_t used = 0;
    while (url[used] && used <= URL_MOST && (strchr(letters, url[used]) || strchr("-._~:/?#[]!$&'()*+,;=%", url[used])))
        used++;
    if (url[used] || used > URL_MOST || (!is_secure && !is_plain) ||
        !read_host(url + (is_secure ? sizeof secure : sizeof plain) - 1, host))
        return fault_set(fault, "'%.200s' is not a URL that can be fetched; write https://HOST/PATH", url);
    if (is_secure || strcasecmp(host, "localhost") == 0 || (addr_parse(host, &addr) && addr_is_loopback(&addr)))
        return true;
    return fault_set(fault, "%.200s is not fetched: http is for this machine alone; use https", url);
}
