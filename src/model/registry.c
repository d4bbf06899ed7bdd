// SPDX-License-Identifier: MIT
#include "model/registry.h"

#include "base/text.h"

int registry_init(struct registry *r)
{
	int err = prefixes_init(&r->nets, sizeof(struct registration), REGISTRY_NETS, NULL);

	return err ? err
		   : prefixes_init(&r->names, sizeof(struct address_name), REGISTRY_NAMES, NULL);
}

void registry_done(struct registry *r)
{
	prefixes_done(&r->nets);
	prefixes_done(&r->names);
}

int registry_copy(struct registry *to, const struct registry *from)
{
	*to = (struct registry){0};
	int err = prefixes_copy(&to->nets, &from->nets);
	if (!err)
		err = prefixes_copy(&to->names, &from->names);
	if (err)
		registry_done(to);
	return err;
}

void registry_apply(struct registry *r, const struct event_registration *e, usec_t now)
{
	struct registration *had = prefixes_find(&r->nets, &e->net);

	/* A server that is silent today does not unsay what it said before. */
	if (e->note.p && had && !had->note[0]) {
		had->failed = now;
		return;
	}
	struct registration *n = prefixes_set(&r->nets, &e->net);
	if (!n)
		return;
	n->told = e->note.p ? 0 : now;
	n->failed = e->note.p ? now : 0;
	prefix_format(&e->net, n->net);
	text_copy(n->by, sizeof n->by, e->by);
	text_copy(n->name, sizeof n->name, e->name);
	text_copy(n->handle, sizeof n->handle, e->handle);
	text_copy(n->country, sizeof n->country, e->country);
	text_copy(n->org, sizeof n->org, e->org);
	text_copy(n->abuse, sizeof n->abuse, e->abuse);
	text_copy(n->registered, sizeof n->registered, e->registered);
	text_copy(n->note, sizeof n->note, e->note);
}

void registry_apply_name(struct registry *r, const struct event_rdns *e, usec_t now)
{
	struct prefix p = {e->ip, 128};
	struct address_name *n = prefixes_set(&r->names, &p);

	if (!n)
		return;
	if (e->note.p) {
		n->failed = now;
		/* It has a name, and nobody says whether that leads back to it. */
		if (!n->told && e->name.p)
			text_copy(n->name, sizeof n->name, e->name);
		return;
	}
	n->told = now;
	n->failed = 0;
	n->confirmed = e->confirmed;
	text_copy(n->name, sizeof n->name, e->name);
}

const struct registration *registry_find(const struct registry *r, const struct addr *ip)
{
	const struct registration *why_not = NULL, *n;
	unsigned bits = 128;

	while ((n = prefixes_match(&r->nets, ip, bits)) && n->note[0]) {
		if (!why_not)
			why_not = n;
		if (n->at.prefix.bits == 0)
			break;
		bits = n->at.prefix.bits - 1u;
	}
	return n && !n->note[0] ? n : why_not;
}

static bool is_due(usec_t told, usec_t failed, usec_t now, usec_t ttl)
{
	return (!told || now - told > ttl) && (!failed || now - failed > REGISTRY_AGAIN);
}

bool registry_is_due(const struct registry *r, const struct addr *ip, usec_t now, usec_t ttl)
{
	const struct registration *n;
	usec_t told = 0, failed = 0;
	unsigned bits = 128;

	/* An answer may be of a wider network than the one that is shown, a failure of a block. */
	while ((n = prefixes_match(&r->nets, ip, bits))) {
		told = n->told > told ? n->told : told;
		failed = n->failed > failed ? n->failed : failed;
		if (n->at.prefix.bits == 0)
			break;
		bits = n->at.prefix.bits - 1u;
	}
	return is_due(told, failed, now, ttl);
}

bool registry_name_is_due(const struct registry *r, const struct addr *ip, usec_t now, usec_t ttl)
{
	const struct address_name *n = registry_find_name(r, ip);

	return !n || is_due(n->told, n->failed, now, ttl);
}

const struct address_name *registry_find_name(const struct registry *r, const struct addr *ip)
{
	const struct prefix p = {*ip, 128};

	return prefixes_find(&r->names, &p);
}
