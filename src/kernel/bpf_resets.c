// SPDX-License-Identifier: MIT
#include "kernel/bpf_resets.h"

#include "event/lost.h"
#include "kernel/bpf_drain.h"
#include "kernel/probe.h"

#include <errno.h>
#include <stdlib.h>

/* Of a map that is counted into meanwhile; twice what it holds. */
#define STEPS_MOST 4

struct bpf_resets {
	struct bpf_load load;
	struct topk peers;
	struct bpf_drain drain;
};

static int start(struct bpf_resets *b, const char *btf)
{
	int err = bpf_load_open(&b->load, probes[PROBE_RESETS_BY_PEER].image(), btf);

	if (!err)
		err = bpf_load_start(&b->load);
	if (!err)
		err = topk_init(&b->peers, RESETS_PEERS);
	return err;
}

int bpf_resets_new(const char *btf, struct bpf_resets **ret_resets)
{
	struct bpf_resets *b = calloc(1, sizeof *b);
	int err;

	if (!b)
		return -ENOMEM;
	err = start(b, btf);
	if (err) {
		bpf_resets_free(b);
		return err;
	}
	*ret_resets = b;
	return 0;
}

void bpf_resets_free(struct bpf_resets *b)
{
	if (!b)
		return;
	topk_done(&b->peers);
	bpf_load_done(&b->load);
	free(b);
}

/* An error leaves the rest in the kernel, for the next time. */
static void take_all(struct bpf_resets *b)
{
	int map = bpf_load_map(&b->load, "peers");

	topk_clear(&b->peers);
	bpf_drain_begin(&b->drain);
	b->drain.sum = 0;
	for (int i = 0; i < STEPS_MOST && bpf_drain_step(&b->drain, map, &b->peers) > 0; i++)
		;
}

void bpf_resets_put(struct bpf_resets *b, struct event_sink *sink)
{
	const usec_t now = clock_now();
	uint64_t named = 0;

	take_all(b);
	for (size_t i = 0; i < b->peers.count; i++) {
		struct event e = event_make(EVENT_RESETS, now);
		e.resets.ip = b->peers.items[i].addr;
		e.resets.n = b->peers.items[i].n;
		named += e.resets.n;
		event_put(sink, &e);
	}
	put_lost(sink, now, "resets", b->drain.sum - named);
}
