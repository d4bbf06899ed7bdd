/* SPDX-License-Identifier: MIT
 *
 * job: what a helper can be asked to do. A question names a job and carries values; the job makes a
 * command of these.
 */
#ifndef NG_HELPER_JOB_H
#define NG_HELPER_JOB_H

#include "base/addr.h"

#include <stdbool.h>
#include <stdint.h>

#define HELPER_PREFIXES_MAX 32           /* of one question */
#define HELPER_ARGS_MAX     48           /* of one argv, its NULL included */
#define HELPER_TEXT_MAX     8192         /* of all of argv, and of what goes to stdin */
#define HELPER_OUTPUT_MAX   (512u << 10) /* more is cut, and said to be */
#define HELPER_WAITING_MAX  32           /* questions that are under way */
#define HELPER_STREAMS_MAX  68           /* programs whose output is handed over */
#define HELPER_PASSES_MAX   8            /* variables of the environment that a job names */

/* What a job is to be done with. Prefixes are canonical: no bits beyond their length. */
struct helper_args {
	struct prefix prefixes[HELPER_PREFIXES_MAX];
	uint32_t prefix_count;
	uint32_t seconds; /* 0: without end */
	uint32_t number;  /* an index into what the job's ctx has: a jail, a hook */
};

/* A command that a job makes. argv points into text or at constants, and ends in NULL. */
struct helper_command {
	const char *argv[HELPER_ARGS_MAX];
	char text[HELPER_TEXT_MAX];
	char input[HELPER_TEXT_MAX]; /* for stdin */
	size_t input_n;              /* 0: /dev/null */
};

/* Something that a helper can do. */
struct helper_job {
	const char *name; /* for messages */

	/* Makes the command. 0, or -EINVAL when it must not be done with these values. It runs in
	 * the helper, which trusts no value that it has not checked here: whoever has taken over
	 * the console can send any. */
	int (*make)(const void *ctx, const struct helper_args *args,
		struct helper_command *ret_command);
	const void *ctx;
	uint32_t timeout_ms; /* 0: 15 s */
	/* It goes on for as long as it likes, and what it writes is no answer: the console gets the
	 * pipe itself, as soon as it runs. Nobody keeps its time. */
	bool streams;
	/* With that: what is handed over is a socket, on which the program can be written to as
	 * well, and that is its stdin, stdout and stderr. It is killed as soon as nobody holds the
	 * other end. */
	bool talks;
	/* Names of variables of the environment that the program has as well, if they are set, NULL
	 * behind the last of HELPER_PASSES_MAX at most. NULL: none. */
	const char *const *passes;
};

/* A command without values: its words are all there is. ctx has them, NULL behind the last. */
int helper_make_fixed(
	const void *ctx, const struct helper_args *args, struct helper_command *ret_command);

#define HELPER_FIXED(title, ...)                                                    \
	{                                                                           \
		.name = title, .make = helper_make_fixed,                           \
		.ctx = (const char *const[]){__VA_ARGS__, NULL}, .timeout_ms = 5000 \
	}

enum helper_kind {
	HELPER_BLOCKER,
	HELPER_RUNNER
};

#endif
