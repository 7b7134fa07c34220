/* The words of the field that the screens use, each explained in a sentence or two: for help and the manual. */
#ifndef GLOSSARY_H
#define GLOSSARY_H

#include "draw/glyph.h"
#include "draw/text_page.h"

#include <stddef.h>

struct glossary_word {
    const char *word, *meaning;
    enum glyph sign; /* that stands before the word; GLYPH_BLANK = none */
};

const struct glossary_word *glossary_words(size_t *count);
/* Adds each word with its sign and its meaning to the page. */
void glossary_add(struct text_page *, bool ascii);

#endif
