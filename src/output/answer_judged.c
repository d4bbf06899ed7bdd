// SPDX-License-Identifier: MIT
/* What was judged, for an answer. */
#include "output/answer_text.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

#define FLAGS_MOST 16

/* Evidence may quote what somebody asked for. */
static bool is_plain(const struct flag *f)
{
	return f->scope != SCOPE_PATH && f->scope != SCOPE_AGENT;
}

/* "scanner: 203.0.113.9, severity 2, for 20s: 43 different paths answered 4xx" */
static void put_flag(struct answer *a, const struct flag *f)
{
	usec_t age = a->m->now - f->since;
	bool all = a->head->detail == SET_FULL;
	char span[16], hash[SET_TEXT_MAX];
	struct str who = str_of(f->who);

	if (!all && !is_plain(f))
		who = set_text(a->head, who, hash);
	text_span(span, age > 0 ? (uint64_t)(age / USEC_PER_SEC) : 0);
	answer_line(a, "flag %s: %.*s%sseverity %u, for %s%s%s%s%s", f->name, STR_FMT(who),
		who.n ? ", " : "", (unsigned)f->severity, span, all && f->evidence[0] ? ": " : "",
		all ? f->evidence : "", f->cause[0] ? "; part of " : "", f->cause);
	if (all && f->disproof[0])
		answer_line(a, "  wrong if: %s", f->disproof);
}

static size_t list(const struct answer *a, const struct prefix *of, const struct flag **ret)
{
	const struct flags *flags = &a->m->flags;

	if (!of)
		return flags_top(flags, ret, FLAGS_MOST);
	if (of->bits != ADDR_BITS)
		return flags_of_prefix(flags, of, ret, FLAGS_MOST);
	size_t n = flags_of_addr(flags, &of->addr, false, ret, FLAGS_MOST);
	return n + flags_of_addr(flags, &of->addr, true, ret + n, FLAGS_MOST - n);
}

void answer_flags(struct answer *a, const struct prefix *of)
{
	const struct flag *flags[FLAGS_MOST];
	size_t n = list(a, of, flags);

	for (size_t i = 0; i < n; i++)
		put_flag(a, flags[i]);
}
