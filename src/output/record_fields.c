// SPDX-License-Identifier: MIT
#include "output/record_fields.h"

#include "base/str.h"

#define MUST true
#define MAY  false

const struct record_field record_fields[] = {
	{"summary", "source", SHAPE_TEXT, MAY, "where connections come from", "ebpf|proc|none"},
	{"summary", "probes", SHAPE_TEXTS, MAY, "probes of the kernel that are attached", NULL},
	{"summary", "interface", SHAPE_TEXT, MAY, "whose bandwidth it is", NULL},
	{"summary", "note", SHAPE_TEXT, MAY, "why a better source is not in use", NULL},
	{"summary", "relays", SHAPE_RELAYS, MAY, "ports whose connections end at a relay", NULL},
	{"summary", "rewrites", SHAPE_REWRITES, MAY,
		"addresses that the machine puts in the place of its clients'", NULL},
	{"summary", "verdict", SHAPE_TEXT, MAY, "what all flags come to", NULL},
	{"summary", "flags", SHAPE_TEXTS, MAY, "names of the flags that hold, the gravest first",
		NULL},
	{"summary", "held", SHAPE_TEXTS, MAY, "flags that cannot be judged, and why", NULL},

	{"top", "of", SHAPE_TEXT, MUST, "what is counted", "path|agent|referer|vhost|status|port"},
	{"top", "key", SHAPE_TEXT, MUST, "which one", NULL},
	{"top", "per_min", SHAPE_NUMBER, MUST, "requests in the last minute", NULL},
	{"top", "sources", SHAPE_COUNT, MAY, "about how many addresses asked, lately", NULL},
	{"top", "failed", SHAPE_COUNT, MAY, "requests refused as log-ins are, lately", NULL},
	{"top", "loners", SHAPE_NUMBER, MAY, "part of these addresses that asked for nothing else",
		NULL},
	{"top", "growth", SHAPE_NUMBER, MAY, "times what is usual", NULL},
	{"top", "open", SHAPE_COUNT, MAY, "open connections to the port", NULL},
	{"top", "half_open", SHAPE_COUNT, MAY, "half-open connections to the port", NULL},
	{"top", "five_min", SHAPE_COUNT, MAY, "requests in five minutes", NULL},
	{"top", "five_min_sources", SHAPE_COUNT, MAY, "about how many addresses asked in these",
		NULL},
	{"top", "five_min_4xx", SHAPE_COUNT, MAY, "of these requests, answered 4xx", NULL},
	{"top", "five_min_5xx", SHAPE_COUNT, MAY, "of these requests, answered 5xx", NULL},
	{"top", "five_min_handshakes", SHAPE_COUNT, MAY, "handshakes in five minutes", NULL},

	{"since", "mark", SHAPE_TIME, MUST, "the moment that is compared with", NULL},
	{"since", "name", SHAPE_TEXT, MAY, "what it was called", NULL},
	{"since", "of", SHAPE_TEXT, MUST, "what has changed",
		"path|agent|referer|vhost|network|status|machine"},
	{"since", "key", SHAPE_TEXT, MUST, "which one", NULL},
	{"since", "change", SHAPE_TEXT, MUST, "how", "new|risen|fallen|gone"},
	{"since", "per_min", SHAPE_NUMBER, MUST, "a minute now", NULL},
	{"since", "per_min_then", SHAPE_NUMBER, MUST, "a minute then", NULL},
	{"since", "at_most", SHAPE_BOOL, MAY, "it was that much then, at most", NULL},
	{"since", "conns", SHAPE_COUNT, MAY, "connections of the network now", NULL},
	{"since", "conns_then", SHAPE_COUNT, MAY, "connections of the network then", NULL},
	{"since", "sources", SHAPE_COUNT, MAY, "about how many addresses", NULL},

	{"report", "from", SHAPE_TIME, MUST, "when what it covers begins", NULL},
	{"report", "made", SHAPE_TIME, MUST, "when it was made", NULL},
	{"report", "version", SHAPE_TEXT, MAY, "of nethergaze", NULL},
	{"report", "verdict", SHAPE_TEXT, MAY, "what all flags come to", NULL},
	{"report", "sure", SHAPE_TEXT, MAY, "how sure that is", NULL},
	{"report", "over", SHAPE_TEXT, MAY, "what was, and is over", NULL},
	{"report", "severity", SHAPE_COUNT, MAY, "of the verdict", NULL},
	{"report", "recording", SHAPE_TEXT, MAY, "name of what was replayed", NULL},
	{"report", "filter", SHAPE_TEXT, MAY, "what its tables are narrowed to", NULL},
	{"report", "redacted", SHAPE_BOOL, MAY, "bystanders are masked", NULL},
	{"report", "sections", SHAPE_SECTIONS, MUST, "its content, see docs/reports.md", NULL},

	{"blocker", "part", SHAPE_BOOL, MAY, "a part of the network is blocked", NULL},
	{"blocker", "net", SHAPE_PREFIX, MAY, "the network that is blocked", NULL},
	{"blocker", "way", SHAPE_TEXT, MAY, "what blocks it", NULL},
	{"blocker", "by", SHAPE_TEXT, MAY, "which set, rule, jail or list", NULL},
	{"blocker", "ours", SHAPE_BOOL, MAY, "nethergaze made it", NULL},
	{"blocker", "packets", SHAPE_COUNT, MAY, "packets dropped", NULL},
	{"blocker", "since", SHAPE_TIME, MAY, "when it began", NULL},
	{"blocker", "until", SHAPE_TIME, MAY, "when it ends by itself", NULL},

	{"relay", "port", SHAPE_COUNT, MAY, "that it listens at", NULL},
	{"relay", "ns", SHAPE_COUNT, MAY, "network namespace", NULL},
	{"relay", "by", SHAPE_TEXT, MAY, "the program", NULL},
	{"relay", "gateway", SHAPE_ADDRESS, MAY, "what logs behind it name", NULL},

	{"rewrite", "ip", SHAPE_ADDRESS, MUST, "in the place of clients", NULL},
	{"rewrite", "named", SHAPE_COUNT, MUST, "connections whose client is known", NULL},
	{"rewrite", "unnamed", SHAPE_COUNT, MUST, "connections whose client is not", NULL},

	{"section", "id", SHAPE_TEXT, MUST, "what it is about", NULL},
	{"section", "title", SHAPE_TEXT, MUST, "in words", NULL},
};

const size_t record_field_count = ARRAY_LEN(record_fields);
