/* SPDX-License-Identifier: MIT
 *
 * geometry: what stands where on the screen, for its size and what there is to show. Lines are
 * given out by the questions that they answer: how things are, what is wrong, who it is, what they
 * ask for, what can be done. Draws nothing.
 */
#ifndef NG_CONSOLE_GEOMETRY_H
#define NG_CONSOLE_GEOMETRY_H

#include "tui/screen.h"

#define GEOMETRY_BESIDE_FROM    120 /* columns from which log and tops stand beside each other */
#define GEOMETRY_INSPECTOR_FROM 190 /* columns from which the inspector stands beside the rows */
#define GEOMETRY_LEFT           124 /* columns of rows and log beside an inspector */

struct geometry_wants {
	int findings;     /* lines that would be good to have, of at least one */
	int rows;         /* of the table, its heading not counted */
	int bar;          /* lines of a bar above the footer; 0: none */
	int bottom;       /* lines of a panel at the bottom, in place of the footer; 0: none */
	bool rows_first;  /* the panels below have little to say: they get what rows leave */
	bool lower_alone; /* the lower panels have the keys: where there is room for one, it is
			     theirs */
};

/* An area of no lines is not drawn. */
struct geometry {
	struct area header, meters, findings, bar, footer, bottom;
	struct area body; /* all between findings and footer: for a view that covers the panels */
	struct area table, log, tops, inspector;
	bool tabs; /* log and tops share `log`, and one of them is open */
};

/* How many lines the findings may have at most on a screen so high. */
int geometry_findings_room(int h);

void geometry_of(struct geometry *g, struct area all, const struct geometry_wants *wants);

#endif
