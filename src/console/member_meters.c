// SPDX-License-Identifier: MIT
#include "console/member_meters.h"

#include "model/figures.h"
#include "tui/graph.h"

#include <math.h>

/* Which of its figures a meter shows: the number itself, or what came of it a second. */
static const struct {
	const char *figure, *otherwise; /* otherwise: where it does not know the first */
	bool rate;
} sources[TRENDS] = {
	[TREND_CONNS] = {"open", "conns", false},
	[TREND_HALF_OPEN] = {"half_open", NULL, false},
	[TREND_SYNS] = {"syns", NULL, true},
	[TREND_REQUESTS] = {"requests", NULL, true},
	[TREND_4XX] = {"answers_4xx", NULL, true},
	[TREND_5XX] = {"answers_5xx", NULL, true},
	[TREND_QUEUE] = {"accept_share", NULL, false},
	[TREND_WIRE] = {"wire_out", NULL, true},
	[TREND_LOG_LINES] = {"log_lines", NULL, true},
	[TREND_IN] = {"in_per_sec", NULL, false},
	[TREND_OUT] = {"out_per_sec", NULL, false},
};

static double figure_of(const struct member *member, const char *id, bool rate)
{
	size_t i = (size_t)(figure_find(id) - figures);
	uint64_t n = rate ? member->rates[i] : member->figures[i];

	return n == ABSENT ? -1 : rate ? (double)n / 1000 : (double)n;
}

double member_level(const struct member *member, enum trend_of of)
{
	double n = figure_of(member, sources[of].figure, sources[of].rate);

	if (member->state != MEMBER_UP)
		return -1;
	if (n < 0 && sources[of].otherwise)
		n = figure_of(member, sources[of].otherwise, sources[of].rate);
	return n;
}

void member_past(const struct member *member, enum trend_of of, double *ret, size_t n)
{
	const float *past = of == TREND_CONNS      ? member->past_conns
			    : of == TREND_REQUESTS ? member->past_requests
						   : NULL;
	double times = of == TREND_REQUESTS ? 60 : 1; /* a minute's worth */

	for (size_t i = 0; i < n; i++) {
		size_t ago = n - i; /* 1: the latest */
		ret[i] = GRAPH_NOTHING;
		if (!past || ago > FLEET_PAST)
			continue;
		float value = past[(member->past_at + FLEET_PAST - ago) % FLEET_PAST];
		if (!isnan(value))
			ret[i] = (double)value * times;
	}
}
