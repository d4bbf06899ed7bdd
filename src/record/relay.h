/* SPDX-License-Identifier: MIT
 *
 * relay: the events of sources that run in another process of ours, in packed form (pack.h), over a
 * SOCK_SEQPACKET pair. A packet begins with a byte that says its kind; one of events has any number
 * of them, and leads to no other packet.
 *
 * The side that reads does not trust the other: what is no packet ends the relay. The side that
 * writes never waits: what finds no room in the socket waits here, and as long as something does,
 * its sources are to be left alone, which then lose what they lose when nobody reads them, and
 * count it.
 */
#ifndef NG_RECORD_RELAY_H
#define NG_RECORD_RELAY_H

#include "event/source.h"

#define RELAY_PACKET_MAX 32768       /* bytes */
#define RELAY_WAITS_MAX  (64u << 20) /* bytes; what comes on top is dropped, and counted */
#define RELAY_WHY_MAX    512

enum relay_kind {
	RELAY_READY = 1, /* to the reader, first of all: struct relay_ready */
	RELAY_EVENTS,    /* to the reader: events up to the packet's end */
	RELAY_LAST,      /* to the reader: all has been said */
	RELAY_BEGIN,     /* to the writer: the first word; no event comes before */
	RELAY_REFRESH,   /* to the writer: what would be read later is due now */
	RELAY_FINISH,    /* to the writer: the last words, then RELAY_LAST */
	RELAY_KINDS
};

struct relay_ready {
	uint8_t kind;
	int32_t err;             /* a negative errno: there are no events */
	char why[RELAY_WHY_MAX]; /* in words, ending with a NUL; "": all is well */
};

/* What writes: a sink. */

struct relay_packet;

struct relay_out {
	struct event_sink sink;            /* first */
	int fd;                            /* borrowed */
	struct relay_packet *first, *last; /* that wait; the last one is being filled */
	struct pack_state *packing;
	size_t waits;     /* bytes */
	uint64_t dropped; /* events that found no room; told by the next ones that do */
};

/* fd: this side's end. 0 or -ENOMEM. */
int relay_out_init(struct relay_out *r, int fd);
void relay_out_done(struct relay_out *r);

/* Sends what can be sent. 1: some of it still waits; 0; or a negative errno: nobody reads. */
int relay_out_flush(struct relay_out *r);

/* Each goes behind what waits; 0 or -ENOMEM. */
int relay_say_ready(struct relay_out *r, int err, const char *why);
int relay_say_last(struct relay_out *r);

/* Sends what waits, and waits until it is to begin. 0, or a negative errno: there is nobody. */
int relay_await_begin(struct relay_out *r);

/* What was asked for; -EAGAIN: nothing; or another negative errno: nobody asks any more. */
int relay_asked(const struct relay_out *r);

/* What reads: a source. */

/* The other process is gone, or has said what it may not: puts to the sink what is to be known of
 * that. */
typedef void relay_lost_fn(void *ctx, usec_t now, struct event_sink *sink);

/* name: of the source; fd: borrowed, this side's end. NULL when memory is out. */
struct source *relay_in_new(const char *name, int fd, relay_lost_fn *lost, void *ctx);

/* Waits ms at most for the first packet of all. 0, whatever it says; or a negative errno. */
int relay_await_ready(int fd, int ms, struct relay_ready *ret);

#endif
