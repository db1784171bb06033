using System.Globalization;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>Rows of the baseline that hold the very bytes of an answer.</summary>
internal static class BareRead
{
    private static long _rows;

    /// <summary>Puts the answer into a row that no other load reads. Returns the request that reads it.</summary>
    public static async Task<BenchMessages> OfAsync(MeasuredProcess baseline, byte[] answer)
    {
        var row = Interlocked.Increment(ref _rows);
        using var body = new ByteArrayContent(answer);
        (await baseline.Http.PutAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"/{row}"), UriKind.Relative), body)).EnsureSuccessStatusCode();
        return BenchMessages.Read(row, answer.Length);
    }
}
