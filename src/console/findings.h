/* SPDX-License-Identifier: MIT
 *
 * findings: the lines that say what is wrong, who does it and since when; or that nothing is. Names
 * stand before counters: at any width the culprit is the last that gives way, and what qualifies it
 * goes first.
 */
#ifndef NG_CONSOLE_FINDINGS_H
#define NG_CONSOLE_FINDINGS_H

#include "console/troubles.h"
#include "tui/bar.h"

#define FINDINGS_LINES_MAX 6

enum finding_part {
	FINDING_WHOLE,   /* all on one line */
	FINDING_FIRST,   /* of two: what it is, and what tells */
	FINDING_SECOND,  /* who does it */
	FINDING_NAMED,   /* of two: what it is and who does it */
	FINDING_EVIDENCE /* what tells, and what would not be one */
};

/* What stands on one line. */
struct finding_line {
	uint8_t trouble; /* of the list */
	uint8_t part;    /* enum finding_part */
};

struct findings_plan {
	bool calm; /* a line before all others says so */
	size_t n;  /* lines besides that one */
	struct finding_line at[FINDINGS_LINES_MAX];
};

/* Gives `room` lines of w columns out: one to each that is grave, a second one to the gravest that
 * have more to say, then to what is good to know. */
void findings_plan(struct findings_plan *p, const struct troubles *t, int w, int room);

/* The pieces of a line, for so many columns. */
void findings_bar(struct bar *b, const struct troubles *t, struct finding_line line, int w);

/* "nothing stands out: 0 half-open, 0 drops, …", as much as fits. */
void findings_calm(const struct trouble_facts *facts, int w, char buf[static TROUBLE_TEXT_MAX]);

/* Lines that they take of a screen so wide and high; 0 where it is too low to say that all is well.
 */
int findings_lines(const struct troubles *t, int w, int h);

/* Draws into the first lines of the area; returns how many it took. The lines of the trouble that
 * is `selected` (its place in the list, or FINDINGS_NONE) are set off, and in sight. */
#define FINDINGS_NONE SIZE_MAX
int findings_draw(const struct trouble_facts *facts, const struct troubles *t, struct area a,
	size_t selected);

#endif
