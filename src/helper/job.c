// SPDX-License-Identifier: MIT
#include "helper/job.h"

int helper_make_fixed(
	const void *ctx, const struct helper_args *args, struct helper_command *ret_command)
{
	const char *const *words = ctx;
	size_t n = 0;

	(void)args;
	for (; words[n]; n++)
		ret_command->argv[n] = words[n];
	ret_command->argv[n] = NULL;
	ret_command->input_n = 0;
	return 0;
}
