// SPDX-License-Identifier: MIT
#include "console/detail_parts.h"

#include "base/text.h"

#include <stdio.h>

#define CONNS_FEW  8    /* of the newest, while there are requests to show below */
#define CONNS_MOST 1000 /* a frame must stay cheap however many somebody opens */

const char *detail_known(char buf[static 16], uint64_t n, bool bytes)
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
static void print_whose(
	struct sheet *s, const struct model *m, int y, int x, unsigned style, const struct conn *k)
{
	const struct label *owner = model_owner(m, k), *netns = model_netns(m, k);
	char lip[ADDR_TEXT_MAX];

	if (owner)
		x += screen_print(
			s->area, y, x, style, "%.32s[%u]  ", owner->text, (unsigned)owner->pid);
	if (!addr_is_unset(&k->lip)) {
		addr_format(&k->lip, lip);
		x += screen_print(s->area, y, x, style, "%s  ", lip);
	}
	if (netns) /* one without a name is nobody's container, and its number tells nobody anything
		    */
		screen_text(s->area, y, x, style | STYLE_DIM, str_of(netns->text));
}

static unsigned conn_style(const struct conn *k)
{
	return k->state == TCP_SYN_RECV      ? STYLE_BAD
	       : k->state == TCP_ESTABLISHED ? STYLE_PLAIN
					     : STYLE_DIM;
}

static void print_conn(struct sheet *s, const struct model *m, const struct conn *k)
{
	char age[16], rtt[16] = "", rx[16], tx[16], retrans[16], line[256];
	const char *state = tcp_state_name(k->state), *dir = direction_name(k->dir);
	unsigned selected, style = conn_style(k);
	int y = sheet_row(s, &selected);

	if (y < 0)
		return;
	text_span(age, (uint64_t)conn_age(k, m->now) / USEC_PER_SEC);
	if (k->rtt_us)
		text_micros(rtt, k->rtt_us);
	snprintf(line, sizeof line, "%-11s %-3s %5u %6u %6s %6s %5s %5s %6s  ", state ? state : "?",
		dir ? dir : "", k->lport, k->port, age, rtt, detail_known(rx, k->rx, true),
		detail_known(tx, k->tx, true), detail_known(retrans, conn_retrans(k), false));
	int x = screen_text(s->area, y, 0, style | selected, str_of(line));
	if (model_machine(m)->ports_told)
		x += screen_print(s->area, y, x, style | selected, "%4u  ", k->requests);
	print_whose(s, m, y, x, style | selected, k);
}

void detail_print_conns(struct sheet *s, const struct detail *d)
{
	const struct host *h = &d->host;
	const struct model *m = d->panel.view->m;
	uint32_t most = d->all_conns || !h->log.requests ? CONNS_MOST : CONNS_FEW, n = 0;
	char line[128];

	if (d->gone || h->first_conn == POOL_NONE)
		return;
	snprintf(line, sizeof line,
		"State       dir local remote    age    rtt    in   out resent  %s"
		"process, local address, namespace",
		model_machine(m)->ports_told ? "reqs  " : "");
	sheet_heading(s, line);
	host_for_each_conn (m, h, k) {
		if (n++ == most)
			break;
		print_conn(s, m, k);
	}
	if (n > most) {
		snprintf(line, sizeof line, "and %u more%s", h->tcp.conns + h->closed - most,
			most == CONNS_FEW ? " (Tab shows them)" : "");
		sheet_label(s, STYLE_DIM, line);
	}
}
