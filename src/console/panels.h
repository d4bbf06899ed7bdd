/* SPDX-License-Identifier: MIT
 *
 * panels: the panels that there are. The console makes one of each (panels[] in console.c).
 */
#ifndef NG_CONSOLE_PANELS_H
#define NG_CONSOLE_PANELS_H

#include "console/view.h"

extern const struct panel_ops findings_panel, connections_panel, requests_panel, tops_panel,
	inspector_panel, detail_panel, since_panel, block_panel, blocks_panel, inputs_panel,
	help_panel, output_panel, answer_panel, time_panel, prompt_panel, picker_panel,
	commands_panel, setup_panel, dialog_panel, search_panel;

#endif
