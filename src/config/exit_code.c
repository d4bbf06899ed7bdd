// SPDX-License-Identifier: MIT
#include "config/exit_code.h"

const struct exit_meaning exit_meanings[EXIT_CODES] = {
	[EXIT_DONE] = {"done", "it did what it was asked to; also when it was ended by q, Ctrl-C, "
			       "SIGTERM or SIGHUP, or by a reader that has closed the pipe"},
	[EXIT_FAILED] = {"runtime failure",
		"it began, and something failed: a file, a download, the output; --doctor: no "
		"connection source works"},
	[EXIT_USAGE] = {"bad usage or config",
		"it did not begin: a flag, an environment variable or a config file is wrong, or "
		"a file that was named cannot be used; one line on stderr says where and what is "
		"expected"},
};
