#include "targets/target.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "lists/list_key.h"
#include "targets/target_bounce.h"
#include "targets/target_word.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { QUOTED = 80, NAMED = 3 /* targets that a sentence names */ };

/* ---- words of a text ---- */

/* Returns how many bytes a blank has, 0 if there is none: web pages and mail programs leave U+00A0, the spaces and
 * marks of U+2000 to U+200F, U+202F, U+2060 and U+FEFF beside what is copied. */
static size_t
blank_count(const char *at)
{
    const unsigned char *u = (const unsigned char *)at;
    if (strchr(" \t\r\n", *at))
        return *at != '\0';
    if (u[0] == 0xC2)
        return u[1] == 0xA0 ? 2 : 0;
    if (u[0] == 0xE2 && (u[1] == 0x80 || u[1] == 0x81))
        return u[1] == 0x80 ? (u[2] <= 0x8F && u[2] >= 0x80) || u[2] == 0xAF ? 3 : 0 : u[2] == 0xA0 ? 3 : 0;
    return u[0] == 0xEF && u[1] == 0xBB && u[2] == 0xBF ? 3 : 0;
}

/* The same, for what may stand between two targets. */
static size_t
between_count(const char *at)
{
    return *at == ',' || *at == ';' ? 1 : blank_count(at);
}

/* Returns the next word at *at, which moves behind it; it is empty at the end of the text and at a comment. */
static struct span
next_word(const char **at)
{
    for (size_t count; (count = between_count(*at)) > 0;)
        *at += count;
    struct span word = {*at, 0};
    bool is_url = false;
    for (const char *c; *(c = word.at + word.count) != '\0' && blank_count(c) == 0 &&
                        (is_url || (*c != '#' && between_count(c) == 0));) {
        is_url = is_url || strncmp(word.at + word.count, "://", 3) == 0;
        word.count++;
    }
    *at += word.count;
    return word;
}

/* Returns whether the word only says what follows, as "inetnum:" does. */
static bool
is_heading(struct span word)
{
    for (size_t i = 0; i + 1 < word.count; i++)
        if (!isalpha((unsigned char)word.at[i]) && word.at[i] != '-')
            return false;
    return word.count > 2 && strchr(":=", word.at[word.count - 1]);
}

/* Returns whether the word only joins two targets, as in "203.0.113.77 and 203.0.113.78". */
static bool
is_joint(struct span word)
{
    return (word.count == 1 && strchr("/|&+", *word.at)) || (word.count == 3 && strncasecmp(word.at, "and", 3) == 0);
}

/* Returns whether this is "203.0.113", which also versions and replies look like. */
static bool
is_three_numbers(struct span core)
{
    size_t dots = 0;
    for (size_t i = 0; i < core.count; i++)
        dots += core.at[i] == '.';
    return dots == 2 && strspn(core.at, "0123456789.") >= core.count;
}

static bool
names_address(const struct word *word)
{
    return word->found.count > 0 && word->found.at->kind == RESOURCE_ADDRESS;
}

/* Reads what takes several words: "AS 64500" and "203.0.113.0 - 203.0.113.255". Moves *at behind them. */
static enum word_kind
read_words(struct span first, const char **at, const struct catalogue *catalogue, struct word *word)
{
    const char *behind = *at;
    struct word second = {0}, third = {0};
    enum word_kind kind = word_read(first, catalogue, word);
    uint32_t asn;
    word_read(next_word(&behind), catalogue, &second);
    const struct span *core = &word->core;
    bool is_as = (core->count == 2 && strncasecmp(core->at, "AS", 2) == 0) ||
                 (core->count == 3 && strncasecmp(core->at, "ASN", 3) == 0);
    if (is_as && word_read_asn(second.core, &asn)) {
        vec_push(&word->found, resource_of_asn(asn));
        word->exact = false;
        kind = WORD_TARGET;
        *at = behind;
    } else if (names_address(word) && second.core.count == 1 && *second.core.at == '-' &&
               word_read(next_word(&behind), catalogue, &third) == WORD_TARGET && names_address(&third)) {
        struct addr start = word->found.at->prefix.addr;
        kind = word_set_range(word, &start, &third.found.at->prefix.addr) ? WORD_TARGET : WORD_WRONG;
        *at = behind;
    }
    word_fini(&second);
    word_fini(&third);
    return kind;
}

/* ---- sentences ---- */

/* Appends the text in quotes, cleaned and shortened. */
static void
quote(struct buf *out, const char *text, size_t count)
{
    buf_byte(out, '\'');
    text_clean(out, text, count, QUOTED);
    buf_byte(out, '\'');
}

/* Appends "203.0.113.0/24, AS64500 and 2 more". */
static void
list_targets(struct buf *out, const struct target *targets, size_t count)
{
    char name[RESOURCE_TEXT];
    size_t shown = count <= NAMED + 1 ? count : NAMED;
    for (size_t i = 0; i < shown; i++)
        buf_format(out, "%s%s", i == 0 ? "" : ", ",
                   targets[i].is_domain ? targets[i].text : resource_text(&targets[i].resource, name));
    if (shown < count)
        buf_format(out, " and %zu more", count - shown);
}

/* Refuses a text because of one word of it. */
static enum target_line
refuse(struct targets *targets, struct span word, const char *rest, const char *why, struct fault *fault)
{
    struct buf quoted = {0};
    struct target *bad;
    vec_clear(&targets->list);
    vec_push(&targets->list, (struct target){0});
    bad = targets->list.at;
    text_clean_into(bad->text, sizeof bad->text, word.at, word.count);
    text_clean_into(bad->label, sizeof bad->label, rest, strlen(rest));
    quote(&quoted, word.at, word.count);
    if (*why)
        fault_set(fault, "%s %s", buf_string(&quoted), why);
    else
        fault_set(fault, "%s is not an address (203.0.113.77), prefix (203.0.113.0/24), AS number (AS64500) or domain",
                  buf_string(&quoted));
    buf_free(&quoted);
    return TARGET_BAD;
}

/* Refuses a text as a whole. */
static enum target_line
refuse_all(struct targets *targets, const char *text, const struct fault *why, struct fault *fault)
{
    vec_push(&targets->list, (struct target){0});
    text_clean_into(targets->list.at->text, TARGET_ROOM, text, strlen(text));
    *fault = *why;
    return TARGET_BAD;
}

/* ---- texts ---- */

static void
add(struct targets *targets, const struct resource *resource, const struct span *as_written, unsigned range)
{
    for (size_t i = 0; i < targets->list.count; i++)
        if (resource_equal(&targets->list.at[i].resource, resource))
            return;
    vec_reserve(&targets->list);
    struct target *target = &targets->list.at[targets->list.count++];
    target->resource = *resource;
    target->range = range;
    target->is_domain = false;
    target->label[0] = '\0';
    if (as_written)
        text_clean_into(target->text, sizeof target->text, as_written->at, as_written->count);
    else
        resource_text(resource, target->text);
}

static void
add_domain(struct targets *targets, struct span name)
{
    struct target domain = {.is_domain = true};
    text_clean_into(domain.text, sizeof domain.text, name.at, name.count);
    for (char *at = domain.text; *at; at++)
        *at = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
    vec_push(&targets->list, domain);
}

/* Gives each target the rest of the text as its label, and says what was taken if the text does not. */
static void
conclude(struct targets *targets, struct span taken, const char *rest, bool exact)
{
    struct buf quoted = {0}, named = {0};
    for (size_t i = 0; i < targets->list.count; i++)
        text_clean_into(targets->list.at[i].label, TARGET_ROOM, rest, strcspn(rest, "#"));
    text_clean(&targets->rest, rest, strcspn(rest, "#"), TARGET_REST);
    list_targets(&named, targets->list.at, targets->list.count);
    quote(&quoted, taken.at, taken.count);
    if (targets->left.count > 0)
        buf_text(&quoted, "; left ");
    list_targets(&quoted, targets->left.at, targets->left.count);
    if (!exact || targets->left.count > 0)
        fault_set(&targets->note, "took %s from %s", buf_string(&named), buf_string(&quoted));
    buf_free(&quoted);
    buf_free(&named);
}

/* Returns whether a comma or semicolon stands before the word. */
static bool
is_behind_comma(const char *text, const char *word)
{
    while (word > text && strchr(" \t\r\n", word[-1]))
        word--;
    return word > text && strchr(",;", word[-1]);
}

/* Finds what else the text names from a place on: addresses, nets and AS numbers anywhere, and domains as long as only
 * targets and commas stand before them (`listed`). */
static void
find_left(struct targets *out, const char *text, const char *at, bool listed, const struct catalogue *catalogue)
{
    struct targets left = {0};
    struct word word = {0};
    struct span span;
    bool joined = false;
    for (unsigned words = 1; left.list.count < TARGETS_MOST && (span = next_word(&at)).count > 0; words++) {
        bool is_target = read_words(span, &at, catalogue, &word) == WORD_TARGET;
        bool follows = listed && (joined || is_behind_comma(text, span.at)), added = false;
        joined = is_joint(span);
        for (size_t i = 0; is_target && (names_address(&word) || !word.weak) && i < word.found.count; i++) {
            const struct resource *resource = &word.found.at[i];
            bool taken = false;
            for (size_t j = 0; j < out->list.count; j++)
                taken |= resource_equal(&out->list.at[j].resource, resource);
            if (!taken)
                add(&left, resource, NULL, word.found.count > 1 ? words : 0);
            added = true;
        }
        if (is_target && follows && word.domain.count > 0)
            add_domain(&left, word.domain);
        listed = listed && (added || joined || (is_target && follows));
    }
    word_fini(&word);
    for (size_t i = 0; i < left.list.count; i++)
        vec_push(&out->left, left.list.at[i]);
    targets_fini(&left);
}

/* Takes the first address of a text that begins with other words, or refuses the text. */
static enum target_line
read_prose(struct targets *out, const char *text, const struct catalogue *catalogue, struct fault *fault)
{
    const struct span whole = {text, strlen(text)};
    size_t count = 1;
    find_left(out, text, text, false, catalogue);
    if (out->left.count == 0)
        return refuse(out, whole, "", "", fault);
    while (count < out->left.count && out->left.at->range > 0 && out->left.at[count].range == out->left.at->range)
        count++;
    for (size_t i = 0; i < count; i++)
        vec_push(&out->list, out->left.at[i]);
    out->left.count -= count;
    memmove(out->left.at, out->left.at + count, out->left.count * sizeof *out->left.at);
    conclude(out, whole, "", false);
    list_key_mask_looks(out->note.text);
    return TARGET_FOUND;
}

static enum target_line
read_text(struct targets *out, const char *text, const struct catalogue *catalogue, struct fault *fault)
{
    static const char too_many[] = "is one too many: at most 4096 targets fit in one text";
    struct word word = {0};
    struct span span, taken = {text, 0};
    enum target_line result = TARGET_EMPTY;
    bool exact = true;
    const char *at = text, *end;
    unsigned words = 0;
    while (result != TARGET_BAD && (span = next_word(&at)).count > 0) {
        bool first = out->list.count == 0;
        words++;
        end = at;
        if (first && is_heading(span) && next_word(&end).count > 0)
            continue;
        enum word_kind kind = read_words(span, &at, catalogue, &word);
        end = at;
        if (first && kind == WORD_OTHER && next_word(&end).count == 0 &&
            strspn(word.core.at, "0123456789") == word.core.count) {
            uint32_t asn;
            if (word_read_asn(word.core, &asn)) {
                vec_push(&word.found, resource_of_asn(asn));
                word.exact = false;
                kind = WORD_TARGET;
            }
        }
        if (first && kind == WORD_TARGET && is_three_numbers(word.core) && next_word(&end).count > 0) {
            result = refuse(out, span, at, "names a net only if nothing stands behind it; write its /24", fault);
            break;
        }
        end = at;
        if (!first && is_joint(span) && word_read(next_word(&end), catalogue, &word) == WORD_TARGET && !word.weak)
            continue;
        if (!first && (kind == WORD_OTHER || word.weak)) {
            at = span.at;
            break;
        }
        if (first && kind == WORD_OTHER && out->is_whole) {
            word_fini(&word);
            return read_prose(out, text, catalogue, fault);
        }
        if (kind != WORD_TARGET || out->list.count + word.found.count > TARGETS_MOST) {
            result = refuse(out, span, at, kind == WORD_TARGET ? too_many : word.why, fault);
            break;
        }
        for (size_t i = 0; i < word.found.count; i++)
            add(out, &word.found.at[i], word.exact ? &word.core : NULL, word.found.count > 1 ? words : 0);
        if (word.domain.count > 0)
            add_domain(out, word.domain);
        result = TARGET_FOUND;
        exact = exact && word.exact;
        taken = first ? span : taken;
        taken.count = (size_t)(at - taken.at);
    }
    if (result == TARGET_FOUND && out->is_whole)
        find_left(out, text, at, true, catalogue);
    if (result == TARGET_FOUND)
        conclude(out, out->left.count > 0 ? (struct span){text, strlen(text)} : taken, at, exact);
    word_fini(&word);
    return result;
}

enum target_line
targets_read(struct targets *out, const char *text, size_t count, const struct catalogue *catalogue,
             struct fault *fault)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* byte order mark, which some editors write at the start of a file */
    struct addr address;
    out->note.text[0] = '\0';
    vec_clear(&out->list);
    vec_clear(&out->left);
    buf_clear(&out->rest);
    if (addr_parse_bytes(text, count, &address)) { /* fast path for most lines of a batch */
        addr_unmap(&address);
        vec_reserve(&out->list);
        struct target *target = &out->list.at[out->list.count++];
        target->resource = resource_of_address(&address);
        target->range = 0;
        target->is_domain = false;
        target->label[0] = '\0';
        memcpy(target->text, text, count); /* needs no cleaning, because only clean, short text is an address */
        target->text[count] = '\0';
        return TARGET_FOUND;
    }
    if (count >= strlen(mark) && memcmp(text, mark, strlen(mark)) == 0) {
        text += strlen(mark);
        count -= strlen(mark);
    }
    char *copy = mem_copy_bytes(text, count);
    for (char *nul = copy; (nul = memchr(nul, '\0', count - (size_t)(nul - copy)));)
        *nul = '\1'; /* a control, so that it is no end and no part of a target */
    list_key_mask_all(catalogue, copy);
    struct target_bounce bounce = {0};
    bool is_bounce = target_bounce_read(copy, count, catalogue, &bounce);
    for (size_t i = 0; i < bounce.own.count && i < TARGETS_MOST; i++) {
        struct resource resource = resource_of_address(&bounce.own.at[i]);
        add(out, &resource, NULL, 0);
    }
    enum target_line result = !is_bounce             ? read_text(out, copy, catalogue, fault)
                              : bounce.own.count > 0 ? TARGET_FOUND
                                                     : refuse_all(out, copy, &bounce.note, fault);
    if (is_bounce && result == TARGET_FOUND)
        out->note = bounce.note;
    target_bounce_fini(&bounce);
    if (result == TARGET_BAD) { /* what names nothing may be a key */
        list_key_mask_looks(fault->text);
        list_key_mask_looks(out->list.at[0].text);
        list_key_mask_looks(out->list.at[0].label);
    }
    free(copy);
    return result;
}

size_t
targets_range(const struct targets *targets, size_t place, char text[static TARGET_ROOM], struct fault *fault)
{
    const struct target *first = &targets->list.at[place];
    char from[ADDR_TEXT], to[ADDR_TEXT];
    size_t count = 1;
    while (first->range > 0 && place + count < targets->list.count && first[count].range == first->range)
        count++;
    if (count == 1)
        return count;
    struct addr last = word_last_of(&first[count - 1].resource.prefix);
    snprintf(text, TARGET_ROOM, "%s-%s", addr_text(&first->resource.prefix.addr, from), addr_text(&last, to));
    fault_set(fault, "'%s' is a range of %zu nets, not an address. Try: whylisted range %s", text, count, text);
    return count;
}

/* Takes the smallest prefix around a range in place of its nets, if the text names nothing else. */
static void
join_range(struct targets *targets)
{
    char text[TARGET_ROOM];
    struct fault why;
    struct target *first = targets->list.at;
    size_t count = targets->list.count;
    if (count < 2 || targets_range(targets, 0, text, &why) < count)
        return;
    struct prefix net = first->resource.prefix, end = {0};
    struct addr last = word_last_of(&first[count - 1].resource.prefix);
    do {
        net = prefix_around(&net.addr, net.length - 1u);
        end.addr = word_last_of(&net);
    } while (addr_compare(&end.addr, &last) < 0);
    first->resource = resource_of_net(&net);
    first->range = 0;
    resource_text(&first->resource, first->text);
    targets->list.count = 1;
    fault_set(&targets->note, "took %s from '%s': the smallest prefix around it", first->text, text);
}

bool
target_read(const char *const *words, size_t count, const struct catalogue *catalogue, bool alone, struct target *out,
            struct fault *note, struct fault *fault)
{
    struct targets targets = {.is_whole = true};
    struct buf text = {0}, quoted = {0}, named = {0};
    for (size_t i = 0; i < count; i++)
        buf_format(&text, "%s%s", i > 0 ? " " : "", words[i]);
    enum target_line found = targets_read(&targets, buf_string(&text), text.count, catalogue, fault);
    char *whole = buf_take(&text);
    list_key_mask_all(catalogue, whole);
    if (targets.left.count > 0)
        list_key_mask_looks(whole);
    quote(&quoted, whole, strlen(whole));
    if (found == TARGET_EMPTY)
        fault_set(fault, "%s is not an address, prefix, AS number or domain", buf_string(&quoted));
    if (found == TARGET_FOUND) {
        join_range(&targets);
        bool several = targets.list.count > 1;
        for (size_t i = 0; i < targets.left.count && !(several && alone); i++)
            vec_push(&targets.list, targets.left.at[i]);
        const struct target *list = targets.list.at;
        size_t taken = several && alone ? 0 : 1;
        *out = *list;
        *note = targets.note;
        list_targets(&named, list + taken, targets.list.count - taken);
        if (several && alone)
            found = TARGET_BAD;
        if (several && alone)
            fault_set(fault, "%s names %zu targets: %s; give one", buf_string(&quoted), targets.list.count,
                      buf_string(&named));
        else if (targets.list.count > 1)
            fault_set(note, "took %s from %s; left %s", out->text, buf_string(&quoted), buf_string(&named));
        else if (*out->label)
            fault_set(note, "took %s from %s", out->text, buf_string(&quoted));
    }
    targets_fini(&targets);
    free(whole);
    buf_free(&quoted);
    buf_free(&named);
    return found == TARGET_FOUND;
}

bool
target_resource(const struct target *target, struct resource *out, struct fault *fault)
{
    *out = target->resource;
    return !target->is_domain || fault_set(fault, "'%.80s' is a domain, not an address. Try: whylisted domain %.80s",
                                           target->text, target->text);
}

bool
target_address(const struct target *target, struct addr *out, struct fault *fault)
{
    const struct prefix *prefix = &target->resource.prefix;
    struct resource resource;
    *out = prefix->addr;
    if (!target_resource(target, &resource, fault))
        return false;
    if (resource.kind == RESOURCE_ASN)
        return fault_set(fault, "'%.80s' is an AS number, not an address. Try: whylisted asn %.80s", target->text,
                         target->text);
    return prefix->length == (prefix->addr.family == ADDR_V4 ? 32 : 128) ||
           fault_set(fault, "'%.80s' is a prefix, not an address. Try: whylisted range %.80s", target->text,
                     target->text);
}
