/* SPDX-License-Identifier: MIT
 *
 * traffic: what passes the interface by which a machine is reached.
 */
#ifndef NG_MODEL_TRAFFIC_H
#define NG_MODEL_TRAFFIC_H

#include "event/event.h"

#define TRAFFIC_NAME_MAX 64
#define TRAFFIC_NOTE_MAX 160

/* Numbers that nothing has told are ABSENT. */
struct traffic {
	bool told;
	char name[TRAFFIC_NAME_MAX]; /* of the interface; "": there is none */
	char note[TRAFFIC_NOTE_MAX]; /* why its counters are not known now */
	uint64_t in, out;            /* bytes a second, at the latest reading */
	uint64_t rx, tx;             /* bytes that were seen to pass */
	uint64_t errors, drops;      /* packets, likewise */
	uint64_t speed;              /* Mbit/s */
	uint64_t month_rx, month_tx; /* bytes of .month, by vnstat */
	char month[16];
	char month_note[TRAFFIC_NOTE_MAX];
};

void traffic_init(struct traffic *t);

/* False when only numbers have changed, as they do every second: that is no reason to draw. */
bool traffic_apply(struct traffic *t, const struct event_interface *told);

#endif
