/* SPDX-License-Identifier: MIT
 *
 * connections_parts: the rows of the main view, addresses or groups of them. Only the files of this
 * panel include it.
 */
#ifndef NG_CONSOLE_CONNECTIONS_PARTS_H
#define NG_CONSOLE_CONNECTIONS_PARTS_H

#include "console/view.h"
#include "model/layout.h"
#include "model/listing.h"
#include "tui/list.h"

struct connections {
	struct panel panel;
	const struct column *sort;
	bool reversed;
	enum group_by by;
	struct list list; /* of the lines of the listing */
	struct listing listing;

	/* What the order in the making, or the last, was asked for. */
	unsigned generation; /* of the view's filter */
	uint64_t version;    /* of the model */
	usec_t clock;        /* its second */
	bool stale;          /* what is asked for has changed since */
	bool behind;         /* the order on screen is of a former question */
	usec_t spent;        /* on it */
	usec_t next;         /* not before then another one, by CLOCK_MONOTONIC */

	struct subject_key selected; /* the row under the cursor */
	bool has_selected;
	bool follows;   /* the cursor stays with its row, not only while keys are pressed */
	usec_t touched; /* the last key, by CLOCK_MONOTONIC */
	int name_width;
	bool was_fleet;       /* the model was of many machines at the last draw */
	struct layout layout; /* as it was drawn */
};

/* Below the heading; how many lines that takes is list_above. */
int connections_lines_above(const struct connections *c);

/* All of it, as it is now. */
void connections_draw_rows(struct connections *c, struct area a, bool focused);

#endif
