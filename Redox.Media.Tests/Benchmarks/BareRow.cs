using System.Globalization;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>A row of the baseline that holds the very bytes of an answer, and no other load reads.</summary>
internal sealed record BareRow(long Id, long Bytes)
{
    /// <summary>How the table calls the comparison with <see cref="AuditedRead"/>.</summary>
    public const string Audited = "audited";

    private static long _rows;

    public BenchMessages Read => BenchMessages.Read(Id, Bytes);

    public static async Task<BareRow> OfAsync(MeasuredProcess baseline, byte[] answer)
    {
        var row = Interlocked.Increment(ref _rows);
        using var body = new ByteArrayContent(answer);
        (await baseline.Http.PutAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"/{row}"), UriKind.Relative), body)).EnsureSuccessStatusCode();
        return new BareRow(row, answer.Length);
    }

    /// <summary>Of a small row; a large one would be on its way before its audit is committed.</summary>
    /// <param name="asked">Of the product; its body is what is committed.</param>
    public BenchMessages AuditedRead(BenchMessages asked) => asked.ToAuditedRead(Id, Bytes);

    /// <summary>Whether an answer of this size waits in the database's buffer until its transaction has been committed.</summary>
    public bool IsSmall => Bytes < 8 * 1024;
}
