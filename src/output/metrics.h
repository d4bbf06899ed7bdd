/* SPDX-License-Identifier: MIT
 *
 * metrics: what a collector such as Prometheus reads of the machine, as text: each figure of
 * figures[] that is a metric, and the families of metrics.c: flags by name, logs, losses, lookups.
 * A label is a name of ours, or a log's path; never an address.
 *
 * Two forms: OpenMetrics 1.0, and the text format 0.0.4 of Prometheus, which everybody reads and
 * node_exporter's textfile collector alone understands.
 */
#ifndef NG_OUTPUT_METRICS_H
#define NG_OUTPUT_METRICS_H

#include "model/figures.h"

#include <stdio.h>

#define METRICS_LOGS_MAX 64 /* logs with samples of their own; the others are summed up as one */

enum metrics_format {
	METRICS_TEXT,
	METRICS_OPEN,
	METRICS_FORMATS
};

/* Of the program itself, as who runs it counts. */
struct metrics_self {
	usec_t cpu, began;                             /* of CPU so far; since the epoch */
	uint64_t answered, refused, timed_out, failed; /* scrapes */
};

struct metrics_ask {
	const struct model *m;
	bool show_private; /* private addresses count as well */
	enum metrics_format format;
	const char *version;
	const struct metrics_self *self;
};

/* The value of Content-Type. */
const char *metrics_type(enum metrics_format format);

/* All of it, whole. What goes wrong shows in ferror(out). */
void metrics_print(FILE *out, const struct metrics_ask *ask);

/* A label's value: quotes, backslashes and newlines escaped, and what reads as an address is "*".
 * Clean text, cut to fit. Returns its length; buf is NUL-terminated. */
size_t metrics_label(char *buf, size_t cap, struct str text);

#endif
