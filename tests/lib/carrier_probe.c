// SPDX-License-Identifier: MIT
/*
 * carrier_probe OPTION...: a program with nothing but the carrier's process, spawned as nethergaze
 * does for --publish URL or --hub URL (and the other options of it). It obeys lines on stdin:
 *
 *	summary TEXT | flag TEXT     puts it
 *	answer TOKEN TEXT            answers a question
 *	ask MACHINE TOKEN TEXT       asks a machine
 *	live MACHINE|- on|off        looks at it, at all
 *	flood COUNT BYTES            puts so many summaries of so many bytes
 *	account                      prints it
 *
 * and prints what comes, a line each: what, the machine or "-", the token, whether it is of the
 * past, and the text. It ends when stdin does.
 */
#include "app/carrying.h"
#include "app/fleet_options.h"
#include "app/option_setup.h"
#include "base/hash.h"
#include "base/num.h"
#include "config/options.h"

#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES (128u << 10)

static const char *const names[FLEET_WHATS] = {
	"nothing", "summary", "flag", "live", "ask", "answer", "state", "account"};

static struct carrying carrying;

static void print(void *ctx, const struct fleet_message *m)
{
	(void)ctx;
	printf("%s %.*s %" PRIu64 " %s %.*s\n", names[m->what],
		m->machine.n ? (int)m->machine.n : 1, m->machine.n ? m->machine.p : "-", m->token,
		m->at ? "past" : "now", STR_FMT(m->text));
	fflush(stdout);
}

static void print_account(void)
{
	const struct carrier_account *a = carrier_account(carrying.carrier);

	printf("sum sent=%" PRIu64 " bytes=%" PRIu64 " dropped=%" PRIu64 " refused=%" PRIu64
	       " queued=%" PRIu64 " connected=%d gone=%d %s\n",
		a->sent, a->bytes, a->dropped, a->refused, a->queued, a->connected, a->gone,
		a->why);
	fflush(stdout);
}

/* Takes a word. */
static struct str word(struct str *rest)
{
	const char *space = memchr(rest->p, ' ', rest->n);
	size_t n = space ? (size_t)(space - rest->p) : rest->n;
	struct str w = {rest->p, n};

	*rest = str_skip(*rest, space ? n + 1 : n);
	return w;
}

static uint64_t number(struct str *rest)
{
	uint64_t n = 0;

	num_u64(word(rest), &n);
	return n;
}

static struct str machine(struct str *rest)
{
	struct str name = word(rest);

	return str_eq(name, STR_LIT("-")) ? STR_LIT("") : name;
}

static void flood(struct str rest)
{
	uint64_t count = number(&rest), bytes = number(&rest);
	char *text = malloc(bytes + 1);

	if (!text)
		return;
	memset(text, 'x', bytes);
	for (uint64_t i = 0; i < count; i++)
		carrier_put(
			carrying.carrier, FLEET_SUMMARY, STR_LIT(""), 0, (struct str){text, bytes});
	free(text);
	print_account();
}

static void obey(struct str line)
{
	struct carrier *c = carrying.carrier;
	struct str verb = word(&line), who = STR_LIT("");
	enum fleet_what what = FLEET_NOTHING;
	uint64_t token = 0;

	for (int i = 1; i < FLEET_WHATS; i++)
		if (str_eq(verb, str_of(names[i])))
			what = (enum fleet_what)i;
	if (str_eq(verb, STR_LIT("flood")))
		flood(line);
	if (what == FLEET_ACCOUNT)
		print_account();
	if (what == FLEET_NOTHING || what == FLEET_ACCOUNT)
		return;
	if (what == FLEET_ASK || what == FLEET_LIVE)
		who = machine(&line);
	if (what == FLEET_ASK || what == FLEET_ANSWER)
		token = number(&line);
	carrier_put(c, what, who, token, line);
}

/* False: stdin has ended. */
static bool read_lines(void)
{
	static char buf[LINE_MAX_BYTES];
	static size_t n;
	ssize_t got = read(STDIN_FILENO, buf + n, sizeof buf - n);

	if (got == 0 || n == sizeof buf)
		return false;
	n += got > 0 ? (size_t)got : 0;
	for (char *end; (end = memchr(buf, '\n', n));) {
		size_t line = (size_t)(end - buf);
		obey((struct str){buf, line});
		n -= line + 1;
		memmove(buf, end + 1, n);
	}
	return true;
}

int main(int argc, char **argv)
{
	struct options_state options;
	struct reason why;

	hash_seed();
	if (options_init(&options, option_setup()) < 0 ||
		options_read_flags(&options, argc, argv) < 0 ||
		options_read_env(&options, environ) < 0 || options_read_config(&options) < 0) {
		fprintf(stderr, "%s\n", options.error);
		return 2;
	}
	if (!carrying_check(&options.values, &why)) {
		fprintf(stderr, "%s\n", why.text);
		return 2;
	}
	enum carrying_for what = fleet_options_set()->hub.count ? CARRYING_HUB : CARRYING_PUBLISH;
	if (carrying_init(&carrying, what, &options.values) || !carrying.carrier)
		return 1;
	fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
	do {
		struct pollfd polled[] = {{.fd = STDIN_FILENO, .events = POLLIN},
			{.fd = carrier_fd(carrying.carrier), .events = POLLIN}};
		while (!carrier_account(carrying.carrier)->gone &&
			carrying_poll(&carrying, print, NULL))
			;
		poll(polled, 2, 100);
	} while (read_lines());
	print_account();
	carrying_done(&carrying);
	options_done(&options);
	return 0;
}
