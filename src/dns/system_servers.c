#include "dns/system_servers.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Returns the first word behind the keyword, cut off in place, or NULL if the line does not begin with it. */
static char *
word_behind(char *line, const char *keyword)
{
    static const char blanks[] = " \t\r\n";
    size_t count = strlen(keyword);
    if (strncmp(line, keyword, count) != 0 || !line[count] || !strchr(blanks, line[count]))
        return NULL;
    char *word = line + count + strspn(line + count, blanks);
    word[strcspn(word, blanks)] = '\0';
    return word;
}

bool
system_servers_read(const char *path, struct endpoint servers[static SYSTEM_SERVERS_MOST], size_t *count,
                    struct fault *fault)
{
    char line[512], *word;
    *count = 0;
    FILE *in = fopen(path, "r");
    if (!in)
        return fault_set(fault, "cannot read %s: %s; name a resolver with --resolver ADDRESS", path, strerror(errno));
    while (*count < SYSTEM_SERVERS_MOST && fgets(line, sizeof line, in))
        if ((word = word_behind(line, "nameserver")) && endpoint_parse(word, &servers[*count]))
            ++*count;
    fclose(in);
    return *count > 0 || fault_set(fault, "%s names no DNS resolver; name one with --resolver ADDRESS", path);
}
