using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>
/// The time of the most expensive searches that the default limits allow, one at a time: all criteria and values are used, every document
/// meets every criterion, and by its last value.
/// </summary>
internal static class SearchBench
{
    /// <summary>The limits of QuerySettings and SearchValues.</summary>
    private const int MaxCriteria = 32, MaxValues = 64, MaxDates = 16;

    private const int Repeats = 5;
    private const string Patient = "610066552b0a42c5a0095a047cf1bff1";

    private static readonly (string Name, string Form)[] Searches =
    [
        ("one patient", "patient=" + Patient),
        ("32 subjects of two values, one without a type", Criteria("subject", at => $"other{at},Patient/{Patient}")),
        ("32 subjects of two values without a type", Criteria("subject", at => $"other{at},{Patient}")),
        ("one patient, and 31 periods of two dates", $"patient={Patient}&" + Criteria("created", Dates, 31)),
        ("32 periods of two dates, without a patient", Criteria("created", Dates)),
        ("4 periods of 16 dates, without a patient", string.Join('&', Enumerable.Range(0, MaxValues / MaxDates).Select(Period))),
        ("a status and 31 types of two values, without a patient", "status=completed&" + Criteria("type", at => $"a{at},b{at}", 31)),
    ];

    public static async Task<bool> RunAsync(BenchDatabase database, long documents)
    {
        await using var service = await BenchProcess.StartServiceAsync(Bench.ServiceFolder, await database.CreateServedAsync("bench_service"));
        var create = BenchRequest.FhirCreate(fileBytes: 128);
        var fill = new BenchSide(service, database.Postmaster, create, connections: 32) { NextDocument = 1 };
        while (fill.NextDocument <= documents)
        {
            await fill.LoadAsync(1);
        }

        await database.VacuumAsync("bench_service");
        var table = new BenchTable($"{$"search over {fill.NextDocument - 1:N0} documents",-58}", "median ms", "status");
        table.WriteHead();
        foreach (var (name, form) in Searches)
        {
            var times = new List<double>();
            var status = 0;
            for (var i = 0; i < Repeats; i++)
            {
                var clock = Stopwatch.StartNew();
                using var response = await service.Http.SendAsync(Request(form));
                (status, _) = ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync());
                times.Add(clock.Elapsed.TotalMilliseconds);
            }

            table.Write("", name, FormattableString.Invariant($"{BenchTable.Median(times):0.0}"), $"{status}");
        }

        return true;
    }

    private static string Criteria(string name, Func<int, string> values, int count = MaxCriteria) =>
        string.Join('&', Enumerable.Range(0, count).Select(at => $"{name}={values(at)}"));

    // Every document was created after these years.
    private static string Dates(int at) => $"lt{1900 + at},ge{1800 + at}";

    private static string Period(int at) => "created=" + string.Join(
        ',', Enumerable.Range(0, MaxDates).Select(i => i == MaxDates - 1 ? $"ge{1800 + at}" : $"lt{1800 + (at * MaxDates) + i}"));

    private static HttpRequestMessage Request(string form) => new(HttpMethod.Post, "/Media/_search")
    {
        Content = new StringContent(form, Encoding.ASCII, "application/x-www-form-urlencoded"),
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", BenchRequest.ClientToken) },
    };
}
