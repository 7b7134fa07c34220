/* The console on the real terminal, with a view that needs no engine: what tests/tty/run drives when it is given no other
 * program. */

#include "console/term.h"
#include "loop.h"
#include "toy.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

int
main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    struct fault fault;
    struct screen *screen = term_start(argc > 1 && strcmp(argv[1], "--ascii") == 0, TERM_COLOUR_AUTO, &fault);
    if (!screen) {
        fprintf(stderr, "demo: %s\n", fault.text);
        return 64;
    }
    struct loop *loop = loop_new();
    struct app *app = app_new(loop, screen);
    app_on_target(app, "number", toy_submit, app);
    toy_open(app, "203.0.113.0/24", 100, 100);
    app_run(app);
    app_free(app);
    term_stop();
    loop_free(loop);
    if (term_signal())
        raise(term_signal());
    puts("demo: done");
    return 0;
}
