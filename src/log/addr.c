// SPDX-License-Identifier: MIT
#include "log/addr.h"

#include "base/num.h"

#include <errno.h>

#define PORT_DIGITS 5

static bool is_between(char c)
{
	return c == ',' || c == ' ' || c == '"';
}

struct str log_addr_cut(struct str list, size_t most)
{
	size_t i = list.n > most ? list.n - most : 0;

	while (i > 0 && i < list.n && !is_between(list.p[i - 1]))
		i++;
	return i < list.n ? (struct str){list.p + i, list.n - i} : STR_ABSENT;
}

bool log_addr_last(struct str *list, struct str *ret_item)
{
	size_t end = list->n;

	while (end > 0 && is_between(list->p[end - 1]))
		end--;
	for (list->n = end; list->n > 0 && !is_between(list->p[list->n - 1]);)
		list->n--;
	*ret_item = (struct str){list->p + list->n, end - list->n};
	return end > list->n;
}

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
