// SPDX-License-Identifier: MIT
#define NCURSES_NOMACROS
#include "base/text.h"
#include "tui/screen.h"
#include "tui/screen_parts.h"

#include <curses.h>
#include <stdarg.h>
#include <stdio.h>
#include <wchar.h>

enum {
	STATE_PLAIN,
	STATE_SELECTED,
	STATE_IDLE,
	STATES
};

static struct {
	attr_t attr;
	short pair;
} looks[STATES][STYLES];

static struct {
	bool utf8;
	bool plain; /* drawn in ASCII */
} signs;

static const struct {
	const char *utf8, *ascii;
} glyphs[GLYPHS] = {
	[GLYPH_LINE] = {"│", "|"},
	[GLYPH_UP] = {"▲", "^"},
	[GLYPH_DOWN] = {"▼", "v"},
	[GLYPH_MORE] = {"…", "~"},
	[GLYPH_DASH] = {"–", "-"},
	[GLYPH_SHUT] = {"▸", ">"},
	[GLYPH_OPEN] = {"▾", "v"},
	[GLYPH_TICK] = {"✓", "+"},
	[GLYPH_TIMES] = {"×", "x"},
	[GLYPH_DOT] = {"·", "."},
	[GLYPH_ARROW_LEFT] = {"←", "<"},
	[GLYPH_ARROW_RIGHT] = {"→", ">"},
	[GLYPH_ARROW_UP] = {"↑", "^"},
	[GLYPH_ARROW_DOWN] = {"↓", "v"},
	[GLYPH_ENTER] = {"↵", "\\"},
	[GLYPH_TAB] = {"⇥", "%"},
	[GLYPH_SPACE] = {"␣", "_"},
	[GLYPH_RULE] = {"─", "-"},
	[GLYPH_TEE] = {"┬", "+"},
	[GLYPH_TOP_LEFT] = {"┌", "+"},
	[GLYPH_TOP_RIGHT] = {"┐", "+"},
	[GLYPH_BOTTOM_LEFT] = {"└", "+"},
	[GLYPH_BOTTOM_RIGHT] = {"┘", "+"},
	[GLYPH_SHADE] = {"░", "."},
	[GLYPH_HERE] = {"┃", "|"},
};

static attr_t curses_attrs(uint8_t attrs)
{
	return (attrs & LOOK_BOLD ? A_BOLD : A_NORMAL) | (attrs & LOOK_DIM ? A_DIM : A_NORMAL) |
	       (attrs & LOOK_UNDERLINE ? A_UNDERLINE : A_NORMAL) |
	       (attrs & LOOK_REVERSE ? A_REVERSE : A_NORMAL);
}

static short curses_colour(short colour, short instead)
{
	return colour < 0 ? instead : COLORS >= 256 || colour < COLORS ? colour : colour & 7;
}

void screen_choose_looks(enum theme theme, bool colour)
{
	static const unsigned states[STATES] = {0, STYLE_SELECTED, STYLE_SELECTED_IDLE};
	bool own = colour && use_default_colors() == OK;

	for (unsigned i = 0; i < STATES * STYLES; i++) {
		struct look look = palette_look(theme, i % STYLES | states[i / STYLES]);
		short pair = theme == THEME_MONO ? 0 : (short)(i + 1);
		looks[i / STYLES][i % STYLES].attr = curses_attrs(look.attrs);
		looks[i / STYLES][i % STYLES].pair = pair;
		if (pair)
			init_pair(pair, curses_colour(look.fg, own ? -1 : COLOR_WHITE),
				curses_colour(look.bg, own ? -1 : COLOR_BLACK));
	}
}

void screen_choose_signs(bool utf8, bool kernel)
{
	signs.utf8 = utf8;
	signs.plain = !utf8 || kernel;
}

static void put(int y, int x, unsigned style, struct str s)
{
	unsigned state = style & STYLE_SELECTED        ? STATE_SELECTED
			 : style & STYLE_SELECTED_IDLE ? STATE_IDLE
						       : STATE_PLAIN;

	wattr_set(stdscr, looks[state][style & 0xff].attr, looks[state][style & 0xff].pair, NULL);
	mvwaddnstr(stdscr, y, x, s.p, (int)s.n);
}

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

struct str screen_ascii(struct str character)
{
	for (size_t i = 0; i < GLYPHS; i++)
		if (str_eq(character, str_of(glyphs[i].utf8)))
			return str_of(glyphs[i].ascii);
	return STR_LIT("?");
}

static struct str instead_of(struct str character, uint32_t cp)
{
	if (!signs.plain)
		return wcwidth((wchar_t)cp) < 0 ? STR_LIT("?") : character;
	struct str sign = screen_ascii(character);
	/* The C library could not measure it outside of UTF-8 either. */
	return signs.utf8 && *sign.p == '?' ? character : sign;
}

/* What is not ASCII is made fit for the terminal: signs become ASCII, in texts too, where it lacks
 * them; outside of UTF-8 other characters a '?' each; and so does everywhere what the C library
 * does not know, as nobody can say how wide the terminal draws it. What has no width of its own
 * would change the cell before the first. */
static struct str made_fit(char *buf, size_t cap, struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n;) {
		uint32_t cp;
		size_t len = text_utf8((struct str){s.p + i, s.n - i}, &cp);
		struct str c = {s.p + i, len ? len : 1};
		i += c.n;
		if (len != 1)
			c = instead_of(c, len ? cp : 0xfffd);
		if (c.n > cap - n)
			break;
		if (!n && len > 1 && text_width(c) == 0)
			continue;
		memcpy(buf + n, c.p, c.n);
		n += c.n;
	}
	return (struct str){buf, n};
}

int screen_text(struct area a, int y, int x, unsigned style, struct str s)
{
	char fitted[4096];

	if (!s.n || y < 0 || y >= a.h || x < 0 || x >= a.w)
		return 0;
	/* ncurses fills the last corner by way of the cell to its left, which a terminal of one
	 * column does not have: it would send what lies before the line in memory (PutCharLR). */
	if (getmaxx(stdscr) == 1 && a.y + y == getmaxy(stdscr) - 1)
		return 0;
	s = text_cut(s, a.w - x);
	if (!is_ascii(s))
		s = made_fit(fitted, sizeof fitted, s);
	if (!s.n)
		return 0;
	put(a.y + y, a.x + x, style, s);
	return text_width(s);
}

int screen_cut(struct area a, int y, int x, int width, unsigned style, struct str s)
{
	if (width < 1)
		return 0;
	if (text_width(s) <= width)
		return screen_text(a, y, x, style, s);
	int w = screen_text(a, y, x, style, text_cut(s, width - 1));
	return w + screen_glyph(a, y, x + w, style, GLYPH_MORE);
}

int screen_glyph(struct area a, int y, int x, unsigned style, enum glyph g)
{
	return screen_text(a, y, x, style, str_of(screen_glyph_text(g)));
}

const char *screen_glyph_text(enum glyph g)
{
	return signs.plain ? glyphs[g].ascii : glyphs[g].utf8;
}

bool screen_has_eighths(void)
{
	return !signs.plain;
}

int screen_print(struct area a, int y, int x, unsigned style, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	return screen_text(a, y, x, style, str_of(text));
}

void screen_fill(struct area a, int y, int x, unsigned style)
{
	static const char spaces[] =
		"                                                                ";

	while (y >= 0 && y < a.h && x < a.w) {
		int n = screen_text(a, y, x, style, str_of(spaces));
		if (n <= 0)
			return;
		x += n;
	}
}

struct area area_rows(struct area a, int y, int h)
{
	if (y > a.h)
		y = a.h;
	if (h > a.h - y)
		h = a.h - y;
	return (struct area){a.y + y, a.x, h > 0 ? h : 0, a.w};
}
