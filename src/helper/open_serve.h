/* SPDX-License-Identifier: MIT
 *
 * open_serve: what the process does that opens files for the console: it answers one question after
 * the other, by its own privileges, within limits (opener_limit), and reads nothing of what it
 * opens.
 */
#ifndef NG_HELPER_OPEN_SERVE_H
#define NG_HELPER_OPEN_SERVE_H

/* Until nobody is there to ask: 0; or -EBADMSG: what was asked was no question. */
int open_serve(int fd);

#endif
