#!/usr/bin/env bash
# Packs the library and uses the package as a stranger would: a new project with a variant of its own, run with the JIT
# and published with native AOT, without a warning.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# A version of its own, so that no cache serves an older build.
version=0.0.0-check.$(date +%s)
work=$(mktemp -d)
trap 'rm -rf "$work" "${NUGET_PACKAGES:-$HOME/.nuget/packages}/flexattention/$version"' EXIT
dotnet pack FlexAttention.Runtime -c Release -p:Version="$version" -o "$work/feed" -v quiet --nologo

cat >"$work/Stranger.csproj" <<EOF
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <Nullable>enable</Nullable>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
    <RestoreAdditionalProjectSources>$work/feed</RestoreAdditionalProjectSources>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="FlexAttention" Version="$version" />
  </ItemGroup>
</Project>
EOF

cat >"$work/Program.cs" <<'EOF'
using System;
using FlexAttention;

using var q = DeviceTensor<float>.From([1, 2, 3, 4], [1, 1, 2, 2]);
float[] slopes = [0.5f];
using AttentionOutput<float> result = Variants.AlibiKernel.Forward(q, q, q, slopes, new ForwardOptions { ReturnLse = true });
using var gradients = Variants.AlibiKernel.Backward(q, q, q, slopes, result, q);
var (dq, _, _, dSlopes) = gradients;
using BlockMask mask = Variants.CausalKernel.CreateBlockMask(1, 1, 256, 256);
float[] first = result.Output.ToArray()[..2];
Console.WriteLine($"{string.Join(' ', first)}, sparsity {mask.Sparsity}, {Variants.AlibiKernel.CudaSource.Length > 0}");
// The first query sees the first key alone.
return first is [1, 2] && mask.Sparsity == 0.25 && dq.ToArray()[..2] is [0, 0] && dSlopes.ToArray()[0] != 0 ? 0 : 1;

public static partial class Variants
{
    [AttentionVariant]
    public static partial bool Causal(int b, int h, int q, int kv) => kv <= q;

    [AttentionVariant(Mask = nameof(Causal))]
    public static partial float Alibi(float score, int b, int h, int q, int kv, [Learnable] ReadOnlySpan<float> slopes) =>
        score + slopes[h] * (kv - q);
}
EOF

dotnet run -c Release --project "$work" -v quiet
dotnet publish "$work" -c Release -r linux-x64 -p:PublishAot=true -o "$work/native" -v quiet --nologo
"$work/native/Stranger"
echo "The package works, with the JIT and with native AOT."
