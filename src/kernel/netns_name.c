// SPDX-License-Identifier: MIT
#include "kernel/netns_name.h"

#define ID_LENGTH 64 /* of SHA-256 in hexadecimal: docker, containerd, podman, CRI-O */

/* The text up to the separator; *rest moves behind it. */
static struct str cut(struct str *rest, char separator)
{
	const char *at = rest->n ? memchr(rest->p, separator, rest->n) : NULL;
	struct str head = {rest->p, at ? (size_t)(at - rest->p) : rest->n};
	size_t taken = head.n + (at != NULL);

	rest->p += taken;
	rest->n -= taken;
	return head;
}

static bool ends_with(struct str s, struct str tail)
{
	return s.n >= tail.n && memcmp(s.p + s.n - tail.n, tail.p, tail.n) == 0;
}

static struct str without(struct str s, struct str tail)
{
	if (ends_with(s, tail))
		s.n -= tail.n;
	return s;
}

static bool is_hex(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= '0' && s.p[i] <= '9') && !(s.p[i] >= 'a' && s.p[i] <= 'f'))
			return false;
	return true;
}

/* What follows the head, or absent. */
static struct str after(struct str s, struct str head)
{
	if (!str_starts(s, head) || s.n == head.n)
		return STR_ABSENT;
	return (struct str){s.p + head.n, s.n - head.n};
}

/* "<id>", "docker-<id>", "libpod-<id>", "cri-containerd-<id>", "crio-<id>". Podman's
 * "libpod-conmon-<id>" holds the monitor, which stays outside. */
static struct str by_id(struct str group)
{
	struct str id = group;

	if (group.n < ID_LENGTH)
		return STR_ABSENT;
	id.p += group.n - ID_LENGTH;
	id.n = ID_LENGTH;
	struct str head = {group.p, group.n - ID_LENGTH};
	if (!is_hex(id) || (head.n && head.p[head.n - 1] != '-') ||
		ends_with(head, STR_LIT("conmon-")))
		return STR_ABSENT;
	return (struct str){id.p, CONTAINER_ID_SHORT};
}

/* LXC's "lxc.payload.NAME" (before 4.0 "lxc/NAME"), and systemd's names for what is registered as
 * a machine. */
static struct str by_name(struct str group, struct str parent)
{
	struct str name = after(group, STR_LIT("lxc.payload."));

	if (!name.p && group.n && str_eq(parent, STR_LIT("lxc")))
		name = group;
	if (!name.p)
		name = after(group, STR_LIT("systemd-nspawn@"));
	if (!name.p && str_eq(parent, STR_LIT("machine.slice")))
		name = after(group, STR_LIT("machine-"));
	return name;
}

/* One path; of containers in containers the innermost. */
static struct str in_path(struct str path)
{
	struct str parent = STR_ABSENT, found = STR_ABSENT;

	while (path.n) {
		struct str whole = cut(&path, '/');
		struct str group = without(without(whole, STR_LIT(".scope")), STR_LIT(".service"));
		struct str name = by_id(group);
		if (!name.p)
			name = by_name(group, parent);
		if (name.p)
			found = name;
		parent = whole;
	}
	return found;
}

struct str netns_container(struct str cgroup)
{
	while (cgroup.n) {
		struct str line = cut(&cgroup, '\n');
		cut(&line, ':'); /* the hierarchy's number */
		cut(&line, ':'); /* its controllers */
		struct str name = in_path(line);
		if (name.p)
			return name;
	}
	return STR_ABSENT;
}
