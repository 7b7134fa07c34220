/* Writing what a view shows to a file that the user names. */
#ifndef REPORT_H
#define REPORT_H

#include "console/app/app.h"
#include "console/app/layer.h"

/* One at a time: the text while its file is asked for. Zeroed is none. */
struct report {
    struct app *app;
    struct buf text;
    char *path;
};

/* Takes down the layer's report as it is now and asks for the file. An existing one is replaced only after a yes. */
void report_ask(struct report *, struct app *, struct layer *, bool ascii);
void report_free(struct report *);

#endif
