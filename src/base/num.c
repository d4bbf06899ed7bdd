// SPDX-License-Identifier: MIT
#include "base/num.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define SAFE_DIGITS 19 /* as many always fit */

int num_u64(struct str text, uint64_t *ret_value)
{
	uint64_t value = 0;

	if (text.n == 0)
		return -EINVAL;
	for (size_t i = 0; i < text.n; i++) {
		unsigned digit = (unsigned char)text.p[i] - '0';
		if (digit > 9)
			return -EINVAL;
		if (i >= SAFE_DIGITS && value > (UINT64_MAX - digit) / 10)
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
	static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930"
				    "31323334353637383940414243444546474849505152535455565758596061"
				    "62636465666768697071727374757677787980818283848586878889909192"
				    "93949596979899";
	char tmp[20];
	size_t at = sizeof tmp;

	/* Two digits a division. */
	for (; value >= 100; value /= 100)
		memcpy(tmp + (at -= 2), pairs + value % 100 * 2, 2);
	if (value >= 10)
		memcpy(tmp + (at -= 2), pairs + value * 2, 2);
	else
		tmp[--at] = (char)('0' + value);
	memcpy(buf, tmp + at, sizeof tmp - at);
	return sizeof tmp - at;
}
