/* SPDX-License-Identifier: MIT
 *
 * exit_code: what nethergaze exits with. Scripts rely on the numbers: they do not change. --help
 * and the manual page are made from the table.
 */
#ifndef NG_CONFIG_EXIT_CODE_H
#define NG_CONFIG_EXIT_CODE_H

enum exit_code {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_CODES
};

struct exit_meaning {
	const char *brief; /* in --help: "done" */
	const char *help;
};

/* By enum exit_code. */
extern const struct exit_meaning exit_meanings[EXIT_CODES];

#endif
