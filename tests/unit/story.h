/* SPDX-License-Identifier: MIT
 *
 * What the kernel says of connections to 192.0.2.1:80, and the story that socktab makes of it. Not
 * every test needs all of it.
 */
#ifndef NG_TESTS_STORY_H
#define NG_TESTS_STORY_H

#include "unit.h"

#include "kernel/socktab.h"

#define NS   7u
#define SEC  UINT64_C(1000000000)
#define TOLD 64

struct fixture {
	struct event_sink sink; /* first */
	struct socktab table;
	struct event told[TOLD];
	size_t count;
	char story[TOLD * 80];
};

static inline void put(struct event_sink *sink, const struct event *event)
{
	struct fixture *f = (struct fixture *)sink;

	assert_in_range(f->count, 0, TOLD - 1);
	f->told[f->count++] = *event;
}

static inline int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	f->sink.put = put;
	assert_int_equal(socktab_init(&f->table, 8), 0);
	*state = f;
	return 0;
}

static inline int tear_down(void **state)
{
	struct fixture *f = *state;

	socktab_done(&f->table);
	free(f);
	return 0;
}

/* The peer is 198.51.100.1:port, this side 192.0.2.1:80. */
static inline struct event_conn conn(uint16_t port, uint8_t was, uint8_t to)
{
	return (struct event_conn){
		.ip = ip_of("198.51.100.1"),
		.lip = ip_of("192.0.2.1"),
		.ns = NS,
		.port = port,
		.lport = 80,
		.state = to,
		.was = was,
		EVENT_CONN_ABSENT,
	};
}

static inline void move_marked(
	struct fixture *f, uint16_t port, uint8_t was, uint8_t to, unsigned marks, uint64_t when)
{
	struct event_conn c = conn(port, was, to);

	socktab_transition(&f->table, &c, marks, when, &f->sink);
}

static inline void move(struct fixture *f, uint16_t port, uint8_t was, uint8_t to)
{
	move_marked(f, port, was, to, 0, SEC);
}

static inline void add(struct fixture *f, uint16_t port, uint8_t state)
{
	struct event_conn c = conn(port, TCP_STATE_NONE, state);

	socktab_add(&f->table, &c, 0);
}

static inline void begin(struct fixture *f, uint32_t states)
{
	socktab_begin(&f->table, NS, states, 2 * SEC);
}

static inline void end(struct fixture *f)
{
	socktab_end(&f->table, true, &f->sink);
}

static inline void take(struct fixture *f)
{
	socktab_take(&f->table, &f->sink);
}

/* "PORT WAS>STATE DIR, …" of what was put since the last call. */
static inline const char *story(struct fixture *f)
{
	size_t n = 0;

	f->story[0] = '\0';
	for (size_t i = 0; i < f->count; i++) {
		const struct event_conn *c = &f->told[i].conn;
		const char *was = tcp_state_name(c->was), *dir = direction_name(c->dir);
		assert_int_equal(f->told[i].kind, EVENT_CONN);
		n += (size_t)snprintf(f->story + n, sizeof f->story - n, "%s%u %s>%s %s",
			i ? ", " : "", c->port, was ? was : "", tcp_state_name(c->state),
			dir ? dir : "?");
	}
	f->count = 0;
	return f->story;
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

#endif
