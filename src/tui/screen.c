// SPDX-License-Identifier: MIT
#define NCURSES_NOMACROS
#include "tui/screen.h"

#include "tui/background.h"
#include "tui/decode.h"
#include "tui/outlet.h"
#include "tui/rescue.h"
#include "tui/screen_parts.h"
#include "tui/terminal.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#define ESC_DELAY_MS  25 /* a lone Esc is a key; an arrow's bytes arrive together */
#define CODES_AT_ONCE 4096

#define CLOSE_PATIENCE (300 * USEC_PER_MSEC) /* for a terminal that takes nothing */

/* Codes for sequences that curses has none for, behind its own. */
enum {
	KEY_OF_PASTE = KEY_MAX + 1,
	KEY_OF_PASTE_END,
	KEY_OF_MOUSE,
	KEY_OF_REPLY,
	KEY_OF_STRING_END
};

/* https://invisible-island.net/xterm/ctlseqs/ctlseqs.html: bracketed paste, the mouse with
 * coordinates as decimal numbers (X10's end at column 223), and the colour of the background.
 * https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036: a frame that is shown
 * whole. https://terminal-wg.pages.freedesktop.org/bidi: text stays where it is put; else a path in
 * Arabic could move what stands beside it. */
#define PASTE_ON       "\033[?2004h"
#define PASTE_OFF      "\033[?2004l"
#define MOUSE_ON       "\033[?1000h\033[?1006h"
#define MOUSE_OFF      "\033[?1006l\033[?1000l"
#define FRAME_BEGIN    "\033[?2026h"
#define FRAME_END      "\033[?2026l"
#define BIDI_OFF       "\033[8l"
#define BIDI_ON        "\033[8h"
#define ASK_BACKGROUND "\033]11;?\a"

#define REPLY_PATIENCE (150 * USEC_PER_MSEC) /* for an answer that a shell would get else */

static struct {
	SCREEN *curses;
	WINDOW *keys; /* a pad: reading keys from it refreshes nothing */
	FILE *in;     /* NULL: stdin */
	struct outlet outlet;
	struct termios saved;
	char notice[TERMINAL_NOTICE_MAX];
	bool mouse;
	bool kernel;  /* Linux's own console, which knows less than others */
	bool light;   /* the terminal's background, as far as it is known */
	usec_t asked; /* for it, by CLOCK_MONOTONIC; 0: never */
	bool colour;
	struct decode decode;
	uint64_t sent; /* bytes of the last frame */
} tty;

static enum theme_choice chosen; /* stays when the terminal is given back */

static volatile sig_atomic_t stop_asked, was_stopped;

static void note_stop(int signal)
{
	*(signal == SIGCONT ? &was_stopped : &stop_asked) = 1;
}

static void send_modes(void)
{
	outlet_put(&tty.outlet, PASTE_ON);
	if (!tty.kernel)
		outlet_put(&tty.outlet, BIDI_OFF);
	if (tty.mouse)
		outlet_put(&tty.outlet, MOUSE_ON);
}

/* Of a terminal whose terminfo does not know them, either. */
static void define_sequences(void)
{
	define_key("\033[200~", KEY_OF_PASTE);
	define_key("\033[201~", KEY_OF_PASTE_END);
	define_key("\033[<", KEY_OF_MOUSE);
	define_key("\033]", KEY_OF_REPLY);
	define_key("\033\\", KEY_OF_STRING_END);
}

/* https://no-color.org: what the operator chooses stands above the environment. */
static enum theme theme_now(void)
{
	const char *no_color = getenv("NO_COLOR");
	bool rich = COLORS >= 256,
	     light = chosen == THEME_AUTO ? tty.light : chosen == THEME_OF_LIGHT;

	if (!tty.colour || chosen == THEME_OF_MONO ||
		(chosen == THEME_AUTO && no_color && *no_color))
		return THEME_MONO;
	return light ? rich ? THEME_LIGHT : THEME_LIGHT_16 : rich ? THEME_DARK : THEME_DARK_16;
}

static void choose_looks(void)
{
	screen_choose_looks(theme_now(), tty.colour);
}

/* Most terminals answer at once, some never, and that is dark. Whatever comes is an input like
 * others, so nobody waits. Linux's own console has another meaning for what begins with "ESC ]"
 * (console_codes(4)), and is dark. */
static void ask_background(void)
{
	if (tty.kernel || !tty.colour)
		return;
	tty.asked = clock_usec(CLOCK_MONOTONIC);
	tty.decode.awaits = true;
	outlet_put(&tty.outlet, ASK_BACKGROUND);
}

static void take_reply(struct str reply)
{
	if (background_of_reply(reply, &tty.light))
		choose_looks();
}

void screen_theme(enum theme_choice choice)
{
	chosen = choice;
	if (!tty.curses)
		return;
	if (chosen == THEME_AUTO && !tty.asked)
		ask_background();
	choose_looks();
}

/* Curses sees a file and no terminal, so what cbreak(), noecho() and nonl() change is changed here;
 * and Ctrl-S is a key that does not stop the output. */
static void take_settings(void)
{
	struct termios t = tty.saved;

	t.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHONL);
	t.c_lflag |= ISIG;
	t.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | IXON);
	t.c_oflag &= ~(tcflag_t)ONLCR;
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	tcsetattr(tty.outlet.tty, TCSANOW, &t);
}

static char last_bytes[RESCUE_BYTES_MAX];

static int collect(int c)
{
	size_t n = strlen(last_bytes);

	if (n + 1 < sizeof last_bytes)
		last_bytes[n] = (char)c;
	return c;
}

/* What gives the terminal back: out of whatever sequence has begun (CAN), modes, colours, cursor,
 * keypad, its own screen. */
static void arm_rescue(void)
{
	static const char *const names[] = {"sgr0", "cnorm", "rmkx", "rmcup"};

	memset(last_bytes, 0, sizeof last_bytes);
	snprintf(last_bytes, sizeof last_bytes, "\030" MOUSE_OFF PASTE_OFF "%s",
		tty.kernel ? "" : BIDI_ON FRAME_END);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *text = tigetstr(names[i]);
		if (text && text != (const char *)-1)
			tputs(text, 1, collect);
	}
	rescue_arm(tty.outlet.tty, &tty.saved, last_bytes);
}

static void watch_stops(void)
{
	struct sigaction note = {.sa_handler = note_stop, .sa_flags = SA_RESTART}, old;

	sigaction(SIGCONT, &note, NULL);
	/* Curses has its own handler by now, unless whoever started us wants no stops. */
	if (sigaction(SIGTSTP, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
		sigaction(SIGTSTP, &note, NULL);
}

/* Of newterm, as far as it has come: screen_close gives it back. */
static int open_curses(const char *name)
{
	/* A log may come from stdin; keys then come from the terminal itself. */
	if (!isatty(STDIN_FILENO) && !(tty.in = fopen("/dev/tty", "re")))
		return -errno;
	tcgetattr(tty.outlet.tty, &tty.saved);
	tty.curses = newterm(name, tty.outlet.file, tty.in ? tty.in : stdin);
	tty.keys = tty.curses ? newpad(1, 1) : NULL;
	return tty.keys ? 0 : -ENOTTY;
}

static int take_terminal(char reason[static 256])
{
	const char *name = terminal_choose(tty.notice, reason);

	if (!name)
		return -ENOTTY;
	int err = outlet_open(&tty.outlet);
	if (err) {
		snprintf(reason, 256, "the terminal cannot be opened: %s", strerror(-err));
		return err;
	}
	setlocale(LC_CTYPE, "");
	tty.kernel = strncmp(name, "linux", 5) == 0;
	screen_choose_signs(strcmp(nl_langinfo(CODESET), "UTF-8") == 0, tty.kernel);
	err = open_curses(name);
	if (err == -ENOTTY)
		snprintf(reason, 256, "curses cannot use this terminal");
	else if (err)
		snprintf(reason, 256, "no terminal to read keys from (/dev/tty: %s)",
			strerror(-err));
	return err;
}

int screen_open(char reason[static 256])
{
	int err = take_terminal(reason);

	if (err) {
		screen_close();
		return err;
	}
	take_settings();
	noecho(); /* curses' own idea of it */
	nonl();
	set_escdelay(ESC_DELAY_MS);
	typeahead(-1);       /* a frame is whole */
	idlok(stdscr, TRUE); /* a log that grows is scrolled: a quarter of the bytes */
	keypad(tty.keys, TRUE);
	nodelay(tty.keys, TRUE);
	define_sequences();
	tty.colour = has_colors() && start_color() == OK;
	background_of_environment(getenv("COLORFGBG"), &tty.light);
	screen_theme(chosen);
	screen_fit(false);
	arm_rescue();
	watch_stops();
	send_modes();
	screen_drain();
	return 0;
}

/* Whoever has the terminal next would read an answer that is still on its way. */
static void await_reply(void)
{
	usec_t end = tty.asked + REPLY_PATIENCE, now;
	struct pollfd p = {.fd = screen_fd(), .events = POLLIN};
	struct input in;

	while (tty.keys && tty.decode.awaits && (now = clock_usec(CLOCK_MONOTONIC)) < end &&
		poll(&p, 1, (int)((end - now) / USEC_PER_MSEC) + 1) > 0 && p.revents == POLLIN)
		screen_input(&in);
}

/* The terminal gets its own screen and settings back, if it takes anything at all. */
static void give_back(void)
{
	await_reply();
	bool mouse = tty.mouse;

	screen_mouse(false);
	tty.mouse = mouse;
	outlet_put(&tty.outlet, PASTE_OFF);
	if (!tty.kernel)
		outlet_put(&tty.outlet, BIDI_ON);
	endwin();
	outlet_drain_for(&tty.outlet, CLOSE_PATIENCE);
	tcsetattr(tty.outlet.tty, TCSANOW, &tty.saved);
}

void screen_close(void)
{
	if (tty.curses) {
		give_back();
		if (tty.keys)
			delwin(tty.keys);
		rescue_disarm();
		delscreen(tty.curses);
	}
	if (tty.in)
		fclose(tty.in);
	outlet_close(&tty.outlet);
	memset(&tty, 0, sizeof tty);
}

/* Ctrl-Z. The shell had the terminal meanwhile, and switches modes off for the programs that it
 * runs. */
static void stop(void)
{
	struct sigaction fall = {.sa_handler = SIG_DFL}, note;

	stop_asked = 0;
	give_back();
	sigaction(SIGTSTP, &fall, &note);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &note, NULL);
	was_stopped = 1;
}

static void go_on(void)
{
	was_stopped = 0;
	take_settings();
	keypad(tty.keys, TRUE);
	send_modes();
}

bool screen_continues(void)
{
	if (stop_asked)
		stop();
	if (!was_stopped)
		return false;
	go_on();
	return true;
}

const char *screen_notice(void)
{
	return tty.notice;
}

int screen_fd(void)
{
	return tty.in ? fileno(tty.in) : STDIN_FILENO;
}

int screen_out_fd(void)
{
	return tty.outlet.tty;
}

bool screen_waits(void)
{
	return tty.outlet.waits;
}

void screen_drain(void)
{
	outlet_drain(&tty.outlet);
}

void screen_raw(const char *sequence)
{
	outlet_put(&tty.outlet, sequence);
	outlet_drain(&tty.outlet);
}

bool screen_is_gone(void)
{
	struct pollfd p = {.fd = screen_fd(), .events = POLLIN};

	return poll(&p, 1, 0) > 0 && p.revents & (POLLHUP | POLLERR | POLLNVAL);
}

void screen_fit(bool repaint)
{
	struct winsize size;

	/* A line without a size (a serial console) says 0: terminfo's stays. */
	if (ioctl(tty.outlet.tty, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	if (repaint)
		clearok(curscr, TRUE);
}

/* Keys that have a code of ours; Enter and Backspace come in several ways. */
static const struct {
	uint32_t code;
	int curses;
} curses_keys[] = {
	{CODE_UP, KEY_UP},
	{CODE_DOWN, KEY_DOWN},
	{CODE_LEFT, KEY_LEFT},
	{CODE_RIGHT, KEY_RIGHT},
	{CODE_HOME, KEY_HOME},
	{CODE_END, KEY_END},
	{CODE_PAGE_UP, KEY_PPAGE},
	{CODE_PAGE_DOWN, KEY_NPAGE},
	{CODE_INSERT, KEY_IC},
	{CODE_DELETE, KEY_DC},
	{CODE_BACKSPACE, KEY_BACKSPACE},
	{CODE_BACK_TAB, KEY_BTAB},
	{CODE_ENTER, KEY_ENTER},
	{CODE_RESIZE, KEY_RESIZE},
	{CODE_PASTE_BEGIN, KEY_OF_PASTE},
	{CODE_PASTE_END, KEY_OF_PASTE_END},
	{CODE_MOUSE, KEY_OF_MOUSE},
	{CODE_REPLY, KEY_OF_REPLY},
	{CODE_STRING_END, KEY_OF_STRING_END},
};

static uint32_t code_of_key(int key)
{
	for (size_t i = 0; i < ARRAY_LEN(curses_keys); i++)
		if (curses_keys[i].curses == key)
			return curses_keys[i].code;
	return key >= KEY_F(1) && key <= KEY_F(12) ? CODE_F1 + (uint32_t)(key - KEY_F(1))
						   : CODE_NONE;
}

/* Within a paste or an answer these are text. */
static uint32_t code_of_character(wint_t ch)
{
	if (tty.decode.state != DECODE_KEYS)
		return ch;
	return ch == '\n' ? CODE_ENTER : ch == '\b' || ch == 127 ? CODE_BACKSPACE : ch;
}

bool screen_input(struct input *ret_input)
{
	for (int i = 0; i < CODES_AT_ONCE; i++) {
		wint_t key;
		int r = wget_wch(tty.keys, &key);
		if (r != OK && r != KEY_CODE_YES)
			return false;
		uint32_t code = r == OK ? code_of_character(key) : code_of_key((int)key);
		if (!decode_code(&tty.decode, code, ret_input))
			continue;
		if (ret_input->kind == INPUT_REPLY) {
			take_reply(ret_input->paste);
			*ret_input = (struct input){.kind = INPUT_NONE};
		}
		return true;
	}
	return false;
}

void screen_mouse(bool on)
{
	if (on != tty.mouse)
		screen_raw(on ? MOUSE_ON : MOUSE_OFF);
	tty.mouse = on;
}

struct area screen_area(void)
{
	return (struct area){0, 0, getmaxy(stdscr), getmaxx(stdscr)};
}

uint64_t screen_sent(void)
{
	return tty.sent;
}

struct area screen_begin(void)
{
	werase(stdscr);
	curs_set(0);
	return screen_area();
}

void screen_end(void)
{
	off_t before = outlet_mark(&tty.outlet);

	wnoutrefresh(stdscr);
	if (!tty.kernel)
		outlet_put(&tty.outlet, FRAME_BEGIN);
	off_t begun = outlet_mark(&tty.outlet);
	doupdate();
	if (outlet_mark(&tty.outlet) == begun)
		outlet_undo(&tty.outlet, before);
	else if (!tty.kernel)
		outlet_put(&tty.outlet, FRAME_END);
	tty.sent = (uint64_t)(outlet_mark(&tty.outlet) - before);
	screen_drain();
}

void screen_cursor(int y, int x)
{
	curs_set(1);
	wmove(stdscr, y, x);
}
