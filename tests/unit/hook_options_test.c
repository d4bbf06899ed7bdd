// SPDX-License-Identifier: MIT
#include "app/hook_options.h"

#include "app/option_setup.h"
#include "config/options.h"
#include "tui/bindings.h"

#include "app/key_options.h"
#include "unit.h"

static void read_text(struct options_state *s, const char *text)
{
	assert_int_equal(options_init(s, option_setup()), 0);
	if (options_read_text(s, "f", str_of(text)) < 0)
		fail_msg("%s", s->error);
}

static void test_the_originals_hooks(void **state)
{
	struct options_state s;
	size_t n = 0;

	(void)state;
	read_text(&s,
		"[[actions.hooks]]\nkey = \"1\"\nlabel = \"abuse\"\ncommand = \"whois {ip}\"\n"
		"[geoip]\nenabled = false\n"
		"[[actions.hooks]]\nkey = \"x\"\ncommand = [\"a b\", \"{prefix}\"]\n"
		"timeout = 2\n"
		"[[actions.hooks]]\nlabel = \"pipe \\u001b\"\ncommand = \"a {ip} | b\"\n");
	assert_int_equal(options_check(&s), 0);
	const struct hook_entry *e = hook_options_set(&n);
	assert_int_equal(n, 3);
	assert_string_equal(e[0].label, "abuse");
	assert_string_equal(e[0].command, "whois {ip}");
	assert_int_equal(e[0].code, '1');
	assert_int_equal(e[0].timeout, 0);
	assert_true(e[0].hook.takes_ip && !e[0].why[0]);
	assert_string_equal(e[1].label, "a b");
	assert_int_equal(e[1].timeout, 2 * USEC_PER_SEC);
	assert_int_equal(e[1].hook.word_count, 2);
	assert_int_equal(bindings_find(key_options_set(), 'x', IN_DETAIL), ACT_HOOK);
	assert_string_equal(e[2].label, "pipe \\x1b");
	assert_int_equal(e[2].code, 0);
	assert_non_null(strstr(e[2].why, "shell = true"));
	options_done(&s);
}

static void test_nothing_is_left_of_the_last_config(void **state)
{
	struct options_state s;
	size_t n = 1;

	(void)state;
	read_text(&s, "[[actions.hooks]]\nkey = \"x\"\ncommand = \"a\"\nshell = true\n");
	assert_int_equal(options_check(&s), 0);
	options_done(&s);
	read_text(&s, "");
	assert_int_equal(options_check(&s), 0);
	hook_options_set(&n);
	assert_int_equal(n, 0);
	assert_int_equal(bindings_find(key_options_set(), 'x', IN_LISTS), ACT_NONE);
	options_done(&s);
	read_text(&s, "[[actions.hooks]]\ncommand = \"a\"\n");
	assert_int_equal(options_check(&s), 0);
	assert_false(hook_options_set(&n)->hook.shell);
	options_done(&s);
}

static void test_keys_that_clash(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"[[actions.hooks]]\nkey = \"w\"\nlabel = \"one\"\ncommand = \"a\"\n",
			"hook \"one\": its key w is that of \"whois\""},
		{"[[actions.hooks]]\nkey = \"1\"\nlabel = \"one\"\ncommand = \"a\"\n"
		 "[[actions.hooks]]\nkey = \"1\"\nlabel = \"two\"\ncommand = \"a\"\n",
			"hook \"two\": its key 1 is that of \"one\""},
		{"[[actions.hooks]]\nkey = \"xx\"\ncommand = \"a\"\n", "no key is called \"xx\""},
		/* Bound anew, the key is free, and another one is not. */
		{"[[actions.hooks]]\nkey = \"x\"\nlabel = \"one\"\ncommand = \"a\"\n"
		 "[keys]\nwhois = \"x\"\n",
			"hook \"one\": its key x is that of \"whois\""},
		{"[keys]\nwhois = \"x\"\n[[actions.hooks]]\nkey = \"w\"\ncommand = \"a\"\n", NULL},
	};
	struct options_state s;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		read_text(&s, cases[i].text);
		assert_int_equal(options_check(&s) < 0, cases[i].error != NULL);
		if (cases[i].error && !strstr(s.error, cases[i].error))
			fail_msg("\"%s\" does not say \"%s\"", s.error, cases[i].error);
		options_done(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_originals_hooks),
		cmocka_unit_test(test_nothing_is_left_of_the_last_config),
		cmocka_unit_test(test_keys_that_clash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
