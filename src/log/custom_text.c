// SPDX-License-Identifier: MIT
#include "log/custom_text.h"

/* As an address does, and no name (RFC 3696, 2): something has stuck to its front. */
static bool ends_in_number(struct str s)
{
	size_t n = s.n;

	while (n > 0 && s.p[n - 1] >= '0' && s.p[n - 1] <= '9')
		n--;
	return n < s.n && (n == 0 || s.p[n - 1] == '.');
}

bool custom_is_host_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned lower = (unsigned char)s.p[i] | 0x20u;
		if ((lower < 'a' || lower > 'z') && (s.p[i] < '0' || s.p[i] > '9') &&
			s.p[i] != '.' && s.p[i] != '-' && s.p[i] != '_')
			return false;
	}
	return s.n > 0 && !ends_in_number(s);
}

bool custom_is_list(struct str s, const char *behind, const char *end)
{
	if (s.n && (s.p[s.n - 1] == ',' || s.p[s.n - 1] == ':'))
		return false;
	return end - behind < 3 || memcmp(behind, " : ", 3) != 0;
}

bool custom_ends_in_proto(struct str s)
{
	const char *space = s.n ? memrchr(s.p, ' ', s.n) : NULL;

	return space && s.p + s.n - space > 5 && memcmp(space, " HTTP/", 6) == 0;
}

bool custom_is_apart(char c)
{
	unsigned lower = (unsigned char)c | 0x20u;

	return (lower < 'a' || lower > 'z') && (c < '0' || c > '9') && c != '.';
}
