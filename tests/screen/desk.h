/* The console of scripts/demo without its servers: the invented internet of data/demo, a journal in memory, and keys.
 */
#ifndef TEST_DESK_H
#define TEST_DESK_H

#include "console/views/navigator.h"
#include "demo_internet.h"
#include "screen.h"

struct desk {
    struct scene scene;
    struct engine engine;
    struct nav nav;
    struct buf summary;
    int keys; /* pressed so far, without the texts */
};

/* Opens it with an empty stack of views. */
void desk_open(struct desk *, int rows, int cols, bool ascii);
/* Closes it, and compares what was shown with the golden file. */
void desk_close(struct desk *, const char *golden);

/* Opens what a user would type at `i`, and waits for the answers. */
void desk_start(struct desk *, const char *target);
/* Presses keys that count, and waits for the answers. */
void desk_press(struct desk *, const char *keys);
/* Waits until every answer is in, what the loop does by itself is done, and all is shown. */
void desk_settle(struct desk *);

#endif
