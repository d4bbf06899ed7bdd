/* SPDX-License-Identifier: MIT
 *
 * flag_ear: hears what the judgement says, and knows what may be said: that something is over only
 * of what was said to be, clean words, prefixes that can be read, a start that stays, a peak that
 * never falls. For tests and fuzzers.
 */
#ifndef NG_TESTS_FLAG_EAR_H
#define NG_TESTS_FLAG_EAR_H

#include "base/text.h"
#include "detect/finding.h"
#include "detect/flag_defs.h"
#include "event/event.h"
#include "model/flags.h"

#include <string.h>

struct heard {
	enum flag_id flag;
	uint8_t scope;
	uint64_t value;
	usec_t since, said;
	char who[FLAG_WHO_MAX], cause[FLAG_NAME_MAX];
};

struct flag_ear {
	struct heard on[FINDINGS_MAX]; /* that hold, as far as was said */
	uint32_t count;
	uint32_t begun[FLAGS], ended[FLAGS];
	uint32_t verdicts;
};

static inline struct heard *ear_find(struct flag_ear *ear, const struct event_flag *said)
{
	for (uint32_t i = 0; i < ear->count; i++) {
		struct heard *h = &ear->on[i];
		if (h->flag == flag_find(said->flag) && h->scope == said->scope &&
			str_eq(str_of(h->who), said->who))
			return h;
	}
	return NULL;
}

static inline bool ear_is_clean(struct str s)
{
	return !s.p || (s.n < EVENT_TEXT_MAX && text_is_clean(s));
}

static inline bool ear_are_clean_lines(struct str s)
{
	while (s.n) {
		const char *newline = memchr(s.p, '\n', s.n);
		size_t n = newline ? (size_t)(newline - s.p) : s.n;
		if (!n || !text_is_clean((struct str){s.p, n}))
			return false;
		s.p += n + !!newline;
		s.n -= n + !!newline;
	}
	return true;
}

static inline bool ear_are_prefixes(struct str words)
{
	struct prefix p;

	while (words.n) {
		const char *space = memchr(words.p, ' ', words.n);
		size_t n = space ? (size_t)(space - words.p) : words.n;
		if (prefix_parse((struct str){words.p, n}, &p) < 0)
			return false;
		words.p += n + !!space;
		words.n -= n + !!space;
	}
	return true;
}

/* What is wrong with it in itself, or NULL. */
static inline const char *ear_check_flag(const struct event *e)
{
	const struct event_flag *f = &e->flag;
	enum flag_id id = flag_find(f->flag);

	if (id == FLAGS)
		return "a flag that is in no table";
	if (f->scope >= SCOPES || !(flag_defs[id].scopes & 1u << f->scope))
		return "a scope that it cannot have";
	if (!ear_is_clean(f->who) || !ear_is_clean(f->evidence) || !ear_is_clean(f->disproof))
		return "a text that is not clean";
	if (f->who.n >= FLAG_WHO_MAX || f->evidence.n >= FLAG_TEXT_MAX)
		return "a text that is too long";
	if (f->severity < SEVERITY_NOTE || f->severity > SEVERITY_ACT)
		return "a severity that there is not";
	if (f->since > e->ts || f->since <= 0)
		return "it begins in the future";
	if (!f->on)
		return NULL;
	if (!f->evidence.n || !f->disproof.n)
		return "no evidence, or no disproof";
	if (f->scope == SCOPE_MACHINE ? false : !f->who.n)
		return "it is of nobody";
	if (!ear_are_prefixes(f->prefixes))
		return "prefixes that cannot be read";
	if (f->cause.p && flag_find(f->cause) == FLAGS)
		return "a cause that is in no table";
	return NULL;
}

static inline const char *ear_hear_off(struct flag_ear *ear, const struct event_flag *f)
{
	struct heard *h = ear_find(ear, f);

	if (!h)
		return "it is over, and never began";
	*h = ear->on[--ear->count];
	ear->ended[flag_find(f->flag)]++;
	return NULL;
}

static inline const char *ear_hear_on(struct flag_ear *ear, const struct event *e)
{
	const struct event_flag *f = &e->flag;
	enum flag_id id = flag_find(f->flag);
	struct heard *h = ear_find(ear, f);

	if (h && f->since != h->since)
		return "its start has moved";
	if (h && f->value < h->value)
		return "its peak has fallen";
	if (h && e->ts - h->said < 5 * USEC_PER_SEC && str_eq(str_of(h->cause), f->cause))
		return "it is said again too soon";
	if (!h) {
		if (ear->count == FINDINGS_MAX)
			return "there are too many of them";
		h = &ear->on[ear->count++];
		h->flag = id;
		h->scope = f->scope;
		h->since = f->since;
		text_copy(h->who, sizeof h->who, f->who);
		ear->begun[id]++;
	}
	h->said = e->ts;
	h->value = f->value;
	text_copy(h->cause, sizeof h->cause, f->cause);
	return NULL;
}

static inline const char *ear_hear_verdict(struct flag_ear *ear, const struct event *e)
{
	const struct event_verdict *v = &e->verdict;

	ear->verdicts++;
	if (!ear_is_clean(v->text) || !v->text.n)
		return "a verdict that is not clean, or not there";
	if (!ear_are_clean_lines(v->held))
		return "what is held is not clean";
	if (v->severity > SEVERITY_ACT || !v->cause.p != !v->severity)
		return "a verdict with a severity and no cause, or with a cause and none";
	for (uint32_t i = 0; v->cause.p && i < ear->count; i++)
		if (str_eq(str_of(flag_defs[ear->on[i].flag].name), v->cause))
			return NULL;
	return v->cause.p ? "a verdict that rests on what does not hold" : NULL;
}

/* Takes in what is said. What is wrong with it, or NULL. */
static inline const char *ear_hear(struct flag_ear *ear, const struct event *e)
{
	const char *wrong = NULL;

	if (e->kind == EVENT_VERDICT)
		return ear_hear_verdict(ear, e);
	if (e->kind != EVENT_FLAG)
		return NULL;
	wrong = ear_check_flag(e);
	if (!wrong)
		wrong = e->flag.on ? ear_hear_on(ear, e) : ear_hear_off(ear, &e->flag);
	return wrong;
}

#endif
