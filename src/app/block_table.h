/* SPDX-License-Identifier: MIT
 *
 * block_table: what lists showed to be kept out, and what has been told of that. Several lists can
 * show the same thing (fail2ban, and the firewall that it fills): it is over when none does.
 */
#ifndef NG_APP_BLOCK_TABLE_H
#define NG_APP_BLOCK_TABLE_H

#include "action/lists.h"
#include "event/event.h"

struct block_table;

/* NULL when memory is out. */
struct block_table *block_table_new(void);
void block_table_free(struct block_table *t);

/* A list (0..31) shows it. */
void block_table_see(struct block_table *t, const struct listed *l, unsigned list, usec_t now);

/* How much of what a list has was shown. */
enum block_seen {
	BLOCK_SEEN_SOME, /* it was cut: what it has not shown may be there */
	BLOCK_SEEN_OURS, /* all that is in our own table */
	BLOCK_SEEN_ALL
};

/* The list has been read: what it has not shown this time, and would have, it does not have any
 * more. What should be over by its own time is over, whatever was seen. */
void block_table_end(struct block_table *t, unsigned list, enum block_seen seen, usec_t now);

/* Puts an event for each difference to what was told, `most` at most. True when there are more. */
bool block_table_tell(struct block_table *t, struct event_sink *sink, usec_t now, unsigned most);

#endif
