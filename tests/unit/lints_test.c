// SPDX-License-Identifier: MIT
/* The tables that the rest is generated from: what is an identifier in them is there once, and
 * what points somewhere points where it should. */
#include "unit.h"

#include "app/flag_options.h"
#include "base/toml.h"
#include "config/options.h"
#include "detect/detect.h"
#include "event/event.h"
#include "log/formats.h"
#include "model/column.h"

#include <math.h>

#define NAMES_MAX 256

/* The names that one table gives out. */
struct names {
	const char *what;
	const char *name[NAMES_MAX];
	size_t n;
};

static void add_name(struct names *names, const char *name)
{
	if (!name)
		return;
	if (!name[0])
		fail_msg("%s: an empty name", names->what);
	for (size_t i = 0; i < names->n; i++)
		if (strcmp(names->name[i], name) == 0)
			fail_msg("%s: %s is there twice", names->what, name);
	assert_in_range(names->n, 0, NAMES_MAX - 1);
	names->name[names->n++] = name;
}

static void option_names(void **state)
{
	struct names config = {.what = "config keys"}, flags = {.what = "flags"},
		     envs = {.what = "environment"};

	(void)state;
	assert_in_range(option_count, 1, OPTION_COUNT_MAX);
	for (size_t i = 0; i < option_count; i++) {
		const struct option_def *d = &option_defs[i];
		add_name(&config, d->key);
		add_name(&config, d->alias);
		add_name(&flags, d->flag);
		add_name(&envs, d->env);
		if (!d->key && !d->flag)
			fail_msg("option %zu has neither a key nor a flag", i);
		if (!d->help || !d->help[0])
			fail_msg("%s has no help", d->key ? d->key : d->flag);
		if (d->type == OPTION_CHOICE && !d->choices)
			fail_msg("%s has no choices", d->key ? d->key : d->flag);
	}
}

/* Two options in one place would overwrite each other. */
static void option_offsets(void **state)
{
	static const size_t sizes[] = {[OPTION_SWITCH] = sizeof(bool),
		[OPTION_CHOICE] = sizeof(char *),
		[OPTION_ENUM] = sizeof(unsigned),
		[OPTION_DURATION] = sizeof(usec_t),
		[OPTION_UINT] = sizeof(uint64_t),
		[OPTION_BYTES] = sizeof(uint64_t),
		[OPTION_NUMBER] = sizeof(double),
		[OPTION_SPEED] = sizeof(double),
		[OPTION_TEXT] = sizeof(char *),
		[OPTION_TEXTS] = sizeof(struct text_list),
		[OPTION_NETS] = sizeof(struct text_list)};
	const char *taken[sizeof(struct options)] = {0};

	(void)state;
	for (size_t i = 0; i < option_count; i++) {
		const struct option_def *d = &option_defs[i];
		const char *name = d->key ? d->key : d->flag;
		assert_in_range(d->type, 0, ARRAY_LEN(sizes) - 1);
		assert_in_range(d->offset, 0, sizeof(struct options) - sizes[d->type]);
		for (size_t at = d->offset; at < d->offset + sizes[d->type]; at++) {
			if (taken[at])
				fail_msg("%s and %s have the same place", taken[at], name);
			taken[at] = name;
		}
	}
}

/* Characters of UTF-8; titles have none that takes two columns. */
static size_t width_of(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static void column_names(void **state)
{
	struct names ids = {.what = "columns"}, titles = {.what = "titles"};

	(void)state;
	for (size_t i = 0; i < column_count; i++) {
		const struct column *c = &columns[i];
		assert_non_null(c->id);
		add_name(&ids, c->id);
		add_name(&titles, c->title);
		if (!c->help || !c->help[0])
			fail_msg("column %s has no help", c->id);
		if (c->title && width_of(c->title) > c->width)
			fail_msg("column %s: \"%s\" is wider than %u", c->id, c->title, c->width);
		if (c->json && c->kind == CELL_NONE)
			fail_msg("column %s does not say what its records hold", c->id);
	}
}

/* --list-formats shows it: the format reads it, and says whose request it is, unless a proxy alone
 * is named; unasked, the same format is found for it. */
static void check_sample(const struct log_format *f)
{
	static struct log_scratch scratch;
	const struct log_format *hint = f->is_beside ? &log_formats[0] : NULL;
	struct event e = event_make(EVENT_REQUEST, 0);

	if (!f->sample)
		fail_msg("%s has no sample", f->name);
	if (log_format_parse(f, str_of(f->sample), &scratch, &e) != 0)
		fail_msg("%s does not read its sample", f->name);
	const struct addr *ip = event_address(&e);
	assert_true(ip ? 1 : strcmp(f->name, "envoy") == 0);
	assert_int_equal(log_parse(str_of(f->sample), &hint, &scratch, &e), 0);
	if (hint != f && !f->is_part && !f->is_beside)
		fail_msg("%s: its sample is read as %s", f->name, hint->name);
}

static void format_names(void **state)
{
	struct names names = {.what = "log formats"};

	(void)state;
	for (size_t i = 0; i < log_format_count; i++) {
		assert_non_null(log_formats[i].name);
		add_name(&names, log_formats[i].name);
		assert_string_not_equal(log_formats[i].name, "auto");
		assert_non_null(log_formats[i].parse);
		check_sample(&log_formats[i]);
	}
}

/* Where the member of each kind lies in struct event. A kind with fields needs its line here. */
struct json_member {
	size_t offset, size;
};

#define MEMBER(name)                                                         \
	{                                                                    \
		offsetof(struct event, name), sizeof((struct event){0}.name) \
	}

static const struct json_member members[EVENT_KINDS] = {
	[EVENT_START] = MEMBER(start),
	[EVENT_SOURCE] = MEMBER(source),
	[EVENT_CONN] = MEMBER(conn),
	[EVENT_SYN] = MEMBER(syn),
	[EVENT_REQUEST] = MEMBER(request),
	[EVENT_LOG] = MEMBER(log),
	[EVENT_LOST] = MEMBER(lost),
	[EVENT_NOTE] = MEMBER(note),
	[EVENT_SYN_NET] = MEMBER(syn_net),
	[EVENT_TCP_STATS] = MEMBER(tcp_stats),
	[EVENT_NETNS] = MEMBER(netns),
	[EVENT_OWNER] = MEMBER(owner),
	[EVENT_AUTH] = MEMBER(auth),
	[EVENT_PLACE] = MEMBER(place),
	[EVENT_REGISTRATION] = MEMBER(registration),
	[EVENT_RDNS] = MEMBER(rdns),
	[EVENT_ENRICHER] = MEMBER(enricher),
	[EVENT_LISTING] = MEMBER(listing),
	[EVENT_RESETS] = MEMBER(resets),
	[EVENT_WEB_ERROR] = MEMBER(web_error),
	[EVENT_CRAWLER] = MEMBER(crawler),
	[EVENT_MARK] = MEMBER(mark),
	[EVENT_FLAG] = MEMBER(flag),
	[EVENT_VERDICT] = MEMBER(verdict),
	[EVENT_INTERFACE] = MEMBER(interface),
	[EVENT_ACT] = MEMBER(act),
	[EVENT_SEEN] = MEMBER(seen),
	[EVENT_GUARD] = MEMBER(guard),
	[EVENT_BLOCK] = MEMBER(block),
	[EVENT_LOGS] = MEMBER(logs),
	[EVENT_CLOCK] = MEMBER(clock),
	[EVENT_CONNS] = MEMBER(conns),
	[EVENT_THINNED] = MEMBER(thinned),
	[EVENT_QUIC] = MEMBER(quic),
	[EVENT_NAT] = MEMBER(nat),
	[EVENT_MACHINE] = MEMBER(machine_said),
	[EVENT_SHARE] = MEMBER(share),
	[EVENT_HERD] = MEMBER(herd),
	[EVENT_ANSWER] = MEMBER(answer),
};

static size_t size_of_field(enum field_type type)
{
	switch (type) {
	case FIELD_STR:
	case FIELD_WORDS:
	case FIELD_LINES:
		return sizeof(struct str);
	case FIELD_ADDR:
		return sizeof(struct addr);
	case FIELD_PREFIX:
		return sizeof(struct prefix);
	case FIELD_U16:
		return sizeof(uint16_t);
	case FIELD_U32:
		return sizeof(uint32_t);
	case FIELD_U64:
		return sizeof(uint64_t);
	case FIELD_USEC:
		return sizeof(usec_t);
	default: /* a flag, or a small enum */
		return sizeof(uint8_t);
	}
}

/* Each field lies within its own kind's member, and no two of a kind share a byte: a line copied
 * from another kind or another field is found. */
static void check_fields(const struct event_kind_info *kind, const struct json_member *member)
{
	const char *taken[sizeof(struct event)] = {0};
	struct names names = {.what = kind->name};

	for (size_t i = 0; i < kind->count; i++) {
		const struct event_field *f = &kind->fields[i];
		size_t size = size_of_field(f->type);
		add_name(&names, f->name);
		if (f->offset < member->offset || f->offset + size > member->offset + member->size)
			fail_msg("%s.%s is not in the member of its kind", kind->name, f->name);
		if (f->offset % size && size <= sizeof(uint64_t))
			fail_msg("%s.%s is not of that type", kind->name, f->name);
		for (size_t at = f->offset; at < f->offset + size; at++) {
			if (taken[at])
				fail_msg("%s.%s and .%s have the same place", kind->name, f->name,
					taken[at]);
			taken[at] = f->name;
		}
	}
}

static void event_fields(void **state)
{
	struct names kinds = {.what = "kinds of events"};

	(void)state;
	for (size_t i = EVENT_NONE + 1; i < EVENT_KINDS; i++) {
		if (!event_kinds[i].name)
			fail_msg("kind %zu has no name", i);
		add_name(&kinds, event_kinds[i].name);
		/* Every record has these two. */
		for (size_t f = 0; f < event_kinds[i].count; f++) {
			assert_string_not_equal(event_kinds[i].fields[f].name, "t");
			assert_string_not_equal(event_kinds[i].fields[f].name, "ts");
		}
		if (event_kinds[i].count && !members[i].size)
			fail_msg("add MEMBER() of %s to the table in this test",
				event_kinds[i].name);
		check_fields(&event_kinds[i], &members[i]);
	}
}

static bool is_word(const char *text, const char *allowed)
{
	return text[0] && text[strspn(text, allowed)] == '\0';
}

/* Their keys in the config file, beside "enabled". */
static void check_thresholds(const struct flag_def *f)
{
	struct names keys = {.what = f->name};
	size_t n = 0;

	add_name(&keys, "enabled");
	for (; n < FLAG_THRESHOLDS && f->thresholds[n].key; n++) {
		const struct flag_threshold *t = &f->thresholds[n];
		add_name(&keys, t->key);
		if (!is_word(t->key, "abcdefghijklmnopqrstuvwxyz_"))
			fail_msg("%s: %s is no key", f->name, t->key);
		if (!t->help || !t->help[0])
			fail_msg("%s.%s has no help", f->name, t->key);
		if (!isfinite(t->on) || t->on <= 0)
			fail_msg("%s.%s is %g", f->name, t->key, t->on);
	}
	if (n == 0)
		fail_msg("%s has no threshold", f->name);
	for (; n < FLAG_THRESHOLDS; n++)
		assert_null(f->thresholds[n].key);
}

static void flag_table(void **state)
{
	struct names names = {.what = "flags"}, verdicts = {.what = "verdicts"};

	(void)state;
	for (int i = 0; i < FLAGS; i++) {
		const struct flag_def *f = &flag_defs[i];
		if (!f->name || !f->verdict || !f->disproof || !f->disproof[0])
			fail_msg(
				"flag %d lacks its name, its verdict or what would disprove it", i);
		add_name(&names, f->name);
		add_name(&verdicts, f->verdict);
		assert_int_equal(flag_find(str_of(f->name)), i);
		assert_true(is_word(f->name, "abcdefghijklmnopqrstuvwxyz0123456789-"));
		assert_true(strlen(f->name) < FLAG_NAME_MAX);
		assert_true(strlen(f->disproof) < FLAG_TEXT_MAX);
		assert_true(f->scopes && f->scopes < 1u << SCOPES);
		assert_in_range(f->severity, SEVERITY_NOTE, SEVERITY_ACT);
		assert_true(f->needs < 1u << NEEDS);
		assert_true(f->judged > 0 && f->off_after > 0);
		assert_false(f->within & UINT64_C(1) << i); /* nothing explains itself */
		assert_true(f->within < UINT64_C(1) << FLAGS);
		check_thresholds(f);
	}
	for (unsigned bit = 0; bit < NEEDS; bit++)
		assert_true(flag_need_name((enum flag_need)(1u << bit))[0]);
}

static void flag_sections(void **state)
{
	const struct option_table *tables = flag_option_tables();

	(void)state;
	for (int i = 0; i < FLAGS; i++) {
		for (size_t k = 0; k < tables[i].count; k++)
			assert_true(strlen(tables[i].section) + strlen(tables[i].defs[k].key) + 2 <
				    TOML_PATH_MAX);
		if (strncmp(tables[i].section, "flags.", 6) != 0 ||
			strcmp(tables[i].section + 6, flag_defs[i].name) != 0)
			fail_msg("%s is the section of %s", tables[i].section, flag_defs[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(option_names),
		cmocka_unit_test(option_offsets),
		cmocka_unit_test(column_names),
		cmocka_unit_test(format_names),
		cmocka_unit_test(event_fields),
		cmocka_unit_test(flag_table),
		cmocka_unit_test(flag_sections),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
