/* SPDX-License-Identifier: MIT
 *
 * report_parts: what the gathering of a report shares between its files. A section's function is
 * called until it returns false, and does a bounded part of its work each time.
 */
#ifndef NG_OUTPUT_REPORT_PARTS_H
#define NG_OUTPUT_REPORT_PARTS_H

#include "model/listing.h"
#include "model/model.h"
#include "output/report_build.h"

#define REPORT_FINDINGS_MAX 24
#define REPORT_LINES_MAX    5    /* of a finding, from the log */
#define REPORT_ROWS_MAX     12   /* of a table of the busiest */
#define REPORT_ENTRIES      2048 /* of the journal, in one step */
#define REPORT_LISTED       4096 /* hosts, in one step */
#define REPORT_NETS_MAX     24   /* culprits of whom more is said */
#define REPORT_KNOWN_MAX    1024 /* prefixes that are not masked */

/* A flag that holds, or held; by value: the model goes on while the report is made. */
struct report_finding {
	char name[FLAG_NAME_MAX], who[FLAG_WHO_MAX], evidence[FLAG_TEXT_MAX];
	const char *title, *disproof; /* static */
	uint8_t scope, severity, prefix_count;
	usec_t since, to; /* to: 0 while it holds */
	struct prefix prefixes[FLAG_PREFIXES_MAX];
	struct report_card *card;
	uint32_t line_count;
	char lines[REPORT_TEXT_MAX * 2]; /* from the log, the latest first */
	size_t lines_n;
};

struct report_work {
	struct report_ask ask;
	struct report report;
	struct report_build b;
	struct redact redact;
	size_t section; /* of report_sections[] */
	bool begun;     /* it has been called before */

	/* What stands when the work begins. */
	struct report_finding findings[REPORT_FINDINGS_MAX];
	uint32_t finding_count, findings_left_out;
	struct prefix nets[REPORT_NETS_MAX]; /* culprits of findings, each once */
	uint32_t net_count, nets_left_out;
	struct prefix known[REPORT_KNOWN_MAX]; /* whom a finding named, or something was done to */
	uint32_t known_count;

	struct listing listing;
	uint64_t entry; /* of the journal: the next to be looked at */
};

struct report_section_def {
	const char *id, *title;
	bool (*gather)(struct report_work *w); /* true: it has more to do */
};

/* In the order of the page. */
extern const struct report_section_def report_sections[];
extern const size_t report_section_count;

/* What was found, and who is meant: report_judged.c. */
void report_collect(struct report_work *w);
bool report_keeps(const void *work, const struct addr *a);

bool report_findings(struct report_work *w);
bool report_timeline(struct report_work *w);

/* report_graphs.c */
bool report_figures(struct report_work *w);
bool report_graphs(struct report_work *w);

/* report_tops.c */
bool report_networks(struct report_work *w);
bool report_systems(struct report_work *w);
bool report_countries(struct report_work *w);
bool report_addresses(struct report_work *w);
bool report_paths(struct report_work *w);
bool report_agents(struct report_work *w);

/* report_answers.c */
bool report_ledger(struct report_work *w);
bool report_acts(struct report_work *w);
bool report_contacts(struct report_work *w);
bool report_blocks(struct report_work *w);

/* report_unseen.c */
bool report_unseen(struct report_work *w);
bool report_sources(struct report_work *w);

/* report_lines.c: the latest lines of the log for each finding, before the findings are put. True
 * while there is more to look through. */
bool report_lines(struct report_work *w);

#endif
