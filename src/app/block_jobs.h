/* SPDX-License-Identifier: MIT
 *
 * block_jobs: what the helpers are asked about blocks: to put prefixes into our own table and to
 * take them out, and to list what this machine keeps out already. Made from src/action; each make()
 * checks every value anew, in the helper.
 */
#ifndef NG_APP_BLOCK_JOBS_H
#define NG_APP_BLOCK_JOBS_H

#include "action/ways.h"
#include "helper/helper.h"

/* Of the blocker. */
enum block_job {
	BLOCK_JOB_BLOCK,   /* steps as block_job_args makes them */
	BLOCK_JOB_UNBLOCK, /* the prefixes */
	BLOCK_JOB_UNBLOCK_ALL,
	BLOCK_JOB_LIST_NFT,
	BLOCK_JOB_LIST_OURS, /* our own table alone: it is never cut by what others have */
	BLOCK_JOB_LIST_IPTABLES,
	BLOCK_JOB_LIST_IP6TABLES,
	BLOCK_JOB_LIST_IPTABLES_LEGACY,
	BLOCK_JOB_LIST_IP6TABLES_LEGACY,
	BLOCK_JOB_LIST_IPSET,
	BLOCK_JOB_LIST_ROUTES4,
	BLOCK_JOB_LIST_ROUTES6,
	BLOCK_JOBS
};

/* Of the runner. */
enum block_run {
	BLOCK_RUN_FAIL2BAN,
	BLOCK_RUN_CROWDSEC,
	BLOCK_RUNS
};

extern const struct helper_job block_jobs[BLOCK_JOBS];
extern const struct helper_job block_runs[BLOCK_RUNS];

/* Steps as a question for BLOCK_JOB_BLOCK: number says how many of the first prefixes go out. */
struct helper_args block_job_args(const struct block_steps *steps);

#endif
