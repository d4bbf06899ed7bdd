/* SPDX-License-Identifier: MIT
 *
 * record_set: what this machine says of itself every few seconds, to who looks at many
 * (event/event_fleet.h): a machine record, and then the heaviest addresses, networks and herds, as
 * lines of NDJSON. Bounded: SET_HOSTS + SET_NETWORKS + HERD_KINDS * SET_HERDS parts, and
 * FLEET_TEXT_MAX bytes.
 *
 * A network is told only if there is more to it than its addresses that are told, which is what a
 * receiver adds of it. What has not changed since it was told is told in every second set, which is
 * often enough to be known as still there (FLEET_QUIET in model/fleet.h) and halves what is sent.
 *
 * Who is heaviest is found in slices, so that a quarter of a million addresses hold nobody up:
 * record_set_step until it is done, then record_set_put, at any time. Rows are kept by address.
 */
#ifndef NG_OUTPUT_RECORD_SET_H
#define NG_OUTPUT_RECORD_SET_H

#include "base/hash.h"
#include "base/jsonw.h"
#include "detect/detect.h"
#include "model/group.h"

#define SET_HOSTS    50
#define SET_NETWORKS 20
#define SET_HERDS    16 /* of each kind */
#define SET_SLICE    8192

/* What is told of paths, agents and referers; as publish.detail has it. */
enum set_detail {
	SET_NONE, /* nothing, nor which crawler somebody says that he is */
	SET_HASH, /* "#" and 16 hex digits, which are the same on all machines of a key */
	SET_FULL
};

/* What stands in a set that the model does not know. Texts are borrowed. */
struct set_head {
	struct str name, version;
	struct str verdict; /* absent: nothing stands out */
	uint64_t seq, dropped, sketch;
	usec_t every;
	enum set_detail detail;
	struct hash_key key; /* of SET_HASH */
	bool show_private;
};

struct set_row {
	uint64_t weight; /* gravity above, cost below */
	struct prefix of;
};

/* The heaviest of one kind, the heaviest first. */
struct set_rows {
	struct set_row at[SET_HOSTS];
	uint32_t n, cap;
	uint32_t busy; /* that did something lately: n of them are here */
};

/* What was told of one row or herd, and in which set. */
struct set_told {
	uint64_t key, counts; /* hashes: who it is; what was counted */
	uint64_t seq;
};

#define SET_TOLD 512 /* of these, by their keys; a later one takes the place of an earlier one */

struct record_set {
	struct set_told told[SET_TOLD];
	struct set_rows hosts, networks;
	enum group_by by; /* which are being gone through */
	uint32_t next;
	bool done;
};

/* Begins to look who is heaviest now. All zero before the first time. */
void record_set_begin(struct record_set *s);

/* Goes on with it; true when it is done. detect may be NULL. */
bool record_set_step(struct record_set *s, const struct model *m, const struct detect *detect,
	bool show_private);

/* Writes the set of what was found. */
void record_set_put(struct record_set *s, struct jsonw *w, const struct model *m,
	const struct detect *detect, const struct set_head *head);

/* A text of a path, an agent or a referer as `detail` has it, in buf: absent, its hash, or itself,
 * cut where a herd's is. */
#define SET_TEXT_MAX (HERD_TEXT_MAX + 1)
struct str set_text(const struct set_head *head, struct str text, char buf[static SET_TEXT_MAX]);

#endif
