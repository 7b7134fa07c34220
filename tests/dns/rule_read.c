#include "rule.h"

#include "base/mem.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* The file, line by line; and the search in what it said. */

static VEC(struct rule) rules;

enum { DEFAULT_TTL = 300 };

static const struct {
    const char *name;
    int type;
} types[] = {
    {"*", TYPE_ANY},   {"A", ns_t_a},   {"AAAA", ns_t_aaaa},   {"TXT", ns_t_txt},
    {"PTR", ns_t_ptr}, {"MX", ns_t_mx}, {"CNAME", ns_t_cname},
};

static const char *file;
static int line;

static void
fail(const char *what, const char *which)
{
    fprintf(stderr, "%s:%d: %s \"%s\"\n", file, line, what, which);
    exit(64);
}

/* Cuts off the next word: quotes hold blanks together. NULL at the end. */
static char *
next_word(char **rest)
{
    char *word = *rest + strspn(*rest, " \t\r\n"), *at = word;
    for (bool quoted = false; *at && (quoted || !isspace((unsigned char)*at)); at++) {
        if (*at == '"')
            quoted = !quoted;
        if (*at == '\\' && at[1])
            at++;
    }
    *rest = *at ? at + 1 : at;
    *at = '\0';
    return *word ? word : NULL;
}

/* That of zones made in this hour, by the clock of a German winter. */
static uint32_t
serial_of_now(void)
{
    char text[sizeof "YYYYMMDDHH"];
    time_t at = time(NULL) + 3600;
    strftime(text, sizeof text, "%Y%m%d%H", gmtime(&at));
    return (uint32_t)strtoul(text, NULL, 10);
}

static int
hex_digit(char digit)
{
    const char *digits = "0123456789abcdef", *at = strchr(digits, tolower((unsigned char)digit));
    return digit && at ? (int)(at - digits) : 0;
}

/* Appends the string at *at, which begins with a quote, and moves *at behind it. */
static void
read_string(const char **at, struct buf *out)
{
    const char *begin = *at;
    for (++*at; **at && **at != '"'; ++*at) {
        if (**at != '\\') {
            buf_byte(out, **at);
        } else if ((*at)[1] == 'x' && (*at)[2] && (*at)[3]) {
            buf_byte(out, (char)(hex_digit((*at)[2]) << 4 | hex_digit((*at)[3])));
            *at += 3;
        } else {
            buf_byte(out, *++*at);
        }
    }
    if (**at != '"')
        fail("unfinished text", begin);
    ++*at;
}

static void
put_string(struct buf *data, const struct buf *text)
{
    size_t done = 0;
    do {
        size_t count = text->count - done < 255 ? text->count - done : 255;
        buf_byte(data, (char)count);
        if (count > 0)
            buf_bytes(data, text->at + done, count);
        done += count;
    } while (done < text->count);
}

/* "..."+"...": with `raw` the bytes alone, else as the strings of a TXT record. */
static void
read_texts(const char *word, bool raw, struct buf *data)
{
    for (const char *at = word;; at++) {
        struct buf text = {0};
        if (*at != '"')
            fail("no text in quotes", word);
        read_string(&at, &text);
        if (raw)
            buf_bytes(data, buf_string(&text), text.count);
        else
            put_string(data, &text);
        buf_free(&text);
        if (*at != '+')
            break;
    }
}

/* "10,mail.example.org"; the host may be ".". */
static bool
read_mx(const char *word, struct buf *data)
{
    char *host;
    unsigned long preference = strtoul(word, &host, 10);
    buf_byte(data, (char)(preference >> 8));
    buf_byte(data, (char)preference);
    return *host == ',' && rule_put_name(data, host + 1);
}

static void
read_value(struct rule *rule, const char *word)
{
    uint8_t address[16];
    struct buf data = {0};
    if (rule_values_of(rule->act) == VALUES_TEXT)
        read_texts(word, true, &data);
    else if (rule->type == ns_t_txt)
        read_texts(word, false, &data);
    else if ((rule->type == ns_t_ptr && !rule_put_name(&data, word)) ||
             (rule->type == ns_t_mx && !read_mx(word, &data)))
        fail("no name", word);
    else if (rule->type == ns_t_a && inet_pton(AF_INET, word, address) == 1)
        buf_bytes(&data, (char *)address, 4);
    else if (rule->type == ns_t_aaaa && inet_pton(AF_INET6, word, address) == 1)
        buf_bytes(&data, (char *)address, 16);
    else if (rule->type != ns_t_ptr && rule->type != ns_t_mx)
        fail("no value for this type", word);
    vec_push(&rule->values, data);
}

static bool
read_modifier(struct rule *rule, const char *word)
{
    const char *equals = strchr(word, '=');
    unsigned long number = equals ? strtoul(equals + 1, NULL, 10) : 0;
    if (strcmp(word, "nosoa") == 0)
        rule->nosoa = true;
    else if (strcmp(word, "noaa") == 0)
        rule->noaa = true;
    else if (strcmp(word, "edns") == 0)
        rule->edns = true;
    else if (strncmp(word, "times=", 6) == 0)
        rule->times = (long)number;
    else if (strncmp(word, "each=", 5) == 0)
        rule->each = (long)number;
    else if (strncmp(word, "every=", 6) == 0)
        rule->every = (long)number;
    else if (strncmp(word, "after=", 6) == 0)
        rule->after = (long)number;
    else if (strncmp(word, "ede=", 4) == 0)
        rule->ede = (int)number;
    else if (strncmp(word, "late=", 5) == 0)
        rule->late_ms = (long)number;
    else if (strncmp(word, "ttl=", 4) == 0)
        rule->ttl = (uint32_t)number;
    else if (strncmp(word, "serial=", 7) == 0)
        rule->serial = (uint32_t)number;
    else
        return false;
    return true;
}

static int
read_type(const char *word)
{
    for (size_t i = 0; word && i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].name, word) == 0)
            return types[i].type;
    fail("no type", word ? word : "");
    return TYPE_ANY;
}

static void
read_action(struct rule *rule, const char *word)
{
    rule->act = rule_action(word ? word : "", &rule->rcode);
    if (!rule->act)
        fail("no action", word ? word : "");
}

static void
read_rule(char *rest)
{
    struct rule rule = {.times = -1, .ede = -1, .ttl = DEFAULT_TTL, .serial = serial_of_now()};
    char *word = next_word(&rest);
    if (!word || *word == '#')
        return;
    rule.name = mem_copy(word);
    rule.type = read_type(next_word(&rest));
    do
        word = next_word(&rest);
    while (word && read_modifier(&rule, word));
    read_action(&rule, word);
    while ((word = next_word(&rest)))
        if (rule_values_of(rule.act) == VALUES_TARGET)
            rule.target = mem_copy(word);
        else
            read_value(&rule, word);
    if (rule_values_of(rule.act) == VALUES_TARGET && !rule.target)
        fail("no target of", rule.name);
    vec_push(&rules, rule);
}

void
rule_read(const char *path)
{
    char *text = NULL;
    size_t room = 0;
    FILE *in = fopen(path, "r");
    file = path;
    if (!in)
        fail("cannot read", strerror(errno));
    for (line = 1; getline(&text, &room, in) >= 0; line++)
        read_rule(text);
    free(text);
    fclose(in);
}

static bool
matches(const struct rule *rule, const char *name, int type, bool edns)
{
    size_t count = strlen(name), pattern = strlen(rule->name);
    if (rule->times == 0 || (rule->edns && !edns) || (rule->type != TYPE_ANY && rule->type != type))
        return false;
    if (rule->name[0] != '*')
        return strcasecmp(rule->name, name) == 0;
    return count >= pattern - 1 && strcasecmp(name + count - (pattern - 1), rule->name + 1) == 0;
}

/* Whether a rule with each= may still answer this name and type; counts the answer. */
static bool
take_each(struct rule *rule, const char *name, int type)
{
    for (size_t i = 0; i < rule->heard.count; i++) {
        struct rule_heard *heard = &rule->heard.at[i];
        if (heard->type == type && strcasecmp(heard->name, name) == 0)
            return heard->times++ < rule->each;
    }
    vec_push(&rule->heard, ((struct rule_heard){mem_copy(name), type, 1}));
    return true;
}

struct rule *
rule_refuse(void)
{
    static struct rule refuse = {.times = -1, .ede = -1};
    refuse.act = rule_action("refused", &refuse.rcode);
    return &refuse;
}

struct rule *
rule_find(const char *name, int type, bool edns)
{
    for (size_t i = 0; i < rules.count; i++) {
        struct rule *rule = &rules.at[i];
        if (!matches(rule, name, type, edns) || (rule->after > 0 && rule->after--))
            continue;
        if ((rule->every > 0 && ++rule->since % rule->every != 0) || (rule->each > 0 && !take_each(rule, name, type)))
            continue;
        rule->times -= rule->times > 0;
        return rule;
    }
    return rule_refuse();
}

void
rule_free(void)
{
    for (size_t i = 0; i < rules.count; i++) {
        for (size_t k = 0; k < rules.at[i].values.count; k++)
            buf_free(&rules.at[i].values.at[k]);
        vec_free(&rules.at[i].values);
        for (size_t k = 0; k < rules.at[i].heard.count; k++)
            free(rules.at[i].heard.at[k].name);
        vec_free(&rules.at[i].heard);
        free(rules.at[i].name);
        free(rules.at[i].target);
    }
    vec_free(&rules);
}

const char *
rule_type_name(int type)
{
    static char number[16];
    for (size_t i = 1; i < sizeof types / sizeof *types; i++)
        if (types[i].type == type)
            return types[i].name;
    snprintf(number, sizeof number, "TYPE%d", type);
    return number;
}
