/* SPDX-License-Identifier: MIT
 *
 * otlp_answer: what a collector answers, and what follows from it
 * (https://opentelemetry.io/docs/specs/otlp/#otlphttp-response). Pure.
 */
#ifndef NG_FLEET_OTLP_ANSWER_H
#define NG_FLEET_OTLP_ANSWER_H

#include "base/clock.h"
#include "base/str.h"
#include "fleet/fleet_wire.h"

#include <stdint.h>

#define OTLP_ANSWER_MAX (64u << 10) /* bytes of an answer that are read */

enum otlp_fate {
	OTLP_TAKEN,
	OTLP_AGAIN,  /* it may be taken later: 429, 502, 503, 504, or no answer at all */
	OTLP_REFUSED /* it will never be; any other status, redirects included */
};

struct otlp_answer {
	enum otlp_fate fate;
	uint64_t rejected;       /* records of a request that was taken */
	char why[FLEET_WHY_MAX]; /* in the collector's words, clean; "" when it says nothing */
};

/* status: of HTTP. records: how many were sent. body: cut at OTLP_ANSWER_MAX. */
void otlp_read_answer(
	long status, struct str body, uint64_t records, struct otlp_answer *ret_answer);

#define OTLP_WAIT_LEAST USEC_PER_SEC
#define OTLP_WAIT_MOST  (60 * USEC_PER_SEC)
#define OTLP_ASKED_MOST (15 * 60 * USEC_PER_SEC) /* of what a collector asks for */

/* How long to wait before the next attempt: twice as long after each, from a second to a minute,
 * of which chance takes up to a half, so that a fleet does not come back in one moment; and no
 * shorter than asked for (Retry-After). tries: that have failed, from 1. chance: any bits. */
usec_t otlp_wait(unsigned tries, usec_t asked, uint64_t chance);

#endif
