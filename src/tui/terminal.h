/* SPDX-License-Identifier: MIT
 *
 * terminal: which entry of terminfo the terminal is drawn by. A server knows few terminals, and
 * those that people bring along (ghostty, kitty, foot) set a TERM that is not among them.
 */
#ifndef NG_TUI_TERMINAL_H
#define NG_TUI_TERMINAL_H

#define TERMINAL_NOTICE_MAX 128

/* The entry's name (static, or of the environment), with a word to the operator when it is not the
 * terminal's own, else "". NULL, with the reason, when there is no terminal that can place its
 * cursor. */
const char *terminal_choose(char notice[static TERMINAL_NOTICE_MAX], char reason[static 256]);

#endif
