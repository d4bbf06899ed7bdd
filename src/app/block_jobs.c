// SPDX-License-Identifier: MIT
#include "app/block_jobs.h"

#include <errno.h>
#include <string.h>

_Static_assert(BLOCK_PREFIXES_MAX <= HELPER_PREFIXES_MAX, "a plan fits into a question");
_Static_assert(BLOCK_TEXT_MAX <= HELPER_TEXT_MAX, "a script fits into what goes to stdin");

struct helper_args block_job_args(const struct block_steps *steps)
{
	struct helper_args args = {
		.prefix_count = steps->count, .seconds = steps->seconds, .number = steps->out};

	memcpy(args.prefixes, steps->prefixes, steps->count * sizeof args.prefixes[0]);
	return args;
}

static int take_script(struct helper_command *command, int n)
{
	static const char *const argv[] = {"nft", "-f", "-"};

	if (n < 0)
		return -EINVAL;
	memcpy(command->argv, argv, sizeof argv);
	command->argv[ARRAY_LEN(argv)] = NULL;
	command->input_n = (size_t)n;
	return 0;
}

static int make_block(
	const void *ctx, const struct helper_args *args, struct helper_command *ret_command)
{
	struct block_steps steps = {
		.count = args->prefix_count, .out = args->number, .seconds = args->seconds};

	(void)ctx;
	if (args->prefix_count > BLOCK_PREFIXES_MAX)
		return -EINVAL;
	memcpy(steps.prefixes, args->prefixes, steps.count * sizeof steps.prefixes[0]);
	return take_script(
		ret_command, block_script(&steps, ret_command->input, sizeof ret_command->input));
}

static int make_unblock(
	const void *ctx, const struct helper_args *args, struct helper_command *ret_command)
{
	(void)ctx;
	return take_script(ret_command, unblock_script(args->prefixes, args->prefix_count,
						ret_command->input, sizeof ret_command->input));
}

static int make_unblock_all(
	const void *ctx, const struct helper_args *args, struct helper_command *ret_command)
{
	static const char script[] = UNBLOCK_ALL_SCRIPT;

	(void)ctx;
	(void)args;
	memcpy(ret_command->input, script, sizeof script);
	return take_script(ret_command, sizeof script - 1);
}

const struct helper_job block_jobs[BLOCK_JOBS] = {
	[BLOCK_JOB_BLOCK] = {.name = "block", .make = make_block},
	[BLOCK_JOB_UNBLOCK] = {.name = "unblock", .make = make_unblock},
	[BLOCK_JOB_UNBLOCK_ALL] = {.name = "unblock all", .make = make_unblock_all},
};

const struct helper_job block_list_jobs[BLOCK_LISTS] = {
	[BLOCK_LIST_NFT] = HELPER_FIXED("list nft", "nft", "-j", "list", "ruleset"),
	[BLOCK_LIST_OURS] =
		HELPER_FIXED("list blocks", "nft", "-j", "list", "table", "inet", BLOCK_TABLE),
	[BLOCK_LIST_IPTABLES] = HELPER_FIXED("list iptables", "iptables-save", "-c"),
	[BLOCK_LIST_IP6TABLES] = HELPER_FIXED("list ip6tables", "ip6tables-save", "-c"),
	[BLOCK_LIST_LEGACY4] = HELPER_FIXED("list iptables-legacy", "iptables-legacy-save", "-c"),
	[BLOCK_LIST_LEGACY6] = HELPER_FIXED("list ip6tables-legacy", "ip6tables-legacy-save", "-c"),
	[BLOCK_LIST_IPSET] = HELPER_FIXED("list ipset", "ipset", "save"),
	[BLOCK_LIST_ROUTES4] =
		HELPER_FIXED("list routes", "ip", "-j", "-4", "route", "show", "type", "blackhole"),
	[BLOCK_LIST_ROUTES6] = HELPER_FIXED(
		"list routes of IPv6", "ip", "-j", "-6", "route", "show", "type", "blackhole"),
	[BLOCK_LIST_FAIL2BAN] = HELPER_FIXED("list fail2ban", "fail2ban-client", "banned"),
	[BLOCK_LIST_CROWDSEC] =
		HELPER_FIXED("list CrowdSec", "cscli", "decisions", "list", "-o", "json"),
};

const struct block_list_info block_list_infos[BLOCK_LISTS] = {
	[BLOCK_LIST_NFT] = {"nft", "nft", NULL, HELPER_BLOCKER, 1},
	[BLOCK_LIST_OURS] = {"nft, our table", "nft", NULL, HELPER_BLOCKER, 1},
	[BLOCK_LIST_IPTABLES] = {"iptables", "iptables-save", NULL, HELPER_BLOCKER, 1},
	[BLOCK_LIST_IP6TABLES] = {"ip6tables", "ip6tables-save", NULL, HELPER_BLOCKER, 1},
	[BLOCK_LIST_LEGACY4] = {"iptables-legacy", "iptables-legacy-save", NULL, HELPER_BLOCKER, 1},
	[BLOCK_LIST_LEGACY6] = {"ip6tables-legacy", "ip6tables-legacy-save", NULL, HELPER_BLOCKER,
		1},
	[BLOCK_LIST_IPSET] = {"ipset", "ipset", NULL, HELPER_BLOCKER, 1},
	[BLOCK_LIST_ROUTES4] = {"routes", "ip", NULL, HELPER_BLOCKER, 1},
	[BLOCK_LIST_ROUTES6] = {"routes of IPv6", "ip", NULL, HELPER_BLOCKER, 1},
	[BLOCK_LIST_FAIL2BAN] = {"fail2ban", "fail2ban-client", "/run/fail2ban/fail2ban.sock",
		HELPER_RUNNER, 3},
	[BLOCK_LIST_CROWDSEC] = {"CrowdSec", "cscli", NULL, HELPER_RUNNER, 6},
};
