// SPDX-License-Identifier: MIT
#include "kernel/self_sockets.h"

#include "base/num.h"

#include <dirent.h>
#include <unistd.h>

uint64_t socket_inode(struct str link)
{
	const struct str head = STR_LIT("socket:[");
	uint64_t inode;

	if (!str_starts(link, head) || link.p[link.n - 1] != ']')
		return 0;
	link.p += head.n;
	link.n -= head.n + 1;
	return num_u64(link, &inode) == 0 ? inode : 0;
}

void self_sockets_refresh(struct self_sockets *own)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry;

	own->stale = false;
	own->count = 0;
	while (dir && own->count < OWN_SOCKETS_MAX && (entry = readdir(dir))) {
		char link[64];
		ssize_t n = readlinkat(dirfd(dir), entry->d_name, link, sizeof link);
		uint64_t inode = n > 0 ? socket_inode((struct str){link, (size_t)n}) : 0;
		if (inode)
			own->inodes[own->count++] = inode;
	}
	if (dir)
		closedir(dir);
}

bool self_sockets_has(struct self_sockets *own, uint64_t inode)
{
	if (own->stale)
		self_sockets_refresh(own);
	for (size_t i = 0; i < own->count; i++)
		if (own->inodes[i] == inode)
			return true;
	return false;
}
