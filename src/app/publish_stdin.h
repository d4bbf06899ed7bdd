/* SPDX-License-Identifier: MIT
 *
 * publish_stdin: questions on stdin, a line each (publish_ask). Whoever asks is at the other end of
 * an ssh session: when that is gone, stdin ends, and so does the run. A file, or /dev/null, that
 * has no more is no end: nobody was there.
 */
#ifndef NG_APP_PUBLISH_STDIN_H
#define NG_APP_PUBLISH_STDIN_H

#include "app/publish_ask.h"

#define STDIN_ASKS       4                  /* questions that are answered in a round */
#define STDIN_LAST_WORDS (2 * USEC_PER_SEC) /* that a reader of stdout has after the end */

struct loop;

struct publish_stdin {
	struct publish_ask *ask; /* borrowed; NULL: nobody asks by stdin */
	struct loop *loop;       /* that watches it */
	bool open, ends, skips;  /* ends: its end ends the run; skips: the rest of a long line */
	usec_t ended_at;         /* monotonic; 0: it has not, or that is no end */
	size_t n;
	char buf[ASK_MAX + 1];
};

void publish_stdin_init(struct publish_stdin *in, struct publish_ask *ask);

/* Has the loop watch it; NULL: no loop does any more. 0 or a negative errno. */
int publish_stdin_watch(struct publish_stdin *in, struct loop *loop);

/* Its turn, for what is not watched and what waits. True when there is more. */
bool publish_stdin_poll(struct publish_stdin *in);

/* The run is to end. */
bool publish_stdin_has_ended(const struct publish_stdin *in);

/* And nobody is waited for any more. */
bool publish_stdin_is_over(const struct publish_stdin *in);

#endif
