// SPDX-License-Identifier: MIT
/*
 * A flood of Initials: connections over QUIC that are begun and come to nothing.
 *
 * A client's handshake takes one to four datagrams with an Initial (two for a large hello, one or
 * two that acknowledge; RFC 9001, 4.1), and nobody connects but to ask. So requests explain as
 * many; what is beyond them is a flood. Without a log the packets themselves tell: of a connection
 * that is used, most are no Initials.
 */
#include "detect/parts.h"

#include <inttypes.h>
#include <stdio.h>

#define SPAN10   (10 * USEC_PER_SEC)
#define BY_HOSTS 0.9 /* of the Initials are told by address */

struct initials {
	double rate, packets, requests; /* a second */
	double explained;               /* Initials a second, by these requests */
	bool logged;                    /* a log tells of such requests */
};

/* Those that are logged when they are over were begun before: the minute is looked at, too. */
static double requests_of(const struct detect *d)
{
	const struct whole *w = &d->whole;
	usec_t now = d->model->now;
	double lately =
		window_sum(&w->over_quic, now, SPAN10) + window_sum(&w->unsaid, now, SPAN10);
	double before = window_sum(&w->over_quic, now, WINDOW_SPAN) +
			window_sum(&w->unsaid, now, WINDOW_SPAN);

	return lately / 10 > before / 60 ? lately / 10 : before / 60;
}

static struct initials initials_of(const struct detect *d)
{
	const struct quic_tally *q = &model_machine(d->model)->quic;
	struct initials s = {.rate = quic_rate(&q->initial_rate, d->model->now),
		.packets = quic_rate(&q->packet_rate, d->model->now),
		.requests = requests_of(d),
		.logged = !(d->missing & (NEED_LOGS | NEED_FRESH_LOGS))};

	/* None at all: what is followed may be another server's. */
	s.logged &= s.requests > 0;
	s.explained = s.requests * threshold_of(d, FLAG_INITIAL_FLOOD, 1);
	return s;
}

static double level_of(const struct detect *d, const struct initials *s)
{
	if (s->logged)
		return reach(d, FLAG_INITIAL_FLOOD, 0,
			s->rate > s->explained ? s->rate - s->explained : 0);
	return least(reach(d, FLAG_INITIAL_FLOOD, 0, s->rate),
		reach(d, FLAG_INITIAL_FLOOD, 2, s->packets > 0 ? s->rate / s->packets : 0));
}

/* Who sends them. */

struct senders {
	double of_hosts, of_nets; /* Initials in 10 s that are told of */
	uint32_t hosts, nets;
};

static bool is_host(const struct quic_of *of)
{
	return of->at.prefix.bits == ADDR_BITS;
}

static double sent_by(const struct detect *d, const struct quic_of *of)
{
	return window_sum(&of->tally.initial_rate, d->model->now, SPAN10);
}

#define for_each_sender(d, of)                                                   \
	for (const struct quic_of *of = prefixes_oldest(&(d)->model->quics); of; \
		of = prefixes_newer(&(d)->model->quics, of))

static struct senders senders_of(const struct detect *d)
{
	struct senders s = {0};

	for_each_sender(d, of)
	{
		double n = sent_by(d, of);
		if (n <= 0)
			continue;
		*(is_host(of) ? &s.of_hosts : &s.of_nets) += n;
		*(is_host(of) ? &s.hosts : &s.nets) += 1;
	}
	return s;
}

/* The prefixes that most come from; 0: from all over. */
static uint32_t name_senders(struct detect *d, const struct initials *i, const struct senders *s,
	struct zoom_found *ret_at, struct prefix ret[static ZOOM_PREFIXES])
{
	bool by_hosts = s->of_hosts >= i->rate * 10 * BY_HOSTS && s->hosts <= ZOOM_LEAVES / 2;

	if (!by_hosts && s->of_nets < i->rate * 10 / 2)
		return 0;
	zoom_clear(&d->zoom);
	for_each_sender(d, of) if (is_host(of) == by_hosts)
		zoom_add(&d->zoom, &of->at.prefix, rounded(sent_by(d, of)), 0);
	zoom_add_good(d, NULL);
	return zoom_prefixes(d, ret_at, ret);
}

static void say_flood(struct detect *d, const struct initials *i, struct finding *f)
{
	struct senders s = senders_of(d);
	struct zoom_found at;
	struct prefix p[ZOOM_PREFIXES];
	uint32_t count = name_senders(d, i, &s, &at, p);
	char from[64], requests[48] = "no log tells of requests over HTTP/3";

	finding_name_all(f, p, count);
	if (count)
		snprintf(from, sizeof from, "%.0f%% from %" PRIu32 " network%s", at.coverage * 100,
			count, count == 1 ? "" : "s");
	else
		snprintf(
			from, sizeof from, "from all over (%" PRIu32 " networks and more)", s.nets);
	if (i->logged)
		snprintf(requests, sizeof requests, "%.1f requests/s over HTTP/3", i->requests);
	SAY(f,
		"about %.0f Initials/s of %.0f QUIC packets/s, %s; %s; an Initial proves no "
		"address: "
		"sources may be forged",
		i->rate, i->packets, requests, from);
}

void judge_quic(struct detect *d)
{
	struct initials i;

	if (!model_knows_quic(d->model))
		return;
	i = initials_of(d);
	struct finding *f =
		found(d, FLAG_INITIAL_FLOOD, SCOPE_MACHINE, 0, level_of(d, &i), rounded(i.rate));
	if (f)
		say_flood(d, &i, f);
}
