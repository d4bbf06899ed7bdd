// SPDX-License-Identifier: MIT
#include "kernel/bpf_transitions.h"

#include "kernel/bpf_wire.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* 8 MiB hold 131 000 records: two thirds of a second of 20 000 connections/s. */
#define RING_MOST  (8u << 20)
#define RING_LEAST (128u << 10)

/* A record's header in the ring (BPF_RINGBUF_HDR_SZ). */
#define RECORD_HEADER 8

struct bpf_transitions {
	struct bpf_load load;
	struct bpf_count dropped;
	struct ring_buffer *ring;
	uint32_t ring_size;
	pid_t looks_up;
	struct stirs stirs;
	/* While draining: records are taken by the batch, so that what the tables know of all of
	 * them can be on its way from memory at once. */
	struct socktab *table;
	struct event_sink *sink;
	size_t left;
	struct event rows[SOCKTAB_EXPECTED];
	struct moved {
		unsigned marks;
		uint64_t when;
	} moved[SOCKTAB_EXPECTED];
	size_t n;
};

static void take_batch(struct bpf_transitions *b)
{
	socktab_prefetch(b->table, b->rows, b->n);
	event_prefetch(b->sink, b->rows, b->n);
	for (size_t i = 0; i < b->n; i++)
		socktab_transition(
			b->table, &b->rows[i].conn, b->moved[i].marks, b->moved[i].when, b->sink);
	b->n = 0;
}

static int on_record(void *context, void *data, size_t size)
{
	struct bpf_transitions *b = context;
	const struct wire_head *head = data;
	struct event *row = &b->rows[b->n];

	/* The ring rounds sizes up to eight; these are whole already. */
	event_begin(row, EVENT_CONN, 0);
	if (size == sizeof(struct wire_sock4))
		bpf_wire_conn4(data, &row->conn);
	else
		bpf_wire_conn(data, &row->conn);
	stirs_note(&b->stirs, row->conn.ns);
	b->moved[b->n++] = (struct moved){head->marks, head->ktime};
	if (b->n == SOCKTAB_EXPECTED)
		take_batch(b);
	/* Anything below zero ends ring_buffer__consume() after this record. */
	return --b->left ? 0 : -EAGAIN;
}

/* So that the program knows our own connections. */
static int introduce_us(struct bpf_load *l, pid_t looks_up)
{
	struct wire_own own = {0};
	struct stat st;

	if (stat("/proc/self/ns/pid", &st) == 0) {
		own.pidns_dev = st.st_dev;
		own.pidns_ino = st.st_ino;
		own.pid = (__u32)getpid();
		own.looks_up = (__u32)looks_up;
	}
	return bpf_load_set(l, ".rodata", &own, sizeof own);
}

static int load(struct bpf_transitions *b, enum probe_id id, const char *btf)
{
	struct bpf_load *l = &b->load;
	int err = bpf_load_open(l, probes[id].image(), btf);

	if (!err)
		err = introduce_us(l, b->looks_up);
	if (!err)
		err = bpf_map__set_max_entries(
			bpf_object__find_map_by_name(l->object, "ring"), b->ring_size);
	if (!err)
		err = bpf_load_start(l);
	if (err)
		bpf_load_done(l);
	return err;
}

/* The ring is locked memory, which may be rationed (libbpf itself raises RLIMIT_MEMLOCK where
 * the kernel, before 5.11, counts by it and lets us). */
static int load_with_ring(struct bpf_transitions *b, enum probe_id id, const char *btf)
{
	int err = -ENOMEM;

	for (b->ring_size = RING_MOST; b->ring_size >= RING_LEAST; b->ring_size /= 4) {
		err = load(b, id, btf);
		if (err != -ENOMEM && err != -EPERM)
			break;
	}
	return err;
}

static int start(struct bpf_transitions *b, enum probe_id id, const char *btf)
{
	int err = load_with_ring(b, id, btf);

	if (!err)
		err = bpf_count_init(&b->dropped, bpf_load_map(&b->load, "count"));
	if (err)
		return err;
	b->ring = ring_buffer__new(bpf_load_map(&b->load, "ring"), on_record, b, NULL);
	return b->ring ? 0 : -errno;
}

int bpf_transitions_new(
	enum probe_id id, const char *btf, pid_t looks_up, struct bpf_transitions **ret_transitions)
{
	struct bpf_transitions *b = calloc(1, sizeof *b);
	int err;

	if (!b)
		return -ENOMEM;
	b->looks_up = looks_up;
	err = start(b, id, btf);
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
	bpf_count_done(&b->dropped);
	bpf_load_done(&b->load);
	free(b);
}

size_t bpf_transitions_drain(
	struct bpf_transitions *b, struct socktab *t, struct event_sink *sink, size_t most)
{
	b->table = t;
	b->sink = sink;
	b->left = most;
	ring_buffer__consume(b->ring);
	take_batch(b);
	return most - b->left;
}

struct stirs *bpf_transitions_stirs(struct bpf_transitions *b)
{
	return &b->stirs;
}

uint64_t bpf_transitions_dropped(struct bpf_transitions *b)
{
	return bpf_count_news(&b->dropped);
}

uint64_t bpf_transitions_missed(struct bpf_transitions *b)
{
	return bpf_load_misses(&b->load);
}

void bpf_transitions_set_reduced(struct bpf_transitions *b, bool reduced)
{
	const uint32_t zero = 0, on = reduced;

	/* An array's element is always there: this cannot fail. */
	bpf_map_update_elem(bpf_load_map(&b->load, "reduced"), &zero, &on, BPF_ANY);
}

size_t bpf_transitions_capacity(const struct bpf_transitions *b)
{
	return b->ring_size / (sizeof(struct wire_sock4) + RECORD_HEADER) + 1;
}
