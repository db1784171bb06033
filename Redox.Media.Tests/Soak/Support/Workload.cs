namespace Redox.Media.Tests.Soak.Support;

/// <summary>
/// The events of one connection, by chance from a seed. Two connections share a source and its few documents, and event times lie up to
/// three seconds back, so that events meet, overtake each other and come too late.
/// </summary>
internal sealed class Workload(int seed, int connection, int largestFile, int smallestFile = 1024)
{
    private const int DocumentsPerSource = 12;

    private readonly Random _random = new(unchecked((seed * 397) + connection));
    private readonly string _source = SourceOf(seed, connection / 2);
    private readonly DateTimeOffset _beginning = TimeProvider.System.GetUtcNow();
    private readonly long _since = TimeProvider.System.GetTimestamp();

    public SentEvent Next()
    {
        var (document, original) = (Document(), Document());
        var kind = _random.Next(10) switch
        {
            < 6 => "New",
            < 8 when document != original => "Replace",
            < 8 => "New",
            _ => "Delete",
        };
        var back = TimeSpan.FromMicroseconds(_random.Next(3_000_000));
        return new SentEvent(
            kind, _source, document, kind == "Replace" ? original : null, _beginning + TimeProvider.System.GetElapsedTime(_since) - back,
            Guid.NewGuid().ToString(), _random.Next(), kind == "Delete" ? 0 : Length());
    }

    // Most files are small, and every order of magnitude comes.
    private int Length() => (int)(smallestFile * Math.Pow((double)largestFile / smallestFile, Math.Pow(_random.NextDouble(), 2)));

    private string Document() => $"D-{_source[..8]}-{_random.Next(DocumentsPerSource)}";

    // A run's own: the same seed again on an archive that is kept would meet its own documents.
    private static string SourceOf(int seed, int number)
    {
        var bytes = new byte[16];
        new Random(unchecked((seed * 31) + number)).NextBytes(bytes);
        return new Guid(bytes).ToString();
    }
}
