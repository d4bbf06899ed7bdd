/* SPDX-License-Identifier: MIT
 *
 * late_record: a recording that begins in the middle of a live run, when the operator asks for it,
 * and ends when he asks again. It begins with the picture of the moment (app/picture.h), and goes
 * on with the events as they come; of an address that was known before, it tells who that is with
 * the first event of it.
 */
#ifndef NG_APP_LATE_RECORD_H
#define NG_APP_LATE_RECORD_H

#include "app/own_file.h"
#include "event/taker.h"
#include "model/model.h"

#define LATE_RECORD_PATH_MAX OWN_FILE_PATH_MAX

struct recorder;

/* A taker of the hub from its start, that takes nothing while there is no recording. */
struct late_record {
	struct taker taker; /* first */
	const struct model *model;
	struct recorder *recorder; /* NULL: none */
	uint64_t *known;           /* a bit for each host's id: what is known of it was told */
	usec_t since;              /* when it began */
	int err;                   /* why nothing more could be written; negative errno */
	char path[LATE_RECORD_PATH_MAX];
};

/* The model (borrowed) stays the same: replays are not recorded. */
void late_record_init(struct late_record *r, const struct model *model);
void late_record_done(struct late_record *r);

/* Begins a new file, nethergaze-YYYYMMDD-HHMMSS.ndjson.gz (own_file.h). start as in the run's own
 * start record. 0, or a negative errno; path is what could not be opened. */
int late_record_begin(struct late_record *r, const struct event_start *start, usec_t now);

/* Ends it; its path stays known. 0, or the negative errno of what could not be written. */
int late_record_end(struct late_record *r);

static inline bool late_record_is_on(const struct late_record *r)
{
	return r->recorder != NULL;
}

/* Bytes written so far. */
uint64_t late_record_bytes(const struct late_record *r);

#endif
