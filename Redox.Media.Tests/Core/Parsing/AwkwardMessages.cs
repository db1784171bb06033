using System.Text;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Tests.Core.Parsing;

/// <summary>
/// Bodies that real or hostile senders make. What stands between « and », marks excluded, is the text that the envelope must lack.
/// </summary>
internal static class AwkwardMessages
{
    private const MessageDefect Fine = MessageDefect.None;

    public static IEnumerable<AwkwardMessage> All =>
    [
        // The dialects of base64.
        File("Plain", "«AAECAwQF»"),
        File("Empty_string", "«»"),
        File("Length_1_modulo_3", "«AQ==»"),
        File("Length_2_modulo_3", "«AQI=»"),
        File("Length_0_modulo_3", "«AQID»"),
        File("Padding_missing_one", "«AQI»"),
        File("Padding_missing_two", "«AQIDBA»"),
        File("Padding_missing_after_escape", "«\\u002B\\/8»"),
        File("Plus_and_slash_escaped", "«\\u002B\\/\\/\\u002b»"),
        File("Slashes_escaped_late", "«AAECAwQFBgcI/+//AAEC\\/\\/\\/\\/AAECAwQF»"),
        File("Padding_escaped", "«AQ\\u003D\\u003d»"),
        File("Padding_half_escaped", "«AQ=\\u003D»"),
        File("Letters_escaped", "«\\u0041\\u0051\\u0049\\u0044»"),
        File("Line_feed_at_the_end", "«aGVsbG8K\\n»"),
        File("Lines_of_CR_LF", "«AQID\\r\\nBAUG\\r\\nBw==\\r\\n»"),
        File("Lines_inside_a_group", "«AQ\\nIDBAU\\rG»"),
        File("Line_break_as_unicode_escape", "«AQID\\u000D\\u000aBAUG»"),
        File("Blanks_at_both_ends", "« \\tAQIDBAUG  »"),
        File("Blanks_before_and_after_line_breaks", "«AQ \\nID\\t\\r\\n\\f BA\\r  \\n\\tUG»"),
        File("Line_break_inside_padding", "«AQ=\\n =»"),
        File("Space_after_padding", "«AQ== »"),
        File("White_space_only", "« \\r\\n »"),
        File("Bits_left_over", "«AR==»"),
        File("Bits_left_over_in_two", "«AQJ=»"),
        File("Every_byte_value", $"«{Convert.ToBase64String(Bytes(256))}»"),

        // What is not base64.
        File("Placeholder", "«<...base 64 file contents...>»", FileEncoding.Undecodable),
        File("Cut_off_base64", "«AQIDB»", FileEncoding.Undecodable),
        File("Padding_cut_off", "«AQIDBA=»", FileEncoding.Undecodable),
        File("Padding_alone", "«====»", FileEncoding.Undecodable),
        File("Padding_too_much", "«AQ===»", FileEncoding.Undecodable),
        File("Padding_after_a_full_group", "«AQID=»", FileEncoding.Undecodable),
        File("Padding_in_the_middle", "«AQ==AQID»", FileEncoding.Undecodable),
        File("Padding_in_the_middle_after_a_break", "«AQIDAQ==\\nAQID»", FileEncoding.Undecodable),
        File("Url_alphabet", "«AQID-_-_»", FileEncoding.Undecodable),
        File("Blank_inside_a_line", "«AQID BAUG»", FileEncoding.Undecodable),
        File("Blank_inside_a_group", "«AQ IDBAUG»", FileEncoding.Undecodable),
        File("Blanks_inside_a_line", "«AQID  BAU»", FileEncoding.Undecodable),
        File("Blank_inside_the_second_line", "«AQID\\nBA UG»", FileEncoding.Undecodable),
        File("Tab_inside_a_line", "«AQID\\tBAUG»", FileEncoding.Undecodable),
        File("Form_feed_inside_a_line", "«AQID\\fBAUG»", FileEncoding.Undecodable),
        File("Blank_as_unicode_escape_inside_a_line", "«AQID\\u0020BAUG»", FileEncoding.Undecodable),
        File("Blank_before_padding", "«AQ ==»", FileEncoding.Undecodable),
        File("Blank_inside_padding", "«AQ= =»", FileEncoding.Undecodable),
        File("Blank_before_an_escaped_letter", "«AQI \\u0044»", FileEncoding.Undecodable),
        File("Data_URL", "«data:image/png;base64,AQID»", FileEncoding.Undecodable),
        File("Garbage_after_breaks", "«AQID\\nBAUG\\n?»", FileEncoding.Undecodable),
        File("Escaped_quote_and_backslash", "«AQ\\\"\\\\ID»", FileEncoding.Undecodable),
        File("Backspace", "«AQID\\bBAUG»", FileEncoding.Undecodable),
        File("Null_character", "«AQID\\u0000BAUG»", FileEncoding.Undecodable),
        File("Lone_surrogate", "«AQID\\ud800BAUG»", FileEncoding.Undecodable),
        File("Full_width_letters", "«ＡＱＩＤ»", FileEncoding.Undecodable),
        File("Letter_a_plane_up", "«AQI\\u0144»", FileEncoding.Undecodable),
        File("Delete_character", "«AQI\u007F»", FileEncoding.Undecodable),

        // References stay in the envelope.
        File("Blob_URI", "https://blob.redoxengine.com/14652614", FileEncoding.Reference),
        File("Blob_URI_escaped", "https:\\/\\/blob.redoxengine.com\\/blob\\/14652614", FileEncoding.Reference),
        File("Blob_URI_escaped_all_over", "\\u0068ttp\\u003A//blob", FileEncoding.Reference),
        File("URI_in_capitals", "HTTPS://BLOB", FileEncoding.Reference),
        File("URI_with_umlaut", "http://ä\\u00e4", FileEncoding.Reference),
        File("URI_of_another_scheme", "«ftp://blob»", FileEncoding.Undecodable),
        File("Nearly_a_URI", "«http:/»", FileEncoding.Undecodable),

        // Where the member stands, and where its like stands.
        Body("Meta_last", """{"Media":{"FileContents":"«AQID»","FileName":"a.png"},"Meta":{"DataModel":"Media"}}""", FileEncoding.Base64),
        Body("File_first_and_only", """{"Media":{"FileContents":"«AQID»"}}""", FileEncoding.Base64),
        Body("White_space_everywhere", "\r\n { \"Media\" : {\t\"FileContents\"\n:\r\n \t\"«AQID»\" \n}\n } \n", FileEncoding.Base64),
        Body("Escaped_names", """{"\u004dedia":{"File\u0043ontents":"«AQID»"}}""", FileEncoding.Base64),
        Body("Names_of_lone_surrogates",
            """{"\ud800dia":{},"Media":{"\uD800leContents":"AQID","FileContents\udc00":1,"FileContents":"«AQID»"}}""", FileEncoding.Base64),
        Body("Decoys_around",
            """{"FileContents":"AA==","Meta":{"FileContents":"AA==","Media":{"FileContents":"AA=="}},"Media":{"FileContents":"«AQID»","Provider":{"FileContents":"AA=="}},"Other":{"FileContents":"AA=="}}""", FileEncoding.Base64),
        Body("Decoys_only",
            """{"FileContents":"AA==","media":{"FileContents":"AA=="},"Media":{"filecontents":"AA==","FileContents ":"AA=="}}""",
            FileEncoding.Absent),
        Body("Media_inside_Media", """{"Media":{"Media":{"FileContents":"AA=="},"FileContents":"«AQID»"}}""", FileEncoding.Base64),
        Body("Media_as_array", """{"Media":[{"FileContents":"AA=="},{"Media":{"FileContents":"AA=="}}]}""", FileEncoding.Absent),
        Body("Array_at_the_root", """[{"Media":{"FileContents":"AA=="}}]""", FileEncoding.Absent),
        Body("Array_before_the_file", """{"Media":{"Notifications":[{"FileContents":"AA=="},[[]],{}],"FileContents":"«AQID»"}}""",
            FileEncoding.Base64),
        Body("File_is_null", """{"Media":{"FileContents":null},"Meta":{}}""", FileEncoding.Absent),
        Body("File_is_a_number", """{"Media":{"FileContents": -1.5e3 }}""", FileEncoding.Absent),
        Body("File_is_an_object", """{"Media":{"FileContents":{"FileContents":"AA==","Media":{"FileContents":"AA=="}}}}""",
            FileEncoding.Absent),
        Body("File_is_an_array", """{"Media":{"FileContents":["AA=="]}}""", FileEncoding.Absent),
        Body("Two_files", """{"Media":{"FileContents":"«AQID»","FileContents":"BAUG"}}""", FileEncoding.Base64, MessageDefect.RepeatedFile),
        Body("Two_files_in_two_Media", """{"Media":{"FileContents":"«AQID»"},"Media":{"FileContents":"BAUG"}}""", FileEncoding.Base64,
            MessageDefect.RepeatedFile),
        Body("Null_and_then_a_file", """{"Media":{"FileContents":null,"FileContents":"BAUG"}}""", FileEncoding.Absent,
            MessageDefect.RepeatedFile),
        Body("Second_Media_has_the_file", """{"Media":{"A":1},"Media":{"FileContents":"«AQID»"}}""", FileEncoding.Base64),
        Body("Media_is_null", """{"Media":null,"X":{"FileContents":"AA=="}}""", FileEncoding.Absent),
        Body("Escapes_in_the_envelope",
            """{"Meta":{"DataModel":"Me\u0064ia","N":"\ud83d\ude00\u0000\ud800"},"Media":{"FileContents":"«AQID»","FileName":"sch\u00f6n \"\\\/ ö 😀.png"}}""", FileEncoding.Base64),
        Body("Number_of_many_digits", """{"Meta":{"N":123456789012345678901234567890.0000000001e+99},"Media":{"FileContents":"«AQID»"}}""",
            FileEncoding.Base64),
        Body("Scalar_at_the_root", "12", FileEncoding.Absent),
        Body("String_at_the_root", "\"Media\"", FileEncoding.Absent),
        Body("Byte_order_mark", "\uFEFF{\"Media\":{\"FileContents\":\"«AQID»\"}}", FileEncoding.Base64),

        // What is not JSON.
        Broken("Empty_body", ""),
        Broken("White_space_body", " \r\n"),
        Broken("Byte_order_mark_alone", "\uFEFF"),
        Broken("Byte_order_mark_twice", "\uFEFF\uFEFF{}"),
        Broken("Text", "hello"),
        Broken("Form", "Media=1&FileContents=AQID"),
        Broken("Something_after_the_root", """{"Media":{"FileContents":"«AQID»"}} {}"""),
        Broken("Comma_too_many", """{"Media":{"FileContents":"«AQID»",}}"""),
        Broken("Broken_before_the_file", """{"Meta":tru,"Media":{"FileContents":"AQID"}}"""),
        Broken("Cut_off_in_the_envelope", """{"Media":{"FileContents":"«AQID»","FileName":"a.p"""),
        Broken("Cut_off_before_the_colon", """{"Media":{"FileContents" """),
        Broken("Cut_off_after_the_colon", """{"Media":{"FileContents": """),
        Broken("Cut_off_after_the_opening_quote", """{"Media":{"FileContents":" """.TrimEnd()),
        Broken("Cut_off_in_the_file", """{"Media":{"FileContents":"AQIDB"""),
        Broken("Cut_off_in_an_escape", """{"Media":{"FileContents":"AQIDB\u00"""),
        Broken("Cut_off_after_a_break", """{"Media":{"FileContents":"AQIDB\nAQ"""),
        Broken("Cut_off_in_padding", """{"Media":{"FileContents":"AQIDBA="""),
        Broken("Raw_line_break_in_the_file", "{\"Media\":{\"FileContents\":\"AQID\nBAUG\"}}"),
        Broken("Raw_tab_in_an_undecodable_file", "{\"Media\":{\"FileContents\":\"A?\tBAUG\"}}"),
        Broken("Raw_line_break_in_the_envelope", "{\n\"Media\":{\n\"FileContents\":\"«AQID»\",\n\"A\":\"\n\"}}"),
        Broken("Unknown_escape_in_the_file", """{"Media":{"FileContents":"AQID\xBAUG"}}"""),
        Broken("Unknown_digit_in_the_file", """{"Media":{"FileContents":"AQID\u00g0UG"}}"""),
        Broken("Broken_after_a_reference", """{"Media":{"FileContents":"http://a"x}"""),
        Broken("Broken_on_the_third_line", "{\n\"Media\":{\"FileContents\":\"«AQID»\"},\n!}"),
        new("UTF_16_with_mark", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("{\"A\":1}")], null, FileEncoding.Absent,
            MessageDefect.NotJson | MessageDefect.NotUtf8),
        new("UTF_16_without_mark", Encoding.Unicode.GetBytes("{\"A\":1}"), null, FileEncoding.Absent, MessageDefect.NotJson),
        new("Part_of_a_mark", [0xEF, 0xBB], null, FileEncoding.Absent, MessageDefect.NotJson),
        new("Latin_1_in_the_envelope", Encoding.Latin1.GetBytes("{\"A\":\"M\u00FCller\",\"Media\":{\"FileContents\":\"AQID\"}}"),
            "{\"A\":\"M\u00FCller\",\"Media\":{\"FileContents\":\"\"}}", FileEncoding.Base64, MessageDefect.NotUtf8),
        new("Latin_1_in_the_file", Encoding.Latin1.GetBytes("{\"Media\":{\"FileContents\":\"AQ\u00FCD\"}}"),
            "{\"Media\":{\"FileContents\":\"\"}}", FileEncoding.Undecodable, Fine),
        new("Latin_1_outside_strings", Encoding.Latin1.GetBytes("{\u00FC}"), null, FileEncoding.Absent,
            MessageDefect.NotJson | MessageDefect.NotUtf8),
    ];

    public static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(value => (byte)value)];

    /// <summary>A message round a file's text, and round that an ordinary envelope.</summary>
    private static AwkwardMessage File(string name, string text, FileEncoding form = FileEncoding.Base64) => Body(
        name, "{\"Meta\":{\"DataModel\":\"Media\",\"EventType\":\"New\"},\"Media\":{\"FileContents\":\"" + text
            + "\",\"DocumentID\":\"b1\"}}", form);

    private static AwkwardMessage Body(string name, string marked, FileEncoding form, MessageDefect defect = Fine)
    {
        var start = marked.IndexOf('«');
        var envelope = (start < 0 ? marked : marked.Remove(start, marked.IndexOf('»') + 1 - start)).TrimStart('\uFEFF');
        return new(name, Encoding.UTF8.GetBytes(marked.Replace("«", "").Replace("»", "")), envelope, form, defect);
    }

    private static AwkwardMessage Broken(string name, string marked) =>
        Body(name, marked, FileEncoding.Absent, MessageDefect.NotJson) with { Envelope = null };
}

/// <param name="Name">Says what is awkward about it.</param>
/// <param name="Body">As sent.</param>
/// <param name="Envelope">
/// The expected envelope, one character for each byte beyond ASCII when the body is not UTF-8; null when it is broken.
/// </param>
/// <param name="Form">The expected form of the file; of no meaning when it is broken.</param>
/// <param name="Defect">The expected defects.</param>
internal sealed record AwkwardMessage(string Name, byte[] Body, string? Envelope, FileEncoding Form, MessageDefect Defect)
{
    public override string ToString() => Name;
}
