/* SPDX-License-Identifier: MIT
 *
 * quic_sample: when packets are counted, and how many a count stands for. Looking at each packet
 * costs too much, so they are counted for about a tenth of a second, at most a tenth of the time
 * and, whatever comes, at most a hundredth of one CPU's. A count stands for all that came since the
 * one before.
 *
 * Times are CLOCK_MONOTONIC in nanoseconds. No I/O.
 */
#ifndef NG_KERNEL_QUIC_SAMPLE_H
#define NG_KERNEL_QUIC_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#define QUIC_SAMPLE_PACKET_NS \
	1000 /* what looking at a datagram costs, at most: its source is new */

struct quic_sample {
	bool open;       /* packets are being counted */
	uint64_t opened; /* since when */
	uint64_t due;    /* when that is to begin again */
	uint64_t told;   /* until when counts have told of what came */
};

/* What a count stands for: n of `looked` are n * span / looked. */
struct quic_share {
	uint64_t span, looked;
};

/* There is nothing to count now: what comes meanwhile is not told. */
void quic_sample_rest(struct quic_sample *s, uint64_t now);

static inline bool quic_sample_is_due(const struct quic_sample *s, uint64_t now)
{
	return !s->open && now >= s->due;
}

void quic_sample_open(struct quic_sample *s, uint64_t now);

/* It has been open for long enough. */
bool quic_sample_is_over(const struct quic_sample *s, uint64_t now);

/* Ends it. cost: CPU time that counting has taken, with what it took to open and close it. */
struct quic_share quic_sample_close(struct quic_sample *s, uint64_t now, uint64_t cost);

/* How many n stand for, rounded. */
uint64_t quic_share_scale(struct quic_share share, uint64_t n);

#endif
