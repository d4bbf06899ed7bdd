/* SPDX-License-Identifier: MIT
 *
 * replay: reads a recording (NDJSON, gzip or plain) and puts its events again, at the recorded
 * pace times `speed`, or as fast as they can be taken.
 */
#ifndef NG_RECORD_REPLAY_H
#define NG_RECORD_REPLAY_H

#include "event/source.h"

#define REPLAY_SPEED_MAX 0.0 /* no pauses */

struct replay_options {
	const char *path;
	double speed;    /* > 0, or REPLAY_SPEED_MAX */
	usec_t duration; /* stop after this much recorded time; 0: at the end */
};

/* NULL, with the reason in words, when the file cannot be opened or its first line is no record.
 * Later ones that cannot be read are passed over and counted as lost. Reading blocks: name a
 * file, not a pipe. */
struct source *replay_new(
	const struct replay_options *options, char reason[static SOURCE_REASON_MAX]);

#endif
