using NUnit.Framework;

namespace Redox.Media.Tests.Support;

internal static class ByteAssert
{
    /// <summary>For many bytes: NUnit's own comparison of collections takes a microsecond for each.</summary>
    public static void AreEqual(ReadOnlySpan<byte> actual, ReadOnlySpan<byte> expected, string? what = null)
    {
        if (!actual.SequenceEqual(expected))
        {
            var at = actual.CommonPrefixLength(expected);
            Assert.Fail($"{what} The {actual.Length} bytes differ at {at} from the {expected.Length} expected.");
        }
    }
}
