// SPDX-License-Identifier: MIT
#include "kernel/proc_net_parse.h"

#include "base/num.h"

#include <errno.h>

#define V4_DIGITS 8
#define V6_DIGITS 32

/* A hexadecimal digit's value plus one; 0 for everything else. */
static const uint8_t hex1[256] = {
	['0'] = 1,
	['1'] = 2,
	['2'] = 3,
	['3'] = 4,
	['4'] = 5,
	['5'] = 6,
	['6'] = 7,
	['7'] = 8,
	['8'] = 9,
	['9'] = 10,
	['A'] = 11,
	['B'] = 12,
	['C'] = 13,
	['D'] = 14,
	['E'] = 15,
	['F'] = 16,
	['a'] = 11,
	['b'] = 12,
	['c'] = 13,
	['d'] = 14,
	['e'] = 15,
	['f'] = 16,
};

/* Exactly n (at most 8) digits at the front of *s, which moves past them. */
static bool take_hex(struct str *s, size_t n, uint32_t *ret)
{
	uint32_t value = 0;

	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned digit1 = hex1[(uint8_t)s->p[i]];
		if (!digit1)
			return false;
		value = value << 4 | (digit1 - 1);
	}
	s->p += n;
	s->n -= n;
	*ret = value;
	return true;
}

static bool take_char(struct str *s, char c)
{
	if (s->n == 0 || *s->p != c)
		return false;
	s->p++;
	s->n--;
	return true;
}

static void skip_spaces(struct str *s)
{
	while (take_char(s, ' '))
		;
}

/* The kernel prints an address as numbers of 32 bits in its own byte order, each holding four
 * bytes of the address as they are in memory. */
static bool take_addr(struct str *s, size_t digits, struct addr *ret)
{
	uint8_t bytes[16];

	for (size_t i = 0; i < digits / 8; i++) {
		uint32_t word;
		if (!take_hex(s, 8, &word))
			return false;
		memcpy(bytes + 4 * i, &word, sizeof word);
	}
	*ret = digits == V4_DIGITS ? addr_from_v4(bytes) : addr_from_v6(bytes);
	return true;
}

static bool take_endpoint(struct str *s, size_t digits, struct addr *ret_addr, uint16_t *ret_port)
{
	uint32_t port;

	if (!take_addr(s, digits, ret_addr) || !take_char(s, ':') || !take_hex(s, 4, &port))
		return false;
	*ret_port = (uint16_t)port;
	return take_char(s, ' ');
}

/* "  12: " */
static bool take_number(struct str *s)
{
	size_t digits = 0;

	skip_spaces(s);
	while (digits < s->n && s->p[digits] >= '0' && s->p[digits] <= '9')
		digits++;
	s->p += digits;
	s->n -= digits;
	return digits && take_char(s, ':') && take_char(s, ' ');
}

static void skip_word(struct str *s)
{
	skip_spaces(s);
	while (s->n && *s->p != ' ') {
		s->p++;
		s->n--;
	}
}

/* " TXQUEUE:RXQUEUE" after the state. A listener's are of another kind, and of what is no socket
 * (half-open, TIME_WAIT) the zeros say nothing. Text that may have been cut is left alone. */
static void take_queues(struct str rest, struct event_conn *c)
{
	uint32_t tx, rx;

	if (c->state == TCP_LISTEN || c->state == TCP_TIME_WAIT || c->state == TCP_SYN_RECV)
		return;
	if (!take_char(&rest, ' ') || !take_hex(&rest, 8, &tx) || !take_char(&rest, ':') ||
		!take_hex(&rest, 8, &rx) || !take_char(&rest, ' '))
		return;
	c->txq = tx;
	c->rxq = rx;
}

/* The sixth word after the state; ABSENT when it is 0, not a number, or may have been cut: the
 * kernel has more to say after it. */
static uint64_t find_inode(struct str rest)
{
	uint64_t inode;

	for (int i = 0; i < 5; i++) /* queues, timer, retransmits, user, probes */
		skip_word(&rest);
	skip_spaces(&rest);
	struct str word = {rest.p, 0};
	while (word.n < rest.n && rest.p[word.n] != ' ')
		word.n++;
	if (word.n == rest.n || num_u64(word, &inode) < 0 || inode == 0)
		return ABSENT;
	return inode;
}

int proc_net_parse(struct str line, struct event_conn *ret)
{
	struct event_conn c = {EVENT_CONN_ABSENT};
	size_t digits;
	uint32_t state;

	if (!take_number(&line))
		return -EINVAL;
	digits = line.n > V4_DIGITS && line.p[V4_DIGITS] == ':' ? V4_DIGITS : V6_DIGITS;
	if (!take_endpoint(&line, digits, &c.lip, &c.lport) ||
		!take_endpoint(&line, digits, &c.ip, &c.port))
		return -EINVAL;
	if (!take_hex(&line, 2, &state) || state == TCP_STATE_NONE || state >= TCP_STATES)
		return -EINVAL;
	if (line.n && *line.p != ' ')
		return -EINVAL;
	c.state = (uint8_t)state;
	take_queues(line, &c);
	c.inode = find_inode(line);
	*ret = c;
	return 0;
}
