#!/usr/bin/env bash
# run_experiments.sh --engine slurm against a real Slurm, which this installs (Debian), starts on
# this machine without systemd or cgroups, and shuts down again: an array with a task that is killed
# and one that is pre-empted, the same command again, and the bytes of a local sweep in the end.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ "$(id -u)" -ne 0 ]; then # slurmd starts jobs for others
    sudo -n true 2>/dev/null || { echo "slurm.sh: needs root, or sudo without a password" >&2; exit 1; }
    exec sudo -n "$0"
fi

say() { echo "── $*"; }
fail() {
    echo "slurm.sh: FAILED: $*" >&2
    tail -n 5 "$place"/*.log "$place"/out/slurm/*.txt 2>/dev/null >&2 || true
    exit 1
}

daemons=()
for command in munged slurmctld slurmd sbatch; do
    command -v $command >/dev/null && continue
    say "installing slurm-wlm slurmctld slurmd slurm-client munge"
    # their services are not wanted: the daemons below are this test's own
    printf '#!/bin/sh\nexit 101\n' >/tmp/spinet-policy.$$ && chmod +x /tmp/spinet-policy.$$
    [ -e /usr/sbin/policy-rc.d ] || { cp /tmp/spinet-policy.$$ /usr/sbin/policy-rc.d && mine=yes; }
    packages=(slurm-wlm slurmctld slurmd slurm-client munge)
    export DEBIAN_FRONTEND=noninteractive
    status=0
    apt-get install -qq -y --no-install-recommends "${packages[@]}" >/dev/null 2>&1 ||
        { apt-get update -qq && apt-get install -qq -y --no-install-recommends "${packages[@]}" >/dev/null; } || status=1
    [ -z "${mine:-}" ] || rm -f /usr/sbin/policy-rc.d
    rm -f /tmp/spinet-policy.$$
    [ $status -eq 0 ] || { echo "slurm.sh: Slurm cannot be installed" >&2; exit 1; }
    break
done

place=$(mktemp -d /tmp/spinet_slurm.XXXXXX)
chmod 755 "$place"
shut_down() {
    scancel --user root >/dev/null 2>&1 || true
    for ((i = ${#daemons[@]} - 1; i >= 0; i--)); do
        kill "${daemons[i]}" 2>/dev/null || true
        wait "${daemons[i]}" 2>/dev/null || true
    done
    rm -rf "$place"
}
trap shut_down EXIT

say "starting munged, slurmctld and slurmd in $place"
host=$(hostname -s)
mkdir "$place"/{munge,state,spool}
chmod 711 "$place/munge"
head -c 1024 /dev/urandom >"$place/munge.key" && chmod 400 "$place/munge.key"
munged --foreground --force --key-file "$place/munge.key" --socket "$place/munge/socket" \
    --pid-file "$place/munge/pid" --log-file "$place/munged.log" --seed-file "$place/munge/seed" \
    >"$place/munged.log" 2>&1 &
daemons+=($!)
# cred_expire: a job that is started again waits that long
cat >"$place/slurm.conf" <<END
ClusterName=spinet
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmctldPort=26817
SlurmdPort=26818
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$place/munge/socket,cred_expire=5
StateSaveLocation=$place/state
SlurmdSpoolDir=$place/spool
SlurmctldPidFile=$place/slurmctld.pid
SlurmdPidFile=$place/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
KillWait=5
SchedulerParameters=sched_interval=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=1000 State=UNKNOWN
PartitionName=short Nodes=$host Default=YES MaxTime=30 State=UP
END
export SLURM_CONF=$place/slurm.conf
for _ in $(seq 50); do [ -S "$place/munge/socket" ] && break; sleep 0.1; done
slurmctld -D -c >"$place/slurmctld.log" 2>&1 &
daemons+=($!)
slurmd -D >"$place/slurmd.log" 2>&1 &
daemons+=($!)
for _ in $(seq 300); do
    [ "$(sinfo -h -o %T 2>/dev/null)" = idle ] && break
    sleep 0.2
done
[ "$(sinfo -h -o %T)" = idle ] || fail "the node is not idle: $(sinfo -h -o '%T %E' 2>&1)"
sinfo --version

runs=(--runs 2 --set test.sample_period=0)
submit() {
    ./run_experiments.sh shapes "${runs[@]}" --engine slurm --shards 4 --cores 1 \
        --partition short --time 10 --memory 100M --out "$place/out"
}
wait_for_jobs() { # until the queue is empty
    for _ in $(seq 900); do
        [ -n "$(squeue -h 2>/dev/null)" ] || return 0
        sleep 0.2
    done
    squeue >&2
    fail "jobs do not end"
}
owner_of() { # SHARD: its process, once it is at work
    for _ in $(seq 300); do
        pgrep -f -- "sweep .*$place/out .*--shard $1/4" && return 0
        sleep 0.05
    done
    fail "shard $1 does not begin"
}

say "the local sweep"
./run_experiments.sh shapes "${runs[@]}" --out "$place/local" >/dev/null

say "the same as an array of 4 tasks; shard 1 is killed in mid-run, shard 2 pre-empted"
submitted=$(submit)
echo "$submitted"
array=$(sed -n 's/^Job \([0-9]*\) has .*/\1/p' <<<"$submitted")
first=$(owner_of 1)
sleep 0.3
kill -KILL "$first"
second=$(owner_of 2)
scontrol requeue "${array}_2"
echo "killed process $first of shard 1, requeued task ${array}_2 (process $second)"
[ ! -e "$place/out/results.csv" ] || fail "there are results already"
wait_for_jobs
said=$(cat "$place"/out/slurm/*-gather.txt)
echo "$said"
grep -q 'of 12 runs are missing: ' <<<"$said" || fail "gathering did not name the runs of the killed shard"
grep -q "stopped with\|runs are done already" "$place/out/slurm/${array}-2.txt" || fail "shard 2 was not started twice"
done_before=$(stat -c '%n %Y %i' "$place"/out/runs/*/DONE | sort)

say "the same command again"
submitted=$(submit)
echo "$submitted"
grep -q 'has shards 1 of 4' <<<"$submitted" || fail "not the one shard that is missing"
wait_for_jobs
cat "$(printf '%s\n' "$place"/out/slurm/*-gather.txt | sort -V | tail -n 1)"
cmp "$place/local/results.csv" "$place/out/results.csv" || fail "the results differ from those of the local sweep"
[ -s "$place/out/report.html" ] || fail "there is no report"
[ -z "$(comm -23 <(echo "$done_before") <(stat -c '%n %Y %i' "$place"/out/runs/*/DONE | sort))" ] || fail "runs that were done were run again"

say "once more, with all done: nothing is submitted"
grep -q 'All runs are done' <<<"$(submit)" || fail "something was submitted"
echo "slurm.sh: passed: results.csv is that of the local sweep, byte for byte"
