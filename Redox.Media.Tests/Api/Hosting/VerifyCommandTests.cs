using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Npgsql;
using Redox.Media.Api.Hosting;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Hosting;

/// <summary>The command that compares the archive with what was received.</summary>
[TestFixture, Category("Database")]
public sealed class VerifyCommandTests
{
    private string _source = "";
    private RunningService _service = null!;
    private NpgsqlDataSource _database = null!;

    private static IEnumerable<TestCaseData> Damages =>
        Damage.OfSlices.Select(damage => new TestCaseData(700_000, damage.Value).SetArgDisplayNames("large", damage.Key))
            .Concat(Damage.OfInlineContent.Select(damage => new TestCaseData(2_000, damage.Value).SetArgDisplayNames("small", damage.Key)));

    [OneTimeSetUp]
    public async Task Start()
    {
        var connectionString = await TestDatabase.CreateAsync();
        _service = await RunningService.StartAsync(connectionString);
        _database = NpgsqlDataSource.Create(connectionString);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _database.DisposeAsync();
        await _service.DisposeAsync();
    }

    [SetUp]
    public async Task Empty_the_archive()
    {
        _source = "hospital/" + Message.NewSource();
        await using var command = _database.CreateCommand(
            """
            do $$ begin
              execute (select 'truncate ' || string_agg(oid::regclass::text, ', ') from pg_class
                where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
                  and relname not like 'schema\_migration%');
            end $$
            """);
        await command.ExecuteNonQueryAsync();
    }

    [Test]
    public async Task An_intact_archive_is_0()
    {
        var (id, other) = (Message.NewDocumentId(), Message.NewDocumentId());
        await _service.ApplyAsync(Message.New(_source, id));
        await _service.ApplyAsync(Message.New(_source, other, content: new string('x', 700_000)));
        await _service.ApplyAsync(Message.New(_source, Message.NewDocumentId(), content: ""));
        await _service.ApplyAsync(Message.Replace(_source, id, Message.NewDocumentId()));
        await _service.ApplyAsync(Message.Delete(_source, other));

        var (code, output, progress) = await VerifyAsync();

        Assert.That((code, output), Is.EqualTo((0, "")));
        Assert.That(progress, Does.StartWith("Complete: 4 documents, 6 versions, 0 MB of content verified, 0 damaged"));
    }

    [TestCaseSource(nameof(Damages))]
    public async Task A_damaged_document_is_1_and_listed_by_its_address(int bytes, string damage)
    {
        var intact = Message.NewDocumentId();
        await _service.ApplyAsync(Message.New(_source, intact));
        var id = "scan of\n" + Message.NewDocumentId();
        var content = new byte[bytes];
        new Random(bytes).NextBytes(content);
        var delivery = await _service.DeliverAsync(
            Message.New(_source, id).With("Media.FileContents", Convert.ToBase64String(content)));
        await Damage.DoAsync(_database, damage, _source, id);

        var (code, output, _) = await VerifyAsync();

        var address = $"/support/api/documents/{Uri.EscapeDataString(_source)}/{Uri.EscapeDataString(id)}";
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Match("^[a-z-]+\t").And.EndsWith($"\t{delivery.DeliveryId()}\t{address}\n"));
        var document = (await _service.AskSupportAsync(address)).Json;
        Assert.That((string?)document["integrityFailures"]!.Single()["failure"], Is.EqualTo(output.Split('\t')[0]));
    }

    [Test]
    public async Task A_file_with_another_SHA_256_is_listed_and_a_query_compares_the_checksum_only([Values(2_000, 700_000)] int bytes)
    {
        var id = Message.NewDocumentId();
        await _service.ApplyAsync(Message.New(_source, id, content: new string('x', bytes)));
        await Damage.DoAsync(_database, Damage.OfSha256, _source, id);

        Assert.That((await _service.DeliverAsync(Message.Query(id))).Status, Is.EqualTo(200));
        var (code, output, _) = await VerifyAsync();

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.StartWith("wrong-digest\t"));
    }

    [Test]
    public async Task An_earlier_version_is_verified_too()
    {
        var id = Message.NewDocumentId();
        await _service.ApplyAsync(Message.New(_source, id, DateTimeOffset.UnixEpoch));
        await Damage.DoAsync(_database, Damage.OfInlineContent["a changed byte"], _source, id);
        await _service.ApplyAsync(Message.New(_source, id, DateTimeOffset.UnixEpoch.AddDays(1), content: "newer"));

        Assert.That((await VerifyAsync()).Code, Is.EqualTo(1));
    }

    [Test]
    public async Task A_version_without_its_document_is_listed()
    {
        var id = Message.NewDocumentId();
        await _service.ApplyAsync(Message.New(_source, id));
        await Damage.DoAsync(_database, "delete from document d where d.source = $1 and d.document_id = $2", _source, id);

        var (code, output, _) = await VerifyAsync();

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.StartWith("missing-document\t").And.EndsWith($"/{id}\n"));
    }

    [Test]
    public async Task Since_a_time_earlier_versions_are_left_out()
    {
        var id = Message.NewDocumentId();
        await _service.ApplyAsync(Message.New(_source, id));
        await Damage.DoAsync(_database, Damage.OfInlineContent["a changed byte"], _source, id);

        Assert.That((await VerifyAsync("--since", "2020-01-01")).Code, Is.EqualTo(1));
        Assert.That((await VerifyAsync("--since", "2100-01-01T00:00:00Z")).Code, Is.Zero);
    }

    [Test]
    public async Task It_continues_after_a_position()
    {
        var ids = Enumerable.Range(0, 3).Select(_ => Message.NewDocumentId()).OrderBy(id => DocumentKey.Of(_source, id).Shard).ToList();
        foreach (var id in ids)
        {
            await _service.ApplyAsync(Message.New(_source, id));
            await Damage.DoAsync(_database, Damage.OfInlineContent["a changed byte"], _source, id);
        }

        var first = DocumentKey.Of(_source, ids[0]);
        var (code, output, _) = await VerifyAsync("--after", $"{first.Shard}:{first.Key}");

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('/')[^1]), Is.EqualTo(ids.Skip(1)));
    }

    [TestCase("--since", "yesterday")]
    [TestCase("--after", "7")]
    [TestCase("--since")]
    [TestCase("--all", "1")]
    public async Task Other_arguments_are_2(params string[] arguments)
    {
        var (code, output, progress) = await VerifyAsync(arguments);

        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(progress, Does.Match("Run \".* verify --help\" for what it takes.\n$"));
    }

    private async Task<(int Code, string Output, string Progress)> VerifyAsync(params string[] arguments)
    {
        var (output, progress) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var command = new VerifyCommand(
            _service.Services.GetRequiredService<IArchiveVerifier>(), TimeProvider.System, output, progress);
        var code = await CommandLine.RunAsync(
            ["verify", .. arguments], new CommandHandlers(null!, command.RunAsync, null!, null!), output, progress);
        return (code, output.ToString(), progress.ToString());
    }
}
