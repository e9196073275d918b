using System.Numerics;
using System.Runtime.InteropServices;
using FlexAttention.Cpu.Forward;
using FlexAttention.Execution;

namespace FlexAttention.Cpu.Backward;

/// <summary>The memory of one call: three numbers for each row, and the sums of the gradients of queries.</summary>
internal sealed unsafe class BackwardWorkspace<TScalar> : IDisposable
    where TScalar : unmanaged, IFloatingPointIeee754<TScalar>
{
    /// <summary>A strip may reach past the last query.</summary>
    private const int StripRows = 8;

    private readonly void* _rows;
    private readonly void* _queries;

    /// <summary>Allocates the memory of a problem.</summary>
    /// <param name="arguments">The problem.</param>
    /// <param name="chunks">The chunks of keys that sum up by themselves; 0 if gradients of queries are not needed.</param>
    /// <param name="panelWidth">What rows are padded to a multiple of.</param>
    public BackwardWorkspace(in ForwardArguments arguments, int chunks, int panelWidth)
    {
        long heads = (long)arguments.Batch * arguments.QHeads, rows = heads * arguments.QLength;
        _rows = Allocate(checked((nuint)rows * 2));
        Rows = new RowStatistics<TScalar>((TScalar*)_rows, (TScalar*)_rows + rows);
        int stride = Rounding.Up(arguments.HeadDim, panelWidth);
        nint paddedRows = (nint)arguments.QLength + StripRows;
        _queries = Allocate(QueryGradients<TScalar>.CountFor(chunks, heads, paddedRows, stride));
        QueryGradients = new QueryGradients<TScalar>((TScalar*)_queries, chunks, (int)heads, paddedRows, stride);
    }

    public RowStatistics<TScalar> Rows { get; }

    public QueryGradients<TScalar> QueryGradients { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_rows);
        NativeMemory.AlignedFree(_queries);
    }

    private static void* Allocate(nuint count) =>
        NativeMemory.AlignedAlloc(checked(count * (nuint)sizeof(TScalar)), Scratch.Alignment);
}
