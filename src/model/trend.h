/* SPDX-License-Identifier: MIT
 *
 * trend: how the machine's figures have gone, as numbers to draw a line from: each second of the
 * last six minutes, each ten seconds of the last hour (past.h keeps them; ticks put them down, so
 * a replay has the same). And how an address, a network, an AS or a country has: its pulse.
 */
#ifndef NG_MODEL_TREND_H
#define NG_MODEL_TREND_H

#include "model/model.h"

enum trend_of {
	TREND_CONNS, /* that are not over: without TIME_WAIT */
	TREND_HALF_OPEN,
	TREND_SYNS,
	TREND_REQUESTS,
	TREND_4XX,
	TREND_5XX,
	TREND_QUEUE, /* percent of the fullest accept queue */
	TREND_WIRE,  /* bytes sent on connections, as listings tell */
	TREND_LOG_LINES,
	TREND_IN, /* bytes a second that the interface receives, and sends */
	TREND_OUT,
	TRENDS
};

#define TREND_MINUTES_MAX 6 /* longer spans are read from the ten seconds' ring */

/* The width of one cell when n of them cover the span: whole seconds (from TREND_MINUTES_MAX
 * minutes on, whole ten seconds), rounded up. */
usec_t trend_width(usec_t span, size_t n);

/* The n cells up to the one that `until` lies in (m->now: up to the present), the oldest first,
 * each of trend_width(span, n). They stand still: a cell begins at a multiple of its width, so a
 * line drawn from them moves one cell at a time. Of what is counted as it comes (SYNs, requests,
 * 4xx, 5xx, bytes, lines) a cell is a minute's worth at its mean rate; of the others the highest
 * that was seen. ABSENT where nothing is known. */
void trend_read(const struct model *m, bool show_private, enum trend_of of, usec_t until,
	usec_t span, uint64_t *ret_cells, size_t n);

/* Requests in each of the last eight spans of forty seconds, the oldest first, the last not over.
 * Of any tally: log_tally_pulse. */
void host_cells(const struct model *m, const struct host *h, uint64_t ret[static PULSE_CELLS]);
void network_cells(
	const struct model *m, const struct network *net, uint64_t ret[static PULSE_CELLS]);

#endif
