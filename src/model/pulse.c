// SPDX-License-Identifier: MIT
#include "model/pulse.h"

#include <stdbool.h>
#include <string.h>

static uint8_t *cell_of(struct pulse *p, uint32_t number)
{
	return &p->at[number % PULSE_CELLS];
}

void pulse_advance(struct pulse *p, uint32_t head, uint32_t bucket)
{
	uint32_t from = head / PULSE_STEPS, to = bucket / PULSE_STEPS;

	if (to - from >= PULSE_CELLS) {
		memset(p, 0, sizeof *p);
		return;
	}
	while (from != to)
		*cell_of(p, ++from) = 0;
}

/* The greatest that is not more. */
static uint8_t encode(uint64_t n)
{
	unsigned shift = 0;

	if (n < 32)
		return (uint8_t)n;
	while (n >> shift >= 32)
		shift++;
	return (uint8_t)(shift > 14 ? UINT8_MAX : (shift + 1) << 4 | ((n >> shift) & 15));
}

void pulse_put_many(struct pulse *p, uint32_t head, uint32_t bucket, uint64_t n, uint64_t nth)
{
	uint8_t *cell = cell_of(p, bucket / PULSE_STEPS);
	int32_t ahead = (int32_t)(bucket / PULSE_STEPS - head / PULSE_STEPS);

	if (ahead > 0)
		pulse_advance(p, head, bucket);
	else if (ahead <= -PULSE_CELLS)
		return;
	uint64_t sum = pulse_decode(*cell) + n;
	*cell = encode(sum);
	if (*cell == UINT8_MAX)
		return;
	uint64_t had = pulse_decode(*cell), step = pulse_decode((uint8_t)(*cell + 1)) - had;
	*cell = (uint8_t)(*cell + (nth % step < sum - had));
}

void pulse_join(
	struct pulse *to, uint32_t to_head, const struct pulse *from, uint32_t from_head, int sign)
{
	uint32_t newest = to_head / PULSE_STEPS, first = from_head / PULSE_STEPS;

	if ((int32_t)(first - newest) > 0) {
		pulse_advance(to, to_head, from_head);
		newest = first;
	}
	for (uint32_t i = 0; i < PULSE_CELLS && newest - (first - i) < PULSE_CELLS; i++) {
		uint8_t *cell = cell_of(to, first - i);
		uint64_t had = pulse_decode(*cell);
		uint64_t more = pulse_decode(from->at[(first - i) % PULSE_CELLS]);
		*cell = encode(sign > 0 ? had + more : had > more ? had - more : 0);
	}
}

void pulse_read(
	const struct pulse *p, uint32_t head, uint32_t bucket, uint64_t ret[static PULSE_CELLS])
{
	uint32_t now = bucket / PULSE_STEPS, newest = head / PULSE_STEPS;

	for (uint32_t i = 0; i < PULSE_CELLS; i++) {
		uint32_t number = now - (PULSE_CELLS - 1) + i, age = newest - number;
		bool is_kept = (int32_t)age >= 0 && age < PULSE_CELLS;
		ret[i] = is_kept ? pulse_decode(p->at[number % PULSE_CELLS]) : 0;
	}
}
