// SPDX-License-Identifier: MIT
#include "console/detail_parts.h"

#include "base/text.h"

#include <stdio.h>

#define CONNS_FEW  8    /* of the newest, while there are requests to show below */
#define CONNS_MOST 1000 /* a frame must stay cheap however many somebody opens */

/* What is said of each, from how many columns on. */
struct conn_column {
	const char *title;
	int width, from;
	bool left;
	void (*text)(char buf[static 16], const struct model *m, const struct conn *k);
};

static void known(char buf[static 16], uint64_t n, bool bytes)
{
	if (n == ABSENT)
		strcpy(buf, screen_glyph_text(GLYPH_DASH));
	else if (bytes)
		text_bytes(buf, n);
	else
		text_count(buf, n);
}

static void put_state(char buf[static 16], const struct model *m, const struct conn *k)
{
	const char *state = conn_is_closed(k) ? "closed" : tcp_state_name(k->state);

	(void)m;
	snprintf(buf, 16, "%s", state ? state : "?");
}

static void put_dir(char buf[static 16], const struct model *m, const struct conn *k)
{
	const char *dir = direction_name(k->dir);

	(void)m;
	snprintf(buf, 16, "%s", dir ? dir : "");
}

static void put_lport(char buf[static 16], const struct model *m, const struct conn *k)
{
	(void)m;
	snprintf(buf, 16, "%u", (unsigned)k->lport);
}

static void put_port(char buf[static 16], const struct model *m, const struct conn *k)
{
	(void)m;
	snprintf(buf, 16, "%u", (unsigned)k->port);
}

static void put_age(char buf[static 16], const struct model *m, const struct conn *k)
{
	text_span(buf, (uint64_t)conn_age(k, m->now) / USEC_PER_SEC);
}

static void put_rtt(char buf[static 16], const struct model *m, const struct conn *k)
{
	(void)m;
	if (k->rtt_us)
		text_micros(buf, k->rtt_us);
	else
		known(buf, ABSENT, false);
}

static void put_rx(char buf[static 16], const struct model *m, const struct conn *k)
{
	(void)m;
	known(buf, k->rx, true);
}

static void put_tx(char buf[static 16], const struct model *m, const struct conn *k)
{
	(void)m;
	known(buf, k->tx, true);
}

static uint64_t queue(uint32_t n)
{
	return n == CONN_ABSENT ? ABSENT : n;
}

static void put_unsent(char buf[static 16], const struct model *m, const struct conn *k)
{
	(void)m;
	known(buf, queue(k->txq), true);
}

static void put_unread(char buf[static 16], const struct model *m, const struct conn *k)
{
	(void)m;
	known(buf, queue(k->rxq), true);
}

static void put_resent(char buf[static 16], const struct model *m, const struct conn *k)
{
	(void)m;
	known(buf, conn_retrans(k), false);
}

static void put_limited(char buf[static 16], const struct model *m, const struct conn *k)
{
	(void)m;
	if (k->limited_us == ABSENT)
		known(buf, ABSENT, false);
	else
		text_micros(buf, k->limited_us);
}

static void put_requests(char buf[static 16], const struct model *m, const struct conn *k)
{
	if (model_machine(m)->ports_told)
		snprintf(buf, 16, "%u", (unsigned)k->requests);
	else
		known(buf, ABSENT, false);
}

static const struct conn_column facts[] = {
	{"State", 11, 0, true, put_state},
	{"dir", 3, 90, true, put_dir},
	{"port", 5, 0, false, put_lport},
	{"remote", 6, 0, false, put_port},
	{"age", 6, 0, false, put_age},
	{"rtt", 6, 0, false, put_rtt},
	{"in", 5, 0, false, put_rx},
	{"out", 5, 0, false, put_tx},
	{"unsent", 6, 90, false, put_unsent},
	{"unread", 6, 100, false, put_unread},
	{"resent", 6, 70, false, put_resent},
	{"limited", 7, 110, false, put_limited},
	{"reqs", 4, 80, false, put_requests},
};

static bool is_shown(const struct sheet *s, const struct model *m, const struct conn_column *c)
{
	return s->area.w >= c->from && (c->text != put_requests || model_machine(m)->ports_told);
}

/* A namespace that is called by its number has no name. */
static bool is_name(const char *text)
{
	return strspn(text, "0123456789") < strlen(text);
}

/* "nginx[1234]  192.0.2.1  web": whose it is, and where. */
static void print_whose(
	struct sheet *s, const struct model *m, int y, int x, unsigned style, const struct conn *k)
{
	const struct label *owner = model_owner(m, k), *netns = model_netns(m, k);
	char lip[ADDR_TEXT_MAX];

	if (owner)
		x += screen_print(
			s->area, y, x, style, "%.32s[%u]  ", owner->text, (unsigned)owner->pid);
	if (netns && is_name(netns->text))
		x += screen_print(s->area, y, x, style, "%s  ", netns->text);
	if (addr_is_unset(&k->lip))
		return;
	addr_format(&k->lip, lip);
	screen_text(s->area, y, x, style, str_of(lip));
}

static unsigned conn_style(const struct conn *k)
{
	return k->state == TCP_SYN_RECV      ? STYLE_WARN
	       : k->state == TCP_ESTABLISHED ? STYLE_PLAIN
					     : STYLE_DIM;
}

static void print_conn(struct sheet *s, struct about *a, const struct conn *k)
{
	const struct model *m = a->view->m;
	unsigned selected, style = conn_style(k);
	char port[8];
	int y = sheet_row(s, &selected), x = 0;

	snprintf(port, sizeof port, "%u", (unsigned)k->lport);
	detail_under(a, selected, "port", FILTER_IS, str_of(port));
	if (y < 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
		const struct conn_column *c = &facts[i];
		char text[16] = "";
		if (!is_shown(s, m, c))
			continue;
		c->text(text, m, k);
		int indent = c->left ? 0 : c->width - text_width(str_of(text));
		screen_text(s->area, y, x + indent, style | selected, str_of(text));
		x += c->width + 1;
	}
	print_whose(s, m, y, x + 1, style | selected, k);
}

static void print_heading(struct sheet *s, const struct model *m)
{
	char line[256];
	int n = 0;

	for (size_t i = 0; i < ARRAY_LEN(facts); i++)
		if (is_shown(s, m, &facts[i]))
			n += snprintf(line + n, sizeof line - (size_t)n,
				facts[i].left ? "%-*s " : "%*s ", facts[i].width, facts[i].title);
	snprintf(line + n, sizeof line - (size_t)n, " process, %saddress",
		s->area.w >= 100 ? "namespace, " : "");
	sheet_heading(s, line);
}

void detail_print_conns(struct sheet *s, struct about *a, int most)
{
	const struct host *h = &a->host;
	const struct model *m = a->view->m;
	bool all = a->all_conns || !a->gathered.n;
	uint32_t limit = most ? (uint32_t)most : all ? CONNS_MOST : CONNS_FEW, n = 0;
	char line[96];

	if (!about_is_host(a) || a->gone || h->first_conn == POOL_NONE)
		return;
	print_heading(s, m);
	host_for_each_conn (m, h, k) {
		if (n++ == limit)
			break;
		print_conn(s, a, k);
	}
	if (n > limit) {
		snprintf(line, sizeof line, "and %u more%s",
			(unsigned)(h->tcp.conns + h->closed - limit),
			a->brief             ? ": Enter opens the row"
			: limit == CONNS_FEW ? " (Tab shows them)"
					     : "");
		sheet_label(s, STYLE_DIM, line);
	}
}
