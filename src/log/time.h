/* SPDX-License-Identifier: MIT
 *
 * time: the time stamps of access logs.
 */
#ifndef NG_LOG_TIME_H
#define NG_LOG_TIME_H

#include "log/format.h"

/* Reads "22/Nov/2026:08:14:15 +0000" from the start of text. The day may have one digit, the
 * seconds a fraction; without a zone the time is local. Returns the length that was read and sets
 * *ret_time, or 0. */
size_t log_time_clf(struct str text, struct log_scratch *scratch, usec_t *ret_time);

/* "2026-11-22T08:14:15.123456+00:00" and its looser kin (ISO 8601, RFC 3339): "/" for "-", a space
 * for the "T", a comma for the point; fraction and zone may be missing, and without a zone the time
 * is local. Returns as above. */
size_t log_time_iso(struct str text, struct log_scratch *scratch, usec_t *ret_time);

/* "Nov 22 08:14:15" of syslog (RFC 3164): local time, of the year in which it is latest without
 * lying more than a day after now. Returns as above. */
size_t log_time_syslog(struct str text, usec_t now, usec_t *ret_time);

/* "Sat Nov 28 21:53:05.244005 2026" of Apache's error log: local time; the fraction may be missing.
 * Returns as above. */
size_t log_time_apache(struct str text, struct log_scratch *scratch, usec_t *ret_time);

/* "1795335409.786408", the whole text. Seconds, or by its magnitude ms, us or ns. 0 or -EINVAL. */
int log_time_epoch(struct str text, usec_t *ret_time);

/* Any of these, also in brackets; what follows is ignored. 0 or -EINVAL. */
int log_time_any(struct str text, struct log_scratch *scratch, usec_t *ret_time);

#endif
