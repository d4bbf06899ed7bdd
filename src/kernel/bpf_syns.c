// SPDX-License-Identifier: MIT
#include "kernel/bpf_syns.h"

#include "base/mono.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>

#define BATCH 2048

/* Not in errno.h: what kernels answer to a command that a kind of map does not know. */
#define ENOTSUPP 524

struct key {
	uint8_t ip[16];
};

enum maps {
	SOURCES,
	NETS,
	KINDS
};

struct bpf_syns {
	struct bpf_load load;
	struct bpf_count total;
	int maps[2][KINDS]; /* by side */
	int side_map;
	uint32_t side; /* where the program counts */
	/* While reading the other. */
	enum maps kind;  /* KINDS: at the end */
	bool begun;      /* the cursor is good */
	bool one_by_one; /* this kernel does not read maps by the batch */
	uint32_t cursor;
	struct key keys[BATCH];
	uint64_t counts[BATCH];
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
	bpf_count_done(&b->total);
	bpf_load_done(&b->load);
	free(b);
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
	b->begun = false;
	return 0;
}

/* Each returns how many entries it has taken out, and sets *ret_more; or -errno. */

static int take_batch(struct bpf_syns *b, int map, bool *ret_more)
{
	uint32_t n = BATCH;
	int err = bpf_map_lookup_and_delete_batch(
		map, b->begun ? &b->cursor : NULL, &b->cursor, b->keys, b->counts, &n, NULL);

	if (err && err != -ENOENT)
		return err;
	b->begun = err == 0;
	*ret_more = err == 0;
	return n <= BATCH ? (int)n : -EINVAL;
}

/* Nobody but us changes a side that is not counted on, so the next key is good after its forerunner
 * has gone. */
static int take_one_by_one(struct bpf_syns *b, int map, bool *ret_more)
{
	struct key *keys = b->keys;
	int n = 0;

	if (bpf_map_get_next_key(map, NULL, &keys[0]) < 0) {
		*ret_more = false;
		return errno == ENOENT ? 0 : -errno;
	}
	for (*ret_more = true; n < BATCH && *ret_more; n++) {
		struct key next;
		*ret_more = bpf_map_get_next_key(map, &keys[n], &next) == 0;
		if (bpf_map_lookup_elem(map, &keys[n], &b->counts[n]) < 0)
			b->counts[n] = 0;
		bpf_map_delete_elem(map, &keys[n]);
		if (n + 1 < BATCH)
			keys[n + 1] = next;
	}
	return n;
}

static int take(struct bpf_syns *b, bool *ret_more)
{
	int map = b->maps[!b->side][b->kind], n;

	if (b->one_by_one)
		return take_one_by_one(b, map, ret_more);
	n = take_batch(b, map, ret_more);
	if (n != -EINVAL && n != -EOPNOTSUPP && n != -ENOTSUPP && n != -ENOSPC)
		return n;
	b->one_by_one = true;
	return take_one_by_one(b, map, ret_more);
}

static int step(struct bpf_syns *b, struct topk *to)
{
	bool more = false;
	int n = take(b, &more);

	if (n < 0)
		return n;
	for (int i = 0; i < n; i++) {
		struct addr addr = addr_from_v6(b->keys[i].ip);
		if (b->counts[i])
			topk_add(to, &addr, b->counts[i]);
	}
	if (!more) {
		b->kind++;
		b->begun = false;
	}
	return 0;
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
