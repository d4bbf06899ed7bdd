/* SPDX-License-Identifier: MIT
 *
 * country: ISO 3166-1 codes of countries that registries write out.
 */
#ifndef NG_ENRICH_COUNTRY_H
#define NG_ENRICH_COUNTRY_H

#include "base/str.h"

/* "United States" is "US"; what is no such name is returned as it is. */
struct str country_code(struct str name);

#endif
