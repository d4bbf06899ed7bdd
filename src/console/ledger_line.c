// SPDX-License-Identifier: MIT
#include "console/ledger_line.h"

#include "base/text.h"
#include "event/event.h"

#include <stdio.h>

static const char *known(char buf[static 8], uint64_t n, const char *dash)
{
	if (n == ABSENT)
		return dash;
	text_count(buf, n);
	return buf;
}

static const char *known_bytes(char buf[static 8], uint64_t n, const char *dash)
{
	if (n == ABSENT)
		return dash;
	text_bytes(buf, n);
	return buf;
}

size_t ledger_line(const struct ledger_facts *f, const char *arrow, const char *dash,
	char buf[static LEDGER_LINE_MAX])
{
	char syns[8], shook[8], rx[8], tx[8], requests[8], earlier[32] = "", each[32] = "";
	uint64_t conns = (f->handshakes == ABSENT ? 0 : f->handshakes) + f->earlier;

	if (f->earlier && f->handshakes != ABSENT) {
		char n[8];
		text_count(n, f->earlier);
		snprintf(earlier, sizeof earlier, " (%s before)", n);
	}
	if (f->requests != ABSENT && f->requests && conns && f->handshakes != ABSENT) {
		double per_conn = (double)f->requests / (double)conns;
		snprintf(each, sizeof each, ", %.*f/conn", per_conn < 99.5 ? 1 : 0, per_conn);
	}
	int n = snprintf(buf, LEDGER_LINE_MAX,
		"SYN %s %s handshakes %s%s %s in %s, out %s %s requests %s%s",
		known(syns, f->syns, dash), arrow, known(shook, f->handshakes, dash), earlier,
		arrow, known_bytes(rx, f->rx, dash), known_bytes(tx, f->tx, dash), arrow,
		known(requests, f->requests, dash), each);
	return n < LEDGER_LINE_MAX ? (size_t)n : LEDGER_LINE_MAX - 1;
}
