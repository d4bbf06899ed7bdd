/* SPDX-License-Identifier: MIT
 *
 * late_record: a recording that is begun in the middle of a live run, when the operator asks for it
 * or a finding does, and is ended so. It begins with the last minutes (app/flight_record.h), which
 * are written in slices while the run goes on, or, where none are kept, with the picture of the
 * moment (app/retell.h).
 */
#ifndef NG_APP_LATE_RECORD_H
#define NG_APP_LATE_RECORD_H

#include "app/flight_record.h"
#include "app/own_file.h"
#include "app/retell.h"
#include "record/outflow.h"
#include "record/thin.h"

#define LATE_RECORD_PATH_MAX OWN_FILE_PATH_MAX

struct recorder;

/* A taker of the hub, behind the flight recorder; it takes nothing while there is no recording. */
struct late_record {
	struct taker taker; /* first */
	const struct model *model;
	const struct event_start *start;
	struct flight_record *flight;
	struct retell retell;
	struct recorder *recorder; /* NULL: none */
	struct taker_sink out;     /* to it */
	struct thin thin;          /* before it, but for what came before */
	uint64_t moves;            /* as for thin_init; the owner's, as are these: */
	const char *dir;           /* where files are made; NULL: as own_file.h says */
	enum compression how;
	bool catching_up; /* what came before is still being written */
	usec_t since;     /* when it was begun */
	usec_t from;      /* what it begins with: not after since */
	unsigned files;   /* that were begun so far */
	int err;          /* why nothing more could be written; negative errno */
	char path[LATE_RECORD_PATH_MAX];
};

/* All borrowed. The model stays the same: replays are not recorded. start: as the run's own start
 * record. flight may be off. */
void late_record_init(struct late_record *r, const struct model *model,
	const struct event_start *start, struct flight_record *flight);
void late_record_done(struct late_record *r);

/* Begins a new file, nethergaze-YYYYMMDD-HHMMSS.ndjson, compressed (own_file.h). Between two
 * events. 0, or a negative errno; path is what could not be opened. */
int late_record_begin(struct late_record *r, usec_t now);

/* Ends it, whole: while it catches up, that takes its time. Its path stays known. 0, or the
 * negative errno of what could not be written. */
int late_record_end(struct late_record *r);

static inline bool late_record_is_on(const struct late_record *r)
{
	return r->recorder != NULL;
}

/* Bytes written so far. */
uint64_t late_record_bytes(const struct late_record *r);

#endif
