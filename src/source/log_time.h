/* SPDX-License-Identifier: MIT
 *
 * log_time: the time stamps of access logs.
 */
#ifndef NG_SOURCE_LOG_TIME_H
#define NG_SOURCE_LOG_TIME_H

#include "source/log_parse.h"

/* Reads "22/Nov/2026:08:14:15 +0000" from the start of text. The day may have one digit; without
 * a zone the time is local. Returns the length that was read and sets *ret_time, or 0. */
size_t log_time_clf(struct str text, struct log_scratch *scratch, usec_t *ret_time);

#endif
