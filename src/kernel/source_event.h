/* SPDX-License-Identifier: MIT
 *
 * source_event: the event in which a source of connections says what it is and what it cannot see.
 */
#ifndef NG_KERNEL_SOURCE_EVENT_H
#define NG_KERNEL_SOURCE_EVENT_H

#include "event/source.h"
#include "kernel/connections_options.h"

/* Puts it, with more_probes and more_note of the options added. sees: of enum capability.
 * probe_names: space-separated. note: what is not seen and why; NULL or "" when there is nothing.
 */
void source_event_put(const struct connections_options *options, const char *source, uint32_t sees,
	const char *probe_names, const char *note, struct event_sink *sink);

#endif
