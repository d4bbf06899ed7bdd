// SPDX-License-Identifier: MIT
#include "tui/spots.h"

#include "base/text.h"

static void add(struct spots *s, struct area a, struct spot spot)
{
	if (s->n == SPOTS_MAX || spot.y < 0 || spot.y >= a.h || spot.w <= 0)
		return;
	spot.y += a.y;
	spot.x += a.x;
	s->at[s->n++] = spot;
}

void spots_add(struct spots *s, struct area a, int y, int x, int w, enum action action)
{
	add(s, a, (struct spot){y, x, w, action, SPOT_NO_TAB});
}

void spots_add_bar(struct spots *s, const struct bar *b, struct area a, int y)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->at[i].tag && b->at[i].x >= 0)
			spots_add(s, a, y, b->at[i].x, text_width(b->at[i].text),
				(enum action)b->at[i].tag);
}

void spots_add_tab(struct spots *s, struct area a, int y, int x, int w, int tab)
{
	add(s, a, (struct spot){y, x, w, ACT_NONE, tab});
}

const struct spot *spots_find(const struct spots *s, int y, int x)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->at[i].y == y && x >= s->at[i].x && x - s->at[i].x < s->at[i].w)
			return &s->at[i];
	return NULL;
}
