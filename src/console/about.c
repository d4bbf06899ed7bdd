// SPDX-License-Identifier: MIT
#include "console/about.h"

#include "base/text.h"

#include <stdio.h>

void about_init(struct about *a, struct view *v)
{
	a->view = v;
	a->id = POOL_NONE;
	gathered_init(&a->gathered, v->lines_of_one);
	members_clear(&a->members);
}

void about_done(struct about *a)
{
	gathered_done(&a->gathered);
}

/* Of one that is not there; of an AS the number is all that a key can say. */
static void name_by_key(struct about *a)
{
	const struct subject_key *key = &a->key;
	struct str country = country_text((int)key->group - 1);

	switch (key->by) {
	case GROUP_NONE:
		addr_format(&key->prefix.addr, a->name);
		break;
	case GROUP_NET:
		prefix_format(&key->prefix, a->name);
		break;
	case GROUP_AS:
		if (key->group <= UINT32_MAX)
			snprintf(a->name, sizeof a->name, "AS%u", (unsigned)key->group);
		else
			strcpy(a->name, "an AS");
		break;
	default:
		text_copy(a->name, sizeof a->name, country);
		break;
	}
}

void about_begin(struct about *a, const struct subject_key *key)
{
	a->key = *key;
	a->seen = false;
	a->gone = true;
	a->id = POOL_NONE;
	a->host = (struct host){.ip = key->prefix.addr};
	a->log = (struct log_tally){.requests = 0};
	a->tcp = (struct tcp_tally){.conns = 0};
	a->ips = 0;
	a->request = 0;
	a->under = (struct under){.what = UNDER_NOTHING};
	gathered_clear(&a->gathered);
	members_clear(&a->members);
	name_by_key(a);
}

/* What ids stand for goes with what they were of. */
static void forget_ids(struct about *a)
{
	a->host.proxy = a->host.login = a->host.first_conn = POOL_NONE;
	a->host.city = a->host.system = 0;
}

static void take_snapshot(struct about *a)
{
	const struct model *m = a->view->m;

	a->id = subject_find(m, &a->key);
	a->gone = a->id == POOL_NONE;
	if (a->gone) {
		forget_ids(a);
		return;
	}
	struct subject s = subject_at(m, a->key.by, a->id);
	if (s.host)
		a->host = *s.host;
	a->log = *s.log;
	a->tcp = *s.tcp;
	a->ips = s.ips;
	a->is_private = s.is_private;
	a->seen = true;
	subject_name(m, &s, a->name);
}

void about_look(struct about *a)
{
	struct view *v = a->view;

	take_snapshot(a);
	if (a->gone)
		return;
	bool done = gathered_step(&a->gathered, v->m, &a->key, about_is_host(a) ? &a->host : NULL);
	done &= members_step(&a->members, v->m, &a->key, v->show_private || a->is_private);
	v->changed |= !done;
}

struct subject about_subject(const struct about *a)
{
	if (!a->gone)
		return subject_at(a->view->m, a->key.by, a->id);
	return (struct subject){.by = a->key.by,
		.host = about_is_host(a) ? &a->host : NULL,
		.log = &a->log,
		.tcp = &a->tcp,
		.ips = a->ips,
		.is_private = a->is_private};
}
