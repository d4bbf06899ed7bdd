// SPDX-License-Identifier: MIT
#include "source/bpf_transitions.h"

#include "source/bpf_wire.h"

#include "transitions.skel.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* 8 MiB hold 131 000 records: two thirds of a second of 20 000 connections/s. */
#define RING_MOST  (8u << 20)
#define RING_LEAST (128u << 10)

/* A record's header in the ring (BPF_RINGBUF_HDR_SZ). */
#define RECORD_HEADER 8

#define CPUS_MAX 4096

struct bpf_transitions {
	struct transitions_bpf *skel;
	struct ring_buffer *ring;
	uint32_t ring_size;
	uint64_t dropped; /* as last read */
	uint64_t *per_cpu;
	int cpus;
	/* While draining. */
	struct socktab *table;
	struct event_sink *sink;
	size_t left;
};

static int on_record(void *context, void *data, size_t size)
{
	struct bpf_transitions *b = context;
	const struct wire_head *head = data;
	struct event_conn c;

	/* The ring rounds sizes up to eight; these are whole already. */
	if (size == sizeof(struct wire_sock4))
		bpf_wire_conn4(data, &c);
	else
		bpf_wire_conn(data, &c);
	socktab_move(b->table, &c, head->marks, head->ktime, b->sink);
	/* Anything below zero ends ring_buffer__consume() after this record. */
	return --b->left ? 0 : -EAGAIN;
}

/* So that the program knows our own connections. */
static void introduce_us(struct transitions_bpf *skel)
{
	struct stat st;

	if (stat("/proc/self/ns/pid", &st) < 0)
		return;
	skel->bss->own_pidns_dev = st.st_dev;
	skel->bss->own_pidns_ino = st.st_ino;
	skel->bss->own_pid = (uint32_t)getpid();
}

static int load(struct bpf_transitions *b, uint32_t ring_size)
{
	int err;

	b->skel = transitions_bpf__open();
	if (!b->skel)
		return -errno;
	introduce_us(b->skel);
	err = bpf_map__set_max_entries(b->skel->maps.ring, ring_size);
	if (!err)
		err = transitions_bpf__load(b->skel);
	if (err) {
		transitions_bpf__destroy(b->skel);
		b->skel = NULL;
	}
	b->ring_size = ring_size;
	return err;
}

/* The ring is locked memory, which may be rationed (libbpf itself raises RLIMIT_MEMLOCK where
 * the kernel, before 5.11, counts by it and lets us). */
static int load_with_ring(struct bpf_transitions *b)
{
	int err = -ENOMEM;

	for (uint32_t size = RING_MOST; size >= RING_LEAST; size /= 4) {
		err = load(b, size);
		if (err != -ENOMEM && err != -EPERM)
			break;
	}
	return err;
}

static int start(struct bpf_transitions *b)
{
	int err = load_with_ring(b);

	if (err)
		return err;
	b->cpus = libbpf_num_possible_cpus();
	if (b->cpus <= 0 || b->cpus > CPUS_MAX)
		return -EINVAL;
	b->per_cpu = calloc((size_t)b->cpus, sizeof *b->per_cpu);
	if (!b->per_cpu)
		return -ENOMEM;
	b->ring = ring_buffer__new(bpf_map__fd(b->skel->maps.ring), on_record, b, NULL);
	if (!b->ring)
		return -errno;
	return transitions_bpf__attach(b->skel);
}

int bpf_transitions_new(struct bpf_transitions **ret_transitions)
{
	struct bpf_transitions *b = calloc(1, sizeof *b);
	int err;

	if (!b)
		return -ENOMEM;
	err = start(b);
	if (err) {
		bpf_transitions_free(b);
		return err;
	}
	*ret_transitions = b;
	return 0;
}

void bpf_transitions_free(struct bpf_transitions *b)
{
	if (!b)
		return;
	ring_buffer__free(b->ring);
	transitions_bpf__destroy(b->skel);
	free(b->per_cpu);
	free(b);
}

size_t bpf_transitions_drain(
	struct bpf_transitions *b, struct socktab *t, struct event_sink *sink, size_t most)
{
	b->table = t;
	b->sink = sink;
	b->left = most;
	ring_buffer__consume(b->ring);
	return most - b->left;
}

uint64_t bpf_transitions_dropped(struct bpf_transitions *b)
{
	uint32_t zero = 0;
	uint64_t total = 0, news;

	if (bpf_map_lookup_elem(bpf_map__fd(b->skel->maps.dropped), &zero, b->per_cpu) < 0)
		return 0;
	for (int i = 0; i < b->cpus; i++)
		total += b->per_cpu[i];
	news = total - b->dropped;
	b->dropped = total;
	return news;
}

size_t bpf_transitions_capacity(const struct bpf_transitions *b)
{
	return b->ring_size / (sizeof(struct wire_sock4) + RECORD_HEADER) + 1;
}
