// SPDX-License-Identifier: MIT
#include "unit.h"

#include "tui/decode.h"

static struct decode d;

/* Feeds all codes of a text; true when an input came, which must be with the last one. */
static bool feed(const char *text, struct input *in)
{
	bool done = false;

	for (; *text; text++) {
		assert_false(done);
		done = decode_code(&d, (unsigned char)*text, in);
	}
	return done;
}

static void keys_come_as_they_are(void **state)
{
	struct input in;

	(void)state;
	assert_true(decode_code(&d, 'x', &in));
	assert_int_equal(in.kind, INPUT_KEY);
	assert_int_equal(in.code, 'x');
	assert_true(decode_code(&d, CODE_PAGE_UP, &in));
	assert_int_equal(in.code, CODE_PAGE_UP);
	assert_true(decode_code(&d, CODE_RESIZE, &in));
	assert_int_equal(in.kind, INPUT_RESIZE);
	assert_false(decode_code(&d, CODE_PASTE_END, &in));
}

static void a_paste_is_one_input(void **state)
{
	struct input in = {0};

	(void)state;
	assert_false(decode_code(&d, CODE_PASTE_BEGIN, &in));
	assert_false(feed("curl -q\r", &in));
	assert_false(decode_code(&d, CODE_UP, &in));
	assert_false(decode_code(&d, 0xe9, &in));
	assert_true(decode_code(&d, CODE_PASTE_END, &in));
	assert_int_equal(in.kind, INPUT_PASTE);
	assert_int_equal(in.paste.n, 10);
	assert_memory_equal(in.paste.p, "curl -q\r\xc3\xa9", 10);
	/* Its end in pieces; something like an end in between. */
	assert_false(decode_code(&d, CODE_PASTE_BEGIN, &in));
	assert_true(feed("a\033[20b\033\033[201~", &in));
	assert_int_equal(in.paste.n, 7);
	assert_true(decode_code(&d, 'q', &in));
	assert_int_equal(in.kind, INPUT_KEY);
}

static void a_paste_is_bounded(void **state)
{
	struct input in = {0};

	(void)state;
	assert_false(decode_code(&d, CODE_PASTE_BEGIN, &in));
	for (int i = 0; i < 3 * PASTE_MAX; i++)
		assert_false(decode_code(&d, 'x', &in));
	assert_true(feed("\033[201~", &in));
	assert_int_equal(in.paste.n, PASTE_MAX);
}

static bool mouse(const char *text, struct input *in)
{
	assert_false(decode_code(&d, CODE_MOUSE, in));
	return feed(text, in);
}

static void reads_the_mouse(void **state)
{
	struct input in = {0};

	(void)state;
	assert_true(mouse("0;10;5M", &in));
	assert_int_equal(in.kind, INPUT_MOUSE);
	assert_int_equal(in.mouse.x, 9);
	assert_int_equal(in.mouse.y, 4);
	assert_int_equal(in.mouse.button, MOUSE_LEFT);
	assert_false(in.mouse.released);
	assert_true(mouse("2;300;1m", &in));
	assert_int_equal(in.mouse.x, 299);
	assert_int_equal(in.mouse.button, MOUSE_RIGHT);
	assert_true(in.mouse.released);
	assert_true(mouse("65;1;1M", &in));
	assert_int_equal(in.mouse.button, MOUSE_WHEEL_DOWN);
	assert_true(mouse("52;1;1M", &in)); /* 32 + 16 + 4 */
	assert_true(in.mouse.dragged);
	assert_int_equal(in.mouse.modifiers, MOUSE_CTRL | MOUSE_SHIFT);
}

static void drops_what_is_no_mouse(void **state)
{
	static const char *const bad[] = {"0;10M", "0;0;5M", ";;M", "0;1;1;1M", "M",
		"99999999999;1;1M", "111111111111111111111111111111111M"};
	struct input in = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(mouse(bad[i], &in));
	assert_false(decode_code(&d, CODE_MOUSE, &in));
	assert_false(decode_code(&d, 'x', &in));
	assert_true(decode_code(&d, 'y', &in));
	assert_int_equal(in.code, 'y');
}

static bool reply(const char *text, struct input *in)
{
	assert_false(decode_code(&d, CODE_REPLY, in));
	return feed(text, in);
}

static void an_answer_is_no_key(void **state)
{
	struct input in = {0};

	(void)state;
	assert_true(reply("11;rgb:1e1e/1e1e/1e1e\a", &in));
	assert_int_equal(in.kind, INPUT_REPLY);
	assert_str(in.paste, "11;rgb:1e1e/1e1e/1e1e");
	assert_true(reply("11;rgb:0/0/0\033\\", &in));
	assert_str(in.paste, "11;rgb:0/0/0");
	assert_false(reply("11;", &in));
	assert_true(decode_code(&d, CODE_STRING_END, &in));
	assert_str(in.paste, "11;");
	/* Of nothing. */
	assert_false(decode_code(&d, CODE_STRING_END, &in));
}

/* Its Esc came alone, and was given as a key. */
static void an_answer_in_pieces_is_no_key(void **state)
{
	struct input in = {0};

	(void)state;
	d.awaits = true;
	assert_true(decode_code(&d, CODE_ESC, &in));
	assert_int_equal(in.kind, INPUT_KEY);
	assert_true(feed("]11;rgb:f/f/f\a", &in));
	assert_int_equal(in.kind, INPUT_REPLY);
	/* It has come: these are keys. */
	assert_true(decode_code(&d, CODE_ESC, &in));
	assert_true(decode_code(&d, ']', &in));
	assert_int_equal(in.code, ']');
}

static void what_is_no_answer_is_keys(void **state)
{
	struct input in = {0};

	(void)state;
	assert_true(reply("q", &in)); /* Alt-], then q */
	assert_int_equal(in.code, 'q');
	assert_false(reply("1", &in));
	assert_true(decode_code(&d, CODE_UP, &in));
	assert_int_equal(in.code, CODE_UP);
	assert_false(reply("11;\033", &in));
	assert_true(decode_code(&d, 'j', &in));
	assert_int_equal(in.code, 'j');
	assert_false(reply("1", &in));
	for (int i = 1; i < REPLY_TEXT_MAX; i++)
		assert_false(decode_code(&d, 'x', &in));
	assert_true(decode_code(&d, 'y', &in));
	assert_int_equal(in.kind, INPUT_KEY);
	assert_int_equal(in.code, 'y');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_come_as_they_are),
		cmocka_unit_test(a_paste_is_one_input),
		cmocka_unit_test(a_paste_is_bounded),
		cmocka_unit_test(reads_the_mouse),
		cmocka_unit_test(drops_what_is_no_mouse),
		cmocka_unit_test(an_answer_is_no_key),
		cmocka_unit_test(an_answer_in_pieces_is_no_key),
		cmocka_unit_test(what_is_no_answer_is_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
