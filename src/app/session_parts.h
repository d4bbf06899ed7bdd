/* SPDX-License-Identifier: MIT
 *
 * session_parts: how a session's parts are opened (session_open.c), for session.c. Errors and
 * reasons are those of session_init; what was opened is the session's, also when the rest fails.
 */
#ifndef NG_APP_SESSION_PARTS_H
#define NG_APP_SESSION_PARTS_H

struct model;
struct options_state;
struct session;

/* NULL: memory is out. */
struct model *session_make_model(const struct session *s);

/* The filter, the judgement, and the sources: of the recording, or of this machine. */
int session_open_parts(
	struct session *s, const struct options_state *options, char reason[static 512]);

#endif
