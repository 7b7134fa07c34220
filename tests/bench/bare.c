/* The least that a curses program does: one full screen, then it waits for a key. The floor for a first frame. */

#include <curses.h>
#include <locale.h>

int
main(void)
{
    setlocale(LC_ALL, "");
    initscr();
    cbreak();
    noecho();
    start_color();
    use_default_colors();
    init_pair(1, COLOR_CYAN, -1);
    for (int row = 0; row < LINES; row++) {
        if (row % 4 == 0)
            attron(COLOR_PAIR(1));
        mvprintw(row, 0, "%2d a line of text that is about as long as the lines of a real screen", row);
        attroff(COLOR_PAIR(1));
    }
    mvaddstr(LINES - 1, COLS - 10, "the end");
    refresh();
    getch();
    endwin();
    return 0;
}
