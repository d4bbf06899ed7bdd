/* SPDX-License-Identifier: MIT
 *
 * seat: where in a fleet the operator sits: at the hub, where its machines are seen as one, or at
 * one of them, which was entered. Nobody else decides whose rows, figures and findings are shown.
 */
#ifndef NG_CONSOLE_SEAT_H
#define NG_CONSOLE_SEAT_H

#include "console/view.h"
#include "model/fleet.h"

/* NULL: what is shown is one machine, and no fleet. */
const struct fleet *seat_fleet(const struct view *v);

/* The machine that was entered; NULL: none was, or the model has forgotten it. */
const struct member *seat_member(const struct view *v);

/* The machine that a row is; NULL: it is none. */
const struct member *seat_named(const struct view *v, const struct subject_key *key);

/* The rows are those of this machine from now on; of all of them again (false: they are). */
void seat_enter(struct view *v, const struct member *member);
bool seat_leave(struct view *v);

/* Rows can be grouped so. Of one machine of a fleet nobody knows what all of an AS have of it. */
bool seat_groups(const struct view *v, enum group_by by);

/* The filter is the one that the machine was entered with: to leave it is the next step back. */
bool seat_is_last(const struct view *v);

/* The first of an address's or a network's shares; POOL_NONE: there is none. */
uint32_t seat_shares(const struct model *m, const struct subject_key *key);

/* The heavier of two shares of one row weighs more. */
uint64_t seat_weight(const struct share *s);

#endif
