// SPDX-License-Identifier: MIT
#include "kernel/bpf_taps.h"

#include "base/mono.h"
#include "kernel/netstat_parse.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define INTERVAL  NSEC_PER_SEC
#define QUIET     (10 * NSEC_PER_SEC)
#define ASK_MOST  8           /* namespaces in a second, besides those that are asked each time */
#define TEXT_MOST (32u << 10) /* as netstat.c has it */

struct tap {
	uint32_t ns;
	int fds[2]; /* IPv4, IPv6; -1: there is none */
	uint64_t until;
};

struct bpf_taps {
	const struct bpf_load *load;
	int ports_map;
	struct tap taps[BPF_TAPS_MAX];
	size_t count;
	uint64_t due;
	uint32_t next;                   /* whose turn it is to be asked */
	int said;                        /* the last error that a note has told */
	uint64_t ports[LISTENERS_WORDS]; /* as the program has them */
	char text[TEXT_MOST];
};

int bpf_taps_new(const struct bpf_load *load, struct bpf_taps **ret_taps)
{
	int map = bpf_load_map(load, "ports");
	struct bpf_taps *t = map < 0 ? NULL : calloc(1, sizeof *t);

	if (!t)
		return map < 0 ? map : -ENOMEM;
	t->load = load;
	t->ports_map = map;
	*ret_taps = t;
	return 0;
}

static void close_tap(struct bpf_taps *t, size_t i)
{
	for (int k = 0; k < 2; k++)
		if (t->taps[i].fds[k] >= 0)
			close(t->taps[i].fds[k]);
	t->taps[i] = t->taps[--t->count];
}

void bpf_taps_free(struct bpf_taps *t)
{
	while (t && t->count)
		close_tap(t, 0);
	free(t);
}

size_t bpf_taps_open(const struct bpf_taps *t)
{
	return t->count;
}

static struct tap *find(struct bpf_taps *t, uint32_t ns)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->taps[i].ns == ns)
			return &t->taps[i];
	return NULL;
}

/* Opening. */

static void say(struct bpf_taps *t, const struct netns *n, int err, struct event_sink *sink)
{
	struct event e = event_make(EVENT_NOTE, clock_now());
	char text[192];

	if (err == t->said || err == -ENOENT)
		return;
	t->said = err;
	snprintf(text, sizeof text, "the sources of SYNs%s%s cannot be counted: %s",
		n->own ? "" : " in ", n->own ? "" : n->name, strerror(-err));
	e.note.text = str_of(text);
	event_put(sink, &e);
}

/* Each stays with the namespace that it was opened in (socket(2) in network_namespaces(7)). */
static int open_tap(struct bpf_taps *t, struct netns_set *nets, const struct netns *n, uint64_t now)
{
	struct tap tap = {.ns = n->ino, .until = now + QUIET};
	int err = t->count < BPF_TAPS_MAX ? netns_enter(nets, n) : -ENOSPC;

	if (err < 0)
		return err;
	err = bpf_load_taps(t->load, IPPROTO_TCP, tap.fds);
	netns_leave(nets);
	if (!err)
		t->taps[t->count++] = tap;
	return err;
}

/* Asking. */

static uint64_t sum_of(const struct netstat *counters)
{
	struct event_tcp_stats all = event_make(EVENT_TCP_STATS, 0).tcp_stats;
	struct netstat none;
	uint64_t sum = 0;

	for (size_t i = 0; i < NETSTAT_COUNTERS; i++)
		none.at[i] = 0;
	netstat_delta(&none, counters, &all);
	const uint64_t counts[] = {all.cookies_sent, all.listen_drops, all.request_drops};
	for (size_t i = 0; i < ARRAY_LEN(counts); i++)
		sum += counts[i] == ABSENT ? 0 : counts[i];
	return sum;
}

/* True when TCP there was under stress since it was last asked. */
static bool ask(struct bpf_taps *t, struct netns_set *nets, struct netns *n)
{
	int fd = netns_open_netstat(nets, n);
	struct netstat counters;
	bool stressed;

	if (fd < 0)
		return false;
	ssize_t got = read(fd, t->text, sizeof t->text);
	close(fd);
	if (got <= 0)
		return false;
	netstat_clear(&counters);
	netstat_parse(&counters, (struct str){t->text, (size_t)got});
	uint64_t count = sum_of(&counters);
	stressed = n->stress.known && count != n->stress.count;
	n->stress = (struct netns_stress){count, true};
	return stressed;
}

static void look(struct bpf_taps *t, struct netns_set *nets, struct netns *n, uint64_t now,
	struct event_sink *sink)
{
	struct tap *tap;
	int err;

	if (!ask(t, nets, n))
		return;
	tap = find(t, n->ino);
	if (tap) {
		tap->until = now + QUIET;
		return;
	}
	err = open_tap(t, nets, n, now);
	if (err)
		say(t, n, err, sink);
}

/* Others take turns, those that nobody listens in are passed over: nothing is dropped there. */
static void look_at_others(struct bpf_taps *t, struct netns_set *nets,
	const struct listeners *listeners, uint64_t now, struct event_sink *sink)
{
	uint32_t id = pool_next(&nets->pool, t->next);
	unsigned asked = 0;

	for (; id != POOL_NONE && asked < ASK_MOST; id = pool_next(&nets->pool, id + 1)) {
		struct netns *n = netns_at(nets, id);
		if (n->own || find(t, n->ino) || !listeners_any(listeners, n->ino))
			continue;
		look(t, nets, n, now, sink);
		asked++;
	}
	t->next = id == POOL_NONE ? 0 : id;
}

static void look_at_open(
	struct bpf_taps *t, struct netns_set *nets, uint64_t now, struct event_sink *sink)
{
	for (size_t i = t->count; i-- > 0;) {
		uint32_t id = netns_find(nets, t->taps[i].ns);
		if (id != POOL_NONE && id != nets->own_id)
			look(t, nets, netns_at(nets, id), now, sink);
		if (id == POOL_NONE || t->taps[i].until <= now)
			close_tap(t, i);
	}
}

/* The union of all namespaces that are listened to: of a port that somebody listens on in one of
 * them, SYNs to another are counted as well. */
static void set_ports(struct bpf_taps *t, const struct listeners *listeners)
{
	uint64_t fresh[LISTENERS_WORDS] = {0};

	for (size_t i = 0; i < t->count; i++)
		listeners_ports(listeners, t->taps[i].ns, fresh);
	for (uint32_t i = 0; i < LISTENERS_WORDS; i++)
		if (fresh[i] != t->ports[i] &&
			bpf_map_update_elem(t->ports_map, &i, &fresh[i], BPF_ANY) == 0)
			t->ports[i] = fresh[i];
}

void bpf_taps_poll(struct bpf_taps *t, struct netns_set *nets, const struct listeners *listeners,
	struct event_sink *sink)
{
	uint64_t now = mono_now();

	if (now < t->due)
		return;
	t->due = now + INTERVAL;
	look(t, nets, netns_at(nets, nets->own_id), now, sink);
	look_at_open(t, nets, now, sink);
	look_at_others(t, nets, listeners, now, sink);
	if (t->count)
		set_ports(t, listeners);
}
