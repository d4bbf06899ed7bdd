// SPDX-License-Identifier: MIT
#include "fleet/bounds.h"

#include "base/num.h"
#include "base/text.h"

#include <stdio.h>

#define SPAN_MAX      ((uint64_t)(600 * USEC_PER_SEC))
#define FLAG_NAME_MAX 40u

static uint64_t at_most(uint64_t v, uint64_t most)
{
	return v == ABSENT || v < most ? v : most;
}

/* Of what is a part of another count. */
static uint64_t part_of(uint64_t v, uint64_t whole)
{
	return v == ABSENT || whole == ABSENT ? v : at_most(v, whole);
}

/* At a word's edge. */
static struct str clip_words(struct str s, char between)
{
	if (s.n <= BOUNDS_WORDS_MAX)
		return s;
	const char *last = memrchr(s.p, between, BOUNDS_WORDS_MAX + 1);
	return (struct str){s.p, last ? (size_t)(last - s.p) : 0};
}

static void bound_text(struct str *s, enum field_type type)
{
	if (!s->p)
		return;
	if (type == FIELD_STR)
		*s = text_clip(*s, BOUNDS_TEXT_MAX);
	else if (type == FIELD_WORDS)
		*s = clip_words(*s, ' ');
}

/* The same for all kinds: a field that is added later is bounded as well. What sketches are of is a
 * name, not a count. */
static void bound_fields(struct event *e)
{
	const struct event_kind_info *kind = &event_kinds[e->kind];

	for (size_t i = 0; i < kind->count; i++) {
		const struct event_field *f = &kind->fields[i];
		void *at = (char *)e + f->offset;
		if (field_is_text(f))
			bound_text(at, f->type);
		else if (f->type == FIELD_U64 &&
			 !(e->kind == EVENT_MACHINE && at == &e->machine_said.sketch))
			*(uint64_t *)at = at_most(*(uint64_t *)at, BOUNDS_COUNT_MAX);
	}
}

/* Words "name=count". */
static void bound_numbers(struct str *numbers, struct bounds_scratch *scratch)
{
	struct str rest = *numbers;
	size_t n = 0;

	while (rest.n) {
		const char *space = memchr(rest.p, ' ', rest.n);
		struct str word = {rest.p, space ? (size_t)(space - rest.p) : rest.n};
		const char *equals = memchr(word.p, '=', word.n);
		size_t name = equals ? (size_t)(equals - word.p) : 0;
		uint64_t v;
		rest = str_skip(rest, word.n + (space ? 1 : 0));
		if (!name || name > NUMBER_NAME_MAX || num_u64(str_skip(word, name + 1), &v) < 0)
			continue;
		if (n + name + 24 > sizeof scratch->figures)
			break;
		n += (size_t)sprintf(scratch->figures + n, "%s%.*s=%llu", n ? " " : "", (int)name,
			word.p, (unsigned long long)at_most(v, BOUNDS_COUNT_MAX));
	}
	*numbers = (struct str){scratch->figures, n};
}

static bool bound_machine(struct event *e, usec_t ahead, struct bounds_scratch *scratch)
{
	struct event_machine *m = &e->machine_said;

	(void)ahead;
	if (m->seq == ABSENT || !m->seq)
		return false;
	if (m->every_us == ABSENT)
		m->every_us = BOUNDS_EVERY_DEFAULT;
	if (m->every_us < BOUNDS_EVERY_MIN)
		m->every_us = BOUNDS_EVERY_MIN;
	m->every_us = at_most(m->every_us, BOUNDS_EVERY_MAX);
	m->parts = m->parts == ABSENT ? 0 : at_most(m->parts, BOUNDS_PARTS_MAX);
	m->severity = m->severity > SEVERITY_ACT ? SEVERITY_ACT : m->severity;
	m->state = MEMBER_NONE;
	m->note = STR_ABSENT;
	if (m->figures.p)
		bound_numbers(&m->figures, scratch);
	return true;
}

static bool bound_share(struct event *e, usec_t ahead, struct bounds_scratch *scratch)
{
	struct event_share *s = &e->share;

	(void)ahead;
	(void)scratch;
	s->half_open = part_of(s->half_open, s->conns);
	s->refused = part_of(s->refused, s->requests);
	s->broken = part_of(s->broken, s->requests);
	s->denied = part_of(s->denied, s->requests);
	s->not_found = part_of(s->not_found, s->paths);
	s->probes = at_most(s->probes, UINT16_MAX);
	return !addr_is_unset(&s->net.addr);
}

static bool bound_herd(struct event *e, usec_t ahead, struct bounds_scratch *scratch)
{
	struct event_herd *h = &e->herd;
	uint64_t *const of_recent[] = {
		&h->failed, &h->assets, &h->referred, &h->queries, &h->refused, &h->broken};

	(void)ahead;
	(void)scratch;
	h->recent = part_of(h->recent, h->requests);
	for (size_t i = 0; i < ARRAY_LEN(of_recent); i++)
		*of_recent[i] = part_of(*of_recent[i], h->recent);
	h->span_us = at_most(h->span_us, SPAN_MAX);
	/* Half of a sketch says something else than the whole. */
	if (h->sources.n > HERD_SOURCES_TEXT)
		h->sources = STR_ABSENT;
	return h->of != HERD_OF_NONE;
}

/* As flag_defs[] names them, without knowing them here: another version may have more. */
static bool is_flag_name(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!(name.p[i] >= 'a' && name.p[i] <= 'z') &&
			!(name.p[i] >= '0' && name.p[i] <= '9') && name.p[i] != '-')
			return false;
	return name.n && name.n <= FLAG_NAME_MAX;
}

static bool bound_flag(struct event *e, usec_t ahead, struct bounds_scratch *scratch)
{
	struct event_flag *f = &e->flag;

	(void)scratch;
	f->severity = f->severity > SEVERITY_ACT ? SEVERITY_ACT : f->severity;
	if (f->since > 0) {
		usec_t since = f->since - ahead;
		f->since = since < 1 ? 1 : since > e->ts ? e->ts : since;
	}
	/* What holds of the fleet is for who sees all of it to say. */
	return is_flag_name(f->flag) && f->scope != SCOPE_FLEET &&
	       (!f->cause.n || is_flag_name(f->cause));
}

static bool bound_verdict(struct event *e, usec_t ahead, struct bounds_scratch *scratch)
{
	struct event_verdict *v = &e->verdict;

	(void)ahead;
	(void)scratch;
	v->severity = v->severity > SEVERITY_ACT ? SEVERITY_ACT : v->severity;
	return !v->cause.n || is_flag_name(v->cause);
}

bool bounds_apply(struct event *e, usec_t ahead, struct bounds_scratch *scratch)
{
	static bool (*const of_kind[EVENT_KINDS])(
		struct event * e, usec_t ahead, struct bounds_scratch * scratch) = {
		[EVENT_MACHINE] = bound_machine,
		[EVENT_SHARE] = bound_share,
		[EVENT_HERD] = bound_herd,
		[EVENT_FLAG] = bound_flag,
		[EVENT_VERDICT] = bound_verdict,
	};

	bound_fields(e);
	return !of_kind[e->kind] || of_kind[e->kind](e, ahead, scratch);
}
