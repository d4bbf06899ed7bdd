/* SPDX-License-Identifier: MIT
 *
 * replay: plays a recording: puts its events again, at the recorded pace times `speed`, or as fast
 * as they can be taken. Where it stands is a time of the recording: all events before the first
 * that is later have been put, so that equal times give equal models, however they were reached.
 *
 * Of a directory (recording.h), all files are played, by time. A file that is of another run, or
 * has a gap before it, begins with a fresh model, and so does a seek: with the file that has the
 * moment, or goes on to the next one. Equal models then have begun with the same file.
 */
#ifndef NG_RECORD_REPLAY_H
#define NG_RECORD_REPLAY_H

#include "event/replay_status.h"
#include "event/source.h"

#define REPLAY_SPEED_MAX 0.0 /* no pauses */

struct replay_options {
	const char *path;
	int (*open)(void); /* gives a descriptor of what has no path (recording.h); NULL */
	double speed;      /* > 0, or REPLAY_SPEED_MAX */
	usec_t duration;   /* stop after this much recorded time; 0: at the end */
	bool as_recorded;  /* what was derived from the events then is put, too */

	/* The first event is about to be put again: what came of those before is to be forgotten.
	 * 0 or a negative errno. NULL: a seek back is not possible. */
	int (*restart)(void *ctx);
	void *ctx;
};

/* NULL, with the reason in words, when the file cannot be opened or its first line is not a record.
 * Later ones that cannot be read are passed over and counted as lost. */
struct source *replay_new(
	const struct replay_options *options, char reason[static SOURCE_REASON_MAX]);

/* What follows is for the source that replay_new gave, and takes effect with the polls that come
 * next. One that has ended (-EPIPE) can be polled again after any of it. */

void replay_pause(struct source *s, bool on);

/* Plays what is next and all of the same time, then pauses. Does nothing while it seeks. */
void replay_step(struct source *s);

/* Goes to a time: forward by reading on without pauses, back, or far on in a directory, by starting
 * anew (restart is called from here). Then goes on as before, paused or not. Beyond the end it
 * ends. 0; -ENOTSUP without restart; or another negative errno, after which it has ended. */
int replay_seek(struct source *s, usec_t at);

/* Times the recorded pace, or REPLAY_SPEED_MAX. */
void replay_speed(struct source *s, double speed);

struct replay_status replay_status(const struct source *s);

#endif
