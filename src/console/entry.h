/* SPDX-License-Identifier: MIT
 *
 * entry: what a line of a log looks like, in the log's panel and in the drill-down.
 */
#ifndef NG_CONSOLE_ENTRY_H
#define NG_CONSOLE_ENTRY_H

#include "model/journal.h"
#include "tui/screen.h"

unsigned status_style(unsigned status);

/* The virtual host of a request, and a blank; clients choose it, so it gets a quarter of the width
 * at most. Returns the columns taken. */
int draw_vhost(struct area a, int y, int x, unsigned selected, const struct journal_entry *e);

/* "failed password root x3" and its style, of a line of SSH. */
#define LOGIN_TEXT_MAX 128
struct str login_text(const struct journal_entry *e, char buf[static LOGIN_TEXT_MAX]);
unsigned login_style(const struct journal_entry *e);

/* By local time, as strftime(3) has it ("%H:%M:%S"); "" when it does not fit. */
void time_text(char buf[static 16], const char *format, usec_t t);

/* "12:34:56" by local time. */
void clock_text(char buf[static 9], usec_t t);

#endif
