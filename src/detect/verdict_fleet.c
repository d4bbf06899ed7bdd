// SPDX-License-Identifier: MIT
/*
 * What a fleet comes to, in one sentence: the machines that are in trouble and the gravest of it,
 * what spans machines, and which ones nobody has heard of: "2 of 50 machines under attack: web3 SYN
 * flood; fleet: crawler (203.0.113.0/24) over 12 machines; 1 lost".
 */
#include "detect/parts.h"

#include "model/figures.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define NAMED 2

/* Members by their verdicts, and the gravest flags of members, the gravest first. */
struct troubled {
	uint32_t attacked, suspect, up;
	uint8_t severity;
	const struct flag *top[NAMED];
	uint32_t named;
};

static void take_flag(struct troubled *t, const struct flag *flag)
{
	uint32_t at = t->named;

	if (!flag->machine || flag->cause[0])
		return;
	for (uint32_t i = 0; i < t->named; i++)
		if (t->top[i]->machine == flag->machine) {
			if (t->top[i]->severity >= flag->severity)
				return;
			at = i; /* of each machine the gravest */
			break;
		}
	if (at == t->named && t->named == NAMED && t->top[NAMED - 1]->severity >= flag->severity)
		return;
	if (at == NAMED)
		at--;
	else if (at == t->named)
		t->named++;
	for (; at > 0 && t->top[at - 1]->severity < flag->severity; at--)
		t->top[at] = t->top[at - 1];
	t->top[at] = flag;
}

static struct troubled look(const struct detect *d)
{
	const struct fleet *fleet = model_fleet(d->model);
	const struct flags *flags = &d->model->flags;
	struct troubled t = {.up = fleet->up};

	for (uint32_t id = fleet_next(fleet, 0); id != POOL_NONE; id = fleet_next(fleet, id + 1)) {
		const struct member *m = fleet_at(fleet, id);
		if (m->state != MEMBER_UP)
			continue;
		t.attacked += m->severity >= SEVERITY_ATTACK;
		t.suspect += m->severity == SEVERITY_SUSPECT;
		if (m->severity > t.severity)
			t.severity = m->severity;
	}
	for (uint32_t id = flags_next(flags, 0); id != POOL_NONE; id = flags_next(flags, id + 1))
		if (t.severity >= SEVERITY_SUSPECT &&
			flags_at(flags, id)->severity >= SEVERITY_SUSPECT)
			take_flag(&t, flags_at(flags, id));
	return t;
}

/* A text that grows, and is cut where there is no room. */
struct text {
	char *p;
	size_t n, cap;
};

__attribute__((format(printf, 2, 3))) static void say(struct text *t, const char *format, ...)
{
	va_list args;

	if (t->n + 1 >= t->cap)
		return;
	va_start(args, format);
	int n = vsnprintf(t->p + t->n, t->cap - t->n, format, args);
	va_end(args);
	t->n = n > 0 && (size_t)n < t->cap - t->n ? t->n + (size_t)n : t->cap - 1;
}

static void say_machines(struct text *t, const struct detect *d, const struct troubled *of)
{
	const struct fleet *fleet = model_fleet(d->model);
	uint32_t in_trouble = of->attacked ? of->attacked : of->suspect;

	say(t, "%" PRIu32 " of %" PRIu32 " machines %s", in_trouble, fleet->count,
		of->attacked      ? "under attack"
		: in_trouble == 1 ? "has findings"
				  : "have findings");
	for (uint32_t i = 0; i < of->named; i++) {
		const struct member *m = fleet_member(fleet, of->top[i]->machine);
		enum flag_id id = flag_find(str_of(of->top[i]->name));
		if (of->attacked && of->top[i]->severity < SEVERITY_ATTACK)
			break;
		say(t, "%s%.24s %s", i ? ", " : ": ", m ? m->name : "?",
			id < FLAGS ? flag_defs[id].title : of->top[i]->name);
	}
}

static void say_quiet(struct text *t, const struct detect *d)
{
	const struct fleet *fleet = model_fleet(d->model);
	uint64_t rate = fleet->rates[figure_find("requests") - figures];

	say(t, "nothing stands out on %" PRIu32 " machine%s", fleet->up, fleet->up == 1 ? "" : "s");
	if (rate != ABSENT)
		say(t, ": %.1f requests/s", (double)rate / 1000);
}

static void say_spread(struct text *t, const struct spread *s)
{
	say(t, "fleet: %s%s%.100s%s over %" PRIu32 " machines", flag_defs[s->f->flag].title,
		s->who[0] ? " (" : "", s->who, s->who[0] ? ")" : "", s->f->machines);
	if (s->others)
		say(t, " and %" PRIu32 " more finding%s", s->others, s->others == 1 ? "" : "s");
}

static const char *cause_of(
	const struct troubled *of, const struct finding *f, uint8_t *ret_severity)
{
	const struct flag *top = of->named ? of->top[0] : NULL;

	*ret_severity = 0;
	if (f && (!top || f->severity > top->severity)) {
		*ret_severity = f->severity;
		return flag_defs[f->flag].name;
	}
	if (!top)
		return NULL;
	*ret_severity = top->severity;
	return top->name;
}

const char *verdict_of_fleet(const struct detect *d, const struct spread *spread, char *buf,
	size_t cap, uint8_t *ret_severity)
{
	const struct fleet *fleet = model_fleet(d->model);
	struct troubled of = look(d);
	struct text t = {buf, 0, cap};
	bool any = of.attacked || of.suspect;

	buf[0] = '\0';
	if (any)
		say_machines(&t, d, &of);
	if (any && spread->f)
		say(&t, "; ");
	if (spread->f)
		say_spread(&t, spread);
	if (!any && !spread->f)
		say_quiet(&t, d);
	if (fleet->lost_members)
		say(&t, "; %" PRIu32 " lost", fleet->lost_members);
	if (fleet->refused)
		say(&t, "; %" PRIu32 " refused", fleet->refused);
	return cause_of(&of, spread->f, ret_severity);
}
