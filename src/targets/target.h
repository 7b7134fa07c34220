/* Targets as users type and paste them: addresses, prefixes, AS numbers and domains in any decoration, in question
 * names, in URLs, as ranges, several at once, perhaps with a label. One parser for arguments, standard input and the
 * prompt. */
#ifndef TARGET_H
#define TARGET_H

#include "base/buf.h"
#include "base/fault.h"
#include "base/resource.h"
#include "base/vec.h"
#include "lists/catalogue.h"

#include <stdbool.h>

enum { TARGET_ROOM = 256, TARGETS_MOST = 4096, TARGET_REST = 65536 };

struct target {
    struct resource resource; /* RESOURCE_NONE: a domain, or a word that names nothing */
    unsigned range;           /* targets with the same number are one range; 0 = it is none */
    bool is_domain;           /* `text` is a domain or host name in lower case, without a final dot */
    char text[TARGET_ROOM];   /* clean; as written, without decoration, if that is its usual form, else resource_text */
    char label[TARGET_ROOM];  /* clean; "" = none */
};

struct targets {
    bool is_whole; /* set by the caller: the text is no line of a batch, so each target in it is taken or left */
    VEC(struct target) list;
    VEC(struct target) left; /* of a whole text: named in it, but not taken */
    struct buf rest;         /* clean: the text behind them up to its comment, of which labels have the beginning */
    struct fault note;       /* "took 203.0.113.0/24 from '203.0.113.7/24'"; "" = the text says so itself */
};

enum target_line { TARGET_FOUND, TARGET_EMPTY, TARGET_BAD };

/* Reads the targets at the start of a text, and the label behind them. Ignores comments (#), blanks, commas, words
 * such as "inetnum:", and "and" between targets. Takes the first address of a whole text that begins otherwise; the
 * note names what was left. Replaces the content of `out`, which starts zeroed. TARGET_BAD comes with a
 * sentence, and the list then has the word that it is about, and the rest of the text as its label. */
enum target_line targets_read(struct targets *out, const char *text, size_t count, const struct catalogue *,
                              struct fault *);
static inline void
targets_fini(struct targets *targets)
{
    vec_free(&targets->list);
    vec_free(&targets->left);
    buf_free(&targets->rest);
}

/* Returns how many targets from this place on are one range of addresses that is no prefix, with its text, and a
 * sentence that names the command for it; 1 = the target is none. */
size_t targets_range(const struct targets *, size_t place, char text[static TARGET_ROOM], struct fault *);

/* Reads words that together should name one target ("AS", "64500"). A range of several nets is taken as the smallest
 * prefix around it. Of several targets it takes the first, or refuses
 * them if `alone`. *note says what was taken and what was left; "" = the words say so themselves. */
bool target_read(const char *const *words, size_t count, const struct catalogue *, bool alone, struct target *out,
                 struct fault *note, struct fault *);

/* Sets the resource of a target that is no domain. Returns false with a sentence that names the command for a domain.
 */
bool target_resource(const struct target *, struct resource *out, struct fault *);
/* Sets the address of a target that is one. Returns false with a sentence that names the command for it. */
bool target_address(const struct target *, struct addr *out, struct fault *);

#endif
