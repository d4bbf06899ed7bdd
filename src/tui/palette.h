/* SPDX-License-Identifier: MIT
 *
 * palette: what texts mean, and how each meaning looks: on a dark and on a light background, with
 * 256 colours, with 16, with none. Nothing here knows curses, so a test can measure it: contrast
 * (WCAG 2.1, 1.4.3: 4.5 at least) and how far apart colours are for eyes that lack red or green.
 */
#ifndef NG_TUI_PALETTE_H
#define NG_TUI_PALETTE_H

#include <stdbool.h>
#include <stdint.h>

/* What a text means, not how it looks. Each has attributes of its own as well as a colour, or its
 * text tells, so that nothing is said by hue alone. */
enum style {
	STYLE_PLAIN,
	STYLE_DIM,       /* times, zeros, 2xx: what is normal is quiet */
	STYLE_BOLD,      /* names */
	STYLE_GOOD,      /* a tick, a login that was accepted */
	STYLE_INFO,      /* C, 3xx, graphs */
	STYLE_WARN,      /* X B A P E, 4xx, something to know */
	STYLE_BAD,       /* F H, 5xx, something lost */
	STYLE_FILL_BAD,  /* the mark's cell of F and H, a 5xx, the verdict over an incident */
	STYLE_FILL_WARN, /* the mark's cell of X B A P E */
	STYLE_FILL_INFO, /* the mark's cell of C */
	STYLE_FILL_DIM,  /* the mark's cell of # and * */
	STYLE_BAR,       /* the heading of the panel that has the keys */
	STYLE_BAR_IDLE,  /* the heading of another */
	STYLE_BAR_ON,    /* in a heading: the tab that is open, the column that sorts */
	STYLE_CHIP,      /* in the header: filter, freeze, replay, recording */
	STYLE_KEY,       /* in the footer: a key, before its word */
	STYLE_MATCH,     /* what was searched for */
	STYLES
};

/* Added to a style: the row under the cursor, and that of a panel that has not the keys. The
 * foreground stays; what is filled stays filled. */
#define STYLE_SELECTED      0x100u
#define STYLE_SELECTED_IDLE 0x200u

enum theme_choice { /* of the option theme */
	THEME_AUTO,
	THEME_OF_DARK,
	THEME_OF_LIGHT,
	THEME_OF_MONO
};

enum theme {
	THEME_DARK,
	THEME_LIGHT,
	THEME_DARK_16,
	THEME_LIGHT_16,
	THEME_MONO,
	THEMES
};

enum {
	LOOK_BOLD = 1,
	LOOK_DIM = 2,
	LOOK_UNDERLINE = 4,
	LOOK_REVERSE = 8
};

/* Colours count as xterm's do, 0 to 255; -1 is the terminal's own. */
struct look {
	short fg, bg;
	uint8_t attrs;
};

/* How a style looks, STYLE_SELECTED and STYLE_SELECTED_IDLE included. */
struct look palette_look(enum theme theme, unsigned style);

/* What the cell of a mark means, by the letter of its family (flag_defs.h); a blank or '\0' means
 * nothing. */
enum style palette_mark(char letter);

/* True when the text itself says what it means, in a letter, a sign or a number: F, a tick, 404. */
bool palette_text_tells(enum style style);

#endif
