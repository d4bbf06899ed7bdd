/* SPDX-License-Identifier: MIT
 *
 * clipboard: what the operator copies: to the terminal, which puts it on its clipboard where it can
 * (OSC 52), and to a file, which is there in any case: ~/.cache/nethergaze/copied.
 *
 * OSC 52: https://invisible-island.net/xterm/ctlseqs/ctlseqs.html, "Manipulate Selection Data".
 * tmux takes it for itself when its set-clipboard is on, and hands a wrapped one on when its
 * allow-passthrough is (tmux(1)). GNU screen hands on what comes as DCS, 768 bytes at a time
 * (MAXSTR in its screen.h).
 */
#ifndef NG_TUI_CLIPBOARD_H
#define NG_TUI_CLIPBOARD_H

#include "base/str.h"

#define CLIPBOARD_TEXT_MAX (1u << 20) /* what is longer is not copied */
#define CLIPBOARD_SENT_MAX 74994      /* to a terminal: many refuse 100 kB of base64 */
#define CLIPBOARD_SAID_MAX 256

enum clipboard_way {
	CLIPBOARD_PLAIN,
	CLIPBOARD_TMUX,
	CLIPBOARD_SCREEN,
	CLIPBOARD_NONE /* Linux's own console: it has none */
};

/* By TERM, TMUX and STY. */
enum clipboard_way clipboard_way(void);

/* The bytes that send the text that way, with a NUL behind them, for free(). NULL when it is too
 * long for that, when there is no way, or without memory. */
char *clipboard_sequence(enum clipboard_way way, struct str text);

/* Copies the text and says what was done: "copied 203.0.113.0/24 (terminal and
 * ~/.cache/nethergaze/copied)". The text should be clean, or several lines of such. */
void clipboard_copy(struct str text, char ret_said[static CLIPBOARD_SAID_MAX]);

#endif
