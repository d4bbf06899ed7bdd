/* SPDX-License-Identifier: MIT
 *
 * report_style: what a report looks like as HTML: light and dark, wide and narrow, on paper.
 */
#ifndef NG_OUTPUT_REPORT_STYLE_H
#define NG_OUTPUT_REPORT_STYLE_H

/* A style sheet that refers to nothing, in parts; NULL ends them. */
extern const char *const report_style[];

#endif
