// SPDX-License-Identifier: MIT
/*
 * Lines of an SSH server. Of an unknown user sshd says at once that there is no such one, and
 * once login for each way in that it then tries: the first of these is what was announced, and does
 * not count again.
 */
#include "model/parts.h"

#include "base/text.h"

/* Takes the place of the oldest. */
static void announce(struct host_login *login, uint16_t port)
{
	memmove(&login->announced[1], &login->announced[0],
		(HOST_ANNOUNCED - 1) * sizeof login->announced[0]);
	login->announced[0] = port;
}

/* True once for each that was announced. */
static bool was_announced(struct host_login *login, uint16_t port)
{
	for (size_t i = 0; i < HOST_ANNOUNCED && port; i++)
		if (login->announced[i] == port) {
			login->announced[i] = 0;
			return true;
		}
	return false;
}

static uint64_t count_failed(struct host_login *login, const struct event_auth *e, uint64_t times)
{
	if (e->outcome != AUTH_FAILED && e->outcome != AUTH_INVALID)
		return 0;
	/* It only asks which ways in there are (RFC 4252, 5.2). */
	if (str_eq(e->method, STR_LIT("none")))
		return 0;
	if (e->outcome == AUTH_INVALID && !e->method.p)
		announce(login, (uint16_t)e->port);
	else if (was_announced(login, (uint16_t)e->port))
		times--;
	return times;
}

static void count(struct model *m, struct host *h, const struct event_auth *e, usec_t at)
{
	struct host_login *login = hosts_login(m, h);
	uint64_t times = e->times ? e->times : 1;

	if (!login) {
		m->machine->lost++;
		return;
	}
	uint64_t failed = count_failed(login, e, times);
	uint64_t accepted = e->outcome == AUTH_ACCEPTED ? times : 0;
	login->failed += (uint32_t)failed;
	login->accepted += (uint32_t)accepted;
	window_add(&login->rate, at, failed);
	totals_of(m, h)->auth_failed += failed;
	totals_of(m, h)->auth_accepted += accepted;
	if (e->outcome == AUTH_CLOSED)
		return;
	login->last = at;
	struct str user = text_clip(e->user, HOST_USER_MAX);
	login->user_n = (uint8_t)user.n;
	if (user.n)
		memcpy(login->user, user.p, user.n);
}

void logins_apply(struct model *m, const struct event *event)
{
	const struct event_auth *e = &event->auth;
	usec_t at = e->logged && e->logged < m->now ? e->logged : m->now;

	m->machine->logins_told = true;
	if (addr_is_unset(&e->ip)) {
		journal_add(&m->journal, event, log_of(m, e->log), 0);
		return;
	}
	uint32_t id = hosts_touch(m, &e->ip, at);
	if (id == POOL_NONE) {
		m->machine->lost++;
		return;
	}
	struct host *h = model_host(m, id);
	count(m, h, e, at);
	h->last_request = journal_add(&m->journal, event, log_of(m, e->log), h->last_request);
}
