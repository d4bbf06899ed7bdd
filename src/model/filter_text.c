// SPDX-License-Identifier: MIT
#include "model/filter_parts.h"

#include "base/text.h"

/* Where the part begins in the text, at `from` or later; SIZE_MAX: nowhere. */
static size_t find(struct str text, size_t from, struct str part)
{
	for (size_t i = from; i + part.n <= text.n; i++)
		if (text_contains((struct str){text.p + i, part.n}, part))
			return i;
	return SIZE_MAX;
}

/* The part up to the next '*', which is passed over. */
static struct str next_part(struct str *rest)
{
	const char *star = rest->n ? memchr(rest->p, '*', rest->n) : NULL;
	struct str part = {rest->p, star ? (size_t)(star - rest->p) : rest->n};
	size_t used = star ? part.n + 1 : part.n;

	*rest = (struct str){rest->p + used, rest->n - used};
	return part;
}

static bool ends_with(struct str text, size_t from, struct str part)
{
	return text.n >= from + part.n && find(text, text.n - part.n, part) != SIZE_MAX;
}

/* Parts between '*' are found one after the other, each as early as can be; the last one of a
 * pattern that is held to the end stands there. No part is looked at twice. */
static bool like(struct str text, struct str pattern)
{
	bool head = pattern.n && pattern.p[0] == '^';
	bool tail = pattern.n > head && pattern.p[pattern.n - 1] == '$';
	struct str rest = {pattern.p + head, pattern.n - head - tail};
	size_t at = 0;

	for (bool first = true, more = true; more; first = false) {
		struct str all = rest, part = next_part(&rest);
		more = part.n < all.n;
		if (!more && tail && !(first && head && part.n != text.n))
			return ends_with(text, at, part);
		size_t found = find(text, at, part);
		if (found == SIZE_MAX || (first && head && found != 0) || (!more && tail))
			return false;
		at = found + part.n;
	}
	return true;
}

bool filter_text_matches(struct str text, enum filter_op op, struct str wanted)
{
	if (op == FILTER_LIKE)
		return like(text, wanted);
	return (op == FILTER_IS || text.n == wanted.n) && text_contains(text, wanted);
}

bool filter_machine_matches(
	const struct model *m, const struct subject *s, enum filter_op op, struct str wanted)
{
	uint32_t first;

	if (!m->fleet)
		return false;
	if (s->member)
		return filter_text_matches(str_of(s->member->name), op, wanted);
	first = s->net ? fleet_shares_of_network(m, pool_id(&m->networks.pool, s->net))
		       : fleet_shares_of_host(m, pool_id(&m->hosts, s->host));
	shares_for_each (m->fleet, first, share)
		if (filter_text_matches(str_of(share_member(m->fleet, share)->name), op, wanted))
			return true;
	return false;
}
