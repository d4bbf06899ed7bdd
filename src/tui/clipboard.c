// SPDX-License-Identifier: MIT
#include "tui/clipboard.h"

#include "base/file.h"
#include "base/text.h"
#include "tui/screen.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#define SCREEN_CHUNK 764 /* of a string that must stay below 768 */
#define SHOWN_MOST   48  /* columns of the text in what is said */

enum clipboard_way clipboard_way(void)
{
	const char *term = getenv("TERM");

	if (term && strncmp(term, "linux", 5) == 0)
		return CLIPBOARD_NONE;
	if (getenv("TMUX"))
		return CLIPBOARD_TMUX;
	/* Through ssh(1) only TERM comes along. */
	if (getenv("STY") || (term && strncmp(term, "screen", 6) == 0))
		return CLIPBOARD_SCREEN;
	return CLIPBOARD_PLAIN;
}

/* RFC 4648, section 4. Returns the end. */
static char *put_base64(char *to, struct str s)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *b = (const unsigned char *)s.p;

	for (size_t i = 0; i < s.n; i += 3) {
		size_t left = s.n - i;
		unsigned bits = (unsigned)b[i] << 16 | (left > 1 ? (unsigned)b[i + 1] << 8 : 0) |
				(left > 2 ? b[i + 2] : 0);
		*to++ = digits[bits >> 18];
		*to++ = digits[bits >> 12 & 63];
		*to++ = left > 1 ? digits[bits >> 6 & 63] : '=';
		*to++ = left > 2 ? digits[bits & 63] : '=';
	}
	return to;
}

static char *put(char *to, const char *text)
{
	return stpcpy(to, text);
}

static char *put_osc52(char *to, struct str text)
{
	return put(put_base64(put(to, "\033]52;c;"), text), "\a");
}

/* For itself, and once more for the terminal that it is in: every Esc inside doubled. */
static char *put_for_tmux(char *to, struct str text)
{
	to = put_osc52(to, text);
	to = put_osc52(put(to, "\033Ptmux;\033"), text);
	return put(to, "\033\\");
}

/* Behind its end, where there is room for it, then moved to the front in pieces. */
static char *put_for_screen(char *to, char *spare, struct str text)
{
	size_t n = (size_t)(put_osc52(spare, text) - spare);

	for (size_t at = 0; at < n; at += SCREEN_CHUNK) {
		size_t some = n - at < SCREEN_CHUNK ? n - at : SCREEN_CHUNK;
		to = put(to, "\033P");
		memcpy(to, spare + at, some);
		to = put(to + some, "\033\\");
	}
	return to;
}

char *clipboard_sequence(enum clipboard_way way, struct str text)
{
	size_t once = (text.n + 2) / 3 * 4 + 64;

	if (way == CLIPBOARD_NONE || text.n > CLIPBOARD_SENT_MAX)
		return NULL;
	/* Twice, with what wraps it: that of screen is less than a hundredth. */
	char *sequence = malloc(once * 3);
	if (!sequence)
		return NULL;
	char *end = way == CLIPBOARD_TMUX     ? put_for_tmux(sequence, text)
		    : way == CLIPBOARD_SCREEN ? put_for_screen(sequence, sequence + 2 * once, text)
					      : put_osc52(sequence, text);
	*end = '\0';
	return sequence;
}

/* 0, or a negative errno; *shown says where. */
static int keep(struct str text, char shown[static PATH_MAX])
{
	char path[PATH_MAX];

	strcpy(shown, "a file");
	if (!file_own_dir(path, shown, "XDG_CACHE_HOME", "~/.cache"))
		return -ENOENT;
	int err = file_make_dirs(path, 0700);
	if (err)
		return err;
	strcat(shown, "/copied");
	return file_replace(path, "copied", text.p, text.n, 0600);
}

static bool send(struct str text)
{
	char *sequence = clipboard_sequence(clipboard_way(), text);

	if (sequence)
		screen_raw(sequence);
	free(sequence);
	return sequence != NULL;
}

/* The text itself, when that is short. */
static void name(char buf[static 128], struct str text)
{
	size_t lines = 0;

	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n' && i + 1 < text.n;
	if (lines)
		snprintf(buf, 128, "%zu lines", lines + 1);
	else {
		struct str line = {
			text.p, text.n && text.p[text.n - 1] == '\n' ? text.n - 1 : text.n};
		struct str shown = text_clip(text_cut(line, SHOWN_MOST), 100);
		snprintf(buf, 128, "%.*s%s", STR_FMT(shown),
			shown.n < line.n ? screen_glyph_text(GLYPH_MORE) : "");
	}
}

void clipboard_copy(struct str text, char ret_said[static CLIPBOARD_SAID_MAX])
{
	char shown[PATH_MAX], what[128];

	if (text.n > CLIPBOARD_TEXT_MAX) {
		snprintf(ret_said, CLIPBOARD_SAID_MAX, "not copied: more than 1 MiB");
		return;
	}
	name(what, text);
	bool sent = send(text);
	int err = keep(text, shown);
	if (!err)
		snprintf(ret_said, CLIPBOARD_SAID_MAX, "copied %s (%s%.90s)", what,
			sent ? "terminal and " : "", shown);
	else
		snprintf(ret_said, CLIPBOARD_SAID_MAX, "%s %s (%s; %.60s: %s)",
			sent ? "copied" : "not copied:", what,
			sent ? "terminal only" : "no clipboard here", shown, strerror(-err));
}
