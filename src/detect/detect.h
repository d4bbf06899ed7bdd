/* SPDX-License-Identifier: MIT
 *
 * detect: the judgement. A taker behind the model: it takes events in as they come, and when a tick
 * has been applied it judges what it and the model know, and puts what it found as flag and verdict
 * events, which are queued behind the tick. The same events give the same flags, live and replayed,
 * at whatever speed: time is theirs, and hashes are keyed by the seed that the first of them
 * carries.
 *
 * Memory is bounded: about 45 MiB when everything is full, and 40 more of a fleet.
 */
#ifndef NG_DETECT_DETECT_H
#define NG_DETECT_DETECT_H

#include "detect/flag_defs.h"
#include "detect/herd.h"
#include "detect/mark.h"
#include "detect/ports.h"
#include "event/taker.h"
#include "model/model.h"

struct detect;

/* What an address or a network has done lately, as only the judgement counts it. */
struct detect_lately {
	uint32_t paths, not_found, agents; /* about how many different ones, in the last 30 to 60 s;
					    * not_found: paths that were answered 4xx */
	uint32_t assets, broken;           /* requests of the last minute: parts of pages; 5xx */
	uint32_t guessed;                  /* logins that failed in the last minute, web and SSH */
	uint32_t probes;   /* kinds of exploits that it tried, in the last 30 to 60 s */
	uint64_t denied;   /* log-ins that were refused, since it is known here */
	const char *agent; /* the crawler or scanner that it says that it is; NULL: none */
};

/* What the judgement may be told. The model and the sink are borrowed for as long as it judges; the
 * rest is not kept. */
struct detect_options {
	const struct model *model;
	struct event_sink *sink;
	const struct flag_settings *flags; /* NULL: as they come */
	const struct str *scanners;        /* further tokens of scanners' agents */
	size_t scanner_count;
	const struct str *exploits; /* further patterns of paths */
	size_t exploit_count;
	const uint64_t *seed; /* of its hashes, whatever events say; NULL: as they say */
};

/* NULL with *ret_err -ENOMEM, -E2BIG (too many scanners or patterns) or -EINVAL (one of them says
 * too little), and the reason in words. */
struct detect *detect_new(
	const struct detect_options *options, int *ret_err, char reason[static 160]);
void detect_free(struct detect *d);

struct taker *detect_taker(struct detect *d);

/* One of its own that answers all that is asked below as the other does now, of a copy of the model
 * (borrowed) instead: to be read while the other goes on. It takes no events and judges nothing.
 * NULL when memory is out; freed by detect_free. */
struct detect *detect_copy(const struct detect *from, const struct model *model);

/* Who does what, for views; NULL when there is no judgement. Good until the next event. */
const struct herds *detect_herds(const struct detect *d, enum herd_kind kind);

/* The machine's own ports, likewise. */
const struct ports *detect_ports(const struct detect *d);

/* What an address asked for lately, as bits SUSPECT_AGENT and SUSPECT_PATH (model/suspicion.h). */
uint32_t detect_asked(const struct detect *d, const struct addr *ip);

/* Of an address (all its bits) or a /24 or /48; false: nothing is known of it. */
bool detect_lately(const struct detect *d, const struct prefix *of, struct detect_lately *ret);

/* Most of what an address asks for is what a flagged herd does. */
bool detect_is_of_herd(const struct detect *d, const struct addr *ip);

/* The most frequent sources of a flagged herd, the busiest first: at most `most` (and FOCUS_MAX).
 * Returns how many; 0 when the flag is about no herd, or its sources are not known. */
size_t detect_sources(
	const struct detect *d, const struct flag *flag, struct addr *ret, size_t most);

/* The mark that is compared with unless another is asked for (marks_latest); NULL when there is
 * none, or no judgement. And all of them, the latest first. Good until the next event. */
const struct mark *detect_mark(const struct detect *d);
size_t detect_marks(const struct detect *d, const struct mark *ret[static MARKS]);

/* What has changed since that mark, or since another: see mark_since. Nothing without one. */
size_t detect_since(const struct detect *d, enum change_of of, struct change *ret, size_t most);
size_t detect_since_mark(const struct detect *d, const struct mark *mark, enum change_of of,
	struct change *ret, size_t most);

/* Answers of each class, a second, since the mark or in the last minute; the mark has what they
 * were then. */
void detect_classes(
	const struct detect *d, const struct mark *mark, double ret[static HERD_STATUS_CLASS]);

#endif
