/* SPDX-License-Identifier: MIT
 *
 * screen: the terminal, held through curses from screen_open to screen_close. Curses knows one
 * terminal per process, so there is one screen and no object for it. Drawing is clipped to the
 * area given and to the screen; nothing here fails because something does not fit.
 */
#ifndef NG_CONSOLE_SCREEN_H
#define NG_CONSOLE_SCREEN_H

#include "console/input.h"

struct area {
	int y, x, h, w;
};

/* What a text means, not how it looks. Each has attributes of its own as well as a colour, so
 * that nothing is said by hue alone. */
enum style {
	STYLE_PLAIN,
	STYLE_DIM,
	STYLE_BOLD,
	STYLE_GOOD,     /* 1xx, 2xx */
	STYLE_INFO,     /* 3xx */
	STYLE_WARN,     /* 4xx, half-open, something to know */
	STYLE_BAD,      /* 5xx, an attack's row, something lost */
	STYLE_BAR,      /* the heading of the panel that has the keys */
	STYLE_BAR_IDLE, /* the heading of another */
	STYLES
};
#define STYLE_SELECTED 0x100u /* added to a style: the row under the cursor */

enum glyph {
	GLYPH_LINE,
	GLYPH_UP,
	GLYPH_DOWN,
	GLYPH_MORE,
	GLYPH_DASH,
	GLYPHS
};

/* Takes the terminal. 0, or a negative errno with the reason in words. */
int screen_open(char reason[static 256]);

/* Gives it back as it was. May be called twice. */
void screen_close(void);

int screen_fd(void);

/* What is drawn goes to the terminal as it takes it (outlet.h). While something waits, no frame
 * should be begun: screen_drain is to be called when screen_out_fd can be written. */
int screen_out_fd(void);
bool screen_waits(void);
void screen_drain(void);

/* Bytes that curses has no words for, between two frames. */
void screen_raw(const char *sequence);

/* Stops the program when Ctrl-Z has asked for that. True when it was stopped and goes on: the frame
 * must be drawn anew. */
bool screen_continues(void);

/* A word about the terminal, "" for none. */
const char *screen_notice(void);

/* True when the terminal is gone for good. */
bool screen_is_gone(void);

/* Fits to the terminal's present size; `repaint` also rewrites every cell. */
void screen_fit(bool repaint);

/* The next input, whole; false when there is none yet. Its paste is good until the next call. */
bool screen_input(struct input *ret_input);

/* The mouse is sent, or left to the terminal to select text with; at first it is left. */
void screen_mouse(bool on);

struct area screen_begin(void);   /* an empty screen; its whole area */
void screen_end(void);            /* sends what has changed */
void screen_cursor(int y, int x); /* shows the cursor; screen_begin hides it */

/* Clean text at column x of line y of the area, cut at its edge. Returns the columns taken. */
int screen_text(struct area a, int y, int x, unsigned style, struct str s);
int screen_glyph(struct area a, int y, int x, unsigned style, enum glyph g);
int screen_print(struct area a, int y, int x, unsigned style, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* Spaces from x to the area's edge. */
void screen_fill(struct area a, int y, int x, unsigned style);

/* The rows [y, y + h) of a, clipped to it. */
struct area area_rows(struct area a, int y, int h);

#endif
