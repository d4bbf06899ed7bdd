// SPDX-License-Identifier: MIT
/* What action/ways.h and action/lists.h make of arguments, for shell tests.
 *
 *	block_tool command|undo WAY SECONDS JAIL PREFIX...	what is copied
 *	block_tool block|unblock SECONDS OUT PREFIX...		has a blocker do it; its exit status
 *	block_tool read nft|iptables|fail2ban|routes FILE [FILE]	"NET WAY BY OURS LEFT
 *PACKETS"
 */
#include "action/lists.h"
#include "app/block_jobs.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX (4u << 20)

static struct prefix prefixes[BLOCK_PREFIXES_MAX];

static int fail(const char *what)
{
	fprintf(stderr, "block_tool: %s\n", what);
	return 2;
}

static uint32_t take_prefixes(char **args, int n)
{
	uint32_t count = 0;

	for (int i = 0; i < n && count < BLOCK_PREFIXES_MAX; i++)
		if (prefix_parse(str_of(args[i]), &prefixes[count]) == 0)
			count++;
	return count == (uint32_t)n ? count : 0;
}

static int print(bool undo, char **args, int n)
{
	static struct block_text text;
	char why[BLOCK_WHY_MAX];
	struct block_plan plan = {.prefixes = prefixes};

	if (n < 4)
		return fail("WAY SECONDS JAIL PREFIX...");
	plan.way = way_find(str_of(args[0]));
	plan.seconds = (uint32_t)strtoul(args[1], NULL, 10);
	plan.jail = str_of(args[2]);
	plan.count = take_prefixes(args + 3, n - 3);
	if (plan.way == WAYS || block_text(&plan, &text, why) < 0)
		return fail(plan.way == WAYS ? "no such way" : why);
	fputs(undo ? text.undo : text.command, stdout);
	return 0;
}

static int status = -1;

static void take_done(void *ctx, const struct helper_result *result)
{
	(void)ctx;
	status = result->err ? 2 : result->status;
	fwrite(result->output.p, 1, result->output.n, stdout);
}

static int act(enum block_job job, char **args, int n)
{
	struct helper_args ask = {.seconds = 0};
	int err;

	if (n < 3)
		return fail("SECONDS OUT PREFIX...");
	ask.seconds = (uint32_t)strtoul(args[0], NULL, 10);
	ask.number = (uint32_t)strtoul(args[1], NULL, 10);
	ask.prefix_count = take_prefixes(args + 2, n - 2);
	memcpy(ask.prefixes, prefixes, sizeof prefixes);
	struct helper *h = helper_new(HELPER_BLOCKER, block_jobs, BLOCK_JOBS, true, &err);
	if (!h || helper_ask(h, job, &ask, take_done, NULL) < 0)
		return fail("the blocker is not there");
	while (status < 0) {
		struct pollfd p = {.fd = helper_fd(h), .events = POLLIN};
		poll(&p, 1, -1);
		helper_take(h);
	}
	helper_free(h);
	return status;
}

static void print_listed(void *ctx, const struct listed *l)
{
	char net[PREFIX_TEXT_MAX];

	(void)ctx;
	prefix_format(&l->net, net);
	printf("%s %s %.*s %s %u %lld\n", net, block_ways[l->way].name,
		(int)(l->by.n ? l->by.n : 1), l->by.n ? l->by.p : "-", l->ours ? "ours" : "-",
		l->left_s, l->packets == UINT64_MAX ? -1 : (long long)l->packets);
}

static struct str read_file(const char *path, char *buf)
{
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(buf, 1, TEXT_MAX, f) : 0;

	if (f)
		fclose(f);
	return (struct str){buf, n};
}

static int print_list(const char *what, const char *path, const char *more)
{
	static char buf[TEXT_MAX];
	static struct lists_sets sets;
	struct listing_read read = {0};
	struct str text = read_file(path, buf);

	if (strcmp(what, "nft") == 0)
		lists_read_nft(text, print_listed, NULL, &read);
	else if (strcmp(what, "iptables") == 0)
		lists_read_iptables(text, &sets, print_listed, NULL, &read);
	else if (strcmp(what, "fail2ban") == 0)
		lists_read_fail2ban(text, print_listed, NULL, &read);
	else if (strcmp(what, "routes") == 0)
		lists_read_routes(text, print_listed, NULL, &read);
	else
		return fail("no such list");
	if (!read.cut && more)
		lists_read_ipset(read_file(more, buf), &sets, print_listed, NULL, &read);
	return read.cut ? fail("it was cut") : 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[1] : "";

	if (strcmp(verb, "command") == 0 || strcmp(verb, "undo") == 0)
		return print(strcmp(verb, "undo") == 0, argv + 2, argc - 2);
	if (strcmp(verb, "block") == 0)
		return act(BLOCK_JOB_BLOCK, argv + 2, argc - 2);
	if (strcmp(verb, "unblock") == 0)
		return act(BLOCK_JOB_UNBLOCK, argv + 2, argc - 2);
	if (strcmp(verb, "read") == 0 && argc > 3)
		return print_list(argv[2], argv[3], argc > 4 ? argv[4] : NULL);
	return fail("command, undo, block, unblock or read");
}
