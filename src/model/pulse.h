/* SPDX-License-Identifier: MIT
 *
 * pulse: counts of the last five minutes in eight cells of forty seconds, one byte each, for the
 * hundred thousands of which there is one. A byte holds a small float: exact below 32, then in
 * steps of a sixteenth, and of a cell's counts one in 2^e is made, as Morris (1978) has it, but by
 * the number of the count instead of by chance: a replay gives the same.
 *
 * It has no clock: whoever owns it passes the head of the window beside it (window.h), which counts
 * the same thing and is eight times as fine.
 */
#ifndef NG_MODEL_PULSE_H
#define NG_MODEL_PULSE_H

#include <stdint.h>

#define PULSE_CELLS 8
#define PULSE_STEPS 8 /* buckets of a window in one cell */

struct pulse {
	uint8_t at[PULSE_CELLS]; /* by the cell's number */
};

/* What a cell says that it has counted. */
static inline uint64_t pulse_decode(uint8_t cell)
{
	return cell < 32 ? cell : (uint64_t)(16 + (cell & 15)) << ((cell >> 4) - 1);
}

/* Forgets what lies between the head and a later bucket. */
void pulse_advance(struct pulse *p, uint32_t head, uint32_t bucket);

/* Counts one in a bucket, given the window's head before it has; nth: the how-manieth of all. */
static inline void pulse_put(struct pulse *p, uint32_t head, uint32_t bucket, uint64_t nth)
{
	uint8_t *cell = &p->at[bucket / PULSE_STEPS % PULSE_CELLS];
	int32_t ahead = (int32_t)(bucket / PULSE_STEPS - head / PULSE_STEPS);

	if (ahead > 0)
		pulse_advance(p, head, bucket);
	else if (ahead <= -PULSE_CELLS)
		return;
	uint64_t one_in = *cell < 32 ? 1 : (uint64_t)1 << ((*cell >> 4) - 1);
	if (*cell < UINT8_MAX && (nth & (one_in - 1)) == 0)
		++*cell;
}

/* Counts n of them in a bucket; nth: the how-manieth of all the last of them is. Of what a cell
 * cannot tell apart it goes up as often as is right on average. */
void pulse_put_many(struct pulse *p, uint32_t head, uint32_t bucket, uint64_t n, uint64_t nth);

/* Adds what another has counted, or with sign -1 takes it off. */
void pulse_join(
	struct pulse *to, uint32_t to_head, const struct pulse *from, uint32_t from_head, int sign);

/* The counts of the last PULSE_CELLS cells, the oldest first; the last is that of the bucket. */
void pulse_read(
	const struct pulse *p, uint32_t head, uint32_t bucket, uint64_t ret[static PULSE_CELLS]);

#endif
