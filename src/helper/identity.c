// SPDX-License-Identifier: MIT
#include "helper/identity.h"

#include "base/num.h"
#include "base/str.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NOBODY 65534 /* where /etc/passwd has no such user */

static bool read_id(const char *name, uint32_t *ret)
{
	const char *text = getenv(name);
	uint64_t id = 0;

	if (!text || num_u64(str_of(text), &id) < 0 || id == 0 || id >= UINT32_MAX)
		return false;
	*ret = (uint32_t)id;
	return true;
}

/* By name, or by number when that is NULL. */
static bool find_user(const char *name, uid_t uid, struct identity *ret_who)
{
	FILE *f = fopen("/etc/passwd", "re");
	struct passwd *row;
	bool found = false;

	while (f && !found && (row = fgetpwent(f)))
		if ((name ? strcmp(row->pw_name, name) == 0 : row->pw_uid == uid) &&
			row->pw_uid != 0) {
			*ret_who = (struct identity){.uid = row->pw_uid, .gid = row->pw_gid};
			snprintf(
				ret_who->home, sizeof ret_who->home, "%s", name ? "" : row->pw_dir);
			found = true;
		}
	if (f)
		fclose(f);
	return found;
}

void identity_find(struct identity *ret_who)
{
	uint32_t uid, gid;

	*ret_who = (struct identity){.uid = geteuid(), .gid = getegid()};
	if (ret_who->uid != 0)
		return;
	if (read_id("SUDO_UID", &uid) && read_id("SUDO_GID", &gid)) {
		find_user(NULL, uid, ret_who);
		ret_who->uid = uid;
		ret_who->gid = gid;
	} else if (!find_user("nethergaze", 0, ret_who) && !find_user("nobody", 0, ret_who)) {
		*ret_who = (struct identity){.uid = NOBODY, .gid = NOBODY};
	}
}

int identity_take(const struct identity *who)
{
	int err = 0;

	if (who->uid == geteuid() && who->uid != 0)
		return 0;
	if (setgroups(0, NULL) < 0)
		err = -errno;
	if (setresgid(who->gid, who->gid, who->gid) < 0 && !err)
		err = -errno;
	if (setresuid(who->uid, who->uid, who->uid) < 0 && !err)
		err = -errno;
	return err;
}
