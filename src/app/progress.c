// SPDX-License-Identifier: MIT
#include "app/progress.h"

#include "app/plain_text.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define FIRST_AFTER  USEC_PER_SEC
#define EVERY        (USEC_PER_SEC / 5)
#define BAR          20
#define WIDTH_USUAL  80
#define WIDTH_LEAST  20
#define ERASE_TO_END "\r\033[K"

/* A terminal that cannot erase would be left with all of them. */
static bool can_erase(void)
{
	const char *term = getenv("TERM");

	return isatty(STDERR_FILENO) && term && term[0] && strcmp(term, "dumb") != 0;
}

void progress_begin(struct progress *p, bool wanted)
{
	*p = (struct progress){.on = wanted && can_erase(), .began = clock_usec(CLOCK_MONOTONIC)};
}

static int width(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= WIDTH_LEAST)
		return size.ws_col;
	return WIDTH_USUAL;
}

static size_t put_bar(char *buf, size_t cap, double part)
{
	char bar[BAR + 1];
	double filled = part > 1 ? 1 : part;

	for (int i = 0; i < BAR; i++)
		bar[i] = (double)i + 0.5 < filled * BAR ? '#' : '.';
	bar[BAR] = '\0';
	return (size_t)snprintf(buf, cap, " [%s] %3.0f%%", bar, filled * 100);
}

void progress_show(struct progress *p, const char *what, double part, const char *detail)
{
	usec_t now = p->on ? clock_usec(CLOCK_MONOTONIC) : 0;
	char line[256];

	if (!p->on || now - p->began < FIRST_AFTER || now - p->drawn < EVERY)
		return;
	p->drawn = now;
	p->shown = true;
	size_t n = (size_t)snprintf(line, sizeof line, "%.100s", what);
	if (part >= 0)
		n += put_bar(line + n, sizeof line - n, part);
	n += (size_t)snprintf(line + n, sizeof line - n, "%s%.64s", detail[0] ? "  " : "", detail);
	struct str shown = text_cut(plain_text(line, n), width() - 1);
	fprintf(stderr, ERASE_TO_END "%.*s", STR_FMT(shown));
	fflush(stderr);
}

void progress_hide(struct progress *p)
{
	if (!p->shown)
		return;
	fputs(ERASE_TO_END, stderr);
	fflush(stderr);
	p->shown = false;
}

void progress_end(struct progress *p)
{
	progress_hide(p);
	p->on = false;
}
