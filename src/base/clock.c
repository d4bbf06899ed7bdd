// SPDX-License-Identifier: MIT
#include "base/clock.h"

#define SLEW        16            /* a small lead is taken back by one in so many */
#define READ_WITHIN USEC_PER_MSEC /* two clocks read further apart say nothing of each other */
#define READ_TRIES  4

static struct clock_follow follow;

static usec_t distance_of(usec_t a, usec_t b)
{
	return a < b ? b - a : a - b;
}

/* Within the slack: at once when wall time is ahead, slowly when it is behind. */
static void slew(struct clock_follow *f, usec_t passed)
{
	usec_t lead = f->offset - f->distance, most = passed / SLEW;

	if (lead > 0)
		f->offset -= lead < most ? lead : most;
	else
		f->offset = f->distance;
	f->strayed = 0;
}

static void stray(struct clock_follow *f, usec_t boot)
{
	if (f->distance < f->offset) /* time does not go back, however long it stays there */
		f->strayed = 0;
	else if (!f->strayed)
		f->strayed = boot;
	else if (boot - f->strayed >= CLOCK_HOLD)
		slew(f, 0);
}

usec_t clock_follow(struct clock_follow *f, usec_t boot, usec_t wall)
{
	usec_t distance = wall - boot, passed = f->begun && boot > f->boot ? boot - f->boot : 0;

	if (!f->begun)
		*f = (struct clock_follow){.begun = true, .offset = distance, .distance = distance};
	f->steps += distance_of(distance, f->distance) > CLOCK_STEP;
	f->distance = distance;
	f->boot = boot;
	if (distance_of(distance, f->offset) <= CLOCK_STEP)
		slew(f, passed);
	else
		stray(f, boot);
	return boot + f->offset;
}

usec_t clock_follow_ahead(const struct clock_follow *f)
{
	usec_t ahead = f->offset - f->distance;

	return distance_of(ahead, 0) > CLOCK_STEP ? ahead : 0;
}

/* Both clocks at the same moment: whoever is stopped, or the machine suspended, between the two
 * readings would else take the pause for a clock that was set. */
static usec_t read_clocks(usec_t *ret_wall)
{
	usec_t before = clock_usec(CLOCK_BOOTTIME), after = before;

	for (int i = 0; i < READ_TRIES; i++) {
		before = after;
		*ret_wall = clock_usec(CLOCK_REALTIME);
		after = clock_usec(CLOCK_BOOTTIME);
		if (after - before <= READ_WITHIN)
			return after;
	}
	/* A machine that is that busy: the last known distance will do. */
	if (follow.begun)
		*ret_wall = after + follow.distance;
	return after;
}

usec_t clock_now(void)
{
	usec_t wall, boot = read_clocks(&wall);

	return clock_follow(&follow, boot, wall);
}

struct clock_account clock_account(void)
{
	return (struct clock_account){clock_follow_ahead(&follow), follow.steps};
}

int32_t clock_utc_offset(usec_t at)
{
	time_t sec = (time_t)(at / USEC_PER_SEC);
	struct tm tm;

	return localtime_r(&sec, &tm) ? (int32_t)tm.tm_gmtoff : 0;
}
