#!/usr/bin/env bash
# Times our forward kernels and PyTorch's on one GPU in one run, and joins them: benchmarks/run-gpu.sh PROGRAM FOLDER
# [options of both, such as --lengths 2048]. PROGRAM is the benchmark program, published with native AOT:
#   dotnet publish benchmarks/FlexAttention.Benchmarks -c Release -r linux-x64 -p:PublishAot=true -o PROGRAM_FOLDER
# FOLDER receives the figures and the table. Ours run before and after the peers, and the mean counts: the
# GPU's clock drifts.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$1 folder=$2
shift 2
mkdir -p "$folder"

# NVRTC as Python's packages bring it, unless one is named.
if [[ -z ${FLEXATTENTION_NVRTC:-} ]]; then
  nvrtc=$(python3 -c 'import glob, nvidia; print(*[f for p in nvidia.__path__ for f in glob.glob(p + "/**/libnvrtc.so.1[23]", recursive=True)][:1])' || true)
  [[ -z $nvrtc ]] || export FLEXATTENTION_NVRTC=$nvrtc
fi

"$program" forward --json "$folder/ours-before.json" "$@"
python3 "$here/peers/peers.py" --json "$folder/peers.json" "$@"
"$program" forward --json "$folder/ours-after.json" "$@"
python3 "$here/peers/table.py" "$folder"/ours-*.json "$folder/peers.json" | tee "$folder/table.md"
