// SPDX-License-Identifier: MIT
#include "model/filter_parts.h"

#include "base/num.h"
#include "base/text.h"
#include "model/claims.h"
#include "model/suspicion.h"

#define DAY (86400 * USEC_PER_SEC)

/* What a filter sees of a request, a login or a connection. */
struct line {
	const struct addr *ip; /* may be unset */
	usec_t ts;
	bool login;
	const struct event_conn *conn; /* NULL: it is none */
	uint16_t status;               /* 0: none */
	struct str texts[FILTER_LINE_TEXTS], outcome;
};

/* A row or the row behind a line, looked up when it is needed. */
struct who {
	const struct model *m;
	const struct addr *ip; /* of a line */
	struct subject s;
	bool looked, known;
};

_Static_assert(FILTER_VHOST + 1 == JOURNAL_TEXTS, "the journal's texts come first");

static bool is_known(struct who *who)
{
	if (!who->looked) {
		uint32_t id = model_find_host(who->m, who->ip);
		who->looked = true;
		who->known = id != POOL_NONE;
		if (who->known)
			who->s = subject_of_host(model_host(who->m, id));
	}
	return who->known;
}

static struct line line_of_entry(const struct journal_entry *e)
{
	struct line line = {.ip = &e->ip, .ts = e->ts, .login = !journal_is_request(e)};

	if (line.login) {
		line.texts[FILTER_METHOD] = journal_text(e, JOURNAL_WAY);
		line.texts[FILTER_USER] = journal_user(e);
		line.outcome = str_of(auth_outcome_name(e->outcome));
		return line;
	}
	line.status = e->status;
	for (int i = 0; i < JOURNAL_TEXTS; i++)
		line.texts[i] = journal_text(e, (enum journal_text)i);
	return line;
}

static bool number_passes(const struct filter_word *w, const struct filter_item *item, double v)
{
	switch ((enum filter_op)w->op) {
	case FILTER_MORE:
		return v > item->low;
	case FILTER_LESS:
		return v < item->low;
	case FILTER_AT_LEAST:
		return v >= item->low;
	case FILTER_AT_MOST:
		return v <= item->low;
	default:
		return v >= item->low && v <= item->high;
	}
}

static bool cell_number(const struct cell *cell, double *ret)
{
	switch (cell->kind) {
	case CELL_COUNT:
	case CELL_BYTES:
	case CELL_SPAN:
	case CELL_MICROS:
		*ret = (double)cell->u;
		return true;
	case CELL_RATE:
	case CELL_SHARE:
	case CELL_PERCENT:
		*ret = cell->d;
		return true;
	default:
		return false;
	}
}

/* The row's cell of a column; a kind of CELL_NONE where it says nothing. */
static struct cell cell_of(struct who *who, const struct column *c)
{
	if (!c || !column_speaks_of(c, who->s.by))
		return (struct cell){.kind = CELL_NONE};
	return column_cell(c, who->m, &who->s);
}

static struct str cell_words(const struct cell *cell)
{
	return cell->kind == CELL_TEXT ? cell->text : STR_ABSENT;
}

static bool net_passes(struct who *who, const struct line *line, const struct prefix *net)
{
	if (line)
		return !addr_is_unset(line->ip) && prefix_contains(net, line->ip);
	if (who->s.host)
		return prefix_contains(net, &who->s.host->ip);
	if (!who->s.net)
		return false;
	const struct prefix *own = &who->s.net->prefix; /* one lies in the other */
	return own->bits >= net->bits ? prefix_contains(net, &own->addr)
				      : prefix_contains(own, &net->addr);
}

static bool country_passes(struct who *who, uint32_t country)
{
	struct cell cell = cell_of(who, column_find(STR_LIT("country")));
	struct str text = who->s.by == GROUP_COUNTRY ? subject_country(&who->s) : cell_words(&cell);

	return text.p && country_number(text) == (int)country;
}

static bool port_passes(struct who *who, const struct line *line, const struct filter_item *item)
{
	if (line && line->conn)
		return line->conn->lport >= item->low && line->conn->lport <= item->high;
	if (!is_known(who) || !who->s.host)
		return false;
	host_for_each_conn (who->m, who->s.host, c)
		if (c->lport >= item->low && c->lport <= item->high)
			return true;
	return false;
}

static bool state_passes(struct who *who, const struct line *line, uint32_t state)
{
	if (line && line->conn)
		return line->conn->state == state;
	return is_known(who) && who->s.tcp->states[state] > 0;
}

static bool flag_is(const struct filter *f, const struct filter_item *item, const struct flag *flag)
{
	struct str wanted = filter_item_text(f, item);
	const char *name;
	char letter = '\0';

	if (!item->number)
		return str_eq(wanted, STR_LIT("any")) || str_eq(wanted, str_of(flag->name));
	for (size_t i = 0; (name = f->env.flag_at(i, &letter)); i++)
		if (strcmp(name, flag->name) == 0)
			return (uint8_t)letter == item->number;
	return false;
}

#define FLAGS_LOOKED_AT 16 /* of one row, the gravest first */

static bool flag_passes(struct who *who, const struct filter *f, const struct filter_item *item)
{
	const struct flag *flags[2 * FLAGS_LOOKED_AT];
	const struct flags *all = &who->m->flags;
	size_t n;

	if (who->s.net) {
		n = flags_of_prefix(all, &who->s.net->prefix, flags, FLAGS_LOOKED_AT);
	} else {
		const struct addr *ip = &who->s.host->ip;
		n = flags_of_addr(all, ip, false, flags, FLAGS_LOOKED_AT);
		n += flags_of_addr(all, ip, true, flags + n, FLAGS_LOOKED_AT);
	}
	for (size_t i = 0; i < n; i++)
		if (flag_is(f, item, flags[i]))
			return true;
	return false;
}

/* Since when it is known, by the history or this run; 0: that is not known. */
static usec_t first_of(const struct who *who, const struct seen *seen)
{
	if (seen && seen->first)
		return seen->first;
	return who->s.host ? who->s.host->first_seen : 0;
}

/* Of whom nobody was asked nothing is said. */
static bool seen_passes(
	const struct who *who, const struct filter_word *w, const struct filter_item *item)
{
	const struct seen *seen = subject_seen(who->m, &who->s);
	uint64_t runs = seen ? seen->runs : 0;

	if (!seen && (!model_knows_history(who->m) ||
			     (who->s.host && addr_is_loopback(&who->s.host->ip))))
		return false;
	switch ((enum filter_seen)item->seen) {
	case FILTER_SEEN_NEW:
		return !runs;
	case FILTER_SEEN_KNOWN:
		return runs;
	case FILTER_SEEN_FLAGGED:
		return seen && seen->flagged;
	case FILTER_SEEN_BLOCKED:
		return seen && seen->blocked;
	case FILTER_SEEN_RUNS:
		return number_passes(w, item, (double)runs);
	case FILTER_SEEN_AGE:
		break;
	}
	usec_t first = first_of(who, seen);
	return first && number_passes(w, item, (double)(who->m->now - first) / USEC_PER_SEC);
}

static bool crawler_passes(struct who *who, struct str wanted)
{
	const struct claim *claims[CLAIMS_OF_ADDRESS];
	size_t n = claims_of(&who->m->claims, &who->s.host->ip, claims);

	for (size_t i = 0; i < n; i++) {
		struct str outcome = str_of(enum_name(&claim_outcomes, claims[i]->outcome));
		if (str_eq(wanted, STR_LIT("any")) || str_eq(wanted, outcome) ||
			text_contains(str_of(claims[i]->name), wanted))
			return true;
	}
	return false;
}

static bool blocked_passes(struct who *who, struct str wanted)
{
	const struct block *block;
	enum block_cover cover = subject_block(who->m, &who->s, &block);

	if (str_eq(wanted, STR_LIT("no")))
		return cover == BLOCK_NONE;
	if (str_eq(wanted, STR_LIT("part")))
		return cover == BLOCK_PARTLY;
	if (str_eq(wanted, STR_LIT("yes")))
		return cover != BLOCK_NONE;
	return block && block_is_by(block, wanted);
}

/* The moment that "since" names. A time of day is the latest of that name. */
static usec_t since(const struct filter *f, const struct filter_item *item, const struct model *m)
{
	usec_t offset = f->env.utc_offset * USEC_PER_SEC, now = m->now;

	if (item->since == FILTER_MARK)
		return model_machine(m)->mark.at;
	if (item->since == FILTER_AGO)
		return now - item->time;
	usec_t local = now + offset, today = local - local % DAY + item->time;
	return (today > local ? today - DAY : today) - offset;
}

/* What the address, or the group, is. */
static bool who_passes(struct who *who, const struct line *line, const struct filter *f,
	const struct filter_word *w, const struct filter_item *item)
{
	struct str wanted = filter_item_text(f, item);
	struct cell cell;
	double number;

	switch ((enum filter_kind)w->field->kind) {
	case FILTER_NET:
		return net_passes(who, line, &item->net);
	case FILTER_STATE:
		return state_passes(who, line, item->number);
	case FILTER_PORT:
		return port_passes(who, line, item);
	case FILTER_SINCE:
		return (line ? line->ts : who->s.host->last_seen) >= since(f, item, who->m);
	default:
		break;
	}
	if (!is_known(who))
		return false;
	switch ((enum filter_kind)w->field->kind) {
	case FILTER_COUNTRY:
		return country_passes(who, item->number);
	case FILTER_ASN:
		return subject_asn(who->m, &who->s) == item->number;
	case FILTER_FLAG:
		return flag_passes(who, f, item);
	case FILTER_MARKED:
		return suspicion_is_shown(who->m, who->s.host);
	case FILTER_CRAWLER:
		return crawler_passes(who, wanted);
	case FILTER_SEEN:
		return seen_passes(who, w, item);
	case FILTER_BLOCKED:
		return blocked_passes(who, wanted);
	case FILTER_MACHINE:
		return filter_machine_matches(who->m, &who->s, (enum filter_op)w->op, wanted);
	case FILTER_NUMBER:
		cell = cell_of(who, w->column);
		return cell_number(&cell, &number) && number_passes(w, item, number);
	case FILTER_WORDS:
		cell = cell_of(who, w->column);
		return cell_words(&cell).p &&
		       filter_text_matches(cell_words(&cell), (enum filter_op)w->op, wanted);
	default:
		return false;
	}
}

static bool addr_has_text(const struct addr *ip, struct str text)
{
	char buf[ADDR_TEXT_MAX];

	return !addr_is_unset(ip) && text_contains((struct str){buf, addr_format(ip, buf)}, text);
}

/* A bare text in what is known of the address itself. */
static bool who_has_text(struct who *who, struct str text)
{
	char name[SUBJECT_NAME_MAX];

	if (who->ip && addr_has_text(who->ip, text))
		return true;
	if (!is_known(who))
		return false;
	if (text_contains((struct str){name, subject_name(who->m, &who->s, name)}, text))
		return true;
	struct cell cell = cell_of(who, column_find(STR_LIT("org")));
	struct str org = cell_words(&cell);
	return org.p && text_contains(org, text);
}

static bool line_has_text(const struct line *line, struct str text)
{
	static const uint8_t looked_at[] = {
		FILTER_PATH, FILTER_METHOD, FILTER_AGENT, FILTER_CLAIMS, FILTER_VHOST, FILTER_USER};
	char status[20];

	for (size_t i = 0; i < ARRAY_LEN(looked_at); i++) {
		struct str has = line->texts[looked_at[i]];
		if (has.p && text_contains(has, text))
			return true;
	}
	if (line->outcome.p && text_contains(line->outcome, text))
		return true;
	return line->status &&
	       text_contains((struct str){status, num_put(status, line->status)}, text);
}

static bool line_passes(const struct line *line, const struct filter *f,
	const struct filter_word *w, const struct filter_item *item)
{
	struct str wanted = filter_item_text(f, item);

	if (w->field->kind == FILTER_TEXT)
		return line_has_text(line, wanted);
	if (w->field->kind == FILTER_STATUS)
		return line->status && number_passes(w, item, line->status);
	struct str has = line->texts[w->field->line_text];
	return has.p && line->login == (w->field->line_text == FILTER_USER) &&
	       filter_text_matches(has, (enum filter_op)w->op, wanted);
}

static bool item_passes(struct who *who, const struct line *line, const struct filter *f,
	const struct filter_word *w, const struct filter_item *item)
{
	if (w->field->kind == FILTER_TEXT)
		return who_has_text(who, filter_item_text(f, item)) ||
		       (line && line_passes(line, f, w, item));
	if (filter_field_is_of_line(w->field))
		return line && line_passes(line, f, w, item);
	return who_passes(who, line, f, w, item);
}

/* Of a leader: some value of it or of its alternatives holds. */
static bool passes(struct who *who, const struct line *line, const struct filter *f, size_t leader)
{
	for (size_t i = leader; i < f->count; i++) {
		const struct filter_word *w = &f->words[i];
		if (w->leader != leader)
			continue;
		for (size_t k = 0; k < w->count; k++)
			if (item_passes(who, line, f, w, &f->items[w->first + k]))
				return true;
	}
	return false;
}

static bool is_in_bounds(const struct filter *f, const struct addr *ip)
{
	return !f->env.bounds || filter_bounds_have(f->env.bounds, ip);
}

static bool filter_line(const struct filter *f, const struct model *m, const struct line *line)
{
	struct who who = {.m = m, .ip = line->ip};

	if (!is_in_bounds(f, line->ip))
		return false;
	for (size_t i = 0; i < f->count; i++)
		if (f->words[i].leader == i && passes(&who, line, f, i) == f->words[i].negated)
			return false;
	return true;
}

bool filter_request(const struct filter *f, const struct model *m, const struct journal_entry *e)
{
	struct line line = line_of_entry(e);

	return filter_line(f, m, &line);
}

/* Leaders that are left to the lines of an address: those that must be found in one of them, and
 * those that must be in none; bits by their numbers. */
struct left {
	uint32_t found, absent, since;
};

_Static_assert(FILTER_WORDS_MAX <= 32, "a bit for each word");

/* Passes what needs no line. False: it does not pass, whatever its lines are. */
static bool row_passes(struct who *who, const struct filter *f, uint32_t asked, struct left *left)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct filter_word *w = &f->words[i];
		bool of_line = filter_field_is_of_line(w->field);
		if (w->leader != i || !(asked >> i & 1))
			continue;
		if (w->field->kind == FILTER_SINCE)
			left->since |= 1u << i;
		bool pass = !of_line && passes(who, NULL, f, i);
		if (!of_line && w->field->kind != FILTER_TEXT) {
			if (pass == w->negated)
				return false;
		} else if (pass && w->negated) {
			return false;
		} else if (!pass) {
			*(w->negated ? &left->absent : &left->found) |= 1u << i;
		}
	}
	return true;
}

/* The leaders that this line passes by itself, as bits. */
static uint32_t line_bits(const struct line *line, const struct filter *f, uint32_t leaders)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < f->count; i++) {
		const struct filter_word *w = &f->words[i];
		if (!(leaders >> w->leader & 1) || bits >> w->leader & 1)
			continue;
		for (size_t k = 0; k < w->count; k++)
			if (line_passes(line, f, w, &f->items[w->first + k]))
				bits |= 1u << w->leader;
	}
	return bits;
}

static bool is_in_time(
	struct who *who, const struct line *line, const struct filter *f, uint32_t leaders)
{
	for (size_t i = 0; i < f->count; i++)
		if (leaders >> i & 1 && passes(who, line, f, i) == f->words[i].negated)
			return false;
	return true;
}

static bool lines_pass(struct who *who, const struct filter *f, const struct left *left)
{
	const struct journal *j = &who->m->journal;
	const struct journal_entry *e = journal_at(j, who->s.host->last_request);
	bool found = !left->found;

	for (int n = 0; e && n < FILTER_LOOK_BACK; n++, e = journal_at(j, e->before_host)) {
		struct line line = line_of_entry(e);
		if (!is_in_time(who, &line, f, left->since))
			continue;
		if (left->absent && line_bits(&line, f, left->absent))
			return false;
		found = found || line_bits(&line, f, left->found) == left->found;
		if (found && !left->absent)
			return true;
	}
	return found;
}

static bool speaks_of(const struct filter_word *w, enum group_by by)
{
	return w->column ? column_speaks_of(w->column, by) : w->field->scope >> by & 1;
}

/* The words that can speak of such rows, as bits. */
static uint32_t words_for(const struct filter *f, enum group_by by)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < f->count; i++)
		if (speaks_of(&f->words[i], by))
			bits |= 1u << i;
	return bits;
}

static bool words_pass(
	const struct filter *f, const struct model *m, const struct subject *s, uint32_t asked)
{
	struct who who = {.m = m, .s = *s, .looked = true, .known = true};
	struct left left = {0};

	if (!row_passes(&who, f, asked, &left))
		return false;
	return (!left.found && !left.absent) || lines_pass(&who, f, &left);
}

/* A system or a country asks its addresses. */
static bool subject_in_bounds(const struct filter *f, const struct subject *s)
{
	if (s->host)
		return is_in_bounds(f, &s->host->ip);
	return !s->net || !f->env.bounds || filter_bounds_touch(f->env.bounds, &s->net->prefix);
}

bool filter_subject(const struct filter *f, const struct model *m, const struct subject *s)
{
	return subject_in_bounds(f, s) && words_pass(f, m, s, words_for(f, s->by));
}

bool filter_member(
	const struct filter *f, const struct model *m, const struct host *h, enum group_by by)
{
	struct subject s = subject_of_host(h);

	return is_in_bounds(f, &h->ip) && words_pass(f, m, &s, ~words_for(f, by));
}

bool filter_asks_members(const struct filter *f, enum group_by by)
{
	for (size_t i = 0; i < f->count; i++)
		if (!speaks_of(&f->words[i], by))
			return true;
	return f->env.bounds && by > GROUP_NET;
}

bool filter_host(const struct filter *f, const struct model *m, const struct host *h)
{
	struct subject s = subject_of_host(h);

	return filter_subject(f, m, &s);
}

static struct line line_of_request(const struct event *event)
{
	const struct event_request *r = &event->request;

	return (struct line){.ip = request_address(r),
		.ts = r->logged ? r->logged : event->ts,
		.status = (uint16_t)(r->status == ABSENT ? 0 : r->status),
		.texts = {[FILTER_METHOD] = request_verb(r),
			[FILTER_PATH] = r->path,
			[FILTER_PROTO] = r->proto,
			[FILTER_REFERER] = r->referer,
			[FILTER_AGENT] = r->agent,
			[FILTER_CLAIMS] = r->claims,
			[FILTER_VHOST] = r->vhost}};
}

static struct line line_of_login(const struct event *event)
{
	const struct event_auth *a = &event->auth;

	return (struct line){.ip = &a->ip,
		.ts = a->logged ? a->logged : event->ts,
		.login = true,
		.texts = {[FILTER_METHOD] = a->method, [FILTER_USER] = a->user},
		.outcome = str_of(auth_outcome_name(a->outcome))};
}

bool filter_event(const struct filter *f, const struct model *m, const struct event *event)
{
	struct line line;

	switch (event->kind) {
	case EVENT_REQUEST:
		line = line_of_request(event);
		break;
	case EVENT_AUTH:
		line = line_of_login(event);
		break;
	case EVENT_CONN:
		line = (struct line){.ip = &event->conn.ip, .ts = event->ts, .conn = &event->conn};
		break;
	default:
		return true;
	}
	return filter_line(f, m, &line);
}
