/* SPDX-License-Identifier: MIT
 *
 * json_slices: JSON read as slices of its text, without memory of its own. What a tool printed may
 * have been cut anywhere: then what stands before the cut can still be walked through. Nothing is
 * recursive; a hostile text costs a pass for each level that somebody enters.
 */
#ifndef NG_ACTION_JSON_SLICES_H
#define NG_ACTION_JSON_SLICES_H

#include "base/str.h"

#include <stdint.h>

/* A walk through the members of an object or the items of an array. */
struct slices_walk {
	struct str rest;
	struct str key;   /* of an object; as it is written, without its quotes */
	struct str value; /* whole, unless cut: text with its quotes, a number, {…}, […] */
	bool is_object;
	bool cut; /* the text ended within the value, or before the end of the walk; or it is no
		     JSON */
};

/* Whether value is an array or an object; then slices_next goes through it. */
bool slices_enter(struct slices_walk *w, struct str value);

/* The next member; false at the end. The last one may be cut. */
bool slices_next(struct slices_walk *w);

/* The member of an object; absent when there is none, or it is cut. */
struct str slices_member(struct str object, const char *key);

/* A text without its quotes; absent when it is none. One with escapes keeps them. */
struct str slices_text(struct str value);

/* A whole number; false when it is none. */
bool slices_number(struct str value, uint64_t *ret);

static inline bool slices_key_is(const struct slices_walk *w, const char *key)
{
	return str_eq(w->key, str_of(key));
}

#endif
