// SPDX-License-Identifier: MIT
#include "kernel/proc_listing.h"

#include "kernel/proc_net_parse.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

int proc_listing_init(struct proc_listing *l)
{
	*l = (struct proc_listing){.fds = {-1, -1}, .buf = malloc(PROC_LISTING_BUF)};
	return l->buf ? 0 : -ENOMEM;
}

static void close_file(struct proc_listing *l)
{
	if (l->fds[0] >= 0)
		close(l->fds[0]);
	l->fds[0] = l->fds[1];
	l->fds[1] = -1;
	l->have = 0;
	l->past_header = l->overlong = false;
}

static void close_all(struct proc_listing *l)
{
	close_file(l);
	close_file(l);
}

void proc_listing_done(struct proc_listing *l)
{
	close_all(l);
	free(l->buf);
	l->buf = NULL;
}

void proc_listing_begin(struct proc_listing *l, const int fds[static 2])
{
	close_all(l);
	memcpy(l->fds, fds, sizeof l->fds);
}

struct taker {
	proc_listing_row *row;
	void *ctx;
};

static void reject(struct proc_listing *l, const struct taker *to)
{
	l->rejected++;
	to->row(to->ctx, NULL);
}

static void take_line(struct proc_listing *l, const struct taker *to, struct str line)
{
	struct event_conn row;

	if (l->overlong || !l->past_header) {
		l->overlong = false;
		l->past_header = true;
		return;
	}
	if (proc_net_parse(line, &row) < 0)
		reject(l, to);
	else
		to->row(to->ctx, &row);
}

/* Takes the whole lines out of the buffer and moves the rest to its front. */
static void take_lines(struct proc_listing *l, const struct taker *to)
{
	char *from = l->buf, *end = l->buf + l->have, *newline;

	while ((newline = memchr(from, '\n', (size_t)(end - from)))) {
		take_line(l, to, (struct str){from, (size_t)(newline - from)});
		from = newline + 1;
	}
	l->have = (size_t)(end - from);
	memmove(l->buf, from, l->have);
	if (l->have < PROC_LISTING_BUF)
		return;
	if (!l->overlong)
		reject(l, to);
	l->overlong = true;
	l->have = 0;
}

/* True when there is another file. */
static bool next_file(struct proc_listing *l, const struct taker *to)
{
	if (l->have)
		take_line(l, to, (struct str){l->buf, l->have});
	close_file(l);
	return l->fds[0] >= 0;
}

int proc_listing_read(struct proc_listing *l, proc_listing_row *take, void *ctx)
{
	const struct taker to = {take, ctx};

	if (l->fds[0] < 0)
		return 0;
	ssize_t n = read(l->fds[0], l->buf + l->have, PROC_LISTING_BUF - l->have);
	if (n == 0)
		return next_file(l, &to);
	if (n > 0) {
		l->have += (size_t)n;
		take_lines(l, &to);
	} else if (errno != EINTR) {
		int err = -errno;
		close_all(l);
		return err;
	}
	return 1;
}

static void add_row(void *ctx, struct event_conn *row)
{
	struct socktab *t = ctx;

	if (!row) {
		t->listing.cut = true;
		return;
	}
	row->ns = t->listing.ns;
	socktab_add(t, row, 0);
}

int proc_listing_step(struct proc_listing *l, struct socktab *t)
{
	return proc_listing_read(l, add_row, t);
}
