/* SPDX-License-Identifier: MIT
 *
 * time_keys: the keys that are about time: freeze, and in a replay pause, pace, going to a time or
 * to a finding; recording from now on, and the demo. They mean the same in every view.
 */
#ifndef NG_CONSOLE_TIME_KEYS_H
#define NG_CONSOLE_TIME_KEYS_H

#include "console/view.h"

/* Before any panel is asked. False when the action is not about time, or is a panel's where
 * nothing is replayed. */
bool time_act(struct view *v, enum action action);

/* Goes to a time: of the recording, or in a live run in the log. */
void time_go(struct view *v, usec_t at);

/* Where one is, from where what is typed counts. */
usec_t time_here(const struct view *v);

/* The pace before this one, and the one after it; 0 is without pauses. */
double pace_slower(double pace);
double pace_faster(double pace);

#endif
