// SPDX-License-Identifier: MIT
/*
 * What members of a fleet say, as the judgement takes it in, and whose words count. The model has
 * applied the event before.
 */
#include "detect/parts.h"

#include "detect/registers.h"
#include "model/figures.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define EVERY_USUAL (10 * USEC_PER_SEC)
#define EVERY_MOST  (300 * USEC_PER_SEC)
#define DELAY       (5 * USEC_PER_SEC)
#define FURTHER_GAP (300 * USEC_PER_SEC)
#define TOO_OLD     (60 * USEC_PER_SEC) /* for the tops, which are of now */
#define HERD_MOST   1000000             /* requests that one set may add to one herd */

static struct fleet_senses *senses_new(void)
{
	struct fleet_senses *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	if (fleet_trails_init(&s->trails) == 0 && fleet_herds_init(&s->herds) == 0)
		return s;
	fleet_senses_free(s);
	return NULL;
}

void fleet_senses_free(struct fleet_senses *s)
{
	if (!s)
		return;
	fleet_trails_done(&s->trails);
	fleet_herds_done(&s->herds);
	free(s);
}

/* Local addresses are one machine's here and another one's there. */
static bool is_shared(const struct prefix *p)
{
	unsigned net = addr_is_v4(&p->addr) ? 96 + 24 : 48;

	return !addr_is_unset(&p->addr) && !addr_is_local(&p->addr) &&
	       (p->bits == ADDR_BITS || p->bits == net);
}

static uint64_t flags_of(struct str words)
{
	uint64_t flags = 0;

	while (words.n) {
		const char *blank = memchr(words.p, ' ', words.n);
		size_t n = blank ? (size_t)(blank - words.p) : words.n;
		enum flag_id id = flag_find((struct str){words.p, n});
		if (id < FLAGS)
			flags |= UINT64_C(1) << id;
		n += blank != NULL;
		words = (struct str){words.p + n, words.n - n};
	}
	return flags;
}

/* at: when it was said, which is long ago where a stream tells of the past. */
static void take_share(struct detect *d, uint32_t member, const struct event_share *e, usec_t at)
{
	if (!is_shared(&e->net))
		return;
	fleet_trails_take(&d->fleet->trails,
		&(struct fleet_saying){.member = member,
			.hash = finding_key(d, &e->net),
			.flags = flags_of(e->flags),
			.agent = e->agent.n ? agent_named(e->agent) : NULL,
			.share = e},
		at);
}

/* The tables of herds, which are shown and compared with marks, have all members' together. What a
 * member says is of the last half minute to minute: of that, as much is added as the time since its
 * last set is of it. What is left of a request is one by chance, the same in each replay. */
struct portion {
	double of; /* 0..1 */
	uint64_t chance;
};

static uint32_t cut(const struct portion *p, uint64_t n)
{
	double part = n == ABSENT ? 0 : (double)n * p->of;
	double chance = (double)(p->chance >> 11) / (double)(UINT64_C(1) << 53);

	return part < HERD_MOST ? (uint32_t)(part + chance) : HERD_MOST;
}

static void show_herd(
	struct detect *d, const struct member *m, const struct event_herd *e, uint64_t hash)
{
	struct fleet_senses *s = d->fleet;
	double span = e->span_us == ABSENT || !e->span_us ? 60e6 : (double)e->span_us;
	uint64_t of[2] = {hash, m->seq ^ (uint64_t)m->number << 48};
	struct portion p = {
		least((double)s->gap[m->number] / span, 1), hash_keyed(&d->key, of, sizeof of)};
	uint8_t registers[FLEET_REGISTERS];
	struct herd_share share = {.key = hash, .text = e->key, .requests = cut(&p, e->recent)};

	if (!share.requests)
		return;
	if (!s->sketch)
		s->sketch = m->sketch;
	if (s->sketch == m->sketch && registers_read(e->sources, HERD_SOURCE_BITS, registers) == 0)
		share.sources = registers;
	share.failed = cut(&p, e->failed);
	share.assets = cut(&p, e->assets);
	share.referred = cut(&p, e->referred);
	share.queries = cut(&p, e->queries);
	share.lone = cut(&p, e->lone);
	share.client_errors = cut(&p, e->refused);
	share.server_errors = cut(&p, e->broken);
	herds_add_share(&d->herds[e->of - HERD_OF_PATH], d->model->now, &share);
}

static void take_herd(struct detect *d, uint32_t member, const struct event_herd *e, usec_t at)
{
	const struct member *m = fleet_member(model_fleet(d->model), member);

	if (!m || !e->key.n || e->of == HERD_OF_NONE || e->of >= HERD_OFS)
		return;
	uint64_t hash = hash_keyed(&d->key, e->key.p, e->key.n) + e->of;
	if (d->model->now - at <= TOO_OLD)
		show_herd(d, m, e, hash);
	if (e->of != HERD_OF_PATH && e->of != HERD_OF_AGENT)
		return;
	fleet_herds_take(&d->fleet->herds,
		&(struct fleet_herd_saying){
			.member = member, .hash = hash, .sketch = m->sketch, .herd = e},
		at);
}

static void take_set(struct detect *d, uint32_t member, usec_t at)
{
	const struct member *m = fleet_member(model_fleet(d->model), member);
	struct fleet_senses *s = d->fleet;
	usec_t before = s->set_at[member];

	s->gap[member] = before && at > before && at - before < FURTHER_GAP ? at - before : 0;
	s->set_at[member] = at;
	if (!m || d->model->now - at > TOO_OLD)
		return;
	double requests = fleet_requests(m) * (double)s->gap[member] / (double)USEC_PER_SEC;
	window_put(
		&d->whole.requests, window_bucket(at), (uint32_t)least(requests + 0.5, HERD_MOST));
}

/* What is said of a member has no number. */
static bool is_set(const struct event_machine *e)
{
	return e->seq && e->seq != ABSENT;
}

void fleet_hear(struct detect *d, const struct event *event)
{
	if (!is_fleet(d) || !event->machine || event->machine > FLEET_MEMBERS_MAX)
		return;
	if (!d->fleet && !(d->fleet = senses_new())) {
		d->fleet_lost++;
		return;
	}
	if (event->kind == EVENT_SHARE)
		take_share(d, event->machine, &event->share, event->ts);
	else if (event->kind == EVENT_HERD)
		take_herd(d, event->machine, &event->herd, event->ts);
	else if (event->kind == EVENT_MACHINE && is_set(&event->machine_said))
		take_set(d, event->machine, event->ts);
}

/* Whose words count. */

const struct member *fleet_speaker(const struct detect *d, uint32_t number, usec_t told)
{
	const struct member *m = fleet_member(model_fleet(d->model), number);
	usec_t every = m && m->every > 0 ? m->every : EVERY_USUAL;

	if (every > EVERY_MOST)
		every = EVERY_MOST;
	if (!m || m->state != MEMBER_UP || d->model->now - told > 2 * every + DELAY)
		return NULL;
	return m;
}

double fleet_requests(const struct member *m)
{
	static const struct figure *requests;

	if (!requests)
		requests = figure_find("requests");
	uint64_t rate = m->rates[requests - figures];
	return rate == ABSENT ? 0 : (double)rate / 1000;
}

double fleet_machines(const struct detect *d, enum flag_id flag)
{
	double machines = FLEET_MACHINES_LEAST;

	for (int i = 0; i < FLAG_THRESHOLDS && flag_defs[flag].thresholds[i].key; i++)
		if (strcmp(flag_defs[flag].thresholds[i].key, "machines") == 0 &&
			threshold_of(d, flag, i) > machines)
			machines = threshold_of(d, flag, i);
	return machines;
}

/* What members flag. */

struct flagged {
	const struct detect *d;
	const struct fleet_trail *t;
	uint64_t wanted; /* bits 1 << enum flag_id */
	bool found;
};

static uint64_t wanted_for(enum flag_id flag)
{
	return UINT64_C(1) << flag | flag_defs[flag].within;
}

/* What a member said before it was lost is not known to hold. */
static bool is_wanted(const struct detect *d, uint64_t wanted, const struct flag *flag)
{
	const struct member *m = fleet_member(model_fleet(d->model), flag->machine);
	enum flag_id id = m && m->state == MEMBER_UP ? flag_find(str_of(flag->name)) : FLAGS;

	return id < FLAGS && (wanted >> id & 1);
}

/* Who flags all the world, but has nobody of it, hides nobody. */
static void note_flag(void *ctx, const struct flag *flag, bool exactly)
{
	struct flagged *f = ctx;

	(void)exactly;
	if (f->found || !is_wanted(f->d, f->wanted, flag))
		return;
	fleet_parts_for_each(&f->d->fleet->trails, f->t, p) f->found |= p->member == flag->machine;
}

bool fleet_flags_trail(const struct detect *d, enum flag_id flag, const struct fleet_trail *t)
{
	struct flagged f = {d, t, wanted_for(flag), false};

	flags_around(&d->model->flags, &t->prefix, note_flag, &f);
	if (t->prefix.bits == ADDR_BITS && !f.found)
		flags_of_host(&d->model->flags, &t->prefix.addr, note_flag, &f);
	return f.found;
}

bool fleet_flags_herd(const struct detect *d, enum flag_id flag, enum flag_scope scope,
	const struct fleet_herd *h)
{
	const struct flags *flags = &d->model->flags;
	struct str text = {h->text, h->text_n};

	for (uint32_t id = flags_next(flags, 0); id != POOL_NONE; id = flags_next(flags, id + 1)) {
		const struct flag *f = flags_at(flags, id);
		if (f->scope != scope || !str_eq(str_of(f->who), text) ||
			!is_wanted(d, wanted_for(flag), f))
			continue;
		fleet_herd_parts_for_each(
			&d->fleet->herds, h, p) if (p->member == f->machine) return true;
	}
	return false;
}

/* Words. */

static bool is_before(
	const struct fleet_names *names, uint32_t at, const struct member *m, double n)
{
	if (names->top[at].n != n)
		return names->top[at].n > n;
	return names->top[at].member->number < m->number;
}

void fleet_names_put(struct fleet_names *names, const struct member *m, double n)
{
	uint32_t at = names->named;

	names->all++;
	if (at == FLEET_NAMED && is_before(names, at - 1, m, n))
		return;
	if (at < FLEET_NAMED)
		names->named++;
	else
		at--;
	for (; at > 0 && !is_before(names, at - 1, m, n); at--)
		names->top[at] = names->top[at - 1];
	names->top[at].member = m;
	names->top[at].n = n;
}

size_t fleet_names_say(const struct fleet_names *names, char *buf, size_t cap)
{
	size_t n = (size_t)snprintf(buf, cap, "%" PRIu32 " machines: ", names->all);

	for (uint32_t i = 0; i < names->named && n < cap; i++)
		n += (size_t)snprintf(buf + n, cap - n, "%s%.24s %.0f", i ? ", " : "",
			names->top[i].member->name, names->top[i].n);
	if (names->all > names->named && n < cap)
		n += (size_t)snprintf(buf + n, cap - n, ", ...");
	return n < cap ? n : cap - 1;
}
