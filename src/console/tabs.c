// SPDX-License-Identifier: MIT
#include "console/tabs.h"

#include "console/seat.h"

#include "base/text.h"

#include <stdio.h>

#define RATE_OF 10 /* seconds */

static const char *const titles[TABS] = {
	[TAB_LOG] = "Log",
	[TAB_PATHS] = "Paths",
	[TAB_AGENTS] = "Agents",
	[TAB_STATUSES] = "Status",
	[TAB_PORTS] = "Ports",
	[TAB_HOSTS] = "Hosts",
	[TAB_REFERERS] = "Referers",
};

const char *tab_title(enum tab tab)
{
	return titles[tab];
}

/* "Log 12/s": lines a second, of the last ten. */
static void log_title(const struct view *v, char buf[static 32])
{
	const struct machine *machine = model_machine(v->m);
	double rate = 0;
	char text[8];

	for (int i = 0; i <= v->show_private; i++)
		rate += window_sum(
				&machine->totals[i].log.rate, v->m->now, RATE_OF * USEC_PER_SEC) /
			RATE_OF;
	text_count(text, (uint64_t)rate);
	if (rate < 10)
		snprintf(buf, 32, "%s %.1f/s", titles[TAB_LOG], rate);
	else
		snprintf(buf, 32, "%s %s/s", titles[TAB_LOG], text);
}

static void title_of(const struct view *v, enum tab tab, char buf[static 32])
{
	if (tab == TAB_LOG && !seat_fleet(v))
		log_title(v, buf);
	else
		snprintf(buf, 32, "%s", titles[tab]);
}

/* Beside each other, each panel names its own. */
static bool is_named(const struct view *v, enum tab tab, enum tab open)
{
	return !v->wide || (tab == TAB_LOG) == (open == TAB_LOG);
}

/* The first tab that is named: where there is no room for all, as late as it must be for the open
 * one to be in sight. */
static int first_named(const struct view *v, int width, enum tab open)
{
	int first = (int)open, used = -2;

	for (int i = (int)open; i >= 0; i--) {
		char title[32];
		if (!is_named(v, (enum tab)i, open))
			continue;
		title_of(v, (enum tab)i, title);
		used += (int)strlen(title) + 2;
		if (used > width)
			break;
		first = i;
	}
	return first;
}

int tabs_draw(const struct view *v, struct area a, bool focused, enum tab open)
{
	unsigned style = focused ? STYLE_BAR : STYLE_BAR_IDLE;
	int x = 1;

	screen_fill(a, 0, 0, style);
	for (int i = first_named(v, a.w - 1, open); i < TABS; i++) {
		char title[32];
		if (!is_named(v, (enum tab)i, open))
			continue;
		title_of(v, (enum tab)i, title);
		if (i != (int)open && x + (int)strlen(title) > a.w)
			break;
		int w = screen_text(a, 0, x, i == (int)open ? STYLE_BAR_ON : style, str_of(title));
		spots_add_tab(v->spots, a, 0, x, w, i);
		x += w + 2;
	}
	return x;
}
