using System.Text.RegularExpressions;
using Npgsql;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Pages;

/// <summary>A service with a database of its own for the pages of set-aside deliveries, and deliveries for them.</summary>
internal sealed partial class SetAsideConsole : IAsyncDisposable
{
    public const string List = "/support/set-aside", Confirm = List + "/confirm", DryRun = List + "/dry-run", Jobs = List + "/jobs";

    /// <summary>The token of an operator who sees <see cref="Seen"/> only.</summary>
    public const string Restricted = "an-operator-of-one-source";

    public const string Seen = "the-visible-source";

    /// <summary>A name that never exists (RFC 6761).</summary>
    private const string UnknownHost = "files.invalid";

    private readonly string _connectionString;

    private SetAsideConsole(RunningService service, string connectionString) =>
        (Service, _connectionString) = (service, connectionString);

    public RunningService Service { get; }

    public static async Task<SetAsideConsole> StartAsync(int perSecond = 1000)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Staff:5:Name"] = "restricted-operator", ["Staff:5:Token"] = Restricted, ["Staff:5:Roles:0"] = "trace",
            ["Staff:5:Roles:1"] = "operate", ["Staff:5:Sources:0"] = Seen,
            ["SetAside:JobDeliveriesPerSecond"] = $"{perSecond}", ["RemoteFiles:Hosts:0:Host"] = UnknownHost,
        };
        var connectionString = await TestDatabase.CreateAsync();
        return new SetAsideConsole(await ConsoleService.StartAsync(settings, connectionString: connectionString), connectionString);
    }

    public ValueTask DisposeAsync() => Service.DisposeAsync();

    public Task<ConsolePerson> SignInAsync(string token = ConsoleService.Operate) => ConsolePerson.SignInAsync(Service.Address, token);

    /// <summary>An event of another patient than its document's, which a release applies.</summary>
    public async Task<Guid> OtherPatientAsync(string source)
    {
        var document = Message.NewDocumentId();
        await Service.DeliverAsync(Message.New(source, document));
        return await SetAsideAsync(Message.New(source, document, content: "of another patient", patient: "PT-2"));
    }

    /// <summary>A message whose file could not be fetched for three days; its delivery.</summary>
    public async Task<Guid> OverdueFileAsync(string source)
    {
        var message = Message.New(source, Message.NewDocumentId()).With("Media.FileContents", $"https://{UnknownHost}/scan.pdf");
        var delivery = (await Service.DeliverAsync(message)).DeliveryId();
        await using var database = NpgsqlDataSource.Create(_connectionString);
        await using var age = database.CreateCommand("update remote_file set created_at = created_at - interval '3 days' where source = $1");
        age.Parameters.Add(new NpgsqlParameter { Value = source });
        Assert.That(await age.ExecuteNonQueryAsync(), Is.EqualTo(1));
        return delivery;
    }

    /// <summary>An event that breaks its schema, which no release mends.</summary>
    public Task<Guid> InvalidAsync(string source) =>
        SetAsideAsync(Message.New(source, Message.NewDocumentId()).Without("Media.FileType"));

    /// <summary>The address of the group of a delivery.</summary>
    public static async Task<string> GroupAsync(ConsolePerson person, Guid delivery) =>
        GroupLink().Match((await person.GetAsync(Delivery(delivery))).Text).Value is { Length: > 0 } found ? found
            : throw new AssertionException("The page of the delivery has no link to its group.");

    public static string Delivery(Guid delivery) => "/support/deliveries/" + delivery;

    /// <summary>The page of a job, once it has ended.</summary>
    public static async Task<PageAnswer> EndAsync(ConsolePerson person, PageAnswer created)
    {
        Assert.That(created.Status, Is.EqualTo(303), created.Text);
        var page = created;
        await Eventually.IsTrueAsync(
            "the job has ended",
            async () => (page = await person.GetAsync(created.Location!)).Text.Contains("<dt>Ended</dt>", StringComparison.Ordinal),
            TimeSpan.FromSeconds(40));
        return page;
    }

    private async Task<Guid> SetAsideAsync(Newtonsoft.Json.Linq.JObject message)
    {
        var answer = await Service.DeliverAsync(message);
        Assert.That(answer.Outcome, Is.EqualTo("set-aside"), answer.Text);
        return answer.DeliveryId();
    }

    [GeneratedRegex("/support/set-aside/groups/[0-9a-f-]{36}")]
    private static partial Regex GroupLink();
}
