/* SPDX-License-Identifier: MIT
 *
 * report_svg: a graph of a report as a figure of HTML with inline SVG, coloured by the page's
 * style.
 */
#ifndef NG_OUTPUT_REPORT_SVG_H
#define NG_OUTPUT_REPORT_SVG_H

#include "output/report.h"

#include <stdio.h>

void report_put_svg(FILE *out, const struct report_graph *g);

#endif
