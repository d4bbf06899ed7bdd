// SPDX-License-Identifier: MIT
#include "model/column_parts.h"

#include "model/model.h"

bool knows_blocks(const struct model *m)
{
	return blocks_count(&m->blocks) > 0;
}

struct cell blocked_cell(const struct model *m, const struct subject *s)
{
	const struct block *block;

	if (subject_block(m, s, &block) == BLOCK_NONE)
		return (struct cell){.kind = CELL_NONE};
	return (struct cell){.kind = CELL_BLOCK, .block = block, .now = m->now};
}

/* Whole before part; of these, who has been kept out most often. */
uint64_t blocked_key(const struct model *m, const struct subject *s)
{
	const struct block *block;
	enum block_cover cover = subject_block(m, s, &block);
	uint64_t packets = 0;

	for (uint32_t i = 0; block && i < block->n; i++)
		packets += block->by[i].packets == ABSENT ? 0 : block->by[i].packets;
	if (packets > UINT64_MAX >> 8)
		packets = UINT64_MAX >> 8;
	return cover == BLOCK_NONE ? 0 : ((uint64_t)(cover == BLOCK_WHOLE) << 56 | packets) + 1;
}
