/* SPDX-License-Identifier: MIT
 *
 * queue: files that wait for something, the first come first; each is in a queue at most once. The
 * links lie in the files, so nothing is allocated and leaving takes no search.
 */
#ifndef NG_LOG_QUEUE_H
#define NG_LOG_QUEUE_H

#include "log/file.h"

struct log_queue {
	struct log_file *first, *last;
};

/* Puts the file at the end, unless it is in it. */
static inline void log_queue_put(struct log_queue *q, enum log_queue_id id, struct log_file *f)
{
	struct log_links *links = &f->links[id];

	if (links->in)
		return;
	*links = (struct log_links){.prev = q->last, .in = true};
	if (q->last)
		q->last->links[id].next = f;
	else
		q->first = f;
	q->last = f;
}

/* Takes it out, if it is in it. */
static inline void log_queue_drop(struct log_queue *q, enum log_queue_id id, struct log_file *f)
{
	struct log_links *links = &f->links[id];

	if (!links->in)
		return;
	*(links->prev ? &links->prev->links[id].next : &q->first) = links->next;
	*(links->next ? &links->next->links[id].prev : &q->last) = links->prev;
	*links = (struct log_links){0};
}

#endif
