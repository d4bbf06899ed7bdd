// SPDX-License-Identifier: MIT
#include "console/view.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

#define CONNS_FEW     8    /* of the newest, while there are requests to show below */
#define CONNS_MOST    1000 /* a frame must stay cheap however many somebody opens */
#define REQUESTS_MOST 200
#define FOOT_LINES    2

/* The sheet is written twice a frame: once to find the cursor and the length, once to draw. */
struct sheet {
	struct console *c;
	struct area area;
	int line, row; /* the next ones */
	bool measuring;
};

void detail_show(struct console *c, const struct addr *ip)
{
	c->detail = (struct detail_view){.host = {.ip = *ip}};
	console_push(c, PANEL_DETAIL);
}

/* Where the next line goes on screen, or -1. */
static int next_line(struct sheet *s)
{
	int y = s->line++ - s->c->detail.top;

	return s->measuring || y < 0 || y >= s->area.h ? -1 : y;
}

/* The same for a line that the cursor can stand on; *ret_selected is the style to add to it. */
static int next_row(struct sheet *s, unsigned *ret_selected)
{
	struct detail_view *v = &s->c->detail;
	bool selected = s->row++ == v->row;

	if (selected && s->measuring)
		v->line = s->line;
	int y = next_line(s);
	*ret_selected = selected ? STYLE_SELECTED : 0;
	if (selected && y >= 0)
		screen_fill(s->area, y, 0, STYLE_SELECTED);
	return y;
}

static void label(struct sheet *s, unsigned style, const char *text)
{
	int y = next_line(s);

	if (y >= 0)
		screen_text(s->area, y, 0, style, str_of(text));
}

static void heading(struct sheet *s, const char *text)
{
	int y = next_line(s);

	if (y < 0)
		return;
	screen_fill(s->area, y, 0, STYLE_BAR_IDLE);
	screen_text(s->area, y, 0, STYLE_BAR_IDLE, str_of(text));
}

static void print_seen(struct sheet *s, const struct host *h)
{
	char line[160], first[9], last[9], ago[16];

	clock_text(first, h->first_seen);
	clock_text(last, h->last_seen);
	usec_t since = s->c->m->now - h->last_seen;
	text_span(ago, since > 0 ? (uint64_t)since / USEC_PER_SEC : 0);
	snprintf(line, sizeof line, "First seen %s  last seen %s, %s ago", first, last, ago);
	label(s, STYLE_PLAIN, line);
}

static void print_states(struct sheet *s, const struct host *h)
{
	char line[512]; /* eleven states at 24 bytes, and some */
	const char *mark = ":";

	if (!s->c->detail.gone && model_is_remote(s->c->m, h)) {
		label(s, STYLE_PLAIN, "No connection of its own is known: it asks through a proxy");
		return;
	}
	int n = snprintf(line, sizeof line, "Connections %u", h->tcp.conns);

	for (unsigned i = 1; i < TCP_STATES; i++) {
		if (!h->tcp.states[i])
			continue;
		n += snprintf(line + n, sizeof line - (size_t)n, "%s %u %s", mark, h->tcp.states[i],
			tcp_state_name(i));
		mark = ",";
	}
	if (h->closed)
		snprintf(line + n, sizeof line - (size_t)n, "%s %u just closed", mark, h->closed);
	label(s, host_half_open(h) ? STYLE_BAD : STYLE_PLAIN, line);
}

/* One fact of the column table, when it is known: "RTT 18ms". */
static int add_fact(struct sheet *s, const struct host *h, char *line, size_t cap, const char *id,
	const char *name)
{
	const struct column *column = column_find(str_of(id));
	struct subject subject = subject_of_host(h);
	struct cell cell = column_cell(column, s->c->m, &subject);
	char text[32];

	if (cell.kind == CELL_NONE || cap < 2)
		return 0;
	cell_text(&cell, text, sizeof text);
	int n = snprintf(line, cap, "%s %s  ", name, text);
	return n < (int)cap ? n : (int)cap - 1;
}

static void print_kernel(struct sheet *s, const struct host *h)
{
	static const char *const facts[][2] = {{"syns", "SYNs"}, {"syn_rate", "in the last minute"},
		{"handshakes", "handshakes"}, {"held_secs", "held"}, {"rtt_us", "RTT"},
		{"rx", "in"}, {"tx", "out"}, {"retrans", "resent"}};
	char line[256] = "";
	int n = 0;

	for (size_t i = 0; i < ARRAY_LEN(facts); i++)
		n += add_fact(s, h, line + n, sizeof line - (size_t)n, facts[i][0], facts[i][1]);
	if (n)
		label(s, STYLE_PLAIN, line);
}

static void print_network(struct sheet *s, const struct host *h)
{
	const struct network *net = network_at(&s->c->m->networks, h->network);
	char line[256], name[PREFIX_TEXT_MAX], syns[32] = "";

	if (s->c->detail.gone)
		return;
	prefix_format(&net->prefix, name);
	if (network_syns(net))
		snprintf(syns, sizeof syns, ", %" PRIu64 " SYNs", network_syns(net));
	snprintf(line, sizeof line,
		"Network %s: %u address%s, %u connections, %u half-open, %" PRIu64 " requests%s",
		name, net->hosts, net->hosts == 1 ? "" : "es", net->tcp.conns,
		tcp_tally_half_open(&net->tcp), network_requests(&s->c->m->networks, net), syns);
	label(s, STYLE_PLAIN, line);
}

/* "BR, Sao Paulo  AS64500 Example Telecom" */
static void print_who(struct sheet *s, const struct host *h)
{
	struct who_line lines[WHO_LINES];
	int n = detail_who(s->c, h, lines);

	for (int i = 0; i < n; i++)
		label(s, lines[i].style, lines[i].text);
}

static void print_requests_sum(struct sheet *s, const struct host *h)
{
	static const char *const names[STATUS_CLASSES] = {
		"other", "1xx", "2xx", "3xx", "4xx", "5xx"};
	double rate = window_sum(&h->log.rate, s->c->m->now, WINDOW_SPAN);
	char line[256], bytes[8];

	if (!h->log.requests) {
		bool edge = !s->c->detail.gone && model_proxy(s->c->m, h)->forwarded;
		label(s, STYLE_PLAIN,
			edge ? "No logged requests of its own" : "No logged requests");
		return;
	}
	text_bytes(bytes, h->log.bytes);
	int n = snprintf(line, sizeof line,
		"Requests %" PRIu64 ", %.0f in the last minute, %s sent", h->log.requests, rate,
		bytes);
	for (size_t i = 1; i <= STATUS_CLASSES && (size_t)n < sizeof line; i++) {
		size_t class = i % STATUS_CLASSES;
		if (h->log.status[class])
			n += snprintf(line + n, sizeof line - (size_t)n, "  %s %u", names[class],
				h->log.status[class]);
	}
	label(s, h->log.status[5] ? STYLE_BAD : h->log.status[4] ? STYLE_WARN : STYLE_PLAIN, line);
}

static void print_proxy(struct sheet *s, const struct host_proxy *proxy)
{
	char line[160], ip[ADDR_TEXT_MAX];

	if (!addr_is_unset(&proxy->via)) {
		addr_format(&proxy->via, ip);
		snprintf(line, sizeof line, "Via %s (proxy)", ip);
		label(s, STYLE_INFO, line);
	}
	if (!proxy->forwarded)
		return;
	snprintf(line, sizeof line,
		"Proxy edge: forwards for %u client%s, %" PRIu64 " requests so far", proxy->clients,
		proxy->clients == 1 ? "" : "s", proxy->forwarded);
	label(s, STYLE_INFO, line);
}

static void print_logins(struct sheet *s, const struct host_login *login)
{
	double rate = window_sum(&login->rate, s->c->m->now, WINDOW_SPAN);
	char line[160], last[9];

	if (!login->failed && !login->accepted)
		return;
	clock_text(last, login->last);
	snprintf(line, sizeof line,
		"SSH logins %u failed (%.0f in the last minute), %u accepted  last %s as %.*s",
		login->failed, rate, login->accepted, last, (int)login->user_n, login->user);
	label(s, rate > 0 ? STYLE_BAD : STYLE_PLAIN, line);
}

static void print_summary(struct sheet *s, const struct host *h)
{
	if (s->c->detail.gone)
		label(s, STYLE_WARN,
			"This address has gone: no connection, and no request for a while. "
			"As last seen:");
	print_who(s, h);
	print_seen(s, h);
	print_states(s, h);
	print_kernel(s, h);
	print_requests_sum(s, h);
	if (!s->c->detail.gone) {
		print_proxy(s, model_proxy(s->c->m, h));
		print_logins(s, model_login(s->c->m, h));
	}
	print_network(s, h);
}

/* A number of a connection that the source may not know. */
static const char *known(char buf[static 16], uint64_t n, bool bytes)
{
	if (n == ABSENT)
		return "";
	if (bytes)
		text_bytes(buf, n);
	else
		text_count(buf, n);
	return buf;
}

/* "nginx[1234]  192.0.2.1  web": whose it is, and where. */
static void print_whose(struct sheet *s, int y, int x, unsigned style, const struct conn *k)
{
	const struct model *m = s->c->m;
	const struct label *owner = model_owner(m, k), *netns = model_netns(m, k);
	char lip[ADDR_TEXT_MAX];

	if (owner)
		x += screen_print(
			s->area, y, x, style, "%.32s[%u]  ", owner->text, (unsigned)owner->pid);
	if (!addr_is_unset(&k->lip)) {
		addr_format(&k->lip, lip);
		x += screen_print(s->area, y, x, style, "%s  ", lip);
	}
	style |= STYLE_DIM;
	if (netns)
		screen_text(s->area, y, x, style, str_of(netns->text));
	else if (k->ns)
		screen_print(s->area, y, x, style, "%u", k->ns);
}

static unsigned conn_style(const struct conn *k)
{
	return k->state == TCP_SYN_RECV      ? STYLE_BAD
	       : k->state == TCP_ESTABLISHED ? STYLE_PLAIN
					     : STYLE_DIM;
}

static void print_conn(struct sheet *s, const struct conn *k)
{
	char age[16], rtt[16] = "", rx[16], tx[16], retrans[16], line[256];
	const char *state = tcp_state_name(k->state), *dir = direction_name(k->dir);
	unsigned selected, style = conn_style(k);
	int y = next_row(s, &selected);

	if (y < 0)
		return;
	text_span(age, (uint64_t)conn_age(k, s->c->m->now) / USEC_PER_SEC);
	if (k->rtt_us)
		text_micros(rtt, k->rtt_us);
	snprintf(line, sizeof line, "%-11s %-3s %5u %6u %6s %6s %5s %5s %6s  ", state ? state : "?",
		dir ? dir : "", k->lport, k->port, age, rtt, known(rx, k->rx, true),
		known(tx, k->tx, true), known(retrans, conn_retrans(k), false));
	int x = screen_text(s->area, y, 0, style | selected, str_of(line));
	if (model_machine(s->c->m)->ports_told)
		x += screen_print(s->area, y, x, style | selected, "%4u  ", k->requests);
	print_whose(s, y, x, style | selected, k);
}

static void print_conns(struct sheet *s, const struct host *h)
{
	struct detail_view *v = &s->c->detail;
	uint32_t most = v->all_conns || !h->log.requests ? CONNS_MOST : CONNS_FEW, n = 0;
	char line[128];

	if (v->gone || h->first_conn == POOL_NONE)
		return;
	snprintf(line, sizeof line,
		"State       dir local remote    age    rtt    in   out resent  %s"
		"process, local address, namespace",
		model_machine(s->c->m)->ports_told ? "reqs  " : "");
	heading(s, line);
	host_for_each_conn (s->c->m, h, k) {
		if (n++ == most)
			break;
		print_conn(s, k);
	}
	if (n > most) {
		snprintf(line, sizeof line, "and %u more%s", h->tcp.conns + h->closed - most,
			most == CONNS_FEW ? " (Tab shows them)" : "");
		label(s, STYLE_DIM, line);
	}
}

/* The peer that a request came through, and whom its headers name. */
static void print_way(
	struct sheet *s, int y, int x, unsigned selected, const struct journal_entry *e)
{
	struct str claims = journal_claims(e);
	struct addr via;
	char ip[ADDR_TEXT_MAX];

	if (journal_via(e, &via)) {
		addr_format(&via, ip);
		x += screen_print(s->area, y, x, STYLE_DIM | selected, "  via %s", ip);
	}
	if (e->cut)
		x += screen_print(s->area, y, x, STYLE_DIM | selected, "  line cut off");
	if (claims.n) {
		x += screen_print(s->area, y, x, STYLE_DIM | selected, "  claims ");
		screen_text(s->area, y, x, STYLE_DIM | selected, claims);
	}
}

static void print_request(struct sheet *s, uint64_t at, const struct journal_entry *e)
{
	struct detail_view *v = &s->c->detail;
	char clock[9], bytes[16], status[8] = "-";
	unsigned selected;

	if (s->measuring && v->request == at)
		v->row = s->row;
	int y = next_row(s, &selected), x;
	/* On the first row the cursor keeps to the newest, whichever that is. */
	if (selected && !v->request && v->row > 0)
		v->request = at;
	if (y < 0)
		return;
	clock_text(clock, e->ts);
	x = screen_print(s->area, y, 0, STYLE_DIM | selected, "%s ", clock);
	if (!journal_is_request(e)) {
		char text[LOGIN_TEXT_MAX];
		x += screen_print(s->area, y, x, STYLE_DIM | selected, "SSH ");
		screen_text(s->area, y, x, login_style(e) | selected, login_text(e, text));
		return;
	}
	if (e->status)
		snprintf(status, sizeof status, "%u", e->status);
	x += screen_print(s->area, y, x, status_style(e->status) | selected, "%3s ", status);
	x += screen_print(
		s->area, y, x, STYLE_PLAIN | selected, "%6s ", known(bytes, e->bytes, true));
	x += screen_text(s->area, y, x, STYLE_BOLD | selected, journal_method(e)) + 1;
	x += draw_vhost(s->area, y, x, selected, e);
	x += screen_text(s->area, y, x, STYLE_PLAIN | selected, journal_path(e));
	print_way(s, y, x, selected, e);
}

static void print_requests(struct sheet *s, const struct host *h)
{
	const struct journal *j = &s->c->m->journal;
	const struct journal_entry *e;
	uint64_t at = h->last_request;

	if (!journal_at(j, at))
		return;
	heading(s, "Time     status bytes request, the newest first");
	for (int n = 0; n < REQUESTS_MOST && (e = journal_at(j, at)); at = e->before_host, n++)
		print_request(s, at, e);
	if (at)
		label(s, STYLE_DIM,
			journal_at(j, at) ? "older requests are not shown"
					  : "older requests are no longer held");
}

static void write_sheet(struct sheet *s)
{
	const struct host *h = &s->c->detail.host;

	s->line = s->row = 0;
	print_summary(s, h);
	print_conns(s, h);
	print_requests(s, h);
}

/* Agent and referer of the request under the cursor, else of the latest. */
static void draw_foot(const struct console *c, struct area a)
{
	const struct journal *j = &c->m->journal;
	const struct journal_entry *e = journal_at(j, c->detail.request);

	if (!e)
		e = journal_at(j, c->detail.host.last_request);
	if (!e || !journal_is_request(e))
		return;
	int x = screen_print(a, 0, 0, STYLE_DIM, "agent   ");
	screen_text(a, 0, x, STYLE_PLAIN, journal_agent(e));
	screen_print(a, 1, 0, STYLE_DIM, "referer ");
	screen_text(a, 1, x, STYLE_PLAIN, journal_referer(e));
}

static void take_snapshot(struct console *c)
{
	struct detail_view *v = &c->detail;
	uint32_t id = model_find_host(c->m, &v->host.ip);

	v->gone = id == POOL_NONE;
	if (!v->gone)
		v->host = *model_host(c->m, id);
}

static void scroll(struct detail_view *v)
{
	int most = v->lines > v->height ? v->lines - v->height : 0;

	if (v->line < v->top)
		v->top = v->line;
	if (v->line >= v->top + v->height)
		v->top = v->line - v->height + 1;
	if (v->row <=
		0) /* what stands above the first row, or below the last, can be reached too */
		v->top = 0;
	else if (v->row >= v->rows - 1 || v->top > most)
		v->top = most;
}

/* Finds the cursor's line; the row it stood on may be gone. */
static void measure(struct sheet *s)
{
	struct detail_view *v = &s->c->detail;

	for (int pass = 0; pass < 2; pass++) {
		write_sheet(s);
		v->lines = s->line;
		v->rows = s->row;
		if (v->row < v->rows || v->rows == 0)
			break;
		v->row = v->rows - 1;
	}
	scroll(v);
}

static void detail_draw(struct console *c, struct area a, bool focused)
{
	struct detail_view *v = &c->detail;
	int foot = a.h >= 10 ? FOOT_LINES : 0;
	struct sheet s = {.c = c, .area = area_rows(a, 1, a.h - 1 - foot), .measuring = true};
	char ip[ADDR_TEXT_MAX];

	(void)focused;
	take_snapshot(c);
	addr_format(&v->host.ip, ip);
	screen_fill(a, 0, 0, STYLE_BAR);
	screen_print(a, 0, 0, STYLE_BAR, "%s%s", ip, v->gone ? "  gone" : "");
	v->height = s.area.h > 0 ? s.area.h : 1;
	measure(&s);
	s.measuring = false;
	write_sheet(&s);
	if (foot && !v->gone)
		draw_foot(c, area_rows(a, a.h - foot, foot));
}

static void move(struct detail_view *v, int row)
{
	v->row = row >= v->rows ? v->rows - 1 : row;
	if (v->row < 0)
		v->row = 0;
	v->request = 0; /* whatever stands on that row is the selected one now */
}

static bool detail_act(struct console *c, enum action action)
{
	struct detail_view *v = &c->detail;

	switch (action) {
	case ACT_UP:
		move(v, v->row - 1);
		return true;
	case ACT_DOWN:
		move(v, v->row + 1);
		return true;
	case ACT_PAGE_UP:
		move(v, v->row - v->height);
		return true;
	case ACT_PAGE_DOWN:
		move(v, v->row + v->height);
		return true;
	case ACT_TOP:
		move(v, 0);
		return true;
	case ACT_END:
		move(v, v->rows);
		return true;
	case ACT_ALL:
		v->all_conns = !v->all_conns;
		move(v, 0);
		return true;
	default:
		return false;
	}
}

const struct panel_ops detail_panel = {
	.where = IN_DETAIL,
	.draw = detail_draw,
	.act = detail_act,
};
