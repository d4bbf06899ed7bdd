// SPDX-License-Identifier: MIT
#include "kernel/bpf_drain.h"

#include <bpf/bpf.h>
#include <errno.h>

/* Not in errno.h: what kernels answer to a command that a kind of map does not know. */
#define ENOTSUPP 524

void bpf_drain_begin(struct bpf_drain *d)
{
	d->begun = false;
}

/* Each returns how many entries it has taken out, and sets *ret_more; or -errno. */

static int take_batch(struct bpf_drain *d, int map, bool *ret_more)
{
	uint32_t n = BPF_DRAIN_BATCH;
	int err = bpf_map_lookup_and_delete_batch(
		map, d->begun ? &d->cursor : NULL, &d->cursor, d->keys, d->counts, &n, NULL);

	if (err && err != -ENOENT)
		return err;
	d->begun = err == 0;
	*ret_more = err == 0;
	return n <= BPF_DRAIN_BATCH ? (int)n : -EINVAL;
}

/* The next key is asked for before its forerunner goes; should it go by itself, the walk begins
 * anew with what is left. */
static int take_one_by_one(struct bpf_drain *d, int map, bool *ret_more)
{
	int n = 0;

	if (bpf_map_get_next_key(map, NULL, d->keys[0]) < 0) {
		*ret_more = false;
		return errno == ENOENT ? 0 : -errno;
	}
	for (*ret_more = true; n < BPF_DRAIN_BATCH && *ret_more; n++) {
		uint8_t next[16];
		*ret_more = bpf_map_get_next_key(map, d->keys[n], next) == 0;
		if (bpf_map_lookup_elem(map, d->keys[n], &d->counts[n]) < 0)
			d->counts[n] = 0;
		bpf_map_delete_elem(map, d->keys[n]);
		if (n + 1 < BPF_DRAIN_BATCH)
			memcpy(d->keys[n + 1], next, sizeof next);
	}
	return n;
}

static int take(struct bpf_drain *d, int map, bool *ret_more)
{
	int n;

	if (d->one_by_one)
		return take_one_by_one(d, map, ret_more);
	n = take_batch(d, map, ret_more);
	if (n != -EINVAL && n != -EOPNOTSUPP && n != -ENOTSUPP && n != -ENOSPC)
		return n;
	d->one_by_one = true;
	return take_one_by_one(d, map, ret_more);
}

int bpf_drain_step(struct bpf_drain *d, int map, struct topk *to)
{
	bool more = false;
	int n = take(d, map, &more);

	if (n < 0) {
		d->begun = false;
		return n;
	}
	for (int i = 0; i < n; i++) {
		struct addr addr = addr_from_v6(d->keys[i]);
		d->sum += d->counts[i];
		if (d->counts[i])
			topk_add(to, &addr, d->counts[i]);
	}
	if (!more)
		d->begun = false;
	return more;
}
