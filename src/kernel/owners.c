// SPDX-License-Identifier: MIT
#include "kernel/owners.h"

#include "base/hash.h"
#include "base/mono.h"
#include "kernel/self_sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define BETWEEN_CLOCKS 32                  /* descriptors read between two looks at the clock */
#define REST           (30 * NSEC_PER_SEC) /* who is told of may have handed a socket on */
#define REST_NEWS      (1 * NSEC_PER_SEC)
#define PART           50 /* passes take at most this part of one CPU */

struct owner {
	uint64_t inode;
	uint32_t wanted;    /* how often */
	uint32_t pid;       /* as told; 0: none yet */
	uint32_t name_hash; /* as told */
	uint32_t pass;      /* the last in which pid held it */
};

int owners_init(struct owners *o, uint32_t cap)
{
	*o = (struct owners){.process = -1};
	return pool_init(&o->pool, sizeof(struct owner), cap);
}

static void end_process(struct owners *o)
{
	if (o->fds)
		closedir(o->fds);
	if (o->process >= 0)
		close(o->process);
	o->fds = NULL;
	o->process = -1;
}

void owners_done(struct owners *o)
{
	if (!o->pool.cap)
		return;
	end_process(o);
	proc_walk_end(&o->walk);
	pool_done(&o->pool);
	index_done(&o->index);
	*o = (struct owners){.process = -1};
}

/* What is wanted. */

static uint64_t hash_of(uint64_t inode)
{
	return hash_two(inode, 0);
}

static uint32_t find(const struct owners *o, uint64_t inode)
{
	index_for_each_match (&o->index, hash_of(inode), id) {
		const struct owner *it = pool_at(&o->pool, id);
		if (it->inode == inode)
			return id;
	}
	return POOL_NONE;
}

void owners_want(struct owners *o, uint64_t inode)
{
	uint32_t id = find(o, inode);

	if (id == POOL_NONE) {
		id = pool_get(&o->pool);
		if (id == POOL_NONE)
			return;
		if (index_add(&o->index, hash_of(inode), id) < 0) {
			pool_put(&o->pool, id);
			return;
		}
		o->wanted = true;
	}
	struct owner *it = pool_at(&o->pool, id);
	it->inode = inode;
	it->wanted++;
}

void owners_drop(struct owners *o, uint64_t inode)
{
	uint32_t id = find(o, inode);

	if (id == POOL_NONE)
		return;
	struct owner *it = pool_at(&o->pool, id);
	if (--it->wanted)
		return;
	index_remove(&o->index, hash_of(inode), id);
	pool_put(&o->pool, id);
}

/* The process at hand. */

static void read_name(struct owners *o)
{
	if (o->named)
		return;
	proc_comm(o->process, o->name);
	o->name_hash = (uint32_t)hash_bytes(o->name, strlen(o->name));
	o->named = true;
}

static void tell(struct owners *o, struct owner *it, struct event_sink *sink)
{
	struct event e = event_make(EVENT_OWNER, clock_now());

	it->pid = o->pid;
	it->name_hash = o->name_hash;
	it->pass = o->pass;
	e.owner.inode = it->inode;
	e.owner.pid = o->pid;
	e.owner.name = str_of(o->name);
	event_put(sink, &e);
}

/* The process at hand holds this socket. */
static void hold(struct owners *o, struct owner *it, struct event_sink *sink)
{
	read_name(o);
	if (!o->name[0])
		return; /* it ended just now */
	if (it->pid == o->pid && it->name_hash == o->name_hash)
		it->pass = o->pass;
	else if (it->pid == 0 || it->pid == o->pid || it->pass + 1 < o->pass)
		/* Another is believed only after a whole pass without the one that was told. */
		tell(o, it, sink);
}

/* True when there is more. */
static bool read_fds(struct owners *o, uint64_t deadline, struct event_sink *sink)
{
	const struct dirent *entry;

	for (unsigned i = 1; (entry = readdir(o->fds)); i++) {
		char link[64];
		ssize_t n = readlinkat(dirfd(o->fds), entry->d_name, link, sizeof link);
		uint64_t inode = n > 0 ? socket_inode((struct str){link, (size_t)n}) : 0;
		uint32_t id = inode ? find(o, inode) : POOL_NONE;
		if (id != POOL_NONE)
			hold(o, pool_at(&o->pool, id), sink);
		if (i % BETWEEN_CLOCKS == 0 && mono_now() >= deadline)
			return true;
	}
	end_process(o);
	return false;
}

static void begin_process(struct owners *o, uint32_t pid)
{
	o->saw_init |= pid == 1;
	o->pid = pid;
	o->named = false;
	o->process = proc_open_process(pid);
	if (o->process < 0)
		return;
	int fd = openat(o->process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		o->fds = fdopendir(fd);
	else
		o->denied_now += errno == EACCES || errno == EPERM;
	if (!o->fds)
		end_process(o);
}

/* All of them. */

static void begin_pass(struct owners *o)
{
	o->pass++;
	o->passing = true;
	o->wanted = false;
	o->spent = 0;
	o->denied_now = 0;
	o->saw_init = false;
	proc_walk_begin(&o->walk);
}

static void end_pass(struct owners *o)
{
	uint64_t now = mono_now();

	proc_walk_end(&o->walk);
	o->passing = false;
	o->denied = o->denied_now;
	o->sees_init = o->saw_init;
	o->due = now + (o->spent * PART > REST_NEWS ? o->spent * PART : REST_NEWS);
	o->rest = now + (o->spent * PART > REST ? o->spent * PART : REST);
}

static void step(struct owners *o, uint64_t deadline, struct event_sink *sink)
{
	uint64_t start = cpu_now();
	uint32_t pid;
	bool more = true;

	while (more && (o->fds || mono_now() < deadline)) {
		if (o->fds) {
			if (read_fds(o, deadline, sink))
				break;
		} else {
			more = proc_walk_next(&o->walk, &pid);
			if (more)
				begin_process(o, pid);
		}
	}
	o->spent += cpu_now() - start;
	if (!more)
		end_pass(o);
}

void owners_poll(struct owners *o, uint64_t deadline, struct event_sink *sink)
{
	uint64_t now = mono_now();

	if (!o->passing && o->pool.live && now >= (o->wanted ? o->due : o->rest))
		begin_pass(o);
	if (o->passing)
		step(o, deadline, sink);
}

void owners_settle(struct owners *o, uint64_t deadline, struct event_sink *sink)
{
	while (o->passing && mono_now() < deadline)
		step(o, deadline, sink);
	if (o->passing || !o->wanted)
		return;
	begin_pass(o);
	while (o->passing && mono_now() < deadline)
		step(o, deadline, sink);
}
