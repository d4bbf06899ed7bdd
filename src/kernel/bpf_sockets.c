// SPDX-License-Identifier: MIT
#include "kernel/bpf_sockets.h"

#include "kernel/bpf_wire.h"

#include "sockets.skel.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define ROWS 1024

struct bpf_sockets {
	struct sockets_bpf *skel;
	int fd;           /* of the listing that is being read, or -1 */
	uint64_t tick_us; /* the length of the kernel's jiffy */
	size_t have;
	unsigned char buf[ROWS * sizeof(struct wire_row)];
};

static int start(struct bpf_sockets *b)
{
	int err;

	b->skel = sockets_bpf__open();
	if (!b->skel)
		return -errno;
	err = sockets_bpf__load(b->skel);
	return err ? err : sockets_bpf__attach(b->skel);
}

/* HZ is the kernel's own affair (sysconf(_SC_CLK_TCK) is another's), but the coarse clocks advance
 * once a jiffy, and say so (clock_getres(2), KTIME_LOW_RES). */
static uint64_t tick_us(void)
{
	struct timespec tick;

	if (clock_getres(CLOCK_MONOTONIC_COARSE, &tick) < 0)
		return 0;
	return (uint64_t)tick.tv_sec * USEC_PER_SEC + (uint64_t)tick.tv_nsec / 1000;
}

int bpf_sockets_new(struct bpf_sockets **ret_sockets)
{
	struct bpf_sockets *b = calloc(1, sizeof *b);
	int err;

	if (!b)
		return -ENOMEM;
	b->fd = -1;
	b->tick_us = tick_us();
	err = start(b);
	if (err) {
		bpf_sockets_free(b);
		return err;
	}
	*ret_sockets = b;
	return 0;
}

static void close_listing(struct bpf_sockets *b)
{
	if (b->fd >= 0)
		close(b->fd);
	b->fd = -1;
}

void bpf_sockets_free(struct bpf_sockets *b)
{
	if (!b)
		return;
	close_listing(b);
	sockets_bpf__destroy(b->skel);
	free(b);
}

int bpf_sockets_begin(struct bpf_sockets *b, uint32_t states)
{
	int fd;

	close_listing(b);
	if (states & 1u << TCP_SYN_RECV)
		states |= 1u << WIRE_NEW_SYN_RECV;
	b->skel->bss->wanted_states = states;
	b->have = 0;
	fd = bpf_iter_create(bpf_link__fd(b->skel->links.list_sockets));
	if (fd < 0)
		return -errno;
	b->fd = fd;
	return 0;
}

/* Listeners come first, of both families (tcp_seek_last_pos, TCP_SEQ_STATE_LISTENING). */
static void add(struct socktab *t, const struct event_conn *row, unsigned marks)
{
	if (row->state != TCP_LISTEN)
		socktab_listeners_whole(t);
	socktab_add(t, row, marks);
}

static void take_rows(struct bpf_sockets *b, struct socktab *t)
{
	struct event events[SOCKTAB_EXPECTED];
	struct wire_row rows[SOCKTAB_EXPECTED];
	size_t at = 0, n;

	while ((n = (b->have - at) / sizeof *rows)) {
		if (n > SOCKTAB_EXPECTED)
			n = SOCKTAB_EXPECTED;
		memcpy(rows, b->buf + at, n * sizeof *rows);
		for (size_t i = 0; i < n; i++)
			bpf_wire_row(&rows[i], b->tick_us, &events[i].conn);
		socktab_prefetch(t, events, n);
		for (size_t i = 0; i < n; i++)
			add(t, &events[i].conn, rows[i].sock.head.marks);
		at += n * sizeof *rows;
	}
	b->have -= at;
	memmove(b->buf, b->buf + at, b->have);
}

int bpf_sockets_step(struct bpf_sockets *b, struct socktab *t)
{
	if (b->fd < 0)
		return 0;
	ssize_t n = read(b->fd, b->buf + b->have, sizeof b->buf - b->have);
	if (n > 0) {
		b->have += (size_t)n;
		take_rows(b, t);
	} else if (n == 0) {
		close_listing(b);
	} else if (errno != EINTR && errno != EAGAIN) {
		/* EAGAIN: a million sockets in a row were of no interest (bpf_seq_read). */
		int err = -errno;
		close_listing(b);
		return err;
	}
	return b->fd >= 0;
}

int64_t bpf_sockets_half_open(struct bpf_sockets *b)
{
	int fd = bpf_iter_create(bpf_link__fd(b->skel->links.sum_queues));
	int err = 0;
	ssize_t n;
	char c;

	if (fd < 0)
		return -errno;
	b->skel->bss->queued = 0;
	do
		n = read(fd, &c, sizeof c);
	while (n < 0 && errno == EINTR);
	/* EAGAIN: it stopped at the last listener. */
	if (n < 0 && errno != EAGAIN)
		err = -errno;
	close(fd);
	return err ? err : (int64_t)b->skel->bss->queued;
}
