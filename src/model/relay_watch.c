// SPDX-License-Identifier: MIT
/*
 * How ports come to be known as relayed. The owner of a socket is said by its inode, which leads to
 * no connection, so connections are walked through: when a relay is said to hold a socket, and with
 * each sweep as long as ports are remembered, in slices that a tick can bear.
 *
 * A relay's connection to the server behind has the address that the log there names. Which of them
 * belong together is known by the process.
 */
#include "model/parts.h"

#define LOOKS      8192                /* connections at a tick */
#define STALE_WHEN (20 * USEC_PER_SEC) /* another process took the port over */

bool model_conn_is_relayed(const struct model *m, const struct conn *c)
{
	const struct label *owner = model_owner(m, c);

	if (c->dir == DIR_OUT)
		return false;
	if (model_conn_is_rewritten(m, c))
		return true;
	return owner ? relay_kind_of(owner->text) != NULL
		     : machine_is_relayed(model_machine(m), c->ns, c->lport);
}

void relays_owner(struct model *m, struct str command)
{
	for (size_t i = 0; i < relay_kind_count; i++)
		m->machine->relays.due |= str_eq(command, str_of(relay_kinds[i].name));
}

/* A connection that somebody opened to this machine. */
static void look_at_inbound(struct model *m, const struct conn *c)
{
	struct relays *r = &m->machine->relays;
	const struct label *owner = model_owner(m, c);
	const struct relay_kind *kind = owner ? relay_kind_of(owner->text) : NULL;
	int at = relays_find(r, c->ns, c->lport);
	struct relay *relay = at < 0 ? NULL : &r->at[at];

	if (kind && !relay) {
		relay = relays_add(r, c->ns, c->lport, m->now - m->limits.idle_after);
		r->left_out += !relay;
		r->due |= relay != NULL; /* its connections to what is behind may stand before */
		m->version++;
	}
	if (!relay)
		return;
	if (kind) {
		relay->kind = kind;
		relay->pid = owner->pid;
		relay->seen = m->now;
	} else if (owner && m->now - relay->seen > STALE_WHEN) {
		relays_remove(r, relay);
		m->version++;
		return;
	}
	relay->open |= !model_host(m, c->host)->is_private;
}

/* A connection that this machine opened. */
static void look_at_outbound(struct model *m, const struct conn *c)
{
	struct relays *r = &m->machine->relays;
	const struct label *owner = r->n ? model_owner(m, c) : NULL;

	if (!owner || !relay_kind_of(owner->text))
		return;
	for (uint32_t i = 0; i < r->n; i++)
		if (r->at[i].pid == owner->pid)
			r->at[i].gateway = c->lip;
}

/* Of a port that only this machine's own programs have used, the clients are in another log. */
static void show_gateways(struct model *m)
{
	const struct relays *r = &m->machine->relays;

	for (uint32_t i = 0; i < r->n; i++)
		if (r->at[i].open && !addr_is_unset(&r->at[i].gateway))
			gateways_add(m, &r->at[i].gateway);
}

static void begin(struct relays *r)
{
	r->walking = true;
	r->due = false;
	r->from = r->left_out = 0;
}

static void end(struct model *m)
{
	struct relays *r = &m->machine->relays;

	r->walking = false;
	relays_expire(r, m->now - m->limits.idle_after);
	show_gateways(m);
}

void relays_watch(struct model *m)
{
	struct relays *r = &m->machine->relays;

	for (uint32_t looks = 0; looks < LOOKS && (r->walking || r->due); looks++) {
		if (!r->walking)
			begin(r);
		uint32_t id = pool_next(&m->conns, r->from);
		if (id == POOL_NONE) {
			end(m);
			continue;
		}
		const struct conn *c = model_conn(m, id);
		r->from = id + 1;
		if (c->dir == DIR_IN)
			look_at_inbound(m, c);
		else if (c->dir == DIR_OUT)
			look_at_outbound(m, c);
	}
}
