/* SPDX-License-Identifier: MIT
 *
 * agent_text: what an agent is called where there is no room for all of it: "Chrome 140",
 * "Googlebot/2.1". Only what ends as browsers do is taken for one: who hides behind a browser's
 * name adds something, and then the whole text stays.
 */
#ifndef NG_CONSOLE_AGENT_TEXT_H
#define NG_CONSOLE_AGENT_TEXT_H

#include "base/str.h"

#define AGENT_TEXT_MAX 32

/* Absent when there is no shorter name. buf holds it. */
struct str agent_text(struct str agent, char buf[static AGENT_TEXT_MAX]);

#endif
