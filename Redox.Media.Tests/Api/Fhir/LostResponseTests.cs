using NUnit.Framework;
using Npgsql;
using Redox.Media.Tests.Soak.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>
/// The network loses what the database responds to a write, after the write was committed or before. The service looks for its own delivery
/// before it answers.
/// </summary>
[TestFixture, Category("Database")]
[Category("Slow")]
public sealed class LostResponseTests
{
    private SoakDatabase _database = null!;
    private FaultProxy _network = null!;
    private FhirService _fhir = null!;

    [SetUp]
    public async Task Start_a_service_behind_a_network()
    {
        _database = await SoakDatabase.StartAsync();
        _network = new FaultProxy(_database);
        _fhir = await FhirService.StartOnAsync(_network.ConnectionString + ";Timeout=2;Command Timeout=1");
        Assert.That((await _fhir.CreateAsync(FhirService.Media())).Status, Is.EqualTo(201));
    }

    [TearDown]
    public async Task Stop_them()
    {
        await _fhir.DisposeAsync();
        await _network.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task A_create_that_was_committed_is_answered_201()
    {
        var patient = FhirService.NewPatient();

        _network.LoseResponses();
        var answer = await _fhir.CreateAsync(FhirService.Media(patient));

        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        Assert.That((await _fhir.GetAsync(answer.Location)).Status, Is.EqualTo(200));
        Assert.That((int)(await _fhir.GetAsync("/Media?patient=" + patient)).Json["total"]!, Is.EqualTo(1));
        Assert.That(await _fhir.TraceAsync(answer), Is.EqualTo("created"));
    }

    [Test]
    public async Task An_event_that_was_committed_is_answered_with_its_outcome()
    {
        var (source, id) = (Message.NewSource(), Message.NewDocumentId());

        _network.LoseResponses();

        Assert.That(await _fhir.Service.ApplyAsync(Message.New(source, id)), Is.EqualTo("created"));
    }

    [Test]
    public async Task A_delivery_that_was_set_aside_is_answered_with_its_outcome()
    {
        _network.LoseResponses();
        var answer = await _fhir.Service.DeliverAsync(Message.New(Message.NewSource(), "x").Without("Media.FileType"));

        Assert.That((answer.Status, answer.Outcome), Is.EqualTo((200, "set-aside")), answer.Text);
    }

    /// <summary>A table that is locked stands for a server that has not come to the commit.</summary>
    [Test]
    public async Task Nothing_is_said_of_what_was_changed_where_it_is_not_known()
    {
        var media = FhirService.Media(FhirService.NewPatient());
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("lock table document in exclusive mode", connection))
        {
            await hold.ExecuteNonQueryAsync();
        }

        _network.LoseResponses();
        var answer = await _fhir.CreateAsync(media);
        var redox = await _fhir.Service.DeliverAsync(Message.New(Message.NewSource(), "x"));
        await transaction.RollbackAsync();
        var repeat = await _fhir.CreateAsync(media, ("X-Correlation-Id", answer.Headers["X-Correlation-Id"]));

        Assert.That((answer.Status, answer.Codes.Single()), Is.EqualTo((503, "no-store")), answer.Text);
        Assert.That(answer.Texts.Single(), Does.Contain("not known").And.Contain(answer.Headers["X-Correlation-Id"]));
        Assert.That(redox.Status, Is.EqualTo(503), redox.Text);
        Assert.That((string?)redox.Json.SelectToken("Meta.Errors[0].Text"), Does.Contain("not known").And.Not.Contain("Nothing"));
        Assert.That(repeat.Status, Is.EqualTo(201), repeat.Text);
        Assert.That(
            (int)(await _fhir.GetAsync("/Media?patient=" + media["subject"]!["reference"]!)).Json["total"]!, Is.EqualTo(1));
    }
}
