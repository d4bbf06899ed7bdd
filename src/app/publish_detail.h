/* SPDX-License-Identifier: MIT
 *
 * publish_detail: what is judged, as publish.detail lets it leave this machine: paths and agents
 * are told as they are, by their hashes, or not at all. Figures stay.
 */
#ifndef NG_APP_PUBLISH_DETAIL_H
#define NG_APP_PUBLISH_DETAIL_H

#include "event/event.h"
#include "model/flags.h"
#include "model/machine.h"
#include "output/record_set.h"

#define DETAIL_TEXT_MAX 512

/* What the texts of an event are put in. */
struct detail_texts {
	char who[DETAIL_TEXT_MAX], said[DETAIL_TEXT_MAX], disproof[DETAIL_TEXT_MAX];
};

/* *ret_event is `event` (a flag or a verdict), with texts that are borrowed from it or from
 * ret_texts. flags: those that hold, whose names of paths and agents the verdict may have. */
void detail_of(struct event *ret_event, struct detail_texts *ret_texts, const struct event *event,
	const struct flags *flags, const struct set_head *head);

/* Text that may quote paths: those are left out, unless all is told. Returns its length. */
size_t detail_plain(char *buf, size_t cap, struct str text);

#endif
