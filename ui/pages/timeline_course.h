/* Private to pages: the course of the most telling figure of a history. */
#ifndef TIMELINE_COURSE_H
#define TIMELINE_COURSE_H

#include "draw/sparkline.h"
#include "journal/history.h"

/* Draws it into an empty sparkline, and says what it is. */
void timeline_draw_course(const struct history *, struct sparkline *, struct sparkline_words *);

#endif
