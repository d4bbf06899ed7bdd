// SPDX-License-Identifier: MIT
#include "kernel/socktab.h"

#include "base/mono.h"
#include "event/crowd.h"
#include "event/lost.h"
#include "kernel/conn_digest.h"

#include <errno.h>
#include <stdlib.h>

#define ROWS_KEPT 4096 /* room for rows that is kept between listings */

/* One cache line. */
struct sock {
	struct tuple tuple;
	union {
		uint32_t reported; /* digest of the numbers that were put last */
		uint32_t
			until; /* of a timewait socket, which has none: when its time is over, ms */
	};
	struct idlinks by_age; /* among the timewait sockets */
	uint32_t inode;        /* the last known; sockfs counts in 32 bits (get_next_ino) */
	uint32_t listing;      /* the number of the one that `seen` and `moved` are about */
	uint8_t state;         /* TCP_STATE_NONE: listed just now, not told yet */
	uint8_t dir;
	bool timewait : 1;
	bool own : 1;     /* of this process: not put */
	bool seen : 1;    /* it has a row */
	bool changed : 1; /* since the listing's start */
};

_Static_assert(sizeof(struct sock) == 64, "one cache line");

struct socktab_row {
	struct event_conn conn;
	uint32_t id;
	unsigned marks;
};

int socktab_init(struct socktab *t, uint32_t cap)
{
	int err;

	*t = (struct socktab){.timewaits = IDLIST_EMPTY};
	err = pool_init(&t->pool, sizeof(struct sock), cap);
	if (err < 0)
		return err;
	err = listeners_init(&t->listeners);
	if (err < 0)
		pool_done(&t->pool);
	return err;
}

void socktab_done(struct socktab *t)
{
	pool_done(&t->pool);
	index_done(&t->index);
	listeners_done(&t->listeners);
	free(t->listing.rows);
	t->listing = (struct socktab_listing){0};
}

/* Sockets by tuple. */

static struct sock *sock_at(const struct socktab *t, uint32_t id)
{
	return pool_at(&t->pool, id);
}

static uint32_t find(const struct socktab *t, const struct tuple *tuple, uint64_t hash)
{
	index_for_each_match (&t->index, hash, id)
		if (tuple_eq(&sock_at(t, id)->tuple, tuple))
			return id;
	return POOL_NONE;
}

static uint32_t make(struct socktab *t, const struct tuple *tuple, uint64_t hash)
{
	uint32_t id = pool_get(&t->pool);

	if (id == POOL_NONE)
		return id;
	if (index_add(&t->index, hash, id) < 0) {
		pool_put(&t->pool, id);
		return POOL_NONE;
	}
	sock_at(t, id)->tuple = *tuple;
	return id;
}

/* With what became of it in the latest listing. */
static struct sock *sock_listed(const struct socktab *t, uint32_t id)
{
	struct sock *s = sock_at(t, id);

	if (s->listing != t->listing.number)
		s->seen = s->changed = false;
	s->listing = t->listing.number;
	return s;
}

/* Timewait sockets, oldest first: all live equally long. */

static uint32_t msec(uint64_t when)
{
	return (uint32_t)(when / NSEC_PER_MSEC);
}

#define BY_AGE(t) &(t)->timewaits, &(t)->pool, offsetof(struct sock, by_age)

static void timewait_remove(struct socktab *t, uint32_t id)
{
	struct sock *s = sock_at(t, id);

	if (!s->timewait)
		return;
	idlist_pull(BY_AGE(t), id);
	s->timewait = false;
}

static void timewait_add(struct socktab *t, uint32_t id, uint64_t when)
{
	struct sock *s = sock_at(t, id);

	timewait_remove(t, id);
	s->timewait = true;
	s->until = msec(when + SOCKTAB_TIMEWAIT_LIFE);
	idlist_push(BY_AGE(t), id);
}

/* Sockets by inode. */

static void set_inode(struct socktab *t, struct sock *s, uint32_t inode)
{
	if (s->inode == inode)
		return;
	if (s->inode && !s->own && t->owners)
		owners_drop(t->owners, s->inode);
	s->inode = inode;
	s->own |= inode && t->own && self_sockets_has(t->own, inode);
	if (inode && !s->own && t->owners)
		owners_want(t->owners, inode);
}

static void drop(struct socktab *t, uint32_t id)
{
	timewait_remove(t, id);
	set_inode(t, sock_at(t, id), 0);
	index_remove(&t->index, tuple_hash(&sock_at(t, id)->tuple), id);
	pool_put(&t->pool, id);
}

/* Events. */

static usec_t wall(const struct socktab *t, uint64_t when)
{
	return (usec_t)(when / 1000) + t->clock;
}

static bool has_numbers(const struct sock *s, uint8_t state)
{
	return !s->timewait && state != TCP_TIME_WAIT && state != TCP_CLOSE;
}

static bool numbers_are_told(const struct sock *s, const struct event_conn *c)
{
	return !has_numbers(s, c->state) || s->reported == conn_digest(c);
}

/* Puts c as the latest of s, numbers and all. */
static void tell(const struct socktab *t, struct sock *s, const struct event_conn *c, uint64_t when,
	struct event_sink *sink)
{
	struct event e;

	if (has_numbers(s, c->state))
		s->reported = conn_digest(c);
	if (s->own)
		return;
	event_begin(&e, EVENT_CONN, wall(t, when));
	e.conn = *c;
	e.conn.dir = s->dir;
	if (s->state != TCP_STATE_NONE)
		e.conn.was = s->state;
	event_put(sink, &e);
}

static void tell_close(
	const struct socktab *t, struct sock *s, uint64_t when, struct event_sink *sink)
{
	struct event_conn c = {
		.tuple = s->tuple,
		.hash = tuple_hash(&s->tuple),
		.state = TCP_CLOSE,
		EVENT_CONN_ABSENT,
	};

	if (s->state != TCP_STATE_NONE)
		tell(t, s, &c, when, sink);
}

/* Moves. */

/* True when a socket that was thought to be s must be another one on its tuple. */
static bool is_another(const struct sock *s, const struct event_conn *c, uint8_t state)
{
	if (s->state == TCP_STATE_NONE)
		return false;
	return tcp_rank(state) < tcp_rank(s->state) ||
	       (tcp_is_opening(c) && s->state == TCP_ESTABLISHED);
}

/* True when a row has shown already where this transition led to. The ring ends for a reader where
 * some CPU has not finished its record, whatever others have put behind it (ring_buffer__consume):
 * such a transition is applied after a row that was read later. Timewait sockets do give way to new
 * connections without a transition of their own. */
static bool is_past(const struct sock *s, const struct event_conn *c)
{
	return s->seen && !s->changed && !s->timewait && is_another(s, c, c->state);
}

static uint8_t guess_dir(const struct socktab *t, const struct event_conn *c)
{
	if (c->state == TCP_SYN_SENT || c->was == TCP_SYN_SENT)
		return DIR_OUT;
	if (c->state == TCP_SYN_RECV || c->was == TCP_SYN_RECV)
		return DIR_IN;
	if (listeners_has(&t->listeners, c->ns, c->lport))
		return DIR_IN;
	return listeners_know(&t->listeners, c->ns) ? DIR_OUT : DIR_UNKNOWN;
}

static void begin_anew(struct socktab *t, uint32_t id, uint64_t when, struct event_sink *sink)
{
	struct sock *s = sock_at(t, id);

	tell_close(t, s, when, sink);
	timewait_remove(t, id);
	set_inode(t, s, 0);
	s->own = false;
	s->state = TCP_STATE_NONE;
	s->dir = DIR_UNKNOWN;
}

/* Takes over what c says of socket id, and tells it when it is news: another state, or by a row of
 * a listing other numbers. */
static void take(struct socktab *t, uint32_t id, const struct event_conn *c, unsigned marks,
	uint64_t when, struct event_sink *sink)
{
	struct sock *s = sock_at(t, id);
	bool timewait = marks & SOCK_TIMEWAIT;

	if (is_another(s, c, c->state))
		begin_anew(t, id, when, sink);
	if (!timewait && s->state != c->state)
		timewait_remove(t, id);
	if (!s->dir)
		s->dir = guess_dir(t, c);
	s->own |= (marks & SOCK_OWN) != 0;
	if (c->inode != ABSENT)
		set_inode(t, s, (uint32_t)c->inode);
	if (s->state != c->state || (c->was == TCP_STATE_NONE && !numbers_are_told(s, c)))
		tell(t, s, c, when, sink);
	if (timewait && (!s->timewait || s->state != c->state))
		timewait_add(t, id, when);
	s->state = c->state;
}

static void move_listener(struct socktab *t, const struct event_conn *c)
{
	if (c->lport == 0)
		return;
	if (c->state == TCP_LISTEN)
		listeners_add(&t->listeners, c->ns, c->lport);
	else
		listeners_remove(&t->listeners, c->ns, c->lport);
}

/* A place for a connection where there is none: another makes way, if one is worth less. */
static uint32_t make_way(struct socktab *t, const struct event_conn *c, uint64_t hash,
	uint64_t when, struct event_sink *sink)
{
	struct crowd crowd = {.n = 0};
	uint32_t id;

	if (t->pool.live < t->pool.cap)
		return POOL_NONE; /* memory is out */
	for (size_t i = 0; i < CROWD_SAMPLE; i++) {
		id = (uint32_t)(hash_mix(t->drawn++, hash_secret[3]) % t->pool.cap);
		crowd_add(&crowd, &sock_at(t, id)->tuple, sock_at(t, id)->state, id);
	}
	if (!crowd_pick(&crowd, &c->tuple, c->state, &id))
		return POOL_NONE;
	tell_close(t, sock_at(t, id), when, sink);
	drop(t, id);
	t->evicted++;
	return make(t, &c->tuple, hash);
}

void socktab_transition(struct socktab *t, const struct event_conn *c, unsigned marks,
	uint64_t when, struct event_sink *sink)
{
	struct event_conn now = *c;
	uint64_t hash = event_conn_hash(c);
	uint32_t id;
	bool timewait;

	if (c->state >= TCP_STATES || c->was >= TCP_STATES)
		return;
	if (c->state == TCP_LISTEN || c->was == TCP_LISTEN) {
		move_listener(t, c);
		return;
	}
	if (c->port == 0 || c->lport == 0)
		return;
	now.state = tcp_state_after(c, marks, &timewait);
	id = find(t, &c->tuple, hash);
	if (now.state == TCP_CLOSE) {
		if (id == POOL_NONE)
			return;
		if (sock_at(t, id)->state != TCP_STATE_NONE)
			tell(t, sock_at(t, id), &now, when, sink);
		drop(t, id);
		return;
	}
	if (id == POOL_NONE) {
		t->unknown_netns |= !listeners_know(&t->listeners, c->ns);
		id = make(t, &c->tuple, hash);
	}
	if (id == POOL_NONE)
		id = make_way(t, &now, hash, when, sink);
	if (id == POOL_NONE) {
		t->lost++;
		return;
	}
	if (is_past(sock_listed(t, id), &now))
		return;
	sock_at(t, id)->changed = true;
	take(t, id, &now, timewait ? marks | SOCK_TIMEWAIT : marks & ~(unsigned)SOCK_TIMEWAIT, when,
		sink);
}

/* Listings. */

void socktab_begin(struct socktab *t, uint32_t ns, uint32_t states, uint64_t when)
{
	struct socktab_listing *l = &t->listing;

	l->running = true;
	l->number++;
	l->ns = ns;
	l->states = states;
	l->began = when;
	l->listeners_whole = l->listeners_taken = !(states & 1u << TCP_LISTEN);
	l->count = 0;
	l->total = 0;
	l->half_open = 0;
	l->open = 0;
	l->overflowed = 0;
	l->cut = false;
	if (states & 1u << TCP_LISTEN)
		listeners_begin(&t->listeners);
}

static int reserve_row(struct socktab_listing *l)
{
	size_t cap = l->cap ? l->cap * 2 : 256;
	struct socktab_row *rows;

	if (l->count < l->cap)
		return 0;
	rows = realloc(l->rows, cap * sizeof *rows);
	if (!rows)
		return -ENOMEM;
	l->rows = rows;
	l->cap = cap;
	return 0;
}

static bool row_counts(const struct socktab_listing *l, const struct event_conn *row)
{
	return l->running && row->state < TCP_STATES && l->states >> row->state & 1 &&
	       row->ns == l->ns && row->lport != 0;
}

/* True when the row says nothing that has not been put. */
static bool is_known(const struct socktab_listing *l, const struct sock *s,
	const struct event_conn *row, unsigned marks)
{
	if (s->state != row->state)
		return false;
	return l->states != SOCKTAB_ALL || marks & SOCK_TIMEWAIT || numbers_are_told(s, row);
}

static void prefetch(const struct socktab *t, uint32_t id)
{
	if (id == POOL_NONE)
		return;
	__builtin_prefetch(sock_at(t, id), 1);
}

void socktab_prefetch(const struct socktab *t, const struct event *rows, size_t n)
{
	uint32_t ids[SOCKTAB_EXPECTED];

	if (n > SOCKTAB_EXPECTED)
		n = SOCKTAB_EXPECTED;
	for (size_t i = 0; i < n; i++)
		index_prefetch(&t->index, event_conn_hash(&rows[i].conn));
	for (size_t i = 0; i < n; i++) {
		struct index_walk walk;
		ids[i] = index_first(&t->index, event_conn_hash(&rows[i].conn), &walk);
		prefetch(t, ids[i]);
	}
	for (size_t i = 0; i < n; i++) {
		/* Rows mostly say what is known, and leave the neighbours alone. */
		if (rows[i].conn.was == TCP_STATE_NONE || ids[i] == INDEX_NONE ||
			!sock_at(t, ids[i])->timewait)
			continue;
		prefetch(t, sock_at(t, ids[i])->by_age.older);
		prefetch(t, sock_at(t, ids[i])->by_age.newer);
	}
}

void socktab_add(struct socktab *t, const struct event_conn *row, unsigned marks)
{
	struct socktab_listing *l = &t->listing;

	if (!row_counts(l, row))
		return;
	l->total++;
	l->half_open += SOCKTAB_HALF_OPEN >> row->state & 1;
	l->open += row->state != TCP_LISTEN && row->state != TCP_TIME_WAIT;
	if (row->state == TCP_LISTEN) {
		listeners_list(&t->listeners, row->ns, row->lport);
		return;
	}
	uint64_t hash = event_conn_hash(row);
	uint32_t id = find(t, &row->tuple, hash);
	bool told = id != POOL_NONE && is_known(l, sock_at(t, id), row, marks);

	if (!told && reserve_row(l) == 0) {
		/* A tuple that is news gets its place now, so that a transition to CLOSE before the
		 * row is taken finds it, and the row does not outlive the socket. */
		if (id == POOL_NONE)
			id = make(t, &row->tuple, hash);
		if (id != POOL_NONE)
			l->rows[l->count++] = (struct socktab_row){*row, id, marks};
	} else if (!told) {
		l->cut = true;
	}
	if (id == POOL_NONE)
		l->overflowed++;
	else
		sock_listed(t, id)->seen = true;
}

static void close_unlisted(struct socktab *t, struct event_sink *sink)
{
	const struct socktab_listing *l = &t->listing;

	for (uint32_t id = pool_next(&t->pool, 0); id != POOL_NONE;
		id = pool_next(&t->pool, id + 1)) {
		struct sock *s = sock_listed(t, id);

		if (s->seen || s->changed || s->tuple.ns != l->ns)
			continue;
		if (!(l->states >> s->state & 1))
			continue;
		tell_close(t, s, l->began, sink);
		drop(t, id);
	}
}

/* The socket of a row may have moved, closed, and its id may have gone to another. */
static bool is_overtaken(const struct socktab *t, const struct socktab_row *row)
{
	if (!pool_is_live(&t->pool, row->id))
		return true;
	const struct sock *s = sock_listed(t, row->id);
	return s->changed || !s->seen || !tuple_eq(&s->tuple, &row->conn.tuple);
}

static void take_rows(struct socktab *t, struct event_sink *sink)
{
	struct socktab_listing *l = &t->listing;

	for (size_t i = 0; i < l->count; i++) {
		struct socktab_row *row = &l->rows[i];
		if (row->conn.state == TCP_TIME_WAIT)
			row->marks |= SOCK_TIMEWAIT;
		row->conn.was = TCP_STATE_NONE;
		if (!is_overtaken(t, row))
			take(t, row->id, &row->conn, row->marks, l->began, sink);
	}
	l->count = 0;
}

void socktab_listeners_whole(struct socktab *t)
{
	t->listing.listeners_whole = true;
}

static void take_listeners(struct socktab *t)
{
	struct socktab_listing *l = &t->listing;

	if (l->listeners_taken || !l->listeners_whole)
		return;
	listeners_end(&t->listeners, l->ns);
	l->listeners_taken = true;
}

void socktab_take(struct socktab *t, struct event_sink *sink)
{
	const struct socktab_listing *l = &t->listing;

	if (!l->running)
		return;
	take_listeners(t);
	if (l->listeners_taken || listeners_know(&t->listeners, l->ns))
		take_rows(t, sink);
}

static void end_rows(struct socktab_listing *l)
{
	l->running = false;
	if (l->cap <= ROWS_KEPT)
		return;
	free(l->rows);
	l->rows = NULL;
	l->cap = 0;
}

void socktab_end(struct socktab *t, bool whole, struct event_sink *sink)
{
	struct socktab_listing *l = &t->listing;

	if (!l->running)
		return;
	l->listeners_whole |= whole;
	take_listeners(t);
	if (whole)
		close_unlisted(t, sink);
	take_rows(t, sink);
	/* The same sockets find no place at each listing: only more of them is news. */
	if (l->overflowed > l->last_overflowed)
		t->lost += l->overflowed - l->last_overflowed;
	if (l->states == SOCKTAB_ALL || l->overflowed > l->last_overflowed)
		l->last_overflowed = l->overflowed;
	end_rows(l);
}

void socktab_forget(struct socktab *t, bool (*gone)(const void *context, uint32_t ns),
	const void *context, uint64_t when, struct event_sink *sink)
{
	for (uint32_t id = pool_next(&t->pool, 0); id != POOL_NONE;
		id = pool_next(&t->pool, id + 1)) {
		if (!gone(context, sock_at(t, id)->tuple.ns))
			continue;
		tell_close(t, sock_at(t, id), when, sink);
		drop(t, id);
	}
}

void socktab_expire(struct socktab *t, uint64_t when, struct event_sink *sink)
{
	while (t->timewaits.oldest != POOL_NONE &&
		(int32_t)(sock_at(t, t->timewaits.oldest)->until - msec(when)) <= 0) {
		tell_close(t, sock_at(t, t->timewaits.oldest), when, sink);
		drop(t, t->timewaits.oldest);
	}
	put_lost(sink, wall(t, when), "sockets", t->lost);
	put_lost(sink, wall(t, when), "evicted", t->evicted);
	t->lost = t->evicted = 0;
}
