/* SPDX-License-Identifier: MIT
 *
 * sums: what the machine's totals add up to, with or without private addresses.
 */
#ifndef NG_MODEL_SUMS_H
#define NG_MODEL_SUMS_H

#include "model/model.h"

struct model_sums {
	uint64_t requests, bytes, conns, open, half_open, established, ips, handshakes, syns;
	uint64_t status[STATUS_CLASSES];
	uint64_t auth_failed, auth_accepted;
	uint64_t wire_out; /* bytes sent of all connections that are remembered; or ABSENT */
	double syns_per_sec, syns_per_min; /* of the last 10 seconds, of the last minute */
	double requests_per_sec, requests_per_min, arrivals_per_sec;
	uint64_t log_lines, log_rejected, log_ignored, log_skipped, log_missed, log_lag;
};

/* Of a model of a fleet, what its members say that they add up to, where they do: the totals have
 * only what is told by address. */
struct model_sums model_sum(const struct model *m, bool show_private);

/* Of what this program has counted itself, and of what it was told by address. */
struct model_sums model_sum_here(const struct model *m, bool show_private);

#endif
