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

/* Whether all characters are those of URLs, and not too many. */
static bool
is_url_text(const char *text)
{
    size_t used = 0;
    while (text[used] && used <= URL_MOST &&
           (strchr(letters, text[used]) || strchr("-._~:/?#[]!$&'()*+,;=%", text[used])))
        used++;
    return !text[used] && used <= URL_MOST;
}

size_t
url_shown(const char *url)
{
    return strcspn(url, "?");
}

bool
url_is_local(const char *host)
{
    struct addr addr;
    return strcasecmp(host, "localhost") == 0 || (addr_parse(host, &addr) && addr_is_loopback(&addr));
}

bool
url_check_plain(const char *url, char host[static URL_HOST], struct fault *fault)
{
    bool is_secure = strncasecmp(url, secure, sizeof secure - 1) == 0;
    bool is_plain = strncasecmp(url, plain, sizeof plain - 1) == 0;
    size_t shown = url_shown(url);
    if (is_url_text(url) && (is_secure || is_plain) &&
        read_host(url + (is_secure ? sizeof secure : sizeof plain) - 1, host))
        return true;
    return fault_set(fault, "'%.*s' is not a URL that can be fetched; write https://HOST/PATH",
                     (int)(shown < 200 ? shown : 200), url);
}

bool
url_check(const char *url, char host[static URL_HOST], struct fault *fault)
{
    size_t shown = url_shown(url);
    if (!url_check_plain(url, host, fault))
        return false;
    return strncasecmp(url, secure, sizeof secure - 1) == 0 || url_is_local(host) ||
           fault_set(fault, "%.*s is not fetched: http is for this machine alone; use https",
                     (int)(shown < 200 ? shown : 200), url);
}

bool
url_is_rsync(const char *word)
{
    static const char scheme[] = "rsync://";
    char host[URL_HOST];
    const char *colon = strchr(word, ':');
    if (!is_url_text(word) || strpbrk(word, "?#"))
        return false;
    if (strncmp(word, scheme, sizeof scheme - 1) == 0)
        return read_host(word + sizeof scheme - 1, host) && strchr(word + sizeof scheme - 1, '/');
    return *word != '-' && colon && colon > word && colon[1] == ':' && colon[2] &&
           !memchr(word, '/', (size_t)(colon - word));
}
