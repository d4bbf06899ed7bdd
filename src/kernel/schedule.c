// SPDX-License-Identifier: MIT
#include "kernel/schedule.h"

#include "base/mono.h"
#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#define SLICE        (4 * NSEC_PER_MSEC) /* of a listing, in one poll */
#define SCAN_SLICE   (2 * NSEC_PER_MSEC)
#define LOOK_SLICE   (2 * NSEC_PER_MSEC) /* at the listeners of several namespaces */
#define OWNERS_SLICE (2 * NSEC_PER_MSEC)
#define OWNERS_LAST  (100 * NSEC_PER_MSEC) /* for a last look at all processes */

/* As many are on their way in any healthy traffic. */
#define HALF_OPEN_FEW 16

/* Listeners do not know of what this host itself is opening, to others (SYN_SENT). */
#define UNASKED_MOST (5 * NSEC_PER_SEC)

/* Where transitions are reported and none come: of our own namespace and of others while they have
 * no connections, and of one in which only the numbers of connections can change. Looking at the
 * listeners takes a walk through all sockets, too. */
#define EMPTY_REST (10 * NSEC_PER_SEC)
#define AWAY_REST  (30 * NSEC_PER_SEC)
#define CALM_REST  (3 * NSEC_PER_SEC)
#define CALM_LOOK  (2 * NSEC_PER_SEC)

/* A walk takes milliseconds where memory is plenty, for the table of connections grows with it. A
 * few transitions, which have reported themselves, are not worth one a second. */
#define STIRRED_MANY 32

/* Namespaces are looked for this often, and sooner when one shows up unasked. */
#define SCAN_INTERVAL (2 * NSEC_PER_SEC)
#define SCAN_REPORTED (5 * NSEC_PER_SEC) /* where transitions name those that are used */
#define SCAN_SOONEST  (250 * NSEC_PER_MSEC)
#define SCAN_PART     100

int schedule_init(
	struct schedule *r, const struct schedule_ops *ops, const struct schedule_pace *pace)
{
	r->ops = ops;
	r->pace = *pace;
	r->net = POOL_NONE;
	int err = netns_init(&r->nets);

	if (pace->per_user)
		r->nets.per_user = pace->per_user;
	if (err == 0)
		err = socktab_init(&r->table, SOCKTAB_MAX);
	if (err == 0)
		err = owners_init(&r->owners, SOCKTAB_MAX);
	r->table.own = &r->own;
	r->table.owners = &r->owners;
	return err;
}

void schedule_done(struct schedule *r)
{
	netns_done(&r->nets);
	if (r->table.pool.cap)
		socktab_done(&r->table);
	owners_done(&r->owners);
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* The namespaces. */

#define for_each_net(set, n)                                                           \
	for (uint32_t id_##n = pool_next(&(set)->pool, 0); id_##n != POOL_NONE;        \
		id_##n = pool_next(&(set)->pool, id_##n + 1))                          \
		for (struct netns *n = netns_at(set, id_##n), *once_##n = n; once_##n; \
			once_##n = NULL)

static void put_name(const struct netns *n, struct str name, struct event_sink *sink)
{
	struct event e = event_make(EVENT_NETNS, clock_now());

	e.netns.ns = n->ino;
	e.netns.name = name;
	event_put(sink, &e);
}

static bool is_gone(const void *set, uint32_t ns)
{
	uint32_t id = netns_find(set, ns);

	return id != POOL_NONE && netns_is_gone(set, netns_at(set, id));
}

static bool is_unlisted(const void *set, uint32_t ns)
{
	uint32_t id = netns_find(set, ns);

	return id == POOL_NONE || netns_at(set, id)->plan.closed;
}

static void forget_gone(struct schedule *r, struct event_sink *sink)
{
	bool any = false;

	for_each_net(&r->nets, n) any |= netns_is_gone(&r->nets, n);
	if (any)
		socktab_forget(&r->table, is_gone, &r->nets, mono_now(), sink);
	for_each_net(&r->nets, n)
	{
		if (!netns_is_gone(&r->nets, n))
			continue;
		listeners_forget(&r->table.listeners, n->ino);
		if (r->quic)
			quic_taps_forget(r->quic, n->ino);
		if (n->name[0] && !n->renamed)
			put_name(n, STR_ABSENT, sink);
		netns_remove(&r->nets, id_n);
	}
}

static void end_scan(struct schedule *r, struct event_sink *sink)
{
	forget_gone(r, sink);
	if (r->repairing)
		socktab_forget(&r->table, is_unlisted, &r->nets, mono_now(), sink);
	r->repairing = false;
	for_each_net(&r->nets, n)
	{
		if (n->renamed)
			put_name(n, str_of(n->name), sink);
		n->renamed = false;
	}
}

static unsigned magnitude(uint64_t n)
{
	unsigned bits = 0;

	for (; n; n >>= 1)
		bits++;
	return bits;
}

/* Goes on looking for namespaces; true when there is more. */
static bool scan(struct schedule *r, uint64_t deadline, struct event_sink *sink)
{
	uint64_t start = cpu_now(), hidden = r->nets.hidden, overflowed = r->nets.overflowed;

	if (r->nets.scanning)
		overflowed = r->nets.overflowed_before;

	if (!r->nets.scanning) {
		r->scan_spent = 0;
		r->table.unknown_netns = false;
		netns_scan_begin(&r->nets);
	}
	bool more = netns_scan_step(&r->nets, deadline);
	uint64_t now = mono_now();
	r->scan_spent += cpu_now() - start;
	r->scan_soonest = now + later(SCAN_SOONEST, r->scan_spent * SCAN_PART);
	r->scan_due = later(r->scan_soonest, now + (r->ops->drain ? SCAN_REPORTED : SCAN_INTERVAL));
	if (more)
		return true;
	r->changed |= !hidden != !r->nets.hidden ||
		      magnitude(overflowed) != magnitude(r->nets.overflowed);
	end_scan(r, sink);
	return false;
}

static bool scan_is_due(const struct schedule *r, uint64_t now)
{
	return r->nets.scanning || now >= r->scan_due ||
	       (r->table.unknown_netns && now >= r->scan_soonest);
}

/* One listing. */

static void begin(struct schedule *r, uint32_t id, uint32_t states, struct event_sink *sink)
{
	struct netns *n = netns_at(&r->nets, id);

	r->net = id;
	r->spent = 0;
	r->lost_meanwhile = false;
	r->own.stale = true;
	if (r->ops->drain)
		r->ops->drain(r, sink);
	socktab_begin(&r->table, n->ino, states, mono_now());
	r->err = r->ops->begin(r, n, states);
}

/* What was there before is told once: that delays no listing after it. Nor do transitions, which
 * are applied on the way. */
static void spend_on_telling(struct schedule *r, uint64_t cpu_start)
{
	if (netns_at(&r->nets, r->net)->plan.seeded)
		r->spent += cpu_now() - cpu_start;
}

static void plan_full(struct schedule *r, struct netns *n, uint64_t now)
{
	uint64_t wait = r->spent * r->pace.full_part, rest = r->pace.interval;
	bool reported = r->ops->drain && r->err == 0;
	const struct socktab_listing *l = &r->table.listing;

	n->plan.stirs = 0;
	n->plan.full_stirred = now + later(wait, rest);
	n->plan.full_moved = now + later(wait, later(rest, CALM_REST));
	if (reported)
		rest = later(rest, l->open ? CALM_REST : n->own ? EMPTY_REST : AWAY_REST);
	r->calm |= reported;

	if (r->err == 0) {
		n->plan.open = r->table.listing.open;
		n->plan.listening = listeners_any(&r->table.listeners, n->ino);
	}
	n->plan.full_listed = now;
	n->plan.tried = true;
	n->plan.seeded |= r->err == 0;
	n->plan.full_due = r->lost_meanwhile ? 0 : now + later(wait, rest);
	r->full_spent = r->spent;
	r->repair_from = now;
	r->full_gate = now + (r->lost_meanwhile ? r->spent * r->pace.repair_part : wait);
}

static void note_errors(struct schedule *r, struct netns *n)
{
	uint32_t closed = 0;

	n->plan.closed = r->err == -EPERM || r->err == -EACCES;
	if (n->own) {
		r->changed |= r->own_err != r->err;
		r->own_err = r->err;
	}
	if (r->err == -ENOENT)
		r->table.unknown_netns = true;
	for_each_net(&r->nets, it) closed += it->plan.closed && !it->own;
	r->changed |= closed != r->closed;
	r->closed = closed;
}

/* After looking for half-open connections. That takes as long where there are few. */
static uint64_t half_open_rest(const struct schedule *r, uint64_t spent, bool few)
{
	uint64_t close = spent * r->pace.half_open_part, calm = spent * r->pace.calm_part;

	if (!few)
		return close;
	return later(close, calm < r->pace.calm_most ? calm : r->pace.calm_most);
}

/* Only full listings are told: of what is not read, others say nothing. Dated as its rows are. */
static void put_listing(const struct schedule *r, struct event_sink *sink)
{
	const struct socktab_listing *l = &r->table.listing;
	struct event e = event_make(EVENT_LISTING, (usec_t)(l->began / 1000) + r->table.clock);

	e.listing.ns = l->ns;
	e.listing.full = true;
	e.listing.sockets = l->total;
	event_put(sink, &e);
}

static void end(struct schedule *r, struct event_sink *sink)
{
	bool full = r->table.listing.states == SOCKTAB_ALL;
	struct netns *n = netns_at(&r->nets, r->net);
	uint64_t start = cpu_now(), now;

	socktab_end(&r->table, r->err == 0, sink);
	if (full && r->err == 0 && !r->table.listing.cut)
		put_listing(r, sink);
	if (r->ops->ended)
		r->ops->ended(r, sink);
	now = mono_now();
	spend_on_telling(r, start);
	note_errors(r, n);
	n->plan.half_open_due = now + NSEC_PER_SEC;
	if (r->err == 0) {
		n->plan.half_open = r->table.listing.half_open;
		n->plan.listed = now;
	}
	if (full)
		plan_full(r, n, now);
	else
		r->half_open_gate =
			now + half_open_rest(r, r->spent, n->plan.half_open <= HALF_OPEN_FEW);
	r->net = POOL_NONE;
}

/* Every transition that a row may already show must be in before the two are compared. Without
 * transitions all is compared at the end, what closed before what is new. */
static int read_rows(struct schedule *r, struct event_sink *sink)
{
	uint64_t deadline = mono_now() + SLICE, start;
	int more;

	do {
		start = cpu_now();
		more = r->ops->step(r);
		r->spent += cpu_now() - start;
		if (r->ops->drain) {
			r->ops->drain(r, sink);
			start = cpu_now();
			socktab_take(&r->table, sink);
			spend_on_telling(r, start);
		}
	} while (more > 0 && mono_now() < deadline);
	return more;
}

/* Goes on with the listing; true when there is more. */
static bool step(struct schedule *r, struct event_sink *sink)
{
	int more = r->err ? r->err : read_rows(r, sink);

	if (more > 0)
		return true;
	r->err = more;
	end(r, sink);
	return false;
}

/* Whose turn it is. */

/* Full listings cost about the same where there is little to see, for the kernel walks the table of
 * all namespaces. Where budget is short, what grows old most is listed first: connections, by the
 * time that has passed. With 3000 of them a namespace has three turns for one of another with 30,
 * and ten for one without any. */
static uint64_t urgency(const struct netns *n, uint64_t now)
{
	uint64_t size = magnitude(n->plan.open);

	return (now - n->plan.full_listed) / NSEC_PER_MSEC * (16 + size * size);
}

/* The most urgent of those that are due, or POOL_NONE. */
static uint32_t pick_full(const struct schedule *r, uint64_t now)
{
	uint32_t best = POOL_NONE;
	uint64_t most = 0;

	for_each_net(&r->nets, n)
	{
		uint64_t urgent = urgency(n, now);
		if (n->plan.full_due > now || (best != POOL_NONE && urgent <= most))
			continue;
		best = id_n;
		most = urgent;
	}
	return best;
}

/* Half-open connections are made by listeners; where there is none, there are none. */
static uint64_t half_open_due(const struct schedule *r, const struct netns *n)
{
	if (!n->plan.seeded || n->plan.closed || !listeners_any(&r->table.listeners, n->ino))
		return UINT64_MAX;
	return n->plan.half_open_due;
}

/* The one that has been waiting longest for a look at these, or POOL_NONE. */
static uint32_t longest_waiting(const struct schedule *r, uint64_t now)
{
	uint32_t best = POOL_NONE;
	uint64_t best_due = now;

	for_each_net(&r->nets, n)
	{
		uint64_t due = half_open_due(r, n);
		if (due <= best_due && (best == POOL_NONE || due < best_due)) {
			best = id_n;
			best_due = due;
		}
	}
	return best;
}

/* One that is new. */
static uint32_t pick_new(const struct schedule *r)
{
	for_each_net(&r->nets, n) if (!n->plan.tried) return id_n;
	return POOL_NONE;
}

static bool has_half_open(struct schedule *r, struct netns *n, uint64_t now)
{
	if (!r->ops->half_open || n->plan.half_open || now >= n->plan.listed + UNASKED_MOST)
		return true;
	return r->ops->half_open(r, n) != 0;
}

/* The namespace whose half-open connections are to be listed, or POOL_NONE. A listing that finds
 * nothing costs as much as one that finds a flood: there is none when the listeners know of no such
 * connection, and the last listing has found none. */
static uint32_t pick_half_open(struct schedule *r, uint64_t now)
{
	uint64_t start = cpu_now(), deadline = now + LOOK_SLICE;
	uint32_t id;

	while ((id = longest_waiting(r, now)) != POOL_NONE && mono_now() < deadline) {
		struct netns *n = netns_at(&r->nets, id);
		if (has_half_open(r, n, now))
			return id;
		n->plan.half_open_due = now + (r->calm ? CALM_LOOK : NSEC_PER_SEC);
	}
	r->half_open_gate = mono_now() + half_open_rest(r, cpu_now() - start, true);
	return POOL_NONE;
}

static void begin_what_is_due(struct schedule *r, struct event_sink *sink)
{
	uint64_t now = mono_now();
	uint32_t states = SOCKTAB_ALL, id = pick_new(r);

	if (id == POOL_NONE && now >= r->full_gate)
		id = pick_full(r, now);
	if (id == POOL_NONE && r->pace.half_open_part && now >= r->half_open_gate) {
		states = SOCKTAB_HALF_OPEN;
		id = pick_half_open(r, now);
	}
	if (id != POOL_NONE)
		begin(r, id, states, sink);
}

bool schedule_poll(struct schedule *r, struct event_sink *sink)
{
	uint64_t now = mono_now();
	bool more = false;

	r->table.clock = mono_to_wall();
	if (r->net == POOL_NONE && scan_is_due(r, now))
		more = scan(r, now + SCAN_SLICE, sink);
	else if (r->net == POOL_NONE)
		begin_what_is_due(r, sink);
	if (r->net != POOL_NONE)
		more |= step(r, sink);
	/* More new namespaces may wait. */
	more |= r->net == POOL_NONE && !more && pick_new(r) != POOL_NONE;
	owners_poll(&r->owners, mono_now() + OWNERS_SLICE, sink);
	socktab_expire(&r->table, mono_now(), sink);
	if (r->taps)
		bpf_taps_poll(r->taps, &r->nets, &r->table.listeners, sink);
	if (r->quic)
		quic_taps_poll(r->quic, &r->nets, &r->table.listeners, sink);
	return more;
}

void schedule_finish(struct schedule *r, struct event_sink *sink)
{
	r->table.clock = mono_to_wall();
	while (r->net != POOL_NONE && step(r, sink))
		;
	while (r->nets.scanning && scan(r, UINT64_MAX, sink))
		;
	while (scan(r, UINT64_MAX, sink))
		;
	for_each_net(&r->nets, n)
	{
		begin(r, id_n, SOCKTAB_ALL, sink);
		while (step(r, sink))
			;
	}
	owners_settle(&r->owners, mono_now() + OWNERS_LAST, sink);
	socktab_expire(&r->table, mono_now(), sink);
}

static void stir(struct netns *n, uint32_t times)
{
	n->plan.stirs += times;
	uint64_t due = n->plan.stirs < STIRRED_MANY ? n->plan.full_moved : n->plan.full_stirred;
	if (due < n->plan.full_due)
		n->plan.full_due = due;
}

void schedule_stir(struct schedule *r, struct stirs *stirs)
{
	for (size_t i = 0; i < stirs->count; i++) {
		uint32_t id = netns_find(&r->nets, stirs->at[i].ns);
		if (id != POOL_NONE)
			stir(netns_at(&r->nets, id), stirs->at[i].n);
	}
	if (stirs->others)
		for_each_net(&r->nets, n) stir(n, stirs->others);
	if (stirs->count)
		r->calm = false;
	stirs_clear(stirs);
}

void schedule_list_all(struct schedule *r)
{
	for_each_net(&r->nets, n) n->plan.full_due = 0;
}

/* The next full listing may come as soon as this part of the time allows. */
static void open_gate(struct schedule *r, unsigned part)
{
	uint64_t gate = r->repair_from + r->full_spent * part;

	if (gate < r->full_gate)
		r->full_gate = gate;
}

void schedule_set_full_part(struct schedule *r, unsigned part)
{
	r->pace.full_part = part;
	open_gate(r, part);
}

void schedule_mark_suspect(struct schedule *r)
{
	r->repairing = true;
}

void schedule_repair(struct schedule *r)
{
	schedule_mark_suspect(r);
	r->lost_meanwhile = true;
	schedule_list_all(r);
	open_gate(r, r->pace.repair_part);
}

void schedule_note(
	const struct schedule *r, const char *base, char ret_note[static SOURCE_REASON_MAX])
{
	char failed[96] = "", closed[64] = "";
	char many[128] = "";
	const char *hidden =
		r->nets.hidden ? "; the network namespace of some processes cannot be seen" : "";
	char all[2 * SOURCE_REASON_MAX];

	if (r->own_err)
		snprintf(failed, sizeof failed, "; listing the sockets failed: %s",
			strerror(-r->own_err));
	if (r->closed)
		snprintf(closed, sizeof closed, "; %u network namespace%s may not be entered",
			r->closed, r->closed == 1 ? "" : "s");
	if (r->nets.overflowed)
		snprintf(many, sizeof many,
			"; %" PRIu64 " network namespace%s not looked into: there are too many, "
			"the last by user %" PRIu32,
			r->nets.overflowed, r->nets.overflowed == 1 ? " is" : "s are",
			r->nets.overflowed_owner);
	snprintf(all, sizeof all, "%s%s%s%s%s", base, failed, closed, many, hidden);
	text_copy(ret_note, SOURCE_REASON_MAX, str_of(all[0] == ';' ? all + 2 : all));
}
