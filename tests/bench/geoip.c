// SPDX-License-Identifier: MIT
/* How long a GeoIP look-up takes.
 *
 * usage: geoip FOLDER [ADDRESSES]
 *
 * Prints "cold NS found warm NS": of so many distinct addresses (default a million), each asked
 * for once, with the part that something is known of; then of a thousand of them, over and over. */
#include "enrich/geoip.h"
#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>

#define WARM_ADDRESSES 1000

static struct geoip *load(const char *dir)
{
	const char *dirs[] = {dir, NULL};
	struct geoip *g = geoip_new(&(struct geoip_options){.dirs = dirs});

	while (g && geoip_poll(g, 1, SIZE_MAX))
		;
	return g;
}

/* A walk over all addresses in no order, none twice; those of no use on the Internet left out. */
static struct addr next_addr(uint32_t *state)
{
	uint8_t b[4];

	do {
		*state = *state * 1664525u + 1013904223u;
		for (int i = 0; i < 4; i++)
			b[i] = (uint8_t)(*state >> (24 - 8 * i));
	} while (b[0] == 0 || b[0] == 10 || b[0] == 127 || b[0] >= 224);
	return addr_from_v4(b);
}

static double ask(struct geoip *g, const struct addr *ips, size_t n, size_t rounds, size_t *ret)
{
	usec_t began = clock_usec(CLOCK_MONOTONIC);
	struct geoip_place place;

	*ret = 0;
	for (size_t k = 0; k < rounds; k++)
		for (size_t i = 0; i < n; i++)
			*ret += geoip_find(g, &ips[i], &place);
	return (double)(clock_usec(CLOCK_MONOTONIC) - began) * 1000 / (double)(n * rounds);
}

int main(int argc, char **argv)
{
	size_t n = argc > 2 ? strtoul(argv[2], NULL, 10) : 1000000, found, ignored;
	struct addr *ips = calloc(n, sizeof *ips);
	struct geoip *g = argc > 1 ? load(argv[1]) : NULL;
	uint32_t state = 1;

	if (!ips || !g || n < WARM_ADDRESSES) {
		geoip_free(g);
		free(ips);
		return 1;
	}
	for (size_t i = 0; i < n; i++)
		ips[i] = next_addr(&state);
	double cold = ask(g, ips, n, 1, &found);
	ask(g, ips, WARM_ADDRESSES, 1, &ignored);
	double warm = ask(g, ips, WARM_ADDRESSES, n / WARM_ADDRESSES, &ignored);
	printf("cold %.0f found %.2f warm %.0f\n", cold, (double)found / (double)n, warm);
	geoip_free(g);
	free(ips);
	return 0;
}
