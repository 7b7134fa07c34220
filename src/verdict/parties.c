#include "verdict/parties.h"

#include <ctype.h>
#include <string.h>

/* Said to the postmaster, and to any reader. */
static const char *const parties[][2] = {
    {"you", "this address"},
    {"You", "This address"},
    {"YOU", "THIS ADDRESS"},
    {"not you", "not this address"},
    {"NOT YOU", "NOT THIS ADDRESS"},
    {"YOU. This address itself", "THIS ADDRESS ITSELF"},
    {"you are", "this address is"},
    {"yours", "that of this address"},
    {"yours is", "this address is"},
    {"your address", "this address"},
    {"your domain", "this domain"},
    {"your neighbours", "its neighbours"},
    {"Your neighbours", "Its neighbours"},
    {"your net", "the net around it"},
    {"Your net", "The net around it"},
    {"YOUR NET", "THE NET"},
    {"your provider", "the provider"},
    {"Your provider", "The provider"},
    {" lists your net or provider", " lists the net around it or the provider"},
    {"your bounces", "the bounces"},
    {"your mail", "mail"},
    {"your own", "one that asks the lists itself"},
    {"your own resolver", "a resolver that asks the lists itself"},
    {"your own resolver, one", "a resolver"},
    {"you can ignore the listing", "the listing can be ignored"},
    {"you can ignore them", "they can be ignored"},
    {"would move with you", "would move, too"},
};

const char *
parties_word(const struct evidence *e, const char *words)
{
    for (size_t i = 0; i < sizeof parties / sizeof parties[0] && e->for_anyone; i++)
        if (strcmp(parties[i][0], words) == 0)
            return parties[i][1];
    return words;
}

const char *
parties_at(const char *template)
{
    for (size_t i = 0; i < sizeof parties / sizeof parties[0]; i++) {
        size_t count = strlen(parties[i][0]);
        if (*template == '{' && strncmp(template + 1, parties[i][0], count) == 0 && template[1 + count] == '}')
            return parties[i][0];
    }
    return NULL;
}

/* A lead has no foreign words. In clauses, which have names, a party comes only behind these. */
void
parties_for_anyone(struct buf *out, const char *headline)
{
    static const char *const befores[] = {" lists ", " list ", ", not "};
    const char *lead_end = strstr(headline, ": "), *at = headline;
    while (*at) {
        bool may = at == headline || (lead_end && at < lead_end && at[-1] == ' ');
        size_t used = 0;
        for (size_t i = 0; i < sizeof befores / sizeof befores[0] && !may; i++)
            may = (size_t)(at - headline) >= strlen(befores[i]) &&
                  strncmp(at - strlen(befores[i]), befores[i], strlen(befores[i])) == 0;
        for (size_t i = 0; i < sizeof parties / sizeof parties[0] && may && used == 0; i++) {
            size_t count = strlen(parties[i][0]);
            if (strncmp(at, parties[i][0], count) != 0 || isalpha((unsigned char)at[count]))
                continue;
            buf_text(out, parties[i][1]);
            used = count;
        }
        if (used == 0)
            buf_byte(out, *at);
        at += used > 0 ? used : 1;
    }
}
