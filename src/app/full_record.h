/* SPDX-License-Identifier: MIT
 *
 * full_record: --record: a live run from its start record on, in one file or in segments. Each
 * file but the first begins with the picture of its moment (app/retell.h), so that it can be
 * replayed alone.
 */
#ifndef NG_APP_FULL_RECORD_H
#define NG_APP_FULL_RECORD_H

#include "app/retell.h"
#include "record/thin.h"

struct full_record_options {
	const char *path;
	uint64_t max_size;         /* of a file, in bytes; 0: no limit */
	usec_t max_span;           /* of a file; 0: no limit */
	unsigned files;            /* that are kept; 0: all */
	bool late, indexed;        /* as struct recorder_options has them */
	uint64_t moves;            /* as for thin_init */
	const struct model *model; /* both as for retell_init */
	const struct event_start *start;
	struct event_sink *hub; /* for notes; borrowed */
};

struct full_record {
	struct taker taker; /* first; joins the hub before the start record */
	struct retell retell;
	struct recorder *recorder; /* NULL: none */
	struct taker_sink out;     /* to it */
	struct thin thin;          /* before it */
	struct event_sink *hub;
	usec_t since; /* when it began */
	bool deletes; /* said that the oldest files go */
};

/* Makes the file. 0 or a negative errno, as recorder_new. r must not move. */
int full_record_open(struct full_record *r, const struct full_record_options *options);

/* Goes on in another file. */
void full_record_rotate(struct full_record *r, usec_t now);

/* Somebody has moved the file away. */
bool full_record_moved(const struct full_record *r);

/* False when there is none, or it has failed. */
bool full_record_is_on(const struct full_record *r);

/* Closes it. 0, or the negative errno of the first failure. Accepts one that is all zero. */
int full_record_close(struct full_record *r);

/* Goes on in a new file of the same name, which somebody has moved away; what could not be, is
 * noted. */
void full_record_reopen(struct full_record *r, usec_t now);

#endif
