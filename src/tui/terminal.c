// SPDX-License-Identifier: MIT
#define NCURSES_NOMACROS
#include "tui/terminal.h"

#include "base/str.h"

#include <curses.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

/* Names that are known to speak as xterm does, with 256 colours, wherever they stand in TERM. */
static const char *const like_xterm[] = {"256color", "truecolor", "direct", "ghostty", "kitty",
	"alacritty", "foot", "wezterm", "contour", "konsole", "gnome", "vte", "iterm", "mintty",
	"rio", "warp", "xterm", "rxvt", "st-"};

enum found {
	FOUND_FIT,
	FOUND_UNFIT, /* it cannot place its cursor */
	FOUND_UNKNOWN,
	FOUND_NO_DATABASE
};

/* Curses itself would exit or scribble. */
static enum found look_up(const char *name)
{
	int found = 0;

	if (setupterm(name, STDOUT_FILENO, &found) != OK)
		return found < 0 ? FOUND_NO_DATABASE : found == 0 ? FOUND_UNKNOWN : FOUND_UNFIT;
	const char *move = tigetstr("cup");
	bool fit = move && move != (char *)-1 && strcmp(name, "dumb") != 0;
	del_curterm(cur_term);
	return fit ? FOUND_FIT : FOUND_UNFIT;
}

/* COLORTERM is set by terminals that have more colours than TERM can say. */
static bool is_like_xterm(const char *name)
{
	const char *colour = getenv("COLORTERM");

	if (colour && *colour)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(like_xterm); i++)
		if (strstr(name, like_xterm[i]))
			return true;
	return false;
}

/* What every terminal of the last forty years understands comes last. */
static const char *fall_back(const char *name)
{
	static const char *const others[] = {"xterm-256color", "xterm", "vt100"};

	for (size_t i = is_like_xterm(name) ? 0 : 2; i < ARRAY_LEN(others); i++)
		if (look_up(others[i]) == FOUND_FIT)
			return others[i];
	return NULL;
}

const char *terminal_choose(char notice[static TERMINAL_NOTICE_MAX], char reason[static 256])
{
	const char *term = getenv("TERM"), *other = NULL;

	*notice = '\0';
	if (!isatty(STDOUT_FILENO)) {
		snprintf(reason, 256,
			"standard output is not a terminal; use --once or --json instead");
		return NULL;
	}
	if (!term || !*term) {
		snprintf(reason, 256, "TERM is not set, so the terminal's type is unknown");
		return NULL;
	}
	enum found found = look_up(term);
	if (found == FOUND_FIT)
		return term;
	if (found == FOUND_UNKNOWN)
		other = fall_back(term);
	if (other)
		snprintf(notice, TERMINAL_NOTICE_MAX, "TERM=%.40s is unknown here: drawn as %s",
			term, other);
	else if (found == FOUND_UNFIT)
		snprintf(reason, 256,
			"TERM=%.80s cannot place its cursor; use --once or --json instead", term);
	else
		snprintf(reason, 256,
			found == FOUND_UNKNOWN ? "terminfo does not know TERM=%.80s"
					       : "no terminfo database found for TERM=%.80s",
			term);
	return other;
}
