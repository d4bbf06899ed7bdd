// SPDX-License-Identifier: MIT
#include "model/figures.h"

#define SUM(id, member)                                 \
	{                                               \
		id, offsetof(struct model_sums, member) \
	}

/* The others are rates, which the rows know well enough, or of no use for many machines. */
static const struct {
	const char *id;
	size_t at;
} told[] = {
	SUM("requests", requests),
	SUM("bytes", bytes),
	SUM("conns", conns),
	SUM("open", open),
	SUM("half_open", half_open),
	SUM("established", established),
	SUM("ips", ips),
	SUM("handshakes", handshakes),
	SUM("syns", syns),
	SUM("answers_4xx", status[4]),
	SUM("answers_5xx", status[5]),
	SUM("auth_failed", auth_failed),
	SUM("auth_accepted", auth_accepted),
	SUM("log_lines", log_lines),
	SUM("log_rejected", log_rejected),
	SUM("log_ignored", log_ignored),
	SUM("wire_out", wire_out),
};

struct model_sums model_sum(const struct model *m, bool show_private)
{
	struct model_sums s = model_sum_here(m, show_private);

	for (size_t i = 0; m->fleet && i < ARRAY_LEN(told); i++) {
		size_t at = (size_t)(figure_find(told[i].id) - figures);
		if (m->fleet->figures[at] != ABSENT)
			*(uint64_t *)(void *)((char *)&s + told[i].at) = m->fleet->figures[at];
	}
	return s;
}
