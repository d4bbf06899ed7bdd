// SPDX-License-Identifier: MIT
#include "console/log_none.h"

#include "base/wrap.h"

#include <inttypes.h>
#include <stdio.h>

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* What the kernel says of those who have asked for nothing. */
static void say_tcp(const struct tcp_tally *t, char *buf, size_t cap)
{
	uint32_t half = tcp_tally_half_open(t), open = t->conns - half;
	uint64_t syns = t->syns == ABSENT ? 0 : t->syns;

	if (half && !t->handshakes)
		snprintf(buf, cap,
			"%u half-open, 0 handshakes: whoever sends these SYNs has never answered, "
			"so the address%s may be forged.",
			half, half == 1 ? "" : "es");
	else if (half)
		snprintf(buf, cap, "%u half-open, %" PRIu64 " handshake%s.", half, t->handshakes,
			plural(t->handshakes));
	else if (open)
		snprintf(buf, cap,
			"%u connection%s open that %s asked for nothing an access log would have.",
			open, open == 1 ? " is" : "s are", open == 1 ? "has" : "have");
	else if (t->handshakes)
		snprintf(buf, cap, "%" PRIu64 " connection%s came and went without a request.",
			t->handshakes, plural(t->handshakes));
	else if (syns)
		snprintf(buf, cap, "%" PRIu64 " SYN%s, and no handshake.", syns, plural(syns));
	else
		snprintf(buf, cap, "No connection is known either.");
}

static void say(
	const struct view *v, const struct subject_key *of, const char *name, char *buf, size_t cap)
{
	uint32_t id = subject_find(v->m, of);
	char why[256];

	if (v->filter.count) {
		snprintf(buf, cap, "No request from %s passes the filter.", name);
		return;
	}
	if (id == POOL_NONE) {
		snprintf(buf, cap, "No request from %s is held, and it is not known any more.",
			name);
		return;
	}
	struct subject s = subject_at(v->m, of->by, id);
	if (s.log->requests) {
		snprintf(buf, cap, "%" PRIu64 " request%s from %s: too long ago to be held.",
			s.log->requests, plural(s.log->requests), name);
		return;
	}
	say_tcp(s.tcp, why, sizeof why);
	snprintf(buf, cap, "No request from %s has been logged. %s", name, why);
}

void log_none_draw(
	const struct view *v, struct area a, const struct subject_key *of, const char *name)
{
	char text[512];
	int y = 0;

	say(v, of, name, text, sizeof text);
	struct str rest = str_of(text);
	do {
		struct str line = wrap_next(&rest, a.w - 2, WRAP_LONG_CUT);
		screen_text(a, y++, 1, STYLE_PLAIN, line);
	} while (rest.n);
}
