// SPDX-License-Identifier: MIT
#include "unit.h"

#include "base/file.h"
#include "tui/clipboard.h"

#include <unistd.h>

static void assert_sequence(enum clipboard_way way, struct str text, const char *want)
{
	char *sequence = clipboard_sequence(way, text);

	assert_non_null(sequence);
	assert_string_equal(sequence, want);
	free(sequence);
}

/* The examples of RFC 4648, section 10. */
static void plain_is_osc_52(void **state)
{
	(void)state;
	assert_sequence(CLIPBOARD_PLAIN, STR_LIT(""), "\033]52;c;\a");
	assert_sequence(CLIPBOARD_PLAIN, STR_LIT("f"), "\033]52;c;Zg==\a");
	assert_sequence(CLIPBOARD_PLAIN, STR_LIT("fo"), "\033]52;c;Zm8=\a");
	assert_sequence(CLIPBOARD_PLAIN, STR_LIT("foo"), "\033]52;c;Zm9v\a");
	assert_sequence(CLIPBOARD_PLAIN, STR_LIT("foobar"), "\033]52;c;Zm9vYmFy\a");
	assert_sequence(CLIPBOARD_PLAIN, STR_LIT("\xff\xfe\xfd\x00"), "\033]52;c;//79AA==\a");
}

static void tmux_gets_it_for_itself_and_for_its_terminal(void **state)
{
	(void)state;
	assert_sequence(CLIPBOARD_TMUX, STR_LIT("foo"),
		"\033]52;c;Zm9v\a\033Ptmux;\033\033]52;c;Zm9v\a\033\\");
}

/* What screen hands on is what was meant, and no piece is longer than it takes. */
static void screen_gets_it_in_pieces(void **state)
{
	char text[5000];

	(void)state;
	assert_sequence(CLIPBOARD_SCREEN, STR_LIT("foo"), "\033P\033]52;c;Zm9v\a\033\\");
	memset(text, 'x', sizeof text);
	for (size_t n = 500; n < sizeof text; n += 37) {
		struct str s = {text, n};
		char *whole = clipboard_sequence(CLIPBOARD_PLAIN, s);
		char *pieces = clipboard_sequence(CLIPBOARD_SCREEN, s);
		assert_non_null(whole);
		assert_non_null(pieces);
		char *at = pieces, *out = pieces;
		while (*at) {
			assert_memory_equal(at, "\033P", 2);
			const char *end = strstr(at, "\033\\");
			assert_non_null(end);
			size_t some = (size_t)(end - at) - 2;
			assert_in_range(some, 1, 767);
			memmove(out, at + 2, some);
			out += some;
			at += some + 4;
		}
		*out = '\0';
		assert_string_equal(pieces, whole);
		free(whole);
		free(pieces);
	}
}

static void what_is_too_long_is_not_sent(void **state)
{
	static char text[CLIPBOARD_SENT_MAX + 1];

	(void)state;
	for (enum clipboard_way way = CLIPBOARD_PLAIN; way < CLIPBOARD_NONE; way++) {
		char *sequence = clipboard_sequence(way, (struct str){text, CLIPBOARD_SENT_MAX});
		assert_non_null(sequence);
		assert_true(strlen(sequence) >= 99992);
		free(sequence);
		assert_null(clipboard_sequence(way, (struct str){text, sizeof text}));
	}
	assert_null(clipboard_sequence(CLIPBOARD_NONE, STR_LIT("x")));
}

static void the_way_is_read_from_the_environment(void **state)
{
	(void)state;
	unsetenv("TMUX");
	unsetenv("STY");
	setenv("TERM", "xterm-256color", 1);
	assert_int_equal(clipboard_way(), CLIPBOARD_PLAIN);
	setenv("TERM", "screen.xterm-256color", 1);
	assert_int_equal(clipboard_way(), CLIPBOARD_SCREEN);
	setenv("TMUX", "/tmp/tmux-0/default,1,0", 1);
	assert_int_equal(clipboard_way(), CLIPBOARD_TMUX);
	unsetenv("TMUX");
	setenv("TERM", "xterm", 1);
	setenv("STY", "1.pts-0.host", 1);
	assert_int_equal(clipboard_way(), CLIPBOARD_SCREEN);
	setenv("TERM", "linux", 1);
	assert_int_equal(clipboard_way(), CLIPBOARD_NONE);
	unsetenv("TERM");
	unsetenv("STY");
	assert_int_equal(clipboard_way(), CLIPBOARD_PLAIN);
}

/* On Linux's own console nothing is sent, so that no terminal is needed here. */
static void it_is_kept_in_a_file_and_said(void **state)
{
	char dir[] = "/tmp/ng.clipboard.XXXXXX", path[128], want[256];
	char said[CLIPBOARD_SAID_MAX];
	char *text;
	size_t n;

	(void)state;
	assert_non_null(mkdtemp(dir));
	setenv("TERM", "linux", 1);
	setenv("HOME", dir, 1);
	unsetenv("XDG_CACHE_HOME");
	clipboard_copy(STR_LIT("203.0.113.0/24"), said);
	assert_string_equal(said, "copied 203.0.113.0/24 (~/.cache/nethergaze/copied)");
	setenv("XDG_CACHE_HOME", dir, 1);
	clipboard_copy(STR_LIT("one\ntwo\n"), said);
	snprintf(want, sizeof want, "copied 2 lines (%s/nethergaze/copied)", dir);
	assert_string_equal(said, want);
	snprintf(path, sizeof path, "%s/nethergaze/copied", dir);
	assert_int_equal(file_read(path, 64, &text, &n), 0);
	assert_string_equal(text, "one\ntwo\n");
	free(text);
	unlink(path);
	snprintf(path, sizeof path, "%s/nethergaze", dir);
	rmdir(path);
	/* A file stands where the directory would be. */
	setenv("XDG_CACHE_HOME", "/proc/self/status", 1);
	clipboard_copy(STR_LIT("x"), said);
	assert_string_equal(said, "not copied: x (no clipboard here; "
				  "/proc/self/status/nethergaze: Not a directory)");
	snprintf(path, sizeof path, "rm -r %s", dir);
	assert_int_equal(system(path), 0); // NOLINT(cert-env33-c)
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_is_osc_52),
		cmocka_unit_test(tmux_gets_it_for_itself_and_for_its_terminal),
		cmocka_unit_test(screen_gets_it_in_pieces),
		cmocka_unit_test(what_is_too_long_is_not_sent),
		cmocka_unit_test(the_way_is_read_from_the_environment),
		cmocka_unit_test(it_is_kept_in_a_file_and_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
