/* SPDX-License-Identifier: MIT
 *
 * list: where somebody stands in something longer than the screen: the selected row, and which
 * rows are in sight. It knows ranks only, from 0; what a row is, its owner knows. It draws nothing.
 *
 * Three kinds: a list with a cursor; one whose cursor follows who stands on the row, however the
 * order changes (struct list_rows); a text without a cursor, which only scrolls.
 */
#ifndef NG_TUI_LIST_H
#define NG_TUI_LIST_H

#include "tui/actions.h"
#include "tui/screen.h"

#include <stdint.h>

struct list {
	uint32_t rank;   /* of the selected row; of a text: of the first line in sight */
	uint32_t top;    /* of the first row in sight */
	uint32_t height; /* rows in sight, at least 1 once it has been fitted */
	uint32_t count;  /* rows there are */
	bool text;       /* no cursor: moving scrolls */
	bool pinned;     /* with list_rows: the selection was moved, and stays with who it is on;
			  * else it stays on the first row, whoever that is */
};

/* Who stands where, for a list that follows. */
struct list_rows {
	void *ctx;
	/* Keeps who stands at a rank; false: nobody. */
	bool (*take)(void *ctx, uint32_t rank);
	/* The present rank of who was kept; false: it is not listed. */
	bool (*find)(void *ctx, uint32_t *ret_rank);
};

/* Anew: at the top, nobody selected. Height and kind stay. */
void list_reset(struct list *l);

/* There are `count` rows now, and room for `height`. The selection stays among them and in sight,
 * and no room is left empty below. */
void list_fit(struct list *l, uint32_t count, uint32_t height);

/* Goes after the row that is followed, before list_fit; where it has gone the rank stays. */
void list_follow(struct list *l, const struct list_rows *rows);

/* Moves the selection by so many rows, as far as there are any. rows: NULL when it follows none. */
void list_move(struct list *l, const struct list_rows *rows, int64_t by);

/* Moves as the action says (up, down, a page, top, end); false when it is another one. */
bool list_act(struct list *l, const struct list_rows *rows, enum action action);

/* The step that an action asks for, in rows; down is positive, the top and the end are further than
 * any list is long. False when it is another action. */
bool list_step(enum action action, uint32_t height, int64_t *ret_by);

/* The mouse on the rows of an area, without a heading: a click selects the row that stands there
 * and returns true, the wheel moves by a few. */
bool list_mouse(
	struct list *l, const struct list_rows *rows, struct area a, const struct input *in);

/* Scrolls just far enough to show the row. */
void list_show(struct list *l, uint32_t rank);

/* One behind the last row in sight. */
uint32_t list_end(const struct list *l);

/* The furthest that `top` can be. */
uint32_t list_last_top(const struct list *l);

#endif
