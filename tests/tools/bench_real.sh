#!/usr/bin/env bash
# The H-2 orders, imported whole and asked 100 questions, agree with the oracle. $1 is the program.
# Skipped where the real data is not: $YIZHAN_DATASETS, or ../shared/datasets.
set -euo pipefail
datasets=${YIZHAN_DATASETS:-../shared/datasets}
if [ ! -r "$datasets/us-h2-seasonal-jobs/jobs.csv.gz" ]; then
    echo "SKIP: the real data sets are not at $datasets (set YIZHAN_DATASETS)"
    exit 77
fi
said=$("$1" bench real --datasets "$datasets" --questions 100 --json)
echo "$said"
for want in '"rows":202138' '"check.compared":100' '"check.mismatches":0' '"check.refused":0'; do
    grep -qF -- "${want}" <<<"${said// /}" || { echo "FAIL: no $want"; exit 1; }
done
