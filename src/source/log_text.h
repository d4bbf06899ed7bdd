/* SPDX-License-Identifier: MIT
 *
 * log_text: the text fields of a log line, made fit for an event: decoded, clean, bounded.
 */
#ifndef NG_SOURCE_LOG_TEXT_H
#define NG_SOURCE_LOG_TEXT_H

#include "source/log_parse.h"

#include <stdbool.h>

/* True when every byte is printable ASCII and none a backslash: any slice of such a line is
 * clean and needs no decoding. One pass over the whole line is cheaper than one per field. */
bool log_text_is_plain(struct str line);

/* Cuts clean text to EVENT_TEXT_MAX, at a character's edge. */
struct str log_text_clip(struct str clean);

/* The field that a server wrote as raw, with its escapes (\xNN, \", \\, \n …) decoded and the
 * result clean and clipped. Borrows raw when nothing had to change, else scratch; a line has room
 * for four changed fields, a further one is absent. */
struct str log_text_field(struct log_scratch *scratch, struct str raw);

#endif
