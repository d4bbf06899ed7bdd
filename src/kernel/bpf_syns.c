// SPDX-License-Identifier: MIT
#include "kernel/bpf_syns.h"

#include "base/mono.h"
#include "kernel/bpf_drain.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>

enum maps {
	SOURCES,
	NETS,
	KINDS
};

struct bpf_syns {
	struct bpf_load load;
	struct bpf_count total;
	struct bpf_taps *taps; /* NULL: the program is attached for good */
	int maps[2][KINDS];    /* by side */
	int side_map;
	uint32_t side; /* where the program counts */
	/* While reading the other. */
	enum maps kind; /* KINDS: at the end */
	struct bpf_drain drain;
};

static int find_maps(struct bpf_syns *b)
{
	static const char *const names[2][KINDS] = {
		{"sources_0", "nets_0"}, {"sources_1", "nets_1"}};

	for (int side = 0; side < 2; side++) {
		for (int kind = 0; kind < KINDS; kind++) {
			b->maps[side][kind] = bpf_load_map(&b->load, names[side][kind]);
			if (b->maps[side][kind] < 0)
				return b->maps[side][kind];
		}
	}
	b->side_map = bpf_load_map(&b->load, ".bss");
	return b->side_map < 0 ? b->side_map : 0;
}

static int start(struct bpf_syns *b, enum probe_id id, const char *btf)
{
	int err = bpf_load_open(&b->load, probes[id].image(), btf);

	if (!err)
		err = bpf_load_start(&b->load);
	if (!err)
		err = find_maps(b);
	if (!err)
		err = bpf_count_init(&b->total, bpf_load_map(&b->load, "count"));
	if (!err && id == PROBE_SYNS_SOCKET)
		err = bpf_taps_new(&b->load, &b->taps);
	return err;
}

int bpf_syns_new(enum probe_id id, const char *btf, struct bpf_syns **ret_syns)
{
	struct bpf_syns *b = calloc(1, sizeof *b);
	int err;

	if (!b)
		return -ENOMEM;
	b->kind = KINDS;
	err = start(b, id, btf);
	if (err) {
		bpf_syns_free(b);
		return err;
	}
	*ret_syns = b;
	return 0;
}

void bpf_syns_free(struct bpf_syns *b)
{
	if (!b)
		return;
	bpf_taps_free(b->taps);
	bpf_count_done(&b->total);
	bpf_load_done(&b->load);
	free(b);
}

struct bpf_taps *bpf_syns_taps(const struct bpf_syns *b)
{
	return b->taps;
}

uint64_t bpf_syns_total(struct bpf_syns *b)
{
	return bpf_count_news(&b->total);
}

int bpf_syns_begin(struct bpf_syns *b)
{
	uint32_t zero = 0, other = !b->side;

	if (bpf_map_update_elem(b->side_map, &zero, &other, BPF_ANY) < 0)
		return -errno;
	b->side = other;
	b->kind = SOURCES;
	bpf_drain_begin(&b->drain);
	return 0;
}

static int step(struct bpf_syns *b, struct topk *to)
{
	int more = bpf_drain_step(&b->drain, b->maps[!b->side][b->kind], to);

	if (more == 0)
		b->kind++;
	return more < 0 ? more : 0;
}

int bpf_syns_step(struct bpf_syns *b, uint64_t deadline, struct topk *sources, struct topk *nets)
{
	while (b->kind < KINDS && mono_now() < deadline) {
		int err = step(b, b->kind == SOURCES ? sources : nets);
		if (err) {
			b->kind = KINDS;
			return err;
		}
	}
	return b->kind < KINDS;
}
