/* SPDX-License-Identifier: MIT
 *
 * look_ahead: reads a recording through while another reads it to play it, in slices, and notes
 * what is in it where (event/overview.h). It puts no events. A recording that cannot be read to its
 * end is whole where it ends.
 */
#ifndef NG_RECORD_LOOK_AHEAD_H
#define NG_RECORD_LOOK_AHEAD_H

#include "event/overview.h"
#include "event/source.h"

struct look_ahead;

/* Opens the recording once more (path, open and duration as in struct replay_options). NULL, with
 * the reason in words: then there is no overview, and nothing else is lost. */
struct look_ahead *look_ahead_new(const char *path, int (*open)(void), usec_t duration,
	char reason[static SOURCE_REASON_MAX]);
void look_ahead_free(struct look_ahead *l);

/* Goes on for a millisecond or so. True when there is more to read. */
bool look_ahead_poll(struct look_ahead *l);

/* A flag or a mark, as the replay comes to it. */
void look_ahead_note(struct look_ahead *l, const struct event *event);

/* What is known so far. Good as long as l is. */
const struct overview *look_ahead_overview(const struct look_ahead *l);

#endif
