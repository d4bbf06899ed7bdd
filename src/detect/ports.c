// SPDX-License-Identifier: MIT
#include "detect/ports.h"

#include "detect/hll.h"

#include <string.h>

#define MINUTE (60 * USEC_PER_SEC)

static uint32_t number_of(usec_t t)
{
	return t < 0 ? 1 : (uint32_t)(t / MINUTE) + 1;
}

static struct port *find(struct ports *p, uint16_t port)
{
	if (p->latest < p->n && p->at[p->latest].now.port == port)
		return &p->at[p->latest];
	for (uint32_t i = 0; i < p->n; i++)
		if (p->at[i].now.port == port) {
			p->latest = i;
			return &p->at[i];
		}
	return NULL;
}

/* The place of a further one. */
static struct port *make(struct ports *p, uint16_t port)
{
	struct port *idlest = &p->at[0];

	if (p->n < PORTS_MAX) {
		idlest = &p->at[p->n++];
	} else {
		p->replaced++;
		for (uint32_t i = 1; i < p->n; i++)
			if (p->at[i].last < idlest->last)
				idlest = &p->at[i];
	}
	*idlest = (struct port){.now.port = port};
	p->latest = (uint32_t)(idlest - p->at);
	return idlest;
}

static struct port *touch(struct ports *p, uint16_t port, usec_t now)
{
	struct port *at = find(p, port);

	if (!at)
		at = make(p, port);
	if (!p->began)
		p->began = now;
	if (now > at->last)
		at->last = now;
	return at;
}

void ports_note(struct ports *p, uint16_t port, enum port_what what, uint32_t n, uint64_t source,
	usec_t now)
{
	uint32_t number = number_of(now);
	struct port_minute *minute = &touch(p, port, now)->minutes[number % HERD_MINUTES];

	if (minute->number < number)
		*minute = (struct port_minute){.number = number};
	minute->n[what] += n;
	hll_add(minute->sources, HERD_SOURCE_BITS, source);
}

void port_now_add(struct port_now list[static PORTS_MAX], uint32_t *n, uint16_t port, bool half)
{
	uint32_t i = 0;

	while (i < *n && list[i].port != port)
		i++;
	if (i == PORTS_MAX)
		return;
	if (i == *n)
		list[(*n)++] = (struct port_now){.port = port};
	list[i].half_open += half;
	list[i].open += !half;
}

void ports_set_now(struct ports *p, const struct port_now *list, uint32_t n, usec_t now)
{
	for (uint32_t i = 0; i < p->n; i++)
		p->at[i].now.open = p->at[i].now.half_open = 0;
	for (uint32_t i = 0; i < n; i++)
		touch(p, list[i].port, now)->now = list[i];
}

void port_five(const struct port *port, usec_t now, struct port_five *ret)
{
	uint8_t sources[1 << HERD_SOURCE_BITS] = {0};

	*ret = (struct port_five){0};
	for (int i = 0; i < HERD_MINUTES; i++) {
		const struct port_minute *minute = &port->minutes[i];
		if (!minute->number || number_of(now) - minute->number >= HERD_MINUTES)
			continue;
		for (int what = 0; what < PORT_WHATS; what++)
			ret->n[what] += minute->n[what];
		hll_merge(sources, minute->sources, HERD_SOURCE_BITS);
	}
	ret->sources = hll_count(sources, HERD_SOURCE_BITS);
}

double ports_per_minute(const struct ports *p, uint32_t n, usec_t now)
{
	usec_t span = (HERD_MINUTES - 1) * MINUTE + now % MINUTE;

	if (span > now - p->began)
		span = now - p->began;
	if (span < WINDOW_STEP)
		span = WINDOW_STEP;
	return n * (double)MINUTE / (double)span;
}

static uint64_t weight_of(const struct port *port, usec_t now)
{
	struct port_five five;
	uint64_t sum = (uint64_t)port->now.open + port->now.half_open;

	port_five(port, now, &five);
	for (int what = 0; what < PORT_WHATS; what++)
		sum += five.n[what];
	return sum;
}

size_t ports_top(const struct ports *p, usec_t now, const struct port **ret, size_t k)
{
	uint64_t weights[PORTS_MAX];
	size_t n = 0;

	if (k > PORTS_MAX)
		k = PORTS_MAX;
	for (uint32_t i = 0; k && i < p->n; i++) {
		uint64_t weight = weight_of(&p->at[i], now);
		if (!weight || (n == k && weight <= weights[n - 1]))
			continue;
		size_t at = n < k ? n++ : n - 1;
		for (; at > 0 && weights[at - 1] < weight; at--) {
			weights[at] = weights[at - 1];
			ret[at] = ret[at - 1];
		}
		weights[at] = weight;
		ret[at] = &p->at[i];
	}
	return n;
}
