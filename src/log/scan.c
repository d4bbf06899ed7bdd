// SPDX-License-Identifier: MIT
#include "log/scan.h"

#define METHOD_MAX 32

static unsigned digit(char c)
{
	return (unsigned)(unsigned char)c - '0';
}

/* Up to 18 digits; more set *ret_value to ABSENT. Returns p when there is none. */
static const char *digits(const char *p, const char *end, uint64_t *ret_value)
{
	const char *start = p;
	uint64_t value = 0;

	for (; p < end && digit(*p) <= 9; p++)
		value = value * 10 + digit(*p);
	*ret_value = p - start < 19 ? value : ABSENT;
	return p;
}

const char *log_scan_size(const char *p, const char *end, uint64_t *ret_bytes)
{
	uint64_t value;

	if (p < end && *p == '-') {
		*ret_bytes = 0;
		return p + 1;
	}
	const char *close = digits(p, end, &value);
	if (close == p)
		return NULL;
	*ret_bytes = value;
	return close;
}

const char *log_scan_port(const char *p, const char *end, uint32_t *ret_port)
{
	uint64_t value;

	if (p < end && *p == '-') {
		*ret_port = 0;
		return p + 1;
	}
	const char *close = digits(p, end, &value);
	if (close == p || close - p > 5)
		return NULL;
	*ret_port = value <= UINT16_MAX ? (uint32_t)value : 0;
	return close;
}

const char *log_scan_number(const char *p, const char *end)
{
	while (p < end && (digit(*p) <= 9 || *p == '.' || *p == '-'))
		p++;
	return p;
}

const char *log_scan_method(const char *p, const char *end)
{
	const char *start = p;

	for (; p < end && p - start <= METHOD_MAX; p++) {
		unsigned lower = (unsigned char)*p | 0x20u;
		if ((lower < 'a' || lower > 'z') && *p != '-' && *p != '_')
			return p;
	}
	return p == end ? p : NULL;
}

const char *log_scan_proto(const char *p, const char *end)
{
	if (p < end && *p == '-')
		return p + 1;
	if (end - p < 5 || memcmp(p, "HTTP/", 5) != 0)
		return p;
	for (p += 5; p < end && (digit(*p) <= 9 || *p == '.');)
		p++;
	return p;
}

const char *log_scan_epoch(const char *p, const char *end, usec_t unit, usec_t *ret_time)
{
	uint64_t value;
	const char *close = digits(p, end, &value);

	if (close == p || value >= (uint64_t)(USEC_LIMIT / unit))
		return NULL;
	usec_t time = (usec_t)value * unit;
	if (close < end && *close == '.') {
		close++;
		for (; close < end && digit(*close) <= 9; close++) {
			unit /= 10;
			time += (usec_t)digit(*close) * unit;
		}
	}
	*ret_time = time;
	return close;
}
