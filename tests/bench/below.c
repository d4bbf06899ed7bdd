// SPDX-License-Identifier: MIT
/*
 * What a key below the rows costs at the caps, in processor time, which others on the machine do
 * not add to: over a full journal the longest slice and the whole of a gathering, with several
 * filters, and the moves; with full tables of the judgement, each of the tops.
 */
#include "console/log_gutter.h"
#include "console/log_view.h"
#include "console/top_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLICE  (4 * USEC_PER_MSEC)
#define HEIGHT 40

static struct log_view view;
static struct filter filter, highlight;

static struct model *full_model(void)
{
	struct model *m = model_new(&MODEL_LIMITS_DEFAULT);

	if (!m)
		abort();
	for (uint32_t i = 0; i < 200000; i++) {
		struct event e = event_make(EVENT_REQUEST, (usec_t)1795335400000000 + i * 10000);
		char path[64];
		addr_parse(STR_LIT("203.0.113.9"), &e.request.ip);
		e.request.ip.b[14] = (uint8_t)(i >> 8);
		e.request.ip.b[15] = (uint8_t)i;
		snprintf(path, sizeof path, "/p/%u", i % 977);
		e.request.path = str_of(path);
		e.request.method = STR_LIT("GET");
		e.request.agent = STR_LIT("curl");
		e.request.status = i % 50 ? 200 : 404;
		model_apply(m, &e);
	}
	return m;
}

static double ms(usec_t from)
{
	return (double)(clock_usec(CLOCK_PROCESS_CPUTIME_ID) - from) / 1000;
}

static uint32_t one_row(void *ctx, const struct journal_entry *e)
{
	(void)ctx;
	(void)e;
	return 1;
}

static void gather(const struct model *m, const char *text, const char *marked)
{
	struct log_terms terms = {
		.m = m, .filter = &filter, .highlight = &highlight, .show_private = true};
	struct filter_error error;
	double longest = 0, all = 0;
	int slices = 0;
	bool more = true;

	if (filter_compile(&filter, str_of(text), NULL, &error) ||
		filter_compile(&highlight, str_of(marked), NULL, &error))
		abort();
	log_view_restart(&view, m);
	while (more) {
		usec_t from = clock_usec(CLOCK_PROCESS_CPUTIME_ID);
		more = log_view_gather(&view, &terms, SLICE);
		log_view_fit(&view, m, HEIGHT, (struct log_rows){NULL, one_row});
		double took = ms(from);
		longest = took > longest ? took : longest;
		all += took;
		slices++;
	}
	printf("filter '%s', highlight '%s': %u of %lu lines, %u hits; %.1f ms in %d slices, "
	       "the longest %.2f ms\n",
		text, marked, view.index.lines.n, (unsigned long)m->journal.count,
		view.index.hits.n, all, slices, longest);
}

static void moves(const struct model *m)
{
	struct log_gutter_cell cells[HEIGHT];
	double longest = 0;

	for (int i = 0; i < 2000; i++) {
		usec_t from = clock_usec(CLOCK_PROCESS_CPUTIME_ID);
		switch (i % 6) {
		case 0:
			log_view_move(&view, -HEIGHT);
			break;
		case 1:
			log_view_move(&view, INT32_MIN);
			break;
		case 2:
			log_view_jump(&view, m, 1, NULL, 0);
			break;
		case 3:
			log_view_move_time(&view, m, 60 * USEC_PER_SEC);
			break;
		case 4:
			log_view_move(&view, INT32_MAX);
			break;
		default:
			log_view_jump(&view, m, -1, NULL, 0);
		}
		log_view_fit(&view, m, HEIGHT, (struct log_rows){NULL, one_row});
		log_gutter(&view, m, NULL, 0, cells, HEIGHT);
		double took = ms(from);
		longest = took > longest ? took : longest;
	}
	printf("moves, jumps, minutes, each with the gutter: the longest %.3f ms\n", longest);
}

static void swallow(struct event_sink *sink, const struct event *event)
{
	(void)sink;
	(void)event;
}

static void tops(void)
{
	static const char *const names[TABS] = {
		"log", "paths", "agents", "statuses", "ports", "hosts", "referers"};
	struct event_sink nowhere = {.put = swallow};
	struct model *m = model_new(&MODEL_LIMITS_DEFAULT);
	struct detect_options options = {.model = m, .sink = &nowhere};
	struct top_row rows[TOP_ROWS];
	char reason[160];
	int err;
	struct detect *d = m ? detect_new(&options, &err, reason) : NULL;
	static struct view v;

	if (!d)
		abort();
	usec_t begun = clock_usec(CLOCK_PROCESS_CPUTIME_ID);
	for (uint32_t i = 0; i < 600000; i++) {
		struct event e = event_make(EVENT_REQUEST, (usec_t)1795335400000000 + i * 500);
		char path[64], agent[32];
		addr_parse(STR_LIT("203.0.113.9"), &e.request.ip);
		e.request.ip.b[14] = (uint8_t)(i * 7 >> 8);
		e.request.ip.b[15] = (uint8_t)(i * 7);
		snprintf(path, sizeof path, "/d%u/p%u", i % 977 % 300, i % 977);
		snprintf(agent, sizeof agent, "agent %u", i % 700);
		e.request.path = e.request.referer = e.request.vhost = str_of(path);
		e.request.agent = str_of(agent);
		e.request.method = STR_LIT("GET");
		e.request.status = 200 + i % 300;
		model_apply(m, &e);
		detect_taker(d)->take(detect_taker(d), &e);
	}
	printf("a request: %.2f us\n", ms(begun) / 600);
	v.m = m;
	v.detect = d;
	for (int tab = TAB_PATHS; tab < TABS; tab++) {
		usec_t from = clock_usec(CLOCK_PROCESS_CPUTIME_ID);
		size_t n = 0;
		for (int i = 0; i < 20; i++)
			n = top_table(&v, (enum tab)tab, rows);
		printf("top of %s, %zu rows: %.3f ms\n", names[tab], n, ms(from) / 20);
	}
	detect_free(d);
	model_free(m);
}

int main(void)
{
	struct model *m = full_model();

	gather(m, "", "");
	gather(m, "", "status:404");
	moves(m);
	gather(m, "path~wp-login", "status:404");
	gather(m, "nothing-has-this", "");
	gather(m, "country:BR", "");
	gather(m, "reqs>5", "ua~curl");
	log_view_done(&view);
	model_free(m);
	tops();
}
