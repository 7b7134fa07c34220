#include "console/views/typed_target.h"

#include "bounce/rejection_words.h"
#include "check/comparison.h"
#include "console/overlays/menu.h"
#include "targets/target.h"
#include "targets/target_bounce.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { BLOCK = 24, ADDRESS = 32 };

/* Opens the targets of several lines, if there are at least two. `left` counts lines that were left out before. */
static bool
open_lines(struct nav *nav, const char *text, size_t left)
{
    struct fleet_place fleet = {0};
    struct fault fault;
    if (!strchr(text, '\n') ||
        !navigator_read_fleet(&fleet, "pasted lines", text, nav->engine->dataset.catalogue, &fault))
        return false;
    bool several = fleet.fleet.targets.count > 1;
    if (left > 0 && fleet.problems == 0)
        fault_set(&fleet.problem, "%zu other line%s no rejected address", left, left == 1 ? " names" : "s name");
    fleet.problems += left > 0 && fleet.problems == 0 ? 1 : left;
    if (several)
        navigator_open_fleet(nav, &fleet);
    fleet_place_fini(&fleet);
    return several;
}

/* Of several targets the first is opened. */
static bool
read_target(const struct nav *nav, const char *text, struct target *target, struct place *out, struct fault *note,
            struct fault *fault)
{
    if (!target_read(&text, 1, nav->engine->dataset.catalogue, false, target, note, fault))
        return false;
    const struct prefix *prefix = &target->resource.prefix;
    unsigned whole = prefix->addr.family == ADDR_V6 ? 128 : ADDRESS;
    if (target->is_domain) {
        *out = (struct place){PLACE_DOMAIN, .domain = target->text};
    } else if (target->resource.kind == RESOURCE_ASN) {
        *out = (struct place){PLACE_PROVIDER, .resource = target->resource};
    } else if (prefix->length == whole) {
        *out = (struct place){PLACE_ADDRESS, .resource = resource_of_address(&prefix->addr)};
    } else {
        if (prefix->addr.family != ADDR_V4)
            return fault_set(fault, "the UCEPROTECT lists cover only IPv4, and %s is IPv6", target->text);
        if (prefix->length > 0 && prefix->length < POLICY_SHORTEST)
            return fault_set(fault, "the widest prefix is a /%d; W shows the world", POLICY_SHORTEST);
        *out = (struct place){prefix->length > 0 ? PLACE_RANGE : PLACE_WORLD, .resource = target->resource};
    }
    return true;
}

bool
typed_target_may_be_provider(const char *text)
{
    size_t letters = 0;
    for (const char *at = text; *at; at++) {
        bool is_letter = isalpha((unsigned char)*at) || (unsigned char)*at >= 0x80;
        if (!is_letter &&
            (at == text || !(isdigit((unsigned char)*at) || strchr(" &'+", *at) || (*at == '-' && at[-1] != ' '))))
            return false;
        letters += is_letter;
    }
    size_t as = strncasecmp(text, "AS", 2) != 0 ? 0 : strncasecmp(text, "ASN", 3) == 0 ? 3 : 2;
    return letters > 1 && (as == 0 || !isdigit((unsigned char)text[as])); /* "AS0" is a bad number */
}

/* Opens the address that was chosen from those in a bounce. */
static void
open_rejected(void *arg, size_t line)
{
    struct nav *nav = arg;
    const struct rejection *r = &nav->rejection;
    struct buf words = {0};
    const struct rejection_address *chosen = line == 0 ? &r->own : &r->others[line - 1];
    navigator_show(nav, &(struct place){PLACE_ADDRESS, .resource = resource_of_address(&chosen->address)});
    rejection_words_taken(r, &words);
    if (line == 0) /* which the words name */
        app_message(nav->app, "%s", buf_string(&words));
    buf_free(&words);
}

/* Asks which of several addresses in a bounce was rejected. */
static void
ask_rejected(struct nav *nav)
{
    const struct rejection *r = &nav->rejection;
    char *lines[1 + REJECTION_OTHERS], address[ADDR_TEXT];
    size_t count = 1 + r->other_count;
    for (size_t i = 0; i < count; i++) {
        const struct rejection_address *at = i == 0 ? &r->own : &r->others[i - 1];
        struct buf line = {0};
        buf_format(&line, "%s  %s", addr_text(&at->address, address), rejection_trust_words(at->trust));
        lines[i] = buf_take(&line);
    }
    menu_open(nav->app, ACTION_TARGET, "Which address was rejected?", (const char *const *)lines, count, MENU_NONE, 0,
              open_rejected, nav);
    for (size_t i = 0; i < count; i++)
        free(lines[i]);
}

/* Opens what rejections name: several addresses, one of those that it may be, or what refused the mail if the text
 * names none. Lines without a rejection are targets. Returns false for one target. */
static bool
open_pasted(struct nav *nav, const char *text)
{
    struct target_bounce bounce = {0};
    bool is_bounce = target_bounce_read(text, strlen(text), nav->engine->dataset.catalogue, &bounce);
    bool opened = open_lines(nav, is_bounce ? buf_string(&bounce.lines) : text, bounce.left);
    nav->rejection = bounce.first;
    if (is_bounce && !opened && bounce.own.count == 0) {
        navigate(nav, &(struct place){.kind = PLACE_REJECTION});
        opened = true;
    } else if (is_bounce && !opened && bounce.first.other_count > 0) {
        ask_rejected(nav);
        opened = true;
    }
    target_bounce_fini(&bounce);
    return opened;
}

enum { CHECK, RANGE, ASN, TOP, COMPARE, DOMAIN_OF, DOCTOR, COMMANDS };

const struct palette_command typed_target_commands[COMMANDS + 1] = {
    [CHECK] = {"check", "TARGET", "Query the lists about an address"},
    [RANGE] = {"range", "PREFIX", "Count the listed addresses of a prefix"},
    [ASN] = {"asn", "ASN", "Rate a provider, by its ASN or an address"},
    [TOP] = {"top", "", "Rank all providers"},
    [COMPARE] = {"compare", "TARGETS", "Compare providers, ranges or addresses"},
    [DOMAIN_OF] = {"domain", "NAME", "Judge where a domain's mail leaves"},
    [DOCTOR] = {"doctor", "", "Tell if the resolver is fit to query the lists"},
};

bool
typed_target_open(struct nav *nav, const char *text, struct fault *fault)
{
    struct resource compared[COMPARISON_MOST];
    struct place place = {.kind = PLACE_WORLD};
    struct target named;
    struct fault note = {""};
    size_t word = strcspn(text, " "), command = COMMANDS;
    while (command-- > 0)
        if (strlen(typed_target_commands[command].name) == word &&
            strncmp(text, typed_target_commands[command].name, word) == 0) {
            text += word + strspn(text + word, " ");
            break;
        }
    if (command == TOP && *text != '\0')
        return fault_set(fault, "top takes no argument here; in the world, s sorts and f filters");
    if (command == DOCTOR && *text != '\0')
        return fault_set(fault, "doctor takes no argument here; it examines the resolvers of this run");
    if (command == DOCTOR)
        place.kind = PLACE_DOCTOR;
    if (command == COMPARE) {
        place = (struct place){.kind = PLACE_COMPARE, .compared = compared};
        if (!comparison_read(text, nav->engine->dataset.catalogue, compared, &place.compared_count, &note, fault))
            return false;
    }
    if (command >= COMMANDS && open_pasted(nav, text))
        return true;
    bool wants_target = command != TOP && command != COMPARE && command != DOCTOR;
    if (wants_target && !read_target(nav, text, &named, &place, &note, fault)) {
        if ((command < COMMANDS && command != ASN) || !typed_target_may_be_provider(text))
            return false;
        fault->text[0] = '\0';
        navigate(nav, &(struct place){.kind = PLACE_WORLD, .filter = text});
        return true;
    }
    const struct addr *target = &place.resource.prefix.addr;
    if (place.kind == PLACE_ADDRESS && command == RANGE && target->family == ADDR_V4) {
        struct prefix block = prefix_around(target, BLOCK);
        place = (struct place){PLACE_RANGE, .resource = resource_of_net(&block), .came_from = place.resource};
    }
    if (place.kind == PLACE_ADDRESS && command == ASN)
        return navigator_open_provider(nav, &place.resource.prefix, fault);
    bool fresh = place.kind == PLACE_COMPARE || place.kind == PLACE_DOMAIN; /* it has no resource to be found by */
    (fresh ? navigate : navigator_show)(nav, &place);
    if (*note.text)
        app_message(nav->app, "%s", note.text);
    return true;
}
