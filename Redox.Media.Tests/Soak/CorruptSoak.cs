using System.Diagnostics;
using Npgsql;
using Redox.Media.Tests.Soak.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Soak;

/// <summary>
/// <c>corrupt</c>: stored bytes are damaged behind the service's back while clients read. Every response is either right or aborted, and
/// <c>verify</c> finds exactly what was damaged.
/// </summary>
internal static class CorruptSoak
{
    private const int DocumentsPerSource = 3;
    private const int SourcesAtFirst = 4;
    private const int ReadsPerRound = 12;
    private const int SmallestFile = 100;
    private const int LargestFile = 2 * 1024 * 1024;

    public static async Task<SoakReport> RunAsync(SoakRun run, CancellationToken cancellation)
    {
        await using var database = await SoakDatabase.StartAsync();
        await using var service = await ServiceProcess.StartAsync(database.ConnectionString, CorruptReader.Settings);
        await using var sql = NpgsqlDataSource.Create(database.ConnectionString);
        var random = new Random(run.Seed);
        var reader = new CorruptReader(service);
        var damages = new SortedDictionary<string, int>();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < SourcesAtFirst; i++)
        {
            await DeliverSourceAsync(service, reader, random);
        }

        if (await service.RunCommandAsync("verify") is not (0, "") and var early)
        {
            reader.Fault($"verify exited with {early.ExitCode} before any damage: {early.Output}");
        }

        while (clock.Elapsed < run.Duration && !cancellation.IsCancellationRequested)
        {
            await DeliverSourceAsync(service, reader, random);
            var intact = reader.Documents.Where(document => !document.IsDamaged).ToList();
            var victim = intact[random.Next(intact.Count)];
            var kinds = (victim.Event.ContentLength > 256 * 1024 ? Damage.OfSlices : Damage.OfInlineContent).ToList();
            var (name, statement) = kinds[random.Next(kinds.Count)];
            await Damage.DoAsync(sql, statement, victim.Event.Source, victim.Event.Document);
            victim.Damage = name;
            damages[name] = damages.GetValueOrDefault(name) + 1;
            var reads = Enumerable.Range(0, ReadsPerRound)
                .Select(i => i == 0 ? victim : reader.Documents[random.Next(reader.Documents.Count)])
                .Select(document => (document, random.Next()));
            await Task.WhenAll(reads.Select(read => reader.ReadAsync(read.document, read.Item2)));
        }

        await VerifyAsync(service, reader);
        var report = new SoakReport("corrupt", run.Seed, clock.Elapsed)
            .Add("documents", reader.Documents.Count).Add("damaged", reader.Documents.Count(document => document.IsDamaged))
            .Add("right responses", reader.Right).Add("aborted or 500", reader.Aborted);
        foreach (var (name, count) in damages)
        {
            report.Add(name, count);
        }

        return report.AddFaults(reader.Faults).AddFaults(service);
    }

    private static async Task DeliverSourceAsync(ServiceProcess service, CorruptReader reader, Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        var source = new Guid(bytes).ToString();
        for (var i = 0; i < DocumentsPerSource; i++)
        {
            // Every order of magnitude, so that each kind of storage is common.
            var length = (int)(SmallestFile * Math.Pow((double)LargestFile / SmallestFile, random.NextDouble()));
            var e = new SentEvent(
                "New", source, $"D-{source[..8]}-{i}", null, TimeProvider.System.GetUtcNow(), Guid.NewGuid().ToString(), random.Next(), length);
            using var response = await service.Http.SendAsync(ServiceProcess.Post(e.ToBody()));
            response.EnsureSuccessStatusCode();
            reader.Documents.Add(new StoredDocument(e));
        }
    }

    private static async Task VerifyAsync(ServiceProcess service, CorruptReader reader)
    {
        var (exitCode, output) = await service.RunCommandAsync("verify");
        var found = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')[^1]).ToHashSet();
        var damaged = reader.Documents.Where(document => document.IsDamaged)
            .Select(document => $"/support/api/documents/{document.Event.Source}/{document.Event.Document}").ToHashSet();
        if (exitCode != (damaged.Count == 0 ? 0 : 1) || !found.SetEquals(damaged))
        {
            reader.Fault($"verify exited with {exitCode}; not found: {string.Join(", ", damaged.Except(found))}; "
                + $"found without damage: {string.Join(", ", found.Except(damaged))}");
        }
    }
}
