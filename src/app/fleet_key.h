/* SPDX-License-Identifier: MIT
 *
 * fleet_key: what all machines of a fleet hash by, so that what they count adds up: made of
 * publish.key, or of a word that everybody knows where none is set.
 */
#ifndef NG_APP_FLEET_KEY_H
#define NG_APP_FLEET_KEY_H

#include "app/fleet_options.h"
#include "base/hash.h"

/* This run is of a fleet: it publishes, or is a hub. */
bool fleet_is_on(const struct fleet_options *o);

/* Its summaries go to stdout, and questions come from stdin: it has no console. */
bool fleet_is_piped(const struct fleet_options *o);

/* Of the judgement's sketches; as event_start has it, below 2^53. */
uint64_t fleet_seed(const struct fleet_options *o);

/* By which equal seeds are known, and nothing else: 32 bits. */
uint64_t fleet_sketch(const struct fleet_options *o);

/* Of texts that are not to be told (publish.detail = hash). */
struct hash_key fleet_text_key(const struct fleet_options *o);

#endif
