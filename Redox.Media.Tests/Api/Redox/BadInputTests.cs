using System.Net.Http.Headers;
using System.Text;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>No body causes a 5xx, a hang or a lost delivery: it is applied, or stored byte for byte and found by its ID.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class BadInputTests
{
    private const string Whole =
        """{"Meta":{"DataModel":"Media","EventType":"New","Source":{"ID":"%S"},"Logs":[{"ID":"%L","AttemptID":"a-1"}]},"Patient":{"Identifiers":[{"ID":"PT-1","IDType":"MR"}]},"Visit":{"VisitNumber":"V-1"},"Media":{"FileType":"TXT","FileName":"note","FileContents":"aGVsbG8=","DocumentType":"Note","DocumentID":"%D","Provider":{"ID":"1"},"Availability":"Available"}}""";

    public static IEnumerable<TestCaseData> Kept()
    {
        yield return Case("A_Meta_of_null", "\"Meta\":{\"DataModel\":\"Media\"", "\"Nothing\":{\"DataModel\":\"Media\"");
        yield return Case("A_missing_comma", "},\"Patient\"", "}\"Patient\"");
        yield return Case("Text_after_the_end", "\"Available\"}}", "\"Available\"}} and more");
        yield return Case("A_patient_of_null", "{\"Identifiers\":[{\"ID\":\"PT-1\",\"IDType\":\"MR\"}]}", "null");
        yield return Case("A_provider_of_null", "{\"ID\":\"1\"}", "null");
        yield return Case("A_list_for_an_object", "{\"ID\":\"1\"}", "[1,2]");
        yield return Case("An_object_for_a_text", "\"note\"", "{\"a\":{}}");
        yield return Case("A_truth_for_a_text", "\"note\"", "true");
        yield return Case("A_document_ID_twice", "\"DocumentID\":", "\"DocumentID\":\"other\",\"DocumentID\":");
        yield return Case("Media_twice", "\"Visit\":", "\"Media\":{\"FileContents\":\"AAAA\"},\"Visit\":");
        yield return Case("Meta_twice", "\"Visit\":", "\"Meta\":{\"DataModel\":\"Media\",\"EventType\":\"Delete\"},\"Visit\":");
        yield return Case("Two_files", "\"FileContents\":\"aGVsbG8=\"", "\"FileContents\":\"aGVsbG8=\",\"FileContents\":\"d29ybGQ=\"");
        yield return Case(
            "Two_files_under_one_escaped_name",
            "\"FileContents\":\"aGVsbG8=\"",
            "\"FileContents\":\"aGVsbG8=\",\"File\\u0043ontents\":\"d29ybGQ=\"");
        yield return Case("A_thousand_levels", "\"V-1\"", Nested(1000));
        yield return Case("A_thousand_levels_in_an_unknown_member", "\"Visit\":", "\"Extra\":" + Nested(1000) + ",\"Visit\":");
        yield return Case("A_hundred_thousand_levels", "\"V-1\"", Nested(100_000));
        yield return Case("A_thousand_levels_in_Meta", "\"EventType\"", "\"Extra\":" + Nested(1000) + ",\"EventType\"");
        yield return Case("Base64_that_breaks_off", "aGVsbG8=", "aGVsbG8", isApplied: true);
        yield return Case("Base64_that_breaks_off_within_a_byte", "aGVsbG8=", "aGVsb");
        yield return Case("Base64_with_a_stranger_in_it", "aGVsbG8=", "aGVs*G8=");
        yield return Case("Base64_that_goes_on_after_its_end", "aGVsbG8=", "aGVsbG8=aGVs");
        yield return Case("Base64_that_lost_its_plus", "aGVsbG8=", "aGVs    bG8=");
        yield return Case("The_placeholder_of_the_developer_tools", "aGVsbG8=", "<...base 64 file contents...>");
        yield return Case("A_file_of_null", "\"aGVsbG8=\"", "null");
        yield return Case("A_file_that_is_an_object", "\"aGVsbG8=\"", "{\"a\":\"aGVsbG8=\"}");
        yield return Case("A_lone_surrogate_in_the_file", "aGVsbG8=", "aGVs\\uD800");
        yield return Case("A_control_character_in_a_text", "note", "no\u0001te");
        yield return Case("An_unknown_event_type_with_a_zero_in_it", "\"New\"", "\"N\\u0000ew\"");
        yield return Case("A_lone_surrogate_for_an_event_type", "\"New\"", "\"\\uD83D\"");

        static TestCaseData Case(string name, string find, string put, bool isApplied = false) =>
            new TestCaseData(find, put, isApplied).SetArgDisplayNames(name);
    }

    public static IEnumerable<TestCaseData> Applied()
    {
        yield return Case(
            "A_zero_in_every_text",
            text => text.Replace("note", "no\\u0000te").Replace("V-1", "V\\u00001").Replace("PT-1", "PT\\u0000")
                .Replace("\"a-1\"", "\"a\\u0000\""));
        yield return Case("A_zero_in_the_document_ID", text => text.Replace("\"DocumentID\":\"", "\"DocumentID\":\"\\u0000"));
        yield return Case("A_zero_in_the_source", text => text.Replace("\"Source\":{\"ID\":\"", "\"Source\":{\"ID\":\"\\u0000"));
        yield return Case(
            "Lone_surrogates_in_every_text",
            text => text.Replace("note", "\\uD800").Replace("V-1", "\\uDC00").Replace("PT-1", "\\uDBFFx")
                .Replace("\"a-1\"", "\"\\uD800\""));
        yield return Case("A_lone_surrogate_in_the_document_ID", text => text.Replace("\"DocumentID\":\"", "\"DocumentID\":\"\\uD800"));
        yield return Case("A_lone_surrogate_in_a_name", text => text.Replace("\"Visit\":", "\"\\uD800\":1,\"Visit\":"));
        yield return Case("A_lone_surrogate_in_the_first_name", text => "{\"\\uDC00\":1," + text[1..]);
        yield return Case("A_lone_surrogate_in_a_name_in_Meta", text => text.Replace("\"DataModel\"", "\"\\uD800\":1,\"DataModel\""));
        yield return Case("A_lone_surrogate_in_a_name_in_Media", text => text.Replace("\"FileType\"", "\"\\uD800\":1,\"FileType\""));
        yield return Case(
            "A_lone_surrogate_in_a_name_after_the_members", text => text.Replace("\"Available\"", "\"Available\",\"\\uD800\":1"));
        yield return Case("A_byte_order_mark", text => "\uFEFF" + text);
        yield return Case(
            "Names_with_escapes", text => text.Replace("\"Meta\"", "\"M\\u0065ta\"").Replace("\"FileContents\"", "\"File\\u0043ontents\""));
        yield return Case(
            "A_very_long_document_ID", text => text.Replace("\"DocumentID\":\"", "\"DocumentID\":\"" + new string('D', 100_000)));
        yield return Case(
            "Very_many_logs",
            text => text.Replace("\"Logs\":[", "\"Logs\":[{\"ID\":\"%L\"}," + string.Concat(Enumerable.Repeat("{\"ID\":\"x\"},", 5000))));
        yield return Case(
            "Very_many_identifiers",
            text => text.Replace(
                "{\"ID\":\"PT-1\"", string.Concat(Enumerable.Range(0, 5000).Select(i => $"{{\"ID\":\"p{i}\",\"IDType\":\"MR\"}},"))
                + "{\"ID\":\"PT-1\""));
        yield return Case(
            "Nulls_where_lists_and_objects_are",
            text => text.Replace("\"Visit\":{\"VisitNumber\":\"V-1\"}", "\"Visit\":null,\"Orders\":null")
                .Replace("\"Provider\"", "\"Notifications\":null,\"Authenticator\":null,\"Provider\""));
        yield return Case(
            "Numbers_where_texts_are",
            text => text.Replace("\"V-1\"", "77").Replace("\"note\"", "1e400").Replace("\"%L\"", "\"%L\",\"Extra\":-0.0"));

        static TestCaseData Case(string name, Func<string, string> change) => new TestCaseData(change).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Kept))]
    public async Task A_message_that_may_be_wrong_is_found_again(string find, string put, bool isApplied)
    {
        var (text, log) = Make();
        text = text.Replace(find, put);
        var answer = await AssertFindsAgainAsync(
            Encoding.UTF8.GetBytes(text), text.Contains("\"Meta\"", StringComparison.Ordinal) ? log : null);
        Assert.That(answer.Outcome, Is.AnyOf(isApplied ? ["created"] : ["set-aside", "unintelligible"]));
    }

    [Test]
    public async Task A_blank_inside_a_line_of_base64_is_named_in_the_violation()
    {
        var (text, _) = Make(whole => whole.Replace("aGVsbG8=", "aGVs    bG8="));
        var answer = await (await SharedService.GetAsync()).DeliverAsync(Encoding.UTF8.GetBytes(text));
        Assert.That(answer.Outcome, Is.EqualTo("set-aside"));
        Assert.That((string?)answer.Json["Meta"]!["Errors"]![0]!["Text"], Does.StartWith(
            "Media.FileContents is not base64: white space is inside a line, where a plus sign may have been lost"));
    }

    [TestCaseSource(nameof(Applied))]
    public async Task An_unusual_message_is_applied(Func<string, string> change)
    {
        var (text, log) = Make(change);
        var answer = await AssertFindsAgainAsync(Encoding.UTF8.GetBytes(text), log);
        Assert.That(answer.Outcome, Is.EqualTo("created"));
        Assert.That((await (await SharedService.GetAsync()).DeliverAsync(Encoding.UTF8.GetBytes(text))).Outcome, Is.EqualTo("duplicate"));
    }

    [TestCase("utf-16")]
    [TestCase("utf-16BE")]
    [TestCase("utf-32")]
    [TestCase("iso-8859-1")]
    public async Task Keeps_what_is_in_another_charset(string charset)
    {
        var (text, log) = Make(t => t.Replace("note", "Bericht f\u00FCr M\u00FCller"));
        var encoding = Encoding.GetEncoding(charset);
        foreach (var body in new[] { encoding.GetBytes(text), [.. encoding.Preamble, .. encoding.GetBytes(text)] })
        {
            await AssertFindsAgainAsync(body, charset == "iso-8859-1" ? log : null);
        }
    }

    [Test]
    public async Task Every_beginning_of_a_message_is_kept()
    {
        var (text, _) = Make();
        var body = Encoding.UTF8.GetBytes(text);
        for (var length = 0; length < body.Length; length += 7)
        {
            await AssertFindsAgainAsync(body[..length], null);
        }
    }

    [Test]
    public async Task An_empty_body_in_chunks_is_kept()
    {
        var service = await SharedService.GetAsync();
        var answer = await service.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/redox")
        {
            Content = new ByteArrayContent([]),
            Headers = { TransferEncodingChunked = true, Authorization = new AuthenticationHeaderValue(
                "Bearer", RunningService.EngineToken) },
        });
        Assert.That((answer.Status, answer.Outcome), Is.EqualTo((200, "unintelligible")));
        Assert.That((long)(await service.TraceDeliveryAsync(answer.DeliveryId().ToString()))["bodyBytes"]!, Is.Zero);
    }

    private static async Task<Answer> AssertFindsAgainAsync(byte[] body, string? log)
    {
        var service = await SharedService.GetAsync();
        var answer = await service.DeliverAsync(body);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        var trace = await service.TraceDeliveryAsync(answer.DeliveryId().ToString());
        Assert.That((string?)trace["outcome"], Is.EqualTo(answer.Outcome));
        Assert.That((long)trace["bodyBytes"]!, Is.EqualTo(body.Length));
        if (answer.Outcome is not "created")
        {
            ByteAssert.AreEqual(await StoredDeliveries.RawBytesAsync(answer.DeliveryId()), body);
            Assert.That((JArray)trace["violations"]!, Is.Not.Empty);
        }

        if (log is not null)
        {
            Assert.That((string?)(await service.TraceDeliveryAsync(log))["deliveryId"], Is.EqualTo(answer.DeliveryId().ToString()));
        }

        return answer;
    }

    private static (string Text, string Log) Make(Func<string, string>? change = null)
    {
        var log = Guid.NewGuid().ToString();
        var text = change?.Invoke(Whole) ?? Whole;
        return (text.Replace("%S", Message.NewSource()).Replace("%L", log).Replace("%D", Message.NewDocumentId()), log);
    }

    private static string Nested(int depth) => new StringBuilder().Insert(0, "[", depth).Append(']', depth).ToString();
}
