/* SPDX-License-Identifier: MIT
 *
 * spots: what on the screen can be clicked, beside the panels themselves: keys of the footer, chips
 * of the header, tabs. Who draws such a thing says where it stands; each frame begins without any.
 */
#ifndef NG_TUI_SPOTS_H
#define NG_TUI_SPOTS_H

#include "tui/actions.h"
#include "tui/bar.h"
#include "tui/screen.h"

#define SPOTS_MAX   96 /* further ones cannot be clicked */
#define SPOT_NO_TAB (-1)

struct spot {
	int y, x, w; /* of the whole screen */
	enum action action;
	int tab; /* enum tab: it is opened; or SPOT_NO_TAB */
};

struct spots {
	struct spot at[SPOTS_MAX];
	size_t n;
};

static inline void spots_clear(struct spots *s)
{
	s->n = 0;
}

/* Columns [x, x + w) of line y of the area do the action. */
void spots_add(struct spots *s, struct area a, int y, int x, int w, enum action action);

/* The pieces of a bar that was drawn on line y of the area, by their tags: enum action. */
void spots_add_bar(struct spots *s, const struct bar *b, struct area a, int y);

/* They open the tab. */
void spots_add_tab(struct spots *s, struct area a, int y, int x, int w, int tab);

/* What is there, or NULL. */
const struct spot *spots_find(const struct spots *s, int y, int x);

#endif
