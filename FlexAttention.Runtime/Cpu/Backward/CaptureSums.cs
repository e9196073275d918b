using System.Runtime.InteropServices;
using FlexAttention.Descriptors;

namespace FlexAttention.Cpu.Backward;

/// <summary>
/// Where gradients of captures are summed up. Small ones have a copy in double for each strand, which are added in the order
/// of the strands. Large ones are added to in place, by strands that share none of their elements.
/// </summary>
internal sealed unsafe class CaptureSums : IDisposable
{
    /// <summary>A capture of more elements is large: a copy for each strand would cost more than it saves.</summary>
    private const long LargestCopied = 1 << 18;

    /// <summary>The most elements of all copies.</summary>
    private const long MostCopies = 1 << 25;

    private readonly CaptureOutput[] _outputs;
    private readonly bool[] _isCopied;
    private readonly double*[] _copies;
    private int _strands;

    /// <summary>Decides how each gradient is summed up.</summary>
    public CaptureSums(CaptureOutput[] outputs)
    {
        _outputs = outputs;
        _copies = new double*[outputs.Length];
        // What nothing tells apart would leave one strand to do all the work.
        _isCopied = Array.ConvertAll(
            outputs, static output => output.Result.Length <= LargestCopied || (output.IndexedBy & Positions) == 0);
        foreach (CaptureOutput output in outputs.Where((_, i) => !_isCopied[i]))
            Free &= output.IndexedBy;
        long copied = outputs.Where((_, i) => _isCopied[i]).Sum(static output => output.Result.Length);
        MostStrands = copied == 0 ? int.MaxValue : (int)Math.Clamp(MostCopies / copied, 1, int.MaxValue);
        HasCopies = copied > 0;
    }

    private static IndexDependence Positions => IndexDependence.Batch | IndexDependence.Head | IndexDependence.Key;

    /// <summary>The positions by which tasks may run side by side.</summary>
    public IndexDependence Free { get; } = Positions;

    /// <summary>The most strands that there is memory for.</summary>
    public int MostStrands { get; }

    /// <summary>Whether each strand has copies.</summary>
    public bool HasCopies { get; }

    /// <summary>Allocates the copies.</summary>
    public void Allocate(int strands)
    {
        _strands = strands;
        for (int i = 0; i < _outputs.Length; i++)
        {
            if (_isCopied[i])
                _copies[i] = (double*)NativeMemory.AllocZeroed((nuint)(strands * _outputs[i].Result.Length), sizeof(double));
        }
    }

    /// <summary>What one strand adds to.</summary>
    public GradientView[] Targets(int strand) => [.. Enumerable.Range(0, _outputs.Length).Select(i => Target(i, strand))];

    /// <summary>Adds up the copies of one capture.</summary>
    public void Write(int capture)
    {
        if (!_isCopied[capture])
            return;
        Span<float> result = _outputs[capture].Result.AsSpan();
        for (int i = 0; i < result.Length; i++)
        {
            double sum = 0;
            for (int strand = 0; strand < _strands; strand++)
                sum += _copies[capture][((long)strand * result.Length) + i];
            result[i] = (float)sum;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (double* copy in _copies)
            NativeMemory.Free(copy);
    }

    private GradientView Target(int capture, int strand)
    {
        DeviceTensor<float> result = _outputs[capture].Result;
        var view = new GradientView
        {
            Data = _isCopied[capture] ? _copies[capture] + (strand * result.Length) : (void*)result.Pointer,
            IsWide = _isCopied[capture],
        };
        for (int d = 0; d < 4; d++)
        {
            view.Extent[d] = d < result.Rank ? (int)result.Shape[d] : 1;
            view.Stride[d] = d < result.Rank ? result.Strides[d] : 0;
        }

        return view;
    }
}
