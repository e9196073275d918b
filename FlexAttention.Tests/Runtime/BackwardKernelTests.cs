using FlexAttention.Compilation;
using FlexAttention.Execution;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.Runtime;

/// <summary>The backward kernels read what the host writes.</summary>
public sealed unsafe class BackwardKernelTests
{
    private const string Header = "flex/core/backward_arguments.cuh";

    [OneTimeSetUp]
    public void RequireNvrtc() => Requires.Nvrtc();

    [Test]
    public void Arguments_LieWhereTheKernelsReadThem()
    {
        DeviceBackwardArguments arguments = default;
        byte* start = (byte*)&arguments;
        CudaLayout.Check(
            Header,
            "BackwardArguments",
            sizeof(DeviceBackwardArguments),
            ("forward", (byte*)&arguments.Forward - start),
            ("d_output", (byte*)&arguments.DOutput - start),
            ("d_lse", (byte*)&arguments.DLse - start),
            ("dq", (byte*)&arguments.DQ - start),
            ("dk", (byte*)&arguments.DK - start),
            ("dv", (byte*)&arguments.DV - start),
            ("d_sinks", (byte*)&arguments.DSinks - start),
            ("partial_query_ranges", (byte*)&arguments.BlocksByKeys - start),
            ("full_query_indices", (byte*)&arguments.BlocksByKeys.FullIndices - start),
            ("lse_log2", (byte*)&arguments.Buffers.LseLog2 - start),
            ("delta", (byte*)&arguments.Buffers.Delta - start),
            ("dq_sum", (byte*)&arguments.Buffers.DQSum - start),
            ("damage", (byte*)&arguments.Buffers.Damage - start),
            ("turns", (byte*)&arguments.Buffers.Turns - start),
            ("capture_sums", (byte*)&arguments.Buffers.CaptureSums - start),
            ("largest", (byte*)&arguments.Buffers.Largest - start),
            ("d_output_stride", (byte*)&arguments.DOutputStrides - start),
            ("dq_sum_count", (byte*)&arguments.Counts.DQSum - start),
            ("capture_sum_count", (byte*)&arguments.Counts.CaptureSums - start),
            ("damage_count", (byte*)&arguments.Counts.Damage - start),
            ("turn_count", (byte*)&arguments.Counts.Turns - start),
            ("padded_rows", (byte*)&arguments.Counts.PaddedRows - start));
    }

    [Test]
    public void Targets_FollowTheArguments()
    {
        GradientTarget target = default;
        byte* start = (byte*)&target;
        CudaLayout.Check(
            Header,
            nameof(GradientTarget),
            sizeof(GradientTarget),
            ("data", (byte*)&target.Data - start),
            ("extent", (byte*)target.Extent - start),
            ("stride", (byte*)target.Stride - start));
        CudaLayout.Check(
            Header,
            "LearnedBackwardArguments<2>",
            sizeof(DeviceBackwardArguments) + (2 * sizeof(GradientTarget)),
            ("captures", sizeof(DeviceBackwardArguments)));
    }

    [Test]
    public void HopperArguments_LieWhereTheKernelReadsThem()
    {
        BackwardSm90Arguments arguments = default;
        byte* start = (byte*)&arguments;
        int end = sizeof(BackwardSm90Arguments) + sizeof(DeviceBackwardArguments) + sizeof(GradientTarget);
        CudaLayout.Check(
            Header,
            "BackwardSm90Arguments<1>",
            (end + TensorMap.Alignment - 1) / TensorMap.Alignment * TensorMap.Alignment,
            ("q", (byte*)&arguments.Q - start),
            ("d_output", (byte*)&arguments.DOutput - start),
            ("dv", (byte*)&arguments.DV - start),
            ("group_heads", (byte*)&arguments.GroupHeads - start),
            ("kv_tiles", (byte*)&arguments.KvTiles - start),
            ("problem", sizeof(BackwardSm90Arguments)));
    }

    [Test]
    public void Rows_ArePaddedAndFlaggedAsTheKernelsSay()
    {
        string source =
            $"""
            #include "{Header}"
            static_assert(flex::kRowMultiple == {BackwardWorkspace.RowMultiple}, "rows");
            static_assert(flex::kDamageRows == {BackwardWorkspace.DamageRows}, "flags");
            """;

        Assert.DoesNotThrow(() => NvrtcCompiler.Compile(UnitSources.Of(source)));
    }
}
