// SPDX-License-Identifier: MIT
#include "console/page.h"
#include "console/panels.h"

#include "base/text.h"
#include "model/figures.h"

#include <inttypes.h>

#define INDENT 13

/* "cookies      1215 SYN cookies sent"; of those without a title the number only. */
static void print_count(struct page *p, uint64_t n, const char *name, const char *text)
{
	if (n != ABSENT)
		page_print(p, INDENT, STYLE_PLAIN, "%-12s %" PRIu64 " %s", name, n, text);
}

/* A loss: in another style as soon as there is one. */
static void print_loss(struct page *p, const struct figure_view *view, const char *id)
{
	const struct figure *f = figure_find(id);
	uint64_t n = figure_number(f, view);

	if (n != ABSENT)
		page_print(p, INDENT, n ? STYLE_BAD : STYLE_PLAIN, "%-12s %" PRIu64 " %s", f->title,
			n, f->help);
}

static void print_if_any(struct page *p, const struct figure_view *view, const char *id)
{
	const struct figure *f = figure_find(id);

	if (figure_number(f, view))
		print_count(p, figure_number(f, view), f->title, f->help);
}

static void print_connections(struct page *p, const struct figure_view *view)
{
	const struct machine *machine = view->machine;
	page_print(p, 0, STYLE_BOLD, "Connections");
	page_print(p, INDENT, STYLE_PLAIN, "source       %s",
		machine->source[0] ? machine->source : "not yet known");
	if (machine->probes[0])
		page_print(p, INDENT, STYLE_PLAIN, "probes       %s", machine->probes);
	if (machine->note[0])
		page_print(p, INDENT, STYLE_WARN, "note         %s", machine->note);
	print_loss(p, view, "lost");
	print_if_any(p, view, "missed");
	print_loss(p, view, "evicted");
	print_if_any(p, view, "conns_evicted");
	print_if_any(p, view, "thinned");
	print_if_any(p, view, "clock_steps");
}

static void print_tcp_stats(struct page *p, const struct figure_view *view)
{
	const struct event_tcp_stats *now = &view->machine->tcp_stats.latest;

	page_print(p, 0, STYLE_BOLD, "Server since the start");
	for (size_t i = 0; i < figure_count; i++)
		if (figures[i].flags & FIGURE_TCP)
			print_count(p, figure_number(&figures[i], view), figures[i].title,
				figures[i].help);
	if (now->accept_queue != ABSENT && now->accept_limit != ABSENT)
		page_print(p, INDENT, STYLE_PLAIN,
			"queue        %" PRIu64 " of %" PRIu64 " wait for accept at :%" PRIu64
			", the fullest",
			now->accept_queue, now->accept_limit, now->accept_port);
}

static const char *rate_text(uint64_t n, char buf[static 8])
{
	if (n == ABSENT)
		return "-";
	text_bytes(buf, n);
	return buf;
}

static void print_month(struct page *p, const struct traffic *t)
{
	char in[8], out[8];

	if (t->month_note[0])
		page_print(p, INDENT, STYLE_PLAIN, "month        not known: %s", t->month_note);
	else if (t->month_rx != ABSENT || t->month_tx != ABSENT)
		page_print(p, INDENT, STYLE_PLAIN, "month        in %s, out %s in %s, by vnstat",
			rate_text(t->month_rx, in), rate_text(t->month_tx, out), t->month);
}

static void print_traffic(struct page *p, const struct traffic *t)
{
	char in[8], out[8];

	if (!t->told)
		return;
	page_print(p, 0, t->note[0] ? STYLE_WARN : STYLE_BOLD, "Interface%s%s",
		t->name[0] ? " " : "", t->name);
	if (t->note[0])
		page_print(p, INDENT, STYLE_WARN, "note         %s", t->note);
	if (t->in != ABSENT || t->out != ABSENT)
		page_print(p, INDENT, STYLE_PLAIN, "now          in %s/s, out %s/s",
			rate_text(t->in, in), rate_text(t->out, out));
	if (t->rx != ABSENT || t->tx != ABSENT)
		page_print(p, INDENT, STYLE_PLAIN, "seen         in %s, out %s",
			rate_text(t->rx, in), rate_text(t->tx, out));
	if (t->speed != ABSENT)
		page_print(p, INDENT, STYLE_PLAIN, "link         %" PRIu64 " Mbit/s", t->speed);
	if (t->drops != ABSENT)
		print_count(p, t->drops, "dropped", t->drops == 1 ? "packet" : "packets");
	if (t->errors != ABSENT)
		print_count(p, t->errors, "errors", t->errors == 1 ? "packet" : "packets");
	print_month(p, t);
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

static bool is_list(const struct enricher *e)
{
	return strncmp(e->what, ENRICHER_LIST, sizeof ENRICHER_LIST - 1) == 0;
}

/* "nft          ready: 12 prefixes", or why it cannot be read. */
static void print_list(struct page *p, const struct enricher *e)
{
	bool fine = enricher_is_fine(e);

	page_print(p, INDENT, fine ? STYLE_PLAIN : STYLE_WARN, "%-12s %s%s%s, %" PRIu64 " %s",
		e->what + sizeof ENRICHER_LIST - 1, e->state, e->note[0] ? ": " : "", e->note,
		e->answered, e->answered == 1 ? "prefix" : "prefixes");
	if (e->dropped != ABSENT && e->dropped)
		print_count(p, e->dropped, "", "left out: they cannot be said as prefixes");
}

static void print_lists(struct page *p, const struct model *m)
{
	bool any = false;

	for (uint32_t i = 0; i < m->enrichers.n; i++) {
		if (!is_list(&m->enrichers.at[i]))
			continue;
		if (!any)
			page_print(p, 0, STYLE_BOLD, "What is kept out");
		any = true;
		print_list(p, &m->enrichers.at[i]);
	}
	if (m->blocks.dropped)
		page_print(p, INDENT, STYLE_WARN,
			"dropped      %" PRIu64 " blocks, the table was full", m->blocks.dropped);
}

static void print_enrichers(struct page *p, const struct model *m)
{
	bool any = false;

	for (uint32_t i = 0; i < m->enrichers.n; i++) {
		if (is_list(&m->enrichers.at[i]))
			continue;
		if (!any)
			page_print(p, 0, STYLE_BOLD, "Lookups");
		any = true;
		print_enricher(p, &m->enrichers.at[i]);
	}
	print_lists(p, m);
	if (m->geo.dropped)
		page_print(p, INDENT, STYLE_WARN,
			"dropped      %" PRIu64 " cities or networks, the table was full",
			m->geo.dropped);
}

static bool log_is_fine(const struct model_log *log)
{
	return log->errors || (log->state == LOG_READING && !log->rejected && !log->skipped);
}

static void print_log(struct page *p, const struct model_log *log)
{
	const char *state = log_state_name(log->state);
	bool fine = log->errors || log->state == LOG_READING;

	page_print(p, 0, fine ? STYLE_BOLD : STYLE_WARN, "%s %s", log->errors ? "Error log" : "Log",
		log->name);
	page_print(p, INDENT, fine ? STYLE_PLAIN : STYLE_WARN, "state        %s%s%s",
		state ? state : "unknown", log->note[0] ? ": " : "", log->note);
	page_print(p, INDENT, STYLE_PLAIN, "lines        %" PRIu64, log->lines);
	if (log->lag != ABSENT && log->lag)
		page_print(p, INDENT, STYLE_PLAIN,
			"behind       %" PRIu64 " bytes are yet to be read", log->lag);
	if (log->rotated != ABSENT && log->rotated)
		page_print(p, INDENT, STYLE_PLAIN, "rotated      %" PRIu64 " time%s", log->rotated,
			log->rotated == 1 ? "" : "s");
	if (log->missed)
		page_print(p, INDENT, STYLE_WARN,
			"missed       %" PRIu64 " time%s: gone before all of it could be read",
			log->missed, log->missed == 1 ? "" : "s");
	if (log->format[0])
		page_print(p, INDENT, STYLE_PLAIN, "format       %s", log->format);
	if (log->buffered[0])
		page_print(p, INDENT, STYLE_WARN,
			"buffered     %s by the server: its entries appear with a delay",
			log->buffered);
	if (log->rejected)
		page_print(p, INDENT, STYLE_WARN,
			"rejected     %" PRIu64 " of %" PRIu64 " lines, in no known format",
			log->rejected, log->lines);
	if (log->ignored)
		page_print(p, INDENT, STYLE_PLAIN,
			"left out     %" PRIu64 " of %" PRIu64 " lines that are %s", log->ignored,
			log->lines,
			log->errors ? "neither a refusal nor a backend's failure"
				    : "neither a request nor a login");
	if (log->sample[0])
		page_print(p, INDENT, STYLE_PLAIN, "the last     %s", log->sample);
	if (log->skipped)
		page_print(p, INDENT, STYLE_WARN,
			"skipped      %" PRIu64 " bytes: lines that are too long, or holes",
			log->skipped);
}

/* What the header sends people here for comes first. */
static void print_logs(struct page *p, const struct machine *machine)
{
	uint64_t unaddressed = machine->unaddressed;

	for (int fine = 0; fine <= 1; fine++)
		for (uint32_t i = 0; i < machine->log_count; i++)
			if (log_is_fine(&machine->logs[i]) == fine)
				print_log(p, &machine->logs[i]);
	if (!machine->log_count)
		page_print(p, 0, STYLE_BOLD, "No log is read.");
	if (machine->logs_not_followed)
		page_print(p, 0, STYLE_WARN, "%" PRIu64 " log%s not followed: no room for more.",
			machine->logs_not_followed, machine->logs_not_followed == 1 ? "" : "s");
	if (unaddressed)
		page_print(p, 0, STYLE_WARN, "%" PRIu64 " logged request%s without an address.",
			unaddressed, unaddressed == 1 ? "" : "s");
}

static void inputs_draw(struct panel *panel, struct area a, bool focused)
{
	struct figure_view view = figures_view(panel->view->m, panel->view->show_private);
	struct page p = page_begin(panel, a, inputs_panel.title);

	(void)focused;
	if (panel->view->unconfined) {
		page_print(&p, 0, STYLE_BOLD, "This program");
		page_print(&p, INDENT, STYLE_WARN, "sandbox      %s", panel->view->unconfined);
	}
	print_logs(&p, view.machine);
	print_connections(&p, &view);
	print_traffic(&p, &view.machine->traffic);
	print_enrichers(&p, view.m);
	print_tcp_stats(&p, &view);
	page_end(&p);
}

const struct panel_ops inputs_panel = {
	.title = "Inputs",
	.where = IN_PAGE,
	.size = sizeof(struct page_panel),
	.open = page_open,
	.draw = inputs_draw,
	.act = page_act,
	.search = page_search,
	.mouse = page_mouse,
};
