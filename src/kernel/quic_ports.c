// SPDX-License-Identifier: MIT
#include "kernel/quic_ports.h"

#include "base/mono.h"

#include <unistd.h>

#define ROUND (2 * NSEC_PER_SEC) /* at least, between two looks at a namespace */
#define PART  500                /* looking takes at most this part of one CPU */

int quic_ports_init(struct quic_ports *p)
{
	*p = (struct quic_ports){0};
	int err = proc_listing_init(&p->listing);

	return err ? err : listeners_init(&p->found);
}

void quic_ports_done(struct quic_ports *p)
{
	if (p->listing.buf)
		proc_listing_done(&p->listing);
	listeners_done(&p->found);
}

void quic_ports_forget(struct quic_ports *p, uint32_t ns)
{
	listeners_forget(&p->found, ns);
	p->ns = 0; /* what is being read has lost its number */
	p->next = 0;
}

bool quic_ports_is_one(const struct event_conn *row, const struct listeners *tcp, uint32_t ns)
{
	return row->state == TCP_CLOSE && !row->port && row->lport &&
	       listeners_has(tcp, ns, row->lport);
}

static void take_row(void *ctx, struct event_conn *row)
{
	struct quic_ports *p = ctx;

	if (row && quic_ports_is_one(row, p->tcp, p->ns))
		listeners_list(&p->found, p->ns, row->lport);
}

/* The next one of the round; false when it is over. */
static bool begin(struct quic_ports *p, struct netns_set *nets)
{
	uint32_t id = pool_next(&nets->pool, p->next);
	int fds[2];

	while (id != POOL_NONE && !listeners_any(p->tcp, netns_at(nets, id)->ino))
		id = pool_next(&nets->pool, id + 1);
	if (id == POOL_NONE)
		return false;
	p->next = id + 1;
	if (netns_open_datagrams(nets, netns_at(nets, id), fds) < 0)
		return true;
	p->ns = netns_at(nets, id)->ino;
	proc_listing_begin(&p->listing, fds);
	listeners_begin(&p->found);
	return true;
}

static void read_some(struct quic_ports *p)
{
	int more = proc_listing_read(&p->listing, take_row, p);

	if (more > 0)
		return;
	if (more == 0)
		listeners_end(&p->found, p->ns);
	p->ns = 0;
}

/* A namespace that nobody listens in by TCP any more is not read again. */
static void forget_idle(struct quic_ports *p, const struct netns_set *nets)
{
	for (uint32_t id = pool_next(&nets->pool, 0); id != POOL_NONE;
		id = pool_next(&nets->pool, id + 1)) {
		uint32_t ns = netns_at(nets, id)->ino;
		if (listeners_any(&p->found, ns) && !listeners_any(p->tcp, ns))
			listeners_forget(&p->found, ns);
	}
}

/* At the start nobody is known to listen yet. */
static void end_round(struct quic_ports *p, const struct netns_set *nets, uint64_t now)
{
	forget_idle(p, nets);
	p->next = 0;
	if (listeners_know(p->tcp, nets->own_ino))
		p->due = now + ROUND;
}

void quic_ports_poll(struct quic_ports *p, struct netns_set *nets, const struct listeners *tcp)
{
	uint64_t now = mono_now(), start = cpu_now();

	if (now < p->due)
		return;
	p->tcp = tcp;
	if (p->ns)
		read_some(p);
	else if (!begin(p, nets))
		end_round(p, nets, now);
	p->tcp = NULL;
	uint64_t rest = now + (cpu_now() - start) * PART;
	if (rest > p->due)
		p->due = rest;
}
