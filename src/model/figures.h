/* SPDX-License-Identifier: MIT
 *
 * figures: the one table of what can be said of the machine in numbers. Summary record, text table,
 * header and inputs of the console and metrics are made from it; adding a figure is adding an entry
 * to figures[] in figures.c.
 */
#ifndef NG_MODEL_FIGURES_H
#define NG_MODEL_FIGURES_H

#include "model/sums.h"

enum figure_unit {
	FIGURE_COUNT,
	FIGURE_BYTES,
	FIGURE_RATE,   /* a second */
	FIGURE_MINUTE, /* in the last minute */
	FIGURE_PERCENT
};

/* Where the value stands. */
enum figure_part {
	OF_SUMS,    /* struct model_sums: with or without private addresses */
	OF_MACHINE, /* struct machine */
	OF_MODEL,   /* struct model */
	OF_NONE     /* it is worked out */
};

enum {
	FIGURE_SUMMARY = 1,     /* a field of the summary record */
	FIGURE_ZERO_ABSENT = 2, /* left out of the record while it is 0 */
	FIGURE_TCP = 4,         /* a counter of the kernel's TCP: the console's inputs list it */
	FIGURE_PAST = 8,        /* its past is kept */
	FIGURE_GROWTH = 16,  /* of its past, what came within each second; else what it was then */
	FIGURE_HIGHEST = 32, /* of a fleet, that of the member that has the most; else the sum */
	FIGURE_OURS = 64     /* of a fleet, what this program counts comes on top */
};

/* What it is to a collector of metrics (OpenMetrics). */
struct figure_metric {
	const char *name; /* without prefix and "_total"; ends in its unit; NULL: it is none */
	const char *help; /* NULL: the figure's own */
	bool counter;     /* it only grows */
};

struct figure {
	const char *id;    /* the JSON name */
	const char *title; /* what stands beside the number in a header */
	const char *one;   /* the same beside a 1; NULL: it does not change */
	const char *help;  /* what it counts, in words */
	uint8_t unit;      /* enum figure_unit */
	uint8_t part;      /* enum figure_part */
	uint8_t flags;
	uint32_t offset; /* of a uint64_t, or of a double when it is a FIGURE_RATE or _MINUTE */
	bool (*known)(const struct model *m); /* NULL: always */
	double (*value)(const struct model *m);
	struct figure_metric metric;
};

extern const struct figure figures[];
extern const size_t figure_count;

/* What figures are read from, worked out once for all of them. Of a model of a fleet, they are what
 * its members come to. */
struct figure_view {
	const struct model *m;
	const struct machine *machine;
	struct model_sums sums;
	const struct fleet *fleet;   /* NULL: of this machine */
	const struct member *member; /* of this one of the fleet alone; NULL: of all */
};

struct figure_view figures_view(const struct model *m, bool show_private);

/* Those of one member. Of rates it has what came between its last two sets. */
struct figure_view figures_view_of(const struct model *m, const struct member *member);

/* Of this machine, though the model be of a fleet: what the program itself has counted. */
struct figure_view figures_view_here(const struct model *m, bool show_private);

/* By its id, which must be one of figures[]. */
const struct figure *figure_find(const char *id);

/* The number of an entry, exact; ABSENT when it is not known. A rate is rounded. */
uint64_t figure_number(const struct figure *f, const struct figure_view *view);

/* The same as a double; NAN when it is not known. */
double figure_value(const struct figure *f, const struct figure_view *view);

/* The number as a screen shows it, "3.4k", "1.2M", "12.3", "97%"; "-" when it is not known. */
#define FIGURE_TEXT_MAX 24
void figure_text(
	const struct figure *f, const struct figure_view *view, char buf[static FIGURE_TEXT_MAX]);

/* Its title, in the form that fits the number. */
const char *figure_title(const struct figure *f, const struct figure_view *view);

/* The past of a figure with FIGURE_PAST: `ago` is in seconds (0: the latest that is over), or with
 * `tens` in spans of ten seconds. NAN when that was before the start, or nobody counted then. */
float figure_past(
	const struct figure *f, const struct model *m, bool show_private, bool tens, uint32_t ago);

/* What came a second, of a figure that grows, as members told last; NAN when it is not known. */
double figure_growth(const struct figure *f, const struct figure_view *view);

/* A second is over: the past of its figures is put down. For model_apply alone. */
void figures_keep(struct model *m);

#endif
