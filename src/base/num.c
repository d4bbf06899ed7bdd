// SPDX-License-Identifier: MIT
#include "base/num.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

int num_u64(struct str text, uint64_t *ret_value)
{
	uint64_t value = 0;

	if (text.n == 0)
		return -EINVAL;
	for (size_t i = 0; i < text.n; i++) {
		unsigned digit = (unsigned char)text.p[i] - '0';
		if (digit > 9)
			return -EINVAL;
		if (value > (UINT64_MAX - digit) / 10)
			return -ERANGE;
		value = value * 10 + digit;
	}
	*ret_value = value;
	return 0;
}

int num_double(struct str text, double *ret_value)
{
	char buf[64], *end;

	/* strtod takes more than a number (spaces, "inf", hex): let only decimal forms in. */
	if (text.n == 0 || text.n >= sizeof buf)
		return -EINVAL;
	for (size_t i = 0; i < text.n; i++)
		if (!text.p[i] || !strchr("0123456789.eE+-", text.p[i]))
			return -EINVAL;
	memcpy(buf, text.p, text.n);
	buf[text.n] = '\0';
	double value = strtod(buf, &end);
	if (end != buf + text.n)
		return -EINVAL;
	if (!isfinite(value))
		return -ERANGE;
	*ret_value = value;
	return 0;
}

size_t num_put(char *buf, uint64_t value)
{
	char tmp[20];
	size_t n = 0;

	do
		tmp[n++] = (char)('0' + value % 10);
	while (value /= 10);
	for (size_t i = 0; i < n; i++)
		buf[i] = tmp[n - 1 - i];
	return n;
}
