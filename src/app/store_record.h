/* SPDX-License-Identifier: MIT
 *
 * store_record: --record DIR/ --daemon: a full_record in a store (record/store.h) that is kept
 * going all year: its files are cut by size and by time, the oldest go, and when nothing could be
 * written any more (the disk was full, the directory has gone), it begins again as soon as that can
 * be.
 */
#ifndef NG_APP_STORE_RECORD_H
#define NG_APP_STORE_RECORD_H

#include "app/full_record.h"
#include "record/store.h"

struct store_record_options {
	const char *dir;
	uint64_t most; /* as for store_open */
	enum compression how;
	struct full_record_options
		file; /* its path, and what follows from the store, are set here */
};

/* Owns what is in it. */
struct store_record {
	struct store_record_options options;
	struct store *store;      /* NULL: there is none now */
	struct full_record *full; /* borrowed */
	usec_t looked, pruned;    /* last */
	uint64_t bytes;           /* of the recording when it was pruned */
	char why[STORE_WHY_MAX];  /* nothing is written; "": all is well */
};

/* 0 or a negative errno with the reason in words, as store_open. r and full must not move. */
int store_record_open(struct store_record *r, const struct store_record_options *options,
	struct full_record *full, char why[static STORE_WHY_MAX]);
void store_record_close(struct store_record *r); /* accepts one that is all zero; full is closed */

/* Between two events, from time to time. incident: as for store_prune. */
void store_record_poll(struct store_record *r, usec_t now, const char *incident);

/* Goes on in a new file, whether the one that was written has been moved away or not. */
void store_record_rotate(struct store_record *r, usec_t now);

static inline bool store_record_is_on(const struct store_record *r)
{
	return r->full != NULL;
}

#endif
