// SPDX-License-Identifier: MIT
#include "unit.h"

#include "base/text.h"
#include "detect/paths.h"

static void assert_folds(const char *path, const char *want)
{
	char buf[PATH_FOLDED_MAX];

	assert_str(path_fold(str_of(path), buf), want);
}

static void identifiers_are_folded(void **state)
{
	(void)state;
	assert_folds("/order/1234567", "/order/{n}");
	assert_folds("/order/12345/lines", "/order/12345/lines");
	assert_folds("/u/550e8400-e29b-41d4-a716-446655440000/x", "/u/{n}/x");
	assert_folds("/u/550E8400-E29B-41D4-A716-446655440000", "/u/{n}");
	assert_folds("/u/550e8400-e29b-41d4-a716-446655440000a", "/u/{n}-e29b-41d4-a716-{n}");
	assert_folds("/blob/9f86d081884c7d65/raw", "/blob/{n}/raw");
	assert_folds("/app.3f2a9c1b.js", "/app.{n}.js");
	assert_folds("/photo123456.jpg", "/photo{n}.jpg");
	assert_folds("/a123456b1234567", "/{n}");
	assert_folds("/x123456y12345z1234567", "/x{n}y12345z{n}");
	assert_folds("/search?q=1234567", "/search");
	assert_folds("/s;jsessionid=A1B2C3D4", "/s;jsessionid={n}");
}

static void words_stay(void **state)
{
	(void)state;
	assert_folds("/facade/decade/defaced", "/facade/decade/defaced");
	assert_folds("/blog/2024-05-17/", "/blog/2024-05-17/");
	assert_folds("/wp-includes/js/jquery", "/wp-includes/js/jquery");
	assert_folds("/caf%C3%A9/\xc3\xa9t\xc3\xa9", "/caf%C3%A9/\xc3\xa9t\xc3\xa9");
	assert_folds("", "");
	assert_folds("?", "");
	assert_folds("*", "*");
}

static void what_is_long_is_cut_between_characters(void **state)
{
	char buf[PATH_FOLDED_MAX], path[4096];
	uint64_t seed = 1;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		size_t n = 0;
		while (n < sizeof path - 8) {
			static const char *const pieces[] = {"/", "1234567", "\xc3\xa9",
				"\xf0\x9f\x90\x91", "ab", "-", "a1b2c3"};
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			const char *piece = pieces[(seed >> 33) % ARRAY_LEN(pieces)];
			memcpy(path + n, piece, strlen(piece));
			n += strlen(piece);
		}
		struct str folded = path_fold((struct str){path, n}, buf);
		assert_true(folded.n <= PATH_FOLDED_MAX && folded.n >= PATH_FOLDED_MAX - 4);
		assert_true(text_is_clean(folded));
	}
}

static void queries_are_apart(void **state)
{
	(void)state;
	assert_str(path_query(str_of("/a?b?c")), "b?c");
	assert_str(path_bare(str_of("/a?b?c")), "/a");
	assert_null(path_query(str_of("/a")).p);
	assert_true(path_query(str_of("/a?")).p && path_query(str_of("/a?")).n == 0);
	assert_int_equal(path_bare(STR_ABSENT).n, 0);
}

static void assets_by_extension(void **state)
{
	static const char *const yes[] = {"/a.css", "/a.CSS?v=1", "/x/y.min.js", "/f.woff2", "/.js",
		"/i.jpeg", "/a.b.PNG", "/v.mp4"};
	static const char *const no[] = {"/", "", "css", ".css/", "/a.php", "/a.json", "/a.cssx",
		"/a.css/b", "/a?x=.css", "/acss", "/a.", "/a.woff22", "/a.c-s", "/feed.xml",
		"/robots.txt"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(yes); i++)
		assert_true(path_is_asset(str_of(yes[i])));
	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		assert_false(path_is_asset(str_of(no[i])));
	assert_false(path_is_asset(STR_ABSENT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identifiers_are_folded),
		cmocka_unit_test(words_stay),
		cmocka_unit_test(what_is_long_is_cut_between_characters),
		cmocka_unit_test(queries_are_apart),
		cmocka_unit_test(assets_by_extension),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
