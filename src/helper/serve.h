/* SPDX-License-Identifier: MIT
 *
 * serve: what a helper's process does: it gives up what it does not need, then answers questions
 * until nobody is there to ask.
 */
#ifndef NG_HELPER_SERVE_H
#define NG_HELPER_SERVE_H

#include "helper/job.h"

#include <sys/types.h>

struct serve_options {
	enum helper_kind kind;
	const struct helper_job *jobs; /* borrowed */
	uint32_t job_count;
	int fd; /* its end of the pair */
	pid_t parent;
	bool filtered; /* system calls that it has no use for are refused */
};

/* In the forked process. Closes every other descriptor. */
_Noreturn void serve(const struct serve_options *options);

#endif
