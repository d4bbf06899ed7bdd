/* SPDX-License-Identifier: MIT
 *
 * bandwidth: asks vnstat for the traffic of the month, of the interface that the model names. The
 * runner (src/helper) runs it; what it says becomes an event.
 */
#ifndef NG_APP_BANDWIDTH_H
#define NG_APP_BANDWIDTH_H

#include "event/event.h"
#include "helper/helper.h"
#include "model/model.h"

/* `vnstat --json m -i IFACE`; args.number is the interface's index. */
extern const struct helper_job bandwidth_job;

/* Has the runner do a job, as helper_ask does. */
typedef int bandwidth_ask_fn(void *ctx, uint32_t job, const struct helper_args *args,
	helper_done_fn *done, void *done_ctx);

struct bandwidth {
	bandwidth_ask_fn *ask; /* NULL: nobody can run it */
	void *ask_ctx;
	uint32_t job;            /* bandwidth_job's place in the runner's table */
	usec_t interval, due;    /* by CLOCK_MONOTONIC; of due, 0: at once */
	struct event_sink *sink; /* borrowed */
	const struct model *model;
	bool waits, absent;          /* for an answer; vnstat is not installed */
	char name[TRAFFIC_NAME_MAX]; /* of the interface that was asked about */
};

/* Asks, if that is due. What there is to say comes later, when the runner has answered; b must stay
 * where it is until the runner is gone. */
void bandwidth_poll(struct bandwidth *b, usec_t now);

/* Makes an event of what vnstat printed, or of why it did not; text in the event is borrowed from
 * buf. */
#define BANDWIDTH_TEXT_MAX 256
void bandwidth_read(const struct helper_result *result, struct str interface, struct event *ret,
	char buf[static BANDWIDTH_TEXT_MAX]);

#endif
