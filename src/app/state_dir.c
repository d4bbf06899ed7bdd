// SPDX-License-Identifier: MIT
#include "app/state_dir.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

bool state_dir(char *buf, size_t cap)
{
	const char *home = getenv("HOME"), *xdg = getenv("XDG_STATE_HOME");
	int n = -1;

	if (xdg && xdg[0] == '/') /* a relative one is to be ignored: XDG Base Directory */
		n = snprintf(buf, cap, "%s/nethergaze", xdg);
	else if (home && home[0] == '/' && access(home, F_OK) == 0)
		n = snprintf(buf, cap, "%s/.local/state/nethergaze", home);
	else if (geteuid() == 0)
		n = snprintf(buf, cap, "/var/lib/nethergaze");
	return n > 0 && (size_t)n < cap;
}
