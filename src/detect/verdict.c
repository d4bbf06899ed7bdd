// SPDX-License-Identifier: MIT
/*
 * What all findings come to, in one sentence: the machine's own trouble first, then the attack with
 * most harm. Nothing stands out: that is said with the figures that say so.
 */
#include "detect/parts.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

#define SAY_EVERY (5 * USEC_PER_SEC)

static const struct finding *worst(const struct detect *d, uint32_t *ret_others)
{
	const struct finding *best = NULL;
	const struct pool *pool = &d->findings.pool;

	*ret_others = 0;
	for (uint32_t id = pool_next(pool, 0); id != POOL_NONE; id = pool_next(pool, id + 1)) {
		const struct finding *f = pool_at(pool, id);
		if (!f->said_on || f->cause < FLAGS || f->severity < SEVERITY_SUSPECT)
			continue;
		bool graver = !best || f->severity > best->severity ||
			      (f->severity == best->severity && f->flag < best->flag) ||
			      (f->severity == best->severity && f->flag == best->flag &&
				      f->peak > best->peak);
		*ret_others += best != NULL;
		if (graver)
			best = f;
	}
	return best;
}

/* By how long it holds, and what it is measured against. */
static const char *how_sure(const struct detect *d, const struct finding *f)
{
	usec_t age = d->model->now - f->since;

	/* What many do together is judged by what is usual, which is not known yet. */
	bool by_usual = f->scope == SCOPE_PATH || f->scope == SCOPE_AGENT;
	if (by_usual && baseline_learning(&d->whole.usual, d->model->now))
		return age >= 10 * USEC_PER_SEC ? "likely" : "perhaps";
	return age >= 5 * USEC_PER_SEC || f->severity >= SEVERITY_ACT ? "sure" : "likely";
}

/* "silent, slow-read: the log is buffered" a line for each need that is not met. */
static size_t held(const struct detect *d, char *buf, size_t cap)
{
	size_t n = 0;

	buf[0] = '\0';
	for (unsigned bit = 0; bit < NEEDS; bit++) {
		uint32_t need = 1u << bit;
		size_t names = 0;
		if (!(d->missing & need) || need == NEED_TIMES || need == NEED_AUTH)
			continue;
		for (int i = 0; i < FLAGS; i++) {
			/* Told by the first need that it lacks. */
			if (d->settings.of[i].disabled || !(flag_defs[i].needs & need) ||
				(flag_defs[i].needs & d->missing & (need - 1)))
				continue;
			n += (size_t)snprintf(buf + n, cap - n, "%s%s",
				names++ ? ", "
				: n     ? "\n"
					: "",
				flag_defs[i].name);
			if (n + 160 > cap)
				return n;
		}
		if (names)
			n += (size_t)snprintf(
				buf + n, cap - n, ": %s", flag_need_name((enum flag_need)need));
	}
	return n;
}

static void say_quiet(const struct detect *d, char *buf, size_t cap)
{
	usec_t now = d->model->now;
	double rate = window_sum(&d->whole.requests, now, 10 * USEC_PER_SEC) / 10;
	double broken = window_sum(&d->whole.of_class[5], now, WINDOW_SPAN);

	snprintf(buf, cap,
		"nothing stands out: %.1f requests/s, %.0f answers of 5xx in a minute, %" PRIu64
		" connections, %" PRIu64 " half-open",
		rate, broken, d->walked->open, d->walked->half_open);
}

static bool is_of_places(const struct finding *f)
{
	return f->scope == SCOPE_NETWORK || (f->scope == SCOPE_FLEET && f->prefix_count);
}

/* One flag of several networks: the fewest prefixes that hold them. */
static void who_of(struct detect *d, const struct finding *f, char *buf, size_t cap)
{
	const struct pool *pool = &d->findings.pool;
	struct prefix p[ZOOM_PREFIXES];
	struct zoom_found found_at;
	struct finding all = {0};
	uint32_t networks = 0;

	zoom_clear(&d->zoom);
	for (uint32_t id = pool_next(pool, 0); id != POOL_NONE; id = pool_next(pool, id + 1)) {
		const struct finding *of = pool_at(pool, id);
		if (!of->said_on || of->flag != f->flag || !is_of_places(of))
			continue;
		networks++;
		for (int i = 0; i < of->prefix_count; i++)
			zoom_add(&d->zoom, &of->prefixes[i], of->peak + 1, 0);
	}
	uint32_t n = networks > 1 ? zoom_prefixes(d, &found_at, p) : 0;
	if (n)
		finding_name_all(&all, p, n);
	text_copy(buf, cap, str_of(n ? all.who : f->who));
}

static void say_worst(struct detect *d, const struct finding *f, uint32_t others, const char *sure,
	char *buf, size_t cap)
{
	const struct flag_def *def = &flag_defs[f->flag];
	char who[FLAG_WHO_MAX];

	who_of(d, f, who, sizeof who);
	bool is_new = strcmp(who, f->who) == 0 && since_is_new(d, f);
	int n = snprintf(buf, cap, "%s%s%s%s%s, %s: %s", def->verdict, who[0] ? " (" : "", who,
		who[0] ? ")" : "", is_new ? ", new since the mark" : "", sure, f->evidence);
	if (others && n > 0 && (size_t)n < cap)
		snprintf(buf + n, cap - (size_t)n, "; and %" PRIu32 " more finding%s", others,
			others == 1 ? "" : "s");
}

/* In words. Returns the name of the flag that it rests on. */
static const char *say(struct detect *d, const struct finding *f, uint32_t others,
	struct event_verdict *ret, char *buf, size_t cap)
{
	const char *sure = f ? how_sure(d, f) : NULL;
	struct spread spread = {.f = f, .others = others};
	uint8_t severity = f ? f->severity : 0;
	const char *cause = f ? flag_defs[f->flag].name : NULL;

	if (f && is_fleet(d))
		who_of(d, f, spread.who, sizeof spread.who);
	if (is_fleet(d))
		cause = verdict_of_fleet(d, &spread, buf, cap, &severity);
	else if (f)
		say_worst(d, f, others, sure, buf, cap);
	else
		say_quiet(d, buf, cap);
	ret->severity = severity;
	/* What members have judged is theirs, and was said. */
	ret->sure = str_of(sure || !cause ? sure : "sure");
	return cause;
}

/* The figures move all the time: what it is about decides whether it is news. */
static bool is_news(struct detect *d, const struct finding *f, const char *cause, uint32_t learning,
	const char *lines)
{
	char all[sizeof d->verdict];

	snprintf(all, sizeof all, "%s|%s|%u|%s", cause ? cause : "", f ? f->who : "", learning > 0,
		lines);
	bool news = strcmp(all, d->verdict) != 0;
	memcpy(d->verdict, all, sizeof all);
	return news;
}

void verdict_say(struct detect *d)
{
	struct event e = event_make(EVENT_VERDICT, d->model->now);
	char text[MACHINE_VERDICT_MAX], lines[MACHINE_HELD_MAX];
	uint32_t others;
	const struct finding *f = worst(d, &others);

	held(d, lines, sizeof lines);
	const char *cause = say(d, f, others, &e.verdict, text, sizeof text);
	/* Members of a fleet have learned it by themselves. */
	uint32_t learning = is_fleet(d) ? 0 : baseline_learning(&d->whole.usual, d->model->now);
	bool news = is_news(d, f, cause, learning, lines);
	if (!news && d->model->now - d->verdict_said < SAY_EVERY)
		return;
	d->verdict_said = d->model->now;
	e.verdict.text = str_of(text);
	e.verdict.cause = str_of(cause);
	e.verdict.held = lines[0] ? str_of(lines) : STR_ABSENT;
	e.verdict.learning_s = learning;
	event_put(d->sink, &e);
}
