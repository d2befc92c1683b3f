using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace TaskRouter.Server.Storage;

/// <summary>Bytes in Brotli, behind four that say how many they are, the lowest first.</summary>
internal static class PackedBytes
{
    private const int LengthBytes = sizeof(int);

    // The fastest level but one takes about as long as the fastest and a quarter less room. A window of 256 KB.
    private const int Quality = 1;
    private const int WindowBits = 18;

    public static byte[] Pack(ReadOnlySpan<byte> bytes)
    {
        var packed = ArrayPool<byte>.Shared.Rent(LengthBytes + BrotliEncoder.GetMaxCompressedLength(bytes.Length));
        try
        {
            BinaryPrimitives.WriteInt32LittleEndian(packed, bytes.Length);
            return BrotliEncoder.TryCompress(bytes, packed.AsSpan(LengthBytes), out var length, Quality, WindowBits)
                ? packed[..(LengthBytes + length)]
                : throw new InvalidOperationException($"{bytes.Length} bytes take more room than Brotli's most.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed);
        }
    }

    /// <exception cref="InvalidDataException">The bytes were not packed here, or not all are there.</exception>
    public static byte[] Unpack(ReadOnlySpan<byte> packed)
    {
        var length = packed.Length < LengthBytes ? -1 : BinaryPrimitives.ReadInt32LittleEndian(packed);
        if (length < 0)
        {
            throw new InvalidDataException("Packed bytes do not say how many they are.");
        }

        var bytes = GC.AllocateUninitializedArray<byte>(length);
        return BrotliDecoder.TryDecompress(packed[LengthBytes..], bytes, out var written) && written == length
            ? bytes
            : throw new InvalidDataException("Packed bytes cannot be unpacked.");
    }
}
