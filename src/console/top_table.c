// SPDX-License-Identifier: MIT
#include "console/top_table.h"

#include "base/num.h"
#include "base/text.h"

#include <stdlib.h>

/* Which table a tab shows. */
static const enum herd_kind kinds[TABS] = {
	[TAB_AGENTS] = HERD_AGENTS,
	[TAB_STATUSES] = HERD_STATUSES,
	[TAB_HOSTS] = HERD_VHOSTS,
	[TAB_REFERERS] = HERD_REFERERS,
};

static void set_name(struct top_row *row, struct str name)
{
	name = text_clip(name, HERD_TEXT_MAX);
	row->name_n = (uint8_t)name.n;
	memcpy(row->name, name.n ? name.p : "", name.n);
}

struct top_row top_row_of(const struct herds *t, const struct herd *h, usec_t now)
{
	struct top_row row = {.key = h->key,
		.per_min = herd_per_minute(t, h, now),
		.is_cut = h->text_n == HERD_TEXT_MAX};
	struct herd_five five;
	struct herd_recent recent;

	herd_five(h, now, &five);
	herd_recent(h, now, &recent);
	double each = five.requests ? row.per_min / five.requests : 0;
	row.client_errors = five.client_errors * each;
	row.server_errors = five.server_errors * each;
	row.sources = five.sources;
	row.requests = recent.requests;
	row.queries = recent.queries;
	set_name(&row, herd_text(h));
	return row;
}

static size_t herd_rows(
	const struct view *v, const struct herds *t, struct top_row rows[static TOP_ROWS])
{
	const struct herd *top[TOP_ROWS];
	size_t n = herds_top(t, v->m->now, TOP_SPAN, top, TOP_ROWS);

	for (size_t i = 0; i < n; i++)
		rows[i] = top_row_of(t, top[i], v->m->now);
	return n;
}

/* Statuses: each class, the worst first, and below it its codes. How many addresses a class has is
 * not known: one may have answers of several codes. */

static unsigned class_of(const struct top_row *row)
{
	return row->name_n ? (unsigned)(row->name[0] - '0') : 0;
}

static void add_class(struct top_row *class, const struct top_row *codes, size_t n, unsigned which)
{
	const char name[] = {(char)('0' + which), 'x', 'x'};
	double all = 0;

	*class = (struct top_row){.key = which};
	set_name(class, (struct str){name, sizeof name});
	for (size_t i = 0; i < n; i++) {
		all += codes[i].per_min;
		if (class_of(&codes[i]) == which)
			class->per_min += codes[i].per_min;
	}
	class->part = all > 0 ? class->per_min / all : 0;
}

static size_t status_rows(
	const struct view *v, const struct herds *t, struct top_row rows[static TOP_ROWS])
{
	struct top_row codes[TOP_ROWS], class;
	size_t n = herd_rows(v, t, codes), used = 0;
	double all = 0;

	for (size_t i = 0; i < n; i++)
		all += codes[i].per_min;
	for (unsigned c = HERD_STATUS_CLASS; c-- > 0 && used < TOP_ROWS;) {
		add_class(&class, codes, n, c);
		if (class.per_min > 0)
			rows[used++] = class;
		for (size_t i = 0; i < n && used < TOP_ROWS; i++) {
			if (class_of(&codes[i]) != c)
				continue;
			rows[used] = codes[i];
			rows[used].is_code = true;
			rows[used++].part = all > 0 ? codes[i].per_min / all : 0;
		}
	}
	return used;
}

static size_t port_rows(
	const struct view *v, const struct ports *t, struct top_row rows[static TOP_ROWS])
{
	const struct port *top[TOP_ROWS];
	size_t n = ports_top(t, v->m->now, top, TOP_ROWS);

	for (size_t i = 0; i < n; i++) {
		struct port_five five;
		char name[20];
		port_five(top[i], v->m->now, &five);
		rows[i] = (struct top_row){.key = top[i]->now.port,
			.per_min = ports_per_minute(t, five.n[PORT_REQUESTS], v->m->now),
			.handshakes = ports_per_minute(t, five.n[PORT_HANDSHAKES], v->m->now),
			.sources = five.sources,
			.open = top[i]->now.open,
			.half = top[i]->now.half_open};
		set_name(&rows[i], (struct str){name, num_put(name, top[i]->now.port)});
	}
	return n;
}

size_t top_table(const struct view *v, enum tab tab, struct top_row rows[static TOP_ROWS])
{
	if (!v->detect)
		return 0;
	if (tab == TAB_PATHS)
		return top_paths(v, rows);
	if (tab == TAB_PORTS)
		return port_rows(v, detect_ports(v->detect), rows);
	const struct herds *t = detect_herds(v->detect, kinds[tab]);
	return tab == TAB_STATUSES ? status_rows(v, t, rows) : herd_rows(v, t, rows);
}

uint32_t top_table_span(const struct view *v)
{
	usec_t watched = (v->m->now - v->m->started) / USEC_PER_SEC;

	watched = watched < 0 ? 0 : watched;
	return (uint32_t)(watched < HERD_MINUTES * 60 ? watched : HERD_MINUTES * 60);
}

/* To filter by. */

struct pattern {
	char *text;
	size_t n;
};

static void put(struct pattern *p, struct str s)
{
	size_t room = FILTER_TEXT_MAX - p->n;

	s = text_clip(s, room);
	if (s.n)
		memcpy(p->text + p->n, s.p, s.n);
	p->n += s.n;
}

/* Identifiers, and what no pattern can hold, are any text. */
static void put_any(struct pattern *p, struct str name)
{
	static const struct str id = {"{n}", 3};

	while (name.n) {
		size_t skip = str_starts(name, id) ? id.n : name.p[0] == '"' ? 1 : 0;
		put(p, skip ? STR_LIT("*") : (struct str){name.p, 1});
		skip = skip ? skip : 1;
		name = (struct str){name.p + skip, name.n - skip};
	}
}

/* A path stands for itself with whatever query came. Of what has identifiers these were counted as
 * if they were queries. */
static void path_target(const struct top_row *row, struct pattern *p, struct filter_target *ret)
{
	struct str name = top_name(row);
	bool is_folded = memmem(row->name, name.n, "{n}", 3) != NULL;
	bool is_open = is_folded || row->is_cut || row->is_dir;

	if (!row->queries && !is_open) {
		*ret = (struct filter_target){"path", FILTER_EQUAL, name};
		return;
	}
	put(p, STR_LIT("^"));
	put_any(p, name);
	if (!is_open && row->queries >= row->requests)
		put(p, STR_LIT("?"));
	*ret = (struct filter_target){"path", FILTER_LIKE, {p->text, p->n}};
}

static void text_target(const struct top_row *row, const char *field, const char *before,
	struct pattern *p, struct filter_target *ret)
{
	put(p, str_of(before));
	put_any(p, top_name(row));
	*ret = (struct filter_target){field, FILTER_LIKE, {p->text, p->n}};
}

bool top_target(const struct top_row *row, enum tab tab, char buf[static FILTER_TEXT_MAX],
	struct filter_target *ret)
{
	struct pattern p = {buf, 0};

	buf[0] = '\0';
	switch (tab) {
	case TAB_AGENTS:
		if (row->is_cut)
			text_target(row, "ua", "^", &p, ret);
		else
			*ret = (struct filter_target){"ua", FILTER_EQUAL, top_name(row)};
		break;
	case TAB_STATUSES:
		*ret = (struct filter_target){"status", FILTER_IS, top_name(row)};
		break;
	case TAB_PORTS:
		*ret = (struct filter_target){"port", FILTER_IS, top_name(row)};
		break;
	case TAB_HOSTS:
		*ret = (struct filter_target){"vhost", FILTER_EQUAL, top_name(row)};
		break;
	case TAB_REFERERS:
		text_target(row, "referer", "//", &p, ret);
		break;
	default:
		path_target(row, &p, ret);
		return !row->is_dir || row->name_n > 1; /* everything is below "/" */
	}
	return true;
}

/* RFC 9110, and what servers add. */
struct str top_status_words(const struct top_row *row)
{
	static const struct {
		char code[4];
		const char *words;
	} all[] = {
		{"200", "OK"},
		{"201", "Created"},
		{"204", "No Content"},
		{"206", "Partial Content"},
		{"301", "Moved Permanently"},
		{"302", "Found"},
		{"304", "Not Modified"},
		{"307", "Temporary Redirect"},
		{"308", "Permanent Redirect"},
		{"400", "Bad Request"},
		{"401", "Unauthorized"},
		{"403", "Forbidden"},
		{"404", "Not Found"},
		{"405", "Method Not Allowed"},
		{"408", "Request Timeout"},
		{"410", "Gone"},
		{"413", "Content Too Large"},
		{"414", "URI Too Long"},
		{"429", "Too Many Requests"},
		{"444", "closed without an answer (nginx)"},
		{"494", "header too large (nginx)"},
		{"499", "client went away (nginx)"},
		{"500", "Internal Server Error"},
		{"502", "Bad Gateway"},
		{"503", "Service Unavailable"},
		{"504", "Gateway Timeout"},
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (str_eq(top_name(row), str_of(all[i].code)))
			return str_of(all[i].words);
	return STR_ABSENT;
}
