/* SPDX-License-Identifier: MIT
 *
 * record_fields: the members of those records that no other table writes: what stands in a summary
 * beside figures[], in tops, changes and reports. Whoever adds one to a writer names it here; the
 * schema allows no others, and a test holds every record against it.
 */
#ifndef NG_OUTPUT_RECORD_FIELDS_H
#define NG_OUTPUT_RECORD_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

/* What a member looks like; each has a definition in the schema. */
enum record_shape {
	SHAPE_TEXT,
	SHAPE_COUNT,  /* a whole number, 0 or more */
	SHAPE_NUMBER, /* any, 0 or more */
	SHAPE_TIME,   /* seconds since the epoch */
	SHAPE_BOOL,
	SHAPE_ADDRESS,
	SHAPE_PREFIX,
	SHAPE_TEXTS,    /* an array */
	SHAPE_COUNTS,   /* an array */
	SHAPE_TALLY,    /* an object: name to count */
	SHAPE_BLOCKERS, /* these are arrays of objects */
	SHAPE_RELAYS,
	SHAPE_REWRITES,
	SHAPE_SECTIONS,
	SHAPES
};

struct record_field {
	const char *record; /* "summary", …; of a shape's objects, "blocker", "relay", … */
	const char *name;
	enum record_shape shape;
	bool required;
	const char *help;
	const char *choices; /* "a|b"; NULL: any */
};

extern const struct record_field record_fields[];
extern const size_t record_field_count;

#endif
