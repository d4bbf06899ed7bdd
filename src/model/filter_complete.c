// SPDX-License-Identifier: MIT
#include "model/filter_complete.h"

#include "base/num.h"
#include "base/text.h"
#include "model/claims.h"

#include <stdio.h>
#include <stdlib.h>

#define LINES_LOOKED_AT  4096
#define CONNS_LOOKED_AT  32768
#define BLOCKS_LOOKED_AT 4096

struct search {
	struct filter_choices *c;
	const struct model *m;
	const struct filter_env *env;
	struct str typed; /* what there is of the value, or the name */
};

static bool begins(struct str text, struct str typed)
{
	return text.n >= typed.n && text_contains((struct str){text.p, typed.n}, typed);
}

static struct filter_choice *find(struct filter_choices *c, struct str text)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_eq(str_of(c->at[i].text), text))
			return &c->at[i];
	return NULL;
}

/* Values that only quotes can hold are left to the operator. */
static void offer(struct search *s, struct str text, uint64_t count)
{
	struct filter_choices *c = s->c;

	if (!text.n || text.n >= FILTER_CHOICE_MAX || !begins(text, s->typed) ||
		memchr(text.p, ' ', text.n) || memchr(text.p, ',', text.n) ||
		memchr(text.p, '"', text.n))
		return;
	struct filter_choice *choice = find(c, text);
	if (!choice) {
		if (c->n == FILTER_CHOICES_MAX)
			return;
		choice = &c->at[c->n++];
		choice->count = 0;
		text_copy(choice->text, sizeof choice->text, text);
	}
	choice->count = count == ABSENT ? ABSENT : choice->count + count;
}

static void offer_fields(struct search *s)
{
	char text[FILTER_CHOICE_MAX];

	for (size_t i = 0; i < filter_field_count; i++) {
		const struct filter_field *f = &filter_fields[i];
		for (size_t k = 0; k < FILTER_NAMES && f->names[k]; k++) {
			int n = snprintf(text, sizeof text, "%s%s", f->names[k],
				f->kind == FILTER_NUMBER ? ">" : ":");
			if (k == 0 || s->typed.n)
				offer(s, (struct str){text, (size_t)n}, ABSENT);
		}
	}
}

static void offer_line(struct search *s, const struct journal_entry *e)
{
	const struct filter_field *f = s->c->field;
	char status[20];

	if (f->kind == FILTER_STATUS) {
		if (journal_is_request(e) && e->status)
			offer(s, (struct str){status, num_put(status, e->status)}, 1);
	} else if (f->line_text == FILTER_USER) {
		if (!journal_is_request(e))
			offer(s, journal_user(e), 1);
	} else if (journal_is_request(e)) {
		offer(s, journal_text(e, (enum journal_text)f->line_text), 1);
	}
}

static void offer_lines(struct search *s)
{
	const struct journal *j = &s->m->journal;
	const struct journal_entry *e = journal_at(j, j->newest);

	for (int n = 0; e && n < LINES_LOOKED_AT; n++, e = journal_at(j, e->before))
		offer_line(s, e);
}

static void offer_states(struct search *s)
{
	const struct totals *totals = model_machine(s->m)->totals;

	for (unsigned i = 1; i < TCP_STATES; i++) {
		const char *name = tcp_state_name(i);
		uint64_t n = (uint64_t)totals[0].tcp.states[i] + totals[1].tcp.states[i];
		char lower[FILTER_CHOICE_MAX] = "";
		for (size_t k = 0; name && n && name[k]; k++)
			lower[k] =
				name[k] >= 'A' && name[k] <= 'Z' ? (char)(name[k] | 0x20) : name[k];
		offer(s, str_of(lower), n);
	}
}

static void offer_ports(struct search *s)
{
	const struct pool *conns = &s->m->conns;
	char text[20];
	int n = 0;

	for (uint32_t id = pool_next(conns, 0); id != POOL_NONE && n < CONNS_LOOKED_AT;
		id = pool_next(conns, id + 1), n++) {
		const struct conn *c = model_conn(s->m, id);
		if (!conn_is_closed(c) && c->dir != DIR_OUT)
			offer(s, (struct str){text, num_put(text, c->lport)}, 1);
	}
}

static void offer_countries(struct search *s)
{
	for (int i = 0; i < COUNTRIES; i++)
		if (s->m->geo.countries[i + 1].ips)
			offer(s, country_text(i), s->m->geo.countries[i + 1].ips);
}

/* Each with how many addresses it tells of. */
static void offer_machines(struct search *s)
{
	const struct fleet *f = s->m->fleet;

	for (uint32_t id = f ? fleet_next(f, 0) : POOL_NONE; id != POOL_NONE;
		id = fleet_next(f, id + 1))
		offer(s, str_of(fleet_at(f, id)->name), fleet_at(f, id)->host_count);
}

/* Those that hold, then all others, which nobody has now. */
static void offer_flags(struct search *s)
{
	const struct flags *flags = &s->m->flags;
	const char *name;
	char letter;

	for (uint32_t id = flags_next(flags, 0); id != POOL_NONE; id = flags_next(flags, id + 1))
		offer(s, str_of(flags_at(flags, id)->name), 1);
	offer(s, STR_LIT("any"), flags->pool.live);
	for (size_t i = 0; s->env && s->env->flag_at && (name = s->env->flag_at(i, &letter)); i++)
		if (s->typed.n)
			offer(s, str_of(name), 0);
}

static void offer_crawlers(struct search *s)
{
	const struct claims *claims = &s->m->claims;

	for (uint32_t id = claims_next(claims, 0); id != POOL_NONE;
		id = claims_next(claims, id + 1)) {
		const struct claim *claim = claims_at(claims, id);
		offer(s, str_of(claim->name), 1);
		offer(s, str_of(enum_name(&claim_outcomes, claim->outcome)), 1);
	}
}

static void offer_seen(struct search *s)
{
	for (size_t i = 0; filter_seen_names[i]; i++)
		offer(s, str_of(filter_seen_names[i]), ABSENT);
}

/* A word for each way and each name of what blocks something; "yes" and "no" without a count. */
static void offer_blocked(struct search *s)
{
	const struct blocks *blocks = &s->m->blocks;
	uint32_t looked = 0;

	offer(s, STR_LIT("yes"), blocks_count(blocks));
	offer(s, STR_LIT("no"), ABSENT);
	for (const struct block *b = blocks_first(blocks); b && looked < BLOCKS_LOOKED_AT;
		b = blocks_next(blocks, b), looked++)
		for (uint32_t i = 0; i < b->n; i++) {
			offer(s, str_of(b->by[i].way), 1);
			offer(s, str_of(b->by[i].by), 1);
			if (b->by[i].ours)
				offer(s, STR_LIT("ours"), 1);
		}
}

static void offer_values(struct search *s)
{
	switch ((enum filter_kind)s->c->field->kind) {
	case FILTER_STATUS:
	case FILTER_LINE_TEXT:
		offer_lines(s);
		break;
	case FILTER_STATE:
		offer_states(s);
		break;
	case FILTER_PORT:
		offer_ports(s);
		break;
	case FILTER_COUNTRY:
		offer_countries(s);
		break;
	case FILTER_FLAG:
		offer_flags(s);
		break;
	case FILTER_CRAWLER:
		offer_crawlers(s);
		break;
	case FILTER_SEEN:
		offer_seen(s);
		break;
	case FILTER_BLOCKED:
		offer_blocked(s);
		break;
	case FILTER_MACHINE:
		offer_machines(s);
		break;
	default:
		break;
	}
}

static int more_first(const void *a, const void *b)
{
	const struct filter_choice *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return strcmp(x->text, y->text);
}

/* Where the word begins that the cursor is in or behind, its sign left out. */
static size_t word_start(struct str text, size_t cursor)
{
	size_t from = cursor;

	while (from > 0 && text.p[from - 1] != ' ')
		from--;
	if (from < cursor && (text.p[from] == '-' || text.p[from] == '!'))
		from++;
	return from;
}

/* The field that the word names before its operator; *ret_value: where its last value begins. */
static const struct filter_field *field_before(
	struct str text, size_t from, size_t cursor, size_t *ret_value)
{
	enum filter_op op;
	size_t n = 0, at = from;

	while (at < cursor && !filter_op_find((struct str){text.p + at, cursor - at}, &op, &n))
		at++;
	if (at == cursor)
		return NULL;
	size_t value = at + n;
	for (size_t i = value; i < cursor; i++)
		if (text.p[i] == ',')
			value = i + 1;
	*ret_value = value;
	return filter_field_find((struct str){text.p + from, at - from});
}

static bool has_op(struct str word)
{
	for (size_t i = 0; i < word.n; i++)
		if (memchr(":=~<>", word.p[i], 5))
			return true;
	return false;
}

void filter_complete(struct filter_choices *ret, const struct model *m,
	const struct filter_env *env, struct str text, size_t cursor)
{
	size_t from, value = 0;

	if (cursor > text.n)
		cursor = text.n;
	from = word_start(text, cursor);
	*ret = (struct filter_choices){.from = from, .to = cursor};
	ret->field = field_before(text, from, cursor, &value);
	struct search s = {ret, m, env, {text.p + from, cursor - from}};
	if (ret->field) {
		ret->from = value;
		s.typed = (struct str){text.p + value, cursor - value};
		offer_values(&s);
		qsort(ret->at, ret->n, sizeof ret->at[0], more_first);
	} else if (!has_op(s.typed)) {
		offer_fields(&s);
	}
}

size_t filter_choices_common(const struct filter_choices *c)
{
	size_t n = c->n ? strlen(c->at[0].text) : 0;

	for (size_t i = 1; i < c->n; i++) {
		size_t k = 0;
		while (k < n && c->at[i].text[k] == c->at[0].text[k])
			k++;
		n = k;
	}
	return text_clip((struct str){c->n ? c->at[0].text : "", n}, n).n;
}
