/* SPDX-License-Identifier: MIT
 *
 * log_line: what a line of the log's panel looks like: time, address, status, method, host, path;
 * of SSH what became of a login. A path that is too long ends in "…", or goes on below itself.
 */
#ifndef NG_CONSOLE_LOG_LINE_H
#define NG_CONSOLE_LOG_LINE_H

#include "model/journal.h"
#include "tui/screen.h"

struct log_look {
	int width;    /* columns, gutter excluded */
	int ip_width; /* of the addresses in sight */
	int rows_max; /* that a wrapped line may take */
	int shift;    /* columns of the text that are left of the screen; not when it is wrapped */
	bool wrap;
};

/* Columns that addresses take, at least `least`. */
int log_line_ip_width(const struct journal_entry *e, int least);

/* Rows that the line takes. */
uint32_t log_line_rows(const struct log_look *look, const struct journal_entry *e);

enum log_line_mark {
	LOG_LINE_PLAIN,
	LOG_LINE_HIT, /* highlighted */
	LOG_LINE_FADED
};

/* Draws it from row y on; selected: a style to add. */
void log_line_draw(const struct log_look *look, struct area a, int y, const struct journal_entry *e,
	enum log_line_mark mark, unsigned selected);

#endif
