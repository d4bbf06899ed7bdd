/* SPDX-License-Identifier: MIT
 *
 * past_findings: what this run has flagged, also what is over: to be said at its end, and to know
 * whether something would be lost with it. Notes and what another finding explains are not in it.
 */
#ifndef NG_APP_PAST_FINDINGS_H
#define NG_APP_PAST_FINDINGS_H

#include "base/noted.h"
#include "event/taker.h"
#include "model/flags.h"

#define PAST_FINDINGS_MAX 64

struct past_finding {
	uint64_t key; /* flag_hash */
	char name[FLAG_NAME_MAX], who[FLAG_WHO_MAX];
	uint8_t scope, severity; /* the highest */
	bool kept;               /* the recording that goes on has it */
	bool saved;              /* one that is whole has it */
	usec_t since, until;     /* until: 0 while it holds */
};

struct past_findings {
	struct taker taker; /* first */
	struct past_finding at[PAST_FINDINGS_MAX];
	size_t n;
	uint64_t more; /* for which there was no room: the less grave go first, then those over */
	struct noted out; /* of these, the ones that hold, by key */
	bool recording;   /* what begins now is kept */
	uint64_t begun;   /* that began, or became graver */
	uint64_t attacks; /* the same, of SEVERITY_ATTACK or more */
};

void past_findings_init(struct past_findings *p);

/* A recording has begun, and has all that held at some time since then. */
void past_findings_record(struct past_findings *p, usec_t from);

/* It is at its end: whole, or it could not be written, and has saved nothing. */
void past_findings_recorded(struct past_findings *p, bool whole);

/* How many no recording has. */
size_t past_findings_unsaved(const struct past_findings *p);

/* Whether one of at least this severity holds. */
bool past_findings_hold(const struct past_findings *p, enum severity least);

/* At most `most`: those that hold before those that are over, then the gravest, then the oldest.
 * Returns how many. */
size_t past_findings_top(
	const struct past_findings *p, const struct past_finding **ret, size_t most);

#endif
