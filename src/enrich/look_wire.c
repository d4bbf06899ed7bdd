// SPDX-License-Identifier: MIT
#include "enrich/look_wire.h"

#include "base/text.h"

#include <errno.h>
#include <sys/socket.h>

#define COUNT_MOST ((uint64_t)1 << 53) /* a total that is reached in no run */

/* Ended, and nothing behind its end: what was there before is nobody's business. */
static bool is_text(const char *p, size_t cap)
{
	size_t n = strnlen(p, cap);

	for (size_t i = n; i < cap; i++)
		if (p[i])
			return false;
	return n < cap;
}

static bool may_be_asked(const uint8_t ip[16])
{
	struct addr a = addr_from_v6(ip);

	return addr_is_global(&a);
}

static bool counts_fit(const struct look_counts *c)
{
	for (int i = 0; i < 2; i++)
		if (c->asked[i] > COUNT_MOST || c->answered[i] > COUNT_MOST ||
			c->failed[i] > COUNT_MOST)
			return false;
	return true;
}

static enum look_fault check_ask(const union look_message *m)
{
	if (!m->ask.id)
		return LOOK_BAD_ID;
	if (m->ask.urgency > LOOK_URGENCY_MAX)
		return LOOK_BAD_NUMBER;
	return may_be_asked(m->ask.ip) ? LOOK_FINE : LOOK_BAD_ADDRESS;
}

static enum look_fault check_urge(const union look_message *m)
{
	return m->urge.urgency > LOOK_URGENCY_MAX ? LOOK_BAD_NUMBER : LOOK_FINE;
}

static enum look_fault check_ask_name(const union look_message *m)
{
	if (!m->ask_name.id)
		return LOOK_BAD_ID;
	if (m->ask_name.zero)
		return LOOK_BAD_NUMBER;
	return may_be_asked(m->ask_name.ip) ? LOOK_FINE : LOOK_BAD_ADDRESS;
}

static enum look_fault check_ready(const union look_message *m)
{
	if (m->ready.err > 0 || m->ready.err <= -4096)
		return LOOK_BAD_NUMBER;
	return is_text(m->ready.why, sizeof m->ready.why) ? LOOK_FINE : LOOK_BAD_TEXT;
}

static enum look_fault check_begun(const union look_message *m)
{
	bool fine = m->begun.is_whois <= 1 && counts_fit(&m->begun.counts);

	return fine ? LOOK_FINE : LOOK_BAD_NUMBER;
}

/* A network holds the address that was asked for, and has no bits beyond its length. */
static bool net_fits(const struct look_answer *a)
{
	const struct prefix net = {addr_from_v6(a->net), (uint8_t)a->bits};
	struct addr ip = addr_from_v6(a->ip);

	if (a->bits > ADDR_BITS || !network_info_is_plausible(&net))
		return false;
	if (addr_is_v4(&ip) != addr_is_v4(&net.addr) || !prefix_contains(&net, &ip))
		return false;
	for (unsigned bit = a->bits; bit < ADDR_BITS; bit++)
		if (a->net[bit / 8] >> (7 - bit % 8) & 1)
			return false;
	return true;
}

static bool has_no_net(const struct look_answer *a)
{
	static const uint8_t none[16];

	return a->bits == 0 && memcmp(a->net, none, sizeof none) == 0;
}

static enum look_fault check_answer(const union look_message *m)
{
	const struct look_answer *a = &m->answer;

	if (a->outcome < LOOK_FOUND || a->outcome >= LOOK_OUTCOMES || a->is_whois > 1 ||
		!counts_fit(&a->counts))
		return LOOK_BAD_NUMBER;
	if (!may_be_asked(a->ip) || !(a->outcome == LOOK_FOUND ? net_fits(a) : has_no_net(a)))
		return LOOK_BAD_ADDRESS;
	bool texts = is_text(a->name, sizeof a->name) && is_text(a->handle, sizeof a->handle) &&
		     is_text(a->country, sizeof a->country) && is_text(a->org, sizeof a->org) &&
		     is_text(a->abuse, sizeof a->abuse) &&
		     is_text(a->registered, sizeof a->registered) && is_text(a->why, sizeof a->why);
	return texts ? LOOK_FINE : LOOK_BAD_TEXT;
}

static enum look_fault check_name(const union look_message *m)
{
	const struct look_name *a = &m->name;

	/* A name that leads back is a name. */
	if (a->flags > LOOK_NAME_FLAGS || (a->flags & LOOK_NAME_CONFIRMED && !a->name[0]) ||
		(a->name[0] && !(a->flags & LOOK_NAME_ANSWERED)))
		return LOOK_BAD_NUMBER;
	if (!may_be_asked(a->ip))
		return LOOK_BAD_ADDRESS;
	return is_text(a->name, sizeof a->name) ? LOOK_FINE : LOOK_BAD_TEXT;
}

static enum look_fault check_table(const union look_message *m)
{
	const struct look_table *t = &m->table;
	if (t->table >= LOOK_TABLES || t->total > LOOK_TABLE_MAX || t->at >= t->total)
		return LOOK_BAD_NUMBER;
	uint32_t left = t->total - t->at;
	return t->n == (left < LOOK_PIECE_MAX ? left : LOOK_PIECE_MAX) ? LOOK_FINE
								       : LOOK_BAD_NUMBER;
}

static const struct {
	size_t size;
	bool to_process;
	enum look_fault (*check)(const union look_message *m);
} kinds[LOOK_KINDS] = {
	[LOOK_ASK] = {sizeof(struct look_ask), true, check_ask},
	[LOOK_URGE] = {sizeof(struct look_urge), true, check_urge},
	[LOOK_ASK_NAME] = {sizeof(struct look_ask_name), true, check_ask_name},
	[LOOK_READY] = {sizeof(struct look_ready), false, check_ready},
	[LOOK_BEGUN] = {sizeof(struct look_begun), false, check_begun},
	[LOOK_ANSWER] = {sizeof(struct look_answer), false, check_answer},
	[LOOK_NAME] = {sizeof(struct look_name), false, check_name},
	[LOOK_TABLE] = {sizeof(struct look_table), false, check_table},
};

size_t look_size(enum look_kind kind)
{
	return kinds[kind].size;
}

enum look_fault look_check(const union look_message *m, size_t n, bool to_process)
{
	if (n < sizeof m->head)
		return LOOK_BAD_SIZE;
	if (m->head.version != LOOK_VERSION)
		return LOOK_BAD_VERSION;
	uint32_t kind = m->head.kind;
	if (kind == 0 || kind >= LOOK_KINDS || kinds[kind].to_process != to_process)
		return LOOK_BAD_KIND;
	return n == kinds[kind].size ? kinds[kind].check(m) : LOOK_BAD_SIZE;
}

const char *look_fault_text(enum look_fault fault)
{
	static const char *const texts[LOOK_FAULTS] = {
		[LOOK_FINE] = "nothing",
		[LOOK_BAD_SIZE] = "a message of a wrong size",
		[LOOK_BAD_VERSION] = "a message of another version",
		[LOOK_BAD_KIND] = "a message that is not due",
		[LOOK_BAD_ID] = "a question with a wrong number",
		[LOOK_BAD_NUMBER] = "a number out of range",
		[LOOK_BAD_ADDRESS] = "another address than was asked for",
		[LOOK_BAD_TEXT] = "a text without an end",
	};

	return (unsigned)fault < LOOK_FAULTS ? texts[fault] : "an unknown fault";
}

void look_begin(union look_message *m, enum look_kind kind)
{
	memset(m, 0, sizeof *m);
	m->head = (struct look_head){LOOK_VERSION, kind};
}

void look_put_info(struct look_answer *m, const struct network_info *info)
{
	memcpy(m->net, info->net.addr.b, sizeof m->net);
	m->bits = info->net.bits;
	text_copy(m->name, sizeof m->name, str_of(info->name));
	text_copy(m->handle, sizeof m->handle, str_of(info->handle));
	text_copy(m->country, sizeof m->country, str_of(info->country));
	text_copy(m->org, sizeof m->org, str_of(info->org));
	text_copy(m->abuse, sizeof m->abuse, str_of(info->abuse));
	text_copy(m->registered, sizeof m->registered, str_of(info->registered));
}

void look_take_info(const struct look_answer *m, struct network_info *ret_info)
{
	struct network_info info = {.net = {addr_from_v6(m->net), (uint8_t)m->bits}};

	network_info_text(info.name, sizeof info.name, str_of(m->name));
	network_info_text(info.handle, sizeof info.handle, str_of(m->handle));
	network_info_country(info.country, str_of(m->country));
	network_info_text(info.org, sizeof info.org, str_of(m->org));
	network_info_email(info.abuse, sizeof info.abuse, str_of(m->abuse));
	network_info_date(info.registered, str_of(m->registered));
	*ret_info = info;
}

int look_send(int fd, const union look_message *m)
{
	size_t n = kinds[m->head.kind].size;

	if (send(fd, m, n, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
		return 0;
	return errno == EAGAIN || errno == ENOBUFS || errno == EINTR ? -EAGAIN : -EPIPE;
}

ssize_t look_receive(int fd, union look_message *ret_m)
{
	/* Bytes that are missing must not be those of the message before. */
	memset(ret_m, 0, sizeof *ret_m);
	ssize_t n = recv(fd, ret_m, sizeof *ret_m, MSG_DONTWAIT | MSG_TRUNC);
	return n >= 0 ? n : errno == EINTR ? -EAGAIN : -errno;
}
