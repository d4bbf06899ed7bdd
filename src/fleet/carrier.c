// SPDX-License-Identifier: MIT
#include "fleet/carrier.h"

#include "base/text.h"
#include "fleet/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define PAIR_BYTES (1 << 20)    /* that the kernel holds, as far as net.core.wmem_max allows */
#define SMALL      (256u << 10) /* bytes of questions and answers that wait beyond the queue */
#define TAKES_A_GO 64

struct waiting {
	struct waiting *next;
	enum fleet_what what;
	uint64_t token;
	uint32_t machine_n, text_n;
	char bytes[]; /* the machine's name, and the text */
};

struct carrier {
	int fd;
	uint64_t queue;
	struct waiting *first, **end;
	uint64_t dropped, refused;    /* here */
	struct engine_account engine; /* as the process has it */
	struct carrier_account account;
	const char *fault;
	char packet[FLEET_PACKET_MAX];
};

/* What it counts as is what it takes: a queue of small ones is bounded, too. */
static uint64_t size_of(const struct waiting *w)
{
	return sizeof *w + w->machine_n + w->text_n;
}

static void add_up(struct carrier *c)
{
	c->account.sent = c->engine.sent;
	c->account.bytes = c->engine.bytes;
	c->account.dropped = c->dropped + c->engine.dropped;
	c->account.refused = c->refused + c->engine.refused;
}

static bool may_drop(enum fleet_what what)
{
	return what == FLEET_SUMMARY || what == FLEET_FLAG;
}

/* Takes *at out of the queue, and frees it. */
static void remove_at(struct carrier *c, struct waiting **at)
{
	struct waiting *w = *at;

	*at = w->next;
	if (!w->next)
		c->end = at;
	c->account.queued -= size_of(w);
	free(w);
}

static bool drop_oldest(struct carrier *c)
{
	for (struct waiting **at = &c->first; *at; at = &(*at)->next)
		if (may_drop((*at)->what)) {
			remove_at(c, at);
			c->dropped++;
			return true;
		}
	return false;
}

/* True when there is room for it now. */
static bool make_room(struct carrier *c, enum fleet_what what, uint64_t size)
{
	while (c->account.queued + size > c->queue)
		if (!drop_oldest(c))
			return !may_drop(what) && c->account.queued + size <= c->queue + SMALL;
	return true;
}

static void enqueue(struct carrier *c, const struct fleet_message *m)
{
	uint64_t size = sizeof(struct waiting) + m->machine.n + m->text.n;
	struct waiting *w = make_room(c, m->what, size) ? malloc(size) : NULL;

	if (!w) {
		c->dropped++;
		return;
	}
	*w = (struct waiting){.what = m->what,
		.token = m->token,
		.machine_n = (uint32_t)m->machine.n,
		.text_n = (uint32_t)m->text.n};
	if (m->machine.n)
		memcpy(w->bytes, m->machine.p, m->machine.n);
	if (m->text.n)
		memcpy(w->bytes + m->machine.n, m->text.p, m->text.n);
	*c->end = w;
	c->end = &w->next;
	c->account.queued += size;
}

static void fail(struct carrier *c, const char *fault)
{
	if (!c->fault)
		c->fault = fault;
}

static bool is_over(const struct carrier *c)
{
	return c->account.gone || c->fault;
}

static void send_some(struct carrier *c)
{
	int err = 0;

	while (c->first && !err && !is_over(c)) {
		const struct waiting *w = c->first;
		err = fleet_send(c->fd, &(struct fleet_message){.what = w->what,
						.token = w->token,
						.machine = {w->bytes, w->machine_n},
						.text = {w->bytes + w->machine_n, w->text_n}});
		if (err == -EAGAIN)
			return;
		if (err == -EPIPE)
			fail(c, "is no longer there");
		else if (err)
			c->refused++; /* the pair cannot hold such a packet here */
		if (err != -EPIPE) {
			remove_at(c, &c->first);
			err = 0;
		}
	}
}

void carrier_put(struct carrier *c, enum fleet_what what, struct str machine, uint64_t token,
	struct str text)
{
	const struct fleet_message m = {
		.what = what, .token = token, .machine = machine, .text = text};

	if (!fleet_message_is_fine(&m))
		c->refused++;
	else if (c->account.gone)
		c->dropped++;
	else
		enqueue(c, &m);
	send_some(c);
	add_up(c);
}

/* False: it says what it may not. */
static bool take_message(struct carrier *c, const struct fleet_message *m)
{
	if (m->what == FLEET_STATE && !m->machine.n)
		return engine_read_state(m->text, &c->account.connected, c->account.why);
	if (m->what == FLEET_ACCOUNT && !m->machine.n)
		return engine_read_account(m->text, &c->engine);
	return true;
}

bool carrier_poll(struct carrier *c, carrier_fn *fn, void *ctx)
{
	struct fleet_message m;
	int got = 1;

	for (int i = 0; i < TAKES_A_GO && got == 1 && !is_over(c); i++) {
		got = fleet_receive(c->fd, c->packet, &m);
		if (got == -EPIPE)
			fail(c, "is no longer there");
		else if (got < 0 || (got == 1 && !take_message(c, &m)))
			fail(c, "said what is no message");
		else if (got == 1)
			fn(ctx, &m);
	}
	send_some(c);
	add_up(c);
	return got == 1 && !is_over(c);
}

int carrier_fd(const struct carrier *c)
{
	return c->account.gone ? -1 : c->fd;
}

const struct carrier_account *carrier_account(const struct carrier *c)
{
	return &c->account;
}

const char *carrier_fault(const struct carrier *c)
{
	return c->account.gone ? NULL : c->fault;
}

void carrier_lose(struct carrier *c, const char *why)
{
	c->account.gone = true;
	c->account.connected = false;
	c->account.why[text_sanitise(c->account.why, sizeof c->account.why - 1, str_of(why))] =
		'\0';
	while (c->first) {
		remove_at(c, &c->first);
		c->dropped++;
	}
	add_up(c);
}

struct carrier *carrier_new(int fd, uint64_t queue)
{
	struct carrier *c = calloc(1, sizeof *c);
	const int bytes = PAIR_BYTES;

	if (!c)
		return NULL;
	c->fd = fd;
	c->queue = queue;
	c->end = &c->first;
	/* Less than that holds a message all the same. */
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
	return c;
}

void carrier_free(struct carrier *c)
{
	while (c && c->first)
		remove_at(c, &c->first);
	free(c);
}
