// SPDX-License-Identifier: MIT
#include "console/page.h"
#include "console/panels.h"

#include "model/sums.h"

#include <inttypes.h>

#define INDENT 13

static void print_connections(struct page *p, const struct model *m)
{
	page_print(p, 0, STYLE_BOLD, "Connections");
	page_print(p, INDENT, STYLE_PLAIN, "source       %s",
		model_machine(m)->source[0] ? model_machine(m)->source : "not yet known");
	if (model_machine(m)->probes[0])
		page_print(p, INDENT, STYLE_PLAIN, "probes       %s", model_machine(m)->probes);
	if (model_machine(m)->note[0])
		page_print(p, INDENT, STYLE_WARN, "note         %s", model_machine(m)->note);
	page_print(p, INDENT, model_machine(m)->lost ? STYLE_BAD : STYLE_PLAIN,
		"lost         %" PRIu64 " kernel records or connections", model_machine(m)->lost);
	if (model_machine(m)->missed)
		page_print(p, INDENT, STYLE_PLAIN,
			"missed       %" PRIu64
			" moves that interrupts hid; listings made good for them",
			model_machine(m)->missed);
	page_print(p, INDENT, m->evicted ? STYLE_BAD : STYLE_PLAIN,
		"dropped      %" PRIu64 " addresses, the table was full", m->evicted);
}

static void print_count(struct page *p, uint64_t n, const char *name, const char *text)
{
	if (n != ABSENT)
		page_print(p, INDENT, STYLE_PLAIN, "%-12s %" PRIu64 " %s", name, n, text);
}

static void print_tcp_stats(struct page *p, const struct model *m)
{
	const struct event_tcp_stats *sum = &model_machine(m)->tcp_stats.totals,
				     *now = &model_machine(m)->tcp_stats.latest;
	uint64_t syns = model_knows_syns(m) ? model_sum(m, true).syns : ABSENT;

	page_print(p, 0, STYLE_BOLD, "Host since the start");
	print_count(p, syns, "SYNs", "to listening sockets");
	print_count(p, sum->cookies_sent, "cookies", "SYN cookies sent");
	print_count(p, sum->cookies_ok, "", "answers with a good cookie");
	print_count(p, sum->cookies_bad, "", "answers with a bad one");
	print_count(p, sum->listen_overflows, "overflows", "times an accept queue was full");
	print_count(p, sum->listen_drops, "drops", "connection attempts dropped, these included");
	print_count(p, sum->request_drops, "", "SYNs dropped, the SYN queue being full");
	print_count(p, sum->synacks_again, "", "SYN-ACKs sent again: nobody had answered");
	print_count(p, sum->resets_sent, "resets", "sent");
	print_count(p, sum->resets_received, "", "received");
	print_count(p, sum->segments_again, "resent", "segments sent again");
	if (now->accept_queue != ABSENT && now->accept_limit != ABSENT)
		page_print(p, INDENT, STYLE_PLAIN,
			"queue        %" PRIu64 " of %" PRIu64 " wait for accept at :%" PRIu64
			", the fullest",
			now->accept_queue, now->accept_limit, now->accept_port);
}

static void print_enricher(struct page *p, const struct enricher *e)
{
	bool fine = enricher_is_fine(e);

	page_print(p, INDENT, fine ? STYLE_PLAIN : STYLE_WARN, "%-12s %s%s%s", e->what, e->state,
		e->note[0] ? ": " : "", e->note);
	print_count(p, e->asked, "", "asked");
	print_count(p, e->answered, "", "answered");
	if (e->failed)
		print_count(p, e->failed, "", "failed");
	if (e->waiting)
		print_count(p, e->waiting, "", "waiting");
	if (e->dropped)
		print_count(p, e->dropped, "", "dropped, too many were waiting");
}

static void print_enrichers(struct page *p, const struct model *m)
{
	if (m->enrichers.n)
		page_print(p, 0, STYLE_BOLD, "Who is it");
	for (uint32_t i = 0; i < m->enrichers.n; i++)
		print_enricher(p, &m->enrichers.at[i]);
	if (m->geo.dropped)
		page_print(p, INDENT, STYLE_WARN,
			"dropped      %" PRIu64 " cities or networks, the table was full",
			m->geo.dropped);
}

static bool log_is_fine(const struct model_log *log)
{
	return log->state == LOG_READING && !log->rejected && !log->skipped;
}

static void print_log(struct page *p, const struct model_log *log)
{
	const char *state = log_state_name(log->state);
	bool fine = log->state == LOG_READING;

	page_print(p, 0, fine ? STYLE_BOLD : STYLE_WARN, "Log %s", log->name);
	page_print(p, INDENT, fine ? STYLE_PLAIN : STYLE_WARN, "state        %s%s%s",
		state ? state : "unknown", log->note[0] ? ": " : "", log->note);
	page_print(p, INDENT, STYLE_PLAIN, "lines        %" PRIu64, log->lines);
	if (log->lag != ABSENT && log->lag)
		page_print(p, INDENT, STYLE_PLAIN,
			"behind       %" PRIu64 " bytes are yet to be read", log->lag);
	if (log->rotated != ABSENT && log->rotated)
		page_print(p, INDENT, STYLE_PLAIN, "rotated      %" PRIu64 " time%s", log->rotated,
			log->rotated == 1 ? "" : "s");
	if (log->format[0])
		page_print(p, INDENT, STYLE_PLAIN, "format       %s", log->format);
	if (log->buffered[0])
		page_print(p, INDENT, STYLE_WARN,
			"buffered     %s by the server: its requests are seen late", log->buffered);
	if (log->rejected)
		page_print(p, INDENT, STYLE_WARN,
			"rejected     %" PRIu64 " of %" PRIu64 " lines, in no known format",
			log->rejected, log->lines);
	if (log->ignored)
		page_print(p, INDENT, STYLE_PLAIN,
			"left out     %" PRIu64 " of %" PRIu64
			" lines, which tell of no request or login",
			log->ignored, log->lines);
	if (log->sample[0])
		page_print(p, INDENT, STYLE_PLAIN, "the last     %s", log->sample);
	if (log->skipped)
		page_print(p, INDENT, STYLE_WARN,
			"skipped      %" PRIu64 " bytes: lines that are too long, or holes",
			log->skipped);
}

static void inputs_draw(struct panel *panel, struct area a, bool focused)
{
	const struct model *m = panel->view->m;
	struct page p = page_begin(panel, a, inputs_panel.title);

	(void)focused;
	/* What the header sends people here for comes first. */
	for (int fine = 0; fine <= 1; fine++)
		for (uint32_t i = 0; i < model_machine(m)->log_count; i++)
			if (log_is_fine(&model_machine(m)->logs[i]) == fine)
				print_log(&p, &model_machine(m)->logs[i]);
	if (!model_machine(m)->log_count)
		page_print(&p, 0, STYLE_BOLD, "No log is read.");
	if (model_machine(m)->unaddressed)
		page_print(&p, 0, STYLE_WARN, "%" PRIu64 " logged requests name no address.",
			model_machine(m)->unaddressed);
	print_connections(&p, m);
	print_enrichers(&p, m);
	print_tcp_stats(&p, m);
	page_end(&p);
}

const struct panel_ops inputs_panel = {
	.title = "Inputs",
	.where = IN_PAGE,
	.size = sizeof(struct page_panel),
	.open = page_open,
	.draw = inputs_draw,
	.act = page_act,
};
