/* SPDX-License-Identifier: MIT
 *
 * weather: how the host's TCP is doing as a whole. Several sources may tell different parts of
 * it; what one of them does not know leaves what another has told.
 */
#ifndef NG_MODEL_TCP_STATS_H
#define NG_MODEL_TCP_STATS_H

#include "event/event.h"
#include "model/window.h"

struct weather {
	struct event_weather latest; /* field by field, the latest that was told */
	struct event_weather totals; /* of the counts, since the start; ABSENT: never told */
	struct window syns, cookies, overflows, drops, request_drops;
};

/* All ABSENT. */
void weather_init(struct weather *w);

/* False when it says that all is as it was. */
bool weather_apply(struct weather *w, const struct event_weather *told, usec_t now);

/* True while time alone changes some rate. */
bool weather_is_decaying(const struct weather *w, usec_t now);

/* How full the fullest accept queue is, in percent of its limit; ABSENT when not known. */
uint64_t weather_accept_share(const struct weather *w);

#endif
