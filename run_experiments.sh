#!/usr/bin/env bash
# Reproduces experiments: installs what is missing, builds, runs, reports.
#   ./run_experiments.sh                            the demo: shapes with and without turnover
#   ./run_experiments.sh mnist --pair 3,8 --runs 2  two digits, two seeds
# `./run_experiments.sh --help` lists the rest. What an experiment is stands in experiments/NAME.sweep.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
here=$PWD
cd "$(dirname "$0")"

usage() {
    cat <<END
Usage: ./run_experiments.sh [EXPERIMENT] [OPTION]...

Experiments (default: demo):
END
    for file in experiments/*.sweep; do
        printf '  %-12s %s\n' "$(basename "$file" .sweep)" "$(sed -n 's/^title = "\(.*\)";/\1/p' "$file")"
    done
    cat <<END
  all          all of these but the demo, one after the other

Options:
  --runs N         seeds 1 to N (default: what the experiment says)
  --seeds A..B     these seeds
  --threads N      runs at the same time (default: one a core)
  --pair A,B       mnist: these two digits only
  --difficulty D   shapes: easy, medium or hard only
  --set KEY=VALUE  set a parameter of all runs (build/spinet params lists them); may be repeated
  --out DIR        folder for the results (results/NAME)
  --resume         keep the runs that are done (the default)
  --fresh          run all again
  --dry-run        only print the runs and the time they may take

On many machines with one file system (docs/scaling.md):
  --engine slurm   submit the runs as a Slurm job array, and a job that gathers and reports
  --shards N       in at most so many tasks (32)
  --cores N        cores of a task (1)
  --partition P, --time T, --memory M   of a task, as for sbatch
  --shard I/N      run the I-th of N parts here, now
  --gather         no runs: the tables and the report of those that are done
END
}

fail() {
    echo "run_experiments.sh: $1" >&2
    exit 2
}

name=demo
case "${1:-}" in
-h | --help) usage && exit 0 ;;
"" | --*) ;;
all) name=all && shift ;;
*)
    [[ $1 =~ ^[a-z0-9-]+$ ]] && [ -e "experiments/$1.sweep" ] ||
        fail "$1: no such experiment; --help lists them"
    name=$1 && shift
    ;;
esac

sweep=$name out="" options=() dry_run="" seeds=""
# options: of every call; run_options: of one that runs; part: of the runs; again: what a job is to say
engine=local shards="" cores="" threads="" fresh="" run_options=() part=() again=() slurm=() limits=()
while [ $# -gt 0 ]; do
    case "$1" in
    -h | --help) usage && exit 0 ;;
    --resume) options+=("$1") && shift && continue ;;
    --fresh) run_options+=("$1") && fresh=$1 && shift && continue ;;
    --gather) part=("$1") && shift && continue ;;
    --dry-run) options+=("$1") && dry_run=yes && shift && continue ;;
    --engine | --shards | --cores | --partition | --time | --memory | --shard | \
        --runs | --seeds | --threads | --pair | --difficulty | --set | --out)
        [ $# -ge 2 ] && [ -n "$2" ] || fail "$1: a value is missing"
        ;;
    *) fail "$1: no such option; --help lists them" ;;
    esac
    case "$1" in
    --runs | --seeds | --pair | --difficulty | --set) again+=("$1" "$2") ;;
    esac
    case "$1" in
    --runs | --seeds) seeds=yes && options+=("$1" "$2") ;;
    --threads) run_options+=("$1" "$2") && threads=$2 ;;
    --engine)
        [[ $2 =~ ^(local|slurm)$ ]] || fail "--engine $2: expected local or slurm"
        engine=$2 && { [ "$2" = local ] || slurm+=("$1" "$2"); }
        ;;
    --shards | --cores)
        [[ $2 =~ ^[1-9][0-9]{0,4}$ ]] || fail "$1 $2: expected a whole number from 1 to 99999"
        if [ "$1" = --shards ]; then shards=$2; else cores=$2; fi
        slurm+=("$1" "$2")
        ;;
    --partition | --time) limits+=("$1=$2") slurm+=("$1" "$2") ;;
    --memory) limits+=("--mem=$2") slurm+=("$1" "$2") ;;
    --shard) part=("$1" "$2") ;;
    --set)
        [[ $2 != turnover.policy=* ]] || fail "--set $2: the experiment compares turnover policies itself"
        options+=(--set "$2")
        ;;
    --pair)
        [ "$name" = mnist ] || fail "--pair $2: is for mnist only"
        [[ $2 =~ ^[0-9],[0-9]$ && ${2%,*} != "${2#*,}" ]] ||
            fail "--pair $2: expected two different digits, as 3,8"
        first=${2%,*} second=${2#*,}
        [ "$first" -lt "$second" ] || { first=${2#*,} second=${2%,*}; }
        sweep=mnist-all out=${out:-results/mnist-$first-$second}
        options+=(--only "pair=$first-$second")
        ;;
    --difficulty)
        [ "$name" = shapes ] || fail "--difficulty $2: is for shapes only"
        [[ $2 =~ ^(easy|medium|hard)$ ]] || fail "--difficulty $2: expected easy, medium or hard"
        out=${out:-results/shapes-$2}
        options+=(--only "difficulty=$2")
        ;;
    --out) out=$2 && [[ $out = /* ]] || out=$here/$2 ;;
    esac
    shift 2
done
if [ "$engine" = slurm ]; then
    [ ${#part[@]} -eq 0 ] || fail "${part[0]}: not with --engine slurm, which does this itself"
    [ -z "$threads" ] || fail "--threads $threads: with --engine slurm say --cores"
elif [ "${part[*]}" = --gather ] && [ "${slurm[*]}" = "--shards $shards" ]; then
    part+=(--shards "$shards") slurm=()
elif [ ${#slurm[@]} -gt 0 ]; then
    fail "${slurm[0]}: is for --engine slurm"
fi

# Every experiment by this same script; what is done stays done, so that a second call goes on.
run_all() {
    local experiment status failed=0 began started lines=() folders=()
    began=$(date +%s)
    for experiment in "${all[@]}"; do
        echo "── $experiment ──"
        started=$(date +%s) status=0
        ./run_experiments.sh "$experiment" --out "$out/$experiment" "${options[@]}" "${run_options[@]}" \
            "${part[@]}" "${slurm[@]}" || status=$?
        [ $status -lt 128 ] || exit $status
        [ $status -ne 2 ] || exit $status
        [ $status -eq 0 ] || failed=1
        lines+=("$(printf '%-12s %s' "$experiment" "$(minutes $(($(date +%s) - started)))")$([ $status -eq 0 ] || echo '  FAILED')")
    done
    if [ -z "$dry_run" ]; then
        echo
        printf '%s\n' "${lines[@]}" "$(printf '%-12s %s' all "$(minutes $(($(date +%s) - began)))")"
        for experiment in "${all[@]}"; do
            folders+=("$out/$experiment")
        done
        if [ "$engine" = local ] && [ "${part[0]:-}" != --shard ] && [ $failed -eq 0 ]; then
            build/spinet report --overview "$out/index.html" "${folders[@]}" >/dev/null
            echo "Results in $out: index.html (all of it on one page), and a report.html in each folder"
        else
            echo "Results in $out, a folder each"
        fi
    fi
    exit $failed
}

minutes() {
    printf '%d:%02d min' $(($1 / 60)) $(($1 % 60))
}

if [ "$name" = all ]; then
    all=(shapes mnist maps grid scarcity linear ablation sensitivity policies intrinsic forgetting spread clustering
        drugs fashion mnist-all)
    out=${out:-results}
    run_all
fi
out=${out:-results/$name}

# At seed 8 both networks of the demo learn the task; at others the one without turnover may not
# (docs/experiments.md has the mean of 20).
if [ "$name" = demo ]; then
    [ -n "$seeds" ] || options+=(--seeds 8..8)
    options+=(--pictures)
fi

# Files of jobs, which may also be started by hand: slurm/shard.sh I, slurm/gather.sh.
write_jobs() {
    mkdir -p "$out/slurm"
    {
        echo '#!/usr/bin/env bash'
        echo '# One part of the runs: of the array job, or the one that is named.'
        printf 'cd %q || exit\n' "$PWD"
        printf 'exec build/spinet sweep %q --out %q' "experiments/$sweep.sweep" "$out"
        [ ${#options[@]} -eq 0 ] || printf ' %q' "${options[@]}"
        # shellcheck disable=SC2016
        printf ' --threads %s --shard "${1:-$SLURM_ARRAY_TASK_ID}/%s"\n' "$cores" "$shards"
    } >"$out/slurm/shard.sh"
    {
        echo '#!/usr/bin/env bash'
        echo '# Results and report of the runs that are done.'
        printf 'cd %q || exit\n' "$PWD"
        printf 'exec ./run_experiments.sh %q --out %q --gather --shards %s' "$name" "$out" "$shards"
        [ ${#again[@]} -eq 0 ] || printf ' %q' "${again[@]}"
        echo
    } >"$out/slurm/gather.sh"
}

# Submits the parts that have runs to do, and what gathers them, whatever becomes of them.
submit() {
    local to_do array gather job
    shards=${shards:-32} cores=${cores:-1}
    [[ $out = /* ]] || out=$PWD/$out
    to_do=$(build/spinet sweep "experiments/$sweep.sweep" --out "$out" "${options[@]}" ${fresh:+"$fresh"} \
        --prepare --shards "$shards")
    write_jobs
    if [ -z "$to_do" ]; then
        echo "All runs are done."
        part=(--gather --shards "$shards") run_options=()
        return
    fi
    job=(sbatch --parsable --chdir "$PWD" "${limits[@]}")
    array=$("${job[@]}" --job-name "spinet-$name" --array "$to_do" --cpus-per-task "$cores" --requeue \
        --open-mode append --output "$out/slurm/%A-%a.txt" "$out/slurm/shard.sh")
    array=${array%%;*}
    gather=$("${job[@]}" --job-name "spinet-$name-gather" --dependency "afterany:$array" \
        --output "$out/slurm/%j-gather.txt" "$out/slurm/gather.sh")
    gather=${gather%%;*}
    echo "Job $array has shards $to_do of $shards, job $gather gathers them: squeue -j $array,$gather"
    echo "Results will be in $out, what the jobs say in $out/slurm."
    echo "If a task fails, the same command submits what is missing."
    exit 0
}

if [ "$engine" = slurm ]; then
    command -v sbatch >/dev/null || fail "--engine slurm: there is no sbatch here"
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
[ -x build/spinet ] || echo "Building spinet (this installs what is missing) …"
# (The job that gathers leaves the program alone that other jobs may be running.)
if [ "${part[0]:-}" = --gather ] && [ -x build/spinet ]; then
    :
elif ! make -s -j"$(nproc)" all >"$log" 2>&1; then
    cat "$log" >&2
    exit 2
fi
if grep -q 'mnist\.cfg' "experiments/$sweep.sweep"; then
    dataset=mnist
    [ "$sweep" != fashion ] || dataset=fashion-mnist
    datasets/fetch.sh $dataset
fi

if [ "$engine" = slurm ] && [ -z "$dry_run" ]; then
    submit
fi
build/spinet sweep "experiments/$sweep.sweep" --out "$out" "${options[@]}" "${run_options[@]}" "${part[@]}"
[ -z "$dry_run" ] && [ "${part[0]:-}" != --shard ] || exit 0
if [ "$name" = demo ]; then
    build/spinet shapes --difficulty medium --seed 8 --out "$out/images"
fi
# What the drugs and the stress do to spines that learn nothing; the report shows it.
if [ "$name" = drugs ]; then
    build/spinet spines --protocol all --out "$out/protocols" >/dev/null || echo "No pictures of the protocols." >&2
fi

# A line a condition: accuracy, presentations until training stopped, seconds.
awk -F, '
    function sd(s, s2, n) { v = n > 1 ? (s2 - s * s / n) / (n - 1) : 0; return sqrt(v > 0 ? v : 0) }
    FNR == 1 { file++ }
    file == 1 { if (FNR > 1) seconds[FNR] = $2; next }
    FNR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
    {
        key = ""
        for (i = 1; i < column["seed"]; i++) key = key $i "  "
        if (!(key in n)) order[++n_keys] = key
        n[key]++
        a = $column["accuracy"]; sa[key] += a; sa2[key] += a * a
        t = $column["presentations"]; st[key] += t; st2[key] += t * t
        ss[key] += seconds[FNR]
    }
    END {
        printf "\n%-26s %5s  %-15s  %-15s  %s\n", "", "runs", "accuracy", "presentations", "seconds a run"
        for (k = 1; k <= n_keys; k++) {
            p = order[k]
            printf "%-26s %5d  %.3f ± %.3f    %6.1f ± %-6.1f  %.2f\n", p, n[p], sa[p] / n[p],
                sd(sa[p], sa2[p], n[p]), st[p] / n[p], sd(st[p], st2[p], n[p]), ss[p] / n[p]
        }
    }' "$out/times.csv" "$out/results.csv"
echo
build/spinet report "$out"
if [ "$name" = demo ]; then
    echo "Pictures: $out/runs/*/maps.png and learning_curve.png; the images: $out/images/contact_sheet.png"
fi
echo "Results in $out: report.html (open it in a browser), results.csv, and a folder a run in runs/"
