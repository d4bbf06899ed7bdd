// SPDX-License-Identifier: MIT
/* Any bytes are what a machine of a fleet says. What is put is the machine's own, clean and within
 * bounds; a fleet of two is no worse off for what one of them says. */
#include "base/text.h"
#include "fleet/bounds.h"
#include "fleet/intake.h"

#include <stdint.h>
#include <stdlib.h>

#define T0 (INT64_C(1700000000) * USEC_PER_SEC)

static usec_t now;

static void require(int holds)
{
	if (!holds)
		abort();
}

static void check_field(const struct event *e, const struct event_field *f)
{
	const void *at = (const char *)e + f->offset;
	struct str s = STR_ABSENT;
	uint64_t v = 0;

	if (field_is_text(f))
		memcpy(&s, at, sizeof s);
	else if (f->type == FIELD_U64)
		memcpy(&v, at, sizeof v);
	require(s.p || !s.n);
	require(s.n <= (f->type == FIELD_STR            ? BOUNDS_TEXT_MAX
			       : f->type == FIELD_LINES ? EVENT_TEXT_MAX
							: 2 * BOUNDS_WORDS_MAX));
	require(!s.p || f->type == FIELD_LINES || text_is_clean(s));
	require(v == ABSENT || v <= BOUNDS_COUNT_MAX || strcmp(f->name, "sketch") == 0);
}

static void put(struct event_sink *sink, const struct event *e)
{
	const uint64_t may = UINT64_C(1) << EVENT_MACHINE | UINT64_C(1) << EVENT_SHARE |
			     UINT64_C(1) << EVENT_HERD | UINT64_C(1) << EVENT_FLAG |
			     UINT64_C(1) << EVENT_VERDICT | UINT64_C(1) << EVENT_ANSWER;
	const struct event_kind_info *kind = &event_kinds[e->kind];

	(void)sink;
	require(may >> e->kind & 1);
	require(e->machine == 1 && e->ts == now);
	for (size_t i = 0; i < kind->count; i++)
		check_field(e, &kind->fields[i]);
	if (e->kind == EVENT_MACHINE)
		require(str_eq(e->machine_said.name, STR_LIT("web1")));
	if (e->kind == EVENT_FLAG)
		require(e->flag.scope != SCOPE_FLEET && e->flag.since <= now);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct event_sink sink = {.put = put};
	struct intake *i = intake_new();

	require(i != NULL);
	uint32_t web1 = intake_member(i, STR_LIT("web1"));
	now = T0;
	/* Part by part, with time going on: as much as the first byte of each says. */
	for (size_t at = 0; at < size;) {
		size_t n = 1 + (size_t)data[at] * 8;
		n = n < size - at ? n : size - at;
		intake_take(i, web1, (struct str){(const char *)data + at, n}, now, 0, &sink);
		now += data[at] * 1000;
		intake_tick(i, now, STR_ABSENT, &sink);
		at += n;
	}
	intake_take(i, web1, (struct str){(const char *)data, size}, now, 0, &sink);
	const struct intake_account *a = intake_account(i);
	require(a->lines >= a->refused && a->lines <= 2 * size);
	intake_free(i);
	return 0;
}
