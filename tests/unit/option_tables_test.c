// SPDX-License-Identifier: MIT
/* Tables that other rooms hand in, on ones that only this test has. */
#include "unit.h"

#include "config/options.h"

#include <errno.h>

struct flood {
	bool enabled;
	uint64_t on, off;
	char *note;
	struct text_list exempt;
};

#define AT(member) .offset = offsetof(struct flood, member)

static const struct option_def flood_defs[] = {
	{.key = "enabled", .type = OPTION_SWITCH, AT(enabled), .fallback = "true", .help = "judge"},
	{.key = "on",
		.env = "SYN_FLOOD_ON",
		.flag = "syn-flood-on",
		.arg = "N",
		.type = OPTION_UINT,
		.min = 1,
		.max = 1000,
		AT(on),
		.fallback = "32",
		.help = "half-open connections that raise it"},
	{.key = "off",
		.type = OPTION_UINT,
		.min = 0,
		.max = 1000,
		AT(off),
		.fallback = "20",
		.help = "half-open connections that end it"},
	{.key = "note", .type = OPTION_TEXT, AT(note), .help = "anything"},
	{.key = "exempt", .type = OPTION_NETS, AT(exempt), .help = "networks that are not judged"},
};

static int check_flood(const void *values, char why[static OPTION_WHY_MAX])
{
	const struct flood *f = values;

	if (f->off <= f->on)
		return 0;
	snprintf(why, OPTION_WHY_MAX, "off is above on; expected at most on");
	return -EINVAL;
}

/* Keys: what was given last, and how often. */
struct keys {
	char name[32], text[32];
	int taken;
};

static const char *const actions[] = {"quit", "sort", "detail"};

static int take_key_name(
	void *values, struct str name, struct str text, char why[static OPTION_WHY_MAX])
{
	struct keys *k = values;
	bool known = false;

	for (size_t i = 0; i < ARRAY_LEN(actions); i++)
		known |= str_eq(str_of(actions[i]), name);
	if (!known)
		return -ENOENT;
	if (text.n != 1) {
		snprintf(why, OPTION_WHY_MAX, "expected one key");
		return -EINVAL;
	}
	snprintf(k->name, sizeof k->name, "%.*s", STR_FMT(name));
	snprintf(k->text, sizeof k->text, "%.*s", STR_FMT(text));
	k->taken++;
	return 0;
}

static bool key_at(const void *values, size_t i, struct option_name *ret)
{
	(void)values;
	if (i >= ARRAY_LEN(actions))
		return false;
	*ret = (struct option_name){str_of(actions[i]), STR_LIT("q")};
	return true;
}

static int take_filter(
	void *values, struct str name, struct str text, char why[static OPTION_WHY_MAX])
{
	int *count = values;

	(void)name;
	(void)text;
	why[0] = '\0';
	*count += 1;
	return 0;
}

static int check_note(struct str text, char why[static OPTION_WHY_MAX])
{
	if (str_starts(text, STR_LIT("re:")))
		return 0;
	if (str_starts(text, STR_LIT("bad")))
		snprintf(why, OPTION_WHY_MAX, "it is bad");
	return -EINVAL;
}

struct rooms {
	struct flood flood;
	struct keys keys;
	int filters;
	struct option_table tables[3];
	struct option_check checks[1];
	struct options_setup setup;
};

static void rooms_init(struct rooms *r, struct options_state *s)
{
	*r = (struct rooms){0};
	r->tables[0] = (struct option_table){.section = "flags.syn-flood",
		.defs = flood_defs,
		.count = ARRAY_LEN(flood_defs),
		.values = &r->flood,
		.check = check_flood};
	r->tables[1] = (struct option_table){.section = "keys",
		.values = &r->keys,
		.take = take_key_name,
		.takes_lists = true,
		.name_at = key_at,
		.help = "action = \"key\""};
	r->tables[2] = (struct option_table){.section = "filters",
		.values = &r->filters,
		.take = take_filter,
		.help = "name = \"filter\""};
	r->checks[0] = (struct option_check){
		"flags.syn-flood.note", "one|two", "a text that begins with re:", check_note};
	r->setup = (struct options_setup){.tables = r->tables,
		.table_count = ARRAY_LEN(r->tables),
		.checks = r->checks,
		.check_count = 1};
	assert_int_equal(options_init(s, &r->setup), 0);
}

static void read_text(struct options_state *s, const char *text)
{
	if (options_read_text(s, "f", str_of(text)) < 0)
		fail_msg("%s", s->error);
}

static void refuse_text(const char *text, const char *part)
{
	struct options_state s;
	struct rooms r;

	rooms_init(&r, &s);
	assert_true(options_read_text(&s, "f", str_of(text)) < 0);
	if (!strstr(s.error, part))
		fail_msg("\"%s\" does not say \"%s\"", s.error, part);
	options_done(&s);
}

static void a_table_has_defaults_and_levels(void **state)
{
	char *argv[] = {(char *)"nethergaze", (char *)"--syn-flood-on", (char *)"64", NULL};
	char *env[] = {(char *)"NETHERGAZE_SYN_FLOOD_ON=48", NULL};
	struct options_state s;
	struct rooms r;

	(void)state;
	rooms_init(&r, &s);
	assert_true(r.flood.enabled && r.flood.on == 32 && r.flood.off == 20);
	read_text(&s, "[flags.syn-flood]\non = 40\noff=30\nenabled=false\nnote=\"re:x\"\n"
		      "exempt = [\"192.0.2.0/24\", \"2001:db8::/32\"]\n");
	assert_true(r.flood.on == 40 && r.flood.off == 30 && !r.flood.enabled);
	assert_string_equal(r.flood.note, "re:x");
	assert_int_equal(r.flood.exempt.count, 2);
	assert_int_equal(options_read_env(&s, env), 0);
	assert_true(r.flood.on == 48);
	assert_int_equal(options_read_flags(&s, 3, argv), 0);
	assert_true(r.flood.on == 64);
	assert_true(options_was_set(&s, "syn-flood-on", LEVEL_FLAG));
	assert_int_equal(options_check(&s), 0);
	options_done(&s);
	assert_null(r.flood.note);
}

static void tables_check_combinations(void **state)
{
	struct options_state s;
	struct rooms r;

	(void)state;
	rooms_init(&r, &s);
	read_text(&s, "flags.syn-flood.off = 40\n");
	assert_true(options_check(&s) < 0);
	assert_string_equal(s.error, "[flags.syn-flood]: off is above on; expected at most on");
	options_done(&s);
}

static void names_are_handed_over(void **state)
{
	struct options_state s;
	struct rooms r;

	(void)state;
	rooms_init(&r, &s);
	read_text(&s, "[keys]\nquit = \"x\"\nsort = ['a', 'b']\n"
		      "[filters]\n\"worst of all\" = \"status:5xx\"\ncidr_deny = []\n");
	assert_int_equal(r.keys.taken, 3);
	assert_string_equal(r.keys.name, "sort");
	assert_string_equal(r.keys.text, "b");
	assert_int_equal(r.filters, 1); /* cidr_deny is an option of nethergaze itself */
	options_done(&s);
}

static void what_is_wrong_is_said(void **state)
{
	static const char *const rows[][2] = {
		{"[flags.syn-flood]\nonn = 1",
			"f:2: unknown key \"flags.syn-flood.onn\"; expected one of "
			"flags.syn-flood.enabled, flags.syn-flood.on"},
		{"[flags.syn-flood]\non = \"1\"",
			"f:2: flags.syn-flood.on is a string; expected a whole number"},
		{"[flags.syn-flood]\non = 0", "expected a whole number from 1 to 1000"},
		{"[flags.syn-flood]\nnote = \"bad\"", "\"bad\" is not valid: it is bad"},
		{"[flags.syn-flood]\nnote = \"x\"",
			"expected one of one|two, or a text that begins with re:"},
		{"[keys]\nquti = \"x\"",
			"f:2: unknown key \"keys.quti\"; expected one of keys.quit, keys.sort, "
			"keys.detail (nethergaze --print-config lists all); did you "
			"mean keys.quit?"},
		{"[keys]\nquit = 1", "f:2: keys.quit is a number; expected a string or an array"},
		{"[keys]\nquit = [1]", "f:2: keys.quit holds a number"},
		{"[keys]\nquit = \"xy\"", "f:2: keys.quit: \"xy\" is not valid: expected one key"},
		{"[keys]\nquit = \"x\"\nquit = \"y\"", "f:3: duplicate key keys.quit"},
		{"[keys.more]\nquit = \"x\"", "f:2: unknown key \"keys.more.quit\""},
		{"[filters]\na = ['x']", "f:2: filters.a is an array; expected a string"},
		{"keys = \"x\"", "f:1: unknown key \"keys\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		refuse_text(rows[i][0], rows[i][1]);
}

static void names_are_bounded(void **state)
{
	static char text[OPTION_NAMES_MAX * 16];
	size_t n = 0;

	(void)state;
	n += (size_t)sprintf(text, "[filters]\n");
	for (int i = 0; i <= OPTION_NAMES_MAX; i++)
		n += (size_t)sprintf(text + n, "f%d = 'x'\n", i);
	refuse_text(text, "expected at most 256");
}

static void too_many_options_are_refused(void **state)
{
	static struct option_def defs[OPTION_COUNT_MAX];
	struct option_table table = {.section = "x", .defs = defs, .count = ARRAY_LEN(defs)};
	struct options_setup setup = {.tables = &table, .table_count = 1};
	struct options_state s;

	(void)state;
	assert_int_equal(options_init(&s, &setup), -E2BIG);
	assert_non_null(strstr(s.error, "expected at most 512"));
	options_done(&s);
}

static void a_wrong_default_is_refused(void **state)
{
	static const struct option_def defs[] = {{.key = "y",
		.type = OPTION_UINT,
		.min = 1,
		.max = 2,
		.fallback = "3",
		.help = "y"}};
	struct flood values = {0};
	struct option_table table = {
		.section = "x", .defs = defs, .count = ARRAY_LEN(defs), .values = &values};
	struct options_setup setup = {.tables = &table, .table_count = 1};
	struct options_state s;

	(void)state;
	assert_int_equal(options_init(&s, &setup), -EINVAL);
	assert_string_equal(s.error,
		"the default of x.y: \"3\" is not valid; expected a whole number from 1 to 2");
	options_done(&s);
}

static void the_printed_config_has_their_sections(void **state)
{
	char *text = NULL;
	struct options_state s;
	struct rooms r;
	size_t n = 0;

	(void)state;
	rooms_init(&r, &s);
	FILE *f = open_memstream(&text, &n);
	assert_non_null(f);
	options_print_config(&s, f);
	fclose(f);
	assert_non_null(
		strstr(text, "\n[flags.syn-flood]\n# judge; true or false\n# enabled = true"));
	assert_non_null(strstr(text, "\n[keys]\n# action = \"key\"\n# quit = \"q\"\n"));
	const char *filters = strstr(text, "\n[filters]\n");
	assert_non_null(filters);
	assert_null(strstr(filters + 1, "\n[filters]\n")); /* a table may not come twice */
	read_text(&s, text);
	options_done(&s);
	free(text);
}

struct optional {
	bool plain;
	char *format;
	double share;
};

/* As --json[=ecs] will be. */
static const struct option_def optional_defs[] = {
	{.flag = "stream",
		.key = "format",
		.arg = "FORMAT",
		.implied = "plain",
		.type = OPTION_CHOICE,
		.choices = "plain|ecs",
		.offset = offsetof(struct optional, format),
		.help = "write a stream"},
	{.flag = "turbo",
		.arg = "BOOL",
		.implied = "true",
		.type = OPTION_SWITCH,
		.offset = offsetof(struct optional, plain),
		.help = "be quick"},
	{.key = "share",
		.type = OPTION_NUMBER,
		.min = 0,
		.max = 1,
		.fallback = "0.25",
		.offset = offsetof(struct optional, share),
		.help = "a part of all"},
};

static void arguments_may_be_optional(void **state)
{
	static const struct {
		const char *args[2], *format;
		bool plain;
		const char *error;
	} rows[] = {
		{{NULL}, NULL, false, NULL},
		{{"--stream"}, "plain", false, NULL},
		{{"--stream=ecs", "--turbo"}, "ecs", true, NULL},
		{{"--stream", "--turbo=false"}, "plain", false, NULL},
		{{"--stream=x"}, NULL, false,
			"--stream: \"x\" is not valid; expected one of plain|ecs"},
		{{"--stream="}, NULL, false, "--stream: \"\" is not valid"},
		{{"--stream", "ecs"}, "plain", false, "\"ecs\": unexpected argument"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct optional values = {0};
		struct option_table table = {.section = "x",
			.defs = optional_defs,
			.count = ARRAY_LEN(optional_defs),
			.values = &values};
		struct options_setup setup = {.tables = &table, .table_count = 1};
		char *argv[] = {(char *)"nethergaze", (char *)rows[i].args[0],
			(char *)rows[i].args[1], NULL};
		struct options_state s;
		int argc = rows[i].args[1] ? 3 : rows[i].args[0] ? 2 : 1;

		assert_int_equal(options_init(&s, &setup), 0);
		int err = options_read_flags(&s, argc, argv);
		assert_int_equal(err, rows[i].error ? -EINVAL : 0);
		if (rows[i].error && !strstr(s.error, rows[i].error))
			fail_msg("\"%s\" does not say \"%s\"", s.error, rows[i].error);
		assert_int_equal(!values.format, !rows[i].format);
		if (values.format)
			assert_string_equal(values.format, rows[i].format);
		assert_int_equal(values.plain, rows[i].plain);
		assert_true(values.share == 0.25);
		options_done(&s);
	}
}

static void help_shows_optional_arguments(void **state)
{
	struct optional values = {0};
	struct option_table table = {.section = "x",
		.defs = optional_defs,
		.count = ARRAY_LEN(optional_defs),
		.values = &values};
	struct options_setup setup = {.tables = &table, .table_count = 1};
	struct options_state s;
	char *text = NULL;
	size_t n = 0;

	(void)state;
	assert_int_equal(options_init(&s, &setup), 0);
	FILE *f = open_memstream(&text, &n);
	assert_non_null(f);
	options_print_help(&s, f);
	fclose(f);
	assert_non_null(
		strstr(text, "\n  --stream[=FORMAT]          write a stream (plain|ecs)\n"));
	options_done(&s);
	free(text);
}

/* An array of tables. */

#define TUNES_MAX 3

struct tune {
	char *name;
	struct text_list notes;
	bool loud;
};

static const struct option_def tune_defs[] = {
	{.key = "name",
		.type = OPTION_TEXT,
		.offset = offsetof(struct tune, name),
		.help = "what it is called"},
	{.key = "notes",
		.type = OPTION_TEXTS,
		.offset = offsetof(struct tune, notes),
		.help = "one by one"},
	{.key = "loud",
		.type = OPTION_SWITCH,
		.offset = offsetof(struct tune, loud),
		.help = "not soft"},
};

static void with_tunes(struct options_state *s, struct tune tunes[TUNES_MAX])
{
	static struct option_table table;
	static struct options_setup setup;

	memset(tunes, 0, TUNES_MAX * sizeof *tunes);
	table = (struct option_table){.section = "tunes",
		.defs = tune_defs,
		.count = ARRAY_LEN(tune_defs),
		.values = tunes,
		.tables_max = TUNES_MAX,
		.size = sizeof *tunes};
	setup = (struct options_setup){.tables = &table, .table_count = 1};
	assert_int_equal(options_init(s, &setup), 0);
}

static void an_array_of_tables_keeps_each(void **state)
{
	struct tune tunes[TUNES_MAX];
	struct options_state s;
	char *text = NULL;
	size_t n = 0;

	(void)state;
	with_tunes(&s, tunes);
	read_text(&s, "[[tunes]]\nname = \"a\"\nnotes = \"c\"\n"
		      "[geoip]\nenabled = false\n" /* in between, which changes nothing */
		      "[[tunes]]\nname = \"b\"\nnotes = [\"d\", \"e\"]\nloud = true\n"
		      "[[tunes]]\n");
	assert_string_equal(tunes[0].name, "a");
	assert_string_equal(tunes[1].name, "b");
	assert_null(tunes[2].name);
	assert_int_equal(tunes[0].notes.count, 1);
	assert_int_equal(tunes[1].notes.count, 2);
	assert_string_equal(tunes[1].notes.items[1], "e");
	assert_true(!tunes[0].loud && tunes[1].loud);
	FILE *f = open_memstream(&text, &n);
	assert_non_null(f);
	options_print_config(&s, f);
	fclose(f);
	assert_non_null(strstr(text, "# [[tunes]]\n"));
	free(text);
	options_done(&s);
	assert_true(!tunes[0].name && !tunes[1].name && !tunes[1].notes.count);
}

static void an_array_of_tables_is_bounded(void **state)
{
	static const struct {
		const char *text, *part;
	} cases[] = {
		{"[[tunes]]\nname = \"a\"\nname = \"b\"\n", "f:3: duplicate key tunes.name"},
		{"[[tunes]]\n[[tunes]]\n[[tunes]]\n[[tunes]]\nname = \"a\"\n",
			"f:5: too many [[tunes]]; expected at most 3"},
		{"[[tunes]]\nsound = \"a\"\n", "unknown key \"tunes.sound\""},
		{"[[geoip]]\nenabled = true\n[[geoip]]\nenabled = true\n", "duplicate key"},
		{"[[a]]\n[[b]]\n[[c]]\n[[d]]\n[[e]]\n[[f]]\n[[g]]\n[[h]]\n[[i]]\n",
			"f:9: too many arrays of tables"},
	};
	struct tune tunes[TUNES_MAX];
	struct options_state s;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		with_tunes(&s, tunes);
		assert_true(options_read_text(&s, "f", str_of(cases[i].text)) < 0);
		if (!strstr(s.error, cases[i].part))
			fail_msg("\"%s\" does not say \"%s\"", s.error, cases[i].part);
		options_done(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_has_defaults_and_levels),
		cmocka_unit_test(tables_check_combinations),
		cmocka_unit_test(names_are_handed_over),
		cmocka_unit_test(what_is_wrong_is_said),
		cmocka_unit_test(names_are_bounded),
		cmocka_unit_test(too_many_options_are_refused),
		cmocka_unit_test(a_wrong_default_is_refused),
		cmocka_unit_test(the_printed_config_has_their_sections),
		cmocka_unit_test(arguments_may_be_optional),
		cmocka_unit_test(help_shows_optional_arguments),
		cmocka_unit_test(an_array_of_tables_keeps_each),
		cmocka_unit_test(an_array_of_tables_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
