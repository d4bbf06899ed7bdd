// SPDX-License-Identifier: MIT
#include "console/detail_parts.h"
#include "console/entry.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

#define LINE_MAX_BYTES 256

/* "by nft (nethergaze block4), since 03:26:02, for another 12m, 1,215 packets dropped" */
static void print_blocker(
	struct sheet *s, const struct about *a, const struct block *block, uint32_t i)
{
	const struct blocker *by = &block->by[i];
	char line[LINE_MAX_BYTES], net[PREFIX_TEXT_MAX], since[9], left[16];
	usec_t now = a->view->m->now;

	clock_text(since, by->since);
	prefix_format(&block->item.prefix, net);
	int n = snprintf(line, sizeof line, "%s by %s%s%s%s%s, since %s", net, by->way,
		by->by[0] ? " (" : "", by->by, by->by[0] ? ")" : "", by->ours ? ", from here" : "",
		since);
	if (by->until > now) {
		text_span(left, (uint64_t)((by->until - now) / USEC_PER_SEC));
		n += snprintf(line + n, sizeof line - (size_t)n, ", for another %s", left);
	}
	if (by->packets != ABSENT)
		snprintf(line + n, sizeof line - (size_t)n, ", %" PRIu64 " packet%s dropped",
			by->packets, by->packets == 1 ? "" : "s");
	sheet_field(s, i ? "" : "Blocked", STYLE_WARN, line);
}

void detail_print_blocked(struct sheet *s, const struct about *a)
{
	const struct model *m = a->view->m;
	const struct block *block = NULL;
	enum block_cover cover = BLOCK_NONE;

	if (about_is_host(a))
		block = blocks_of_addr(&m->blocks, &a->key.prefix.addr);
	else if (a->key.by == GROUP_NET)
		cover = blocks_of_net(&m->blocks, &a->key.prefix, &block);
	for (uint32_t i = 0; block && i < block->n; i++)
		print_blocker(s, a, block, i);
	if (cover == BLOCK_PARTLY)
		sheet_field(s, "Blocked", STYLE_WARN, "a part of it");
}
