using System.IO.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Core.Queries;
using Redox.Media.Data;
using Redox.Media.Data.Migrations;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Stores.Acceptance;

/// <summary>A database that cannot be used.</summary>
public sealed partial class DocumentStoreTests
{
    /// <summary>No server listens on port 1 of the loopback address.</summary>
    private const string NoServer = "Host=127.0.0.1;Port=1;Username=nobody;Database=none";

    [Test]
    public async Task Every_method_throws_StoreUnavailableException_while_the_database_cannot_be_reached()
    {
        await using var services = new ServiceCollection().AddLogging().AddMediaData(NoServer).BuildServiceProvider();
        services.GetRequiredService<MigrationGate>().Open();
        var store = services.GetRequiredService<IDocumentStore>();
        var e = New("D-1", 1);
        var (delivery, pipe) = (NewDelivery(), new Pipe());
        var media = new FoundMedia { Document = e.Document, Source = Source, DocumentId = "D-1", Version = e.Delivery.Id, ContentLength = 1 };
        var found = new FoundDocument(e.Document, e.Delivery.Id, 1);
        var setAside = new SetAsideDelivery(delivery.Id, Outcome.SetAside, At(0), 1, null);
        var condition = new FhirSearch { Ids = [media.Id] };
        var record = new DeliveryRecord
        {
            DeliveryId = delivery.Id, ReceivedAt = At(0), Caller = "engine", OutcomeName = "created", Source = Source, LogId = "log",
        };
        var caller = new Caller.Engine();
        Dictionary<string, Func<Task>> calls = new()
        {
            ["apply"] = () => store.ApplyAsync(e, default),
            ["create"] = () => store.CreateUnlessFoundAsync(e, condition, default),
            ["find applied"] = () => store.FindAppliedAsync(e, default),
            ["record"] = () => store.RecordAsync(delivery, Outcome.Refused, [], null, default),
            ["query"] = () => store.SearchAsync(new DocumentQuery { DocumentIds = ["D-1"] }, delivery, default),
            ["query content"] = () => store.ReadContentAsync(caller, found, new CollectedVersion(), default),
            ["read versions"] = () => store.ReadAsync(
                caller, [new VersionRequest(e.Document, e.Delivery.Id, 1, true)], new CollectedVersion(), default),
            ["read"] = () => store.FindAsync(Read(e), delivery, default),
            ["search"] = () => store.SearchAsync(condition, delivery, default),
            ["read page"] = () => store.ReadAsync(caller, [new MediaKey(e.Document, e.Delivery.Id)], (_, _) => default, default),
            ["read content"] = () => store.ReadContentAsync(caller, media, 0, 1, (_, _) => default, default),
            ["find set-aside"] = () => store.FindAsync(delivery.Id, default),
            ["copy body"] = () => store.CopyBodyAsync(setAside, pipe.Writer, default),
            ["release"] = () => store.ReleaseAsync(delivery.Id, e, default),
            ["try"] = () => store.TryAsync(e, default),
            ["find deliveries"] = () => store.FindDeliveriesAsync("log", 1, default),
            ["count hidden"] = () => store.CountHiddenDeliveriesAsync("log", 1, [], default),
            ["other attempts"] = () => store.OtherAttemptsAsync(record, 1, default),
            ["find document"] = () => store.FindDocumentAsync(DocumentKey.Of(Source, "D-1"), default),
        };
        Assert.That(calls, Has.Count.EqualTo(typeof(IDocumentStore).GetMethods().Length), "every method is called");

        await Task.WhenAll(calls.Select(async call =>
            Assert.That(await ExceptionOfAsync(call.Value), Is.TypeOf<StoreUnavailableException>(), call.Key)));
    }

    private static async Task<Exception?> ExceptionOfAsync(Func<Task> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }
}
