#!/usr/bin/env bash
# Packs the tests as a program of its own, with .NET inside, into artifacts/tests.tar.xz: for a Linux machine that has a
# GPU but no SDK. There, with NVRTC installed or FLEXATTENTION_NVRTC set:
#   tar -xf tests.tar.xz && tests/FlexAttention.Tests --filter TestCategory=Gpu
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

rm -rf artifacts/tests
dotnet publish FlexAttention.Tests -c Release -r linux-x64 -p:PackTests=true -o artifacts/tests -v quiet
tar -C artifacts -cf - tests | xz -T0 -3 >artifacts/tests.tar.xz
du -h artifacts/tests.tar.xz
