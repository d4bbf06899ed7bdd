/* SPDX-License-Identifier: MIT
 *
 * chooser: one of many, chosen by typing a part of its name, with the cursor, or with the mouse.
 * What can be chosen comes from a callback, so a chooser holds no more than their order. Commands,
 * the columns to sort by, what can be copied and saved filters are chosen with it.
 */
#ifndef NG_TUI_CHOOSER_H
#define NG_TUI_CHOOSER_H

#include "tui/line_edit.h"
#include "tui/list.h"

#define CHOOSER_MAX       256 /* entries; further ones cannot be chosen */
#define CHOOSER_NAME_MAX  64
#define CHOOSER_NOTE_MAX  160
#define CHOOSER_RIGHT_MAX 32

/* Clean texts. */
struct chooser_entry {
	char name[CHOOSER_NAME_MAX];   /* what is typed of it */
	char note[CHOOSER_NOTE_MAX];   /* what it is; "": nothing */
	char right[CHOOSER_RIGHT_MAX]; /* at the right edge: its key */
};

struct chooser_source {
	void *ctx;
	/* The i-th entry; false: no more. */
	bool (*at)(void *ctx, size_t i, struct chooser_entry *ret);
};

struct chooser {
	struct list list; /* of the entries that fit */
	size_t n;
	uint16_t order[CHOOSER_MAX]; /* the numbers of those, the best first */
};

/* Finds again what fits; the cursor goes to the first. */
void chooser_sift(struct chooser *c, const struct chooser_source *source, struct str typed);

/* The number of the entry under the cursor; false: nothing fits. */
bool chooser_chosen(const struct chooser *c, size_t *ret);

/* Moves the cursor; takes the keys of a line that is typed (a line before, the next) as well as
 * those of menus. False when the action is another one. */
bool chooser_act(struct chooser *c, enum action action);

/* A click puts the cursor on the entry that stands there and returns true: it is chosen. The wheel
 * moves. The area is that of chooser_draw. */
bool chooser_mouse(struct chooser *c, struct area a, const struct input *in);

void chooser_draw(struct chooser *c, const struct chooser_source *source, struct area a);

#endif
