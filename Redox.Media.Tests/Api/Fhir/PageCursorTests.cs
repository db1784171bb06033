using NUnit.Framework;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Fhir;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>A page cursor carries the search to the next page, for the client that searched and for nobody else.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class PageCursorTests
{
    private const string Query = "patient=1&created=ge2026&identifier=\u00e9%7C\ud83d\ude00";

    private static readonly PagePosition Position = new(TimeProvider.System.GetUtcNow(), Guid.NewGuid());

    private static readonly ClientApp Client = new() { Id = "app", Secret = "test-cursor-secret-01" };

    [Test]
    public void A_cursor_returns_the_query_and_the_position()
    {
        var cursor = PageCursor.Write(Client, FhirResourceType.Media, Query, Position);

        Assert.That(PageCursor.TryRead(Client, FhirResourceType.Media, cursor, out var query, out var position), Is.True);
        Assert.That((query, position), Is.EqualTo((Query, Position)));
    }

    [Test]
    public void A_cursor_is_valid_for_its_client_its_secret_and_its_type_only()
    {
        var cursor = PageCursor.Write(Client, FhirResourceType.Media, Query, Position);

        Assert.That(CanRead(new ClientApp { Id = "other", Secret = Client.Secret }, FhirResourceType.Media, cursor), Is.False);
        Assert.That(CanRead(new ClientApp { Id = Client.Id, Secret = "test-cursor-secret-02" }, FhirResourceType.Media, cursor), Is.False);
        Assert.That(CanRead(Client, FhirResourceType.DocumentReference, cursor), Is.False);
        Assert.That(CanRead(new ClientApp { Id = Client.Id, Secret = Client.Secret }, FhirResourceType.Media, cursor), Is.True);
    }

    [Test]
    public void A_cursor_does_not_show_the_query_and_differs_each_time()
    {
        var (first, second) = (Write(), Write());

        Assert.That(first, Is.Not.EqualTo(second));
        Assert.That(
            System.Text.Encoding.Latin1.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(first)), Does.Not.Contain("patient"));

        static string Write() => PageCursor.Write(Client, FhirResourceType.Media, Query, Position);
    }

    [Test]
    public void A_changed_or_shortened_cursor_is_not_read()
    {
        var cursor = PageCursor.Write(Client, FhirResourceType.Media, Query, Position);
        for (var i = 0; i < cursor.Length; i++)
        {
            var changed = cursor[..i] + (cursor[i] == 'A' ? 'B' : 'A') + cursor[(i + 1)..];

            // The unused bits of the last character may change without another meaning.
            Assert.That(CanRead(Client, FhirResourceType.Media, changed), Is.False.Or.EqualTo(i == cursor.Length - 1), $"changed at {i}");
            Assert.That(CanRead(Client, FhirResourceType.Media, cursor[..i]), Is.False, $"cut at {i}");
        }
    }

    [TestCase("")]
    [TestCase("no base64 !")]
    [TestCase("AAAA")]
    public void Another_text_is_not_read(string cursor) => Assert.That(CanRead(Client, FhirResourceType.Media, cursor), Is.False);

    private static bool CanRead(ClientApp client, FhirResourceType type, string cursor) =>
        PageCursor.TryRead(client, type, cursor, out _, out _);
}
