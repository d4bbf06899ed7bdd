// SPDX-License-Identifier: MIT
#include "model/trend.h"

#include "model/figures.h"

#include <math.h>

#define MINUTE (60 * USEC_PER_SEC)
#define TEN    (10 * USEC_PER_SEC)

static const char *const ids[TRENDS] = {
	[TREND_CONNS] = "open",
	[TREND_HALF_OPEN] = "half_open",
	[TREND_SYNS] = "syns",
	[TREND_REQUESTS] = "requests",
	[TREND_4XX] = "answers_4xx",
	[TREND_5XX] = "answers_5xx",
	[TREND_QUEUE] = "accept_share",
	[TREND_WIRE] = "wire_out",
	[TREND_LOG_LINES] = "log_lines",
	[TREND_IN] = "in_per_sec",
	[TREND_OUT] = "out_per_sec",
};

static bool is_long(usec_t span)
{
	return span > TREND_MINUTES_MAX * MINUTE;
}

usec_t trend_width(usec_t span, size_t n)
{
	usec_t unit = is_long(span) ? TEN : USEC_PER_SEC;
	usec_t width = n ? (span + (usec_t)n - 1) / (usec_t)n : span;

	return width <= unit ? unit : (width + unit - 1) / unit * unit;
}

/* One ring, read by the number of its second or of its ten seconds. */
struct reader {
	const struct model *m;
	const struct figure *figure;
	bool show_private, tens;
	usec_t newest; /* the number that `ago` counts from */
};

/* NAN where it is not known. */
static float value_at(const struct reader *r, usec_t number)
{
	usec_t ago = r->newest - number;

	if (number < 0 || ago < 0 || ago >= UINT32_MAX)
		return NAN;
	return figure_past(r->figure, r->m, r->show_private, r->tens, (uint32_t)ago);
}

/* Of the readings [from, from + n). */
static uint64_t cell_of(const struct reader *r, usec_t from, usec_t n)
{
	double sum = 0, most = 0;
	uint32_t known = 0;

	for (usec_t i = 0; i < n; i++) {
		double value = (double)value_at(r, from + i);
		if (isnan(value))
			continue;
		sum += value;
		most = fmax(most, value);
		known++;
	}
	if (!known)
		return ABSENT;
	return (uint64_t)llround(r->figure->flags & FIGURE_GROWTH ? sum * 60 / known : most);
}

void trend_read(const struct model *m, bool show_private, enum trend_of of, usec_t until,
	usec_t span, uint64_t *ret_cells, size_t n)
{
	bool tens = is_long(span);
	usec_t unit = tens ? TEN : USEC_PER_SEC, width = trend_width(span, n);
	usec_t second = model_machine(m)->past[show_private].second;
	struct reader r = {
		m, figure_find(ids[of]), show_private, tens, tens ? second / 10 - 1 : second};
	usec_t first = until / width - (usec_t)n + 1;

	for (size_t i = 0; i < n; i++)
		ret_cells[i] = cell_of(&r, (first + (usec_t)i) * width / unit, width / unit);
}

void host_cells(const struct model *m, const struct host *h, uint64_t ret[static PULSE_CELLS])
{
	log_tally_pulse(&h->log, m->now, ret);
}

void network_cells(
	const struct model *m, const struct network *net, uint64_t ret[static PULSE_CELLS])
{
	static const struct log_tally none;

	log_tally_pulse(net->log == POOL_NONE
				? &none
				: (const struct log_tally *)pool_at(&m->networks.logs, net->log),
		m->now, ret);
}
