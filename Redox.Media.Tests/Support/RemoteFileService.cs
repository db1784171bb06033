using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;
using Npgsql;
using NUnit.Framework;
using Redox.Media.Api.Outbound;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;

namespace Redox.Media.Tests.Support;

/// <summary>Instances of the service on the shared database that fetch files from a host that WireMock.Net simulates.</summary>
internal sealed class RemoteFileService : IAsyncDisposable
{
    public const string Token = "token-of-the-host";

    private readonly List<RunningService> _services = [];

    public RemoteHost Host { get; } = new();

    public FakeResolver Resolver { get; } = new();

    public RunningService Service => _services[^1];

    public static async Task<RemoteFileService> StartAsync(TimeProvider? time = null, params (string Key, string? Value)[] settings)
    {
        var made = new RemoteFileService();
        await made.AddInstanceAsync(time, settings);
        return made;
    }

    /// <summary>Starts another instance.</summary>
    public async Task<RunningService> AddInstanceAsync(TimeProvider? time = null, params (string Key, string? Value)[] settings)
    {
        var all = new Dictionary<string, string?>(Host.Settings)
        {
            ["RemoteFiles:Hosts:0:Host"] = $"files.example:{Host.Port}",
            ["RemoteFiles:Hosts:0:Token"] = Token,
            ["Staff:0:Roles:1"] = "operate",
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        _services.Add(await RunningService.StartAsync(
            null, all, time, services => services.AddSingleton<HostResolver>(Resolver.ResolveAsync)));
        return Service;
    }

    public async Task StopInstanceAsync()
    {
        var last = Service;
        _services.Remove(last);
        await last.DisposeAsync();
    }

    public string UrlOf(string path) => Host.Url(path, "files.example").ToString();

    /// <summary>The host answers with this file from now on.</summary>
    public void Serve(string path, byte[] file, Action<IResponseBuilder>? change = null)
    {
        var response = Response.Create().WithStatusCode(200).WithBody(file);
        change?.Invoke(response);
        Answer(path, response);
    }

    /// <summary>The host answers so from now on.</summary>
    public void Answer(string path, IResponseBuilder response)
    {
        // A mapping with the same ID is replaced.
        var id = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(path)).AsSpan(0, 16));
        Host.Server.Given(Request.Create().WithPath(path).UsingGet()).WithGuid(id).RespondWith(response);
    }

    /// <summary>Has the files of a source fetched now.</summary>
    public async Task RetryAsync(string source)
    {
        var answer = await Service.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/support/api/remote-files/retry")
        {
            Content = new StringContent(
                new JObject { ["source"] = source, ["host"] = $"files.example:{Host.Port}" }.ToString(), Encoding.UTF8, "application/json"),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", RunningService.StaffToken) },
        });
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
    }

    /// <summary>Delivers a New whose file is at the host; its delivery ID.</summary>
    public async Task<string> DeliverAsync(string source, string documentId, string path, JObject? message = null)
    {
        message = (message ?? Message.New(source, documentId)).With("Media.FileContents", UrlOf(path));
        var answer = await Service.DeliverAsync(message);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return (string)answer.Json["DeliveryID"]!;
    }

    /// <summary>Another instance has taken a file.</summary>
    public async Task LeaseElsewhereAsync(string path, TimeSpan lease)
    {
        await using var database = NpgsqlDataSource.Create(await TestDatabase.SharedAsync());
        await using var take = database.CreateCommand(
            "update remote_file set lease_owner = gen_random_uuid(), lease_until = clock_timestamp() + $2 where url = $1");
        take.Parameters.Add(new NpgsqlParameter { Value = UrlOf(path) });
        take.Parameters.Add(new NpgsqlParameter { Value = lease });
        Assert.That(await take.ExecuteNonQueryAsync(), Is.EqualTo(1));
    }

    /// <summary>Another instance has received the first slice of a file, and then failed.</summary>
    public async Task BeginElsewhereAsync(string path, ReadOnlyMemory<byte> slice, string entityTag, long length)
    {
        await using var database = NpgsqlDataSource.Create(await TestDatabase.SharedAsync());
        await using var begin = database.CreateCommand(
            """
            with begun as (
              update remote_file set entity_tag = $2, full_length = $3 where url = $1 returning shard_key, delivery_id
            )
            insert into remote_file_slice (shard_key, delivery_id, slice, bytes) select shard_key, delivery_id, 0, $4 from begun
            """);
        foreach (var value in new object[] { UrlOf(path), entityTag, length, slice.ToArray() })
        {
            begin.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        Assert.That(await begin.ExecuteNonQueryAsync(), Is.EqualTo(1));
    }

    /// <summary>Sends a New as a client whose file is at the host; its delivery ID.</summary>
    public async Task<string> DeliverAsClientAsync(string secret, JObject message, string path)
    {
        message.With("Media.FileContents", UrlOf(path));
        var answer = await Service.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Content = new StringContent(message.ToString(), Encoding.UTF8, "application/json"),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", secret) },
        });
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return (string)answer.Json["DeliveryID"]!;
    }

    /// <summary>What the look-up says of the remote file of a delivery.</summary>
    public async Task<JObject> FileAsync(string delivery) =>
        (JObject)(await Service.AskSupportAsync($"/support/api/deliveries/{delivery}")).Json["remoteFile"]!;

    /// <summary>Waits until the remote file is as a test expects.</summary>
    public async Task<JObject> UntilAsync(string delivery, Func<JObject, bool> condition)
    {
        JObject file = [];
        try
        {
            await Eventually.IsTrueAsync(
                "the state of the remote file", async () => condition(file = await FileAsync(delivery)), TimeSpan.FromSeconds(20));
        }
        catch (TimeoutException)
        {
            Assert.Fail(file.ToString());
        }

        return file;
    }

    public Task<JObject> UntilStoredAsync(string delivery) => UntilAsync(delivery, file => (string?)file["state"] == "stored");

    public Task<JObject> UntilFailedAsync(string delivery, string failure) =>
        UntilAsync(delivery, file => (string?)file["failure"] == failure && (bool)file["isFetching"]! == false);

    /// <summary>The FileContents of the document that a query finds.</summary>
    public async Task<string?> QueryAsync(string documentId)
    {
        var answer = await Service.DeliverAsync(Message.Query(documentId));
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return (string?)answer.Json["Media"]![0]!["FileContents"];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services)
        {
            await service.DisposeAsync();
        }

        Host.Dispose();
    }
}
