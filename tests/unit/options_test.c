// SPDX-License-Identifier: MIT
#include "unit.h"

#include "app/option_setup.h"

static void assert_error(int err, const struct options_state *s, const char *part)
{
	assert_true(err < 0);
	if (!strstr(s->error, part))
		fail_msg("\"%s\" does not say \"%s\"", s->error, part);
}

static int flags(
	struct options_state *s, const char *a, const char *b, const char *c, const char *d)
{
	char *argv[] = {(char *)"nethergaze", (char *)a, (char *)b, (char *)c, (char *)d, NULL};
	int argc = 1;

	while (argv[argc])
		argc++;
	return options_read_flags(s, argc, argv);
}

static void defaults(void **state)
{
	struct options_state s;

	(void)state;
	options_init(&s, option_setup());
	assert_int_equal(s.values.log_paths.count, 0);
	assert_true(s.values.connections_interval == USEC_PER_SEC);
	assert_true(s.values.speed == 1);
	assert_true(s.values.duration == -1);
	assert_false(s.values.show_private);
	options_done(&s);
}

static int read_max_size(struct options_state *s, const char *text)
{
	char var[64], *env[] = {var, NULL};

	snprintf(var, sizeof var, "NETHERGAZE_RECORD_MAX_SIZE=%s", text);
	return options_read_env(s, env);
}

static void bytes_have_a_minimum_or_are_zero(void **state)
{
	struct options_state s;

	(void)state;
	options_init(&s, option_setup());
	assert_int_equal(read_max_size(&s, "0"), 0);
	options_done(&s);
	options_init(&s, option_setup());
	assert_int_equal(read_max_size(&s, "4K"), 0);
	options_done(&s);
	options_init(&s, option_setup());
	int err = read_max_size(&s, "4095");
	assert_error(err, &s, "bytes from 4");
	assert_error(err, &s, "or 0");
	options_done(&s);
}

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static void names_are_unique(void **state)
{
	(void)state;
	for (size_t i = 0; i < option_count; i++) {
		const struct option_def *a = &option_defs[i];
		for (size_t k = i + 1; k < option_count; k++) {
			const struct option_def *b = &option_defs[k];
			if (same(a->key, b->key) || same(a->key, b->alias) ||
				same(a->alias, b->key) || same(a->alias, b->alias) ||
				same(a->flag, b->flag) || same(a->env, b->env))
				fail_msg("options %zu and %zu share a name", i, k);
		}
	}
}

static void higher_levels_win(void **state)
{
	char *env[] = {(char *)"NETHERGAZE_LOG_PATH=/env", (char *)"NETHERGAZE_SOURCE=proc",
		(char *)"PATH=/bin", (char *)"NETHERGAZE_UNHEARD_OF=1", NULL};
	struct options_state s;

	(void)state;
	options_init(&s, option_setup());
	assert_int_equal(flags(&s, "--log-path", "/a", "--log-path", "/b"), 0);
	assert_int_equal(options_read_env(&s, env), 0);
	assert_int_equal(options_read_text(&s, "f",
				 STR_LIT("log_path = \"/file\"\nsource = \"ebpf\"\n"
					 "show_private_ips = true\n")),
		0);
	assert_int_equal(s.values.log_paths.count, 2);
	assert_string_equal(s.values.log_paths.items[0], "/a");
	assert_string_equal(s.values.log_paths.items[1], "/b");
	assert_string_equal(s.values.source, "proc");
	assert_true(s.values.show_private);
	assert_true(options_was_set(&s, "show-private-ips", LEVEL_FILE));
	assert_false(options_was_set(&s, "show-private-ips", LEVEL_FLAG));
	options_done(&s);
}

static void unknown_variables_are_named(void **state)
{
	char *env[] = {(char *)"NETHERGAZE_SORCE=x", (char *)"NETHERGAZE_ZZZZZZZZ=1",
		(char *)"NETHERGAZE_EMPTY=", NULL};
	struct options_state s;

	(void)state;
	options_init(&s, option_setup());
	assert_int_equal(options_read_env(&s, env), 0);
	assert_string_equal(s.warning,
		"NETHERGAZE_SORCE: unknown variable, did you mean NETHERGAZE_SOURCE?; "
		"NETHERGAZE_ZZZZZZZZ: unknown variable");
	for (int i = 0; i < 20; i++) /* what does not fit is left out */
		assert_int_equal(options_read_env(&s, env), 0);
	assert_true(strlen(s.warning) < sizeof s.warning);
	options_done(&s);
}

static void bad_flags(void **state)
{
	static const char *const rows[][3] = {
		{"--duration", "abc",
			"--duration: \"abc\" is not valid; expected a duration from 0 to 365d"},
		{"--duration", "-1", "expected a duration"},
		{"--duration", "nan", "expected a duration"},
		{"--connections-interval", "0", "expected a duration from 100ms to 1h, such as"},
		{"--source", "bpf", "expected one of auto|ebpf|proc"},
		{"--group", "asn",
			"--group: \"asn\" is not valid; expected one of none|net|as|country"},
		{"--group", "", "expected one of none"},
		{"--speed", "0", "expected a number above 0, or max"},
		{"--log-path", "", "expected a string"},
		{"--nonsense", NULL, "--nonsense: unknown or misused option (see --help)"},
		{"--recrod", "x",
			"--recrod: unknown or misused option (see --help); did you mean "
			"--record?"},
		{"--log_path=x", NULL, "did you mean --log-path?"},
		{"--log-path", NULL, "--log-path: no value"},
		{"-x", NULL, "-x"},
		{"stray", NULL, "\"stray\": unexpected argument"},
	};
	struct options_state s;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		options_init(&s, option_setup());
		assert_error(flags(&s, rows[i][0], rows[i][1], NULL, NULL), &s, rows[i][2]);
		options_done(&s);
	}
}

static void bad_files(void **state)
{
	static const char *const rows[][2] = {
		{"log_pat = \"x\"", "f.toml:1: unknown key \"log_pat\"; expected one of log_path"},
		{"\n[geoip]\nenabeld = true",
			"f.toml:3: unknown key \"geoip.enabeld\"; expected one of "
			"geoip.enabled, geoip.city_db"},
		{"[refresh]\nconnections_interval = true",
			"f.toml:2: refresh.connections_interval is a "
			"boolean; expected a duration"},
		{"[refresh]\nconnections_interval = \"fast\"",
			"f.toml:2: refresh.connections_interval: \"fast\" is not valid"},
		{"[refresh]\nconnections_interval = \"\\u001b[31m\"", "\"\\x1b[31m\" is not valid"},
		{"[refresh]\nconnections_interval = 5m", "f.toml:2: 5m is not a number; expected "
							 "quotes"},
		{"[refresh]\nconnections_interval = \"2h\"",
			"expected a duration from 100ms to 1h"},
		{"[refresh]\nconnections_interval = 0.01",
			"f.toml:2: refresh.connections_interval: "
			"\"0.01\" is not valid"},
		{"[refresh]\nconnections_interval = 1e300", "expected a duration"},
		{"[refresh]\nconections_interval = 1",
			"did you mean refresh.connections_interval?"},
		{"[goip]\nenabled = true", "did you mean geoip.enabled?"},
		{"[view]\ngroup = 1", "view.group is a number; expected one of none|net"},
		{"sourec = \"proc\"", "did you mean source?"},
		{"show_private_ips = 1", "is a number; expected true or false"},
		{"log_path = [1]", "holds a number"},
		{"[log]\ntrusted_proxies = [\"10.0.0.0/8\", \"10/8\"]",
			"f.toml:2: log.trusted_proxies: \"10/8\" is not valid; expected a network"},
		{"log_path = \"a\"\nlog_path = \"b\"", "f.toml:2: duplicate key log_path"},
		{"[whois]\nmax_workers = 3.5", "expected a whole number from 1 to 64"},
		{"log_path \"a\"", "f.toml:1: no '='"},
		{"log_path = ", "f.toml:1: no value"},
		{"log_path = \"a", "does not end"},
		{"log_path = \"a\nb\"", "does not end"},
		{"log_path = \"a\" b", "unexpected text"},
		{"log_path = [\"a\",\n\"b\"", "expected ',' or ']'"},
		{"log_path = \"\\q\"", "bad escape"},
		{"log_path = {a=1}", "inline tables"},
		{"log_path = \"\"\"a\"\"\"", "multi-line"},
		{"[log", "expected ']'"},
		{"\x01 = 1", "bad key"},
		{"source = \"x\x00y\"", "f.toml:1"},
	};
	struct options_state s;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		options_init(&s, option_setup());
		assert_error(options_read_text(&s, "f.toml", str_of(rows[i][0])), &s, rows[i][1]);
		options_done(&s);
	}
}

/* A whole config of the original's, with everything that TOML has to offer. */
static void the_originals_config_loads(void **state)
{
	static const char text[] =
		"\xef\xbb\xbf# comment\r\n"
		"log_path = '/var/log/nginx/*.access.log' # literal; with = and \"\r\n"
		"show_private_ips = true\n"
		"interface = \"ens3\"\n"
		"[ log ]\n  format = \"combined\"\n\tmax_log_lines = 500\n"
		"[refresh]\nconnections_interval = 2.5\nlog_interval=0.5\nauth_log_interval = 2.0\n"
		"[geoip]\nenabled = false\ncity_db = \"/x # not a comment; really\"\n"
		"[whois]\nenabled = true\ncache_ttl = 86400\nmax_workers = 3\n"
		"[cache]\ncache_dir = \"~/.cache/nethergaze\"\n"
		"[filters]\ncidr_allow = []\ncidr_deny = [\n  \"10.0.0.0/8\", # one\n  "
		"'::1/128',\n]\n"
		"suspicious_burst_rpm = 60\n\"scanner_user_agents\" = [\"zgrab\", "
		"\"a\\tb\\u00fc\"]\n"
		"[actions]\nenable_block_execution = false\n"
		"[[actions.hooks]]\nkey = \"1\"\nlabel = \"abuse\"\ncommand = \"x {ip}\"\n"
		"[[actions.hooks]]\nkey = \"2\"\nlabel = \"b\"\ncommand = \"y {ip}\"\n";
	struct options_state s;

	(void)state;
	options_init(&s, option_setup());
	int err = options_read_text(&s, "f", (struct str){text, sizeof text - 1});
	if (err)
		fail_msg("%s", s.error);
	assert_int_equal(s.values.log_paths.count, 1);
	assert_string_equal(s.values.log_paths.items[0], "/var/log/nginx/*.access.log");
	assert_string_equal(s.values.log_format, "combined");
	assert_true(s.values.connections_interval == 2500 * USEC_PER_MSEC);
	assert_int_equal(s.values.max_log_lines, 500);
	assert_int_equal(s.values.cidr_allow.count, 0);
	assert_int_equal(s.values.cidr_deny.count, 2);
	assert_string_equal(s.values.interface, "ens3");
	assert_true(s.values.auth_interval == 2 * USEC_PER_SEC);
	assert_true(s.values.log_interval == USEC_PER_SEC / 2);
	assert_false(s.values.geoip);
	assert_string_equal(s.values.geoip_city_db, "/x # not a comment; really");
	options_done(&s);
}

static void groups(void **state)
{
	static const char *const names[] = {[OPTION_GROUP_NONE] = "none",
		[OPTION_GROUP_NET] = "net",
		[OPTION_GROUP_AS] = "as",
		[OPTION_GROUP_COUNTRY] = "country"};
	struct options_state s;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		options_init(&s, option_setup());
		assert_int_equal(s.values.group, OPTION_GROUP_NONE);
		assert_int_equal(flags(&s, "--group", names[i], NULL, NULL), 0);
		assert_int_equal(s.values.group, i);
		options_done(&s);
	}
	options_init(&s, option_setup());
	assert_int_equal(options_read_text(&s, "f", STR_LIT("[view]\ngroup = \"as\"\n")), 0);
	assert_int_equal(s.values.group, OPTION_GROUP_AS);
	options_done(&s);
}

/* With a unit or without, as each level has it. */
static void durations(void **state)
{
	char *env[] = {(char *)"NETHERGAZE_CONNECTIONS_INTERVAL=5m", NULL};
	struct options_state s;

	(void)state;
	options_init(&s, option_setup());
	assert_int_equal(options_read_text(&s, "f",
				 STR_LIT("[refresh]\nconnections_interval = \"500ms\"\n"
					 "[whois]\ncache_ttl = \"1d12h\"\n")),
		0);
	assert_true(s.values.connections_interval == 500 * USEC_PER_MSEC);
	assert_true(s.values.whois_cache_ttl == 36 * 3600 * USEC_PER_SEC);
	assert_int_equal(options_read_env(&s, env), 0);
	assert_true(s.values.connections_interval == 300 * USEC_PER_SEC);
	assert_int_equal(flags(&s, "--connections-interval", "2", "--duration", "1h30m"), 0);
	assert_true(s.values.connections_interval == 2 * USEC_PER_SEC);
	assert_true(s.values.duration == 5400 * USEC_PER_SEC);
	options_done(&s);
}

static void combinations(void **state)
{
	struct options_state s;

	(void)state;
	options_init(&s, option_setup());
	assert_int_equal(flags(&s, "--speed", "2", NULL, NULL), 0);
	assert_error(options_check(&s), &s, "--speed");
	options_done(&s);
	options_init(&s, option_setup());
	assert_int_equal(flags(&s, "--replay", "a", "--record", "b"), 0);
	assert_error(options_check(&s), &s, "--replay and --record cannot be combined");
	options_done(&s);
}

/* What --print-config prints is a config that loads, with every comment taken off too. */
static void printed_config_loads(void **state)
{
	char *text = NULL, *bare;
	size_t n = 0, out = 0;

	struct options_state s;

	(void)state;
	assert_int_equal(options_init(&s, option_setup()), 0);
	FILE *f = open_memstream(&text, &n);
	assert_non_null(f);
	options_print_config(&s, f);
	fclose(f);
	options_done(&s);
	bare = malloc(n + 1);
	assert_non_null(bare);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		/* "# key = value" is a setting; "# words; expected" is not. */
		bool setting = line[0] == '#' && (strstr(line, " = ") || strstr(line, "[["));
		if (setting && !strstr(line, "= \"\"") && !strstr(line, "NETHERGAZE"))
			out += (size_t)sprintf(bare + out, "%s\n", line + 2);
		else if (line[0] == '[')
			out += (size_t)sprintf(bare + out, "%s\n", line);
	}
	options_init(&s, option_setup());
	if (options_read_text(&s, "printed", (struct str){bare, out}) < 0)
		fail_msg("%s", s.error);
	options_done(&s);
	free(bare);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(bytes_have_a_minimum_or_are_zero),
		cmocka_unit_test(names_are_unique),
		cmocka_unit_test(higher_levels_win),
		cmocka_unit_test(unknown_variables_are_named),
		cmocka_unit_test(bad_flags),
		cmocka_unit_test(bad_files),
		cmocka_unit_test(the_originals_config_loads),
		cmocka_unit_test(groups),
		cmocka_unit_test(durations),
		cmocka_unit_test(combinations),
		cmocka_unit_test(printed_config_loads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
