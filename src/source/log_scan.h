/* SPDX-License-Identifier: MIT
 *
 * log_scan: the fields of a log line that their own syntax ends. Each reads at p, before end, and
 * returns where what it has read ends, or NULL with its output untouched.
 */
#ifndef NG_SOURCE_LOG_SCAN_H
#define NG_SOURCE_LOG_SCAN_H

#include "base/clock.h"

#include <stdint.h>

/* "200" or "-"; ABSENT for "-" and for 000, which nginx writes for "none". */
const char *log_scan_status(const char *p, const char *end, uint64_t *ret_status);

/* "612" or "-", which is 0; ABSENT when no file can be so long. */
const char *log_scan_bytes(const char *p, const char *end, uint64_t *ret_bytes);

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
