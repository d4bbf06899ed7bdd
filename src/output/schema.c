// SPDX-License-Identifier: MIT
#include "output/schema.h"

#include "event/event.h"
#include "model/column.h"
#include "model/figures.h"
#include "output/record_fields.h"

#include <stdio.h>

#define DEFS "#/$defs/"

/* Small pieces. */

static void put_word(struct jsonw *w, const char *key, const char *value)
{
	jsonw_key(w, key);
	jsonw_str(w, str_of(value));
}

static void put_bool(struct jsonw *w, const char *key, bool value)
{
	jsonw_key(w, key);
	jsonw_bool(w, value);
}

static void put_least(struct jsonw *w, const char *key, uint64_t least)
{
	jsonw_key(w, key);
	jsonw_u64(w, least);
}

static void open_at(struct jsonw *w, const char *key, char bracket)
{
	jsonw_key(w, key);
	jsonw_open(w, bracket);
}

/* A definition's name may be a record's: those of shapes begin with an upper-case letter. */
static const char *const shape_names[SHAPES] = {
	[SHAPE_TEXT] = "Text",
	[SHAPE_COUNT] = "Count",
	[SHAPE_NUMBER] = "Number",
	[SHAPE_TIME] = "Time",
	[SHAPE_BOOL] = "Bool",
	[SHAPE_ADDRESS] = "Address",
	[SHAPE_PREFIX] = "Prefix",
	[SHAPE_TEXTS] = "Texts",
	[SHAPE_COUNTS] = "Counts",
	[SHAPE_TALLY] = "Tally",
	[SHAPE_BLOCKERS] = "Blockers",
	[SHAPE_RELAYS] = "Relays",
	[SHAPE_REWRITES] = "Rewrites",
	[SHAPE_SECTIONS] = "Sections",
};

static void put_ref(struct jsonw *w, const char *name)
{
	char ref[64];

	snprintf(ref, sizeof ref, DEFS "%s", name);
	put_word(w, "$ref", ref);
}

/* help: NULL for none. */
static void put_member(struct jsonw *w, const char *name, enum record_shape shape, const char *help)
{
	open_at(w, name, '{');
	put_ref(w, shape_names[shape]);
	if (help)
		put_word(w, "description", help);
	jsonw_close(w, '}');
}

/* What every record has; "schema" only the first of an output. */
static void open_record(struct jsonw *w, const char *kind)
{
	open_at(w, kind, '{');
	put_word(w, "type", "object");
	put_bool(w, "additionalProperties", false);
	open_at(w, "properties", '{');
	open_at(w, "t", '{');
	put_word(w, "const", kind);
	jsonw_close(w, '}');
	put_member(w, "schema", SHAPE_COUNT, "of these records; in the first one of an output");
	put_member(w, "ts", SHAPE_TIME, NULL);
}

/* The names that are required are put by the caller, between these two. */
static void open_required(struct jsonw *w)
{
	jsonw_close(w, '}');
	open_at(w, "required", '[');
	jsonw_str(w, STR_LIT("t"));
	jsonw_str(w, STR_LIT("ts"));
}

static void close_record(struct jsonw *w)
{
	jsonw_close(w, ']');
	jsonw_close(w, '}');
}

/* Events. */

static enum record_shape shape_of_field(enum field_type type)
{
	switch (type) {
	case FIELD_STR:
	case FIELD_ENUM:
		return SHAPE_TEXT;
	case FIELD_WORDS:
	case FIELD_LINES:
	case FIELD_BITS:
		return SHAPE_TEXTS;
	case FIELD_NUMBERS:
		return SHAPE_TALLY;
	case FIELD_ADDR:
		return SHAPE_ADDRESS;
	case FIELD_PREFIX:
		return SHAPE_PREFIX;
	case FIELD_U16:
	case FIELD_U32:
	case FIELD_U64:
		return SHAPE_COUNT;
	case FIELD_USEC:
		return SHAPE_TIME;
	case FIELD_BOOL:
	case FIELD_FLAG:
		return SHAPE_BOOL;
	}
	return SHAPE_TEXT;
}

static void put_names(struct jsonw *w, const struct name_table *names)
{
	open_at(w, "enum", '[');
	for (unsigned i = 0; i < names->n; i++)
		if (enum_name(names, i))
			jsonw_str(w, str_of(enum_name(names, i)));
	jsonw_close(w, ']');
}

static void put_field(struct jsonw *w, const struct event_field *f)
{
	if (!f->names) {
		put_member(w, f->name, shape_of_field(f->type), NULL);
		return;
	}
	open_at(w, f->name, '{');
	if (f->type == FIELD_BITS) {
		put_word(w, "type", "array");
		open_at(w, "items", '{');
		put_names(w, f->names);
		jsonw_close(w, '}');
	} else {
		put_names(w, f->names);
	}
	jsonw_close(w, '}');
}

static void put_event_kind(struct jsonw *w, const struct event_kind_info *kind)
{
	open_record(w, kind->name);
	put_member(w, "member", SHAPE_COUNT, "of a fleet: the number of the machine that it is of");
	for (size_t i = 0; i < kind->count; i++)
		if (strcmp(kind->fields[i].name, "schema") != 0)
			put_field(w, &kind->fields[i]);
	open_required(w);
	for (size_t i = 0; i < kind->count; i++)
		if (kind->fields[i].required)
			jsonw_str(w, str_of(kind->fields[i].name));
	close_record(w);
}

/* Rows. */

static enum record_shape shape_of_cell(enum cell_kind kind)
{
	switch (kind) {
	case CELL_NONE:
	case CELL_NOT_APPLICABLE:
	case CELL_PULSE:
	case CELL_TEXT:
	case CELL_CLAIM:
		return SHAPE_TEXT;
	case CELL_ASN:
	case CELL_COUNT:
	case CELL_TIMES:
	case CELL_BYTES:
	case CELL_SPAN:
	case CELL_MICROS:
		return SHAPE_COUNT;
	case CELL_RATE:
	case CELL_SHARE:
	case CELL_PERCENT:
		return SHAPE_NUMBER;
	case CELL_TIME:
		return SHAPE_TIME;
	case CELL_ADDR:
		return SHAPE_ADDRESS;
	case CELL_PREFIX:
		return SHAPE_PREFIX;
	case CELL_PORTS:
		return SHAPE_COUNTS;
	case CELL_BLOCK:
		return SHAPE_BLOCKERS;
	case CELL_MEMBERS:
	case CELL_NAMES:
		return SHAPE_TEXTS;
	case CELL_MAP:
		return SHAPE_TALLY;
	}
	return SHAPE_TEXT;
}

static bool speaks_of_groups(const struct column *c)
{
	return c->tone != TONE_NAME &&
	       (column_speaks_of(c, GROUP_NET) || column_speaks_of(c, GROUP_AS) ||
		       column_speaks_of(c, GROUP_COUNTRY) || column_speaks_of(c, GROUP_MACHINE));
}

static void put_columns(struct jsonw *w, bool groups)
{
	for (size_t i = 0; i < column_count; i++) {
		const struct column *c = &columns[i];
		if (c->json && (groups ? speaks_of_groups(c) : column_speaks_of(c, GROUP_NONE)))
			put_member(w, c->id, shape_of_cell((enum cell_kind)c->kind), c->help);
	}
}

static void put_rows(struct jsonw *w)
{
	open_record(w, "host");
	put_member(w, "machine", SHAPE_TEXT, "whose record it is");
	put_columns(w, false);
	open_required(w);
	jsonw_str(w, STR_LIT("ip"));
	close_record(w);

	open_record(w, "group");
	put_member(w, "machine", SHAPE_TEXT, "whose record it is");
	open_at(w, "by", '{');
	open_at(w, "enum", '[');
	for (int by = GROUP_NET; by < GROUPS; by++)
		jsonw_str(w, str_of(group_name((enum group_by)by)));
	jsonw_close(w, ']');
	jsonw_close(w, '}');
	put_member(w, "who", SHAPE_TEXT, "a network, an autonomous system, a country, a machine");
	put_columns(w, true);
	open_required(w);
	jsonw_str(w, STR_LIT("by"));
	jsonw_str(w, STR_LIT("who"));
	close_record(w);
}

/* The others. */

static void put_choices(struct jsonw *w, const struct record_field *f)
{
	open_at(w, f->name, '{');
	open_at(w, "enum", '[');
	for (const char *p = f->choices; *p;) {
		size_t n = strcspn(p, "|");
		jsonw_str(w, (struct str){p, n});
		p += n + (p[n] == '|');
	}
	jsonw_close(w, ']');
	put_word(w, "description", f->help);
	jsonw_close(w, '}');
}

static void put_fields(struct jsonw *w, const char *record)
{
	for (size_t i = 0; i < record_field_count; i++) {
		const struct record_field *f = &record_fields[i];
		if (strcmp(f->record, record) != 0)
			continue;
		if (f->choices)
			put_choices(w, f);
		else
			put_member(w, f->name, f->shape, f->help);
	}
}

static void put_required(struct jsonw *w, const char *record)
{
	for (size_t i = 0; i < record_field_count; i++)
		if (record_fields[i].required && strcmp(record_fields[i].record, record) == 0)
			jsonw_str(w, str_of(record_fields[i].name));
}

static void put_figures(struct jsonw *w)
{
	for (size_t i = 0; i < figure_count; i++)
		if (figures[i].flags & FIGURE_SUMMARY)
			put_member(w, figures[i].id, SHAPE_COUNT, figures[i].help);
}

static const char *const others[] = {"summary", "top", "since", "report"};

static void put_others(struct jsonw *w)
{
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		open_record(w, others[i]);
		put_member(w, "machine", SHAPE_TEXT, "whose record it is");
		if (i == 0)
			put_figures(w);
		put_fields(w, others[i]);
		open_required(w);
		put_required(w, others[i]);
		close_record(w);
	}
}

/* The shapes. */

static void put_simple(struct jsonw *w, enum record_shape shape, const char *type, bool least)
{
	open_at(w, shape_names[shape], '{');
	put_word(w, "type", type);
	if (least)
		put_least(w, "minimum", 0);
	jsonw_close(w, '}');
}

/* An address or a network, in its one form: enough to tell it from other text. */
static void put_pattern(struct jsonw *w, enum record_shape shape, const char *pattern)
{
	open_at(w, shape_names[shape], '{');
	put_word(w, "type", "string");
	put_word(w, "pattern", pattern);
	jsonw_close(w, '}');
}

static void put_array(struct jsonw *w, enum record_shape shape, enum record_shape item)
{
	open_at(w, shape_names[shape], '{');
	put_word(w, "type", "array");
	open_at(w, "items", '{');
	put_ref(w, shape_names[item]);
	jsonw_close(w, '}');
	jsonw_close(w, '}');
}

static void put_blocks(struct jsonw *w)
{
	open_at(w, "blocks", '{');
	put_word(w, "type", "array");
	open_at(w, "items", '{');
	put_word(w, "type", "object");
	put_least(w, "maxProperties", 1);
	open_at(w, "properties", '{');
	put_member(w, "text", SHAPE_TEXT, "a paragraph");
	static const char *const kinds[][2] = {
		{"card", "object"}, {"rows", "array"}, {"graph", "object"}};
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		open_at(w, kinds[i][0], '{');
		put_word(w, "type", kinds[i][1]);
		jsonw_close(w, '}');
	}
	jsonw_close(w, '}');
	put_bool(w, "additionalProperties", false);
	jsonw_close(w, '}');
	jsonw_close(w, '}');
}

static void put_objects(struct jsonw *w, enum record_shape shape, const char *item)
{
	open_at(w, shape_names[shape], '{');
	put_word(w, "type", "array");
	open_at(w, "items", '{');
	put_word(w, "type", "object");
	put_bool(w, "additionalProperties", false);
	open_at(w, "properties", '{');
	put_fields(w, item);
	if (shape == SHAPE_SECTIONS)
		put_blocks(w);
	jsonw_close(w, '}');
	open_at(w, "required", '[');
	put_required(w, item);
	jsonw_close(w, ']');
	jsonw_close(w, '}');
	jsonw_close(w, '}');
}

static void put_shapes(struct jsonw *w)
{
	static const char address[] = "^[0-9a-f:.]+$", prefix[] = "^[0-9a-f:.]+(/[0-9]{1,3})?$";

	put_simple(w, SHAPE_TEXT, "string", false);
	put_simple(w, SHAPE_COUNT, "integer", true);
	put_simple(w, SHAPE_NUMBER, "number", true);
	put_simple(w, SHAPE_TIME, "number", false);
	put_simple(w, SHAPE_BOOL, "boolean", false);
	put_pattern(w, SHAPE_ADDRESS, address);
	put_pattern(w, SHAPE_PREFIX, prefix);
	put_array(w, SHAPE_TEXTS, SHAPE_TEXT);
	put_array(w, SHAPE_COUNTS, SHAPE_COUNT);
	open_at(w, shape_names[SHAPE_TALLY], '{');
	put_word(w, "type", "object");
	open_at(w, "additionalProperties", '{');
	put_ref(w, shape_names[SHAPE_COUNT]);
	jsonw_close(w, '}');
	jsonw_close(w, '}');
	put_objects(w, SHAPE_BLOCKERS, "blocker");
	put_objects(w, SHAPE_RELAYS, "relay");
	put_objects(w, SHAPE_REWRITES, "rewrite");
	put_objects(w, SHAPE_SECTIONS, "section");
}

static void put_one_of(struct jsonw *w, const char *name)
{
	jsonw_open(w, '{');
	put_ref(w, name);
	jsonw_close(w, '}');
}

void schema_put(struct jsonw *w)
{
	jsonw_open(w, '{');
	put_word(w, "$schema", "https://json-schema.org/draft/2020-12/schema");
	put_word(w, "title", "a record of nethergaze");
	open_at(w, "oneOf", '[');
	for (size_t i = 0; i < EVENT_KINDS; i++)
		if (event_kinds[i].name)
			put_one_of(w, event_kinds[i].name);
	put_one_of(w, "host");
	put_one_of(w, "group");
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		put_one_of(w, others[i]);
	jsonw_close(w, ']');
	open_at(w, "$defs", '{');
	for (size_t i = 0; i < EVENT_KINDS; i++)
		if (event_kinds[i].name)
			put_event_kind(w, &event_kinds[i]);
	put_rows(w);
	put_others(w);
	put_shapes(w);
	jsonw_close(w, '}');
	jsonw_close(w, '}');
	jsonw_newline(w);
}
