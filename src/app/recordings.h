/* SPDX-License-Identifier: MIT
 *
 * recordings: all that a live run writes down: --record, what R or a finding has recorded, and the
 * last minutes that these begin with; and what would be lost if the run ended now.
 */
#ifndef NG_APP_RECORDINGS_H
#define NG_APP_RECORDINGS_H

#include "app/flight_record.h"
#include "app/full_record.h"
#include "app/late_record.h"
#include "app/past_findings.h"
#include "app/store_record.h"
#include "config/options.h"

#define RECORDINGS_SAID 256

struct recordings {
	struct taker taker; /* first; has a turn, and takes nothing */
	const struct options *options;
	struct event_sink *hub;
	struct full_record full;     /* --record */
	struct store_record stored;  /* keeps it going, with --daemon; off */
	struct flight_record flight; /* off with --record, which has all of it; not with --daemon */
	struct late_record late;
	struct event_thinned thinned; /* as far as was said */
	struct past_findings past;    /* of a replay as well */
	bool by_itself;               /* a finding has begun the late one, not the operator */
	uint64_t attacks;             /* past.attacks when one was begun so last */
	char dir[OWN_FILE_PATH_MAX];  /* where these lie with --daemon */
	bool has_ended;               /* one with --daemon, of which nobody was told yet */
	unsigned alone;               /* files that were begun so */
	usec_t grave;                 /* when a grave finding held last; 0: for a while none has */
	char failed[RECORDINGS_SAID]; /* why the late one has ended, to be said; "": it has not */
};

/* Borrows all. Opens nothing. */
void recordings_init(struct recordings *r, const struct options *options, struct event_sink *hub,
	const struct model *model, const struct event_start *start);

/* Of a live run: makes the file of --record, or keeps the last minutes where somebody can ask for
 * them. 0 or a negative errno with the reason in words. */
int recordings_open(struct recordings *r, bool console, char reason[static 512]);

/* Ends what the operator or a finding has begun, so that its file is whole. */
void recordings_finish(struct recordings *r);

/* The negative errno of what --record could not write, or 0. */
int recordings_done(struct recordings *r);

/* Begins to record, or ends what was begun. What has come of it in words; false when it could not
 * be. Between two events, as all that follow. */
bool recordings_ask(struct recordings *r, char said[static RECORDINGS_SAID]);

/* Since when the run is recorded, and the bytes so far; 0: it is not. */
usec_t recordings_since(const struct recordings *r, uint64_t *ret_bytes);

/* True, once, with why in words, when the late one has ended as nothing more could be written. */
bool recordings_failed(struct recordings *r, char said[static RECORDINGS_SAID]);

/* True, once, when an incident's recording has ended: late.path is whole. */
bool recordings_ended(struct recordings *r);

/* Goes on with --record in a new file of the same name. */
void recordings_reopen(struct recordings *r, usec_t now);

/* What would be lost, and how it is saved; false: nothing would. */
bool recordings_unsaved(const struct recordings *r, char said[static RECORDINGS_SAID]);

#endif
