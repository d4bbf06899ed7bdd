// SPDX-License-Identifier: MIT
#include "kernel/quic_counters.h"

#include "base/container.h"
#include "base/mono.h"
#include "kernel/bpf_log.h"
#include "kernel/quic_taps.h"

#include <stdlib.h>

#define SLICE (4 * NSEC_PER_MSEC)

enum stage {
	STAGE_RESTING,
	STAGE_READING,
	STAGE_PUTTING,
};

struct quic_counters {
	struct source source;
	struct bpf_quic *bpf;
	struct quic_taps taps;
	struct topk sources, nets;
	enum stage stage;
	bool told; /* that packets are counted */
};

static void put(struct quic_counters *c, const struct prefix *net, struct quic_counts n,
	struct event_sink *sink)
{
	struct event e = event_make(EVENT_QUIC, clock_now());

	e.quic.net = *net;
	e.quic.packets = quic_share_scale(c->taps.share, n.packets);
	e.quic.initials = quic_share_scale(c->taps.share, n.initials);
	event_put(sink, &e);
}

static void put_heavy(
	struct quic_counters *c, const struct topk *heavy, bool nets, struct event_sink *sink)
{
	for (size_t i = 0; i < heavy->count; i++) {
		const struct addr *a = &heavy->items[i].addr;
		struct prefix p = prefix_of(
			a, !nets ? (addr_is_v4(a) ? 32 : ADDR_BITS) : (addr_is_v4(a) ? 24 : 48));
		put(c, &p, quic_counts_of(heavy->items[i].n), sink);
	}
}

/* That nothing comes is told once. */
static void put_all(struct quic_counters *c, struct event_sink *sink)
{
	const struct prefix everybody = {0};

	if (c->taps.counts.packets || !c->told)
		put(c, &everybody, c->taps.counts, sink);
	c->told = true;
	put_heavy(c, &c->nets, true, sink);
	put_heavy(c, &c->sources, false, sink);
}

static void begin(struct quic_counters *c)
{
	topk_clear(&c->sources);
	topk_clear(&c->nets);
	bpf_quic_begin(c->bpf);
	c->stage = STAGE_READING;
}

/* True when there is more. */
static bool step(struct quic_counters *c, uint64_t deadline, struct event_sink *sink)
{
	switch (c->stage) {
	case STAGE_RESTING:
		if (c->taps.is_over)
			begin(c);
		return false; /* whoever is still counting has until the next poll */
	case STAGE_READING:
		if (bpf_quic_step(c->bpf, deadline, &c->sources, &c->nets) <= 0)
			c->stage = STAGE_PUTTING;
		return true;
	case STAGE_PUTTING:
		put_all(c, sink);
		c->taps.is_over = false;
		c->stage = STAGE_RESTING;
	}
	return false;
}

static int quic_poll(struct source *source, usec_t now, struct event_sink *sink)
{
	struct quic_counters *c = container_of(source, struct quic_counters, source);

	(void)now;
	return step(c, mono_now() + SLICE, sink);
}

static void quic_finish(struct source *source, usec_t now, struct event_sink *sink)
{
	struct quic_counters *c = container_of(source, struct quic_counters, source);

	(void)now;
	quic_taps_close(&c->taps);
	step(c, UINT64_MAX, sink);
	while (step(c, UINT64_MAX, sink))
		;
}

static void quic_free(struct source *source)
{
	struct quic_counters *c = container_of(source, struct quic_counters, source);

	quic_taps_done(&c->taps);
	bpf_quic_free(c->bpf);
	topk_done(&c->sources);
	topk_done(&c->nets);
	free(c);
}

static const struct source_ops quic_ops = {
	.name = "quic",
	.poll = quic_poll,
	.finish = quic_finish,
	.free = quic_free,
};

struct source *quic_counters_new(const char *btf, struct quic_taps **ret_taps)
{
	struct quic_counters *c = calloc(1, sizeof *c);

	*ret_taps = NULL;
	if (!c)
		return NULL;
	c->source.ops = &quic_ops;
	bpf_log_begin(); /* libbpf would print what does not load */
	if (bpf_quic_new(btf, &c->bpf) == 0 && quic_taps_init(&c->taps, c->bpf) == 0 &&
		topk_init(&c->sources, QUIC_SOURCES) == 0 && topk_init(&c->nets, QUIC_NETS) == 0) {
		*ret_taps = &c->taps;
		return &c->source;
	}
	quic_free(&c->source);
	return NULL;
}
