// SPDX-License-Identifier: MIT
/* Which config files are read, in which order, and what a later one replaces. */
#include "unit.h"

#include "app/hook_options.h"
#include "app/option_setup.h"

#include <errno.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

static char top[64];

static int make_top(void **state)
{
	(void)state;
	snprintf(top, sizeof top, "/tmp/config_files.XXXXXX");
	if (!mkdtemp(top))
		return -1;
	setenv("HOME", top, 1);
	unsetenv("XDG_CONFIG_HOME");
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *at)
{
	(void)st;
	(void)flag;
	(void)at;
	return remove(path);
}

static int remove_top(void **state)
{
	(void)state;
	return nftw(top, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* name: below the top; its directories are made. */
static void put(const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", top, name);
	for (char *slash = strchr(path + strlen(top) + 1, '/'); slash;
		slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0755) < 0)
			assert_int_equal(errno, EEXIST);
		*slash = '/';
	}
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static int read_all(struct options_state *s)
{
	static char machine[96];
	struct options_setup setup = *option_setup();

	snprintf(machine, sizeof machine, "%s/etc", top);
	setup.machine_dir = machine;
	assert_int_equal(options_init(s, &setup), 0);
	int err = options_read_config(s);
	return err ? err : options_check(s);
}

static void assert_read(const struct options_state *s, size_t i, const char *name)
{
	const struct text_list *files = &s->values.config_files;
	char path[128];

	snprintf(path, sizeof path, "%s/%s", top, name);
	assert_in_range(i + 1, 1, files->count);
	assert_string_equal(files->items[i], path);
}

static void without_files_there_are_defaults(void **state)
{
	struct options_state s;

	(void)state;
	assert_int_equal(read_all(&s), 0);
	assert_int_equal(s.values.config_files.count, 0);
	assert_string_equal(s.values.source, "auto");
	assert_string_equal(s.warning, "");
	options_done(&s);
}

static void later_files_win(void **state)
{
	struct options_state s;

	(void)state;
	put("etc/config.toml",
		"source = \"proc\"\nlog_path = [\"a\", \"b\"]\ninterface = \"e0\"\n");
	put("etc/conf.d/20-b.toml", "log_path = [\"d\"]\nshow_private_ips = true\n");
	put("etc/conf.d/10-a.toml", "log_path = [\"c\"]\ninterface = \"e1\"\n");
	put("etc/conf.d/.30-c.toml", "not even TOML");
	put("etc/conf.d/40-d.toml~", "not even TOML");
	put(".config/nethergaze/config.toml", "show_private_ips = false\n");
	assert_int_equal(read_all(&s), 0);
	assert_int_equal(s.values.config_files.count, 4);
	assert_read(&s, 0, "etc/config.toml");
	assert_read(&s, 1, "etc/conf.d/10-a.toml");
	assert_read(&s, 2, "etc/conf.d/20-b.toml");
	assert_read(&s, 3, ".config/nethergaze/config.toml");
	assert_string_equal(s.values.source, "proc");
	assert_string_equal(s.values.interface, "e1");
	assert_false(s.values.show_private);
	assert_int_equal(s.values.log_paths.count, 1);
	assert_string_equal(s.values.log_paths.items[0], "d");
	options_done(&s);
}

/* The environment is above all files, whichever was read first. */
static void the_environment_wins_over_all(void **state)
{
	char *env[] = {(char *)"NETHERGAZE_LOG_PATH=e", NULL};
	struct options_state s;

	(void)state;
	put("etc/config.toml", "log_path = [\"a\", \"b\"]\n");
	put(".nethergaze.toml", "log_path = [\"c\"]\n");
	assert_int_equal(options_init(&s, option_setup()), 0);
	s.setup.machine_dir = top;
	put("config.toml", "log_path = [\"a\", \"b\"]\n");
	assert_int_equal(options_read_env(&s, env), 0);
	assert_int_equal(options_read_config(&s), 0);
	assert_int_equal(s.values.config_files.count, 2);
	assert_int_equal(s.values.log_paths.count, 1);
	assert_string_equal(s.values.log_paths.items[0], "e");
	options_done(&s);
}

static void an_array_of_tables_is_replaced_whole(void **state)
{
	const struct hook_entry *hooks;
	struct options_state s;
	size_t n;

	(void)state;
	put("etc/config.toml", "[[actions.hooks]]\nkey = \"1\"\nlabel = \"one\"\n"
			       "command = [\"/bin/a\", \"x\"]\ntimeout = \"3s\"\n"
			       "[[actions.hooks]]\nlabel = \"two\"\ncommand = \"/bin/b\"\n");
	put("etc/conf.d/a.toml", "[[actions.hooks]]\nlabel = \"three\"\ncommand = [\"/bin/c\"]\n");
	assert_int_equal(read_all(&s), 0);
	hooks = hook_options_set(&n);
	assert_int_equal(n, 1);
	assert_string_equal(hooks[0].label, "three");
	assert_string_equal(hooks[0].command, "/bin/c");
	assert_int_equal(hooks[0].code, 0);
	assert_int_equal(hooks[0].timeout, 0);
	options_done(&s);
}

static void errors_name_the_file(void **state)
{
	struct options_state s;

	(void)state;
	put("etc/config.toml", "source = \"proc\"\n");
	put("etc/conf.d/x.toml", "\nsorce = \"proc\"\n");
	assert_int_equal(read_all(&s), -EINVAL);
	assert_non_null(strstr(s.error, "/etc/conf.d/x.toml:2: unknown key \"sorce\""));
	options_done(&s);
	/* Twice in one file is a mistake, in two files it is not. */
	put("etc/conf.d/x.toml", "source = \"auto\"\nsource = \"proc\"\n");
	assert_int_equal(read_all(&s), -EINVAL);
	assert_non_null(strstr(s.error, "/etc/conf.d/x.toml:2: duplicate key source"));
	options_done(&s);
	put("etc/conf.d/w.toml/is-a-directory", "");
	assert_int_equal(read_all(&s), -EINVAL);
	assert_non_null(strstr(s.error, "/etc/conf.d/w.toml: Is a directory"));
	options_done(&s);
}

static void only_the_file_that_is_given(void **state)
{
	char given[96], *argv[] = {(char *)"nethergaze", (char *)"--config", given, NULL};
	struct options_state s;

	(void)state;
	put("config.toml", "not even TOML");
	put("given", "source = \"proc\"\n");
	snprintf(given, sizeof given, "%s/given", top);
	assert_int_equal(options_init(&s, option_setup()), 0);
	s.setup.machine_dir = top;
	assert_int_equal(options_read_flags(&s, 3, argv), 0);
	assert_int_equal(options_read_config(&s), 0);
	assert_int_equal(s.values.config_files.count, 1);
	assert_read(&s, 0, "given");
	options_done(&s);
}

static void what_may_not_be_read_is_left_out_and_said(void **state)
{
	struct options_state s;
	uid_t own = geteuid();
	char path[96];

	(void)state;
	put("etc/config.toml", "source = \"proc\"\n");
	snprintf(path, sizeof path, "%s/etc/config.toml", top);
	assert_int_equal(chmod(path, 0), 0);
	assert_int_equal(chmod(top, 0755), 0);
	if (own == 0) /* who reads everything */
		assert_int_equal(seteuid(65534), 0);
	int err = read_all(&s);
	assert_int_equal(seteuid(own), 0);
	assert_int_equal(err, 0);
	assert_string_equal(s.values.source, "auto");
	assert_non_null(strstr(s.warning, "etc/config.toml: Permission denied"));
	options_done(&s);
}

static void too_many_drop_ins_are_refused(void **state)
{
	struct options_state s;
	char name[32];

	(void)state;
	for (int i = 0; i < 257; i++) {
		snprintf(name, sizeof name, "etc/conf.d/%d.toml", i);
		put(name, "");
	}
	assert_int_equal(read_all(&s), -EINVAL);
	assert_non_null(strstr(s.error, "257 files; expected at most 256"));
	options_done(&s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_top, remove_top)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_files_there_are_defaults),
		TEST(later_files_win),
		TEST(the_environment_wins_over_all),
		TEST(an_array_of_tables_is_replaced_whole),
		TEST(errors_name_the_file),
		TEST(only_the_file_that_is_given),
		TEST(what_may_not_be_read_is_left_out_and_said),
		TEST(too_many_drop_ins_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
