// SPDX-License-Identifier: MIT
#include "source/log_addr.h"

#include "base/num.h"

#include <errno.h>

#define PORT_DIGITS 5

static struct str without_brackets(struct str s)
{
	if (s.n >= 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		return (struct str){s.p + 1, s.n - 2};
	return s;
}

int log_addr_parse(struct str text, struct addr *ret_addr, uint32_t *ret_port)
{
	uint64_t port = 0;

	if (addr_parse(without_brackets(text), ret_addr) == 0) {
		*ret_port = 0;
		return 0;
	}
	const char *colon = text.n ? memrchr(text.p, ':', text.n) : NULL;
	if (!colon)
		return -EINVAL;
	struct str host = {text.p, (size_t)(colon - text.p)};
	struct str tail = {colon + 1, text.n - host.n - 1};
	if (tail.n > PORT_DIGITS || num_u64(tail, &port) < 0 || port > UINT16_MAX)
		return -EINVAL;
	/* An IPv6 address needs its brackets here. */
	if (memchr(host.p, ':', host.n) && host.p[0] != '[')
		return -EINVAL;
	if (addr_parse(without_brackets(host), ret_addr) < 0)
		return -EINVAL;
	*ret_port = (uint32_t)port;
	return 0;
}
