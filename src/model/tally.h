/* SPDX-License-Identifier: MIT
 *
 * tally: what is counted alike of one address, of a group of addresses (a network, an AS, a
 * country) and of the whole machine. Two parts, because the log and the kernel touch one each, and
 * a host keeps them on cache lines of their own.
 *
 * Counts of the past (requests, bytes, handshakes, SYNs, time held) only grow; the others are of
 * now. Sums of several addresses are exact: each change is made to every tally that it concerns.
 */
#ifndef NG_MODEL_TALLY_H
#define NG_MODEL_TALLY_H

#include "event/event.h"
#include "model/pulse.h"
#include "model/window.h"

/* Indexes of status[]: 0 is "no or odd status", 1..5 the classes 1xx..5xx. */
#define STATUS_CLASSES 6

/* By the access log. */
struct log_tally {
	uint64_t requests;
	uint64_t bytes; /* of response bodies */
	uint32_t status[STATUS_CLASSES];
	struct window rate; /* requests */
	struct pulse pulse; /* requests; it has no clock of its own but rate.head */
};

/* By the kernel. */
struct tcp_tally {
	uint64_t syns; /* ABSENT while no probe has counted any */
	struct window syn_rate;
	uint64_t handshakes;    /* inbound ones that were seen to complete */
	uint64_t held;          /* usec; see tcp_tally_held */
	uint64_t holding_since; /* sum of the times since which those that are held are, mod 2^64 */
	uint32_t holding;       /* how many are held */
	uint32_t conns;         /* sockets in any state but LISTEN and CLOSE */
	uint32_t states[TCP_STATES];
	uint64_t rx, tx;        /* bytes on the wire of all connections; or ABSENT */
	uint64_t segs, retrans; /* segments sent, and sent again; or ABSENT */
};

/* Of a group of addresses. */
struct group_tally {
	uint32_t ips; /* addresses that are in it now */
	struct log_tally log;
	struct tcp_tally tcp;
};

/* All zero is an empty log_tally; of a tcp_tally, what was never told is ABSENT. */
void tcp_tally_init(struct tcp_tally *t);

unsigned status_class(uint64_t status);

static inline void log_tally_request(
	struct log_tally *t, uint64_t bytes, unsigned class, struct window_bucket at)
{
	t->requests++;
	t->bytes += bytes;
	t->status[class]++;
	pulse_put(&t->pulse, t->rate.head, at.number, t->requests);
	window_put(&t->rate, at, 1);
}

/* n requests that came between `from` and `to` count in rate and pulse. */
void log_tally_grow(struct log_tally *t, uint64_t n, usec_t from, usec_t to);

/* Requests in each of the last PULSE_CELLS spans of forty seconds, the oldest first; the last is
 * that of `now`, which is not over. In a sum of several addresses they are about right. */
static inline void log_tally_pulse(
	const struct log_tally *t, usec_t now, uint64_t ret[static PULSE_CELLS])
{
	pulse_read(&t->pulse, t->rate.head, window_bucket(now).number, ret);
}

/* Moves one connection's weight from a state to another; TCP_STATE_NONE is neither. */
static inline void tcp_tally_move(struct tcp_tally *t, uint8_t from, uint8_t to)
{
	if (from)
		t->states[from]--;
	if (to)
		t->states[to]++;
}

/* A connection begins to take up a place in the server at `since`; and ceases to at `until`. */
static inline void tcp_tally_hold(struct tcp_tally *t, usec_t since)
{
	t->holding++;
	t->holding_since += (uint64_t)since;
}

static inline void tcp_tally_release(struct tcp_tally *t, usec_t since, usec_t until)
{
	t->holding--;
	t->holding_since -= (uint64_t)since;
	t->held += (uint64_t)(until - since);
}

/* Adds to what is ABSENT until then. */
static inline void tally_grow(uint64_t *sum, uint64_t by)
{
	*sum = (*sum == ABSENT ? 0 : *sum) + by;
}

void tcp_tally_syns(struct tcp_tally *t, uint64_t n, struct window_bucket at);

static inline uint32_t tcp_tally_half_open(const struct tcp_tally *t)
{
	return t->states[TCP_SYN_RECV];
}

/* Connections but those in TIME_WAIT, which are over and hold nobody's place. */
static inline uint32_t tcp_tally_open(const struct tcp_tally *t)
{
	return t->conns - t->states[TCP_TIME_WAIT];
}

/* Time that connections took up a place in the server: all of them, added up, from the end of the
 * handshake until they closed. Those that are held still count up to now; sums of times overflow,
 * but their difference does not. In usec. */
static inline uint64_t tcp_tally_held(const struct tcp_tally *t, usec_t now)
{
	return t->held + t->holding * (uint64_t)now - t->holding_since;
}

/* A sum takes in all that an address has counted, or gives it up. */
void tallies_join(struct log_tally *sum_log, struct tcp_tally *sum_tcp, const struct log_tally *log,
	const struct tcp_tally *tcp);
void tallies_part(struct log_tally *sum_log, struct tcp_tally *sum_tcp, const struct log_tally *log,
	const struct tcp_tally *tcp);

/* An address joins a group with all that it has counted, or leaves it with that. */
void group_tally_join(
	struct group_tally *group, const struct log_tally *log, const struct tcp_tally *tcp);
void group_tally_part(
	struct group_tally *group, const struct log_tally *log, const struct tcp_tally *tcp);

#endif
