using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Convergence;

/// <summary>What the named cases share: a endpoint to the shared database, a source of the test's own, and short questions.</summary>
public abstract class ArchiveFixture
{
    private InProcessDriver? _driver;

    /// <summary>A beginning well in the past, so that every event's own time counts.</summary>
    protected static DateTimeOffset Noon { get; } = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    internal InProcessDriver Driver => _driver!;

    protected string Source { get; private set; } = "";

    protected NpgsqlDataSource Database => Driver.Services.GetRequiredService<NpgsqlDataSource>();

    protected IDocumentStore Store => Driver.Services.GetRequiredService<IDocumentStore>();

    [OneTimeSetUp]
    public async Task Open_the_driver() => _driver = await InProcessDriver.OpenAsync();

    [OneTimeTearDown]
    public async Task Close_the_driver()
    {
        if (_driver is not null)
        {
            await _driver.DisposeAsync();
        }
    }

    [SetUp]
    public void Take_a_source() => Source = Message.NewSource();

    /// <summary>A time of the story, in minutes.</summary>
    protected static DateTimeOffset At(int minute) => Noon.AddMinutes(minute);

    /// <summary>The DocumentIDs that an ID leads to in the fixture's source, or in the given one.</summary>
    protected async Task<string> FindAsync(string id, string? source = null)
    {
        var answer = await Driver.AskAsync(Message.Query(id), [source ?? Source]);
        return string.Join(' ', answer!["Media"]!.Select(item => (string)item["DocumentID"]!));
    }

    /// <summary>The contents that an ID leads to.</summary>
    protected async Task<string> ReadAsync(string id, string? source = null)
    {
        var answer = await Driver.AskAsync(Message.Query(id), [source ?? Source]);
        return string.Join(" and ", answer!["Media"]!.Select(Content));
    }

    protected static string Content(JToken item) =>
        System.Text.Encoding.UTF8.GetString(Convert.FromBase64String((string)item["FileContents"]!));

    protected static IEnumerable<T[]> Permutations<T>(IReadOnlyList<T> items) => items.Count <= 1
        ? [[.. items]]
        : items.SelectMany((first, at) => Permutations(items.Where((_, i) => i != at).ToList()).Select(rest => (T[])[first, .. rest]));
}
