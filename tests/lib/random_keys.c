// SPDX-License-Identifier: MIT
/*
 * random_keys: runs a console on a pseudo-terminal and gives it random keys, clicks, pastes, pieces
 * of escape sequences and sizes, the same ones for the same seed.
 *
 *	random_keys COUNT SEED DIR COMMAND...
 *	random_keys --from INPUTS DIR COMMAND...
 *
 * Nothing here knows the console's views or keys: each episode has a few favourites of the whole
 * keyboard, which lead somewhere, and what else comes is tried there. A command that a key has
 * ended is started again.
 *
 * It fails (1) when the command crashes, complains on stderr, does not end when it is asked to,
 * leaves the terminal changed, or writes what only a log can have brought: a canary, a control
 * character, bytes that are no UTF-8. DIR/inputs has the inputs, one a line, of the run that
 * failed, in the form that --from plays; DIR/said its stderr; DIR/heard its last output.
 */
#include "pty.h"

#include <ctype.h>
#include <stdarg.h>

#define EPISODE     150 /* inputs */
#define PATIENCE    (20 * INT64_C(1000000))
#define LAST        65536
#define INPUT_MAX   512
#define COLUMNS_MAX 500
#define ROWS_MAX    200
#define FAVOURITES  3

/* What stands in logs and recordings too, and must come out of neither raw. What cannot be told
 * from the end of a character is left to hear_utf8. */
static const char *const canaries[] = {"\033[7777", "\033]7777", "\033P7777", "\033_7777",
	"\033^7777", "\033X7777", "\0077777", "\342\200\2567777", "\341\240\2167777"};
static const char *const controls[] = {
	"\2337777", "\302\2337777", "\0167777", "\1777777", "\r\n7777"};

#define CANARIES   (sizeof canaries / sizeof *canaries)
#define CANARY_MAX 16

struct ear {
	char tail[CANARY_MAX]; /* the end of what came before */
	size_t tail_n;
	char last[LAST]; /* a ring of what was heard last */
	size_t at;
	uint64_t heard;
	enum {
		GROUND,
		ESCAPE,
		CSI,
		STRING,
		STRING_ESCAPE,
		CHARSET
	} state;
	unsigned utf8_left, utf8_first;
	char csi[32];
	size_t csi_n;
	bool alternate, cursor_hidden, mouse, paste;
	const char *complaint;
};

static struct ear ear;
static struct pty pty;
static const char *dir;
static FILE *inputs;
static uint64_t seed, count_done;
static char **command;

/* Hearing. */

static void complain(const char *what)
{
	if (!ear.complaint)
		ear.complaint = what;
}

/* DECSET and DECRST: ESC [ ? n h. */
static void end_csi(char final)
{
	bool on = final == 'h';

	ear.csi[ear.csi_n] = '\0';
	if (ear.csi[0] != '?' || (final != 'h' && final != 'l'))
		return;
	for (char *at = ear.csi + 1; at; at = strchr(at, ';')) {
		at += *at == ';';
		switch (strtol(at, &at, 10)) {
		case 1049:
			ear.alternate = on;
			break;
		case 25:
			ear.cursor_hidden = !on;
			break;
		case 1000:
		case 1002:
		case 1003:
		case 1006:
			ear.mouse = on;
			break;
		case 2004:
			ear.paste = on;
			break;
		default:
			break;
		}
		if (!at || !*at)
			break;
	}
}

static void hear_utf8(unsigned char c)
{
	if (ear.utf8_left) {
		if (c >> 6 != 2 || (ear.utf8_first == 0xc2 && c < 0xa0))
			complain("a C1 control or a cut character");
		ear.utf8_left--;
		ear.utf8_first = 0;
	} else if (c >= 0xc2 && c < 0xf5) {
		ear.utf8_left = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
		ear.utf8_first = c;
	} else {
		complain("a byte that is no UTF-8");
	}
}

static void hear_ground(unsigned char c)
{
	if (c >= 0x80 || ear.utf8_left)
		hear_utf8(c);
	else if (c == '\033')
		ear.state = ESCAPE;
	else if (c == 0x7f || (c < ' ' && !strchr("\r\n\b\t\a\030", c)) || !c)
		complain("a control character");
}

static void hear_escape(unsigned char c)
{
	ear.csi_n = 0;
	ear.state = c == '['              ? CSI
		    : strchr("]P_^X", c)  ? STRING
		    : strchr("()*+#%", c) ? CHARSET
					  : GROUND;
	if (ear.state == GROUND && !strchr("=>78MDEHc\\", c))
		complain("an unknown escape sequence");
}

static void hear_byte(unsigned char c)
{
	switch (ear.state) {
	case GROUND:
		hear_ground(c);
		break;
	case ESCAPE:
		hear_escape(c);
		break;
	case CSI:
		if (c >= 0x40 && c < 0x7f) {
			end_csi((char)c);
			ear.state = GROUND;
		} else if (c < ' ' || c >= 0x7f) {
			complain("a broken control sequence");
			ear.state = GROUND;
		} else if (ear.csi_n + 1 < sizeof ear.csi) {
			ear.csi[ear.csi_n++] = (char)c;
		}
		break;
	case STRING:
		ear.state = c == '\033' ? STRING_ESCAPE : c == '\a' ? GROUND : STRING;
		break;
	case STRING_ESCAPE:
		ear.state = c == '\\' ? GROUND : STRING;
		break;
	case CHARSET:
		ear.state = GROUND;
	}
}

static void find_canaries(const char *bytes, size_t n)
{
	for (size_t i = 0; i < CANARIES; i++)
		if (memmem(bytes, n, canaries[i], strlen(canaries[i])))
			complain("a canary of the log");
}

/* One that lies across two pieces is found in the seam. */
static void hear(void *ctx, const char *bytes, size_t n)
{
	char seam[2 * CANARY_MAX];
	size_t head = n < CANARY_MAX ? n : CANARY_MAX;

	(void)ctx;
	memcpy(seam, ear.tail, ear.tail_n);
	memcpy(seam + ear.tail_n, bytes, head);
	find_canaries(seam, ear.tail_n + head);
	find_canaries(bytes, n);
	size_t have = ear.tail_n + head, keep = have < CANARY_MAX ? have : CANARY_MAX;
	memcpy(ear.tail, n >= CANARY_MAX ? bytes + n - keep : seam + have - keep, keep);
	ear.tail_n = keep;
	for (size_t i = 0; i < n; i++) {
		hear_byte((unsigned char)bytes[i]);
		ear.last[ear.at++ % LAST] = bytes[i];
	}
	ear.heard += n;
}

static void write_last(void)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/heard", dir);
	FILE *f = fopen(path, "w");
	size_t n = ear.at < LAST ? ear.at : LAST;
	for (size_t i = ear.at - n; f && i < ear.at; i++)
		putc(ear.last[i % LAST], f);
	if (f)
		fclose(f);
}

/* Failing. */

__attribute__((format(printf, 1, 2), noreturn)) static void fail(const char *format, ...)
{
	va_list ap;

	fflush(inputs);
	write_last();
	printf("seed %llu, after %llu inputs: ", (unsigned long long)seed,
		(unsigned long long)count_done);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	printf("\n");
	if (pty.pid)
		kill(pty.pid, SIGKILL);
	exit(1);
}

static bool said_anything(void)
{
	char path[4096], line[512];

	snprintf(path, sizeof path, "%s/said", dir);
	FILE *f = fopen(path, "r");
	bool any = false;
	while (f && fgets(line, sizeof line, f)) {
		any = true;
		printf("# %s", line);
	}
	if (f)
		fclose(f);
	return any;
}

static void check(void)
{
	if (ear.complaint)
		fail("the terminal was sent %s", ear.complaint);
}

/* It has ended: as it should have? */
static void check_end(void)
{
	check();
	if (said_anything())
		fail("it had something to say");
	if (!WIFEXITED(pty.status) || WEXITSTATUS(pty.status) != 0)
		fail("it ended with %s %d", WIFEXITED(pty.status) ? "status" : "signal",
			WIFEXITED(pty.status) ? WEXITSTATUS(pty.status) : WTERMSIG(pty.status));
	if (ear.alternate || ear.cursor_hidden || ear.mouse || ear.paste)
		fail("the terminal was left with%s%s%s%s", ear.alternate ? " its other screen" : "",
			ear.cursor_hidden ? " no cursor" : "", ear.mouse ? " a mouse" : "",
			ear.paste ? " marked pastes" : "");
	if (!pty_is_restored(&pty))
		fail("the terminal's settings were left changed");
}

/* Running. */

static void start(void)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/said", dir);
	unlink(path);
	snprintf(path, sizeof path, "%s/inputs", dir);
	inputs = freopen(path, "w", inputs);
	if (!inputs)
		pty_die(path);
	fprintf(inputs, "size %ux%u\n", pty.size.ws_col, pty.size.ws_row);
	memset(&ear, 0, sizeof ear);
	pty.heard = hear;
	snprintf(path, sizeof path, "%s/said", dir);
	pty_start(&pty, command, path);
	int64_t end = pty_now() + PATIENCE;
	while (!ear.alternate && pty_now() < end && !pty_has_ended(&pty))
		pty_listen(&pty, 10000);
	if (!ear.alternate)
		said_anything(), fail("it did not start");
}

static bool ended(void)
{
	check();
	if (!pty_has_ended(&pty))
		return false;
	check_end();
	pty_close(&pty);
	return true;
}

static void type(const char *bytes, size_t n)
{
	fputs("type", inputs);
	for (size_t i = 0; i < n; i++)
		fprintf(inputs, " %02x", (unsigned char)bytes[i]);
	putc('\n', inputs);
	if (!pty_type(&pty, bytes, n))
		fail("it takes no more keys");
}

static void resize(unsigned columns, unsigned rows)
{
	fprintf(inputs, "size %ux%u\n", columns, rows);
	pty_resize(&pty, columns, rows);
}

/* Out of whatever was begun: a paste, a sequence, a dialog, a view. */
static void quit(void)
{
	static const char *const ways[] = {"\033[201~", "\033", "q", "\033", "\033", "q"};
	int64_t end = pty_now() + PATIENCE;

	fflush(inputs);
	resize(120, 40);
	for (size_t i = 0; pty_now() < end; i++) {
		const char *way = ways[i % (sizeof ways / sizeof *ways)];
		if (!pty_type(&pty, way, strlen(way)))
			fail("it takes no more keys");
		for (int wait = 0; wait < 10; wait++) {
			if (ended())
				return;
			pty_listen(&pty, 6000); /* beyond an escape's 25 ms */
		}
	}
	fail("it does not end on q");
}

/* Inputs. */

static uint64_t state;

static unsigned draw(unsigned below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state >> 11) % below);
}

#define pick(list) ((list)[draw(sizeof(list) / sizeof *(list))])

static const char *const named[] = {"\033[A", "\033[B", "\033[C", "\033[D", "\033OA", "\033OB",
	"\033OC", "\033OD", "\033[H", "\033[F", "\033OH", "\033OF", "\033[1~", "\033[2~", "\033[3~",
	"\033[4~", "\033[5~", "\033[6~", "\033[Z", "\t", "\r", "\r", "\r", "\177", "\177", "\033",
	"\033", "\033OP", "\033OQ", "\033OR", "\033OS", "\033[15~", "\033[17~", "\033[18~",
	"\033[19~", "\033[20~", "\033[21~", "\033[23~", "\033[24~", "\033[1;5A", "\033[1;2D",
	"\033x"};

static const char *const pieces[] = {"\033[", "\033[1;", "\033O", "\033[<0;", "\033[<0;10;",
	"\033]", "\033P", "\033[200", "\033[20", "\033[201~", "\033[200~",
	"\033]11;rgb:ffff/ffff/ffff\033\\", "\033]11;rgb:", "\033[?1;2c", "\033[?62;c", "\033[I",
	"\033[O", "\302", "\342\202", "\360\237\222", "\033[M !!", "\033[<"};

static const char *const words[] = {"status:5xx", "net:203.0.113.0/24", "203.0.113", "rate>60",
	"reqs>1 -ua~curl", "since:5m", "since:mark", "sort:", "flag:", "country:BR,VN", "path:/wp",
	"vhost:", "state:", "asn:64500", "03:10", "00:13:40", "-", "+", "as:", "(", "\"", "é漢字",
	"e\314\201", "👩‍💻", "x", "column", "theme", "quit", "half>3 conns>0"};

static const char *const sizes[] = {
	"80x24", "80x24", "120x40", "200x60", "100x30", "60x15", "190x50"};

struct input {
	char bytes[INPUT_MAX];
	size_t n;
};

static void put(struct input *in, const char *bytes, size_t n)
{
	if (n > INPUT_MAX - in->n)
		n = INPUT_MAX - in->n;
	memcpy(in->bytes + in->n, bytes, n);
	in->n += n;
}

static void put_text(struct input *in, const char *text)
{
	put(in, text, strlen(text));
}

/* Of the whole keyboard; rarely what ends the program. */
static char letter(void)
{
	char c = (char)(' ' + draw(95));

	return c == 'q' && draw(4) ? 'Q' : c;
}

/* Not Ctrl-C and Ctrl-\, which end it. */
static char control(void)
{
	char c = (char)(1 + draw(31));

	return c == 3 || c == 28 ? '\r' : c;
}

static void put_mouse(struct input *in)
{
	static const unsigned buttons[] = {
		0, 0, 0, 1, 2, 3, 32, 35, 64, 64, 65, 65, 66, 4, 16, 128, 255};
	char text[64];
	unsigned wild = draw(20) == 0;
	unsigned x = wild ? draw(100000) : 1 + draw(pty.size.ws_col),
		 y = wild ? draw(100000) : 1 + draw(pty.size.ws_row), button = pick(buttons);

	snprintf(text, sizeof text, "\033[<%u;%u;%uM", button, x, y);
	put_text(in, text);
	if (draw(3) == 0)
		return; /* held */
	snprintf(text, sizeof text, "\033[<%u;%u;%um", button, x, y);
	put_text(in, text);
}

static void put_paste(struct input *in)
{
	put_text(in, "\033[200~");
	for (unsigned i = draw(6); i; i--) {
		put_text(in, draw(2) ? pick(words) : draw(2) ? pick(canaries) : pick(controls));
		if (draw(3) == 0)
			put(in, (char[]){(char)(1 + draw(255))}, 1);
	}
	if (draw(10))
		put_text(in, "\033[201~");
}

static char favourites[FAVOURITES];

static void put_random(struct input *in)
{
	unsigned kind = draw(100);

	if (kind < 36)
		put(in, (char[]){letter()}, 1);
	else if (kind < 48)
		put(in, &favourites[draw(FAVOURITES)], 1);
	else if (kind < 72)
		put_text(in, pick(named));
	else if (kind < 76)
		put(in, (char[]){control()}, 1);
	else if (kind < 81)
		put_text(in, pick(words));
	else if (kind < 90)
		put_mouse(in);
	else if (kind < 94)
		put_paste(in);
	else if (kind < 98)
		put_text(in, pick(pieces));
	else
		put(in, (char[]){(char)(128 + draw(128))}, 1);
}

static void resize_somehow(void)
{
	unsigned columns = 1 + draw(COLUMNS_MAX), rows = 1 + draw(ROWS_MAX);

	if (draw(3))
		sscanf(pick(sizes), "%ux%u", &columns, &rows);
	else if (draw(3) == 0)
		columns = 1 + draw(20), rows = 1 + draw(6);
	resize(columns, rows);
}

/* Control bytes end it when a piece of Esc has made them keys again: they are not drawn. */
static void one_input(void)
{
	struct input in = {.n = 0};

	if (draw(25) == 0) {
		resize_somehow();
	} else {
		put_random(&in);
		for (size_t i = 0; i < in.n; i++)
			if (in.bytes[i] == 3 || in.bytes[i] == 28)
				in.bytes[i] = '\r';
		type(in.bytes, in.n);
	}
	/* Some come in a row, most are drawn before the next; a lone Esc is one after 25 ms. */
	pty_listen(&pty, draw(4) ? draw(3000) : draw(8) ? draw(6000) : 30000);
}

static void begin_episode(void)
{
	for (int i = 0; i < FAVOURITES; i++)
		favourites[i] = letter() == 'q' ? '?' : letter();
	for (int i = 0; i < FAVOURITES; i++)
		if (favourites[i] == 'q')
			favourites[i] = '?';
	if (draw(2))
		resize(120, 40);
	type("\033[201~\033", 7);
	pty_listen(&pty, 30000);
}

static void run(uint64_t count)
{
	state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	for (int i = 0; i < 16; i++)
		draw(2);
	start();
	for (count_done = 0; count_done < count; count_done++) {
		if (count_done % EPISODE == 0)
			begin_episode();
		one_input();
		if (ended())
			start();
	}
	quit();
}

/* What DIR/inputs had. */
static void play(const char *path)
{
	char line[INPUT_MAX * 3 + 16];
	FILE *f = fopen(path, "r");
	unsigned columns, rows;

	if (!f)
		pty_die(path);
	start();
	for (; fgets(line, sizeof line, f) && !ended(); count_done++) {
		struct input in = {.n = 0};
		if (sscanf(line, "size %ux%u", &columns, &rows) == 2)
			resize(columns, rows);
		for (char *at = line + 4; strncmp(line, "type", 4) == 0 && *at == ' '; at += 3)
			put(&in, (char[]){(char)strtol(at, NULL, 16)}, 1);
		if (in.n)
			type(in.bytes, in.n);
		pty_listen(&pty, 5000);
	}
	fclose(f);
	if (pty.pid)
		quit();
}

int main(int argc, char **argv)
{
	if (argc < 5)
		return 99;
	bool from = strcmp(argv[1], "--from") == 0;
	dir = argv[3];
	command = argv + 4;
	pty.size = (struct winsize){.ws_col = 120, .ws_row = 40};
	inputs = fopen("/dev/null", "w");
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (from) {
		play(argv[2]);
		printf("%llu inputs played\n", (unsigned long long)count_done);
		return 0;
	}
	seed = strtoull(argv[2], NULL, 10);
	run(strtoull(argv[1], NULL, 10));
	printf("%llu inputs, seed %llu: well\n", (unsigned long long)count_done,
		(unsigned long long)seed);
	return 0;
}
