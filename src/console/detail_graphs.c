// SPDX-License-Identifier: MIT
#include "console/detail_parts.h"
#include "tui/graph.h"

#include "base/text.h"
#include "model/trend.h"

#include <stdio.h>

#define SYN_CELLS (WINDOW_BUCKETS - 1)
#define CELL      (PULSE_STEPS * WINDOW_STEP)
#define WIDE      4 /* columns of a cell, where there is room */

/* Each cell as many columns wide, its number and its span behind it. */
static void print_graph(struct sheet *s, const char *label, const double *cells, size_t n,
	double now, const char *span)
{
	double wide[SYN_CELLS * WIDE];
	int each = s->area.w >= 60 ? WIDE : 2, y = sheet_line(s);
	size_t count = 0;
	char number[8];

	if (y < 0)
		return;
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < each && count < ARRAY_LEN(wide); k++)
			wide[count++] = cells[i];
	screen_text(s->area, y, 0, STYLE_DIM, str_of(label));
	int x = SHEET_LABEL + graph_draw(s->area, y, SHEET_LABEL, (int)count, STYLE_INFO, wide,
				      count, graph_top(wide, count, 1));
	text_count(number, (uint64_t)(now + 0.5));
	x += screen_print(s->area, y, x, STYLE_PLAIN, " %s", number);
	if (x + 2 + text_width(str_of(span)) <= s->area.w)
		screen_print(s->area, y, x, STYLE_DIM, "  %s", span);
}

/* Somebody was counting then. */
static bool is_known(const struct model *m, usec_t ago)
{
	return m->now - ago >= m->started;
}

/* A cell of the pulse is 40 s. */
static void print_requests(struct sheet *s, const struct about *a)
{
	usec_t now = a->view->m->now;
	uint64_t cells[PULSE_CELLS];
	double rates[PULSE_CELLS];

	if (!a->log.requests)
		return;
	log_tally_pulse(&a->log, now, cells);
	for (size_t i = 0; i < PULSE_CELLS; i++)
		rates[i] = is_known(a->view->m, (usec_t)(PULSE_CELLS - 1 - i) * CELL)
				   ? (double)cells[i] * 1.5
				   : GRAPH_NOTHING;
	print_graph(s, "Req/min", rates, PULSE_CELLS, window_sum(&a->log.rate, now, WINDOW_SPAN),
		"last 5 min");
}

/* A bucket of the window is 5 s. */
static void print_syns(struct sheet *s, const struct about *a)
{
	const struct window *w = &a->tcp.syn_rate;
	struct window_bucket at = window_bucket(a->view->m->now);
	double rates[SYN_CELLS];

	if (a->tcp.syns == ABSENT || !a->tcp.syns)
		return;
	for (uint32_t i = 0; i < SYN_CELLS; i++) {
		uint32_t number = at.number - (SYN_CELLS - 1 - i);
		bool held = (int32_t)(w->head - number) >= 0 && w->head - number < WINDOW_BUCKETS;
		rates[i] = !is_known(a->view->m, (SYN_CELLS - 1 - i) * WINDOW_STEP) ? GRAPH_NOTHING
			   : held ? w->n[number % WINDOW_BUCKETS] * 12.0
				  : 0;
	}
	print_graph(s, "SYN/min", rates, SYN_CELLS, window_sum(w, a->view->m->now, WINDOW_SPAN),
		"last minute");
}

void detail_print_graphs(struct sheet *s, const struct about *a)
{
	print_requests(s, a);
	print_syns(s, a);
}
