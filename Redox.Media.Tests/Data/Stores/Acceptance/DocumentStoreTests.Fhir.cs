using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Search;

namespace Redox.Media.Tests.Data.Stores.Acceptance;

/// <summary>What FHIR clients read, search and create.</summary>
public sealed partial class DocumentStoreTests
{
    [Test]
    public async Task A_document_is_read_by_its_id_with_its_content_and_the_read_is_recorded()
    {
        var e = New("D-1", 1, "content");
        await ApplyAsync(e);
        var delivery = NewDelivery();

        var media = (await Store.FindAsync(Read(e), delivery, default))!;

        Assert.That((media.Source, media.DocumentId, media.Version, media.IsCurrent),
            Is.EqualTo((Source, "D-1", (DeliveryId?)e.Delivery.Id, true)));
        Assert.That(media.Content!.Value.ToArray(), Is.EqualTo("content"u8.ToArray()));
        Assert.That((await RecordAsync(delivery.Id)).DocumentsFound, Is.EqualTo(1));
    }

    [Test]
    public async Task An_earlier_version_is_read_by_its_own_id()
    {
        var (first, second) = (New("D-1", 1, "one"), New("D-1", 2, "two"));
        await ApplyAsync(first);
        await ApplyAsync(second);

        var media = (await Store.FindAsync(Read(first) with { Version = first.Delivery.Id }, NewDelivery(), default))!;

        Assert.That((media.Version, media.IsCurrent), Is.EqualTo(((DeliveryId?)first.Delivery.Id, false)));
        Assert.That(media.Content!.Value.ToArray(), Is.EqualTo("one"u8.ToArray()));
    }

    [Test]
    public async Task A_deleted_document_and_its_versions_are_found_without_a_version()
    {
        var e = New("D-1", 1);
        await ApplyAsync(e);
        await ApplyAsync(Delete("D-1", 2));

        Assert.That((await Store.FindAsync(Read(e), NewDelivery(), default))!.Version, Is.Null);
        Assert.That((await Store.FindAsync(Read(e) with { Version = e.Delivery.Id }, NewDelivery(), default))!.Version, Is.Null);
    }

    [Test]
    public async Task A_document_of_an_invisible_source_is_not_found_not_even_when_it_is_deleted()
    {
        var e = New("D-1", 1);
        await ApplyAsync(e);
        Assert.That(await Store.FindAsync(Read(e) with { VisibleSources = ["another"] }, NewDelivery(), default), Is.Null);
        Assert.That(await Store.FindAsync(Read(e) with { VisibleSources = [] }, NewDelivery(), default), Is.Null);

        await ApplyAsync(Delete("D-1", 2));

        Assert.That(await Store.FindAsync(Read(e) with { VisibleSources = ["another"] }, NewDelivery(), default), Is.Null);
    }

    [Test]
    public async Task An_unavailable_document_is_visible_to_FHIR_clients_only_if_one_created_it()
    {
        foreach (var byFhir in new[] { true, false })
        {
            var e = New("D-" + byFhir, 1);
            e = e with
            {
                Fields = e.Fields with { IsAvailable = false, ResourceKeys = byFhir
                    ? [FhirSearch.CreatedByFhirKey] : e.Fields.ResourceKeys },
                Resource = byFhir ? "{}"u8.ToArray() : null,
            };
            await ApplyAsync(e);

            Assert.That(await Store.FindAsync(Read(e), NewDelivery(), default), byFhir ? Is.Not.Null : Is.Null);
            Assert.That((await SearchAsync(new FhirSearch { Ids = [FhirId.Of(e.Document)] })).Found.Count, Is.EqualTo(byFhir ? 1 : 0));
            Assert.That(await QueryAsync("D-" + byFhir), Is.Empty, "a query does not find it");
        }
    }

    [Test]
    public async Task A_search_returns_pages_in_the_order_of_the_last_change_and_counts_all()
    {
        var events = Enumerable.Range(0, 5).Select(number => New("D-" + number, 5 - number)).ToArray();
        foreach (var e in events)
        {
            await ApplyAsync(e);
        }

        var search = new FhirSearch { Ids = [.. events.Select(e => FhirId.Of(e.Document))], Count = 2 };
        var found = new List<DocumentKey>();
        MediaPage page;
        do
        {
            page = await SearchAsync(search);
            Assert.That(page.Total, Is.EqualTo(5));
            found.AddRange(page.Found.Select(media => media.Document));
            search = search with { After = page.Next };
        }
        while (page.Next is not null);

        Assert.That(found, Is.EqualTo(events.Reverse().Select(e => e.Document)));
    }

    [Test]
    public async Task A_range_of_a_file_is_read_from_its_slices()
    {
        var content = string.Concat(Enumerable.Range(0, 120_000).Select(i => i + " "));
        var e = New("D-1", 1, content);
        await ApplyAsync(e);
        var media = (await Store.FindAsync(Read(e), NewDelivery(), default))!;
        foreach (var (from, count) in new[] { (0, 10), (262_000, 500), (content.Length - 7, 7), (100, 600_000) })
        {
            using var read = new MemoryStream();

            await Store.ReadContentAsync(
                new Caller.Engine(), media, from, count, (slice, token) => read.WriteAsync(slice, token), default);

            Assert.That(System.Text.Encoding.UTF8.GetString(read.ToArray()), Is.EqualTo(content.Substring(from, count)));
        }
    }

    [Test]
    public async Task Of_concurrent_creates_with_one_condition_one_creates_and_the_others_find_its_document()
    {
        var key = Guid.NewGuid();
        var condition = new FhirSearch { Identifiers = [new FhirIdentifiers([key], [], [key])] };
        var events = Enumerable.Range(0, 8).Select(number => New("D-" + number, 1)).Select(e => e with
        {
            Fields = e.Fields with { ResourceKeys = [FhirSearch.CreatedByFhirKey, key] }, Resource = "{}"u8.ToArray(),
        }).ToArray();

        var creations = await Task.WhenAll(events.Select(e => Task.Run(() => Store.CreateUnlessFoundAsync(e, condition, default))));

        Assert.That(creations.Count(creation => creation.Outcome == Outcome.Created), Is.EqualTo(1));
        Assert.That(creations.Count(creation => creation is { Outcome: Outcome.Exists, Existing: not null }), Is.EqualTo(7));
        foreach (var (e, creation) in events.Zip(creations))
        {
            Assert.That((await RecordAsync(e.Delivery.Id)).Outcome, Is.EqualTo(creation.Outcome));
        }
    }

    private static FhirRead Read(DocumentEvent e) => new(FhirId.Of(e.Document), Version: null, VisibleSources: null, WithContent: true);

    private async Task<MediaPage> SearchAsync(FhirSearch search) => (await Store.SearchAsync(search, NewDelivery(), default))!;
}
