// SPDX-License-Identifier: MIT
#include "kernel/bpf_quic.h"

#include "base/mono.h"
#include "kernel/bpf_drain.h"
#include "kernel/bpf_image.h"

#include <bpf/bpf.h>
#include <netinet/in.h>
#include <stdlib.h>

enum maps {
	SOURCES,
	NETS,
	KINDS
};

struct bpf_quic {
	struct bpf_load load;
	struct bpf_count looked, packets, initials;
	int maps[KINDS], ports_map, spoken_map;
	uint64_t ports[LISTENERS_WORDS]; /* as the program has them */
	enum maps kind;                  /* that is being read; KINDS: at the end */
	struct bpf_drain drain;
};

static int find_maps(struct bpf_quic *b)
{
	const struct {
		int *to;
		const char *name;
	} maps[] = {{&b->maps[SOURCES], "sources"}, {&b->maps[NETS], "nets"},
		{&b->ports_map, "ports"}, {&b->spoken_map, "spoken"}};

	for (size_t i = 0; i < ARRAY_LEN(maps); i++) {
		*maps[i].to = bpf_load_map(&b->load, maps[i].name);
		if (*maps[i].to < 0)
			return *maps[i].to;
	}
	return 0;
}

static int start(struct bpf_quic *b, const char *btf)
{
	int err = bpf_load_open(&b->load, bpf_image_quic(), btf);

	if (!err)
		err = bpf_load_start(&b->load);
	if (!err)
		err = find_maps(b);
	if (!err)
		err = bpf_count_init(&b->looked, bpf_load_map(&b->load, "count"));
	if (!err)
		err = bpf_count_init(&b->packets, bpf_load_map(&b->load, "packets"));
	if (!err)
		err = bpf_count_init(&b->initials, bpf_load_map(&b->load, "initials"));
	return err;
}

int bpf_quic_new(const char *btf, struct bpf_quic **ret_quic)
{
	struct bpf_quic *b = calloc(1, sizeof *b);
	int err;

	if (!b)
		return -ENOMEM;
	b->kind = KINDS;
	err = start(b, btf);
	if (err) {
		bpf_quic_free(b);
		return err;
	}
	*ret_quic = b;
	return 0;
}

void bpf_quic_free(struct bpf_quic *b)
{
	if (!b)
		return;
	bpf_count_done(&b->looked);
	bpf_count_done(&b->packets);
	bpf_count_done(&b->initials);
	bpf_load_done(&b->load);
	free(b);
}

int bpf_quic_open(const struct bpf_quic *b, int ret_fds[static 2])
{
	return bpf_load_taps(&b->load, IPPROTO_UDP, ret_fds);
}

static void forget_spoken(struct bpf_quic *b, uint32_t word, uint64_t gone)
{
	uint64_t spoken;

	if (!gone || bpf_map_lookup_elem(b->spoken_map, &word, &spoken) < 0)
		return;
	spoken &= ~gone;
	bpf_map_update_elem(b->spoken_map, &word, &spoken, BPF_ANY);
}

void bpf_quic_set_ports(struct bpf_quic *b, const uint64_t words[static LISTENERS_WORDS])
{
	for (uint32_t i = 0; i < LISTENERS_WORDS; i++) {
		if (words[i] == b->ports[i] ||
			bpf_map_update_elem(b->ports_map, &i, &words[i], BPF_ANY) < 0)
			continue;
		forget_spoken(b, i, b->ports[i] & ~words[i]);
		b->ports[i] = words[i];
	}
}

struct quic_counts bpf_quic_total(struct bpf_quic *b)
{
	return (struct quic_counts){.looked = bpf_count_news(&b->looked),
		.packets = bpf_count_news(&b->packets),
		.initials = bpf_count_news(&b->initials)};
}

void bpf_quic_begin(struct bpf_quic *b)
{
	b->kind = SOURCES;
	bpf_drain_begin(&b->drain);
}

int bpf_quic_step(struct bpf_quic *b, uint64_t deadline, struct topk *sources, struct topk *nets)
{
	while (b->kind < KINDS && mono_now() < deadline) {
		struct topk *to = b->kind == SOURCES ? sources : nets;
		int more = bpf_drain_step(&b->drain, b->maps[b->kind], to);
		if (more < 0) {
			b->kind = KINDS;
			return more;
		}
		b->kind += more == 0;
	}
	return b->kind < KINDS;
}
