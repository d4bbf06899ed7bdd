// SPDX-License-Identifier: MIT
#include "app/ssh_log.h"

#include "base/opener.h"
#include "base/str.h"

#include <stdio.h>
#include <unistd.h>

bool ssh_log_find(const struct options *o, char ret_path[static PATH_MAX])
{
	/* Of Debian, of Red Hat. */
	static const char *const places[] = {"/var/log/auth.log", "/var/log/secure"};

	struct stat st;

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		snprintf(ret_path, PATH_MAX, "%s%s", o->server_root ? o->server_root : "",
			places[i]);
		if (opener_stat(NULL, ret_path, &st) == 0)
			return true;
	}
	return false;
}
