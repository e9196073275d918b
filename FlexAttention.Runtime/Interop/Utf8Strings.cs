using System.Text;

namespace FlexAttention.Interop;

/// <summary>Zero-terminated UTF-8 strings at fixed addresses, as C functions want them, and the array of their pointers.</summary>
internal sealed unsafe class Utf8Strings
{
    private readonly byte[][] _strings;
    private readonly nint[] _pointers;

    public Utf8Strings(IReadOnlyList<string> strings)
    {
        _strings = new byte[strings.Count][];
        _pointers = GC.AllocateArray<nint>(Math.Max(strings.Count, 1), pinned: true);
        for (int i = 0; i < strings.Count; i++)
        {
            _strings[i] = GC.AllocateArray<byte>(Encoding.UTF8.GetByteCount(strings[i]) + 1, pinned: true);
            Encoding.UTF8.GetBytes(strings[i], _strings[i]);
            fixed (byte* first = _strings[i])
                _pointers[i] = (nint)first;
        }
    }

    public int Count => _strings.Length;

    /// <summary>The pointers, valid while this object lives.</summary>
    public byte** Pointers
    {
        get
        {
            fixed (nint* first = _pointers)
                return (byte**)first;
        }
    }
}
