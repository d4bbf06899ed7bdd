/* SPDX-License-Identifier: MIT
 *
 * answer: a page of what a machine of the fleet has answered to a question. It opens when the
 * question is put, says that it waits and, when nothing comes, that nothing came; an answer that
 * comes late is shown all the same.
 */
#ifndef NG_CONSOLE_ANSWER_H
#define NG_CONSOLE_ANSWER_H

#include "event/event_fleet.h"

#define ANSWER_TEXT_MAX (256u << 10) /* bytes of an answer that are kept */
#define ANSWER_PATIENCE 15           /* seconds */

struct member;
struct subject_key;
struct view;

/* Puts the question to the machine, by a command to the app, and opens the page. */
void answer_ask(struct view *v, const struct member *member, const char *question);

/* Of a fleet, the machine that is asked about a row: the one under the cursor, the one that was
 * entered, else of those that are up the one with the heaviest share of it. NULL: there is none. */
const struct member *answer_whom(const struct view *v, const struct subject_key *key);

/* Asks the machine that is shown, or the one that has most of it, about whatever is under the
 * cursor; or says why not. */
void answer_ask_selected(struct view *v);

/* A machine has answered. One that nobody waits for is passed over. */
void answer_take(struct view *v, uint32_t member, const struct event_answer *answer);

#endif
