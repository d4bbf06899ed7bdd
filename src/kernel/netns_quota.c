// SPDX-License-Identifier: MIT
#include "kernel/netns_quota.h"

#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define OWNERS_MAX 64 /* users whose namespaces are counted each */
#define DEPTH_MAX  33 /* user namespaces in one another (user_namespaces(7)), and one */

static uint64_t inode_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? st.st_ino : 0;
}

uint64_t netns_own_userns(void)
{
	struct stat st;

	return stat("/proc/self/ns/user", &st) == 0 ? st.st_ino : 0;
}

/* Takes the descriptor of a user namespace over. The owner of the outermost within our own. */
static int outermost_owner(uint64_t own, int user, uint32_t *ret_uid)
{
	uid_t uid = 0;
	int err = -ELOOP;

	for (int depth = 0; depth < DEPTH_MAX && err == -ELOOP; depth++) {
		int parent = ioctl(user, NS_GET_PARENT);
		bool outermost = parent < 0 || inode_of(parent) == own;
		if (outermost)
			err = ioctl(user, NS_GET_OWNER_UID, &uid) < 0 ? -errno : 0;
		close(user);
		user = parent;
	}
	if (user >= 0)
		close(user);
	if (!err)
		*ret_uid = uid;
	return err;
}

static uint32_t owner_of_file(int dir, const char *path)
{
	struct stat st;

	/* That of a process's files, which is who it runs as. */
	return fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) == 0 ? st.st_uid : 0;
}

uint32_t netns_owner_at(uint64_t own_userns, int dir, const char *path)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	int user = fd < 0 ? -1 : ioctl(fd, NS_GET_USERNS);
	uint32_t uid = 0;
	int err = user < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	if (user >= 0 && inode_of(user) == own_userns)
		close(user);
	else if (user >= 0)
		err = outermost_owner(own_userns, user, &uid);
	return err ? owner_of_file(dir, path) : uid;
}

#define for_each_net(set, n)                                                           \
	for (uint32_t id_##n = pool_next(&(set)->pool, 0); id_##n != POOL_NONE;        \
		id_##n = pool_next(&(set)->pool, id_##n + 1))                          \
		for (struct netns *n = netns_at(set, id_##n), *once_##n = n; once_##n; \
			once_##n = NULL)

/* Of this user that the scan has met, or is to meet; or of these, what is not looked into yet. At
 * most: more are not counted. */
static uint32_t count_of(const struct netns_set *set, uint32_t owner, bool untried, uint32_t most)
{
	uint32_t n = 0;

	for (uint32_t id = pool_next(&set->pool, 0); id != POOL_NONE && n < most;
		id = pool_next(&set->pool, id + 1)) {
		const struct netns *it = netns_at(set, id);
		n += it->owner == owner && !(untried && it->plan.tried);
	}
	return n;
}

/* Whose turn it is, of those beyond the quota: others at each scan, and about half as many as there
 * is room for, or who is met last would never have one. */
static bool has_turn(const struct netns_set *set, uint32_t ino)
{
	uint64_t parts = 1 + set->overflowed_before / (NETNS_TRIED / 2);

	return hash_two(ino, set->scan) % parts == 0;
}

bool netns_quota_admits(struct netns_set *set, uint32_t ino, uint32_t owner)
{
	bool has_place = set->pool.live < NETNS_MAX;

	if (!owner || set->pool.live < set->per_user)
		has_place = set->pool.live < set->pool.cap;
	else if (!has_place || count_of(set, owner, false, set->per_user) == set->per_user)
		has_place = has_turn(set, ino) && set->pool.live < set->pool.cap &&
			    count_of(set, owner, true, NETNS_TRIED) < NETNS_TRIED;
	if (!has_place) {
		noted_add(&set->refused, hash_two(ino, set->scan));
		set->overflowed++;
		set->overflowed_owner = owner;
	}
	return has_place;
}

/* The lowest goes first. */
static unsigned worth(const struct netns *n)
{
	if (n->plan.listening)
		return 3;
	if (n->plan.open)
		return 2;
	return n->plan.tried ? 0 : 1;
}

/* Of those that were looked into in vain, who was there first goes; of the others, who came last.
 */
static bool goes_before(const struct netns *a, const struct netns *b)
{
	unsigned x = worth(a), y = worth(b);

	if (x != y)
		return x < y;
	return x == 0 ? a->born < b->born : a->born > b->born;
}

/* tried: of those that were looked into. */
static void drop_one(struct netns_set *set, uint32_t owner, bool tried)
{
	struct netns *victim = NULL;

	for_each_net(set, n)
	{
		if (n->own || n->owner != owner || n->scan != set->scan ||
			(tried && !n->plan.tried))
			continue;
		if (!victim || goes_before(n, victim))
			victim = n;
	}
	if (!victim)
		return;
	victim->scan = set->scan - 1;
	set->overflowed++;
	set->overflowed_owner = owner;
}

/* How many of each user there are, that the scan has met. */
struct owners_met {
	struct {
		uint32_t uid, tried, met;
	} at[OWNERS_MAX];
	size_t n;
	uint32_t met; /* of all, root's included */
};

static void add_met(struct owners_met *o, const struct netns *n)
{
	size_t i = 0;

	o->met++;
	while (i < o->n && o->at[i].uid != n->owner)
		i++;
	if (!n->owner || i == OWNERS_MAX) /* so many users are in no league */
		return;
	if (i == o->n)
		o->n++;
	o->at[i].uid = n->owner;
	o->at[i].met++;
	o->at[i].tried += n->plan.tried;
}

/* The user who has the most, and one less from now on; root where there is no other. */
static uint32_t take_from_greediest(struct owners_met *o)
{
	size_t most = 0;

	for (size_t i = 1; i < o->n; i++)
		if (o->at[i].met > o->at[most].met)
			most = i;
	if (!o->n || !o->at[most].met)
		return 0;
	o->at[most].met--;
	return o->at[most].uid;
}

void netns_quota_trim(struct netns_set *set)
{
	struct owners_met o = {0};

	if (set->pool.live <= set->per_user)
		return;
	for_each_net(set, n) if (n->scan == set->scan) add_met(&o, n);
	for (size_t i = 0; i < o.n; i++)
		for (; o.at[i].tried > set->per_user; o.at[i].tried--, o.at[i].met--, o.met--)
			drop_one(set, o.at[i].uid, true);
	for (; o.met > NETNS_MAX; o.met--)
		drop_one(set, take_from_greediest(&o), false);
}
