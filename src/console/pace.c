// SPDX-License-Identifier: MIT
#include "console/pace.h"

#define FRAME_EVERY (USEC_PER_SEC / 4)
#define FRAME_SHARE 20 /* a frame may take one part in so many of the time */
#define PAUSE_MOST  (2 * USEC_PER_SEC)

/* Bytes a second, about what top(1) and its like send at any size. Where more changes than anybody
 * could read, it is seen less often. */
#define BYTES_LEAST    800
#define CELLS_PER_BYTE 4

static usec_t pause_for(const struct pace_frame *f)
{
	int a_second = BYTES_LEAST + f->cells / CELLS_PER_BYTE;

	return (usec_t)f->bytes * USEC_PER_SEC / a_second;
}

void pace_drawn(struct pace *p, const struct pace_frame *f)
{
	usec_t pause = f->took * FRAME_SHARE, bytes = f->asked ? 0 : pause_for(f);

	p->last = f->began;
	pause = pause > bytes ? pause : bytes;
	p->pause = pause < FRAME_EVERY ? FRAME_EVERY : pause > PAUSE_MOST ? PAUSE_MOST : pause;
}

usec_t pace_due(const struct pace *p, bool asked)
{
	return p->last + (asked ? PACE_ASKED : p->pause);
}

usec_t pace_sooner(usec_t a, usec_t b)
{
	return a < 0 ? b : b < 0 ? a : a < b ? a : b;
}

bool pace_has_come(usec_t *at, usec_t now, usec_t *sleep)
{
	if (!*at)
		return false;
	if (now < *at) {
		*sleep = pace_sooner(*sleep, *at - now);
		return false;
	}
	*at = 0;
	return true;
}
