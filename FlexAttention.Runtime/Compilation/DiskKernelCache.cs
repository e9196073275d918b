using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace FlexAttention.Compilation;

/// <summary>
/// Compiled kernels as files of one folder. A file that is damaged, of another program or unreadable counts as missing;
/// any number of processes may share the folder, since a file appears whole or not at all.
/// </summary>
/// <remarks>
/// A file: 8 bytes that name the format; SHA-256 of all that follows, 32 bytes; the key, 64 characters; the length of
/// the log, 4 bytes; the log; the image.
/// </remarks>
internal sealed class DiskKernelCache(string folder)
{
    private const int DigestLength = 32;
    private const int KeyLength = 64;

    /// <summary>What became of a look-up.</summary>
    public enum Outcome
    {
        /// <summary>The kernel was read.</summary>
        Found,

        /// <summary>There is no such file.</summary>
        Missing,

        /// <summary>There is a file, but it cannot be trusted or read.</summary>
        Rejected,
    }

    private static ReadOnlySpan<byte> Magic => "FLEXKRN1"u8;

    /// <summary>The file of a kernel.</summary>
    public string PathOf(string key) => Path.Combine(folder, key + ".kernel");

    /// <summary>Reads a kernel.</summary>
    public Outcome TryRead(string key, out CompiledKernel? kernel, out string? reason)
    {
        kernel = null;
        reason = null;
        byte[] file;
        try
        {
            string path = PathOf(key);
            if (!File.Exists(path))
                return Outcome.Missing;
            file = File.ReadAllBytes(path);
        }
        catch (Exception failure) when (IsFileTrouble(failure))
        {
            reason = failure.Message;
            return Outcome.Rejected;
        }

        return TryDecode(file, key, out kernel, out reason) ? Outcome.Found : Outcome.Rejected;
    }

    /// <summary>Writes a kernel: to a temporary file, then renamed. False: the folder cannot be written to.</summary>
    public bool TryWrite(string key, CompiledKernel kernel)
    {
        string? temporary = null;
        try
        {
            Directory.CreateDirectory(folder);
            temporary = Path.Combine(folder, $"{key}.{Guid.NewGuid():N}.tmp");
            File.WriteAllBytes(temporary, Encode(key, kernel));
            File.Move(temporary, PathOf(key), overwrite: true);
            return true;
        }
        catch (Exception failure) when (IsFileTrouble(failure))
        {
            Delete(temporary);
            return false;
        }
    }

    private static byte[] Encode(string key, CompiledKernel kernel)
    {
        byte[] log = Encoding.UTF8.GetBytes(kernel.Log);
        int payload = Magic.Length + DigestLength;
        var file = new byte[payload + KeyLength + sizeof(int) + log.Length + kernel.Image.Length];
        Magic.CopyTo(file);
        Span<byte> rest = file.AsSpan(payload);
        Encoding.ASCII.GetBytes(key, rest);
        BinaryPrimitives.WriteInt32LittleEndian(rest[KeyLength..], log.Length);
        log.CopyTo(rest[(KeyLength + sizeof(int))..]);
        kernel.Image.CopyTo(rest[(KeyLength + sizeof(int) + log.Length)..]);
        SHA256.HashData(file.AsSpan(payload), file.AsSpan(Magic.Length));
        return file;
    }

    private static bool TryDecode(byte[] file, string key, [NotNullWhen(true)] out CompiledKernel? kernel, out string? reason)
    {
        kernel = null;
        int payload = Magic.Length + DigestLength;
        if (file.Length < payload + KeyLength + sizeof(int) || !file.AsSpan().StartsWith(Magic))
        {
            reason = "not a file of this cache";
            return false;
        }

        ReadOnlySpan<byte> rest = file.AsSpan(payload);
        if (!SHA256.HashData(rest).AsSpan().SequenceEqual(file.AsSpan(Magic.Length, DigestLength)))
        {
            reason = "damaged";
            return false;
        }

        int logLength = BinaryPrimitives.ReadInt32LittleEndian(rest[KeyLength..]);
        ReadOnlySpan<byte> body = rest[(KeyLength + sizeof(int))..];
        if (Encoding.ASCII.GetString(rest[..KeyLength]) != key || logLength < 0 || logLength > body.Length)
        {
            reason = "another kernel's file";
            return false;
        }

        reason = null;
        kernel = new CompiledKernel(body[logLength..].ToArray(), Encoding.UTF8.GetString(body[..logLength]));
        return true;
    }

    private static void Delete(string? path)
    {
        try
        {
            if (path is not null)
                File.Delete(path);
        }
        catch (Exception failure) when (IsFileTrouble(failure))
        {
            // The folder is not writable any more; there is nothing to clean up with.
        }
    }

    private static bool IsFileTrouble(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException
            or System.Security.SecurityException;
}
