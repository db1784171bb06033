using System.IO.Pipelines;
using System.Text;
using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Stores.Acceptance;

/// <summary>Releases of set-aside deliveries.</summary>
public sealed partial class DocumentStoreTests
{
    [Test]
    public async Task A_release_applies_the_event_and_is_shown_at_both_deliveries()
    {
        var setAside = await SetAsideAsync("D-1");
        var released = Released("D-1");

        Assert.That(await Store.ReleaseAsync(setAside, released, default), Is.EqualTo(Outcome.Revised));

        Assert.That(await ContentAsync("D-1"), Is.EqualTo("of patient 2"));
        Assert.That((await RecordAsync(setAside)).ReleasedBy, Is.EqualTo(released.Delivery.Id));
        Assert.That((await RecordAsync(released.Delivery.Id)).Releases, Is.EqualTo(setAside));
        Assert.That((await Store.FindAsync(setAside, default))!.ReleasedBy, Is.EqualTo(released.Delivery.Id));
    }

    [Test]
    public async Task Of_concurrent_releases_of_one_delivery_exactly_one_succeeds()
    {
        var setAside = await SetAsideAsync("D-1");
        var releases = Enumerable.Range(0, 12).Select(_ => Released("D-1")).ToArray();

        var outcomes = await Task.WhenAll(releases.Select(release => Task.Run(() => Store.ReleaseAsync(setAside, release, default))));

        Assert.That(outcomes.Count(outcome => outcome is not null), Is.EqualTo(1));
        Assert.That((await Store.FindDocumentAsync(DocumentKey.Of(Source, "D-1"), default))!.Versions, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_release_that_concerns_documents_with_other_shard_keys_succeeds_once()
    {
        var setAside = await SetAsideAsync("D-1");
        var releases = new[] { Released("D-2"), Released("D-3") };
        Assert.That(releases.Select(release => release.Delivery.Id.Shard), Has.None.EqualTo(setAside.Shard));

        var outcomes = await Task.WhenAll(releases.Select(release => Task.Run(() => Store.ReleaseAsync(setAside, release, default))));

        Assert.That(outcomes.Count(outcome => outcome is not null), Is.EqualTo(1));
        var winner = releases[outcomes[0] is null ? 1 : 0];
        Assert.That((await RecordAsync(setAside)).ReleasedBy, Is.EqualTo(winner.Delivery.Id));
        Assert.That((await RecordAsync(winner.Delivery.Id)).Releases, Is.EqualTo(setAside));
    }

    [Test]
    public async Task A_repeated_release_by_the_same_delivery_has_the_same_outcome()
    {
        var setAside = await SetAsideAsync("D-1");
        var released = Released("D-1");

        Assert.That(await Store.ReleaseAsync(setAside, released, default), Is.EqualTo(Outcome.Revised));
        Assert.That(await Store.ReleaseAsync(setAside, released, default), Is.EqualTo(Outcome.Revised));
        Assert.That(await Store.ReleaseAsync(setAside, Released("D-1"), default), Is.Null);
    }

    [Test]
    public async Task A_release_does_not_update_the_row_of_the_set_aside_delivery()
    {
        var setAside = await SetAsideAsync("D-1");
        var before = await RowVersionAsync(setAside);

        await Store.ReleaseAsync(setAside, Released("D-1"), default);

        Assert.That(await RowVersionAsync(setAside), Is.EqualTo(before));
    }

    [Test]
    public async Task What_was_not_set_aside_is_not_released()
    {
        var applied = New("D-1", 1);
        await ApplyAsync(applied);
        var released = Released("D-1");

        Assert.That(await Store.ReleaseAsync(applied.Delivery.Id, released, default), Is.Null);
        Assert.That(await IsRecordedAsync(released.Delivery.Id), Is.False);
        Assert.That(await Store.FindAsync(new DeliveryId(Guid.NewGuid()), default), Is.Null);
    }

    [Test]
    public async Task The_body_of_a_set_aside_delivery_is_copied_as_it_was_received()
    {
        var e = New("D-1", 1, new string('x', 500_000));
        await Store.RecordAsync(e.Delivery, Outcome.SetAside, [], e.Message, default);
        var pipe = new Pipe();

        var copying = Store.CopyBodyAsync(e.Delivery.Id, pipe.Writer, default);
        using var copy = new MemoryStream();
        await pipe.Reader.CopyToAsync(copy);
        await copying;

        Assert.That(copy.ToArray(), Is.EqualTo(await StoredDeliveries.RawBytesAsync(e.Delivery.Id.Value)));
        Assert.That(Encoding.UTF8.GetString(copy.ToArray()), Does.Contain("FileContents"));
    }

    private DocumentEvent Released(string id) => New(id, 2, "of patient 2", "PT-2") with { IsReleased = true };

    /// <summary>A document of one patient, and a set-aside delivery about it for another.</summary>
    private async Task<DeliveryId> SetAsideAsync(string id)
    {
        await ApplyAsync(New(id, 1, "of patient 1", "PT-1"));
        var e = New(id, 2, "of patient 2", "PT-2");
        await Store.RecordAsync(e.Delivery, Outcome.SetAside, [], e.Message, default);
        return e.Delivery.Id;
    }

    private async Task<string?> RowVersionAsync(DeliveryId id)
    {
        await using var command =
            Database.CreateCommand("select ctid::text || ' ' || xmin from delivery where shard_key = $1 and delivery_id = $2");
        command.Parameters.AddWithValue(id.Shard);
        command.Parameters.AddWithValue(id.Value);
        return (string?)await command.ExecuteScalarAsync();
    }
}
