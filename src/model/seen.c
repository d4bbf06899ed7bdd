// SPDX-License-Identifier: MIT
#include "model/seen.h"

#include "base/text.h"

int seen_init(struct prefixes *t, uint32_t most)
{
	return prefixes_init(t, sizeof(struct seen), most, NULL);
}

static uint64_t or_none(uint64_t n)
{
	return n == ABSENT ? 0 : n;
}

bool seen_apply(struct prefixes *t, const struct event_seen *said)
{
	struct seen *seen = prefixes_set(t, &said->net);

	if (!seen)
		return false;
	seen->first = said->first;
	seen->last = said->last;
	seen->runs = or_none(said->runs);
	seen->requests = or_none(said->requests);
	seen->bytes = or_none(said->bytes);
	seen->handshakes = or_none(said->handshakes);
	seen->flagged = or_none(said->flagged);
	seen->blocked = or_none(said->blocked);
	text_copy(seen->flags, sizeof seen->flags, said->flags);
	return true;
}

const struct seen *seen_find(const struct prefixes *t, const struct prefix *of)
{
	return t->pool.live ? prefixes_find(t, of) : NULL;
}

const struct seen *seen_find_address(const struct prefixes *t, const struct addr *ip)
{
	const struct prefix one = {*ip, ADDR_BITS};

	return seen_find(t, &one);
}

void seen_forget_address(struct prefixes *t, const struct addr *ip)
{
	struct seen *seen = (struct seen *)seen_find_address(t, ip);

	if (seen)
		prefixes_remove(t, seen);
}
