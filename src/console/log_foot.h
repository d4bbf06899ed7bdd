/* SPDX-License-Identifier: MIT
 *
 * log_foot: the lines below a log: the rest of what the line under the cursor says, and who asked.
 */
#ifndef NG_CONSOLE_LOG_FOOT_H
#define NG_CONSOLE_LOG_FOOT_H

#include "model/model.h"
#include "tui/screen.h"

#define LOG_FOOT_LINES 2

void log_foot_draw(const struct model *m, struct area a, const struct journal_entry *e);

#endif
