// SPDX-License-Identifier: MIT
#include "console/fleet_words.h"

#include "base/text.h"
#include "console/entry.h"
#include "model/fleet.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define NAMED_MOST    3                   /* machines; of more it is said how many */
#define CLOCK_NOTABLE (10 * USEC_PER_SEC) /* that a clock differs by */

static const struct {
	const char *one, *many;
} havings[HAVINGS] = {
	[HAS_GONE] = {"machine is lost", "machines are lost"},
	[HAS_REFUSED] = {"machine is refused", "machines are refused"},
	[HAS_SILENCE] = {"machine has said nothing yet", "machines have said nothing yet"},
	[HAS_CLOCK] = {"machine's clock is off", "machines' clocks are off"},
	[HAS_MISSED] = {"set did not come", "sets did not come"},
	[HAS_DROPPED] = {"message was dropped where it was made",
		"messages were dropped where they were made"},
	[HAS_LOST] = {"share found no room here", "shares found no room here"},
};

static uint64_t count_of(const struct member *m, enum fleet_having what)
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
		uint64_t n = count_of(member, (enum fleet_having)i);
		if (!n)
			continue;
		h->n += n;
		if (h->machines++ < NAMED_MOST)
			h->named[h->machines - 1] = member;
	}
}

/* "web3 since 03:12:04 (Connection refused)", "web5 4m behind" */
static void say_more(const struct member *m, enum fleet_having what, char *buf, size_t cap)
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
	const struct having *h, enum fleet_having what, char buf[static FLEET_WORDS_MAX])
{
	char text[FLEET_WORDS_MAX], more[FLEET_NOTE_MAX + 32], count[8];
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
	more[0] = '\0';
	if (h->machines > NAMED_MOST)
		snprintf(more, sizeof more, " +%" PRIu32, h->machines - NAMED_MOST);
	int used = snprintf(buf, FLEET_WORDS_MAX, "%s %s: ", count,
		h->n == 1 ? havings[what].one : havings[what].many);
	snprintf(buf + used, FLEET_WORDS_MAX - (size_t)used, "%s%s", text, more);
}

void fleet_words(const struct fleet *f, const struct member *member, struct fleet_words *ret)
{
	struct having all[HAVINGS] = {{.n = 0}};

	if (member)
		look_at(all, member);
	for (uint32_t id = fleet_next(f, 0); id != POOL_NONE && !member; id = fleet_next(f, id + 1))
		look_at(all, fleet_at(f, id));
	for (int i = 0; i < HAVINGS; i++) {
		ret->text[i][0] = '\0';
		if (all[i].n)
			say_having(&all[i], (enum fleet_having)i, ret->text[i]);
	}
}

void fleet_names(const struct fleet *f, const uint32_t *numbers, size_t n, uint32_t count,
	char *buf, size_t cap)
{
	size_t used = 0;
	uint32_t named = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < n && i < NAMED_MOST; i++) {
		const struct member *m = fleet_member(f, numbers[i]);
		if (!m || used + strlen(m->name) + 12 > cap)
			continue;
		used += (size_t)snprintf(buf + used, cap - used, "%s%s", named ? " " : "", m->name);
		named++;
	}
	if (named && count > named)
		snprintf(buf + used, cap - used, " +%" PRIu32, count - named);
}
