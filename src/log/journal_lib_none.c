// SPDX-License-Identifier: MIT
/* A static program cannot load libsystemd: journalctl is asked. */
#include "log/journal_lib.h"

const struct journal_lib *journal_lib_load(const char **ret_why)
{
	*ret_why = JOURNAL_LIB_NAME " cannot be loaded by a static build";
	return NULL;
}
