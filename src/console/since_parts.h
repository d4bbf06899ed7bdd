/* SPDX-License-Identifier: MIT
 *
 * since_parts: what has changed since a mark, as a sheet: networks, paths, agents, hosts, referers,
 * each with what it was and what it is; then the answers and the machine's own figures.
 */
#ifndef NG_CONSOLE_SINCE_PARTS_H
#define NG_CONSOLE_SINCE_PARTS_H

#include "console/breakdown.h"
#include "console/view.h"
#include "detect/mark.h"
#include "tui/sheet.h"

#define SINCE_PATTERN_MAX BREAKDOWN_PATTERN_MAX
#define SINCE_SECTIONS    5
#define SINCE_FEW         6  /* changes of each kind, on a screen of few lines */
#define SINCE_MOST        16 /* on others */
#define SINCE_LATEST      UINT32_MAX

struct since_section {
	enum change_of of;
	uint32_t n, left_out;
	struct change at[SINCE_MOST];
};

struct since {
	struct panel panel;
	struct list rows, lines;    /* the sheet's */
	struct area area;           /* that it was last written to */
	bool stale;                 /* a key was pressed since */
	uint32_t age;               /* of the mark that was asked for, 0: the latest; SINCE_LATEST:
				     * whichever is compared with */
	uint32_t place, mark_count; /* which of them that is, the latest first */
	usec_t taken_at, taken_mark;
	size_t most;
	bool private_shown;
	struct since_section sections[SINCE_SECTIONS];
	const struct change *on; /* under the cursor, or NULL */
	enum change_of on_of;
	char pattern[SINCE_PATTERN_MAX]; /* what it is filtered by */
};

/* Sets s->on. */
void since_write(struct sheet *sheet, struct since *s, const struct mark *mark);

/* A herd's text as a filter has it: in a path "{n}" stands for numbers; what was cut stands for all
 * that begins so. */
struct filter_target since_text_target(
	const char *field, const struct change *c, char pattern[static SINCE_PATTERN_MAX]);

#endif
