/* SPDX-License-Identifier: MIT
 *
 * act_log: what was done from here, kept for others to read: actions.log in the state directory,
 * a line for each act, with tabs between its fields:
 *
 *	2026-11-22T08:14:15Z	uid=0	block	203.0.113.0/24	ok	nft add element ...
 *until 09:14
 *
 * A field that is absent is "-"; text is clean (base/text.h), and ends in "[cut]" where it was cut.
 *The file is made by the first act, only for its owner. When it has ACT_LOG_MAX bytes it becomes
 *actions.log.1, in place of the one before.
 */
#ifndef NG_APP_ACT_LOG_H
#define NG_APP_ACT_LOG_H

#include "event/event.h"

#define ACT_LOG_MAX  (1u << 20)
#define ACT_LOG_NAME "actions.log"

/* Appends a line. 0, or a negative errno: it is not, or not whole, in the file;
 * as state_dir_own when there is no directory for it. */
int act_log_append(const struct event_act *act, usec_t ts);

#endif
