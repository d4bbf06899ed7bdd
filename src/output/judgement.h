/* SPDX-License-Identifier: MIT
 *
 * judgement: what the flags of a model say, as text: the verdict, what cannot be judged and why,
 * then the flags that hold, the gravest first.
 */
#ifndef NG_OUTPUT_JUDGEMENT_H
#define NG_OUTPUT_JUDGEMENT_H

#include "model/model.h"

#include <stdio.h>

/* Nothing when nobody has judged. Flags that do not fit are counted. True when it printed. */
bool judgement_print(FILE *out, const struct model *m);

#endif
