/* Letters by template.
 *
 * A template is a text with placeholders in braces: {net}. A line with a placeholder that has no value is left out.
 * {?net} keeps its line only if net has a value, {!net} only if it has none; both write nothing. Lines that follow each
 * other make a paragraph, which is folded at LETTER_COLUMNS; a line that begins with a blank or "- " stays a line.
 * Lines "Subject: ..." come first, and the first one that is not left out counts. Lines that begin with # are comments.
 */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include "letter/complaint.h"

enum { LETTER_COLUMNS = 72, LETTER_MOST = 64 * 1024 };

struct letter {
    struct buf subject, body; /* clean; the body has lines */
};
void letter_fini(struct letter *);

/* Fills the template of the complaint's kind: the file LANGUAGE/KIND.txt in `folder` (NULL = none) if there is one,
 * else the built-in one. Replaces the letter. Returns false with a fault, which names file and line, if a template
 * cannot be read or has an unknown placeholder. */
bool letter_write(struct letter *, const struct complaint *, enum letter_language, const char *folder, struct fault *);

/* Appends it as a text to read or edit: To (`to` NULL: that no contact is known), Subject, an empty line, the body. */
void letter_put(struct buf *out, const struct letter *, const char *to);
/* Takes such a text back from an editor, cleaned line by line. The To line is not read. */
void letter_read(struct letter *, const char *text);

/* Appends the letter to a receiver whose resolver or list is at fault, in English by the built-in template, as
 * letter_put does. Returns false and appends nothing if the receiver is not at fault. */
bool letter_put_note(struct buf *out, const struct rejection *);

#endif
