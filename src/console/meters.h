/* SPDX-License-Identifier: MIT
 *
 * meters: the machine's figures with what they were: the last minute of some beside each other, or
 * the last minutes one below the other. Adding a meter is adding an entry to meters[].
 */
#ifndef NG_CONSOLE_METERS_H
#define NG_CONSOLE_METERS_H

#include "model/model.h"
#include "tui/screen.h"

#define METERS_LINES_FROM 190 /* columns from which each has a line of its own */
#define METER_TEXT_MAX    16
#define METERS            11

struct meter {
	const char *label; /* "SYN/s" */
	const char *line;  /* in words that a wide screen has room for */
	uint8_t of;        /* enum trend_of */
	uint8_t unit;      /* enum meter_unit */
	uint8_t per;       /* enum trend_of that it is a share of, with METER_SHARE */
};

enum meter_unit {
	METER_NOW,   /* the number of the moment */
	METER_RATE,  /* a second */
	METER_BYTES, /* a second, in bytes */
	METER_SHARE, /* percent of .per, in the last minute */
	METER_PERCENT
};

extern const struct meter meters[METERS];

/* Whose they are. */
struct meter_facts {
	const struct model *m;
	bool show_private;
	const struct member *member; /* a machine of the fleet; NULL: all that the model is of */
};

/* Which of them stand in which order: what is always asked for, then what stands out now. Returns
 * how many are known. */
size_t meters_order(const struct meter_facts *f, const struct meter *ret[static METERS]);

/* "273", "3.5", "2%"; false when it is not known. And where it is drawn bad. */
bool meter_text(
	const struct meter *meter, const struct meter_facts *f, char buf[static METER_TEXT_MAX]);
unsigned meter_style(const struct meter *meter, const struct meter_facts *f);

/* Lines that they take on a screen of this size; 0: there is no room. */
int meters_lines(int w, int h);

/* Draws them into the area, which has that many lines. */
void meters_draw(const struct meter_facts *f, struct area a);

#endif
