/* SPDX-License-Identifier: MIT
 *
 * top: what is asked for most, and by how many: `top` records of paths, agents, referers and
 * virtual hosts, as the judgement's herds know them, of status codes, as the journal does, and of
 * the machine's own ports.
 *
 * per_min counts the requests of the last minute. Of a herd, sources, failed and loners are of the
 * last 30 to 60 s: about how many addresses asked, how many requests were refused as log-ins are,
 * and which part of the addresses asked for nothing else. growth is how many times what is usual.
 */
#ifndef NG_OUTPUT_TOP_H
#define NG_OUTPUT_TOP_H

#include "detect/herd.h"
#include "detect/ports.h"
#include "output/ndjson.h"

#define TOP_RECORDS 10 /* of each kind */

/* Returns how many records it put. The first says the schema when `first`. */
uint32_t top_herds(struct jsonw *w, const struct model *m, const struct herds *t,
	enum herd_kind kind, bool first);
uint32_t top_statuses(struct jsonw *w, const struct model *m, bool first);
uint32_t top_ports(struct jsonw *w, const struct model *m, const struct ports *t, bool first);

#endif
