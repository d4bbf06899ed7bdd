// SPDX-License-Identifier: MIT
#include "console/troubles_fleet.h"

#include "base/text.h"
#include "console/entry.h"
#include "model/fleet.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define NAMED_MOST    3                   /* machines; of more it is said how many */
#define CLOCK_NOTABLE (10 * USEC_PER_SEC) /* that a clock differs by */

/* What a machine may have, with how grave that is. */
enum has {
	HAS_GONE,
	HAS_REFUSED,
	HAS_SILENCE,
	HAS_CLOCK,
	HAS_MISSED,
	HAS_DROPPED,
	HAS_LOST,
	HAVINGS
};

static const struct {
	int gravity;
	const char *one, *many;
} havings[HAVINGS] = {
	[HAS_GONE] = {GRAVITY_LOST, "machine is lost", "machines are lost"},
	[HAS_REFUSED] = {GRAVITY_LOG, "machine is refused", "machines are refused"},
	[HAS_SILENCE] = {GRAVITY_ALERT, "machine has said nothing yet",
		"machines have said nothing yet"},
	[HAS_CLOCK] = {GRAVITY_ALERT, "machine's clock is off", "machines' clocks are off"},
	[HAS_MISSED] = {GRAVITY_LAG, "set did not come", "sets did not come"},
	[HAS_DROPPED] = {GRAVITY_LAG, "message was dropped where it was made",
		"messages were dropped where they were made"},
	[HAS_LOST] = {GRAVITY_FULL, "share found no room here", "shares found no room here"},
};

static uint64_t count_of(const struct member *m, enum has what)
{
	switch (what) {
	case HAS_GONE:
		return m->state == MEMBER_LOST;
	case HAS_REFUSED:
		return m->state == MEMBER_REFUSED;
	case HAS_SILENCE:
		return m->state == MEMBER_WAITED;
	case HAS_CLOCK:
		return llabs(m->ahead) >= CLOCK_NOTABLE;
	case HAS_MISSED:
		return m->missed;
	case HAS_DROPPED:
		return m->dropped;
	default:
		return m->lost;
	}
}

struct having {
	uint64_t n;
	uint32_t machines;
	const struct member *named[NAMED_MOST];
};

static void look_at(struct having all[static HAVINGS], const struct member *member)
{
	for (int i = 0; i < HAVINGS; i++) {
		struct having *h = &all[i];
		uint64_t n = count_of(member, (enum has)i);
		if (!n)
			continue;
		h->n += n;
		if (h->machines++ < NAMED_MOST)
			h->named[h->machines - 1] = member;
	}
}

/* "web3 since 03:12:04 (Connection refused)", "web5 4m behind" */
static void say_more(const struct member *m, enum has what, char *buf, size_t cap)
{
	char clock[9], span[16];
	bool since = what == HAS_GONE || what == HAS_REFUSED || what == HAS_SILENCE;

	clock_text(clock, m->since);
	text_span(span, (uint64_t)llabs(m->ahead) / USEC_PER_SEC);
	if (what == HAS_CLOCK)
		snprintf(buf, cap, " %s %s", span, m->ahead > 0 ? "ahead" : "behind");
	else if (since && m->since)
		snprintf(buf, cap, " since %s%s%s%s", clock, m->note[0] ? " (" : "", m->note,
			m->note[0] ? ")" : "");
	else
		buf[0] = '\0';
}

static void say_having(
	struct troubles *t, const struct having *h, enum has what, trouble_say_fn *say)
{
	char text[TROUBLE_TEXT_MAX], more[FLEET_NOTE_MAX + 32], count[8];
	size_t n = 0;

	for (uint32_t i = 0; i < h->machines && i < NAMED_MOST; i++) {
		say_more(h->named[i], what, more, sizeof more);
		int took = snprintf(text + n, sizeof text - n, "%s%s%s", i ? ", " : "",
			h->named[i]->name, more);
		if ((size_t)took >= sizeof text - n)
			break;
		n += (size_t)took;
	}
	text[n] = '\0';
	text_count(count, h->n);
	snprintf(more, sizeof more, " +%" PRIu32, h->machines - NAMED_MOST);
	say(t, havings[what].gravity, "%s %s: %s%s", count,
		h->n == 1 ? havings[what].one : havings[what].many, text,
		h->machines > NAMED_MOST ? more : "");
}

/* "web1 web7 +2" */
static void name_machines(struct trouble *t, const struct fleet *f)
{
	size_t n = 0;
	uint32_t named = 0;

	for (uint32_t i = 0; i < t->on_count && i < NAMED_MOST; i++) {
		const struct member *m = fleet_member(f, t->on[i]);
		if (!m || n + strlen(m->name) + 12 > sizeof t->machines)
			continue;
		n += (size_t)snprintf(
			t->machines + n, sizeof t->machines - n, "%s%s", named ? " " : "", m->name);
		named++;
	}
	if (named && t->on_count > named)
		snprintf(
			t->machines + n, sizeof t->machines - n, " +%" PRIu32, t->on_count - named);
}

void troubles_add_fleet(struct troubles *t, const struct trouble_facts *facts, trouble_say_fn *say)
{
	const struct fleet *f = model_fleet(facts->m);
	struct having all[HAVINGS] = {{.n = 0}};

	if (!f)
		return;
	for (size_t i = 0; i < t->n && !facts->member; i++)
		name_machines(&t->at[i], f);
	if (facts->member)
		look_at(all, facts->member);
	for (uint32_t id = fleet_next(f, 0); id != POOL_NONE && !facts->member;
		id = fleet_next(f, id + 1))
		look_at(all, fleet_at(f, id));
	for (int i = 0; i < HAVINGS; i++)
		if (all[i].n)
			say_having(t, &all[i], (enum has)i, say);
}
