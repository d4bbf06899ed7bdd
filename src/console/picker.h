/* SPDX-License-Identifier: MIT
 *
 * picker: one of a list is picked, over whatever view has asked for it. The panel itself is
 * PANEL_PICKER; what can be picked, and what comes of it, is a struct picking of somebody else.
 */
#ifndef NG_CONSOLE_PICKER_H
#define NG_CONSOLE_PICKER_H

#include "console/view.h"
#include "tui/chooser.h"

/* Static. */
struct picking {
	const char *title;
	bool (*at)(struct view *v, size_t i, struct chooser_entry *ret); /* false: no more */
	/* The list is closed already. */
	void (*choose)(struct view *v, size_t i);
};

/* False when there is nothing to pick. */
bool picker_open(struct view *v, const struct picking *what);

/* Pick the column to sort by; what to copy; a saved filter. */
extern const struct picking sort_picking, copy_picking, saved_picking;

#endif
