// SPDX-License-Identifier: MIT
#include "app/block_jobs.h"
#include "app/doctor_parts.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool may(unsigned cap)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {{0}};

	return syscall(SYS_capget, &head, data) == 0 && data[0].effective >> cap & 1;
}

bool doctor_may_block(void)
{
	return may(CAP_NET_ADMIN);
}

static void print_way(FILE *out, const struct block_way *way, const struct way_state *state)
{
	if (!state->there)
		return;
	doctor_mark(out, state->ready, way->title);
	if (state->why[0])
		doctor_under(out, state->why);
}

static bool is_there(const struct block_list_info *info)
{
	return ways_has_program("", info->program) &&
	       (!info->needs || access(info->needs, F_OK) == 0);
}

/* Without a word of those whose program is not here. */
static void print_list(FILE *out, const struct block_list_info *info)
{
	bool blocker = info->kind == HELPER_BLOCKER;
	bool readable = blocker ? may(CAP_NET_ADMIN) : geteuid() == 0;

	if (!is_there(info))
		return;
	doctor_mark(out, readable, info->name);
	if (!readable)
		doctor_under(out, blocker ? "needs root, or CAP_NET_ADMIN" : "needs root");
}

void doctor_blocks(FILE *out)
{
	struct way_state states[WAYS];

	ways_detect("", states);
	fputs("\nWays to block\n", out);
	for (int w = 0; w < WAYS; w++)
		print_way(out, &block_ways[w], &states[w]);
	fputs("\nLists of what is kept out\n", out);
	for (int i = 0; i < BLOCK_LISTS; i++)
		print_list(out, &block_list_infos[i]);
}
