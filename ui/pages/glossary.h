/* The words of the field that the screens use, each explained in a sentence or two: for help and the manual. */
#ifndef GLOSSARY_H
#define GLOSSARY_H

#include "draw/text_page.h"

/* Adds each word with its sign and its meaning to the page. */
void glossary_add(struct text_page *, bool ascii);

#endif
