using System.Security.Cryptography;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>
/// The hash that R4 defines for an attachment: the SHA-1 of its bytes, in base64. It only detects transmission errors; the store uses
/// SHA-256. Source: FHIR R4, data types, Attachment.hash.
/// </summary>
internal static class AttachmentHash
{
#pragma warning disable CA5350 // R4 requires SHA-1
    public static string Of(PooledBytes file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        for (var slice = 0; slice < file.SliceCount; slice++)
        {
            hash.AppendData(file.Slice(slice).Span);
        }

        return Convert.ToBase64String(hash.GetHashAndReset());
    }
#pragma warning restore CA5350
}
