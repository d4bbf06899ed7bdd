// SPDX-License-Identifier: MIT
#include "tui/palette.h"

#define OWN (-1)

/* Of the colours that xterm has of itself (its 256colres.h). */
enum {
	RED = 1,
	YELLOW = 3,
	BLUE = 4,
	MAGENTA = 5,
	CYAN = 6,
	BRIGHT_RED = 9, /* where there are but eight, RED in bold */
	BLACK_256 = 16,
	WHITE_256 = 231
};

#define B LOOK_BOLD
#define D LOOK_DIM
#define U LOOK_UNDERLINE
#define R LOOK_REVERSE

/* Looks on dark and light, in 256 colours and in 16, and in none. */
/* clang-format off */
#define SAME(attrs) \
	{{OWN, OWN, attrs}, {OWN, OWN, attrs}, {OWN, OWN, attrs}, {OWN, OWN, attrs}, \
	 {OWN, OWN, attrs}}
#define INK(dark, light, dark_16, light_16, attrs, mono) \
	{{dark, OWN, attrs}, {light, OWN, attrs}, {dark_16, OWN, attrs}, {light_16, OWN, attrs}, \
	 {OWN, OWN, mono}}
#define FILL(dark, light, dark_16, light_16, attrs, mono) \
	{{BLACK_256, dark, attrs}, {WHITE_256, light, attrs}, {dark_16, OWN, (attrs) | R}, \
	 {light_16, OWN, (attrs) | R}, {OWN, OWN, mono}}
/* clang-format on */

static const struct {
	bool text_tells;
	struct look looks[THEMES];
} styles[STYLES] = {
	[STYLE_PLAIN] = {false, SAME(0)},
	[STYLE_DIM] = {false,
		{{245, OWN, 0}, {242, OWN, 0}, {OWN, OWN, D}, {OWN, OWN, D}, {OWN, OWN, D}}},
	[STYLE_BOLD] = {false, SAME(B)},
	[STYLE_GOOD] = {true, INK(114, 22, OWN, OWN, 0, 0)},
	[STYLE_INFO] = {true, INK(75, 25, CYAN, BLUE, 0, 0)},
	[STYLE_WARN] = {true, INK(227, 94, YELLOW, MAGENTA, 0, U)},
	[STYLE_BAD] = {true, INK(203, 160, BRIGHT_RED, RED, B, B | U)},
	[STYLE_FILL_BAD] = {true, FILL(203, 160, BRIGHT_RED, RED, B, B | U | R)},
	[STYLE_FILL_WARN] = {true, FILL(227, 94, YELLOW, MAGENTA, 0, U | R)},
	[STYLE_FILL_INFO] = {true, FILL(75, 25, CYAN, BLUE, 0, R)},
	[STYLE_FILL_DIM] = {true, FILL(245, 242, OWN, OWN, 0, R)},
	[STYLE_BAR] = {false, SAME(B | R)},
	[STYLE_BAR_IDLE] = {false, SAME(B | U)},
	[STYLE_BAR_ON] = {false, FILL(75, 25, CYAN, BLUE, B | U, U | R)},
	[STYLE_CHIP] = {true, FILL(153, 24, OWN, OWN, 0, R)},
	[STYLE_KEY] = {true, INK(75, 25, CYAN, BLUE, B, B)},
	[STYLE_MATCH] = {true, FILL(159, 90, CYAN, BLUE, U, R | U)},
};

/* The background of a selected row, and the foreground of what has none of its own: the terminal's
 * may be fit for another background only. OWN: it is reversed, and underlined where the keys are
 * elsewhere. */
static const struct {
	short selected, idle, fg;
} grounds[THEMES] = {
	[THEME_DARK] = {18, 17, 255},
	[THEME_LIGHT] = {195, 230, BLACK_256},
	[THEME_DARK_16] = {OWN, OWN, OWN},
	[THEME_LIGHT_16] = {OWN, OWN, OWN},
	[THEME_MONO] = {OWN, OWN, OWN},
};

struct look palette_look(enum theme theme, unsigned style)
{
	struct look look = styles[style & 0xff].looks[theme];
	bool selected = style & STYLE_SELECTED, idle = style & STYLE_SELECTED_IDLE;
	short ground = selected ? grounds[theme].selected : grounds[theme].idle;

	if (!selected && !idle)
		return look;
	if (ground == OWN) {
		look.attrs ^= selected ? LOOK_REVERSE : LOOK_UNDERLINE;
		look.attrs &= (uint8_t)~LOOK_DIM; /* many terminals make it unreadable there */
	} else if (look.bg == OWN && !(look.attrs & LOOK_REVERSE)) {
		look.bg = ground;
		look.fg = look.fg == OWN ? grounds[theme].fg : look.fg;
	}
	return look;
}

enum style palette_mark(char letter)
{
	switch (letter) {
	case 'F':
	case 'H':
		return STYLE_FILL_BAD;
	case 'C':
		return STYLE_FILL_INFO;
	case ' ':
	case '\0':
		return STYLE_PLAIN;
	default:
		return STYLE_FILL_WARN;
	}
}

bool palette_text_tells(enum style style)
{
	return styles[style].text_tells;
}
