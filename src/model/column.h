/* SPDX-License-Identifier: MIT
 *
 * column: the one table of what can be said of a row, be it an address or a group. Screen, text
 * table, JSON record and sort order are all read from it; adding a column is adding an entry to
 * columns[] in column.c.
 */
#ifndef NG_MODEL_COLUMN_H
#define NG_MODEL_COLUMN_H

#include "model/cell.h"
#include "model/group.h"

/* How a view sets a cell off from the rest of its row. */
enum column_tone {
	TONE_PLAIN,
	TONE_MARK,      /* the letter that the row is marked with */
	TONE_NAME,      /* who the row is */
	TONE_BURST,     /* when it asks for a lot (suspicion.h) */
	TONE_HELD,      /* when it holds connections and asks for nothing */
	TONE_STATUS,    /* by failed answers */
	TONE_PULSE,     /* drawn; left out where nothing can be */
	TONE_REFUSED,   /* by answers with 4xx */
	TONE_BROKEN,    /* by answers with 5xx */
	TONE_HALF_OPEN, /* when there are half-open connections */
	TONE_MEMBER,    /* by how it stands with a machine of the fleet */
	TONE_INFO,
	TONE_WARN
};

/* Which rows a column can speak of: a bit 1 << enum group_by for each. */
enum column_scope {
	FOR_HOSTS = 1 << GROUP_NONE,
	FOR_NETS = 1 << GROUP_NET,
	FOR_SYSTEMS = 1 << GROUP_AS,
	FOR_COUNTRIES = 1 << GROUP_COUNTRY,
	FOR_MACHINES = 1 << GROUP_MACHINE,
	FOR_GROUPS = FOR_NETS | FOR_SYSTEMS | FOR_COUNTRIES | FOR_MACHINES,
	FOR_ALL = FOR_HOSTS | FOR_GROUPS
};

/* Where a plain count stands, for columns that need no function. */
enum column_part {
	PART_NONE,
	PART_LOG, /* struct log_tally */
	PART_TCP  /* struct tcp_tally */
};

struct column {
	const char *id;    /* the JSON name, and the name in the config and in filters */
	const char *title; /* on screen; NULL: in JSON only */
	const char *help;
	uint8_t width;  /* columns on screen; a title's column that may grow: its least width */
	uint8_t weight; /* 0: fixed width; else its share of spare room */
	uint8_t most;   /* width that it never grows beyond; 0: any */
	uint8_t keep;   /* when room is short, the lowest goes first; 255 never goes */
	uint8_t scope;  /* enum column_scope; 0: FOR_HOSTS */
	uint8_t tone;   /* enum column_tone */
	bool right;     /* aligned to the right */
	bool json;      /* a field of the host and group records */
	bool ascending; /* its natural order; the others show the largest first */
	/* A plain count: a uint64_t, or with .kind CELL_RATE a struct window, at this offset. It is
	 * shown and sorted without functions. */
	uint8_t part; /* enum column_part */
	/* enum cell_kind: also what .cell gives when anything is known, in the records of hosts (in
	 * those of groups, "who" says whose they are). */
	uint8_t kind;
	uint16_t offset;
	/* False while nothing fills it: it is then left out on screen. NULL: always true. */
	bool (*known)(const struct model *m);
	struct cell (*cell)(const struct model *m, const struct subject *s);
	/* The larger comes first (or last, when ascending). NULL and no plain count: not a sort
	 * column. Columns whose order is no number set compare instead. */
	uint64_t (*key)(const struct model *m, const struct subject *s);
	int (*compare)(const struct subject *a, const struct subject *b);
};

extern const struct column columns[];
extern const size_t column_count;

struct cell column_cell(const struct column *c, const struct model *m, const struct subject *s);
uint64_t column_key(const struct column *c, const struct model *m, const struct subject *s);

/* True when it speaks of rows of this kind. */
bool column_speaks_of(const struct column *c, enum group_by by);

/* True when something fills it, too. */
bool column_serves(const struct column *c, const struct model *m, enum group_by by);

/* Its title over such rows: "IP", "Network", … */
const char *column_title(const struct column *c, enum group_by by);

const struct column *column_find(struct str id);

/* It is what rows are marked with, and the order by trouble (trouble.h). */
bool column_is_trouble(const struct column *c);

/* The sortable column after this one that the model can fill; wraps round. NULL: the first. */
const struct column *column_sort_next(
	const struct model *m, enum group_by by, const struct column *current);

/* The one before it; wraps round. */
const struct column *column_sort_back(
	const struct model *m, enum group_by by, const struct column *current);

/* Rows can be sorted by it, and the model can fill it. */
bool column_is_sortable(const struct column *c, const struct model *m, enum group_by by);

#endif
