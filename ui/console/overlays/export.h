/* Writes what a view shows to a file. */
#ifndef EXPORT_H
#define EXPORT_H

#include "console/app/app.h"
#include "console/app/layer.h"

#include <stdlib.h>

/* The text while the user names its file. Zeroed is none. */
struct export
{
    struct app *app;
    struct buf text;
    char *path;
};

/* Takes the report of a layer as it is now and asks for a file. An existing file is replaced only after a yes. */
void export_ask(struct export *, struct app *, struct layer *);

/* Asks for a file for the text that was put into it. `question` is a literal. */
void export_ask_text(struct export *, struct app *, const char *question, const char *name);

static inline void
export_free(struct export *report)
{
    buf_free(&report->text);
    free(report->path);
    report->path = NULL;
}

#endif
