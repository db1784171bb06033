using System.Globalization;
using System.Text;

namespace Redox.Media.Tests.Soak.Support;

/// <summary>Requests that are wrong as HTTP, or that lie about themselves.</summary>
internal static class HttpShapes
{
    private const string Head = "POST / HTTP/1.1\r\nHost: localhost\r\nverification-token: " + ServiceProcess.EngineToken + "\r\n";

    /// <summary>What a smuggler hides behind another request. It must never be answered.</summary>
    private const string Hidden = "GET /health/live?hidden HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private static readonly Func<Random, string, (string Name, string Bytes)>[] All =
    [
        (random, body) => ("Content-Length and chunked", Head + $"Content-Length: {random.Next(body.Length)}\r\nTransfer-Encoding: chunked\r\n\r\n{Chunk(body)}0\r\n\r\n"),
        (_, _) => ("hidden behind Content-Length and chunked", Head + $"Content-Length: {5 + Hidden.Length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{Hidden}"),
        (_, body) => ("two Content-Lengths", Head + $"Content-Length: {body.Length}\r\nContent-Length: 0\r\n\r\n{body}"),
        (_, body) => ("a list of Content-Lengths", Head + $"Content-Length: {body.Length}, {body.Length}\r\n\r\n{body}"),
        (random, body) => ("strange Content-Length", Head + $"Content-Length: {Odd(random)}\r\n\r\n{body}"),
        (random, body) => ("strange Transfer-Encoding", Head + $"Transfer-Encoding: {OddCoding(random)}\r\n\r\n{Chunk(body)}0\r\n\r\n"),
        (random, body) => ("bad chunk size", Head + $"Transfer-Encoding: chunked\r\n\r\n{OddSize(random)}\r\n{body}\r\n0\r\n\r\n"),
        (_, body) => ("chunk longer than it says", Head + $"Transfer-Encoding: chunked\r\n\r\n5\r\n{body}\r\n0\r\n\r\n"),
        (random, body) => ("long chunk extension", Head + $"Transfer-Encoding: chunked\r\n\r\n{body.Length:x};{new string('e', random.Next(40_000))}\r\n{body}\r\n0\r\n\r\n"),
        (random, body) => ("trailers", Head + $"Transfer-Encoding: chunked\r\n\r\n{Chunk(body)}0\r\n{Flood(random, random.Next(200))}\r\n"),
        (_, body) => ("body cut off", Head + $"Content-Length: {body.Length + 100}\r\n\r\n{body}"),
        (random, _) => ("header flood", Head + Flood(random, random.Next(50, 5000)) + "\r\n"),
        (random, _) => ("one long header", Head + "X-Long: " + new string('a', random.Next(20_000, 200_000)) + "\r\n\r\n"),
        (random, _) => ("long request line", "GET /" + new string('a', random.Next(8_000, 100_000)) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        (random, _) => ("long query", $"GET /?challenge={new string('a', random.Next(4_000))}&verification-token={ServiceProcess.EngineToken} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        (_, body) => ("obsolete line folding", Head + $"X-Folded: a\r\n b\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
        (_, body) => ("space before the colon", Head + $"Content-Length : {body.Length}\r\n\r\n{body}"),
        (_, body) => ("bare line feeds", (Head + $"Content-Length: {body.Length}\r\n\r\n").Replace("\r", "", StringComparison.Ordinal) + body),
        (_, body) => ("zero byte in a header", Head + $"X-Zero: a\0b\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
        (_, body) => ("no Host", $"POST / HTTP/1.1\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
        (_, body) => ("two Hosts", Head + $"Host: other\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
        (random, body) => ("strange method", $"{OddMethod(random)} / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
        (random, _) => ("strange target", $"GET {OddTarget(random)} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {ServiceProcess.StaffToken}\r\n\r\n"),
        (random, _) => ("other protocol", OddProtocol(random)),
        (_, body) => ("pipelined junk", Head + $"Content-Length: {body.Length}\r\n\r\n{body}\0\x01garbage \xff\r\n\r\n"),
        (_, body) => ("pipelined requests", string.Concat(Enumerable.Repeat(Head + $"Content-Length: {body.Length}\r\n\r\n{body}", 3))),
        (_, body) => ("expectation", Head + $"Expect: 100-continue\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
        (_, body) => ("upgrade", Head + $"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
        (_, _) => ("compression bomb", Head + $"Content-Encoding: gzip\r\nContent-Length: {Mutations.Bomb().Length}\r\n\r\n" + Encoding.Latin1.GetString(Mutations.Bomb())),
        (_, body) => ("claim of compression", Head + $"Content-Encoding: br, gzip, deflate\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
        (_, _) => ("a length of terabytes", Head + "Content-Length: 9000000000000\r\n\r\n{"),
        (random, body) => ("spoilt bytes", Spoil(random, Head + $"Content-Length: {body.Length}\r\n\r\n{body}")),
    ];

    public static int Count => All.Length;

    /// <summary>A shape around a valid message.</summary>
    public static (string Name, byte[] Bytes) Make(Random random, string body)
    {
        var (name, text) = All[random.Next(All.Length)](random, body);
        return (name, Encoding.Latin1.GetBytes(text));
    }

    /// <summary>Whether an answer to the hidden request is among what was heard.</summary>
    public static bool HearsHidden(string name, string heard) =>
        name.StartsWith("hidden", StringComparison.Ordinal) && heard.Contains("\"live\"", StringComparison.Ordinal);

    private static string Chunk(string body) => string.Create(CultureInfo.InvariantCulture, $"{body.Length:x}\r\n{body}\r\n");

    private static string Flood(Random random, int count) =>
        string.Concat(Enumerable.Range(0, count).Select(number => $"X-{random.Next(1000)}-{number}: {new string('v', random.Next(20))}\r\n"));

    private static string Odd(Random random) => One(random, "-1", "+5", "0x10", "1e3", " 5 5", "99999999999999999999", "", "5;5", "\x00");

    private static string OddCoding(Random random) => One(random, "chunked, chunked", "gzip, chunked", "xchunked", "identity", "chunked, identity", "\tchunked", "Chunked\x0b", "");

    private static string OddSize(Random random) => One(random, "-5", "0x5", "FFFFFFFFFFFFFFFFFF", "", " 5", "5 ", "G", "7FFFFFFF", "80000000", "+5", "5\n");

    private static string OddMethod(Random random) => One(random, "PUT", "DELETE", "TRACE", "CONNECT", "OPTIONS", "HEAD", "PATCH", "post", "A B", "\x7f", new string('M', 9000), "PRI");

    private static string OddTarget(Random random) => One(
        random, "//", "/%", "/%00", "/%ff", "/../../etc/passwd", "*", "http://other/", "/support/api/deliveries/%00", "/support/api/deliveries/%ed%a0%80",
        "/support/api/deliveries/" + new string('x', 4000), "/support/api/documents/-/", "/support/api/documents/%2F/%2F%00\\", "/support/api/documents/a/b/c/d",
        "/?verification-token=%&challenge=%00", "/health/ready?%", "/support/api/deliveries/a%5C0000", "\\", "/\xff");

    private static string OddProtocol(Random random) => One(
        random, "GET /\r\n\r\n", "GET / HTTP/1.0\r\n\r\n", "GET / HTTP/9.9\r\nHost: a\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00", "\r\n\r\n\r\n",
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
