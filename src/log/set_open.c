// SPDX-License-Identifier: MIT
/* What lies at a path: below the set's root, or another process', nothing leads out of it. */
#include "log/set_parts.h"

#include "base/calls.h"
#include "base/opener.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int set_stat(struct log_set *set, const char *path, struct stat *ret)
{
	char buf[OPENER_ROOT_MAX];
	const char *root, *rest = opener_below(set->root, path, buf, &root);

	set->work.looks++;
	if (root)
		log_pace_spend(&set->looks, WORK_BELOW);
	return opener_stat(root, rest, ret);
}

int set_open(struct log_set *set, const char *path, struct log_name *name, struct log_file **ret)
{
	char buf[OPENER_ROOT_MAX];
	const char *root, *rest = opener_below(set->root, path, buf, &root);
	struct stat st;

	set->work.opens++;
	log_pace_spend(&set->acts, WORK_OPEN);
	int err = log_file_open(root, rest, &name->stream.account, ret);
	if (err || !name->owner.is_user)
		return err;
	if (fstat((*ret)->fd, &st) == 0 && log_owner_may_name(&name->owner, &st))
		return 0;
	log_file_free(*ret);
	return -EACCES;
}

bool set_is_born_since(const struct log_set *set, const char *path, usec_t then)
{
	char buf[OPENER_ROOT_MAX];
	const char *root, *rest = opener_below(set->root, path, buf, &root);
	struct stat st;
	usec_t born = 0;

	int fd = opener_open(root, rest, &st);
	bool known = fd >= 0 && call_born(fd, &born);
	if (fd >= 0)
		close(fd);
	return known && born > then;
}
