// SPDX-License-Identifier: MIT
#include "console/palette.h"

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

static const struct {
	bool text_tells;
	struct look looks[THEMES]; /* dark, light, dark of 16, light of 16, mono */
} styles[STYLES] = {
	[STYLE_PLAIN] = {false,
		{{OWN, OWN, 0}, {OWN, OWN, 0}, {OWN, OWN, 0}, {OWN, OWN, 0}, {OWN, OWN, 0}}},
	[STYLE_DIM] = {false,
		{{245, OWN, 0}, {242, OWN, 0}, {OWN, OWN, D}, {OWN, OWN, D}, {OWN, OWN, D}}},
	[STYLE_BOLD] = {false,
		{{OWN, OWN, B}, {OWN, OWN, B}, {OWN, OWN, B}, {OWN, OWN, B}, {OWN, OWN, B}}},
	[STYLE_GOOD] = {true,
		{{114, OWN, 0}, {22, OWN, 0}, {OWN, OWN, 0}, {OWN, OWN, 0}, {OWN, OWN, 0}}},
	[STYLE_INFO] = {true,
		{{75, OWN, 0}, {25, OWN, 0}, {CYAN, OWN, 0}, {BLUE, OWN, 0}, {OWN, OWN, 0}}},
	[STYLE_WARN] = {true,
		{{220, OWN, 0}, {94, OWN, 0}, {YELLOW, OWN, 0}, {MAGENTA, OWN, 0}, {OWN, OWN, U}}},
	[STYLE_BAD] = {true, {{203, OWN, B}, {160, OWN, B}, {BRIGHT_RED, OWN, B}, {RED, OWN, B},
				     {OWN, OWN, B | U}}},
	[STYLE_FILL_BAD] = {true,
		{{BLACK_256, 203, B}, {WHITE_256, 160, B}, {BRIGHT_RED, OWN, B | R},
			{RED, OWN, B | R}, {OWN, OWN, B | U | R}}},
	[STYLE_FILL_WARN] = {true, {{BLACK_256, 220, 0}, {WHITE_256, 94, 0}, {YELLOW, OWN, R},
					   {MAGENTA, OWN, R}, {OWN, OWN, U | R}}},
	[STYLE_FILL_INFO] = {true, {{BLACK_256, 75, 0}, {WHITE_256, 25, 0}, {CYAN, OWN, R},
					   {BLUE, OWN, R}, {OWN, OWN, R}}},
	[STYLE_FILL_DIM] = {true, {{BLACK_256, 245, 0}, {WHITE_256, 242, 0}, {OWN, OWN, R},
					  {OWN, OWN, R}, {OWN, OWN, R}}},
	[STYLE_BAR] = {false, {{OWN, OWN, B | R}, {OWN, OWN, B | R}, {OWN, OWN, B | R},
				      {OWN, OWN, B | R}, {OWN, OWN, B | R}}},
	[STYLE_BAR_IDLE] = {false, {{OWN, OWN, B | U}, {OWN, OWN, B | U}, {OWN, OWN, B | U},
					   {OWN, OWN, B | U}, {OWN, OWN, B | U}}},
	[STYLE_BAR_ON] = {false,
		{{BLACK_256, 75, B | U}, {WHITE_256, 25, B | U}, {CYAN, OWN, B | U | R},
			{BLUE, OWN, B | U | R}, {OWN, OWN, B | U}}},
	[STYLE_CHIP] = {true, {{WHITE_256, 24, B}, {BLACK_256, 153, B}, {OWN, OWN, R},
				      {OWN, OWN, R}, {OWN, OWN, R}}},
	[STYLE_KEY] = {true,
		{{75, OWN, B}, {25, OWN, B}, {CYAN, OWN, B}, {BLUE, OWN, B}, {OWN, OWN, B}}},
	[STYLE_MATCH] = {false, {{BLACK_256, 159, U}, {BLACK_256, 228, U}, {CYAN, OWN, R | U},
					{BLUE, OWN, R | U}, {OWN, OWN, R | U}}},
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

bool palette_text_tells(enum style style)
{
	return styles[style].text_tells;
}
