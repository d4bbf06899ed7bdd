// SPDX-License-Identifier: MIT
#include "kernel/quic_sample.h"

#include "base/mono.h"

#define LOOK      (100 * NSEC_PER_MSEC)
#define CYCLE     NSEC_PER_SEC        /* at least, from one look to the next */
#define CYCLE_MAX (30 * NSEC_PER_SEC) /* so that a flood that is over is seen to be */
#define TIME_PART 10
#define CPU_PART  100

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

void quic_sample_rest(struct quic_sample *s, uint64_t now)
{
	s->open = false;
	s->told = s->due = now;
}

void quic_sample_open(struct quic_sample *s, uint64_t now)
{
	s->open = true;
	s->opened = now;
}

bool quic_sample_is_over(const struct quic_sample *s, uint64_t now)
{
	return s->open && now - s->opened >= LOOK;
}

struct quic_share quic_sample_close(struct quic_sample *s, uint64_t now, uint64_t cost)
{
	uint64_t looked = now > s->opened ? now - s->opened : 1;
	uint64_t cycle = later(CYCLE, looked * TIME_PART);
	uint64_t span = now - s->told;
	struct quic_share share = {.looked = looked};

	/* A program that was stopped for an hour knows nothing of that hour. */
	if (span > CYCLE_MAX)
		span = CYCLE_MAX;
	share.span = later(span, looked);
	if (cost > CYCLE_MAX / CPU_PART)
		cost = CYCLE_MAX / CPU_PART;
	s->open = false;
	s->told = now;
	s->due = s->opened + later(cycle, cost * CPU_PART);
	return share;
}

uint64_t quic_share_scale(struct quic_share share, uint64_t n)
{
	return (uint64_t)((double)n * (double)share.span / (double)share.looked + 0.5);
}
