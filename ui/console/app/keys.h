/* Keys from the bytes of a terminal, whatever kind it is: one table of the sequences of xterm, PuTTY, rxvt, tmux and
 * the Linux console. Swallows what no key sent, however it is cut: answers of the terminal, mouse reports and focus
 * events. Reads SGR mouse reports and OSC answers first. */
#ifndef KEYS_H
#define KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KEYS_PASTE_END = -1, KEYS_PARAMETERS = 16, KEYS_ANSWER = 48 };

enum { KEYS_CLICK = 0, KEYS_WHEEL_UP = 64, KEYS_WHEEL_DOWN = 65 };

/* Zero it and set the receivers. */
struct keys {
    void (*press)(void *arg, int press); /* keymap.h */
    void (*paste)(void *arg, int byte);  /* a byte of a bracketed paste, and KEYS_PASTE_END */
    /* A button that was pressed or turned at a cell, counted from 0; NULL = not wanted. */
    void (*mouse)(void *arg, int button, int row, int col);
    /* What an OSC says, "11;rgb:...", cut at KEYS_ANSWER; NULL = not wanted. */
    void (*answer)(void *arg, const char *text);
    void *arg;
    /* private */
    enum {
        KEYS_GROUND,
        KEYS_ESCAPE,        /* after ESC */
        KEYS_SEQUENCE,      /* CSI or SS3 */
        KEYS_MOUSE,         /* the three bytes of a mouse report */
        KEYS_STRING,        /* OSC, DCS, APC, PM or SOS */
        KEYS_STRING_ESCAPE, /* after an ESC in it */
        KEYS_PASTE
    } state;
    char introducer; /* '[' or 'O', or of a string */
    char parameters[KEYS_PARAMETERS];
    size_t count; /* of them; of bytes of a mouse report; of the end of a paste */
    unsigned escapes;
    char string[KEYS_ANSWER];
    size_t string_count;
    char utf8[5]; /* the bytes of an incomplete character */
    size_t utf8_count, utf8_needed;
};

void keys_take(struct keys *, const char *bytes, size_t count);

/* Returns how long to wait for the rest of a sequence before keys_give_up; 0 = nothing is begun. */
int64_t keys_wait_ms(const struct keys *);

/* Ends what is begun: an ESC was the key. */
void keys_give_up(struct keys *);

#endif
