/* SPDX-License-Identifier: MIT
 *
 * owner: whose word it is that a file is a log. What root or we say holds for any file. Another
 * user names only files that are his, or that all may read (the directories above are not asked):
 * else anybody could have root read a secret, by a process that looks like a web server.
 */
#ifndef NG_LOG_OWNER_H
#define NG_LOG_OWNER_H

#include <stdbool.h>
#include <sys/stat.h>

struct log_owner {
	bool is_user; /* false: root, or we */
	uid_t uid;
};

static inline bool log_owner_may_name(const struct log_owner *owner, const struct stat *st)
{
	return !owner->is_user || st->st_uid == owner->uid || (st->st_mode & S_IROTH);
}

#endif
