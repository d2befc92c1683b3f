using System.Security.Cryptography;
using System.Text;

namespace TaskRouter.Server.Access;

/// <summary>
/// Encrypts what must be read again, with a key that lies in the data directory and never in the database: a copy of
/// the database alone gives nothing away. AES-256-GCM, each box bound to what it belongs to.
/// </summary>
internal sealed class SecretBox
{
    public const string FileName = "secret.key";

    private const int KeySize = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly byte[] _key;

    private SecretBox(byte[] key) => _key = key;

    /// <summary>With the key kept in the data directory; made when there is none.</summary>
    /// <exception cref="InvalidDataException">The file does not hold a key.</exception>
    public static SecretBox Open(string dataDirectory)
    {
        var path = Path.Combine(Path.GetFullPath(dataDirectory), FileName);
        if (!File.Exists(path))
        {
            PrivateFile.MakeDirectory(Path.GetDirectoryName(path)!);
            PrivateFile.TryCreate(path, RandomNumberGenerator.GetBytes(KeySize));
        }

        var key = File.ReadAllBytes(path);
        return key.Length == KeySize
            ? new SecretBox(key)
            : throw new InvalidDataException($"{path} does not hold a key of {KeySize} bytes");
    }

    /// <param name="owner">Opens only for the same: a box moved to another row stays shut.</param>
    public byte[] Close(string secret, string owner)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var box = new byte[NonceSize + TagSize + plain.Length];
        var nonce = box.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagSize);
        aes.Encrypt(
            nonce,
            plain,
            box.AsSpan(NonceSize + TagSize),
            box.AsSpan(NonceSize, TagSize),
            Encoding.UTF8.GetBytes(owner));
        return box;
    }

    /// <summary>Null when it was closed with another key or for another owner, or was damaged.</summary>
    public string? TryOpen(ReadOnlySpan<byte> box, string owner)
    {
        if (box.Length < NonceSize + TagSize)
        {
            return null;
        }

        var plain = new byte[box.Length - NonceSize - TagSize];
        using var aes = new AesGcm(_key, TagSize);
        try
        {
            aes.Decrypt(
                box[..NonceSize],
                box[(NonceSize + TagSize)..],
                box.Slice(NonceSize, TagSize),
                plain,
                Encoding.UTF8.GetBytes(owner));
            return Encoding.UTF8.GetString(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
