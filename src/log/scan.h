/* SPDX-License-Identifier: MIT
 *
 * scan: the fields of a log line that their own syntax ends. Each reads at p, before end, and
 * returns where what it has read ends, or NULL with its output untouched.
 */
#ifndef NG_LOG_SCAN_H
#define NG_LOG_SCAN_H

#include "event/event.h"
#include "log/swar.h"

/* "200" or "-"; ABSENT for "-" and for 000, which nginx writes for "none". Inline, as the next is:
 * nearly every line has both. */
static inline const char *log_scan_status(const char *p, const char *end, uint64_t *ret_status)
{
	if (p < end && *p == '-') {
		*ret_status = ABSENT;
		return p + 1;
	}
	if (end - p < 3)
		return NULL;
	unsigned a = (unsigned char)p[0] - '0', b = (unsigned char)p[1] - '0',
		 c = (unsigned char)p[2] - '0';
	if (a > 9 || b > 9 || c > 9)
		return NULL;
	*ret_status = a > 0 ? a * 100 + b * 10 + c : ABSENT;
	return p + 3;
}

/* What follows, where it is not of one to seven digits. */
const char *log_scan_size(const char *p, const char *end, uint64_t *ret_bytes);

/* "612" or "-", which is 0; ABSENT when no file can be so long. */
static inline const char *log_scan_bytes(const char *p, const char *end, uint64_t *ret_bytes)
{
	if (end - p >= 8) {
		uint64_t w = swar_load(p);
		unsigned n = swar_digits(w);
		if (n - 1 < 7) {
			*ret_bytes = swar_value(w, n);
			return p + n;
		}
	}
	return log_scan_size(p, end, ret_bytes);
}

/* "51234" or "-"; 0 when it is no port. */
const char *log_scan_port(const char *p, const char *end, uint32_t *ret_port);

/* "0.125", "-", "86", "": numbers that mean nothing to us. */
const char *log_scan_number(const char *p, const char *end);

/* "GET", "-" or "". */
const char *log_scan_method(const char *p, const char *end);

/* "HTTP/1.1", "-" or "". */
const char *log_scan_proto(const char *p, const char *end);

/* "1795335255.125", in units of `unit` microseconds. */
const char *log_scan_epoch(const char *p, const char *end, usec_t unit, usec_t *ret_time);

#endif
