// SPDX-License-Identifier: MIT
/*
 * What members say of themselves in numbers, and what it comes to. Counts that only grow stay in
 * the sum when a member is lost or begins anew: what came, came. What is now is of those that are
 * up.
 */
#include "model/fleet_parts.h"

#include "base/num.h"
#include "model/figures.h"

#include <math.h>

_Static_assert(FLEET_FIGURES >= 60, "a place for each of figures[]");

#define THOUSANDTHS   1000.0
#define RATE_MOST     ((double)(UINT64_C(1) << 50))
#define FIGURE_UNSAID SIZE_MAX

/* They come in the table's order, more or less: the search goes on where it ended. */
static size_t find_figure(struct str id, size_t from)
{
	for (size_t i = 0; i < figure_count && i < FLEET_FIGURES; i++) {
		size_t at = (from + i) % figure_count;
		if (str_eq(str_of(figures[at].id), id))
			return at < FLEET_FIGURES ? at : FIGURE_UNSAID;
	}
	return FIGURE_UNSAID;
}

static struct str take_up_to(struct str *s, char end)
{
	const char *at = s->n ? memchr(s->p, end, s->n) : NULL;
	struct str part = {s->p, at ? (size_t)(at - s->p) : s->n};

	*s = str_skip(*s, at ? part.n + 1 : part.n);
	return part;
}

/* A set leaves out what is 0, but for the figures whose past is kept. So what is not said is 0
 * where it is always known, or was known of the figures beside it. */
static bool is_zero(const struct figure *f, bool knows_conns)
{
	if (f->flags & FIGURE_PAST)
		return false;
	if (f->flags & FIGURE_ZERO_ABSENT || (f->part == OF_SUMS && !f->known))
		return true;
	return f->known == model_knows_conns && knows_conns;
}

static void read_words(struct str words, uint64_t ret[static FLEET_FIGURES])
{
	const struct figure *half_open = figure_find("half_open");
	size_t next = 0;
	uint64_t v;

	memset(ret, 0xff, FLEET_FIGURES * sizeof *ret); /* ABSENT */
	while (words.n) {
		struct str number = take_up_to(&words, ' '), id = take_up_to(&number, '=');
		size_t at = find_figure(id, next);
		if (at == FIGURE_UNSAID || num_u64(number, &v) < 0)
			continue;
		ret[at] = v < FLEET_COUNT_MAX ? v : FLEET_COUNT_MAX;
		next = at + 1;
	}
	for (size_t i = 0; i < figure_count && i < FLEET_FIGURES; i++)
		if (ret[i] == ABSENT && is_zero(&figures[i], ret[half_open - figures] != ABSENT))
			ret[i] = 0;
}

/* Takes the old number out of a sum and puts the new one in. */
static void change_sum(uint64_t *sum, uint32_t *known, uint64_t old, uint64_t new)
{
	*known += (new != ABSENT) - (uint32_t)(old != ABSENT);
	if (!*known) {
		*sum = ABSENT;
		return;
	}
	*sum = (*sum == ABSENT ? 0 : *sum) + (new == ABSENT ? 0 : new) - (old == ABSENT ? 0 : old);
}

/* The highest of all; only when it was this one's, and falls, all have to be asked. */
static void change_highest(struct fleet *f, struct member *b, size_t i, uint64_t old, uint64_t new)
{
	uint64_t highest = ABSENT;

	f->known[i] += (new != ABSENT) - (uint32_t)(old != ABSENT);
	if (new != ABSENT && (f->figures[i] == ABSENT || new >= f->figures[i])) {
		f->figures[i] = new;
		return;
	}
	if (old == ABSENT || old != f->figures[i])
		return;
	for (uint32_t id = fleet_next(f, 0); id != POOL_NONE; id = fleet_next(f, id + 1)) {
		uint64_t of = id == b->number - 1 ? new : fleet_at(f, id)->figures[i];
		if (of != ABSENT && (highest == ABSENT || of > highest))
			highest = of;
	}
	f->figures[i] = highest;
}

static void set_now(struct fleet *f, struct member *b, size_t i, uint64_t new)
{
	if (figures[i].flags & FIGURE_HIGHEST)
		change_highest(f, b, i, b->figures[i], new);
	else
		change_sum(&f->figures[i], &f->known[i], b->figures[i], new);
	b->figures[i] = new;
}

/* Returns what has come. A number that fell is one of a new start. */
static uint64_t set_total(struct fleet *f, struct member *b, size_t i, uint64_t new)
{
	uint64_t old = b->figures[i], more;

	if (new == ABSENT)
		return 0;
	more = old == ABSENT || new < old ? new : new - old;
	f->known[i] += old == ABSENT;
	tally_grow(&f->figures[i], more);
	b->figures[i] = new;
	return more;
}

static void set_rate(struct fleet *f, struct member *b, size_t i, uint64_t new)
{
	change_sum(&f->rates[i], &f->rates_known[i], b->rates[i], new);
	b->rates[i] = new;
}

static uint64_t rate_of(uint64_t n, usec_t span)
{
	double rate = span > 0 ? (double)n * THOUSANDTHS * USEC_PER_SEC / (double)span : 0;

	return (uint64_t)(rate < RATE_MOST ? rate + 0.5 : RATE_MOST);
}

static uint64_t number_of(const struct member *b, const char *id)
{
	const struct figure *f = figure_find(id);

	return f ? b->figures[f - figures] : ABSENT;
}

static uint64_t or_zero(uint64_t n)
{
	return n == ABSENT ? 0 : n;
}

static uint32_t narrow(uint64_t n)
{
	return n == ABSENT ? 0 : n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

static void keep_past(struct member *b)
{
	const struct figure *requests = figure_find("requests");
	uint64_t conns = number_of(b, "conns"), rate = b->rates[requests - figures];

	b->past_conns[b->past_at] = conns == ABSENT ? NAN : (float)conns;
	b->past_requests[b->past_at] = rate == ABSENT ? NAN : (float)((double)rate / THOUSANDTHS);
	b->past_at = (b->past_at + 1) % FLEET_PAST;
}

/* What it is as a row. */
static void keep_tallies(struct member *b, uint64_t requests, uint64_t syns, usec_t from, usec_t at)
{
	struct tcp_tally *tcp = &b->tcp;
	uint32_t half_open = narrow(number_of(b, "half_open"));
	uint64_t established = number_of(b, "established"), conns = narrow(number_of(b, "conns"));

	log_tally_grow(&b->log, requests, from, at);
	b->log.requests = or_zero(number_of(b, "requests"));
	b->log.bytes = or_zero(number_of(b, "bytes"));
	b->log.status[4] = narrow(number_of(b, "answers_4xx"));
	b->log.status[5] = narrow(number_of(b, "answers_5xx"));
	window_spread(&tcp->syn_rate, syns, from, at);
	tcp->syns = number_of(b, "syns");
	tcp->handshakes = or_zero(number_of(b, "handshakes"));
	tcp->tx = number_of(b, "wire_out");
	tcp->conns = (uint32_t)conns;
	memset(tcp->states, 0, sizeof tcp->states);
	tcp->states[TCP_SYN_RECV] = half_open;
	tcp->states[TCP_ESTABLISHED] = established != ABSENT ? narrow(established)
				       : conns > half_open   ? (uint32_t)(conns - half_open)
							     : 0;
	uint64_t open = number_of(b, "open");
	if (open != ABSENT && open < conns)
		tcp->states[TCP_TIME_WAIT] = (uint32_t)(conns - open);
	b->ips = narrow(number_of(b, "ips"));
}

static bool only_grows(const struct figure *f)
{
	return f->metric.counter || f->flags & FIGURE_GROWTH;
}

/* What the fleet knows is what some member tells. */
static void learn(struct fleet *f, const struct member *b)
{
	if (number_of(b, "conns") != ABSENT)
		f->sees |= CAN_SEE_CONNS;
	if (number_of(b, "syns") != ABSENT)
		f->sees |= CAN_SEE_SYN_SOURCES;
	if (number_of(b, "handshakes") != ABSENT)
		f->sees |= CAN_SEE_HANDSHAKES;
	if (number_of(b, "quic_packets") != ABSENT)
		f->sees |= CAN_SEE_QUIC;
	f->logins_told |= number_of(b, "auth_failed") != ABSENT;
}

void member_figures(struct fleet *f, struct member *b, struct str words, usec_t at)
{
	const size_t requests = (size_t)(figure_find("requests") - figures);
	const size_t syns = (size_t)(figure_find("syns") - figures);
	bool follows = member_follows(b, b->last, at);
	uint64_t said[FLEET_FIGURES], more[FLEET_FIGURES] = {0};

	read_words(words, said);
	for (size_t i = 0; i < figure_count && i < FLEET_FIGURES; i++) {
		bool had = b->figures[i] != ABSENT;
		if (!only_grows(&figures[i])) {
			set_now(f, b, i, said[i]);
			continue;
		}
		more[i] = set_total(f, b, i, said[i]);
		set_rate(f, b, i,
			follows && had && said[i] != ABSENT ? rate_of(more[i], at - b->last)
							    : ABSENT);
		more[i] = follows && had ? more[i] : 0;
	}
	learn(f, b);
	keep_tallies(b, more[requests], more[syns], b->last, at);
	keep_past(b);
}

void member_figures_end(struct fleet *f, struct member *b)
{
	for (size_t i = 0; i < figure_count && i < FLEET_FIGURES; i++) {
		if (!only_grows(&figures[i]))
			set_now(f, b, i, ABSENT);
		set_rate(f, b, i, ABSENT);
	}
	b->tcp.conns = 0;
	b->ips = 0;
	memset(b->tcp.states, 0, sizeof b->tcp.states);
}
