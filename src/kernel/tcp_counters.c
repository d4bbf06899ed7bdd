// SPDX-License-Identifier: MIT
#include "kernel/tcp_counters.h"

#include "base/container.h"
#include "base/mono.h"
#include "kernel/bpf_log.h"
#include "kernel/bpf_resets.h"
#include "kernel/bpf_syns.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define INTERVAL NSEC_PER_SEC
#define SLICE    (4 * NSEC_PER_MSEC)
#define PUT_MOST 1024 /* events in one poll */

/* The counters, and where in a tcp_stats event they go. */
static const struct {
	size_t field;
	enum probe_id id;
	bool elsewhere; /* counts in other network namespaces only; netstat adds our own */
} counters[] = {
	{offsetof(struct event_tcp_stats, synacks_again), PROBE_SYNACKS, false},
	{offsetof(struct event_tcp_stats, resets_received), PROBE_RESETS_RECEIVED, false},
	{offsetof(struct event_tcp_stats, resets_sent), PROBE_RESETS_SENT, true},
	{offsetof(struct event_tcp_stats, segments_again), PROBE_RETRANSMITS, true},
};

#define COUNTERS ARRAY_LEN(counters)

enum stage {
	STAGE_RESTING,
	STAGE_TURNED, /* the program counts on the other side */
	STAGE_PUTTING,
};

struct tcp_counters {
	struct source source;
	struct bpf_syns *syns;     /* NULL: does not load */
	struct bpf_resets *resets; /* NULL: does not load */
	struct bpf_load loads[COUNTERS];
	struct bpf_count counts[COUNTERS]; /* without per_cpu: does not load */
	struct topk sources, nets;
	enum stage stage;
	unsigned turns; /* that are to come; none while no SYN is counted */
	size_t put;     /* of what is to be put now */
	uint64_t due;
};

/* Telling. */

/* Absent while nothing counts: that is not none. */
static uint64_t count_syns(struct tcp_counters *h)
{
	const struct bpf_taps *taps = bpf_syns_taps(h->syns);
	uint64_t n = bpf_syns_total(h->syns);

	if (n && !h->turns)
		h->turns = 1;
	return n || !taps || bpf_taps_open(taps) ? n : ABSENT;
}

static void put_tcp_stats(struct tcp_counters *h, struct event_sink *sink)
{
	struct event e = event_make(EVENT_TCP_STATS, clock_now());

	if (h->syns)
		e.tcp_stats.syns = count_syns(h);
	for (size_t i = 0; i < COUNTERS; i++) {
		uint64_t n;
		if (!h->counts[i].per_cpu)
			continue;
		n = bpf_count_news(&h->counts[i]);
		if (n || !counters[i].elsewhere)
			*(uint64_t *)(void *)((char *)&e.tcp_stats + counters[i].field) = n;
	}
	event_put(sink, &e);
}

static void put_counts(struct tcp_counters *h, struct event_sink *sink)
{
	put_tcp_stats(h, sink);
	if (h->resets)
		bpf_resets_put(h->resets, sink);
}

static void put_source(const struct heavy *heavy, usec_t now, struct event_sink *sink)
{
	struct event e = event_make(EVENT_SYN, now);

	e.syn.ip = heavy->addr;
	e.syn.n = heavy->n;
	event_put(sink, &e);
}

static void put_net(const struct heavy *heavy, usec_t now, struct event_sink *sink)
{
	struct event e = event_make(EVENT_SYN_NET, now);

	e.syn_net.net = prefix_of(&heavy->addr, addr_is_v4(&heavy->addr) ? 24 : 48);
	e.syn_net.n = heavy->n;
	event_put(sink, &e);
}

/* True when there is more. */
static bool put_some(struct tcp_counters *h, size_t most, struct event_sink *sink)
{
	usec_t now = clock_now();

	for (; most && h->put < h->nets.count; most--)
		put_net(&h->nets.items[h->put++], now, sink);
	for (; most && h->put < h->nets.count + h->sources.count; most--)
		put_source(&h->sources.items[h->put++ - h->nets.count], now, sink);
	return h->put < h->nets.count + h->sources.count;
}

/* The source. */

static void turn(struct tcp_counters *h)
{
	topk_clear(&h->sources);
	topk_clear(&h->nets);
	h->put = 0;
	if (!h->syns || !h->turns)
		return;
	h->turns--;
	if (bpf_syns_begin(h->syns) == 0)
		h->stage = STAGE_TURNED;
}

/* An error leaves the rest in the kernel: it is read the time after next. */
static bool read_some(struct tcp_counters *h, uint64_t deadline)
{
	int more = bpf_syns_step(h->syns, deadline, &h->sources, &h->nets);

	if (more > 0)
		return true;
	if (more < 0)
		h->turns = 2;
	h->stage = STAGE_PUTTING;
	return h->nets.count > 0;
}

static bool rest(struct tcp_counters *h, struct event_sink *sink)
{
	uint64_t now = mono_now();

	if (now < h->due)
		return false;
	h->due += INTERVAL;
	if (h->due <= now)
		h->due = now + INTERVAL;
	put_counts(h, sink);
	turn(h);
	return false; /* whoever is still counting on the old side has until the next tick */
}

static int tcp_counters_poll(struct source *source, usec_t now, struct event_sink *sink)
{
	struct tcp_counters *h = container_of(source, struct tcp_counters, source);

	(void)now;
	switch (h->stage) {
	case STAGE_RESTING:
		return rest(h, sink);
	case STAGE_TURNED:
		return read_some(h, mono_now() + SLICE);
	case STAGE_PUTTING:
		if (put_some(h, PUT_MOST, sink))
			return 1;
		h->stage = STAGE_RESTING;
	}
	return 0;
}

static void finish(struct tcp_counters *h, struct event_sink *sink)
{
	if (h->stage == STAGE_TURNED)
		read_some(h, UINT64_MAX);
	if (h->stage == STAGE_PUTTING)
		put_some(h, SIZE_MAX, sink);
	h->stage = STAGE_RESTING;
}

static void tcp_counters_finish(struct source *source, usec_t now, struct event_sink *sink)
{
	struct tcp_counters *h = container_of(source, struct tcp_counters, source);

	(void)now;
	finish(h, sink);
	h->turns = 1;
	turn(h);
	/* Until every program that began before the turn has ended (membarrier(2): it waits for
	 * an RCU grace period). Where it is refused, that is a matter of microseconds. */
	syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	finish(h, sink);
	put_counts(h, sink);
}

static void tcp_counters_free(struct source *source)
{
	struct tcp_counters *h = container_of(source, struct tcp_counters, source);

	bpf_syns_free(h->syns);
	bpf_resets_free(h->resets);
	for (size_t i = 0; i < COUNTERS; i++) {
		bpf_count_done(&h->counts[i]);
		bpf_load_done(&h->loads[i]);
	}
	topk_done(&h->sources);
	topk_done(&h->nets);
	free(h);
}

static const struct source_ops tcp_counters_ops = {
	.name = "handshakes",
	.poll = tcp_counters_poll,
	.finish = tcp_counters_finish,
	.free = tcp_counters_free,
};

/* Opening. */

static void attached(struct tcp_counters_report *report, enum probe_id id)
{
	size_t n = strlen(report->probes);

	snprintf(report->probes + n, sizeof report->probes - n, "%s%s", n ? " " : "",
		probes[id].name);
}

/* So that the program does not count what happens in our own network namespace. */
static int exclude_own(struct bpf_load *l)
{
	struct stat st;
	uint32_t netns;

	if (stat("/proc/self/ns/net", &st) < 0)
		return -errno;
	netns = (uint32_t)st.st_ino;
	return bpf_load_set(l, ".rodata", &netns, sizeof netns);
}

static int open_counter(struct tcp_counters *h, size_t i, const char *btf)
{
	struct bpf_load *l = &h->loads[i];
	int err = bpf_load_open(l, probes[counters[i].id].image(), btf);

	if (!err && counters[i].elsewhere)
		err = exclude_own(l);
	if (!err)
		err = bpf_load_start(l);
	if (!err)
		err = bpf_count_init(&h->counts[i], bpf_load_map(l, "count"));
	if (err)
		bpf_load_done(l);
	return err;
}

static int open_syns(struct tcp_counters *h, const char *btf, struct tcp_counters_report *report)
{
	int err = -ENOSYS;

	for (enum probe_id id = PROBE_SYNS_FENTRY; id <= PROBE_SYNS_SOCKET; id++) {
		err = bpf_syns_new(id, btf, &h->syns);
		if (err)
			continue;
		attached(report, id);
		report->taps = bpf_syns_taps(h->syns);
		report->sees |= report->taps ? CAN_TAP_SYNS : CAN_SEE_SYN_SOURCES;
		return 0;
	}
	snprintf(report->note, sizeof report->note,
		"nothing that counts SYNs loads (--doctor): SYN cookies hide who sends them");
	return err;
}

static int open_resets(struct tcp_counters *h, const char *btf, struct tcp_counters_report *report)
{
	int err = bpf_resets_new(btf, &h->resets);

	if (err)
		return err;
	attached(report, PROBE_RESETS_BY_PEER);
	report->sees |= CAN_SEE_RESETS;
	return 0;
}

/* True when something works. */
static bool open_all(struct tcp_counters *h, const char *btf, struct tcp_counters_report *report)
{
	bool any = open_syns(h, btf, report) == 0;

	any |= open_resets(h, btf, report) == 0;
	for (size_t i = 0; i < COUNTERS; i++) {
		if (open_counter(h, i, btf) < 0)
			continue;
		attached(report, counters[i].id);
		any = true;
	}
	return any && topk_init(&h->sources, HANDSHAKES_SOURCES) == 0 &&
	       topk_init(&h->nets, HANDSHAKES_NETS) == 0;
}

struct source *tcp_counters_new(const char *btf, struct tcp_counters_report *ret_report)
{
	struct tcp_counters *h = calloc(1, sizeof *h);

	*ret_report = (struct tcp_counters_report){0};
	if (!h)
		return NULL;
	h->source.ops = &tcp_counters_ops;
	h->due = mono_now() + INTERVAL;
	bpf_log_begin(); /* libbpf would print what does not load */
	if (open_all(h, btf, ret_report))
		return &h->source;
	ret_report->probes[0] = '\0';
	ret_report->sees = 0;
	ret_report->taps = NULL;
	tcp_counters_free(&h->source);
	return NULL;
}
