// SPDX-License-Identifier: MIT
/*
 * What must be known for a judgement, and is not. Not to know is never "all is well": what cannot
 * be judged is held, and said to be.
 */
#include "detect/parts.h"

#define REJECTED_PERCENT 1
#define LISTED_LATELY    (10 * USEC_PER_SEC)
#define LAG_MOST         (1u << 20) /* bytes that were not read yet */

static bool reads_log(const struct model_log *log)
{
	return log->state == LOG_READING && !log->errors;
}

static bool is_stale(const struct model_log *log)
{
	if (log->buffered[0] || (log->lag != ABSENT && log->lag > LAG_MOST))
		return true;
	return log->lines > 100 && log->rejected * 100 > log->lines * REJECTED_PERCENT;
}

static uint32_t missing_logs(const struct machine *here)
{
	bool any = false, stale = false;

	for (uint32_t i = 0; i < here->log_count; i++) {
		any |= reads_log(&here->logs[i]);
		stale |= reads_log(&here->logs[i]) && is_stale(&here->logs[i]);
	}
	if (!any)
		return NEED_LOGS | NEED_FRESH_LOGS;
	return stale ? NEED_FRESH_LOGS : 0;
}

/* No namespace's sockets were read lately. Recordings of 0.2.0 do not say. */
static bool lists_late(const struct detect *d)
{
	const struct machine *here = model_machine(d->model);
	usec_t latest = 0;

	for (uint32_t i = 0; i < here->listing_count; i++)
		if (here->listings[i].at > latest)
			latest = here->listings[i].at;
	return here->listings_told && d->model->now - latest > LISTED_LATELY;
}

/* Where nobody asks over QUIC, nothing is missed. */
static bool lacks_quic(const struct detect *d)
{
	const struct model *m = d->model;

	return !(model_machine(m)->sees & CAN_SEE_QUIC) && !model_knows_quic(m) &&
	       window_sum(&d->whole.over_quic, m->now, WINDOW_SPAN) > 0;
}

uint32_t needs_missing(const struct detect *d)
{
	const struct model *m = d->model;
	const struct machine *here = model_machine(m);
	uint32_t missing = missing_logs(here);

	/* Members say what they know, and what they cannot judge. */
	if (is_fleet(d))
		return 0;
	/* Before the first log event a recording of requests speaks for itself. */
	if (!here->log_count && here->totals[0].log.requests + here->totals[1].log.requests)
		missing &= ~(uint32_t)(NEED_LOGS | NEED_FRESH_LOGS);
	missing |= model_knows_conns(m) ? 0 : NEED_CONNS | NEED_LISTING;
	missing |= model_knows_handshakes(m) ? 0 : NEED_HANDSHAKES | NEED_BYTES;
	missing |= lists_late(d) ? NEED_LISTING : 0;
	missing |= model_is_uncorrelated(m) ? NEED_JOINED : 0;
	missing |= model_knows_logins(m) ? 0 : NEED_AUTH;
	missing |= model_sees_syn_sources(m) ? 0 : NEED_SYN_SOURCES;
	missing |= lacks_quic(d) ? NEED_QUIC : 0;
	missing |= window_sum(&d->whole.timed, m->now, WINDOW_SPAN) > 0 ? 0 : NEED_TIMES;
	return missing;
}
