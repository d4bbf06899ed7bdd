/* SPDX-License-Identifier: MIT
 *
 * replay_status: how far a replay is; what src/record knows and the screen shows. Times are those
 * of the recording.
 */
#ifndef NG_EVENT_REPLAY_STATUS_H
#define NG_EVENT_REPLAY_STATUS_H

#include "base/clock.h"

enum replay_state {
	REPLAY_PLAYING,
	REPLAY_PAUSED,
	REPLAY_SEEKING, /* reading as fast as it can until `at` is where it is to be */
	REPLAY_ENDED    /* all was played; only a seek back leads on */
};

struct replay_status {
	enum replay_state state;
	usec_t at;           /* what was recorded up to here has been played */
	usec_t begin;        /* of the first event */
	usec_t end;          /* of the last; 0: not known yet */
	uint64_t read, size; /* bytes of the file, as it lies there; size 0: not known */
	double speed;        /* times the recorded pace; 0: without pauses */
};

#endif
