using System.Globalization;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Hosting;

/// <summary>
/// <c>verify [--since TIME] [--after POSITION]</c>: compares all stored files with what was received. A line for each damaged version goes
/// to <paramref name="output"/>, with the address at which staff look up its document; everything else goes to <paramref name="progress"/>.
/// The log gets nothing, because a DocumentID may name a patient.
/// </summary>
internal sealed class VerifyCommand(IArchiveVerifier verifier, TimeProvider time, TextWriter output, TextWriter progress)
{
    /// <summary>Exit codes: nothing is damaged, something is, the command could not be run to its end.</summary>
    public const int Intact = 0;
    public const int Damaged = 1;
    public const int Failed = 2;

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);

    private DocumentKey? _last;
    private long _documents;
    private long _versions;
    private long _bytes;
    private long _damaged;

    public async Task<int> RunAsync(DateTimeOffset? since, DocumentKey? after, CancellationToken cancellation)
    {
        _last = after;
        try
        {
            await VerifyAsync(since, cancellation);
        }
        catch (StoreUnavailableException unavailable)
        {
            await progress.WriteLineAsync(unavailable.Message + (_last is null ? "" : " To continue: --after " + Position(_last.Value)));
            return Failed;
        }

        await progress.WriteLineAsync("Complete: " + Counts());
        return _damaged == 0 ? Intact : Damaged;
    }

    private async Task VerifyAsync(DateTimeOffset? since, CancellationToken cancellation)
    {
        var printed = time.GetTimestamp();
        await foreach (var page in verifier.VerifyAsync(since, _last, cancellation))
        {
            _last = page.Last;
            _documents += page.Documents;
            _versions += page.Versions;
            _bytes += page.Bytes;
            _damaged += page.Damaged.Count;
            foreach (var damaged in page.Damaged)
            {
                await output.WriteLineAsync($"{IntegrityFailures.Name(damaged.Failure)}\t{damaged.Version}\t{Address(damaged)}");
            }

            if (time.GetElapsedTime(printed) >= ProgressInterval)
            {
                printed = time.GetTimestamp();
                await progress.WriteLineAsync($"{Counts()}; --after {Position(page.Last)}");
            }
        }
    }

    private string Counts() => string.Create(
        CultureInfo.InvariantCulture,
        $"{_documents} documents, {_versions} versions, {_bytes / (1024 * 1024)} MB of content verified, {_damaged} damaged");

    private static string Position(DocumentKey key) => string.Create(CultureInfo.InvariantCulture, $"{key.Shard}:{key.Key}");

    // Percent-encoded, so that no text of a sender breaks the line.
    private static string Address(DamagedDocument damaged) => damaged is { Source: { } source, DocumentId: { } id }
        ? $"/support/api/documents/{(source.Length == 0 ? "-" : Uri.EscapeDataString(source))}/{Uri.EscapeDataString(id)}"
        : $"unknown document {damaged.Key.Key}";
}
