// SPDX-License-Identifier: MIT
#include "record/relay.h"

#include "base/container.h"
#include "record/pack.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

#define PACKETS_AT_ONCE 16   /* of a poll: a few milliseconds' worth */
#define FINISH_MS       5000 /* for the last words */

struct relay_packet {
	struct relay_packet *next;
	size_t n;
	unsigned char bytes[RELAY_PACKET_MAX];
};

/* Writing. */

static struct relay_packet *add_packet(struct relay_out *r, enum relay_kind kind)
{
	struct relay_packet *p = malloc(sizeof *p);

	if (!p)
		return NULL;
	p->next = NULL;
	p->bytes[0] = (unsigned char)kind;
	p->n = 1;
	if (r->last)
		r->last->next = p;
	else
		r->first = p;
	r->last = p;
	r->waits += sizeof *p;
	pack_begin(r->packing);
	return p;
}

static bool is_of_events(const struct relay_packet *p)
{
	return p->bytes[0] == RELAY_EVENTS;
}

static bool put(struct relay_out *r, const struct event *e)
{
	size_t bound;
	uint64_t fields = pack_fields(e, &bound);
	struct relay_packet *p = r->last;

	if (1 + bound > RELAY_PACKET_MAX)
		return false;
	if (!p || !is_of_events(p) || bound > RELAY_PACKET_MAX - p->n)
		p = r->waits < RELAY_WAITS_MAX ? add_packet(r, RELAY_EVENTS) : NULL;
	if (!p)
		return false;
	p->n += pack_event(p->bytes + p->n, e, fields, r->packing);
	return true;
}

static void tell_dropped(struct relay_out *r, usec_t now)
{
	struct event lost = event_make(EVENT_LOST, now);

	lost.lost.what = STR_LIT("watcher");
	lost.lost.n = r->dropped;
	if (put(r, &lost))
		r->dropped = 0;
}

static void take(struct event_sink *sink, const struct event *e)
{
	struct relay_out *r = container_of(sink, struct relay_out, sink);

	if (r->dropped)
		tell_dropped(r, e->ts);
	if (r->dropped || !put(r, e))
		r->dropped++;
}

int relay_out_init(struct relay_out *r, int fd)
{
	*r = (struct relay_out){.sink = {.put = take}, .fd = fd};
	r->packing = calloc(1, sizeof *r->packing);
	return r->packing ? 0 : -ENOMEM;
}

static void drop_first(struct relay_out *r)
{
	struct relay_packet *p = r->first;

	r->first = p->next;
	if (!r->first)
		r->last = NULL;
	r->waits -= sizeof *p;
	free(p);
}

void relay_out_done(struct relay_out *r)
{
	while (r->first)
		drop_first(r);
	free(r->packing);
	r->packing = NULL;
}

int relay_out_flush(struct relay_out *r)
{
	while (r->first) {
		ssize_t n = send(r->fd, r->first->bytes, r->first->n, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN || errno == ENOBUFS ? 1 : -errno;
		drop_first(r);
	}
	return 0;
}

int relay_say_ready(struct relay_out *r, int err, const char *why)
{
	struct relay_ready ready = {.kind = RELAY_READY, .err = err};
	struct relay_packet *p = add_packet(r, RELAY_READY);

	if (!p)
		return -ENOMEM;
	strncpy(ready.why, why, sizeof ready.why - 1);
	memcpy(p->bytes, &ready, sizeof ready);
	p->n = sizeof ready;
	return 0;
}

int relay_say_last(struct relay_out *r)
{
	return add_packet(r, RELAY_LAST) ? 0 : -ENOMEM;
}

int relay_asked(const struct relay_out *r)
{
	unsigned char asked[2];
	ssize_t n = recv(r->fd, asked, sizeof asked, MSG_DONTWAIT);

	if (n < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	if (n == 0)
		return -EPIPE;
	return n == 1 && asked[0] >= RELAY_BEGIN && asked[0] < RELAY_KINDS ? asked[0] : -EBADMSG;
}

int relay_await_begin(struct relay_out *r)
{
	struct pollfd polled = {.fd = r->fd, .events = POLLIN};
	int asked = relay_out_flush(r) ? -EPIPE : -EAGAIN;

	while (asked == -EAGAIN) {
		poll(&polled, 1, -1);
		asked = relay_asked(r);
	}
	return asked == RELAY_BEGIN ? 0 : asked < 0 ? asked : -EBADMSG;
}

/* Reading. */

struct relay_in {
	struct source source;
	struct source_ops ops;
	int fd;
	relay_lost_fn *lost;
	void *ctx;
	bool begun;
	bool ended; /* by its last word, or for want of the other side */
	struct pack_state packing;
	unsigned char bytes[RELAY_PACKET_MAX];
};

/* 0, or -EBADMSG. */
static int put_events(struct relay_in *r, size_t n, struct event_sink *sink)
{
	const unsigned char *p = r->bytes + 1, *end = r->bytes + n;
	struct event e;

	pack_begin(&r->packing);
	while (p < end) {
		if (unpack_event(&p, end, &r->packing, &e) < 0)
			return -EBADMSG;
		event_put(sink, &e);
	}
	return 0;
}

/* Takes one packet, if there is one. 0; -EAGAIN; -EPIPE: there will be no other; -EBADMSG. */
static int take_packet(struct relay_in *r, struct event_sink *sink)
{
	ssize_t n = recv(r->fd, r->bytes, sizeof r->bytes, MSG_DONTWAIT | MSG_TRUNC);

	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? -EAGAIN : -EBADMSG;
	if (n == 0 || (size_t)n > sizeof r->bytes)
		return -EBADMSG;
	if (r->bytes[0] == RELAY_LAST && n == 1)
		return -EPIPE;
	return r->bytes[0] == RELAY_EVENTS ? put_events(r, (size_t)n, sink) : -EBADMSG;
}

static int end_relay(struct relay_in *r, int err, usec_t now, struct event_sink *sink)
{
	r->ended = true;
	if (err != -EPIPE)
		r->lost(r->ctx, now, sink);
	return -EPIPE;
}

static int ask(struct relay_in *r, enum relay_kind what)
{
	unsigned char word = (unsigned char)what;

	return send(r->fd, &word, 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

/* Where nobody is there any more, what was said before can still be read. */
static void begin(struct relay_in *r)
{
	r->begun = true;
	ask(r, RELAY_BEGIN);
}

static int relay_poll(struct source *source, usec_t now, struct event_sink *sink)
{
	struct relay_in *r = container_of(source, struct relay_in, source);
	int err = 0;

	if (r->ended)
		return -EPIPE;
	if (!r->begun)
		begin(r);
	for (int i = 0; i < PACKETS_AT_ONCE && !err; i++)
		err = take_packet(r, sink);
	if (err && err != -EAGAIN)
		return end_relay(r, err, now, sink);
	return err ? 0 : 1;
}

static void relay_refresh(struct source *source)
{
	struct relay_in *r = container_of(source, struct relay_in, source);

	if (!r->ended)
		ask(r, RELAY_REFRESH);
}

static void relay_finish(struct source *source, usec_t now, struct event_sink *sink)
{
	struct relay_in *r = container_of(source, struct relay_in, source);
	struct pollfd polled = {.fd = r->fd, .events = POLLIN};
	int err = r->ended ? -EPIPE : 0;

	if (!err && !r->begun)
		begin(r);
	if (!err && ask(r, RELAY_FINISH) < 0)
		err = -EBADMSG;
	while (!err) {
		err = take_packet(r, sink);
		if (err == -EAGAIN)
			err = poll(&polled, 1, FINISH_MS) > 0 ? 0 : -ETIMEDOUT;
	}
	if (!r->ended)
		end_relay(r, err, now, sink);
}

static int relay_fd(const struct source *source)
{
	return ((const struct relay_in *)source)->fd;
}

static void relay_free(struct source *source)
{
	free(container_of(source, struct relay_in, source));
}

struct source *relay_in_new(const char *name, int fd, relay_lost_fn *lost, void *ctx)
{
	struct relay_in *r = calloc(1, sizeof *r);

	if (!r)
		return NULL;
	r->ops = (struct source_ops){.name = name,
		.poll = relay_poll,
		.finish = relay_finish,
		.refresh = relay_refresh,
		.fd = relay_fd,
		.free = relay_free};
	r->source.ops = &r->ops;
	r->fd = fd;
	r->lost = lost;
	r->ctx = ctx;
	return &r->source;
}

int relay_await_ready(int fd, int ms, struct relay_ready *ret)
{
	struct pollfd polled = {.fd = fd, .events = POLLIN};

	if (poll(&polled, 1, ms) <= 0)
		return -ETIMEDOUT;
	ssize_t n = recv(fd, ret, sizeof *ret, MSG_DONTWAIT | MSG_TRUNC);
	if (n != sizeof *ret || ret->kind != RELAY_READY)
		return n == 0 ? -EPIPE : -EBADMSG;
	ret->why[sizeof ret->why - 1] = '\0';
	return 0;
}
