#include "dns/system_servers.h"

#include "base/buf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { LINES_MOST = 1000 };

static const char blanks[] = " \t\r\n";

/* Returns the text behind the keyword, or NULL if the line does not begin with it. */
static char *
behind_keyword(char *line, const char *keyword)
{
    size_t count = strlen(keyword);
    if (strncmp(line, keyword, count) != 0 || !line[count] || !strchr(blanks, line[count]))
        return NULL;
    return line + count + strspn(line + count, blanks);
}

static struct system_servers_stamp
stamp_of(const char *path)
{
    struct stat is;
    if (stat(path, &is) != 0)
        return (struct system_servers_stamp){0};
    return (struct system_servers_stamp){(uint64_t)is.st_dev, (uint64_t)is.st_ino, is.st_size, is.st_mtim.tv_sec,
                                         is.st_mtim.tv_nsec};
}

/* Adds the server of a line, or a sentence on why it is not used. */
static void
add_server(struct system_servers *s, char *word, size_t line)
{
    struct endpoint server;
    word[strcspn(word, blanks)] = '\0';
    if (s->count == SYSTEM_SERVERS_MOST)
        return;
    if (endpoint_parse(word, &server))
        s->at[s->count++] = server;
    else if (!*s->unusable)
        snprintf(s->unusable, sizeof s->unusable, "%s:%zu: nameserver '%.60s' is not used: it is no address%s", s->path,
                 line, word,
                 strncmp(word, "fe80:", 5) == 0 ? " with the name of an interface, as in fe80::53%eth0" : "");
}

bool
system_servers_read(struct system_servers *s, const char *path, struct fault *fault)
{
    char line[512], *rest;
    bool use_tcp = false;
    *s = (struct system_servers){.path = path, .stamp = stamp_of(path)};
    FILE *in = fopen(path, "r");
    if (!in)
        return fault_set(fault, "cannot read %s: %s; name a resolver with --resolver ADDRESS", path, strerror(errno));
    for (size_t number = 1; number <= LINES_MOST && fgets(line, sizeof line, in); number++) {
        if ((rest = behind_keyword(line, "nameserver")))
            add_server(s, rest, number);
        else if ((rest = behind_keyword(line, "options")))
            for (char *at = NULL, *word = strtok_r(rest, blanks, &at); word; word = strtok_r(NULL, blanks, &at))
                use_tcp = use_tcp || strcmp(word, "use-vc") == 0;
    }
    fclose(in);
    for (size_t i = 0; i < s->count; i++)
        s->at[i].tcp |= use_tcp;
    if (s->count > 0)
        return true;
    if (*s->unusable)
        return fault_set(fault, "%s; name a resolver with --resolver ADDRESS", s->unusable);
    return fault_set(fault, "%s names no resolver; name one with --resolver ADDRESS", path);
}

bool
system_servers_follow(struct system_servers *s, struct fault *news)
{
    struct system_servers_stamp is = stamp_of(s->path), was = s->stamp;
    struct system_servers now;
    struct buf text = {0};
    char server[ENDPOINT_TEXT];
    news->text[0] = '\0';
    if (is.device == was.device && is.inode == was.inode && is.size == was.size && is.seconds == was.seconds &&
        is.nanoseconds == was.nanoseconds)
        return false;
    s->stamp = is;
    if (!system_servers_read(&now, s->path, news))
        return false;
    bool same = now.count == s->count;
    for (size_t i = 0; i < now.count; i++) {
        same = same && endpoint_equal(&now.at[i], &s->at[i]);
        buf_format(&text, "%s%s", i == 0 ? "" : i + 1 < now.count ? ", " : " and ", endpoint_text(&now.at[i], server));
    }
    *s = now;
    if (!same)
        fault_set(news, "%s has changed: asking %s now%s%s", s->path, buf_string(&text), *s->unusable ? "; " : "",
                  s->unusable);
    buf_free(&text);
    return !same;
}
