using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Redox.Media.Core;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Queries;
using Redox.Media.Core.Validation;
using Redox.Media.Data;
using Redox.Media.Data.Migrations;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Convergence;

/// <summary>The response to a delivery.</summary>
internal sealed record Receipt(Guid Delivery, string Outcome);

/// <summary>Sends messages to the service.</summary>
internal interface IDriver
{
    /// <param name="arrival">When it arrives, where that can be chosen.</param>
    /// <param name="connection">Chooses the instance of the service: those share nothing but the database.</param>
    Task<Receipt> DeliverAsync(JObject message, DateTimeOffset arrival, int connection = 0);

    /// <param name="sources">The sources that the caller may see; null for the engine.</param>
    /// <returns>The QueryResponse; null where only the engine can query.</returns>
    Task<JObject?> AskAsync(JObject query, string[]? sources);
}

/// <summary>
/// The service without HTTP: parser, validator, delivery service, store. Three instances on one database, since one instance serializes
/// the deliveries of a document before the database does.
/// </summary>
internal sealed class InProcessDriver : IDriver, IAsyncDisposable
{
    private const int Instances = 3;

    private readonly ServiceProvider[] _services;
    private readonly BodyReader _reader = new(new BodyLimits());
    private readonly ByteBudget _budget = new(256 * 1024 * 1024, TimeProvider.System);

    private InProcessDriver(ServiceProvider[] services) => _services = services;

    /// <summary>Those of the first instance.</summary>
    public IServiceProvider Services => _services[0];

    /// <param name="connectionString">Null for the database that all tests share.</param>
    public static async Task<InProcessDriver> OpenAsync(string? connectionString = null)
    {
        connectionString = await ServingDatabase.OfAsync(connectionString ?? await TestDatabase.SharedAsync());
        return new InProcessDriver([.. Enumerable.Range(0, Instances).Select(_ => Instance(connectionString))]);
    }

    private static ServiceProvider Instance(string connectionString)
    {
        var services = new ServiceCollection().AddLogging(logging => logging.ClearProviders());
        services.AddMediaCore();
        services.AddSingleton<IQueryRules, EveryQuery>();
        services.AddMediaData(connectionString);
        services.AddSingleton(new BodyReader(new BodyLimits()));
        services.AddSingleton(new IntakeBudget(256 * 1024 * 1024, TimeProvider.System));
        var provider = services.BuildServiceProvider();
        provider.GetRequiredService<MigrationGate>().Open(); // the database is migrated already, and nothing hosts the migration here
        return provider;
    }

    public Task<Receipt> DeliverAsync(JObject message, DateTimeOffset arrival, int connection = 0) =>
        ReceiveAsync(connection % Instances, message, new Caller.Engine(), arrival, result =>
            Task.FromResult(new Receipt(result.Delivery.Id.Value, result.Outcome.Name())));

    /// <summary>The same with now for its arrival, and only the outcome.</summary>
    public async Task<string> DeliverAsync(JObject message) => (await DeliverAsync(message, TimeProvider.System.GetUtcNow())).Outcome;

    public Task<JObject?> AskAsync(JObject query, string[]? sources)
    {
        Caller caller = sources is null
            ? new Caller.Engine() : new Caller.Client("tests", sources) { Events = new HashSet<string> { "Query" } };
        var now = TimeProvider.System.GetUtcNow();
        return ReceiveAsync(0, query, caller, now, async result =>
        {
            using var body = new MemoryStream();
            var answer = new QueryResponseBuilder(result.Delivery, result.Found!, now, 1024 * 1024);
            await answer.WriteAsync(body, Services.GetRequiredService<IDocumentStore>(), CancellationToken.None);
            using var reader =
                new JsonTextReader(
                new StringReader(Encoding.UTF8.GetString(body.ToArray()))) { DateParseHandling = DateParseHandling.None };
            return (JObject?)await JObject.LoadAsync(reader);
        });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _services)
        {
            await instance.DisposeAsync();
        }
    }

    /// <param name="use">Reads the result, which refers to the memory of the message.</param>
    private async Task<T> ReceiveAsync<T>(
        int instance, JObject message, Caller caller, DateTimeOffset arrival, Func<DeliveryResult, Task<T>> use)
    {
        using var reservation = await _budget.AcquireAsync(64 * 1024, TimeSpan.FromSeconds(60), CancellationToken.None);
        var body = PipeReader.Create(new MemoryStream(Encoding.UTF8.GetBytes(message.ToString(Formatting.None))));
        using var parsed = (await _reader.ReadAsync(body, ContentProperty.Media, null, reservation!, CancellationToken.None)).Message!;
        var validated = _services[instance].GetRequiredService<MessageValidator>().Validate(parsed, caller, arrival);
        return await use(await _services[instance].GetRequiredService<DeliveryService>().ProcessAsync(validated));
    }
}

/// <summary>One rule for all requesters and all sources.</summary>
file sealed class EveryQuery : IQueryRules
{
    private static readonly QueryRule Rule = new(QueryRule.AnyRequester, VisibleSources: null);

    public QueryRule Find(string requester) => Rule;

    public SearchLimits Limits { get; } = new(MaxCriteria: 32, MaxValues: 64, MaxRedoxValues: 1000, TimeSpan.FromSeconds(5));
}

/// <summary>Several instances by real HTTP.</summary>
internal sealed class HttpDriver(params RunningService[] services) : IDriver
{
    public async Task<Receipt> DeliverAsync(JObject message, DateTimeOffset arrival, int connection = 0)
    {
        var answer = await services[connection % services.Length].DeliverAsync(message);
        return answer.Status == 200
            ? new Receipt(Guid.Parse((string)answer.Json["DeliveryID"]!, CultureInfo.InvariantCulture), answer.Outcome!)
            : new Receipt(Guid.Empty, $"HTTP {answer.Status}: {answer.Text}");
    }

    public async Task<JObject?> AskAsync(JObject query, string[]? sources) =>
        sources is null ? (await services[0].DeliverAsync(query)).Json : null;
}
