/* SPDX-License-Identifier: MIT
 *
 * finding: what a detector has found, with patience: it begins when it was found some times
 * running, ends when it was below its thresholds for some seconds, and is said anew, at most each
 * five seconds, while its figures change. A finding that another one explains is told as part of
 * that. What is said is put as flag events.
 */
#ifndef NG_DETECT_FINDING_H
#define NG_DETECT_FINDING_H

#include "base/addr.h"
#include "base/index.h"
#include "base/pool.h"
#include "detect/flag_defs.h"
#include "model/flags.h"

#define FINDINGS_MAX 4096

struct finding {
	uint64_t key; /* of flag, scope and what it is about */
	uint8_t flag; /* enum flag_id */
	uint8_t scope, severity;
	bool on, said_on; /* it holds; it was put as an event */
	uint8_t streak;   /* times running that it was found, until it begins */
	uint8_t cause;    /* enum flag_id that explains it, or FLAGS */
	uint8_t prefix_count;
	usec_t since, held, said; /* began; was last at FLAG_HOLDS; was last put */
	uint64_t value, peak;
	uint64_t herd;     /* key of the herd that it is about; 0: none */
	uint32_t machines; /* of a fleet, that take part */
	struct prefix prefixes[FLAG_PREFIXES_MAX];
	char who[FLAG_WHO_MAX], evidence[FLAG_TEXT_MAX];
	char said_who[FLAG_WHO_MAX]; /* as it was last put */
};

struct findings {
	struct pool pool; /* struct finding */
	struct index index;
	uint32_t on;                /* of these, how many hold */
	uint32_t said;              /* and were said at this tick */
	uint32_t puts;              /* events of this tick */
	uint64_t holding, networks; /* bits 1 << enum flag_id of those that hold; of a network */
	uint64_t lost;
};

#endif
