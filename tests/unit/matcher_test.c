// SPDX-License-Identifier: MIT
#include "unit.h"

#include "base/text.h"
#include "detect/matcher.h"

#include <errno.h>

static uint64_t seed = 5;

static uint32_t step(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33);
}

static size_t draw(char *buf, size_t most, uint32_t letters)
{
	size_t n = step() % (most + 1);

	for (size_t i = 0; i < n; i++)
		buf[i] = (char)((step() % 8 ? 'a' : 'A') + (int)(step() % letters));
	return n;
}

/* Few letters, so that patterns begin, end and lie in each other. */
static void agrees_with_searching(void **state)
{
	enum {
		PATTERNS = 20
	};
	static char texts[PATTERNS][8], text[64];
	struct matcher_pattern patterns[PATTERNS];

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct matcher m;
		uint32_t n = 1 + step() % PATTERNS, letters = 1 + step() % 4;
		for (uint32_t i = 0; i < n; i++)
			patterns[i] = (struct matcher_pattern){
				{texts[i], draw(texts[i], sizeof texts[i], letters)}, (uint16_t)i,
				1u << i};
		assert_int_equal(matcher_init(&m, patterns, n), 0);
		for (int k = 0; k < 20; k++) {
			struct str s = {text, draw(text, sizeof text, letters + 1)};
			struct matcher_found want = {.id = MATCHER_NO_ID}, got = matcher_run(&m, s);
			for (uint32_t i = n; i-- > 0;) {
				if (!patterns[i].text.n || !text_contains(s, patterns[i].text))
					continue;
				want.bits |= 1u << i;
				want.id = (uint16_t)i;
			}
			assert_int_equal(got.bits, want.bits);
			assert_int_equal(got.id, want.id);
		}
		matcher_done(&m);
	}
}

static void any_bytes(void **state)
{
	static char all[256];
	struct matcher m;

	(void)state;
	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	const struct matcher_pattern whole = {{all, sizeof all}, 3, 8}, nul = {{"\0b", 2}, 1, 2};
	assert_int_equal(matcher_init(&m, (const struct matcher_pattern[]){whole, nul}, 2), 0);
	assert_int_equal(matcher_run(&m, (struct str){all, sizeof all}).bits, 8);
	assert_int_equal(matcher_run(&m, (struct str){"a\0B", 3}).id, 1);
	assert_int_equal(matcher_run(&m, (struct str){all, 255}).id, MATCHER_NO_ID);
	matcher_done(&m);
}

static void none_and_too_many(void **state)
{
	static char long_text[MATCHER_STATES_MAX];
	struct matcher m;

	(void)state;
	assert_int_equal(matcher_init(&m, NULL, 0), 0);
	assert_int_equal(matcher_run(&m, STR_LIT("anything")).id, MATCHER_NO_ID);
	matcher_done(&m);
	struct matcher_pattern p = {{long_text, sizeof long_text}, 0, 1};
	assert_int_equal(matcher_init(&m, &p, 1), -E2BIG);
	p.text.n--;
	assert_int_equal(matcher_init(&m, &p, 1), 0);
	assert_int_equal(matcher_run(&m, p.text).bits, 1);
	matcher_done(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_searching),
		cmocka_unit_test(any_bytes),
		cmocka_unit_test(none_and_too_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
