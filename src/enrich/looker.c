// SPDX-License-Identifier: MIT
#include "enrich/looker.h"

#include "enrich/rdap_tables.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define TURN_MS 50 /* for what waits for a server's turn */

struct looker {
	int epoll;
	bool networks;
	struct inquiries inquiries;
	struct names *names; /* NULL: no names are asked for */
};

void looker_open(const struct looker_options *o, struct looker_files *ret_files)
{
	for (unsigned i = 0; i < LOOK_TABLES; i++)
		ret_files->tables[i] = o->networks ? rdap_tables_open(o->cache_dir, i) : -ENOENT;
}

static void load_tables(struct looker *l, struct looker_files *files)
{
	for (unsigned i = 0; i < LOOK_TABLES; i++) {
		if (files->tables[i] < 0)
			continue;
		rdap_services_load(&l->inquiries.inquirer.services, (enum family)i,
			files->tables[i], clock_now());
		close(files->tables[i]);
		files->tables[i] = -1;
	}
}

static int watch(const struct looker *l, int fd)
{
	struct epoll_event e = {.events = EPOLLIN};

	return epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &e) < 0 ? -errno : 0;
}

static int open_parts(struct looker *l, const struct looker_options *o, struct reason *reason)
{
	int err = l->epoll < 0 ? -errno : 0;

	if (!err && o->by_name) {
		l->names = names_new(&o->names, reason, &err);
		if (!l->names)
			return err;
	}
	if (!err)
		err = inquiries_init(&l->inquiries, &o->inquiries);
	if (!err)
		err = watch(l, l->inquiries.epoll);
	if (!err && l->names)
		err = watch(l, names_fd(l->names));
	if (err)
		reason_set_error(reason, err);
	return err;
}

struct looker *looker_new(const struct looker_options *o, struct looker_files *files,
	struct reason *reason, int *ret_err)
{
	struct looker *l = calloc(1, sizeof *l);

	*ret_err = -ENOMEM;
	reason_set_error(reason, -ENOMEM);
	if (l) {
		l->networks = o->networks;
		l->inquiries.epoll = -1;
		l->epoll = epoll_create1(EPOLL_CLOEXEC);
		*ret_err = open_parts(l, o, reason);
	}
	if (l && !*ret_err) {
		load_tables(l, files);
		return l;
	}
	looker_free(l);
	return NULL;
}

void looker_free(struct looker *l)
{
	if (!l)
		return;
	inquiries_done(&l->inquiries);
	names_free(l->names);
	if (l->epoll >= 0)
		close(l->epoll);
	free(l);
}

int looker_fd(const struct looker *l)
{
	return l->epoll;
}

int looker_wait(const struct looker *l)
{
	int names = l->names ? names_wait(l->names) : -1;

	if (inquiries_wait(&l->inquiries) && (names < 0 || names > TURN_MS))
		return TURN_MS;
	return names;
}

enum look_fault looker_take(struct looker *l, const union look_message *m, size_t n, usec_t now)
{
	enum look_fault fault = look_check(m, n, true);

	if (fault)
		return fault;
	switch (m->head.kind) {
	case LOOK_ASK:
		if (!l->networks)
			return LOOK_BAD_KIND;
		return inquiries_ask(&l->inquiries, &m->ask, now) ? LOOK_FINE : LOOK_BAD_ID;
	case LOOK_URGE:
		inquiries_urge(&l->inquiries, m->urge.id, m->urge.urgency);
		return LOOK_FINE;
	default:
		if (!l->names)
			return LOOK_BAD_KIND;
		return names_ask(l->names, &m->ask_name, now) ? LOOK_FINE : LOOK_BAD_ID;
	}
}

void looker_turn(struct looker *l, usec_t now)
{
	inquiries_turn(&l->inquiries, now);
	if (l->names)
		names_turn(l->names, now);
}

bool looker_next(const struct looker *l, union look_message *m)
{
	return (l->names && names_next(l->names, m)) || inquiries_next(&l->inquiries, m);
}

void looker_told(struct looker *l)
{
	union look_message m;

	if (l->names && names_next(l->names, &m))
		names_told(l->names);
	else
		inquiries_told(&l->inquiries);
}
