/* SPDX-License-Identifier: MIT
 *
 * quic_counters: who sends QUIC packets, and Initials among them, where HTTP/3 may be served. About
 * once a second a quic event for the machine, one for each of the heaviest networks and one for
 * each of the heaviest sources: numbers scaled up from a sample (quic_sample).
 */
#ifndef NG_KERNEL_QUIC_COUNTERS_H
#define NG_KERNEL_QUIC_COUNTERS_H

#include "event/source.h"

/* The most that are put at a time; a flood of forged sources is told by its networks and its sum.
 */
#define QUIC_SOURCES 1024
#define QUIC_NETS    512

struct quic_taps;

/* NULL when the probe does not load or memory is out. ret_taps: the source's own, to be polled by
 * whoever knows the network namespaces. btf: as for connections_options, borrowed until then only.
 */
struct source *quic_counters_new(const char *btf, struct quic_taps **ret_taps);

#endif
