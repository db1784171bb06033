using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir;
using Redox.Media.Tests.Benchmarks;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Hosting;

/// <summary>One kind of small request, as the benchmarks send it, to a service of its own whose database has the documents.</summary>
internal sealed class SmallRequests : IAsyncDisposable
{
    public const string Delivery = "delivery of 2 KB";
    public const string Query = "query of 2 KB";
    public const string QueryByPatient = "query by patient of 2 KB";
    public const string QueryByPatientOf100Kilobytes = "query by patient of 100 KB";
    public const string Trace = "trace";
    public const string FhirCreate = "FHIR create of 2 KB";
    public const string FhirRead = "FHIR read";
    public const string FhirContent = "FHIR content of 2 KB";

    private static readonly Dictionary<string, string?> Callers = new()
    {
        ["Redox:VerificationTokens:1"] = BenchRequest.EngineToken,
        ["Staff:7:Name"] = "bench",
        ["Staff:7:Token"] = BenchRequest.StaffToken,
        ["Staff:7:Roles:0"] = "trace",
        ["Clients:7:Id"] = "bench",
        ["Clients:7:Secret"] = BenchRequest.ClientToken,
        ["Clients:7:SourceId"] = "bench",
        ["Clients:7:Scopes:0"] = "system/Media.crs",
        ["Fhir:MaxRequestsPerSecond"] = "1000000",
    };

    private readonly RunningService _service;
    private readonly HttpConnection _connection;
    private readonly BenchRequest _message;
    private readonly bool _isNewEachTime;
    private long _number;

    private SmallRequests(RunningService service, HttpConnection connection, BenchRequest message, bool isNewEachTime, long number)
    {
        (_service, _connection, _message, _isNewEachTime, _number) = (service, connection, message, isNewEachTime, number);
    }

    /// <param name="request">One of the kinds above.</param>
    /// <param name="connectionString">Null for the database that all tests share.</param>
    /// <param name="settings">Settings of the service beside its tokens.</param>
    public static async Task<SmallRequests> StartAsync(
        string request, string? connectionString = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var all = (settings ?? new Dictionary<string, string?>()).Concat(Callers).ToDictionary();
        var service = await RunningService.StartAsync(connectionString, all);
        var connection = await HttpConnection.OpenAsync(service.Address);
        var first = Random.Shared.NextInt64(1L << 50);
        await SendAsync(
            connection,
            BenchRequest.Delivery(request == QueryByPatientOf100Kilobytes ? 100_000 : 2_000),
            first);
        var message = request switch
        {
            Delivery => BenchRequest.Delivery(2_000),
            Query => BenchRequest.Query(),
            QueryByPatient or QueryByPatientOf100Kilobytes => BenchRequest.QueryByPatient(),
            Trace => BenchRequest.LookUp(),
            FhirCreate => BenchRequest.FhirCreate(2_000),
            FhirRead => BenchRequest.FhirGet(await CreatedAsync(service)),
            FhirContent => BenchRequest.FhirGet(await CreatedAsync(service) + "/files/content"),
            _ => throw new ArgumentOutOfRangeException(nameof(request), request, "No such request."),
        };
        return new SmallRequests(service, connection, message, isNewEachTime: request == Delivery, first);
    }

    /// <summary>Sends it on the one connection; the test ends unless it is answered 200 or 201.</summary>
    public Task SendAsync() => SendAsync(_connection, _message, _isNewEachTime ? ++_number : _number);

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _service.DisposeAsync();
    }

    private static async Task SendAsync(HttpConnection connection, BenchRequest message, long number)
    {
        Assert.That(await connection.SendAsync(message.ToBytes(number)), Is.InRange(200, 201));
    }

    private static async Task<string> CreatedAsync(RunningService service)
    {
        using var create = BenchRequest.FhirCreate(2_000).ToMessage(number: 1);
        using var created = await service.Http.SendAsync(create);
        return "/Media/" + created.Headers.Location!.ToString().Split("/Media/")[1].Split('/')[0];
    }
}
