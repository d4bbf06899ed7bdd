// SPDX-License-Identifier: MIT
/*
 * The text of the block preview: each line answers a question, in the order in which they are
 * asked: who is it, what would end, who else would notice, would it help at all, is it safe; then
 * what can be chosen, and the command.
 */
#include "console/block_parts.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define NETS_SHOWN 3
#define ROOMY_FROM 30 /* lines from which on a command is shown whole */
#define LINE       512
#define LABEL      SHEET_LABEL
#define COOKIES_IN (10 * USEC_PER_SEC)

/* A line that grows; what does not fit is left out. */
struct line {
	char text[LINE];
	size_t n;
};

__attribute__((format(printf, 2, 3))) static void put(struct line *l, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int w = vsnprintf(l->text + l->n, sizeof l->text - l->n, format, args);
	va_end(args);
	if (w > 0)
		l->n += (size_t)w < sizeof l->text - l->n ? (size_t)w : sizeof l->text - l->n - 1;
}

/* "1 connection", "1.2k connections" */
static void put_count(struct line *l, uint64_t n, const char *one, const char *many)
{
	char count[8];

	text_count(count, n);
	put(l, "%s %s", count, n == 1 ? one : many);
}

/* " (4% of all)"; below half a percent nothing is said. */
static void put_share(struct line *l, uint64_t part, uint64_t all, const char *of)
{
	double share = blast_share(part, all);

	if (part && share >= 0.005)
		put(l, " (%.0f%% of %s)", share * 100, of);
}

static size_t prefix_name(const struct prefix *p, char buf[static PREFIX_TEXT_MAX])
{
	return p->bits == ADDR_BITS ? addr_format(&p->addr, buf) : prefix_format(p, buf);
}

/* "BR Example Telecom", of an address in it that is known. */
static void put_owner(struct line *l, const struct model *m, const struct blast_net *net)
{
	uint32_t id = addr_is_unset(&net->seen) ? POOL_NONE : model_find_host(m, &net->seen);
	const struct registration *r = model_registration(m, &net->prefix.addr);
	struct str country = STR_ABSENT, org = STR_ABSENT;

	if (id != POOL_NONE) {
		country = geo_country(model_host(m, id));
		org = geo_org(&m->geo, model_host(m, id));
	}
	if (!org.n && r)
		org = str_of(r->org[0] ? r->org : r->name);
	if (country.n)
		put(l, " %.*s", STR_FMT(country));
	if (org.n)
		put(l, " %.*s", STR_FMT(text_cut(org, 28)));
}

/* "15 of its 256 seen" */
static void put_seen(struct line *l, const struct blast_net *net)
{
	unsigned free = ADDR_BITS - net->prefix.bits;

	if (!free)
		return;
	if (free <= 16)
		put(l, ", %u of its %u seen", net->hosts, 1u << free);
	else
		put(l, ", %u seen", net->hosts);
}

/* ", blocked by fail2ban sshd" */
static void put_blocked(struct line *l, const struct model *m, const struct prefix *net)
{
	const struct block *k = NULL;
	enum block_cover cover = BLOCK_NONE;

	if (net->bits < ADDR_BITS)
		cover = blocks_of_net(&m->blocks, net, &k);
	else if ((k = blocks_of_addr(&m->blocks, &net->addr)))
		cover = BLOCK_WHOLE;
	if (cover == BLOCK_WHOLE && k)
		put(l, ", blocked by %s%s%s%s", k->by[0].way, k->by[0].by[0] ? " " : "",
			k->by[0].by, k->by[0].ours ? " from here" : "");
	else if (cover == BLOCK_PARTLY)
		put(l, ", partly blocked");
}

static void write_net(struct sheet *s, const struct block_panel *b, uint32_t i)
{
	const struct blast_net *net = &b->blast.sum.net[i];
	struct line l = {.n = 0};
	char name[PREFIX_TEXT_MAX];

	prefix_name(&b->blast.prefixes[i], name);
	int y = sheet_line(s);
	int x = 1 + sheet_cut(s, y, 1, STYLE_BOLD, str_of(name));
	if (!b->blast.is_known)
		return;
	put_owner(&l, b->panel.view->live, net);
	put_seen(&l, net);
	if (net->half_open) {
		put(&l, ", ");
		put_count(&l, net->half_open, "half-open", "half-open");
	}
	if (net->open) {
		put(&l, ", ");
		put_count(&l, net->open, "established", "established");
	}
	put_blocked(&l, b->panel.view->live, &net->prefix);
	/* Without an owner it begins with a comma. */
	bool comma = l.text[0] == ',';
	sheet_cut(s, y, x + 1, STYLE_PLAIN, str_of(l.text + (comma ? 2 : l.n > 0)));
}

static void write_nets(struct sheet *s, const struct block_panel *b)
{
	uint32_t n = b->blast.count, shown = n <= NETS_SHOWN ? n : NETS_SHOWN - 1;
	char more[64];

	for (uint32_t i = 0; i < shown; i++)
		write_net(s, b, i);
	if (shown == n)
		return;
	snprintf(more, sizeof more, " and %u more; the command names them all", n - shown);
	sheet_label(s, STYLE_DIM, more);
}

static void write_stop(struct sheet *s, const struct block_panel *b)
{
	const struct blast_sum *sum = &b->blast.sum;
	struct line l = {.n = 0};

	put_count(&l, sum->half_open, "half-open", "half-open");
	put_share(&l, sum->half_open, sum->all_half_open, "all");
	put(&l, ", ");
	put_count(&l, sum->open, "established", "established");
	put_share(&l, sum->open, sum->all_open, "all");
	put(&l, ", ");
	put_count(&l, sum->requests, "request in 5 min", "requests in 5 min");
	put_share(&l, sum->requests, sum->all_requests, "all");
	sheet_field(s, "Would stop", STYLE_PLAIN, l.text);
}

static void write_hurt(struct sheet *s, const struct block_panel *b)
{
	const struct blast_sum *sum = &b->blast.sum;
	struct line l = {.n = 0};
	char since[16];

	if (!sum->good) {
		const struct model *m = b->panel.view->live;
		text_span(since, (uint64_t)(m->now - m->started) / USEC_PER_SEC);
		put(&l, "%s nobody: no good request came from there in the last ",
			screen_glyph_text(GLYPH_TICK));
		put(&l, "%s", m->now - m->started < 300 * USEC_PER_SEC ? since : "5 min");
		sheet_field(s, "Would hurt", STYLE_GOOD, l.text);
		return;
	}
	put_count(&l, sum->good, "good request", "good requests");
	put_share(&l, sum->good, sum->all_good, "all good ones");
	put(&l, " of ");
	put_count(&l, sum->good_hosts, "address", "addresses");
	put(&l, " in 5 min");
	if (sum->good_open) {
		put(&l, ", ");
		put_count(&l, sum->good_open, "connection of theirs", "connections of theirs");
	}
	sheet_field(s, "Would hurt", STYLE_WARN, l.text);
}

/* Whether the addresses are whose they seem to be; if they are not, what helps instead. */
static void write_forged(struct sheet *s, const struct block_panel *b)
{
	const struct model *m = b->panel.view->live;
	const struct blast_sum *sum = &b->blast.sum;
	uint64_t cookies =
		(uint64_t)window_sum(&model_machine(m)->tcp_stats.cookies, m->now, COOKIES_IN) / 10;
	struct line l = {.n = 0};
	char syns[8];

	text_count(syns, sum->syns);
	if (b->blast.is_forged && sum->syns)
		put(&l, "likely: 0 of %s SYNs were answered. ", syns);
	else if (b->blast.is_forged)
		put(&l, "likely: no handshake was ever finished. ");
	if (b->blast.is_forged) {
		put(&l, "Blocking forged sources ends no flood; SYN cookies%s carry it",
			cookies ? ", which are being sent," : ", where they are on,");
		sheet_field(s, "Forged?", STYLE_WARN, l.text);
		return;
	}
	if (sum->handshakes || sum->open || sum->logs)
		put(&l, "no: they have finished handshakes, or asked for something");
	else
		put(&l, "not known: too little was seen of them");
	sheet_field(s, "Forged?", STYLE_PLAIN, l.text);
}

static void write_refusals(struct sheet *s, const struct block_panel *b)
{
	const struct blast *blast = &b->blast;
	char why[BLAST_WHY_MAX];

	for (uint32_t i = 0; i < blast->refused_count && i < 3; i++) {
		const struct blast_refusal *r = &blast->refused[i];
		blast_why(blast, r, why);
		sheet_field(s,
			i                                         ? ""
			: refusals[r->id].weight == REFUSAL_NEVER ? "Not safe"
								  : "Safe?",
			refusals[r->id].weight == REFUSAL_NEVER ? STYLE_BAD : STYLE_WARN, why);
	}
}

/* What was looked at, by name where it is known. */
static void write_safe(struct sheet *s, const struct block_panel *b)
{
	const struct guards *guards = &b->panel.view->live->guards;
	struct line l = {.n = 0};
	char name[PREFIX_TEXT_MAX] = "";

	if (b->blast.refused_count) {
		write_refusals(s, b);
		return;
	}
	for (uint32_t i = 0; i < guards->n; i++)
		if (guards->at[i].role == GUARD_SSH)
			prefix_name(&guards->at[i].net, name);
	put(&l, "%s not your SSH peer%s%s, this host, gateway, resolver, a trusted proxy",
		screen_glyph_text(GLYPH_TICK), name[0] ? " " : "", name);
	sheet_field(s, "Safe", STYLE_GOOD, l.text);
}

/* One choice behind the other; the chosen one stands in brackets. */
struct choices {
	struct sheet *s;
	int y, x;
	unsigned selected;
};

static struct choices choices_begin(struct sheet *s, const char *label)
{
	struct choices c = {.s = s, .x = LABEL - 1};

	c.y = sheet_field_row(s, label, &c.selected);
	return c;
}

static void choice(struct choices *c, bool chosen, unsigned style, const char *text)
{
	int width = text_width(str_of(text)) + 3;

	if (c->x + width > c->s->area.w && c->x > LABEL) {
		c->y = sheet_more(c->s, c->selected);
		c->x = LABEL - 1;
	}
	if (c->y >= 0) {
		unsigned look = (chosen ? STYLE_BOLD : style) | c->selected;
		screen_text(c->s->area, c->y, c->x, look, str_of(chosen ? "[" : " "));
		screen_text(c->s->area, c->y, c->x + 1, look, str_of(text));
		screen_text(c->s->area, c->y, c->x + width - 2, look, str_of(chosen ? "]" : " "));
	}
	c->x += width;
}

static void write_scopes(struct sheet *s, const struct block_panel *b)
{
	struct choices c = choices_begin(s, "Scope");
	char label[BLOCK_LABEL_MAX + 32];

	for (uint32_t i = 0; i < b->targets.n; i++) {
		const struct block_scope *scope = &b->targets.at[i];
		bool over = scope->total > scope->count;
		snprintf(label, sizeof label, "%s%s", scope->label, over ? " (too many)" : "");
		choice(&c, i == b->scope, over ? STYLE_DIM : STYLE_PLAIN, label);
	}
}

static void write_spans(struct sheet *s, const struct block_panel *b)
{
	bool ends = b->way < WAYS && block_ways[b->way].timeouts;
	struct choices c = choices_begin(s, "For");

	for (uint32_t i = 0; i < BLOCK_SPANS; i++)
		choice(&c, i == b->span, ends || !block_spans[i].seconds ? STYLE_PLAIN : STYLE_DIM,
			block_spans[i].text);
}

static void write_ways(struct sheet *s, const struct block_panel *b)
{
	const struct way_state *ways = b->panel.view->ways;
	struct choices c = choices_begin(s, "By");
	char label[64];
	bool any = false;

	for (int w = 0; w < WAYS; w++) {
		if (!block_offers(b, (enum way)w))
			continue;
		bool idle = ways && !ways[w].ready;
		snprintf(label, sizeof label, "%s", block_ways[w].name);
		choice(&c, b->way == (enum way)w, idle ? STYLE_DIM : STYLE_PLAIN, label);
		any = true;
	}
	if (!any)
		choice(&c, false, STYLE_WARN, "none is installed here");
}

/* What the chosen way does not do stands in sight, not behind a key. */
static void write_way(struct sheet *s, const struct block_panel *b)
{
	const struct way_state *ways = b->panel.view->ways;
	struct line l = {.n = 0};

	if (b->way >= WAYS)
		return;
	const struct block_way *way = &block_ways[b->way];
	put(&l, "%s.", way->title);
	for (size_t i = 0; i < ARRAY_LEN(way->lacks) && way->lacks[i]; i++)
		put(&l, " %s", way->lacks[i]);
	sheet_field(s, "", STYLE_DIM, l.text);
	if (ways && ways[b->way].why[0])
		sheet_field(s, "", STYLE_WARN, ways[b->way].why);
}

static void write_lines(struct sheet *s, unsigned style, const char *label, struct str text)
{
	while (text.n) {
		const char *end = memchr(text.p, '\n', text.n);
		struct str line = {text.p, end ? (size_t)(end - text.p) : text.n};
		int y = sheet_line(s), x = 1;
		if (label[0])
			x += sheet_cut(s, y, x, STYLE_DIM, str_of(label));
		sheet_wrap(s, y, x, 5, style, 0, line);
		text = str_skip(text, end ? line.n + 1 : line.n);
		label = "";
	}
}

static void write_refused(struct sheet *s, const struct block_panel *b)
{
	const struct blast_refusal *r = block_refused(b);
	enum refusal_weight weight = refusals[r->id].weight;
	struct line l = {.n = 0};
	char why[BLAST_WHY_MAX];

	blast_why(&b->blast, r, why);
	put(&l, "%s: %s.",
		weight == REFUSAL_NEVER ? "Refused"
		: weight == REFUSAL_WEB ? "Refused by this way"
					: "Not without being asked",
		why);
	if (weight == REFUSAL_TWICE)
		put(&l, " Copying, writing or running it asks first.");
	sheet_wrap(s, sheet_line(s), 1, 1, weight == REFUSAL_TWICE ? STYLE_WARN : STYLE_BAD, 0,
		str_of(l.text));
}

/* Where there is no room for all of nft's script, what it is about: what makes the table is the
 * same each time. */
static struct str shown_command(struct sheet *s, const struct block_panel *b)
{
	const char *text = b->text.command, *at = strstr(text, " element ");

	if (b->way != WAY_NFT || s->area.h >= ROOMY_FROM || !at)
		return str_of(text);
	while (at > text && at[-1] != '\n')
		at--;
	sheet_label(s, STYLE_DIM, " nft -f - makes the table where it is not there yet, and:");
	const char *end = strstr(at, "\nEND\n");
	return end ? (struct str){at, (size_t)(end - at) + 1} : str_of(at);
}

static void write_command(struct sheet *s, const struct block_panel *b)
{
	if (block_refused(b)) {
		write_refused(s, b);
		return;
	}
	if (b->err < 0) {
		sheet_wrap(s, sheet_line(s), 1, 1, STYLE_WARN, 0, str_of(b->why));
		return;
	}
	if (!b->blast.is_known) {
		sheet_label(
			s, STYLE_DIM, " The command is shown when it is known whom it would hurt.");
		return;
	}
	if (b->text.note[0])
		sheet_wrap(s, sheet_line(s), 1, 1, STYLE_WARN, 0, str_of(b->text.note));
	write_lines(s, STYLE_BOLD, "", shown_command(s, b));
	write_lines(s, STYLE_PLAIN, "undo: ", str_of(b->text.undo));
}

void block_write(struct sheet *s, const struct block_panel *b)
{
	write_nets(s, b);
	if (b->blast.is_known) {
		write_stop(s, b);
		write_hurt(s, b);
		write_forged(s, b);
		write_safe(s, b);
	} else {
		sheet_field(s, "Would stop", STYLE_DIM, "being counted");
	}
	write_scopes(s, b);
	write_spans(s, b);
	write_ways(s, b);
	write_way(s, b);
	write_command(s, b);
}

void block_title(const struct block_panel *b, struct area a)
{
	const struct view *v = b->panel.view;
	const char *right = v->runs_nothing ? "nothing is run" : "x runs it";
	int x = a.w - text_width(str_of(right)) - 1;

	screen_fill(a, 0, 0, STYLE_BAR);
	int end = screen_print(a, 0, 0, STYLE_BAR, " Block %s", b->targets.title);
	if (end + 2 < x)
		screen_text(a, 0, x, STYLE_BAR, str_of(right));
}

void block_question(const struct block_panel *b, char buf[static BLOCK_QUESTION_MAX])
{
	const struct blast_sum *sum = &b->blast.sum;
	const struct blast_refusal *r = block_refused(b);
	char why[BLAST_WHY_MAX], name[PREFIX_TEXT_MAX];
	struct line l = {.n = 0};

	if (b->asked != ASKED_RUN && r) {
		blast_why(&b->blast, r, why);
		put(&l, "%s. Enter: all the same. Any other key: no.", why);
	} else if (b->asked == ASKED_RUN) {
		prefix_name(&b->blast.prefixes[0], name);
		put(&l, "This machine will drop every packet of %s", name);
		if (b->blast.count > 1)
			put(&l, " and %u more", b->blast.count - 1);
		put(&l, " (%u known, ", sum->hosts);
		put_count(&l, sum->open, "established connection", "established connections");
		put(&l, ") %s%s. Enter: do it. Any other key: no.",
			block_spans[b->span].seconds ? "for " : "", block_spans[b->span].text);
	}
	text_copy(buf, BLOCK_QUESTION_MAX, (struct str){l.text, l.n});
}
