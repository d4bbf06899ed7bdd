// SPDX-License-Identifier: MIT
/*
 * keys: measures a full-screen program on a pseudo-terminal, from outside.
 *
 *	keys answer PLACES COLSxROWS COMMAND...   how long each key takes, and a frame
 *	keys bytes SECONDS COLSxROWS COMMAND...   what it writes by itself
 *
 * A frame comes in one piece. A key is answered when the last byte of the last frame that it has
 * caused is here: from then on the program sleeps and has nothing to read. Keys are those of the
 * whole keyboard, pressed in up to four places: as the program starts, after /, after Enter, after
 * Tab. Left out are q, and what moves a replay: that is the reading of a file.
 */
#include "../lib/pty.h"

#define QUIET    24000   /* us without a byte, asleep: that was all; frames come sooner */
#define PAUSE    3000    /* between two frames; a frame comes in one piece, or nearly */
#define LOADED   3000000 /* the same, for a recording that is being read */
#define PATIENCE (600 * INT64_C(1000000))
#define ROUNDS   60 /* frames */
#define NAMED    (sizeof named / sizeof *named)
#define LETTERS  ('~' - '!' + 1)
#define SHOWN    12

static const struct key {
	const char *name, *bytes;
} named[] = {{"Up", "\033OA"}, {"Down", "\033OB"}, {"Right", "\033OC"}, {"Left", "\033OD"},
	{"Home", "\033OH"}, {"End", "\033OF"}, {"PgUp", "\033[5~"}, {"PgDn", "\033[6~"},
	{"Enter", "\r"}, {"Tab", "\t"}, {"Shift-Tab", "\033[Z"}, {"Backspace", "\177"},
	{"Delete", "\033[3~"}, {"F1", "\033OP"}, {"F2", "\033OQ"}, {"F3", "\033OR"},
	{"F4", "\033OS"}, {"^A", "\001"}, {"^L", "\014"}, {"^S", "\023"}, {"^T", "\024"},
	{"^U", "\025"}, {"^W", "\027"}};

static const struct key places[] = {{"", ""}, {"/ ", "/"}, {"Enter ", "\r"}, {"Tab ", "\t"}};

static struct answer {
	char name[32];
	double first, ms, cpu; /* first: the last byte of the first frame */
	double first_cpu;      /* until then, and a little more */
} answers[4 * (NAMED + LETTERS)];

static size_t count;
static int64_t pressed;
static double first_cpu;
static struct pty pty;
static int64_t last_byte, first_end; /* first_end: of what came without a pause */
static uint64_t frames;

static double cpu_ms(void)
{
	char path[64];
	double ns = 0;

	snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pty.pid);
	FILE *f = fopen(path, "r");
	if (!f || fscanf(f, "%lf", &ns) != 1)
		pty_die(path);
	fclose(f);
	return ns / 1e6;
}

static void hear(void *ctx, const char *bytes, size_t n)
{
	int64_t now = pty_now();

	(void)ctx;
	(void)bytes;
	(void)n;
	if (!first_end || (first_end == last_byte && now - last_byte < PAUSE)) {
		first_end = now;
		first_cpu = cpu_ms();
	}
	frames += now - last_byte > QUIET / 2;
	last_byte = now;
}

static bool sleeps(void)
{
	char path[64], text[512];
	int left = 0;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pty.pid);
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
	if (f)
		fclose(f);
	text[n] = '\0';
	const char *at = strrchr(text, ')');
	return at && at[2] == 'S' && ioctl(pty.slave, FIONREAD, &left) == 0 && left == 0;
}

/* Until nothing has come for so long. */
static void settle(int64_t from, int64_t quiet)
{
	int64_t end = pty_now() + PATIENCE, since = from;

	while (pty_now() < end && !pty_has_ended(&pty)) {
		pty_listen(&pty, 3000);
		if (last_byte > since)
			since = last_byte;
		if (!sleeps())
			since = pty_now();
		else if (pty_now() - since > quiet)
			return;
	}
	fprintf(stderr, "%s: %s, status %x\n", count ? answers[count - 1].name : "start",
		pty.pid ? "it does not come to rest" : "it has ended", pty.status);
	exit(99);
}

/* Milliseconds to the last byte of the answer; 0: there was none. */
static double press(const char *bytes)
{
	int64_t from = pty_now();

	first_end = 0;
	pressed = from;
	pty_type(&pty, bytes, strlen(bytes));
	settle(from, QUIET);
	return last_byte > from ? (double)(last_byte - from) / 1000 : 0;
}

static void note(const struct key *place, const struct key *key)
{
	struct answer *a = &answers[count++];

	snprintf(a->name, sizeof a->name, "%s%s", place->name, key->name);
	press(place->bytes);
	a->cpu = cpu_ms();
	a->ms = press(key->bytes);
	a->first_cpu = a->ms == 0 ? 0 : first_cpu - a->cpu;
	a->first = a->ms == 0 ? 0 : (double)first_end / 1000 - (double)pressed / 1000;
	a->cpu = cpu_ms() - a->cpu;
	press("\033");
	if (*place->bytes)
		press("\033");
}

static void note_all(const struct key *place)
{
	for (size_t i = 0; i < NAMED; i++)
		note(place, &named[i]);
	for (int c = '!'; c <= '~'; c++)
		if (!strchr("q[]{}().", c))
			note(place,
				&(struct key){(char[]){(char)c, '\0'}, (char[]){(char)c, '\0'}});
}

static int slower_first(const void *a, const void *b)
{
	double x = ((const struct answer *)a)->ms, y = ((const struct answer *)b)->ms;

	return (x < y) - (x > y);
}

static int dearer_first(const void *a, const void *b)
{
	double x = ((const struct answer *)a)->first_cpu, y = ((const struct answer *)b)->first_cpu;

	return (x < y) - (x > y);
}

static void say_answers(void)
{
	size_t silent = 0;
	double cpu = 0, first = 0, firsts = 0;

	qsort(answers, count, sizeof *answers, slower_first);
	for (size_t i = 0; i < count; i++) {
		silent += answers[i].ms == 0;
		first = answers[i].first > first ? answers[i].first : first;
		firsts += answers[i].first;
		cpu = answers[i].cpu > cpu ? answers[i].cpu : cpu;
	}
	printf("the first frame within %.1f ms, mean %.1f; all frames within %.1f, median %.1f; at "
	       "most "
	       "%.1f ms of CPU; %zu keys; slowest:",
		first, firsts / (double)(count - silent), answers[0].ms,
		answers[(count - silent) / 2].ms, cpu, count - silent);
	for (size_t i = 0; i < SHOWN && i < count; i++)
		printf(" %s %.1f (CPU %.1f)%s", answers[i].name, answers[i].ms, answers[i].cpu,
			i + 1 < SHOWN ? "," : "\n");
	qsort(answers, count, sizeof *answers, dearer_first);
	printf("the first frame's CPU, the dearest:");
	for (size_t i = 0; i < SHOWN && i < count; i++)
		printf(" %s %.1f ms%s", answers[i].name, answers[i].first_cpu,
			i + 1 < SHOWN ? "," : "\n");
}

static void start(const char *size, char **command)
{
	if (sscanf(size, "%hux%hu", &pty.size.ws_col, &pty.size.ws_row) != 2)
		exit(99);
	pty.heard = hear;
	last_byte = pty_now();
	pty_start(&pty, command, NULL);
}

static void stop(void)
{
	kill(pty.pid, SIGTERM);
	while (!pty_has_ended(&pty))
		pty_listen(&pty, 1000);
}

static void answer(size_t most, const char *size, char **command)
{
	double before;

	start(size, command);
	settle(pty_now(), LOADED);
	before = cpu_ms();
	for (int i = 0; i < ROUNDS; i++)
		press(i % 2 ? "\033OA" : "\033OB");
	before = (cpu_ms() - before) / ROUNDS;
	for (size_t i = 0; i < most && i < sizeof places / sizeof *places; i++)
		note_all(&places[i]);
	say_answers();
	printf("frame %.2f ms of CPU\n", before);
	stop();
}

static void bytes(double seconds, const char *size, char **command)
{
	start(size, command);
	pty_listen(&pty, LOADED);
	uint64_t from = pty.bytes, drawn = frames;
	pty_listen(&pty, (int64_t)(seconds * 1e6));
	from = pty.bytes - from;
	drawn = frames - drawn;
	printf("%.0f %.0f %.1f\n", (double)from / seconds,
		drawn ? (double)from / (double)drawn : 0.0, (double)drawn / seconds);
	stop();
}

int main(int argc, char **argv)
{
	if (argc > 4 && strcmp(argv[1], "answer") == 0)
		answer((size_t)atoi(argv[2]), argv[3], argv + 4);
	else if (argc > 4 && strcmp(argv[1], "bytes") == 0)
		bytes(atof(argv[2]), argv[3], argv + 4);
	else
		return 99;
	return 0;
}
