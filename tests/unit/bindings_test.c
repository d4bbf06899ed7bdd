// SPDX-License-Identifier: MIT
#include "unit.h"

#include "tui/bindings.h"

#include <errno.h>

static void every_key_has_a_name_that_is_read_back(void **state)
{
	struct bindings b;

	(void)state;
	bindings_reset(&b);
	for (size_t i = 0; i < b.n; i++) {
		char name[KEY_NAME_MAX];
		uint32_t code = 0;
		size_t n = key_name(b.at[i].code, name);
		assert_int_equal(n, strlen(name));
		assert_true(key_parse(str_of(name), &code));
		assert_int_equal(code, b.at[i].code);
	}
}

static void every_action_has_a_name_and_a_key(void **state)
{
	struct bindings b;
	char names[64];

	(void)state;
	bindings_reset(&b);
	for (int i = ACT_NONE + 1; i < ACTIONS; i++) {
		assert_non_null(actions[i].name);
		assert_non_null(actions[i].help);
		assert_int_equal(action_find(str_of(actions[i].name)), i);
		bindings_names(&b, (enum action)i, actions[i].where, 9, names, sizeof names);
		assert_string_not_equal(names, "");
	}
	assert_int_equal(action_find(STR_LIT("fly")), ACT_NONE);
	assert_int_equal(action_find(STR_LIT("")), ACT_NONE);
}

/* In one place a key does one thing. */
static void defaults_do_not_overlap(void **state)
{
	struct bindings b;

	(void)state;
	bindings_reset(&b);
	for (size_t i = 0; i < b.n; i++) {
		assert_int_equal(b.at[i].where & ~actions[b.at[i].action].where, 0);
		for (size_t j = 0; j < i; j++)
			assert_true(
				b.at[i].code != b.at[j].code || !(b.at[i].where & b.at[j].where));
	}
}

static void parses_keys(void **state)
{
	static const struct {
		const char *text;
		uint32_t code;
	} good[] = {{"x", 'x'}, {"X", 'X'}, {"^", '^'}, {"-", '-'}, {"space", ' '}, {"Space", ' '},
		{"ctrl-f", 6}, {"Ctrl-F", 6}, {"^F", 6}, {"^f", 6}, {"ctrl-i", CODE_TAB},
		{"ctrl-m", CODE_ENTER}, {"ctrl-j", CODE_ENTER}, {"ctrl-h", CODE_BACKSPACE},
		{"ctrl-[", CODE_ESC}, {"F1", CODE_F1}, {"f5", CODE_F1 + 4}, {"F12", CODE_F12},
		{"pgup", CODE_PAGE_UP}, {"page-down", CODE_PAGE_DOWN}, {"escape", CODE_ESC},
		{"shift-tab", CODE_BACK_TAB}, {"\xc3\xa9", 0xe9}, {"f", 'f'}};
	static const char *const bad[] = {"", "xy", "F0", "F01", "F13", "F1x", "ctrl-", "ctrl-1",
		"ctrl-\xc3\xa9", "hyper-x", "\x1b", "\xff", "spac"};
	uint32_t code;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		code = 0;
		assert_true(key_parse(str_of(good[i].text), &code));
		assert_int_equal(code, good[i].code);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		code = 77;
		assert_false(key_parse(str_of(bad[i]), &code));
		assert_int_equal(code, 77);
	}
}

static int set(struct bindings *b, enum action action, const char *keys, char *reason)
{
	strcpy(reason, "untouched");
	return bindings_set(b, action, str_of(keys), reason);
}

static void binds_other_keys(void **state)
{
	struct bindings b;
	char reason[BINDING_REASON_MAX], names[64];

	(void)state;
	bindings_reset(&b);
	assert_int_equal(set(&b, ACT_SORT, "  o F6 ", reason), 0);
	assert_int_equal(bindings_find(&b, 'o', IN_LISTS), ACT_SORT);
	assert_int_equal(bindings_find(&b, CODE_F1 + 5, IN_LISTS), ACT_SORT);
	assert_int_equal(bindings_find(&b, 's', IN_LISTS), ACT_NONE);
	assert_int_equal(bindings_find(&b, 'o', IN_DETAIL), ACT_NONE);
	bindings_names(&b, ACT_SORT, IN_LISTS, 9, names, sizeof names);
	assert_string_equal(names, "o F6");
	bindings_names(&b, ACT_SORT, IN_LISTS, 1, names, sizeof names);
	assert_string_equal(names, "o");
	/* Taken from another, but only where the action is known. */
	assert_int_equal(set(&b, ACT_SORT, "q", reason), 0);
	assert_int_equal(bindings_find(&b, 'q', IN_LISTS), ACT_SORT);
	assert_int_equal(bindings_find(&b, 'q', IN_DETAIL), ACT_BACK);
	assert_int_equal(set(&b, ACT_SORT, "none", reason), 0);
	assert_int_equal(bindings_find(&b, 'q', IN_LISTS), ACT_NONE);
	bindings_names(&b, ACT_SORT, IN_LISTS, 9, names, sizeof names);
	assert_string_equal(names, "");
	bindings_reset(&b);
	assert_int_equal(bindings_find(&b, 'q', IN_LISTS), ACT_QUIT);
}

static void refuses_what_cannot_be_bound(void **state)
{
	struct bindings b, before;
	char reason[BINDING_REASON_MAX];

	(void)state;
	bindings_reset(&b);
	before = b;
	assert_int_equal(set(&b, ACT_SORT, "x hyper-x", reason), -EINVAL);
	assert_non_null(strstr(reason, "hyper-x"));
	assert_int_equal(set(&b, ACT_SORT, " ", reason), -EINVAL);
	assert_int_equal(set(&b, ACT_SORT, "none x", reason), -EINVAL);
	assert_int_equal(set(&b, ACT_LEFT, "h", reason), -EINVAL); /* text there */
	assert_int_equal(set(&b, ACT_LEFT, "Space", reason), -EINVAL);
	assert_memory_equal(&b, &before, sizeof b);
	char many[BINDINGS_MAX * 4 + 1] = "";
	for (int i = 0; i <= BINDINGS_MAX; i++)
		snprintf(many + strlen(many), 4, "\xc4%c ", 0x80 + i % 60);
	assert_int_equal(set(&b, ACT_SORT, many, reason), 0); /* the same ones again and again */
	assert_int_equal(set(&b, ACT_LEFT, "ctrl-x", reason), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_has_a_name_that_is_read_back),
		cmocka_unit_test(every_action_has_a_name_and_a_key),
		cmocka_unit_test(defaults_do_not_overlap),
		cmocka_unit_test(parses_keys),
		cmocka_unit_test(binds_other_keys),
		cmocka_unit_test(refuses_what_cannot_be_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
