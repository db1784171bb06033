using System.Globalization;
using System.Text;

namespace Redox.Media.Tests.Soak.Support;

/// <summary>Requests that are wrong as HTTP, or that lie about themselves.</summary>
internal static class HttpShapes
{
    /// <summary>How a request at one of the two endpoints begins, up to what its shape adds, and whose token its reader has.</summary>
    private sealed record Driver(string Post, string ReaderToken);

    private static readonly Driver Intake =
        new($"POST / HTTP/1.1\r\nHost: localhost\r\nverification-token: {ServiceProcess.EngineToken}\r\n", ServiceProcess.StaffToken);

    private static readonly Driver Fhir = new(
        $"POST /Media HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {Fuzzer.ClientToken}\r\nContent-Type: application/fhir+json\r\n",
            Fuzzer.ClientToken);

    /// <summary>What a smuggler hides behind another request. It must never be answered.</summary>
    private const string Hidden = "GET /health/live?hidden HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private static readonly Func<Random, Driver, string, (string Name, string Bytes)>[] All =
    [
        (random, driver, body) =>
            ("Content-Length and chunked", driver.Post
            + $"Content-Length: {random.Next(body.Length)}\r\nTransfer-Encoding: chunked\r\n\r\n{Chunk(body)}0\r\n\r\n"),
        (_, driver, _) =>
            ("hidden behind Content-Length and chunked", driver.Post
            + $"Content-Length: {5 + Hidden.Length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{Hidden}"),
        (_, driver, body) => ("two Content-Lengths", driver.Post + $"Content-Length: {body.Length}\r\nContent-Length: 0\r\n\r\n{body}"),
        (_, driver, body) => ("a list of Content-Lengths", driver.Post + $"Content-Length: {body.Length}, {body.Length}\r\n\r\n{body}"),
        (random, driver, body) => ("strange Content-Length", driver.Post + $"Content-Length: {Odd(random)}\r\n\r\n{body}"),
        (random, driver, body) =>
            ("strange Transfer-Encoding", driver.Post + $"Transfer-Encoding: {OddCoding(random)}\r\n\r\n{Chunk(body)}0\r\n\r\n"),
        (random, driver, body) =>
            ("bad chunk size", driver.Post + $"Transfer-Encoding: chunked\r\n\r\n{OddSize(random)}\r\n{body}\r\n0\r\n\r\n"),
        (_, driver, body) => ("chunk longer than it says", driver.Post + $"Transfer-Encoding: chunked\r\n\r\n5\r\n{body}\r\n0\r\n\r\n"),
        (random, driver, body) =>
            ("long chunk extension", driver.Post
            + $"Transfer-Encoding: chunked\r\n\r\n{body.Length:x};{new string('e', random.Next(40_000))}\r\n{body}\r\n0\r\n\r\n"),
        (random, driver, body) =>
            ("trailers", driver.Post + $"Transfer-Encoding: chunked\r\n\r\n{Chunk(body)}0\r\n{Flood(random, random.Next(200))}\r\n"),
        (_, driver, body) => ("body cut off", driver.Post + $"Content-Length: {body.Length + 100}\r\n\r\n{body}"),
        (random, driver, _) => ("header flood", driver.Post + Flood(random, random.Next(50, 5000)) + "\r\n"),
        (random, driver, _) => ("one long header", driver.Post + "X-Long: " + new string('a', random.Next(20_000, 200_000)) + "\r\n\r\n"),
        (random, _, _) =>
            ("long request line", "GET /" + new string('a', random.Next(8_000, 100_000)) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        (random, _, _) =>
            ("long query",
            $"GET /?challenge={new string('a', random.Next(4_000))}&verification-token={ServiceProcess.EngineToken} HTTP/1.1\r\nHost: "
                + $"localhost\r\n\r\n"),
        (_, driver, body) => ("obsolete line folding", driver.Post + $"X-Folded: a\r\n b\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
        (_, driver, body) => ("space before the colon", driver.Post + $"Content-Length : {body.Length}\r\n\r\n{body}"),
        (_, driver, body) =>
            ("bare line feeds", (driver.Post + $"Content-Length: {body.Length}\r\n\r\n")
                .Replace("\r", "", StringComparison.Ordinal) + body),
        (_, driver, body) => ("zero byte in a header", driver.Post + $"X-Zero: a\0b\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
        (_, _, body) => ("no Host", $"POST / HTTP/1.1\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
        (_, driver, body) => ("two Hosts", driver.Post + $"Host: other\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
        (random, _, body) =>
            ("strange method", $"{OddMethod(random)} / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
        (random, _, _) =>
            ("strange search",
            $"GET /{One(random, "Media", "DocumentReference")}?{OddSearch(random)} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + $"{Fuzzer.ClientToken}\r\n\r\n"),
        (random, driver, _) =>
            ("strange target",
                $"GET {OddTarget(random)} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {driver.ReaderToken}\r\n\r\n"),
        (random, _, _) => ("other protocol", OddProtocol(random)),
        (_, driver, body) => ("pipelined junk", driver.Post + $"Content-Length: {body.Length}\r\n\r\n{body}\0\x01garbage \xff\r\n\r\n"),
        (_, driver, body) =>
            ("pipelined requests", string.Concat(Enumerable.Repeat(driver.Post + $"Content-Length: {body.Length}\r\n\r\n{body}", 3))),
        (_, driver, body) => ("expectation", driver.Post + $"Expect: 100-continue\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
        (_, driver, body) =>
            ("upgrade", driver.Post
                + $"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
        (_, driver, _) =>
            ("compression bomb", driver.Post + $"Content-Encoding: gzip\r\nContent-Length: {Mutations.Bomb().Length}\r\n\r\n"
            + Encoding.Latin1.GetString(Mutations.Bomb())),
        (_, driver, body) =>
            ("claim of compression", driver.Post + $"Content-Encoding: br, gzip, deflate\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
        (_, driver, _) => ("a length of terabytes", driver.Post + "Content-Length: 9000000000000\r\n\r\n{"),
        (random, driver, body) => ("spoilt bytes", Spoil(random, driver.Post + $"Content-Length: {body.Length}\r\n\r\n{body}")),
    ];

    public static int Count => All.Length;

    /// <summary>A shape around a valid message.</summary>
    public static (string Name, byte[] Bytes) Make(Random random, string body, bool isFhir)
    {
        var (name, text) = All[random.Next(All.Length)](random, isFhir ? Fhir : Intake, body);
        return (name, Encoding.Latin1.GetBytes(text));
    }

    /// <summary>Whether an answer to the hidden request is among what was heard.</summary>
    public static bool HearsHidden(string name, string heard) =>
        name.StartsWith("hidden", StringComparison.Ordinal) && heard.Contains("\"live\"", StringComparison.Ordinal);

    private static string Chunk(string body) => string.Create(CultureInfo.InvariantCulture, $"{body.Length:x}\r\n{body}\r\n");

    private static string Flood(Random random, int count) =>
        string.Concat(Enumerable.Range(0, count)
            .Select(number => $"X-{random.Next(1000)}-{number}: {new string('v', random.Next(20))}\r\n"));

    private static string Odd(Random random) => One(random, "-1", "+5", "0x10", "1e3", " 5 5", "99999999999999999999", "", "5;5", "\x00");

    private static string OddCoding(Random random) =>
        One(random, "chunked, chunked", "gzip, chunked", "xchunked", "identity", "chunked, identity", "\tchunked", "Chunked\x0b", "");

    private static string OddSize(Random random) =>
        One(random, "-5", "0x5", "FFFFFFFFFFFFFFFFFF", "", " 5", "5 ", "G", "7FFFFFFF", "80000000", "+5", "5\n");

    private static string OddMethod(Random random) =>
        One(random, "PUT", "DELETE", "TRACE", "CONNECT", "OPTIONS", "HEAD", "PATCH", "post", "A B", "\x7f", new string('M', 9000), "PRI");

    private static string OddTarget(Random random) => One(
        random, "//", "/%", "/%00", "/%ff", "/../../etc/passwd", "*", "http://other/", "/support/api/deliveries/%00",
            "/support/api/deliveries/%ed%a0%80",
        "/support/api/deliveries/"
            + new string('x', 4000), "/support/api/documents/-/", "/support/api/documents/%2F/%2F%00\\", "/support/api/documents/a/b/c/d",
        "/?verification-token=%&challenge=%00", "/health/ready?%", "/support/api/deliveries/a%5C0000", "\\", "/\xff",
        "/Media/%00", "/Media/%ed%a0%80", "/Media/"
            + new string('x', 4000), "/Media?_id=%00&_count=-1", "/Media?patient=%&created=gt", "/Media?_page=AAAA",
            "/Media?identifier=|%00",
        "/Media/a/_history/%2F", "/Media/a/files/content?%ff", "/DocumentReference?_lastUpdated=ge9999999", "/metadata?%",
            "/Media/_search/x", "/Media/_history");

    private static string OddSearch(Random random) =>
        string.Join('&', Enumerable.Range(0, random.Next(1, 5)).Select(_ => OddParameter(random)));

    private static string OddParameter(Random random) =>
        One(random, "_id", "identifier", "patient", "subject", "encounter", "status", "type", "created", "date", "_lastUpdated", "_count",
            "_page", "_sort", "_format", "%00", "")
        + One(random, "", "", ":exact", ":missing", ":not", ":Patient", ":%ff")
        + One(random, "=", "=", "=", "", "==")
        + One(
            random, "", "a", "|", "a|b", "|%00", "%ed%a0%80", "%", "%zz", ",", "a,,b", "\\,", "-1", "0", "1", "99999999999999999999", "gt",
                "ge2026", "2026-02-30", "eb0001-01-01T00:00:00Z",
            "lt9999-12-31T23:59:60.999999999Z", "2026-11-22T01:02:03%2B14:00", "Patient/a", "Patient/"
                + new string('p', 3000), "http://x/Patient/1", "Encounter/", "completed", "AAAA", "%F0%9F%98%80",
            new string(',', 2000));

    private static string OddProtocol(Random random) => One(
        random, "GET /\r\n\r\n", "GET / HTTP/1.0\r\n\r\n", "GET / HTTP/9.9\r\nHost: a\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "\x16\x03\x01\x02\x00\x01\x00", "\r\n\r\n\r\n",
        "SSH-2.0-x\r\n", new string('\xff', 5000), "GET / HTTP/1.1\r\n: empty\r\n\r\n", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n");

    private static string Spoil(Random random, string request)
    {
        var bytes = request.ToCharArray();
        for (var count = random.Next(1, 6); count > 0; count--)
        {
            bytes[random.Next(Math.Min(bytes.Length, 200))] = (char)random.Next(256);
        }

        return new string(bytes);
    }

    private static string One(Random random, params string[] choices) => choices[random.Next(choices.Length)];
}
