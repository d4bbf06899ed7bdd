// SPDX-License-Identifier: MIT
#include "kernel/quic_taps.h"

#include "base/mono.h"
#include "event/lost.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

int quic_taps_init(struct quic_taps *t, struct bpf_quic *bpf)
{
	t->bpf = bpf;
	quic_sample_rest(&t->sample, mono_now());
	return quic_ports_init(&t->ports);
}

static void close_sockets(struct quic_taps *t)
{
	for (; t->count; t->count--)
		for (int k = 0; k < 2; k++)
			if (t->fds[t->count - 1][k] >= 0)
				close(t->fds[t->count - 1][k]);
}

void quic_taps_done(struct quic_taps *t)
{
	close_sockets(t);
	quic_ports_done(&t->ports);
}

void quic_taps_forget(struct quic_taps *t, uint32_t ns)
{
	quic_ports_forget(&t->ports, ns);
}

void quic_taps_close(struct quic_taps *t)
{
	uint64_t start = cpu_now(), cost;

	if (!t->sample.open)
		return;
	close_sockets(t);
	t->counts = bpf_quic_total(t->bpf);
	cost = t->counts.looked * QUIC_SAMPLE_PACKET_NS + t->spent + cpu_now() - start;
	t->share = quic_sample_close(&t->sample, mono_now(), cost);
	t->is_over = true;
}

/* Opening. */

static void say(struct quic_taps *t, const struct netns *n, int err, struct event_sink *sink)
{
	struct event e = event_make(EVENT_NOTE, clock_now());
	char text[192];

	if (err == t->said || err == -ENOENT)
		return;
	t->said = err;
	snprintf(text, sizeof text, "QUIC packets%s%s are not counted: %s", n->own ? "" : " in ",
		n->own ? "" : n->name,
		err == -ENOSPC ? "too many network namespaces" : strerror(-err));
	e.note.text = str_of(text);
	event_put(sink, &e);
}

/* They stay with the namespace that they were opened in (socket(2) in network_namespaces(7)). */
static int open_in(struct quic_taps *t, struct netns_set *nets, const struct netns *n)
{
	int err = t->count < QUIC_TAPS_MAX ? netns_enter(nets, n) : -ENOSPC;

	if (err < 0)
		return err;
	err = bpf_quic_open(t->bpf, t->fds[t->count]);
	netns_leave(nets);
	if (!err)
		t->count++;
	return err;
}

/* The union of all namespaces that are looked at, as bpf_taps has it. */
static void open_all(struct quic_taps *t, struct netns_set *nets, struct event_sink *sink)
{
	uint64_t ports[LISTENERS_WORDS] = {0};

	for (uint32_t id = pool_next(&nets->pool, 0); id != POOL_NONE;
		id = pool_next(&nets->pool, id + 1)) {
		const struct netns *n = netns_at(nets, id);
		if (!listeners_any(&t->ports.found, n->ino))
			continue;
		int err = open_in(t, nets, n);
		if (err)
			say(t, n, err, sink);
		else
			listeners_ports(&t->ports.found, n->ino, ports);
	}
	bpf_quic_set_ports(t->bpf, ports);
}

static void begin(struct quic_taps *t, struct netns_set *nets, struct event_sink *sink)
{
	uint64_t start = cpu_now(), now = mono_now();

	open_all(t, nets, sink);
	t->spent = cpu_now() - start;
	if (t->count)
		quic_sample_open(&t->sample, now);
	else
		quic_sample_rest(&t->sample, now);
}

void quic_taps_poll(struct quic_taps *t, struct netns_set *nets, const struct listeners *tcp,
	struct event_sink *sink)
{
	uint64_t now = mono_now();

	quic_ports_poll(&t->ports, nets, tcp);
	put_lost(sink, clock_now(), "proc", t->ports.listing.rejected);
	t->ports.listing.rejected = 0;
	if (quic_sample_is_over(&t->sample, now))
		quic_taps_close(t);
	else if (!t->is_over && quic_sample_is_due(&t->sample, now))
		begin(t, nets, sink);
}
