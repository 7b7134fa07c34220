/* Writing what a view shows to a file that the user names. */
#ifndef EXPORT_H
#define EXPORT_H

#include "console/app/app.h"
#include "console/app/layer.h"

/* One at a time: the text while its file is asked for. Zeroed is none. */
struct export
{
    struct app *app;
    struct buf text;
    char *path;
};

/* Takes down the layer's report as it is now and asks for the file. An existing one is replaced only after a yes. */
void export_ask(struct export *, struct app *, struct layer *);
void export_free(struct export *);

#endif
