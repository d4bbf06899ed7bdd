/* SPDX-License-Identifier: MIT
 *
 * exit_code: with what the program ends, whichever command it was: scripts rely on it, so a number
 * keeps its meaning for good. docs/options.md and --help have the same table.
 */
#ifndef NG_APP_EXIT_CODE_H
#define NG_APP_EXIT_CODE_H

enum exit_code {
	EXIT_DONE = 0,   /* done; ended by q, Ctrl-C, SIGTERM, or a reader that has seen enough */
	EXIT_FAILED = 1, /* what was asked for is right, and could not be done, or not all of it */
	EXIT_USAGE = 2   /* a flag, a variable or the config file asks for what cannot be */
};

#endif
