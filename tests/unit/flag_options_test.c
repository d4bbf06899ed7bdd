// SPDX-License-Identifier: MIT
/* The sections [flags.NAME] of a config file, and what the judgement is told of them. */
#include "unit.h"

#include "app/option_setup.h"

#include "app/flag_options.h"

static void read_text(struct options_state *s, const char *text)
{
	assert_int_equal(options_init(s, option_setup()), 0);
	if (options_read_text(s, "f", str_of(text)) < 0)
		fail_msg("%s", s->error);
}

static void assert_same(const struct flag_settings *a, const struct flag_settings *b)
{
	for (int i = 0; i < FLAGS; i++) {
		assert_int_equal(a->of[i].disabled, b->of[i].disabled);
		for (int k = 0; k < FLAG_THRESHOLDS; k++)
			if (a->of[i].on[k] != b->of[i].on[k])
				fail_msg("%s: %g is not %g", flag_defs[i].name, a->of[i].on[k],
					b->of[i].on[k]);
	}
}

static void defaults_are_those_of_the_flags(void **state)
{
	struct flag_settings own;
	struct options_state s;

	(void)state;
	flag_settings_init(&own);
	read_text(&s, "");
	assert_non_null(flag_options_set(&s));
	assert_same(flag_options_set(&s), &own);
	options_done(&s);
}

static void what_is_set_is_handed_on(void **state)
{
	struct flag_settings own;
	struct options_state s;

	(void)state;
	flag_settings_init(&own);
	own.of[FLAG_SYN_FLOOD].on[0] = 100;
	own.of[FLAG_SYN_FLOOD].on[1] = 0;
	own.of[FLAG_UNPARSED].on[1] = 7.5;
	own.of[FLAG_BURST].disabled = true;
	read_text(&s, "[flags.syn-flood]\nhalf_open = 100\nshare = 0\n"
		      "[flags.burst]\nenabled = false\n[flags.unparsed]\nlines = 7.5\n");
	assert_same(flag_options_set(&s), &own);
	options_done(&s);
	/* The next reader begins with the defaults. */
	flag_settings_init(&own);
	read_text(&s, "[flags.burst]\nenabled = true\n");
	assert_same(flag_options_set(&s), &own);
	options_done(&s);
}

static void without_these_tables_nothing_is_set(void **state)
{
	struct options_state s;

	(void)state;
	assert_int_equal(options_init(&s, NULL), 0);
	assert_null(flag_options_set(&s));
	options_done(&s);
}

static void what_is_wrong_is_said(void **state)
{
	static const char *const rows[][2] = {
		{"[flags.syn-flod]\nshare = 1", "f:2: unknown key \"flags.syn-flod.share\""},
		{"[flags.syn-flod]\nshare = 1", "did you mean flags.syn-flood.share?"},
		{"[flags.syn-flood]\nhalf-open = 1",
			"f:2: unknown key \"flags.syn-flood.half-open\"; expected one of "
			"flags.syn-flood.enabled, flags.syn-flood.half_open"},
		{"[flags.syn-flood]\nhalf-open = 1", "did you mean flags.syn-flood.half_open?"},
		{"[flags.burst]\nrate = -1",
			"f:2: flags.burst.rate: \"-1\" is not valid; expected a number from 0 to "
			"999999"},
		{"[flags.burst]\nrate = inf", "f:2: "},
		{"[flags.burst]\nrate = 1e99", "expected a number from 0"},
		{"[flags.burst]\nrate = nan", "f:2: "},
		{"[flags.burst]\nrate = \"8\"", "f:2: flags.burst.rate is a string; expected a"},
		{"[flags.burst]\nenabled = 0", "f:2: flags.burst.enabled is a number; expected"},
		{"[flags.burst]\nrate = 1\nrate = 2", "f:3: duplicate key flags.burst.rate"},
		{"flags = 1", "f:1: unknown key \"flags\""},
		{"[filters]\nexploit_path_patterns = [\"/xyz\", \"..\"]",
			"f:2: filters.exploit_path_patterns: \"..\" is not valid: it is in too "
			"many paths; expected at least 3 characters"},
		{"[filters]\nexploit_path_patterns = \"\"",
			"is not valid; expected a part of a path"},
		{"[filters]\nscanner_user_agents = [\"\"]", "f:2: filters.scanner_user_agents"},
		{"[filters]\nsuspicious_burst_rpm = 0", "expected a whole number from 1"},
		{"[filters]\nsuspicious_min_conns = 0.5", "expected a whole number from 1"},
	};
	struct options_state s;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(options_init(&s, option_setup()), 0);
		if (options_read_text(&s, "f", str_of(rows[i][0])) == 0)
			fail_msg("%s: taken", rows[i][0]);
		if (!strstr(s.error, rows[i][1]))
			fail_msg("\"%s\" does not say \"%s\"", s.error, rows[i][1]);
		options_done(&s);
	}
}

/* The lists that the Python original had as its defaults are in many a config file. */
static void the_originals_lists_are_taken(void **state)
{
	struct options_state s;

	(void)state;
	read_text(&s,
		"[filters]\nsuspicious_burst_rpm = 120\nsuspicious_min_conns = 9\n"
		"scanner_user_agents = [\"zgrab\", \"masscan\", \"nmap\", \"nikto\", \"httpx\"]\n"
		"exploit_path_patterns = [\".env\", \"wp-login.php\", \"wp-admin\", \"${jndi:\", "
		"\"../\", \"/etc/passwd\", \"/phpMyAdmin\", \"/.git\", \"/cgi-bin/\", "
		"\"/shell\", \".asp\", \".cgi\"]\n");
	assert_int_equal(s.values.suspicious_burst_rpm, 120);
	assert_int_equal(s.values.suspicious_min_conns, 9);
	assert_int_equal(s.values.scanner_agents.count, 5);
	assert_int_equal(s.values.exploit_paths.count, 12);
	options_done(&s);
}

static void the_printed_config_has_each_flag(void **state)
{
	char *text = NULL;
	struct options_state s;
	size_t n = 0;

	(void)state;
	read_text(&s, "");
	FILE *f = open_memstream(&text, &n);
	assert_non_null(f);
	options_print_config(&s, f);
	fclose(f);
	for (int i = 0; i < FLAGS; i++) {
		char head[64];
		snprintf(head, sizeof head, "\n[flags.%s]\n# ", flag_defs[i].name);
		const char *at = strstr(text, head);
		if (!at)
			fail_msg("%s is not there", flag_defs[i].name);
		assert_non_null(strstr(at, flag_defs[i].disproof));
		assert_non_null(strstr(at, flag_defs[i].thresholds[0].help));
	}
	assert_int_equal(options_read_text(&s, "printed", (struct str){text, n}), 0);
	options_done(&s);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_those_of_the_flags),
		cmocka_unit_test(what_is_set_is_handed_on),
		cmocka_unit_test(without_these_tables_nothing_is_set),
		cmocka_unit_test(what_is_wrong_is_said),
		cmocka_unit_test(the_originals_lists_are_taken),
		cmocka_unit_test(the_printed_config_has_each_flag),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
