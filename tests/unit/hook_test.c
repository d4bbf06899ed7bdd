// SPDX-License-Identifier: MIT
#include "action/hook.h"

#include "base/text.h"

#include "unit.h"

#include <errno.h>

static struct prefix prefix(const char *text)
{
	struct prefix p = {.bits = 0};

	assert_int_equal(prefix_parse(str_of(text), &p), 0);
	return p;
}

static void expect_argv(const struct hook *h, const char *on, const char *want)
{
	const char *argv[HOOK_ARGS_MAX];
	char text[HOOK_FILL_MAX], got[1024] = "";
	struct prefix p = {.bits = 0};

	if (on)
		p = prefix(on);
	assert_int_equal(hook_fill(h, on ? &p : NULL, NULL, argv, text), 0);
	for (size_t i = 0; argv[i]; i++) {
		strcat(got, argv[i]);
		strcat(got, "|");
	}
	assert_string_equal(got, want);
}

static void test_words(void **state)
{
	static const struct {
		const char *command, *want;
	} cases[] = {
		{"whois {ip}", "whois|203.0.113.9|"},
		{"  a\t b  ", "a|b|"},
		{"a --ip={ip},{ip}", "a|--ip=203.0.113.9,203.0.113.9|"},
		{"a '{ip} b' \"c  {prefix}\"", "a|203.0.113.9 b|c  203.0.113.9/32|"},
		{"a '' \"\" x''y", "a|||xy|"},
		{"a 'b\"c' \"d'e\\\"\\\\\\n\" f\\ g\\'", "a|b\"c|d'e\"\\\\n|f g'|"},
		{"a '$(x) `y` | & ; < >' \\$z", "a|$(x) `y` | & ; < >|$z|"},
		{"a *.log ?x b~ c#d {IP} {i p} {ip", "a|*.log|?x|b~|c#d|{IP}|{i|p}|{ip|"},
		{"/opt/x {{ip}}", "/opt/x|{203.0.113.9}|"},
	};
	char why[HOOK_WHY_MAX];
	struct hook h;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str item = str_of(cases[i].command);
		assert_int_equal(hook_compile(&h, &item, 1, false, why), 0);
		expect_argv(&h, "203.0.113.9", cases[i].want);
	}
}

static void test_refused(void **state)
{
	static const struct {
		const char *command, *part;
	} cases[] = {
		{"", "no command"},
		{"  ", "no command"},
		{"'' a", "no command"},
		{"a 'b", "quote ' does not end"},
		{"a \"b\\", "quote \" does not end"},
		{"a \\", "backslash"},
		{"a | b", "means"},
		{"a>b", "means"},
		{"a $HOME", "means"},
		{"a `b`", "means"},
		{"a;b", "means"},
		{"a & ", "means"},
		{"~/x {ip}", "means"},
		{"./x {ip}", "path from /"},
		{"{ip} a", "name is fixed"},
	};
	char why[HOOK_WHY_MAX], words[4 * HOOK_WORDS_MAX] = "";
	static char big[HOOK_TEXT_MAX + 2];
	struct hook h;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str item = str_of(cases[i].command);
		why[0] = '\0';
		assert_int_equal(hook_compile(&h, &item, 1, false, why), -EINVAL);
		if (!strstr(why, cases[i].part))
			fail_msg("%s: \"%s\" has no \"%s\"", cases[i].command, why, cases[i].part);
	}
	for (size_t i = 0; i <= HOOK_WORDS_MAX; i++)
		strcat(words, "x ");
	struct str item = str_of(words);
	assert_int_equal(hook_compile(&h, &item, 1, false, why), -EINVAL);
	assert_int_equal(hook_compile(&h, NULL, 0, false, why), -EINVAL);
	memset(big, 'x', sizeof big - 1);
	item = str_of(big);
	assert_int_equal(hook_compile(&h, &item, 1, false, why), -EINVAL);
	item.n--;
	assert_int_equal(hook_compile(&h, &item, 1, false, why), 0);
}

static void test_several_strings_are_the_words(void **state)
{
	const struct str items[] = {STR_LIT("my prog"), STR_LIT("$x | {ip}"), STR_LIT("")};
	char why[HOOK_WHY_MAX];
	struct hook h;

	(void)state;
	assert_int_equal(hook_compile(&h, items, 3, false, why), 0);
	expect_argv(&h, "2001:db8::1", "my prog|$x | 2001:db8::1||");
	assert_int_equal(hook_compile(&h, items, 3, true, why), -EINVAL);
}

static void test_shell(void **state)
{
	struct str item = STR_LIT("echo '{ip}' \"{prefix}\" | cat; $x");
	char why[HOOK_WHY_MAX];
	struct hook h;

	(void)state;
	assert_int_equal(hook_compile(&h, &item, 1, true, why), 0);
	expect_argv(&h, "198.51.100.7",
		"/bin/sh|-c|echo '198.51.100.7' \"198.51.100.7/32\" | cat; $x|");
}

static void test_what_it_can_be_run_on(void **state)
{
	const struct prefix net = prefix("203.0.113.0/24"), ip = prefix("203.0.113.9");
	struct str items[] = {STR_LIT("a {ip}"), STR_LIT("a {prefix}"), STR_LIT("a")};
	char why[HOOK_WHY_MAX], text[HOOK_FILL_MAX];
	const char *argv[HOOK_ARGS_MAX];
	struct hook h;

	(void)state;
	assert_int_equal(hook_compile(&h, &items[0], 1, false, why), 0);
	assert_null(hook_refuses(&h, &ip, NULL));
	assert_non_null(hook_refuses(&h, &net, NULL));
	assert_non_null(hook_refuses(&h, NULL, NULL));
	assert_int_equal(hook_fill(&h, &net, NULL, argv, text), -EINVAL);
	assert_int_equal(hook_compile(&h, &items[1], 1, false, why), 0);
	assert_null(hook_refuses(&h, &net, NULL));
	assert_non_null(hook_refuses(&h, NULL, NULL));
	expect_argv(&h, "203.0.113.0/24", "a|203.0.113.0/24|");
	assert_int_equal(hook_compile(&h, &items[2], 1, false, why), 0);
	assert_null(hook_refuses(&h, NULL, NULL));
	expect_argv(&h, NULL, "a|");
}

static void test_on_a_finding(void **state)
{
	const struct prefix ip = prefix("203.0.113.9");
	struct str item = STR_LIT("a --what={flag} {flag}{ip}");
	char why[HOOK_WHY_MAX], text[HOOK_FILL_MAX];
	const char *argv[HOOK_ARGS_MAX];
	struct hook h;

	(void)state;
	assert_int_equal(hook_compile(&h, &item, 1, false, why), 0);
	assert_non_null(hook_refuses(&h, &ip, NULL));
	assert_int_equal(hook_fill(&h, &ip, NULL, argv, text), -EINVAL);
	assert_non_null(hook_refuses(&h, NULL, "scanner"));
	assert_int_equal(hook_fill(&h, &ip, "scanner", argv, text), 0);
	assert_string_equal(argv[1], "--what=scanner");
	assert_string_equal(argv[2], "scanner203.0.113.9");
	assert_null(argv[3]);
}

static void test_too_much_text(void **state)
{
	static char many[HOOK_TEXT_MAX];
	const struct prefix ip = prefix("2001:db8:1111:2222:3333:4444:5555:6666");
	char why[HOOK_WHY_MAX], text[HOOK_FILL_MAX];
	const char *argv[HOOK_ARGS_MAX];
	struct hook h;

	(void)state;
	strcpy(many, "a ");
	while (strlen(many) + 5 < sizeof many)
		strcat(many, "{ip}");
	struct str item = str_of(many);
	assert_int_equal(hook_compile(&h, &item, 1, false, why), 0);
	assert_int_equal(hook_fill(&h, &ip, NULL, argv, text), -E2BIG);
}

static void test_shown_as_it_can_be_typed(void **state)
{
	static const char *const argv[] = {"whois", "-h", "a b", "it's", "", "\x1b[31m", NULL};
	char buf[64], small[8];

	(void)state;
	hook_show(argv, buf, sizeof buf);
	assert_string_equal(buf, "whois -h 'a b' 'it'\\''s' '' '\\x1b[31m'");
	assert_true(hook_show(argv, small, sizeof small) < sizeof small);
	assert_string_equal(small, "whois -");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_several_strings_are_the_words),
		cmocka_unit_test(test_shell),
		cmocka_unit_test(test_what_it_can_be_run_on),
		cmocka_unit_test(test_on_a_finding),
		cmocka_unit_test(test_too_much_text),
		cmocka_unit_test(test_shown_as_it_can_be_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
