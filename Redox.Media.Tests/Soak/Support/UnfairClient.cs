using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Soak.Support;

/// <summary>
/// A client that does everything at once by which it could keep the service from others. Its answers are only counted.
/// </summary>
internal sealed class UnfairClient : IDisposable
{
    public const string Token = "soak-unfair-client-0001";
    public const string TokenWithoutScope = "soak-noscope-client-001";
    public const string Source = "unfair";

    private const int LargeFileBytes = 22 * 1024 * 1024;
    private const int UploadBytesPerSecond = 9 * 1024;
    private const int ReadBytesPerSecond = 30 * 1024;

    private readonly ServiceProcess _service;
    private readonly HttpClient _http;
    private readonly ConcurrentDictionary<string, int> _statuses = new();
    private string _contentPath = "";

    private UnfairClient(ServiceProcess service)
    {
        _service = service;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = service.Address };
    }

    /// <summary>A delivery that staff can look up.</summary>
    public string KnownDelivery { get; private set; } = "";

    public string Statuses => string.Join(", ", _statuses.OrderBy(status => status.Key).Select(status => $"{status.Key}: {status.Value}"));

    /// <summary>Stores the file that the slow readers read.</summary>
    public static async Task<UnfairClient> PrepareAsync(ServiceProcess service)
    {
        var client = new UnfairClient(service);
        var media = new JObject
        {
            ["resourceType"] = "Media",
            ["status"] = "completed",
            ["content"] = new JObject { ["contentType"] = "image/jpeg", ["data"] = Convert.ToBase64String(new byte[LargeFileBytes]) },
        };
        using var request = Post("/Media", media.ToString(Formatting.None));
        using var created = await client._http.SendAsync(request);
        created.EnsureSuccessStatusCode();
        client._contentPath = created.Headers.Location!.AbsolutePath.Split("/_history/")[0] + "/files/content";
        client.KnownDelivery = created.Headers.GetValues("X-Correlation-Id").Single();
        return client;
    }

    public async Task RunAsync(UnfairParts parts, CancellationToken end)
    {
        List<Task> tasks = [];
        Start(UnfairParts.Uploads, 4, () => UploadAsync(TokenWithoutScope, 62_914_560, 1000, end));
        Start(UnfairParts.Uploads, 4, () => UploadAsync(Token, 62_914_560, 1000, end));
        Start(UnfairParts.Uploads, 256, () => UploadAsync(Token, 65_536, 60_000, end));
        Start(UnfairParts.Searches, 4, () => SendAsync(Search(), end));
        Start(UnfairParts.Readers, 8, () => ReadSlowlyAsync(end));
        Start(UnfairParts.Rate, 16, () => SendAsync(Post("/", Message.Query("x").ToString(Formatting.None)), end));
        Start(UnfairParts.Connections, 1100, () => IdleAsync(end));
        Start(UnfairParts.Files, 6, () => SendAsync(Post("/", Event(LargeFileBytes).ToString(Formatting.None)), end));
        Start(UnfairParts.Rejected, 4, () => SendAsync(Post("/", Unknown(Source).ToString(Formatting.None)), end));
        Start(UnfairParts.Rejected, 4, () => SendAsync(Post("/", Unknown("soak-hospital").ToString(Formatting.None)), end));
        await Task.WhenAll(tasks);

        void Start(UnfairParts part, int count, Func<Task> work)
        {
            if (parts.HasFlag(part))
            {
                tasks.AddRange(Enumerable.Range(0, count).Select(_ => RepeatAsync(work, end)));
            }
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Begins again when it has been answered or disconnected, after a pause that bounds the load.</summary>
    private static async Task RepeatAsync(Func<Task> work, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                await work();
                await Task.Delay(20, end);
            }
            catch (Exception exception)
                when (exception is SocketException or HttpRequestException or IOException or OperationCanceledException)
            {
                await Task.Delay(100, CancellationToken.None);
            }
        }
    }

    private async Task UploadAsync(string token, int length, int firstBytes, CancellationToken end)
    {
        using var socket = await ConnectAsync(end);
        var head = $"POST / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Length: {length}\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(head + "{\"Media\":{\"FileContents\":\"" + new string('A', firstBytes)), end);
        var reading = ReadToEndAsync(socket, int.MaxValue, end);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        for (var sent = firstBytes; sent < length - UploadBytesPerSecond && !reading.IsCompleted; sent += UploadBytesPerSecond / 2)
        {
            await timer.WaitForNextTickAsync(end);
            await socket.SendAsync(Encoding.ASCII.GetBytes(new string('A', UploadBytesPerSecond / 2)), end);
        }

        Count(await reading);
    }

    private async Task ReadSlowlyAsync(CancellationToken end)
    {
        using var socket = await ConnectAsync(end);
        await socket.SendAsync(
            Encoding.ASCII.GetBytes($"GET {_contentPath} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {Token}\r\n\r\n"), end);
        Count(await ReadToEndAsync(socket, ReadBytesPerSecond, end));
    }

    private async Task IdleAsync(CancellationToken end)
    {
        using var socket = await ConnectAsync(end);
        await ReadToEndAsync(socket, int.MaxValue, end);
    }

    private async Task SendAsync(HttpRequestMessage request, CancellationToken end)
    {
        using (request)
        {
            using var response = await _http.SendAsync(request, end);
            Count(((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    private async Task<Socket> ConnectAsync(CancellationToken end)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true, ReceiveBufferSize = 4096,
        };
        await socket.ConnectAsync(_service.EndPoint, end);
        return socket;
    }

    /// <returns>The status of the answer; "closed" without one.</returns>
    private static async Task<string> ReadToEndAsync(Socket socket, int bytesPerSecond, CancellationToken end)
    {
        var buffer = new byte[Math.Min(bytesPerSecond, 4096)];
        var status = "closed";
        while (await socket.ReceiveAsync(buffer, SocketFlags.None, end) is > 0 and var count)
        {
            if (status == "closed" && count > 12 && buffer.AsSpan().StartsWith("HTTP/1.1 "u8))
            {
                status = Encoding.ASCII.GetString(buffer, 9, 3);
            }

            if (bytesPerSecond < int.MaxValue)
            {
                await Task.Delay(TimeSpan.FromSeconds(count / (double)bytesPerSecond), end);
            }
        }

        return status;
    }

    private void Count(string status) => _statuses.AddOrUpdate(status, 1, (_, count) => count + 1);

    private static HttpRequestMessage Post(string path, string body) => new(HttpMethod.Post, path)
    {
        Content = new StringContent(body, Encoding.UTF8, "application/json"),
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Token) },
    };

    private static HttpRequestMessage Search() => new(HttpMethod.Post, "/Media/_search")
    {
        Content = new StringContent(
            string.Join('&', Enumerable.Repeat("identifier=x%7Cy", 3780)), Encoding.ASCII, "application/x-www-form-urlencoded"),
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Token) },
    };

    private static JObject Event(int contentLength) =>
        Message.New(Source, Message.NewDocumentId()).WithContent(new string('c', contentLength));

    private static JObject Unknown(string source) =>
        Message.New(source, Message.NewDocumentId()).With("Meta.EventType", "Rotate").With("Patient.Notes", new string('n', 50_000));
}
