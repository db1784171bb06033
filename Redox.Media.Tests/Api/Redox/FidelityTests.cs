using System.Text;
using NUnit.Framework;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>Queries return what was delivered: any text that JSON can represent, and any bytes.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class FidelityTests
{
    /// <summary>The texts of a query response, by their paths in a New.</summary>
    private static readonly (string InNew, string InAnswer)[] Fields =
    [
        ("Patient.Identifiers[0].ID", "Patient.Identifiers[0].ID"), ("Patient.Identifiers[0].IDType", "Patient.Identifiers[0].IDType"),
        ("Visit.VisitNumber", "Visit.VisitNumber"), ("Media.FileType", "FileType"), ("Media.FileName", "FileName"),
        ("Media.DocumentType", "DocumentType"), ("Media.DocumentID", "DocumentID"), ("Media.DocumentDescription", "DocumentDescription"),
        ("Media.CreationDateTime", "CreationDateTime"), ("Media.ServiceDateTime", "ServiceDateTime"),
    ];

    private static IEnumerable<TestCaseData> Texts()
    {
        (string Name, string Text)[] texts =
        [
            ("zero", "a\0b\0"), ("only_zero", "\0"), ("high_surrogate_alone", "a\ud800b"), ("low_surrogate_alone", "\udfff"),
            ("surrogates_in_the_wrong_order", "\udc00\ud800"),
            ("high_surrogate_at_the_end", "end\udbff"), ("a_pair_and_a_half", "\ud83d\ude00\ud83d"), ("emoji", "👩‍⚕️🩻"),
            ("composed_and_decomposed", "é e\u0301"),
            ("right_to_left", "\u202eשלום\u200f"), ("byte_order_mark", "\ufeffx"), ("line_separators", "\u2028\u2029\u0085"),
            ("not_a_character", "\ufffe\uffff\ufffd"),
            ("controls", string.Concat(Enumerable.Range(1, 31).Select(code => (char)code)) + "\u007f"),
            ("quotes_and_backslashes", "\\\"\\\\u0041\\0000\\D800/'"),
            ("spaces_around", "  \t x \u00a0 "), ("markup", "<script>&amp;%00%2F${x}</script>"),
                ("percent_and_slashes", "a/b//../%2e?#;+ "),
            ("long", new string('ü', 1_000)),
        ];
        return texts.Select(text => new TestCaseData(text.Text).SetArgDisplayNames(text.Name));
    }

    [TestCaseSource(nameof(Texts))]
    public Task Every_text_comes_back_as_it_was_sent(string text) => ComesBackAsync(text);

    [Test]
    public async Task Random_texts_are_returned_as_they_were_sent()
    {
        var random = new Random(20260112);
        for (var count = 0; count < 60; count++)
        {
            var text = new char[random.Next(1, 24)];
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = (char)(
                    random.Next(3) == 0 ? random.Next(0xd800, 0xe000) : random.Next(4) == 0 ? random.Next(32) : random.Next(0x10000));
            }

            await ComesBackAsync(new string(text));
        }
    }

    [Test]
    public async Task Content_of_any_length_is_returned_byte_for_byte()
    {
        var service = await SharedService.GetAsync();
        byte[] every = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        foreach (var length in Enumerable.Range(1, 50).Concat(
            [255, 256, 257, 1023, 1024, 1025, 65_535, 65_536, 65_537, 131_071, 131_072, 131_073, 300_000, 300_001, 300_002]))
        {
            var content = new byte[length];
            for (var i = 0; i < length; i++)
            {
                content[i] = every[(i + length) % every.Length];
            }

            var id = Message.NewDocumentId();
            await service.ApplyAsync(Message.New(Message.NewSource(), id).With("Media.FileContents", Convert.ToBase64String(content)));
            var item = (await service.FindAsync(Message.Query(id))).Single();

            ByteAssert.AreEqual(Convert.FromBase64String((string)item["FileContents"]!), content);
        }
    }

    private static async Task ComesBackAsync(string text)
    {
        var service = await SharedService.GetAsync();
        var (source, id, log) = (text + Guid.NewGuid(), text + Guid.NewGuid() + text, Guid.NewGuid() + text);
        var message = Message.New(source, id).WithLog(log, text + Guid.NewGuid()).With("Media.DocumentDescription", "").With(
            "Media.CreationDateTime", "")
            .With("Media.ServiceDateTime", "");
        foreach (var (path, _) in Fields.Where(field => field.InNew != "Media.DocumentID"))
        {
            message.SelectToken(path)!.Replace(new JValue(text));
        }

        var answer = await service.DeliverAsync(Bytes(message));
        Assert.That((answer.Status, answer.Outcome), Is.EqualTo((200, "created")), answer.Text);
        var found = new JsonTexts((await service.DeliverAsync(Bytes(Message.Query(id)))).Body);
        Assert.That(found["Media[0].DocumentID"], Is.Not.Null, "found by its DocumentID");
        foreach (var (path, inAnswer) in Fields)
        {
            Assert.That(found["Media[0]." + inAnswer], Is.EqualTo((string?)message.SelectToken(path)), path);
        }

        var trace = new JsonTexts((await service.AskSupportAsync("/support/api/deliveries/" + answer.DeliveryId())).Body);
        Assert.That((trace["source"], trace["documentId"], trace["logId"]), Is.EqualTo((source, id, log)));
        if (CanStandInAnAddress(text) && log.Trim() == log)
        {
            Assert.That((string?)(await service.TraceDeliveryAsync(log))["documentId"], Is.EqualTo(id), "traced by its log ID");
            Assert.That((string?)(await service.TraceDocumentAsync(source, id))["documentId"], Is.EqualTo(id), "traced by its own ID");
        }
    }

    // An unpaired surrogate has no UTF-8 and cannot be in a URL; it can be sent as an escape.
    private static byte[] Bytes(JObject message) => Encoding.UTF8.GetBytes(
        JsonConvert.SerializeObject(message, new JsonSerializerSettings { StringEscapeHandling = StringEscapeHandling.EscapeNonAscii }));

    private static bool CanStandInAnAddress(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return false; // nor has U+0000: the web server refuses it
        }

        if (text.Length > 500)
        {
            return false; // the longest request line has 8 KiB
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
