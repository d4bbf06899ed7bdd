// SPDX-License-Identifier: MIT
#include "detect/parts.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define FORGET_AFTER (6 * USEC_PER_SEC) /* what was found now and then, and never began */
#define RUNNING      (5 * USEC_PER_SEC) /* two of these are "running": a full walk is four ticks */
#define PUT_MOST     2048               /* at a tick: half of what the hub queues */
#define SAY_EVERY    (5 * USEC_PER_SEC)
#define SAY_MOST     64 /* that are said anew at one tick; the others wait for their turn */

int findings_init(struct findings *f)
{
	*f = (struct findings){0};
	return pool_init(&f->pool, sizeof(struct finding), FINDINGS_MAX);
}

void findings_done(struct findings *f)
{
	pool_done(&f->pool);
	index_done(&f->index);
}

static struct finding *at(const struct detect *d, uint32_t id)
{
	return pool_at(&d->findings.pool, id);
}

static uint64_t hash_of(
	const struct detect *d, enum flag_id flag, enum flag_scope scope, uint64_t key)
{
	uint64_t of[2] = {(uint64_t)flag << 8 | scope, key};

	return hash_keyed(&d->key, of, sizeof of);
}

static uint32_t find(const struct detect *d, uint64_t hash)
{
	index_for_each_match (&d->findings.index, hash, id)
		if (at(d, id)->key == hash)
			return id;
	return POOL_NONE;
}

uint64_t finding_key(const struct detect *d, const struct prefix *p)
{
	return hash_keyed(&d->key, &p->addr, sizeof p->addr) + p->bits;
}

bool finding_holds(const struct detect *d, enum flag_id flag, enum flag_scope scope, uint64_t key)
{
	uint32_t id = find(d, hash_of(d, flag, scope, key));

	return id != POOL_NONE && at(d, id)->on;
}

static struct finding *make(
	struct detect *d, enum flag_id flag, enum flag_scope scope, uint64_t hash)
{
	uint32_t id = pool_get(&d->findings.pool);

	if (id != POOL_NONE && index_add(&d->findings.index, hash, id) < 0) {
		pool_put(&d->findings.pool, id);
		id = POOL_NONE;
	}
	if (id == POOL_NONE) {
		d->findings.lost++;
		return NULL;
	}
	struct finding *f = at(d, id);
	f->key = hash;
	f->flag = (uint8_t)flag;
	f->scope = (uint8_t)scope;
	f->severity = flag_defs[flag].severity;
	f->cause = FLAGS;
	return f;
}

static void note_holding(struct findings *all, const struct finding *f)
{
	all->holding |= UINT64_C(1) << f->flag;
	if (f->scope == SCOPE_NETWORK || (f->scope == SCOPE_FLEET && f->prefix_count))
		all->networks |= UINT64_C(1) << f->flag;
}

static void begin(struct detect *d, struct finding *f)
{
	f->on = true;
	f->since = d->model->now;
	d->findings.on++;
	note_holding(&d->findings, f);
}

/* It is about to be said. */
static bool wants_words(const struct detect *d, const struct finding *f)
{
	return !f->said_on || d->model->now - f->said >= SAY_EVERY;
}

struct finding *found(struct detect *d, enum flag_id flag, enum flag_scope scope, uint64_t key,
	double level, uint64_t value)
{
	const struct flag_def *def = &flag_defs[flag];
	usec_t now = d->model->now;

	if (!(level >= FLAG_HOLDS) || d->settings.of[flag].disabled || (def->needs & d->missing))
		return NULL;
	uint64_t hash = hash_of(d, flag, scope, key);
	uint32_t id = find(d, hash);
	if (id == POOL_NONE && level < 1)
		return NULL;
	struct finding *f = id == POOL_NONE ? make(d, flag, scope, hash) : at(d, id);
	if (!f || (!f->on && level < 1))
		return NULL;
	f->streak = now - f->held > RUNNING ? 1 : f->streak < UINT8_MAX ? f->streak + 1 : f->streak;
	f->held = now;
	f->value = value;
	if (value > f->peak)
		f->peak = value;
	if (!f->on && f->streak >= def->judged)
		begin(d, f);
	return f->on && wants_words(d, f) ? f : NULL;
}

static int by_address(const void *a, const void *b)
{
	const struct prefix *x = a, *y = b;
	int order = addr_compare(&x->addr, &y->addr);

	return order ? order : x->bits - y->bits;
}

/* In the order of addresses, so that the same culprits have the same name. */
void finding_prefixes(struct finding *f, const struct prefix *p, uint32_t n)
{
	f->prefix_count = (uint8_t)(n < FLAG_PREFIXES_MAX ? n : FLAG_PREFIXES_MAX);
	memcpy(f->prefixes, p, f->prefix_count * sizeof *p);
	qsort(f->prefixes, f->prefix_count, sizeof *p, by_address);
}

void finding_name_all(struct finding *f, const struct prefix *of, uint32_t n)
{
	size_t used = 0;
	char text[PREFIX_TEXT_MAX];

	finding_prefixes(f, of, n);
	f->who[0] = '\0';
	for (int i = 0; i < f->prefix_count; i++) {
		const struct prefix *p = &f->prefixes[i];
		size_t len =
			p->bits == ADDR_BITS ? addr_format(&p->addr, text) : prefix_format(p, text);
		if (used + len + 2 > sizeof f->who)
			break;
		if (used)
			f->who[used++] = ',';
		memcpy(f->who + used, text, len + 1);
		used += len;
	}
}

void finding_name(struct finding *f, const struct prefix *p)
{
	finding_name_all(f, p, 1);
}

/* Folding. */

static bool covers(const struct finding *cause, const struct prefix *p)
{
	if (!cause->prefix_count || !p)
		return cause->scope == SCOPE_MACHINE || !p;
	for (int i = 0; i < cause->prefix_count; i++)
		if (cause->prefixes[i].bits <= p->bits &&
			prefix_contains(&cause->prefixes[i], &p->addr))
			return true;
	return false;
}

/* The address asks for what the herd asks for, and for nothing else. */
static bool is_of_herd(const struct detect *d, const struct finding *cause, const struct prefix *p)
{
	uint32_t id = p && cause->herd ? trails_find(&d->hosts, p) : POOL_NONE;
	const struct herd_lone *lone = id == POOL_NONE ? NULL : &trails_at(&d->hosts, id)->lone;

	return lone && !lone->is_over && lone->tag == (uint32_t)(cause->herd >> 32);
}

static bool is_wider(const struct finding *cause, const struct finding *of)
{
	if (cause->scope == SCOPE_FLEET && of->scope == SCOPE_FLEET)
		return cause->prefix_count && of->prefix_count &&
		       cause->prefixes[0].bits < of->prefixes[0].bits;
	return cause->scope == SCOPE_NETWORK && of->scope == SCOPE_HOST;
}

static bool explains(const struct detect *d, const struct finding *cause, const struct finding *of,
	const struct prefix *p)
{
	if (cause == of || !cause->on)
		return false;
	if (of && cause->flag == of->flag) /* a network speaks for its addresses */
		return is_wider(cause, of) && covers(cause, p);
	return covers(cause, p) || is_of_herd(d, cause, p);
}

enum flag_id findings_explain(
	const struct detect *d, uint64_t within, const struct prefix *p, const struct finding *of)
{
	enum flag_id best = FLAGS;

	/* With thousands of findings, most have nothing that could explain them. */
	if (!(within & d->findings.holding) && !(of && (d->findings.networks >> of->flag & 1)))
		return best;
	for (uint32_t id = pool_next(&d->findings.pool, 0); id != POOL_NONE;
		id = pool_next(&d->findings.pool, id + 1)) {
		const struct finding *f = at(d, id);
		bool own = of && f->flag == of->flag;
		if ((!own && !(within & UINT64_C(1) << f->flag)) || !explains(d, f, of, p))
			continue;
		if (best == FLAGS || flag_defs[f->flag].severity > flag_defs[best].severity)
			best = (enum flag_id)f->flag;
	}
	return best;
}

/* Putting. */

static void put(struct detect *d, const struct finding *f, const char *who, bool on)
{
	const struct flag_def *def = &flag_defs[f->flag];
	struct event e = event_make(EVENT_FLAG, d->model->now);
	char words[FLAG_PREFIXES_MAX * (PREFIX_TEXT_MAX + 1)] = "";
	size_t n = 0;

	for (int i = 0; on && i < f->prefix_count && f->scope != SCOPE_HOST; i++) {
		n += n ? (size_t)snprintf(words + n, sizeof words - n, " ") : 0;
		char text[PREFIX_TEXT_MAX];
		prefix_format(&f->prefixes[i], text);
		n += (size_t)snprintf(words + n, sizeof words - n, "%s", text);
	}
	e.flag.flag = str_of(def->name);
	e.flag.on = on;
	e.flag.scope = f->scope;
	e.flag.who = str_of(who);
	e.flag.severity = f->severity;
	e.flag.since = f->since;
	if (on) {
		e.flag.prefixes = n ? str_of(words) : STR_ABSENT;
		e.flag.value = f->peak;
		e.flag.evidence = str_of(f->evidence);
		e.flag.disproof = str_of(def->disproof);
		e.flag.cause = f->cause < FLAGS ? str_of(flag_defs[f->cause].name) : STR_ABSENT;
	}
	event_put(d->sink, &e);
	d->findings.puts++;
}

/* What the hub cannot queue is lost, and a flag that is lost when it ends would stay for ever. */
static bool may_put(const struct detect *d)
{
	return d->findings.puts < PUT_MOST;
}

static void put_off(struct detect *d, struct finding *f)
{
	if (f->said_on)
		put(d, f, f->said_who, false);
	f->said_on = false;
}

static void forget(struct detect *d, uint32_t id)
{
	struct finding *f = at(d, id);

	put_off(d, f);
	d->findings.on -= f->on;
	index_remove(&d->findings.index, f->key, id);
	pool_put(&d->findings.pool, id);
}

static void say(struct detect *d, struct finding *f)
{
	const struct flag_def *def = &flag_defs[f->flag];
	const struct prefix *p = f->prefix_count ? &f->prefixes[0] : NULL;
	uint8_t cause = (uint8_t)findings_explain(d, def->within, p, f);
	bool told = cause < FLAGS;

	if (!f->said_on && told) {
		f->cause = cause;
		return; /* part of another: counted there, not told by itself */
	}
	if (!may_put(d))
		return;
	bool fresh = !f->said_on || cause != f->cause;
	f->cause = cause;
	if (!fresh && (d->model->now - f->said < SAY_EVERY || d->findings.said >= SAY_MOST))
		return;
	d->findings.said++;
	if (f->said_on && strcmp(f->said_who, f->who) != 0)
		put_off(d, f);
	put(d, f, f->who, true);
	text_copy(f->said_who, sizeof f->said_who, str_of(f->who));
	f->said = d->model->now;
	f->said_on = true;
}

void findings_settle(struct detect *d)
{
	usec_t now = d->model->now;
	struct pool *pool = &d->findings.pool;

	d->severe = false;
	d->findings.said = d->findings.puts = 0;
	d->findings.holding = d->findings.networks = 0;
	for (uint32_t id = pool_next(pool, 0); id != POOL_NONE; id = pool_next(pool, id + 1)) {
		struct finding *f = at(d, id);
		usec_t patience =
			f->on ? flag_defs[f->flag].off_after * USEC_PER_SEC : FORGET_AFTER;
		if (now - f->held > patience) {
			if (!f->said_on || may_put(d)) /* else at the next tick */
				forget(d, id);
		} else if (f->on) {
			d->severe |= f->severity >= SEVERITY_ATTACK;
			note_holding(&d->findings, f);
		}
	}
	for (uint32_t id = pool_next(pool, 0); id != POOL_NONE; id = pool_next(pool, id + 1))
		if (at(d, id)->on && at(d, id)->evidence[0])
			say(d, at(d, id));
}
