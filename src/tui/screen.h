/* SPDX-License-Identifier: MIT
 *
 * screen: the terminal, held through curses from screen_open to screen_close. Curses knows one
 * terminal per process, so there is one screen and no object for it. Drawing is clipped to the
 * area given and to the screen; nothing here fails because something does not fit.
 */
#ifndef NG_TUI_SCREEN_H
#define NG_TUI_SCREEN_H

#include "tui/input.h"
#include "tui/palette.h"

struct area {
	int y, x, h, w;
};

/* Signs of one column each; outside of UTF-8, and on Linux's own console, in ASCII. */
enum glyph {
	GLYPH_LINE, /* │ */
	GLYPH_UP,   /* ▲ */
	GLYPH_DOWN, /* ▼ */
	GLYPH_MORE, /* … */
	GLYPH_DASH, /* – */
	GLYPH_SHUT, /* ▸ a group that is closed */
	GLYPH_OPEN, /* ▾ */
	GLYPH_TICK, /* ✓ */
	GLYPH_TIMES,
	GLYPH_DOT,
	GLYPH_ARROW_LEFT,
	GLYPH_ARROW_RIGHT,
	GLYPH_ARROW_UP,
	GLYPH_ARROW_DOWN,
	GLYPH_ENTER,
	GLYPH_TAB,
	GLYPH_SPACE,
	GLYPH_RULE,         /* ─ */
	GLYPH_TEE,          /* ┬ */
	GLYPH_TOP_LEFT,     /* ┌ */
	GLYPH_TOP_RIGHT,    /* ┐ */
	GLYPH_BOTTOM_LEFT,  /* └ */
	GLYPH_BOTTOM_RIGHT, /* ┘ */
	GLYPH_SHADE,        /* ░ */
	GLYPH_HERE,         /* ┃ */
	GLYPHS
};

/* Takes the terminal. 0, or a negative errno with the reason in words. */
int screen_open(char reason[static 256]);

/* Which looks to draw in: before screen_open, or while it runs; the next frame has them. Auto is
 * what NO_COLOR, the terminal's background and its colours say. */
void screen_theme(enum theme_choice choice);

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

/* The next input, whole; false when there is none yet. Its paste is good until the next call. One
 * of kind INPUT_NONE means only that a frame is due: the looks have changed. */
bool screen_input(struct input *ret_input);

/* The mouse is sent, or left to the terminal to select text with; at first it is left. */
void screen_mouse(bool on);

struct area screen_begin(void);   /* an empty screen; its whole area */
void screen_end(void);            /* sends what has changed */
struct area screen_area(void);    /* the whole of it */
uint64_t screen_sent(void);       /* bytes that the last frame took */
void screen_cursor(int y, int x); /* shows the cursor; screen_begin hides it */

/* Clean text at column x of line y of the area, cut at its edge. Returns the columns taken. */
int screen_text(struct area a, int y, int x, unsigned style, struct str s);
/* In so many columns, with a sign where it is cut. */
int screen_cut(struct area a, int y, int x, int width, unsigned style, struct str s);
int screen_glyph(struct area a, int y, int x, unsigned style, enum glyph g);
/* What stands for a character where only ASCII is drawn: of a glyph its ASCII, else "?". */
struct str screen_ascii(struct str character);

const char *screen_glyph_text(enum glyph g); /* the same, for a text that is put together */
int screen_print(struct area a, int y, int x, unsigned style, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* False when the font may lack the eighths of blocks. */
bool screen_has_eighths(void);

/* Spaces from x to the area's edge. */
void screen_fill(struct area a, int y, int x, unsigned style);

/* What is added to the styles of a row: under the cursor of the panel that has the keys, or of
 * another. */
static inline unsigned screen_selection(bool under_cursor, bool focused)
{
	return !under_cursor ? 0 : focused ? STYLE_SELECTED : STYLE_SELECTED_IDLE;
}

/* The rows [y, y + h) of a, clipped to it. */
struct area area_rows(struct area a, int y, int h);

#endif
