/* One function per command: reads its options, answers on stdout, progress and complaints on
 * stderr, returns an exit code. The table in tools/commands.c names them. */
#ifndef YZ_TOOLS_CMD_H
#define YZ_TOOLS_CMD_H

#include "tools/options.h"

int cmd_as_of(const options *given);
int cmd_assign_fair(const options *given);
int cmd_assign_gigs(const options *given);
int cmd_backup(const options *given);
int cmd_bench_as_of(const options *given);
int cmd_bench_assign(const options *given);
int cmd_bench_durable(const options *given);
int cmd_bench_http(const options *given);
int cmd_bench_import(const options *given);
int cmd_bench_match(const options *given);
int cmd_bench_policy(const options *given);
int cmd_bench_real(const options *given);
int cmd_bench_restart(const options *given);
int cmd_bench_stats(const options *given);
int cmd_bench_tell(const options *given);
int cmd_config_print(const options *given);
int cmd_export(const options *given);
int cmd_generate(const options *given);
int cmd_help(const options *given);
int cmd_import(const options *given);
int cmd_journal_dump(const options *given);
int cmd_journal_snapshot(const options *given);
int cmd_journal_stat(const options *given);
int cmd_live(const options *given);
int cmd_match(const options *given);
int cmd_ping(const options *given);
int cmd_policy_cases(const options *given);
int cmd_policy_check(const options *given);
int cmd_policy_explain(const options *given);
int cmd_policy_facts(const options *given);
int cmd_policy_what_if(const options *given);
int cmd_recount(const options *given);
int cmd_repair(const options *given);
int cmd_replay(const options *given);
int cmd_report_fair(const options *given);
int cmd_report_month(const options *given);
int cmd_restore(const options *given);
int cmd_serve(const options *given);
int cmd_stat(const options *given);
int cmd_top(const options *given);
int cmd_verify(const options *given);
int cmd_version(const options *given);
int cmd_weights_derive(const options *given);

#endif
